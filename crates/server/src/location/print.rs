//! Posters as files: one page, many pages, an archive. Words in Chinese and English, whoever prints: it hangs on a wall.

use domain::location::Slot;
use paper::{
    Archive, ArchiveError, FreeText, Missing, Poster, PosterError, PosterWords, Size, file_name, pages,
};
use store::rows::location::PosterRow;
use tokio::sync::Semaphore;

use crate::http::{Kind, Problem};
use crate::words::{Language, Words};

/// What is made of posters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One PDF, each poster a page.
    Pdf(Size),
    /// The picture of one poster.
    Svg,
    /// An archive with a PDF of each.
    ZipPdf(Size),
    /// An archive with a picture of each.
    ZipSvg,
}

impl Form {
    /// The form that the end of a file's name asks for: `a4.pdf`, `a6.pdf`, `svg`, `a4.zip`, `a6.zip`, `svg.zip`.
    pub fn from_name(name: &str) -> Option<Self> {
        let size = |text: &str| Size::ALL.into_iter().find(|size| size.as_str() == text);
        match name.split_once('.') {
            None if name == "svg" => Some(Self::Svg),
            Some(("svg", "zip")) => Some(Self::ZipSvg),
            Some((text, "pdf")) => size(text).map(Self::Pdf),
            Some((text, "zip")) => size(text).map(Self::ZipPdf),
            _ => None,
        }
    }

    /// The type of the file.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf(_) => "application/pdf",
            Self::Svg => "image/svg+xml",
            Self::ZipPdf(_) | Self::ZipSvg => "application/zip",
        }
    }
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// There is nothing to print.
    #[error("there is no poster")]
    Nothing,
    /// The font lacks these characters: print the picture.
    #[error("the font has no {0}")]
    Missing(Missing),
    /// It was refused.
    #[error("a poster could not be printed: {0}")]
    Poster(PosterError),
    /// The archive was refused.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The printing thread ended early.
    #[error("the printing was interrupted")]
    Interrupted,
}

impl From<PosterError> for PrintError {
    fn from(error: PosterError) -> Self {
        match error {
            PosterError::Missing(missing) => Self::Missing(missing),
            other => Self::Poster(other),
        }
    }
}

impl Problem for PrintError {
    fn kind(&self) -> Kind {
        match self {
            Self::Nothing => Kind::NOT_FOUND,
            Self::Missing(_) => Kind::CONFLICT,
            Self::Poster(_) | Self::Archive(_) | Self::Interrupted => Kind::INTERNAL,
        }
    }
}

/// Characters of free text that the font of posters lacks, each once.
pub fn lacking(text: &str) -> Vec<char> {
    let name = FreeText { words: text, language: "und" };
    Poster { name, other: None, lines: &[], link: "", typed: "", words: &[] }.missing()
}

/// The languages of the words on every poster.
const LANGUAGES: [Language; 2] = [Language::ZhHans, Language::En];

/// What one poster says.
struct Own {
    name: String,
    other: Option<String>,
    lines: Vec<String>,
    link: String,
    typed: String,
    words: Vec<PosterWords>,
}

/// The address that a code's poster opens.
pub fn link(origin: &str, code: &str) -> String {
    format!("{origin}/v/{code}")
}

/// The place below which the address stands: its division, in Chinese.
pub fn whole_address(division: &str, address: &str, words: Words) -> String {
    let key = format!("division-{division}");
    let division = if words.has(&key) { words.t(&key) } else { return address.to_owned() };
    let between = if words.0 == Language::En { " · " } else { "" };
    if address.starts_with(&division) { address.to_owned() } else { format!("{division}{between}{address}") }
}

impl Own {
    fn of(origin: &str, row: &PosterRow) -> Self {
        let link = link(origin, &row.code.code.to_string());
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        let address = whole_address(&row.division, &row.address, Words(Language::ZhHans));
        Self {
            name: row.name.clone(),
            other: row.name_other.clone(),
            lines: row.entrance.iter().cloned().chain([address]).collect(),
            typed: format!("{host}/v/{}", row.code.code.grouped()),
            words: LANGUAGES.map(|language| words(language, row, &link)).into(),
            link,
        }
    }

    fn lines(&self) -> Vec<FreeText<'_>> {
        self.lines.iter().map(|words| FreeText { words, language: "zh-Hans" }).collect()
    }

    fn poster<'a>(&'a self, lines: &'a [FreeText<'a>]) -> Poster<'a> {
        Poster {
            name: FreeText { words: &self.name, language: "zh-Hans" },
            other: self.other.as_deref().map(|words| FreeText { words, language: "und" }),
            lines,
            link: &self.link,
            typed: &self.typed,
            words: &self.words,
        }
    }
}

fn words(language: Language, row: &PosterRow, link: &str) -> PosterWords {
    let words = Words(language);
    let made = row.code.poster.made.local_date();
    let values = [
        ("day", made.day().to_string()),
        ("month", words.t(&format!("month-{}", made.month()))),
        ("year", made.year().to_string()),
        ("version", row.code.poster.version.to_string()),
    ];
    PosterWords {
        language: language.tag().to_owned(),
        title: words.t("poster-title"),
        scan: words.t("poster-scan"),
        no_app: words.t("poster-no-app"),
        type_in: words.t("poster-type"),
        made: words.with("poster-made", &values),
        code: words.t1("poster-code", "link", link),
    }
}

/// All that somebody typed of what stands on a poster: what [`lacking`] looks at.
pub fn free_text(row: &PosterRow) -> String {
    let PosterRow { name, name_other, address, entrance, .. } = row;
    let other = name_other.as_deref().unwrap_or_default();
    [name, other, address, entrance.as_deref().unwrap_or_default()].concat()
}

/// Few posters are made beside others, many alone: their pages take memory.
static FEW: Semaphore = Semaphore::const_new(2);
static MANY: Semaphore = Semaphore::const_new(1);
const A_FEW: usize = 60;

/// Makes a file of posters, away from the threads that answer requests.
pub async fn file(origin: &str, rows: Vec<PosterRow>, form: Form) -> Result<Vec<u8>, PrintError> {
    let turns = if rows.len() <= A_FEW { &FEW } else { &MANY };
    let turn = turns.acquire().await.map_err(|_| PrintError::Interrupted)?;
    let origin = origin.to_owned();
    let made = tokio::task::spawn_blocking(move || {
        // Held until the work is done, also when nobody waits for it any more.
        let _turn = turn;
        make(&origin, &rows, form)
    });
    made.await.map_err(|_| PrintError::Interrupted)?
}

fn make(origin: &str, rows: &[PosterRow], form: Form) -> Result<Vec<u8>, PrintError> {
    let all: Vec<Own> = rows.iter().map(|row| Own::of(origin, row)).collect();
    let lines: Vec<Vec<FreeText<'_>>> = all.iter().map(Own::lines).collect();
    let posters: Vec<Poster<'_>> = all.iter().zip(&lines).map(|(own, lines)| own.poster(lines)).collect();
    let first = posters.first().ok_or(PrintError::Nothing)?;
    match form {
        Form::Svg => Ok(first.svg(Size::A4)?.into_bytes()),
        Form::Pdf(size) => {
            // What cannot be set is left out of the many, and named before; one alone says why.
            let printable: Vec<Poster<'_>> = match &posters[..] {
                [one] => vec![*one],
                many => many.iter().filter(|poster| poster.missing().is_empty()).copied().collect(),
            };
            let title = Words(LANGUAGES[0]).t("poster-title");
            if printable.is_empty() {
                return Err(PrintError::Missing(Missing(first.missing())));
            }
            pages(printable, size, &title).map_err(|(_, error)| error.into())
        }
        Form::ZipPdf(size) => archive(&posters, Some(size)),
        Form::ZipSvg => archive(&posters, None),
    }
}

/// Each poster as a file: a PDF of this size where the font has all its characters, else a picture.
fn archive(posters: &[Poster<'_>], size: Option<Size>) -> Result<Vec<u8>, PrintError> {
    let mut archive = Archive::new(Vec::new());
    for (number, poster) in (1..).zip(posters) {
        let name = poster.name.words;
        match size.filter(|_| poster.missing().is_empty()) {
            Some(size) => archive.add(&file_name(number, name, "pdf"), &poster.pdf(size)?)?,
            None => archive.add(&file_name(number, name, "svg"), poster.svg(Size::A4)?.as_bytes())?,
        }
    }
    Ok(archive.finish()?)
}

/// A name for a file that is saved: of the day, and of nobody.
pub fn saved_as(prefix: &str, form: Form, now: domain::Timestamp) -> String {
    let date = Slot::of(now).start().local_date();
    let ending = match form {
        Form::Pdf(size) => format!("{}.pdf", size.as_str()),
        Form::Svg => "a4.svg".to_owned(),
        Form::ZipPdf(size) => format!("{}.zip", size.as_str()),
        Form::ZipSvg => "svg.zip".to_owned(),
    };
    format!("{prefix}-{date}-{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_named_by_the_end_of_the_file() {
        for (name, form) in [
            ("a4.pdf", Form::Pdf(Size::A4)),
            ("a6.zip", Form::ZipPdf(Size::A6)),
            ("svg", Form::Svg),
            ("svg.zip", Form::ZipSvg),
        ] {
            assert_eq!(Form::from_name(name), Some(form));
        }
        for name in ["a3.pdf", "svg.pdf", "pdf", "a4", "a4.pdf.zip", ""] {
            assert_eq!(Form::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn an_address_stands_behind_its_division_once() {
        let chinese = Words(Language::ZhHans);
        assert_eq!(whole_address("420100", "沿江路1号", chinese), "武汉市沿江路1号");
        assert_eq!(whole_address("420100", "武汉市沿江路1号", chinese), "武汉市沿江路1号");
        assert_eq!(whole_address("420000", "G4", chinese), "G4");
        assert_eq!(whole_address("420100", "1 River Road", Words(Language::En)), "Wuhan · 1 River Road");
    }
}
