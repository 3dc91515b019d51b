//! The only place where bytes of a file become pixels.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

/// The largest file that is opened, in bytes.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The most pixels that are decoded. A phone's photo has 12 to 25 million.
pub const MAX_PIXELS: u64 = 32_000_000;
/// The most bytes that decoding may take: four channels of 16 bits.
const MAX_ALLOC: u64 = MAX_PIXELS * 8;

/// Why a picture was not taken. It carries nothing of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// A larger file than [`MAX_BYTES`].
    #[error("the file is larger than 5 MB")]
    TooLarge,
    /// More pixels than [`MAX_PIXELS`].
    #[error("the picture has more than 32 million pixels")]
    TooManyPixels,
    /// Neither PNG nor JPEG by its content.
    #[error("the file is neither a PNG nor a JPEG picture")]
    Format,
    /// Cut off or damaged.
    #[error("the picture is damaged")]
    Damaged,
}

/// Width and height as the header says, in pixels, before it is turned upright; within all limits.
pub fn size(bytes: &[u8]) -> Result<(u32, u32), PictureError> {
    Ok(opened(bytes)?.dimensions())
}

/// The picture upright (EXIF orientation honoured) and opaque, on white where it was transparent.
pub(crate) fn decode(bytes: &[u8]) -> Result<RgbImage, PictureError> {
    let mut decoder = opened(bytes)?;
    let orientation = decoder.orientation().map_err(|_| PictureError::Damaged)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::Damaged)?;
    image.apply_orientation(orientation);
    Ok(opaque(image))
}

/// A picture whose header has been read, and no pixel yet.
fn opened(bytes: &[u8]) -> Result<impl ImageDecoder + use<'_>, PictureError> {
    if bytes.len() > MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    let format = image::guess_format(bytes).map_err(|_| PictureError::Format)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg) {
        return Err(PictureError::Format);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|_| PictureError::Damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooManyPixels);
    }
    Ok(decoder)
}

/// Dark modules on nothing are a common way to draw a QR code: they need paper under them.
fn opaque(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    let mut on_white = RgbImage::new(image.width(), image.height());
    for (to, from) in on_white.pixels_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = from.0;
        let over_white = |channel: u8| {
            let mixed = u16::from(channel) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).expect("a mean of two bytes is a byte")
        };
        *to = Rgb([over_white(red), over_white(green), over_white(blue)]);
    }
    on_white
}
