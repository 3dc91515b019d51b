//! Where things stand on a poster, in millimetres of A6: names above, what to do below, and between them the code, as
//! large as what is left.

use crate::PaperError;
use crate::font::names;
use crate::lines::{fitted, sizes};
use crate::qr::{Code, QUIET};
use crate::sheet::{self, Align, Area, DOT, Run, Setting, Sheet, Size, Text, Thing, modules};

use super::{FreeText, Poster, PosterError, PosterWords};

const MARGIN: f32 = 6.5;
const WIDTH: f32 = 105.0 - 2.0 * MARGIN;
/// What a code measures at least without the light modules around: on A4 it is twice that.
const LEAST: f32 = 35.0;
/// What it measures at most: more would not be read from further away, and leave names no air.
const MOST: f32 = 66.0;

/// How high a name may become, and the points of its letters.
struct Place {
    high: f32,
    least: f32,
    most: f32,
}

const NAME: Place = Place { high: 24.0, least: 7.0, most: 34.0 };
const OTHER: Place = Place { high: 15.0, least: 5.0, most: 15.0 };
/// All lines at the foot together.
const LINES: Place = Place { high: 10.5, least: 4.5, most: 7.5 };
const TYPED: Place = Place { high: 3.5, least: 4.5, most: 8.0 };

pub fn sheet(poster: &Poster<'_>, code: &Code) -> Result<Sheet, PosterError> {
    let language = poster.words.first().map_or("", |words| words.language.as_str());
    let mut layout = Layout { sheet: Sheet::new(poster.name.words, language), poster };
    let top = layout.head(MARGIN)?;
    // The foot is laid out once to see how high it is, and again where it stands.
    let mut trial = Layout { sheet: Sheet::new("", language), poster };
    let foot = trial.foot(0.0)?;
    let (_, high) = Size::A6.millimetres();
    let bottom = high - MARGIN - foot;
    layout.code(code, top, bottom)?;
    layout.foot(bottom)?;
    Ok(layout.sheet)
}

struct Layout<'a> {
    sheet: Sheet,
    poster: &'a Poster<'a>,
}

const fn row(y: f32) -> Area {
    Area { x: MARGIN, y, width: WIDTH }
}

/// Between words of different languages in one line.
const BETWEEN: &str = " · ";

impl Layout<'_> {
    fn head(&mut self, y: f32) -> Result<f32, PosterError> {
        let end = self.joined(y, 9.5, true, |words| &words.title) + 1.0;
        let end = self.free(self.poster.name, end, &NAME, Thing::Heading)?;
        match self.poster.other {
            Some(other) => self.free(other, end + 0.8, &OTHER, Thing::Paragraph),
            None => Ok(end),
        }
    }

    /// As large as fits between, in the middle.
    fn code(&mut self, code: &Code, top: f32, bottom: f32) -> Result<(), PosterError> {
        let side = modules(code.side());
        let whole = side + modules(2 * QUIET);
        let dots = ((bottom - top) / whole).min(MOST / side) / DOT;
        // A little more than a whole number that rounding has made a little less.
        let dots = (dots + 1e-3).floor();
        if dots * DOT * side < LEAST {
            return Err(PaperError::Full.into());
        }
        let place = dots * DOT * whole;
        let corner = ((105.0 - place) / 2.0, top + (bottom - top - place) / 2.0);
        let alternatives: Vec<&str> = self.poster.words.iter().map(|words| words.code.as_str()).collect();
        self.sheet.place(code, corner, dots, &alternatives.join(BETWEEN));
        Ok(())
    }

    fn foot(&mut self, y: f32) -> Result<f32, PosterError> {
        let poster = self.poster;
        let mut end = self.each(y, [13.0, 10.0], true, |words| &words.scan) + 0.8;
        end = self.each(end, [8.5, 8.0], false, |words| &words.no_app) + 1.2;
        end = self.each(end, [6.5, 6.0], false, |words| &words.type_in);
        let typed = FreeText { words: poster.typed, language: "zxx" };
        end = self.free(typed, end, &TYPED, Thing::Paragraph)? + 1.2;
        end = self.lines(end)?;
        Ok(self.joined(end + 0.3, 6.0, false, |words| &words.made))
    }

    /// Words of every language, below each other; the first in larger letters.
    fn each(&mut self, y: f32, points: [f32; 2], bold: bool, which: fn(&PosterWords) -> &String) -> f32 {
        let mut end = y;
        for (at, words) in self.poster.words.iter().enumerate() {
            let text =
                Text { words: which(words), language: &words.language, points: points[at.min(1)], bold };
            end = self.sheet.paragraph(row(end), Align::Centre, text);
        }
        end
    }

    /// Words of every language beside each other.
    fn joined(&mut self, y: f32, points: f32, bold: bool, which: fn(&PosterWords) -> &String) -> f32 {
        let mut texts = Vec::new();
        for words in self.poster.words {
            let text = |words: &'static str| Text { words, language: "", points, bold };
            if !texts.is_empty() {
                texts.push(Text { language: &words.language, ..text(BETWEEN) });
            }
            texts.push(Text { words: which(words), language: &words.language, points, bold });
        }
        self.sheet.line(row(y), Align::Centre, &texts)
    }

    /// The lines at the foot, all in one size, as large as their place allows.
    fn lines(&mut self, y: f32) -> Result<f32, PosterError> {
        let poster = self.poster;
        let all = |points: f32| {
            let (mut end, mut set) = (y, Vec::new());
            for FreeText { words, language } in poster.lines {
                let setting = Setting { words, language, points, cut: names(), masked: false };
                let (_, lines) = fitted(setting, (WIDTH, y + LINES.high - end), points..=points)?;
                let (runs, below) = sheet::set(row(end), Align::Centre, setting, lines);
                set.push(runs);
                end = below;
            }
            Some((end, set))
        };
        let (end, set) = sizes(LINES.least..=LINES.most).find_map(all).ok_or(PaperError::Full)?;
        for runs in set {
            self.sheet.put(Thing::Paragraph(runs), end);
        }
        Ok(end)
    }

    /// Free text, as large as its place allows.
    fn free(
        &mut self,
        text: FreeText<'_>,
        y: f32,
        place: &Place,
        thing: fn(Vec<Run>) -> Thing,
    ) -> Result<f32, PosterError> {
        let FreeText { words, language } = text;
        let setting = Setting { words, language, points: place.most, cut: names(), masked: false };
        let (points, lines) =
            fitted(setting, (WIDTH, place.high), place.least..=place.most).ok_or(PaperError::Full)?;
        let (runs, end) = sheet::set(row(y), Align::Centre, Setting { points, ..setting }, lines);
        Ok(self.sheet.put(thing(runs), end))
    }
}
