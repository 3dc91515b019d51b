//! The printed pass as PDF, A6 or, in large print, A4; and as a picture of the A6 sheet.
//!
//! Used by the holder's page and by whoever prints for holders at a desk. Pure, but for the words: the same pass gives
//! the same file. Neither the file's title nor its other metadata says anything of the holder.

use credential::to_text;
use paper::{Align, Area, Code, PaperError, Sheet, Size, Text};

use super::card::Card;
use super::issue::Issued;
use crate::http::{Kind, Problem};
use crate::words::{Language, Words};

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The bytes are no pass, or do not fit a code.
    #[error("the pass cannot be drawn")]
    Pass,
    /// The sheet was refused.
    #[error(transparent)]
    Paper(#[from] PaperError),
}

impl Problem for PrintError {
    fn kind(&self) -> Kind {
        Kind::INTERNAL
    }
}

/// What a pass's code measures at least, in millimetres on A6, without the light modules around it.
const CODE: f32 = 41.0;
const MARGIN: f32 = 7.0;
const WIDTH: f32 = 105.0 - 2.0 * MARGIN;

/// The printed pass as a PDF of this size, in these languages (see [`super::card::languages`]); the last of them is
/// the file's own.
pub fn pdf(
    issued: &Issued,
    size: Size,
    languages: &[Language],
    hotline: &str,
) -> Result<Vec<u8>, PrintError> {
    Ok(sheet_of(issued, languages, hotline)?.pdf(size)?)
}

/// The printed pass as a picture (PNG): for phones whose browser keeps nothing else.
pub fn png(issued: &Issued, languages: &[Language], hotline: &str) -> Result<Vec<u8>, PrintError> {
    Ok(sheet_of(issued, languages, hotline)?.png()?)
}

fn sheet_of(issued: &Issued, languages: &[Language], hotline: &str) -> Result<Sheet, PrintError> {
    let card = Card::of(issued).ok_or(PrintError::Pass)?;
    let code = Code::of(&to_text(&issued.signed)).map_err(|_| PrintError::Pass)?;
    Ok(sheet(&card, &code, languages, hotline))
}

/// How words look.
#[derive(Clone, Copy)]
struct Look {
    points: f32,
    bold: bool,
}

const fn look(points: f32, bold: bool) -> Look {
    Look { points, bold }
}

impl Look {
    fn times(self, factor: f32) -> Self {
        Self { points: self.points * factor, ..self }
    }

    fn text(self, words: &str, language: Language) -> Text<'_> {
        Text { words, language: language.tag(), points: self.points, bold: self.bold }
    }
}

fn sheet(card: &Card, code: &Code, languages: &[Language], hotline: &str) -> Sheet {
    let own = languages.last().copied().unwrap_or_default();
    let mut layout = Layout {
        sheet: Sheet::new(&Words(own).t("paper-title"), own.tag()),
        languages: languages.to_vec(),
        grown: if languages.len() == 1 { ALONE } else { 1.0 },
    };
    let y = layout.title(MARGIN);
    let side = layout.sheet.code(code, (MARGIN - 3.0, y), CODE, &Words(own).t("paper-code"));
    let items = layout.items(card, MARGIN + side, y + 2.0);
    let y = layout.check((y + side).max(items) + 1.0);
    let y = layout.instructions("paper-inspector", "paper-inspector-do", y + 3.0);
    let y = layout.instructions("paper-holder", "paper-holder-do", y + 2.0);
    layout.hotline(hotline, y + 2.5);
    layout.sheet
}

/// One language alone has room for larger letters.
const ALONE: f32 = 1.15;

struct Layout {
    sheet: Sheet,
    languages: Vec<Language>,
    grown: f32,
}

/// Between words of different languages in one line.
const BETWEEN: &str = " · ";

impl Layout {
    const fn row(y: f32) -> Area {
        Area { x: MARGIN, y, width: WIDTH }
    }

    /// The words of `key` in every language.
    fn words(&self, key: &str) -> Vec<(Language, String)> {
        self.languages.iter().map(|language| (*language, Words(*language).t(key))).collect()
    }

    fn title(&mut self, y: f32) -> f32 {
        let mut end = y;
        for (at, (language, title)) in self.words("paper-title").into_iter().enumerate() {
            let look = if at == 0 { look(16.0, true) } else { look(10.0, true) };
            let text = look.times(self.grown).text(&title, language);
            end = match at {
                0 => self.sheet.heading(Self::row(end), Align::Centre, text),
                _ => self.sheet.paragraph(Self::row(end), Align::Centre, text),
            };
        }
        end + 0.5
    }

    /// One line with the words of `key` in every language.
    fn labels(&mut self, area: Area, align: Align, key: &str, looks: [Look; 2]) -> f32 {
        let words = self.words(key);
        let mut texts: Vec<Text<'_>> = Vec::new();
        for (at, (language, word)) in words.iter().enumerate() {
            let look = looks[at.min(1)].times(self.grown);
            if at > 0 {
                texts.push(look.text(BETWEEN, *language));
            }
            texts.push(look.text(word, *language));
        }
        self.sheet.line(area, align, &texts)
    }

    fn items(&mut self, card: &Card, x: f32, y: f32) -> f32 {
        let area = |y| Area { x, y, width: 105.0 - MARGIN - x };
        let plain = |value: &str| vec![(Language::ZhHans, value.to_owned())];
        let worded = |value: &dyn Fn(Words) -> String| -> Vec<(Language, String)> {
            self.languages.iter().map(|language| (*language, value(Words(*language)))).collect()
        };
        let rows = [
            ("paper-initials", plain(&card.initials)),
            ("paper-birthday", worded(&|words| card.birthday(words))),
            ("paper-document", worded(&|words| card.kind(words))),
            ("paper-last-four", plain(&card.last_four)),
            ("paper-until", worded(&|words| card.until(words))),
        ];
        let mut end = y;
        for (label, values) in rows {
            end = self.labels(area(end), Align::Left, label, [look(6.5, false); 2]);
            for (at, (language, value)) in values.iter().enumerate() {
                let look = if at == 0 { look(10.5, true) } else { look(8.0, true) };
                end = self.sheet.paragraph(
                    area(end),
                    Align::Left,
                    look.times(self.grown).text(value, *language),
                );
            }
            end += 1.2;
        }
        end
    }

    /// The one thing that nobody may miss, in a frame.
    fn check(&mut self, y: f32) -> f32 {
        let height = 9.0 * self.grown;
        self.sheet.frame(Self::row(y), height);
        let looks = [look(14.0, true), look(11.0, true)];
        self.labels(Self::row(y + 1.3 * self.grown), Align::Centre, "paper-check", looks);
        y + height
    }

    fn instructions(&mut self, who: &str, what: &str, y: f32) -> f32 {
        let mut end = self.labels(Self::row(y), Align::Left, who, [look(8.5, true), look(8.0, true)]);
        for (at, (language, words)) in self.words(what).into_iter().enumerate() {
            let look = if at == 0 { look(8.5, false) } else { look(8.0, false) };
            end = self.sheet.paragraph(
                Self::row(end),
                Align::Left,
                look.times(self.grown).text(&words, language),
            );
        }
        end
    }

    fn hotline(&mut self, hotline: &str, y: f32) {
        let end =
            self.labels(Self::row(y), Align::Left, "paper-hotline", [look(8.5, false), look(8.0, false)]);
        self.sheet.paragraph(
            Self::row(end),
            Align::Left,
            look(12.0, true).times(self.grown).text(hotline, Language::ZhHans),
        );
    }
}

#[cfg(test)]
mod tests {
    use paper::{Forms, missing};

    use super::*;

    const SAMPLE: &str = "TX1:RRQT 9O60GO0U8AMNJJ-P-VL8CKGBF.70+M8RW5PF8DF3";

    /// What `make fonts` cuts the fonts to.
    #[test]
    fn every_word_that_is_printed_is_in_the_fonts() {
        for language in Language::ALL {
            let words = Words(language);
            let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../locales")
                .join(language.tag())
                .join("paper.ftl");
            let file = std::fs::read_to_string(file).unwrap();
            let values: String = file.lines().filter(|line| !line.starts_with('#')).collect();
            let dates: String = (1..=12).map(|month| words.t(&format!("month-{month}"))).collect();
            let lacking = missing(&(values + &dates), Forms::of_language(language.tag()));
            assert!(lacking.is_empty(), "{}: {lacking:?}: make fonts", language.tag());
        }
    }

    #[test]
    fn every_pass_fits_its_sheet_in_every_language() {
        // The longest text that a printed pass has: version 11.
        let text = format!("{SAMPLE}{}", "A".repeat(366 - SAMPLE.len()));
        let code = Code::of(&text).unwrap();
        for language in Language::ALL {
            for document in ["passport", "hk_macao_permit", "taiwan_permit"] {
                for (day, month) in [(30, 9), (0, 0)] {
                    let card = Card { document, initials: "ABCPDS".to_owned(), ..Card::sample(day, month) };
                    let languages = super::super::card::languages(language);
                    let sheet = sheet(&card, &code, &languages, "0086-27-87122256");
                    for size in Size::ALL {
                        assert!(sheet.pdf(size).is_ok(), "{} {document}", language.tag());
                    }
                    let read = picture::decode_qr(&sheet.png().unwrap()).unwrap();
                    let read: Vec<String> = read.iter().map(ToString::to_string).collect();
                    assert_eq!(read, [text.as_str()], "the picture's code is read: {}", language.tag());
                }
            }
        }
    }
}
