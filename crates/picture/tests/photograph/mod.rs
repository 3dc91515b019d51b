//! Pictures of codes as cameras take them, drawn from a seed.
//!
//! Used by the tests of this crate and by `make bench BENCH=picture`. What is drawn, in this order: the code as
//! the product draws it (level M, four modules of paper around it), turned, in perspective, on a surface of
//! another grey; each pixel the mean of the light that falls on it; blurred by the lens; flattened to the
//! contrast; noise of the sensor; PNG or JPEG.
#![allow(dead_code, reason = "each user takes a part")]
#![allow(clippy::similar_names, reason = "sine and side, x and y")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "test support")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "coordinates and grey levels are small"
)]

use std::io::Cursor;

use fast_qr::{ECL, QRBuilder, QRCode};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};

/// Light paper around a code, in modules (ISO/IEC 18004 section 9.1).
const QUIET: f64 = 4.0;
/// Light is sampled so often along each side of a pixel.
const SAMPLES: u32 = 3;

/// What happens to a code on its way into a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taking {
    /// The side of a module in the middle of the code, in pixels.
    pub module: f64,
    /// How far the code is turned, in degrees.
    pub turned: f64,
    /// The standard deviation of the blur, in pixels.
    pub blur: f64,
    /// By how much the far edge is shorter than the near edge, as a share of it.
    pub perspective: f64,
    /// The standard deviation of the noise, in grey levels of 255.
    pub noise: f64,
    /// The difference between paper and ink, as a share of 255 grey levels.
    pub contrast: f64,
    /// The quality of the JPEG file; a PNG file without.
    pub jpeg: Option<u8>,
}

impl Taking {
    /// A clean picture: what each factor is varied from.
    pub const CLEAN: Self =
        Self { module: 4.0, turned: 0.0, blur: 0.0, perspective: 0.0, noise: 0.0, contrast: 1.0, jpeg: None };
}

/// A stream of numbers that is the same for the same seed (`SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` to below `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    /// Normally distributed, with mean 0 and standard deviation 1 (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let (radius, angle) = (1.0 - self.unit(), self.unit());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// A text of the alphabet of QR codes' alphanumeric mode, as long as a real code.
    pub fn text(&mut self, prefix: &str, length: usize) -> String {
        const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
        let rest = (prefix.len()..length).map(|_| char::from(ALPHABET[(self.bits() % 45) as usize]));
        prefix.chars().chain(rest).collect()
    }
}

/// The code of a text, taken that way, as a file.
pub fn photograph(text: &str, taking: &Taking, dice: &mut Dice) -> Vec<u8> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().unwrap();
    let grey = exposed(&light(&code, taking, dice), taking, dice);
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageLuma8(grey);
    match taking.jpeg {
        None => picture.write_to(&mut file, ImageFormat::Png).unwrap(),
        Some(quality) => {
            picture.write_with_encoder(JpegEncoder::new_with_quality(&mut file, quality)).unwrap();
        }
    }
    file.into_inner()
}

/// Light on a sensor: 0 is ink, 1 is paper.
struct Light {
    width: usize,
    height: usize,
    pixels: Vec<f64>,
}

/// Where a point of the picture lies on the plane of the code, in modules from the code's middle.
struct View {
    middle: (f64, f64),
    turn: (f64, f64),
    module: f64,
    /// The change of scale for each module towards the far edge.
    slope: f64,
}

impl View {
    /// The other way round.
    fn in_picture(&self, x: f64, y: f64) -> (f64, f64) {
        let (x, y) = (x * self.turn.1 - y * self.turn.0, x * self.turn.0 + y * self.turn.1);
        let scale = self.module / (1.0 + self.slope * y);
        (self.middle.0 + x * scale, self.middle.1 + y * scale)
    }

    fn on_plane(&self, x: f64, y: f64) -> (f64, f64) {
        let (x, y) = ((x - self.middle.0) / self.module, (y - self.middle.1) / self.module);
        let depth = 1.0 / (1.0 - self.slope * y);
        let (x, y) = (x * depth, y * depth);
        (x * self.turn.1 + y * self.turn.0, y * self.turn.1 - x * self.turn.0)
    }
}

fn light(code: &QRCode, taking: &Taking, dice: &mut Dice) -> Light {
    let modules = code.size as f64;
    let half = modules / 2.0;
    // Near and far edge are `half` modules from the middle: scales 1 ± slope × half, in the ratio asked for.
    let slope = taking.perspective / ((2.0 - taking.perspective) * half);
    let (sine, cosine) = taking.turned.to_radians().sin_cos();
    let mut view = View { middle: (0.0, 0.0), turn: (sine, cosine), module: taking.module, slope };
    // All of the paper is in the picture, with some of the surface around it.
    let edge = half + QUIET;
    let corners =
        [(-edge, -edge), (edge, -edge), (edge, edge), (-edge, edge)].map(|(x, y)| view.in_picture(x, y));
    let range = |of: fn(&(f64, f64)) -> f64| {
        let least = corners.iter().map(of).fold(f64::MAX, f64::min);
        (least, corners.iter().map(of).fold(f64::MIN, f64::max))
    };
    let ((left, right), (top, bottom)) = (range(|at| at.0), range(|at| at.1));
    let side = ((right - left).max(bottom - top) * dice.between(1.05, 1.4)).ceil();
    view.middle = ((side - left - right) / 2.0 + dice.unit(), (side - top - bottom) / 2.0 + dice.unit());
    let surface = dice.between(0.2, 0.8);
    let bright = |x: f64, y: f64| {
        let (x, y) = view.on_plane(x, y);
        if x.abs() > half + QUIET || y.abs() > half + QUIET {
            return surface;
        }
        let (column, row) = (x + half, y + half);
        if column < 0.0 || row < 0.0 || column >= modules || row >= modules {
            return 1.0;
        }
        if code[row as usize][column as usize].value() { 0.0 } else { 1.0 }
    };
    let side = side as usize;
    let pixel = |at: usize| {
        let (x, y) = ((at % side) as f64, (at / side) as f64);
        let step = 1.0 / f64::from(SAMPLES);
        let sample = |n: u32| (f64::from(n) + 0.5) * step;
        let lines = (0..SAMPLES).flat_map(|j| (0..SAMPLES).map(move |i| (sample(i), sample(j))));
        lines.map(|(i, j)| bright(x + i, y + j)).sum::<f64>() * step * step
    };
    let pixels = (0..side * side).map(pixel).collect();
    Light { width: side, height: side, pixels }
}

/// The light as grey levels: blurred, flattened, noisy.
fn exposed(light: &Light, taking: &Taking, dice: &mut Dice) -> GrayImage {
    let Light { width, height, pixels } = light;
    let blurred = if taking.blur > 0.0 { blurred(pixels, *width, taking.blur) } else { pixels.clone() };
    let range = 255.0 * taking.contrast;
    let ink = dice.between(0.0, 255.0 - range);
    let level = |x: u32, y: u32| blurred[y as usize * width + x as usize];
    GrayImage::from_fn(*width as u32, *height as u32, |x, y| {
        let grey = ink + level(x, y) * range + taking.noise * dice.normal();
        Luma([grey.round().clamp(0.0, 255.0) as u8])
    })
}

/// Gaussian blur, along rows and then along columns, four standard deviations wide; edges go on outwards.
fn blurred(pixels: &[f64], width: usize, sigma: f64) -> Vec<f64> {
    let reach = (4.0 * sigma).ceil() as i64;
    let weights: Vec<f64> =
        (-reach..=reach).map(|d| (-((d * d) as f64) / (2.0 * sigma * sigma)).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let height = pixels.len() / width;
    let along = |from: &[f64], step: (i64, i64)| -> Vec<f64> {
        let mean = |at: usize| {
            let (x, y) = ((at % width) as i64, (at / width) as i64);
            let near = |n: usize| {
                let distance = n as i64 - reach;
                let x = (x + distance * step.0).clamp(0, width as i64 - 1) as usize;
                let y = (y + distance * step.1).clamp(0, height as i64 - 1) as usize;
                from[y * width + x]
            };
            weights.iter().enumerate().map(|(n, weight)| weight * near(n)).sum::<f64>() / sum
        };
        (0..from.len()).map(mean).collect()
    };
    along(&along(pixels, (1, 0)), (0, 1))
}

/// The limits of the declared envelope: inside them, 99 of 100 pictures are read.
pub mod envelope {
    use super::{Dice, Taking};

    /// The smallest module, in pixels.
    pub const MODULE: f64 = 2.2;
    /// The largest module that is drawn: larger ones are only slower.
    pub const MODULE_DRAWN: f64 = 8.0;
    /// The strongest blur, in pixels.
    pub const BLUR: f64 = 1.6;
    /// The strongest blur, in modules: beyond, light and dark modules in turn differ by less than a tenth.
    pub const BLUR_OF_MODULE: f64 = 0.4;
    /// The strongest perspective.
    pub const PERSPECTIVE: f64 = 0.3;
    /// The strongest noise, in grey levels.
    pub const NOISE: f64 = 25.0;
    /// The weakest contrast.
    pub const CONTRAST: f64 = 0.3;
    /// The lowest quality of JPEG.
    pub const JPEG: u8 = 60;

    /// Any picture of the box of all limits but [`BLUR_OF_MODULE`], each factor drawn by itself.
    pub fn any_blur(dice: &mut Dice) -> Taking {
        let jpeg = dice.between(f64::from(JPEG), 96.0) as u8;
        Taking {
            module: dice.between(MODULE, MODULE_DRAWN),
            turned: dice.between(0.0, 360.0),
            blur: dice.between(0.0, BLUR),
            perspective: dice.between(0.0, PERSPECTIVE),
            noise: dice.between(0.0, NOISE),
            contrast: dice.between(CONTRAST, 1.0),
            jpeg: (dice.unit() < 0.5).then_some(jpeg),
        }
    }

    /// Any picture of the envelope.
    pub fn any(dice: &mut Dice) -> Taking {
        let mut taking = any_blur(dice);
        while taking.blur > BLUR_OF_MODULE * taking.module {
            taking = any_blur(dice);
        }
        taking
    }
}
