//! QR codes in a picture.

use image::DynamicImage;
use zxingcpp::{BarcodeFormat, ImageFormat, ImageView, TextMode};

use crate::PictureError;
use crate::decode::decode;

/// More codes than anybody checks at once; a picture full of them costs no more time.
const MAX_CODES: i32 = 16;

/// The texts of the QR codes in a PNG or JPEG picture, each once; empty if there are none.
pub fn decode_qr(bytes: &[u8]) -> Result<Vec<String>, PictureError> {
    let grey = DynamicImage::ImageRgb8(decode(bytes)?).into_luma8();
    let view = ImageView::from_slice(grey.as_raw(), grey.width(), grey.height(), ImageFormat::Lum);
    let reader = zxingcpp::read()
        .formats([BarcodeFormat::QRCode])
        .try_harder(true)
        .try_rotate(true)
        .try_invert(true)
        .try_downscale(true)
        .text_mode(TextMode::Plain)
        .max_number_of_symbols(MAX_CODES);
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
