//! The printed pass as a file: fetched, drawn as a printer draws it, measured, and read.

use std::path::PathBuf;
use std::process::Command;

use blackbox::{Browser, Place};
use image::GrayImage;

/// Dots an inch of the pictures.
const DPI: f64 = 300.0;

/// A file of the printed pass.
pub struct Paper {
    /// What `pdftotext` gets out of it.
    pub text: String,
    /// What `pdfinfo` says of it.
    pub info: String,
    /// The page as a picture.
    pub picture: PathBuf,
    /// A side of the code without its light modules, in millimetres.
    pub side: f64,
    bytes: Vec<u8>,
}

impl Paper {
    /// Fetches the file of this size (`a6`, `a4`).
    pub async fn fetch(place: &Place, holder: &Browser, origin: &str, size: &str) -> Self {
        let answer = holder.client.get(format!("{origin}/my-code/print/{size}.pdf")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(header("cache-control"), "no-store");
        let named = format!("attachment; filename=\"tongxing-pass-{size}.pdf\"");
        assert_eq!(header("content-disposition"), named);
        let bytes = answer.bytes().await.unwrap().to_vec();
        let file = place.write(&format!("{size}.pdf"), &bytes);
        let file = file.to_str().unwrap();
        let picture = file.replace(".pdf", "");
        run("pdftoppm", &["-r", "300", "-gray", "-png", "-singlefile", file, &picture]);
        let picture = PathBuf::from(format!("{picture}.png"));
        let (text, info) = (run("pdftotext", &[file, "-"]), run("pdfinfo", &[file]));
        let measured = side_of(&image::open(&picture).unwrap().into_luma8());
        Self { text, info, picture, side: measured, bytes }
    }

    /// Whether the file has these bytes anywhere.
    pub fn holds(&self, bytes: &[u8]) -> bool {
        self.bytes.windows(bytes.len()).any(|window| window == bytes)
    }
}

fn run(tool: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{tool}: {error} (make test-tools)"));
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A side of the QR code in a picture, in millimetres, by its finder patterns alone: their centres are seven modules
/// less apart than its sides.
fn side_of(picture: &GrayImage) -> f64 {
    let found = finders(picture);
    let reach = |at: fn(&(f64, f64, f64)) -> f64| {
        let all = found.iter().map(at);
        all.clone().fold(f64::MIN, f64::max) - all.fold(f64::MAX, f64::min)
    };
    let (width, height) = (reach(|one| one.0), reach(|one| one.1));
    assert!(width > 0.0 && (width - height).abs() < 3.0, "a square: {width} × {height}");
    let module = found.iter().map(|one| one.2).sum::<f64>() / f64::from(u32::try_from(found.len()).unwrap());
    (width + 7.0 * module) / DPI * 25.4
}

/// Centre and width of a module wherever dark and light follow each other as 1:1:3:1:1 along the row and the column.
fn finders(picture: &GrayImage) -> Vec<(f64, f64, f64)> {
    let row = |y: u32| (0..picture.width()).map(move |x| picture.get_pixel(x, y).0[0] < 128);
    let column = |x: u32| (0..picture.height()).map(move |y| picture.get_pixel(x, y).0[0] < 128);
    let mut found = Vec::new();
    for y in 0..picture.height() {
        for (x, module) in centres(&runs(row(y))) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the picture")]
            let across = centres(&runs(column(x as u32)));
            let here = across.into_iter().find(|(centre, _)| (centre - f64::from(y)).abs() < module / 2.0);
            found.extend(here.map(|(centre, _)| (x, centre, module)));
        }
    }
    found
}

/// Dark or light, and for how many pixels.
fn runs(pixels: impl Iterator<Item = bool>) -> Vec<(bool, f64)> {
    let mut runs: Vec<(bool, f64)> = Vec::new();
    for dark in pixels {
        match runs.last_mut() {
            Some((same, length)) if *same == dark => *length += 1.0,
            _ => runs.push((dark, 1.0)),
        }
    }
    runs
}

fn centres(runs: &[(bool, f64)]) -> Vec<(f64, f64)> {
    let mut found = Vec::new();
    let mut start = 0.0;
    for (at, (dark, length)) in runs.iter().enumerate() {
        if let (true, Some(pattern)) = (*dark, runs.get(at..at + 5)) {
            let total: f64 = pattern.iter().map(|(_, length)| length).sum();
            let module = total / 7.0;
            let fits = pattern.iter().zip([1.0, 1.0, 3.0, 1.0, 1.0]);
            // Letters have such stripes too, but not as large.
            if module >= 5.0
                && fits.clone().all(|((_, l), wanted)| (l - wanted * module).abs() < 0.3 * module)
            {
                found.push((start + total / 2.0, module));
            }
        }
        start += length;
    }
    found
}
