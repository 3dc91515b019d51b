//! Machine-readable zones, filings and pictures.

use std::io::Cursor;

use anyhow::{Context as _, Result};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage};

use super::{Seed, layer};

/// The specimens of ICAO 9303, whose issuing state does not exist.
pub fn zones() -> Vec<Seed> {
    let passport =
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let old = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C<3UTO6908061F9406236ZE184226B<<<<<14";
    let card =
        "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    let small = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
    [("td3", passport), ("td3-one-line", old), ("td1", card), ("td2", small)]
        .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
        .to_vec()
}

const HEADER: &str = "kind,number,issuing_state,family_name,given_names,chinese_name,birth_date,sex,nationality,expiry_date\r\n";

pub fn tables() -> Vec<Seed> {
    let rows = "passport,L898902C3,UTO,Eriksson,Anna Maria,,1974-08-12,F,UTO,2032-04-15\r\n\
                hk_macao_permit,H1234567801,,Chan,Tai Man,陳大文,1980-01,M,,2030-01-01\r\n\
                taiwan_permit,12345678,,,,\"林\n小美\",1990,F,,\r\n";
    let utf8 = format!("\u{feff}{HEADER}{rows}");
    let (gb18030, _, _) = encoding_rs::GB18030.encode(rows);
    vec![
        layer("utf-8", 0, utf8.as_bytes()),
        layer("gb18030", 1, &[HEADER.as_bytes(), &gb18030].concat()),
        layer("semicolons", 0, utf8.replace(',', ";").as_bytes()),
        layer("open-quote", 0, b"kind,number\n\"passport,1\npassport,\"L8\"\"\"\n"),
    ]
}

pub fn pictures() -> Result<Vec<Seed>> {
    let checks = |x: u32, y: u32| if (x / 3 + y / 3).is_multiple_of(2) { 20 } else { 230 };
    let grey = DynamicImage::ImageLuma8(GrayImage::from_fn(24, 16, |x, y| Luma([checks(x, y)])));
    let clear = RgbaImage::from_fn(12, 12, |x, y| Rgba([checks(x, y), 90, 10, checks(y, x)]));
    let clear = DynamicImage::ImageRgba8(clear);
    let encoded = |picture: &DynamicImage, format| -> Result<Vec<u8>> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).context("encoding a small picture")?;
        Ok(bytes.into_inner())
    };
    let jpeg = encoded(&grey, ImageFormat::Jpeg)?;
    // "Turn me": an EXIF segment behind the start marker.
    let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
    Ok(vec![
        ("grey.png".to_owned(), encoded(&grey, ImageFormat::Png)?),
        ("deep.png".to_owned(), encoded(&DynamicImage::ImageLuma16(grey.to_luma16()), ImageFormat::Png)?),
        ("clear.png".to_owned(), encoded(&clear, ImageFormat::Png)?),
        ("colour.jpg".to_owned(), encoded(&DynamicImage::ImageRgb8(grey.to_rgb8()), ImageFormat::Jpeg)?),
        ("turned.jpg".to_owned(), turned),
        ("grey.jpg".to_owned(), jpeg),
    ])
}
