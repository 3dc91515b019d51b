//! A photo drawn anew, for keeping.

use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;

use crate::PictureError;
use crate::decode::decode;

/// The longest side of a picture that is kept, in pixels: every letter of a passport page stays readable.
pub const MAX_SIDE: u32 = 2400;
const QUALITY: u8 = 85;

/// A JPEG of the same picture: upright, at most [`MAX_SIDE`] pixels a side, and without any metadata (place,
/// time, camera) or bytes that are not picture.
pub fn reencode_jpeg(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut image = DynamicImage::ImageRgb8(decode(bytes)?);
    if image.width().max(image.height()) > MAX_SIDE {
        image = image.resize(MAX_SIDE, MAX_SIDE, FilterType::Triangle);
    }
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    // Only a side beyond 65,535 pixels or memory could fail, and both are excluded above.
    image.write_with_encoder(encoder).map_err(|_| PictureError::Damaged)?;
    Ok(jpeg)
}
