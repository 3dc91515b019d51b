//! Posters with the words of `locales/*/poster.ftl`, and how they look on paper: drawn, measured and read.

mod words;

use std::path::{Path, PathBuf};
use std::process::Command;

use image::GrayImage;
use paper::{FreeText, Poster, PosterWords};
use zxingcpp::{BarcodeFormat, ImageFormat, ImageView};

pub use words::{LANGUAGES, LINK, TYPED, words};

/// A location, as its poster names it.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub name: &'a str,
    pub other: Option<(&'a str, &'a str)>,
    pub lines: &'a [&'a str],
}

/// The poster of a place in these languages, for `with` to print.
pub fn poster<R>(place: Place<'_>, languages: &[&str], link: &str, with: impl FnOnce(&Poster<'_>) -> R) -> R {
    let words: Vec<PosterWords> = languages.iter().map(|language| words(language, link)).collect();
    let lines: Vec<FreeText<'_>> =
        place.lines.iter().map(|words| FreeText { words, language: "zh-Hans" }).collect();
    with(&Poster {
        name: FreeText { words: place.name, language: "zh-Hans" },
        other: place.other.map(|(language, words)| FreeText { words, language }),
        lines: &lines,
        link,
        typed: TYPED,
        words: &words,
    })
}

/// A folder for a test's files; `TONGXING_POSTERS` names one that is kept, to look at them.
pub struct Folder {
    path: PathBuf,
    /// What deletes the folder.
    _ends: Option<tempfile::TempDir>,
}

impl Folder {
    #[allow(clippy::disallowed_methods, reason = "a test's pictures are looked at, now and then")]
    pub fn new() -> Self {
        if let Some(kept) = std::env::var_os("TONGXING_POSTERS") {
            return Self { path: kept.into(), _ends: None };
        }
        let folder = tempfile::tempdir().unwrap();
        Self { path: folder.path().to_owned(), _ends: Some(folder) }
    }

    /// Writes a file.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// What a tool of poppler says of a file.
pub fn run(tool: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{tool}: {error} (make test-tools)"));
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    // Headings of the structure are printed in UTF-16, between UTF-8.
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A page as a printer draws it.
pub fn drawn(file: &Path, dpi: u32, page: u32) -> GrayImage {
    let picture = file.with_extension(format!("{page}.{dpi}"));
    let (file, to, dpi, page) =
        (file.to_str().unwrap(), picture.to_str().unwrap(), dpi.to_string(), page.to_string());
    run("pdftoppm", &["-r", &dpi, "-f", &page, "-l", &page, "-gray", "-png", "-singlefile", file, to]);
    image::open(format!("{to}.png")).unwrap().into_luma8()
}

/// A QR code in a picture.
pub struct Seen {
    pub text: String,
    /// The level of error correction: `L`, `M`, `Q` or `H`.
    pub level: String,
    /// Modules on a side.
    pub modules: u32,
    /// The corners without light modules, in pixels: left, top, right, bottom.
    pub at: [u32; 4],
}

/// The QR codes of a picture.
pub fn codes(picture: &GrayImage) -> Vec<Seen> {
    let reader = zxingcpp::read().formats(BarcodeFormat::QRCode);
    let view = ImageView::from_slice(picture.as_raw(), picture.width(), picture.height(), ImageFormat::Lum);
    let codes = reader.from(&view.unwrap()).unwrap();
    let seen = |code: &zxingcpp::Barcode| {
        let position = code.position();
        let side = |n: i32| u32::try_from(n).unwrap();
        let (first, last) = (position.top_left, position.bottom_right);
        let version: u32 = code.extra_with_key("Version").parse().unwrap();
        Seen {
            text: code.text(),
            level: code.extra_with_key("ECLevel"),
            modules: 17 + 4 * version,
            at: [side(first.x), side(first.y), side(last.x), side(last.y)],
        }
    };
    codes.iter().filter(|code| code.is_valid()).map(seen).collect()
}
