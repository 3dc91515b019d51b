//! QR codes in a picture.
//!
//! The picture is read as it is; where that finds nothing, it is read again after undoing what cameras do: noise
//! smoothed, blur sharpened, small modules drawn larger. The order is that in which a picture is likeliest to be read (`make bench BENCH=picture`), and the work is bounded by
//! pixels, whatever the picture shows.

use image::{DynamicImage, GrayImage};
use zxingcpp::{BarcodeFormat, BarcodeReader, ImageFormat, ImageView, TextMode};

use crate::PictureError;
use crate::decode::decode;
use crate::grey::Grey;

/// More codes than anybody checks at once; a picture full of them costs no more time.
const MAX_CODES: i32 = 16;
/// The most pixels that are read after the first look: about 300 ms.
const MAX_WORK: usize = 9_000_000;
/// One way to undo what a camera did.
struct Mending {
    /// The standard deviation of a blur against noise, in pixels.
    smooth: f32,
    /// The standard deviation of the blur that is undone, in pixels, and in how many rounds.
    sharp: (f32, u32),
    /// Whether it is drawn twice as large.
    doubled: bool,
}

const MENDINGS: [Mending; 8] = [
    Mending { smooth: 1.0, sharp: (1.4, 4), doubled: true },
    Mending { smooth: 1.0, sharp: (1.6, 8), doubled: false },
    Mending { smooth: 1.0, sharp: (1.4, 4), doubled: false },
    Mending { smooth: 2.0, sharp: (1.4, 4), doubled: false },
    Mending { smooth: 1.4, sharp: (1.6, 8), doubled: false },
    Mending { smooth: 1.0, sharp: (1.6, 16), doubled: true },
    Mending { smooth: 1.0, sharp: (1.9, 16), doubled: true },
    Mending { smooth: 0.5, sharp: (1.6, 40), doubled: true },
];

impl Mending {
    fn apply(&self, grey: &Grey) -> Grey {
        let (sigma, rounds) = self.sharp;
        let mended = grey.smooth(self.smooth).sharp(sigma, rounds);
        if self.doubled { mended.doubled() } else { mended }
    }

    /// How many pixels there are to read.
    fn work(&self, grey: &Grey) -> usize {
        if self.doubled { 4 * grey.pixels() } else { grey.pixels() }
    }
}

/// The texts of the QR codes in a PNG or JPEG picture, each once; empty if there are none.
pub fn decode_qr(bytes: &[u8]) -> Result<Vec<String>, PictureError> {
    let image = DynamicImage::ImageRgb8(decode(bytes)?).into_luma8();
    let reader = zxingcpp::read()
        .formats([BarcodeFormat::QRCode])
        .try_harder(true)
        .try_rotate(true)
        .try_invert(true)
        .try_downscale(true)
        .text_mode(TextMode::Plain)
        .max_number_of_symbols(MAX_CODES);
    let texts = texts(&reader, &image)?;
    if texts.is_empty() { mended(&reader, &Grey::of(&image)) } else { Ok(texts) }
}

/// The texts that can be read once the picture has been mended, one way after the other.
fn mended(reader: &BarcodeReader, grey: &Grey) -> Result<Vec<String>, PictureError> {
    let mut work = 0;
    for mending in &MENDINGS {
        if work + mending.work(grey) > MAX_WORK {
            continue;
        }
        work += mending.work(grey);
        let texts = texts(reader, &mending.apply(grey).image())?;
        if !texts.is_empty() {
            return Ok(texts);
        }
    }
    Ok(Vec::new())
}

fn texts(reader: &BarcodeReader, image: &GrayImage) -> Result<Vec<String>, PictureError> {
    let view = ImageView::from_slice(image.as_raw(), image.width(), image.height(), ImageFormat::Lum);
    let codes = view.and_then(|view| reader.from(&view)).map_err(|_| PictureError::Damaged)?;
    let mut texts: Vec<String> = Vec::new();
    for code in codes.iter().filter(|code| code.is_valid()) {
        let text = code.text();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    Ok(texts)
}
