//! What goes in as a picture of whatever kind comes out as text, as a clean JPEG, or as an error.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::Cursor;

use fast_qr::{ECL, QRBuilder};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use picture::{MAX_BYTES, MAX_SIDE, PictureError, decode_qr, reencode_jpeg};

const TEXT: &str = "TX1:NCFJ60EG0/3WUWGSLKH47GO0KNJ9DSWQIIWT9CK";
const SCALE: u32 = 6;
const QUIET: u32 = 4;

fn drawn(text: &str) -> GrayImage {
    let code = QRBuilder::new(text).ecl(ECL::M).build().unwrap();
    let side = (u32::try_from(code.size).unwrap() + 2 * QUIET) * SCALE;
    GrayImage::from_fn(side, side, |x, y| {
        let module = |at: u32| (at / SCALE).checked_sub(QUIET).map(|m| m as usize).filter(|m| *m < code.size);
        let dark = matches!((module(x), module(y)), (Some(x), Some(y)) if code[y][x].value());
        Luma([if dark { 0 } else { 255 }])
    })
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Puts an EXIF segment that says "turn me" behind the start marker of a JPEG.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    assert_eq!(exif.len(), 2 + 0x22);
    [&jpeg[..2], &exif, &jpeg[2..]].concat()
}

#[test]
fn a_code_is_read_from_png_and_jpeg() {
    let image = DynamicImage::ImageLuma8(drawn(TEXT));
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        assert_eq!(decode_qr(&encoded(&image, format)).unwrap(), [TEXT]);
    }
}

#[test]
fn a_code_is_read_turned_inverted_and_on_nothing() {
    let upright = drawn(TEXT);
    let inverted = GrayImage::from_fn(upright.width(), upright.height(), |x, y| {
        Luma([255 - upright.get_pixel(x, y).0[0]])
    });
    let on_nothing = RgbaImage::from_fn(upright.width(), upright.height(), |x, y| {
        Rgba([0, 0, 0, 255 - upright.get_pixel(x, y).0[0]])
    });
    let turned = DynamicImage::ImageLuma8(upright).rotate90();
    for image in [turned, DynamicImage::ImageLuma8(inverted), DynamicImage::ImageRgba8(on_nothing)] {
        assert_eq!(decode_qr(&encoded(&image, ImageFormat::Png)).unwrap(), [TEXT]);
    }
}

#[test]
fn two_codes_are_both_given_and_none_is_no_error() {
    let one = drawn(TEXT);
    let mut both = GrayImage::from_pixel(one.width() * 2, one.height(), Luma([255]));
    image::imageops::replace(&mut both, &one, 0, 0);
    image::imageops::replace(&mut both, &drawn("7K3M92QD"), i64::from(one.width()), 0);
    let mut texts = decode_qr(&encoded(&DynamicImage::ImageLuma8(both), ImageFormat::Png)).unwrap();
    texts.sort();
    assert_eq!(texts, ["7K3M92QD", TEXT]);
    let blank = DynamicImage::ImageLuma8(GrayImage::from_pixel(300, 200, Luma([200])));
    assert_eq!(decode_qr(&encoded(&blank, ImageFormat::Png)).unwrap(), [""; 0]);
}

/// Left half red, right half blue: says which way is up.
fn two_halves(width: u32, height: u32) -> DynamicImage {
    let colour = |x| if x < width / 2 { Rgb([250, 10, 10]) } else { Rgb([10, 10, 250]) };
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| colour(x)))
}

#[test]
fn a_photo_is_turned_upright_and_loses_its_metadata() {
    let photo = with_orientation(&encoded(&two_halves(64, 32), ImageFormat::Jpeg), 6);
    let clean = reencode_jpeg(&photo).unwrap();
    let image = image::load_from_memory_with_format(&clean, ImageFormat::Jpeg).unwrap().into_rgb8();
    assert_eq!(image.dimensions(), (32, 64), "orientation 6 turns by a quarter");
    assert!(image.get_pixel(16, 4).0[0] > 200, "the left half is on top now");
    assert!(image.get_pixel(16, 60).0[2] > 200);
    assert!(photo.windows(4).any(|w| w == b"Exif"), "the test's own photo has what must go");
    assert!(!clean.windows(4).any(|w| w == b"Exif"));
}

#[test]
fn a_photo_is_made_smaller_but_never_larger() {
    let large = reencode_jpeg(&encoded(&two_halves(3000, 40), ImageFormat::Png)).unwrap();
    let image = image::load_from_memory(&large).unwrap();
    assert_eq!((image.width(), image.height()), (MAX_SIDE, 32));
    let small = reencode_jpeg(&encoded(&two_halves(30, 20), ImageFormat::Png)).unwrap();
    assert_eq!(image::load_from_memory(&small).unwrap().width(), 30);
}

#[test]
fn what_follows_the_picture_in_the_file_is_gone() {
    let mut file = encoded(&two_halves(30, 20), ImageFormat::Jpeg);
    file.extend(b"<script>stowaway</script>");
    let clean = reencode_jpeg(&file).unwrap();
    assert!(!clean.windows(8).any(|w| w == b"stowaway"));
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    assert_eq!(decode_qr(&vec![0; MAX_BYTES + 1]), Err(PictureError::TooLarge));
    for other in [&b"GIF89a\x01\x00\x01\x00"[..], b"%PDF-1.7", b"<svg/>", b"", b"BM"] {
        assert_eq!(decode_qr(other), Err(PictureError::Format));
        assert_eq!(reencode_jpeg(other), Err(PictureError::Format));
    }
    // A PNG of a few bytes that claims 60,000 × 60,000 pixels.
    let mut bomb = encoded(&two_halves(8, 8), ImageFormat::Png);
    bomb[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let checksum = crc32(&bomb[12..29]).to_be_bytes();
    bomb[29..33].copy_from_slice(&checksum);
    assert_eq!(decode_qr(&bomb), Err(PictureError::TooManyPixels));
}

/// CRC-32 of a PNG chunk (ISO/IEC 15948 annex D), the slow way.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 })
    })
}

#[test]
fn damaged_pictures_are_errors_or_pictures_never_panics() {
    let image = DynamicImage::ImageLuma8(drawn("TX1:6BF"));
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let whole = encoded(&image, format);
        for cut in (0..whole.len()).step_by(whole.len() / 40 + 1) {
            let _ = decode_qr(&whole[..cut]);
            let _ = reencode_jpeg(&whole[..cut]);
        }
        for at in (0..whole.len()).step_by(whole.len() / 60 + 1) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x55;
            let _ = decode_qr(&flipped);
            let _ = reencode_jpeg(&flipped);
        }
    }
}
