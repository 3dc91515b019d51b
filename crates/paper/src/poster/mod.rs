//! Location posters: a name to be read from afar, a code that any camera opens, and what to do with it.
//!
//! Invariants: a name is never cut and no character of it is left out or replaced without being named first
//! ([`Poster::missing`]); the code is the link and nothing else; the same poster is the same file.

mod layout;

use crate::font::names;
use crate::qr::Code;
use crate::sheet::{Sheet, Size};
use crate::{PaperError, pdf, svg};

/// Words that somebody typed: a name, an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeText<'a> {
    /// The words, in one line, composed (NFC).
    pub words: &'a str,
    /// Their language (BCP 47 tag), for screen readers.
    pub language: &'a str,
}

/// The words of a poster in one language, from `locales/*/poster.ftl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PosterWords {
    /// The language (BCP 47 tag). It decides the forms of Chinese characters.
    pub language: String,
    /// What the poster is for: `poster-title`.
    pub title: String,
    /// When to scan: `poster-scan`.
    pub scan: String,
    /// That no application is needed: `poster-no-app`.
    pub no_app: String,
    /// What to do if the code is not read: `poster-type`.
    pub type_in: String,
    /// Date and version: `poster-made`.
    pub made: String,
    /// The code's text alternative: `poster-code`.
    pub code: String,
}

/// What stands on a poster.
#[derive(Debug, Clone, Copy)]
pub struct Poster<'a> {
    /// The location's name; in the largest letters.
    pub name: FreeText<'a>,
    /// Its name in another language.
    pub other: Option<FreeText<'a>>,
    /// The entrance, the address: each a paragraph at the foot.
    pub lines: &'a [FreeText<'a>],
    /// What the code says, as it is: `https://…/v/<code>`.
    pub link: &'a str,
    /// The same for people who type it, the code in groups.
    pub typed: &'a str,
    /// The words, one for each language; the first is the file's own.
    pub words: &'a [PosterWords],
}

/// Characters of a poster's free text that the font lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing(pub Vec<char>);

/// Each with its number, so that it can be found where it cannot be shown: `鿫 (U+9FEB)`.
impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, c) in self.0.iter().enumerate() {
            let between = if at == 0 { "" } else { ", " };
            write!(f, "{between}{c} (U+{:04X})", u32::from(*c))?;
        }
        Ok(())
    }
}

/// Why there is no poster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PosterError {
    /// The font lacks characters of the name or of a line: print it from the SVG, or write it in other characters.
    #[error("the font has no {0}")]
    Missing(Missing),
    /// The link is longer than a code holds.
    #[error("the link does not fit a QR code")]
    Link,
    /// The sheet was refused: the words do not fit, or the file could not be written.
    #[error(transparent)]
    Paper(#[from] PaperError),
}

impl Poster<'_> {
    /// What of the free text and of the typed link the font lacks, each character once; empty if all can be printed.
    pub fn missing(&self) -> Vec<char> {
        let mut all = format!("{}{}", self.name.words, self.typed);
        self.other.iter().chain(self.lines).for_each(|text| all.push_str(text.words));
        names().lacking(&all)
    }

    /// The poster as a PDF of one page.
    pub fn pdf(&self, size: Size) -> Result<Vec<u8>, PosterError> {
        Ok(self.printable(size)?.pdf(size)?)
    }

    /// The poster as SVG, with words as words: they are drawn with the fonts of the machine that opens it, which may
    /// have what ours lacks, and keep the widths of ours as far as it has them.
    pub fn svg(&self, size: Size) -> Result<String, PosterError> {
        let sheet = self.sheet()?;
        sheet.fits(size)?;
        Ok(svg::write(&sheet, size))
    }

    fn printable(&self, size: Size) -> Result<Sheet, PosterError> {
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(PosterError::Missing(Missing(missing)));
        }
        let sheet = self.sheet()?;
        sheet.fits(size)?;
        Ok(sheet)
    }

    fn sheet(&self) -> Result<Sheet, PosterError> {
        let code = Code::link(self.link).map_err(|_| PosterError::Link)?;
        layout::sheet(self, &code)
    }
}

/// Posters as pages of one PDF of this title. The first that cannot be printed is named with its place, counted from 0.
pub fn pages<'a>(
    posters: impl IntoIterator<Item = Poster<'a>>,
    size: Size,
    title: &str,
) -> Result<Vec<u8>, (usize, PosterError)> {
    let one = |(at, poster): (usize, Poster<'_>)| poster.printable(size).map_err(|error| (at, error));
    let sheets = posters.into_iter().enumerate().map(one).collect::<Result<Vec<_>, _>>()?;
    pdf::write(&sheets, size, title).map_err(|error| (0, error.into()))
}
