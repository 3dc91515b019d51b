//! Posters with the words of `locales/*/poster.ftl`, and how they look on paper: drawn, measured and read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use image::GrayImage;
use paper::{FreeText, Poster, PosterWords};
use zxingcpp::{BarcodeFormat, ImageFormat, ImageView};

/// Tags of the shipped languages.
pub const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// The file of this name in this language.
pub fn locale(language: &str, file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales").join(language).join(file);
    std::fs::read_to_string(path).unwrap()
}

/// The words of a poster, as the server will fill them in.
pub fn words(language: &str, link: &str) -> PosterWords {
    let file = locale(language, "poster.ftl");
    let all: BTreeMap<&str, &str> = file.lines().filter_map(|line| line.split_once(" = ")).collect();
    let month = if language == "en" { "November" } else { "11月" };
    let values = [("day", "30"), ("month", month), ("year", "2026"), ("version", "3"), ("link", link)];
    let word = |key: &str| {
        values
            .iter()
            .fold(all[key].to_owned(), |text, (name, value)| text.replace(&format!("{{ ${name} }}"), value))
    };
    PosterWords {
        language: language.to_owned(),
        title: word("poster-title"),
        scan: word("poster-scan"),
        no_app: word("poster-no-app"),
        type_in: word("poster-type"),
        made: word("poster-made"),
        code: word("poster-code"),
    }
}

/// A link as long as they are.
pub const LINK: &str = "https://tongxing.hubei.example.cn/v/7K3M92QD4RTXH6PWZS";
/// The same in groups.
pub const TYPED: &str = "tongxing.hubei.example.cn/v/7K3M92-QD4RTX-H6PWZS";

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
