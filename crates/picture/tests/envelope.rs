//! Codes as long as ours are read from pictures at each limit of the declared envelope. `make bench BENCH=picture`
//! reads thousands; this reads a few of each, so that a change that breaks a corner is seen at once.
#![allow(clippy::unwrap_used, reason = "a test")]

mod photograph;

use photograph::{Dice, Taking, envelope, photograph};
use picture::decode_qr;

/// Reads pictures taken that way of a live code (528 characters) and a printed one (366); each must be read.
fn all_read(what: &str, taking: impl Fn(&mut Dice) -> Taking) {
    for (seed, length) in (1..).zip([528, 366, 528]) {
        let mut dice = Dice(seed);
        let text = dice.text("TX1:", length);
        let taking = taking(&mut dice);
        let texts = decode_qr(&photograph(&text, &taking, &mut dice)).unwrap();
        assert_eq!(texts, [text], "{what}: seed {seed}, {taking:?}");
    }
}

fn turned(dice: &mut Dice) -> Taking {
    Taking { turned: dice.between(0.0, 360.0), ..Taking::CLEAN }
}

#[test]
fn small_modules_are_read() {
    all_read("module", |dice| Taking { module: envelope::MODULE, ..turned(dice) });
}

#[test]
fn blurred_codes_are_read() {
    all_read("blur", |dice| Taking { blur: envelope::BLUR, ..turned(dice) });
    let blur = envelope::MODULE * envelope::BLUR_OF_MODULE;
    all_read("blur of small modules", |dice| Taking { module: envelope::MODULE, blur, ..turned(dice) });
}

#[test]
fn slanted_codes_are_read() {
    all_read("perspective", |dice| Taking { perspective: envelope::PERSPECTIVE, ..turned(dice) });
}

#[test]
fn noisy_codes_are_read() {
    all_read("noise", |dice| Taking { noise: envelope::NOISE, ..turned(dice) });
}

#[test]
fn faint_codes_are_read() {
    all_read("contrast", |dice| Taking { contrast: envelope::CONTRAST, ..turned(dice) });
    all_read("faint and noisy", |dice| Taking {
        contrast: envelope::CONTRAST,
        noise: envelope::NOISE,
        ..turned(dice)
    });
}

#[test]
fn codes_in_poor_jpeg_are_read() {
    all_read("JPEG", |dice| Taking { jpeg: Some(envelope::JPEG), ..turned(dice) });
}

#[test]
fn a_picture_without_a_code_gives_none_and_costs_a_bounded_time() {
    let mut dice = Dice(9);
    let noise = image::GrayImage::from_fn(300, 300, |_, _| image::Luma([dice.bits().to_le_bytes()[0]]));
    let mut file = std::io::Cursor::new(Vec::new());
    image::DynamicImage::ImageLuma8(noise).write_to(&mut file, image::ImageFormat::Png).unwrap();
    assert_eq!(decode_qr(&file.into_inner()).unwrap(), [""; 0]);
}
