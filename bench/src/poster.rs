//! Location posters: how long a thousand take as one PDF and as a ZIP of files, and how large they are.

use std::io::Write as _;

use anyhow::Result;
use paper::{Archive, FreeText, Poster, PosterWords, Size, file_name, pages};

use crate::report::Figure;
use crate::stopwatch::time;

#[path = "../../crates/paper/tests/common/words.rs"]
mod words;

const POSTERS: usize = 1_000;
/// Seconds: what the issue of locations asks for.
const LIMIT: f64 = 60.0;

/// Characters of which names are made: common ones, and such as only place names have.
const CHARACTERS: &str =
    "武汉市江岸区硚口中心第一人民医院博物馆火车站商场农贸市场小学大酒店猇亭浠水垸塆公园图书体育会展";

/// What one poster says, of its own.
struct Own {
    name: String,
    other: String,
    link: String,
    words: Vec<PosterWords>,
}

/// Every poster has another name, another address and another link.
fn own(number: usize) -> Own {
    let characters: Vec<char> = CHARACTERS.chars().collect();
    let name =
        (0..6 + number % 20).map(|at| characters[(number * 7 + at * (1 + number % 11)) % characters.len()]);
    let link = format!("{}{number:04}", &words::LINK[..words::LINK.len() - 4]);
    let words = ["zh-Hans", "en"].map(|language| words::words(language, &link)).into();
    Own { name: name.collect(), other: format!("Location number {number} of Wuhan"), link, words }
}

const LINES: [FreeText<'_>; 2] = [
    FreeText { words: "东门 East gate", language: "zh-Hans" },
    FreeText { words: "武汉市武昌区东湖路160号", language: "zh-Hans" },
];

impl Own {
    fn poster(&self) -> Poster<'_> {
        Poster {
            name: FreeText { words: &self.name, language: "zh-Hans" },
            other: Some(FreeText { words: &self.other, language: "en" }),
            lines: &LINES,
            link: &self.link,
            typed: words::TYPED,
            words: &self.words,
        }
    }
}

/// Seconds for a thousand posters in each form, beside the limit; prints the sizes.
pub fn figures() -> Result<Vec<Figure>> {
    let all: Vec<Own> = (0..POSTERS).map(own).collect();
    let posters: Vec<Poster<'_>> = all.iter().map(Own::poster).collect();
    let mut figures = Vec::new();
    for size in Size::ALL {
        let (taken, bytes) = time(|| pages(posters.iter().copied(), size, "Posters"));
        let bytes = bytes.map_err(|(at, error)| anyhow::anyhow!("poster {at}: {error}"))?;
        figures.push(figure("one PDF", size, taken, bytes.len())?);
        let (taken, bytes) = time(|| zipped(&posters, "pdf", |poster| Ok(poster.pdf(size)?)));
        figures.push(figure("a ZIP of PDFs", size, taken, bytes?.len())?);
        let (taken, bytes) = time(|| zipped(&posters, "svg", |poster| Ok(poster.svg(size)?.into_bytes())));
        figures.push(figure("a ZIP of SVGs", size, taken, bytes?.len())?);
    }
    Ok(figures)
}

fn zipped(
    posters: &[Poster<'_>],
    ending: &str,
    write: impl Fn(&Poster<'_>) -> Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    let mut archive = Archive::new(Vec::new());
    for (number, poster) in posters.iter().enumerate() {
        archive.add(&file_name(number + 1, poster.name.words, ending), &write(poster)?)?;
    }
    Ok(archive.finish()?)
}

fn figure(form: &str, size: Size, taken: std::time::Duration, bytes: usize) -> Result<Figure> {
    let name = format!("{POSTERS} posters {} as {form}", size.as_str());
    writeln!(
        std::io::stdout(),
        "{name}: {:.1} s, {:.1} kB a poster, {:.1} MB in all",
        taken.as_secs_f64(),
        kilobytes(bytes / POSTERS),
        kilobytes(bytes / 1000)
    )?;
    Ok(Figure::at_most(name, (taken.as_secs_f64(), "s"), LIMIT))
}

#[allow(clippy::cast_precision_loss, reason = "a length of a file")]
fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}
