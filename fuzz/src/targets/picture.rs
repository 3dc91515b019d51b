//! Pictures: their headers, and small ones whole. Large ones cost what their pixels cost, which the limits of
//! `picture` bound; here the time of each input is bounded.

use picture::{PictureError, decode_qr, reencode_jpeg, size};

/// Words of the formats.
pub const WORDS: &[&str] =
    &["IHDR", "IDAT", "PLTE", "tRNS", "eXIf", "iCCP", "IEND", "Exif\0\0MM\0*", "JFIF", "acTL", "zTXt"];

/// The most pixels that are decoded here.
const PIXELS: u64 = 64 * 64;

/// Any file.
pub fn run(data: &[u8]) {
    match size(data) {
        Ok((width, height)) if u64::from(width) * u64::from(height) <= PIXELS => {
            let read = decode_qr(data);
            let drawn = reencode_jpeg(data);
            assert_eq!(read.is_ok(), drawn.is_ok(), "a picture for one and none for the other");
            if let Ok(jpeg) = drawn {
                assert!(size(&jpeg).is_ok(), "what we draw can be opened");
            }
        }
        Ok((width, height)) => {
            assert!(
                u64::from(width) * u64::from(height) <= picture::MAX_PIXELS,
                "more pixels than are taken"
            );
        }
        Err(error) => assert_ne!(error, PictureError::TooLarge, "no input is that long"),
    }
}
