//! A sheet: what stands where. Lengths are millimetres of A6, sizes of letters points of A6.

use crate::PaperError;
use crate::font::{Cut, Forms, cut, printed};
use crate::lines::lines;
use crate::qr::{Code, QUIET};
use crate::{pdf, png};

/// Points in a millimetre.
pub(crate) const POINT: f32 = 72.0 / 25.4;
/// Lines stand so far apart, in parts of the letters' size.
const LEADING: f32 = 1.3;
/// Where a line's letters stand on, from its top.
const BASELINE: f32 = 1.03;
/// Printers have so many dots an inch, or twice or four times as many: modules of whole dots print sharp.
pub(crate) const DOTS: f32 = 300.0;
/// A dot in millimetres.
pub(crate) const DOT: f32 = 25.4 / DOTS;

/// The size of the paper. The layout is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 105 × 148 mm: fits a passport.
    A6,
    /// 210 × 297 mm: the same in large print.
    A4,
}

impl Size {
    /// Both.
    pub const ALL: [Self; 2] = [Self::A6, Self::A4];

    /// Its name, as in addresses and file names.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A6 => "a6",
            Self::A4 => "a4",
        }
    }

    /// Width and height in millimetres.
    pub(crate) const fn millimetres(self) -> (f32, f32) {
        match self {
            Self::A6 => (105.0, 148.0),
            Self::A4 => (210.0, 297.0),
        }
    }

    /// How much larger than on A6 everything is.
    pub(crate) const fn scale(self) -> f32 {
        match self {
            Self::A6 => 1.0,
            Self::A4 => 2.0,
        }
    }
}

/// Where words go: their top left corner, and how wide they may run.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// From the left edge.
    pub x: f32,
    /// From the upper edge.
    pub y: f32,
    /// The width.
    pub width: f32,
}

/// To which side lines are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Along the left edge.
    Left,
    /// In the middle.
    Centre,
}

/// Words of one language in one size.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// The words.
    pub words: &'a str,
    /// Their language (BCP 47 tag).
    pub language: &'a str,
    /// The letters' size in points.
    pub points: f32,
    /// Whether they are bold.
    pub bold: bool,
}

/// Words as they are set: in which font, in which size.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub words: &'a str,
    pub language: &'a str,
    pub points: f32,
    pub cut: &'static Cut,
    /// Whether a `*` stands for what the font lacks. If not, whoever prints has looked for it.
    pub masked: bool,
}

impl<'a> From<Text<'a>> for Setting<'a> {
    fn from(Text { words, language, points, bold }: Text<'a>) -> Self {
        Self { words, language, points, cut: cut(Forms::of_language(language), bold), masked: true }
    }
}

/// A line of letters, or part of one.
pub(crate) struct Run {
    pub x: f32,
    pub baseline: f32,
    pub text: String,
    pub language: String,
    pub points: f32,
    pub cut: &'static Cut,
}

/// What a screen reader is told of a thing.
pub(crate) enum Thing {
    Heading(Vec<Run>),
    Paragraph(Vec<Run>),
    /// Rectangles (x, y, width, height), and what they show in words.
    Figure(Vec<[f32; 4]>, String),
    /// A frame around what belongs together; nothing to read.
    Frame([f32; 4]),
}

/// A sheet that is being laid out.
pub struct Sheet {
    pub(crate) title: String,
    pub(crate) language: String,
    pub(crate) things: Vec<Thing>,
    lowest: f32,
}

impl Sheet {
    /// An empty sheet; its title and main language (BCP 47 tag) are what a viewer shows and reads.
    pub fn new(title: &str, language: &str) -> Self {
        let (title, language) = (title.to_owned(), language.to_owned());
        Self { title, language, things: Vec::new(), lowest: 0.0 }
    }

    /// A heading. Gives where it ends.
    pub fn heading(&mut self, area: Area, align: Align, text: Text<'_>) -> f32 {
        let text = text.into();
        let (runs, end) = set(area, align, text, lines(text, area.width));
        self.put(Thing::Heading(runs), end)
    }

    /// A paragraph, in as many lines as it needs. Gives where it ends.
    pub fn paragraph(&mut self, area: Area, align: Align, text: Text<'_>) -> f32 {
        let text = text.into();
        let (runs, end) = set(area, align, text, lines(text, area.width));
        self.put(Thing::Paragraph(runs), end)
    }

    /// Texts beside each other in one line, which is not broken. Gives where it ends.
    pub fn line(&mut self, area: Area, align: Align, texts: &[Text<'_>]) -> f32 {
        let points = texts.iter().map(|text| text.points).fold(0.0, f32::max);
        let baseline = area.y + points * BASELINE / POINT;
        let mut x = 0.0;
        let mut runs = Vec::new();
        for text in texts {
            let run = run((*text).into(), text.words, area.x + x, baseline);
            x += run.width();
            runs.push(run);
        }
        if align == Align::Centre {
            let shift = (area.width - x) / 2.0;
            for run in &mut runs {
                run.x += shift;
            }
        }
        let end = if x > area.width { f32::INFINITY } else { area.y + points * LEADING / POINT };
        self.put(Thing::Paragraph(runs), end)
    }

    /// A code, of which a side is at least `least` without the light modules around; `alternative` says in words what
    /// it is. Its corner, light modules included, is at `x`, `y`. Gives its side, light modules included.
    pub fn code(&mut self, code: &Code, (x, y): (f32, f32), least: f32, alternative: &str) -> f32 {
        let dots = (least / modules(code.side()) / DOT).ceil();
        self.place(code, (x, y), dots, alternative)
    }

    /// The same with modules of so many dots a side.
    pub(crate) fn place(&mut self, code: &Code, (x, y): (f32, f32), dots: f32, alternative: &str) -> f32 {
        let module = dots * DOT;
        let (x, y) = ((x / DOT).round() * DOT, (y / DOT).round() * DOT);
        let rectangle = |(column, row, length): (usize, usize, usize)| {
            [
                x + modules(column + QUIET) * module,
                y + modules(row + QUIET) * module,
                modules(length) * module,
                module,
            ]
        };
        let rectangles = code.runs().into_iter().map(rectangle).collect();
        let side = modules(code.side() + 2 * QUIET) * module;
        self.put(Thing::Figure(rectangles, alternative.to_owned()), y + side);
        side
    }

    /// A frame around what belongs together.
    pub fn frame(&mut self, area: Area, height: f32) {
        self.put(Thing::Frame([area.x, area.y, area.width, height]), area.y + height);
    }

    pub(crate) fn put(&mut self, thing: Thing, end: f32) -> f32 {
        self.things.push(thing);
        self.lowest = self.lowest.max(end);
        end
    }

    /// The sheet as a PDF of this size.
    pub fn pdf(&self, size: Size) -> Result<Vec<u8>, PaperError> {
        self.fits(size)?;
        pdf::write(std::slice::from_ref(self), size, &self.title)
    }

    /// The sheet as a picture (PNG) of A6 at 300 dots an inch.
    pub fn png(&self) -> Result<Vec<u8>, PaperError> {
        self.fits(Size::A6)?;
        png::write(self)
    }

    pub(crate) fn fits(&self, size: Size) -> Result<(), PaperError> {
        let (_, height) = size.millimetres();
        if self.lowest * size.scale() > height { Err(PaperError::Full) } else { Ok(()) }
    }
}

impl Run {
    pub(crate) fn width(&self) -> f32 {
        self.cut.width(&self.text) * self.points / POINT
    }
}

/// A count of modules, for lengths.
pub(crate) fn modules(count: usize) -> f32 {
    f32::from(u16::try_from(count).expect("at most 185 modules"))
}

/// How high so many lines of these points are.
pub(crate) fn height(lines: usize, points: f32) -> f32 {
    (0..lines).map(|_| points * LEADING / POINT).sum()
}

fn run(text: Setting<'_>, words: &str, x: f32, baseline: f32) -> Run {
    let blank = |c: char| if c.is_whitespace() { ' ' } else { c };
    Run {
        x,
        baseline,
        text: if text.masked { printed(words, text.cut) } else { words.chars().map(blank).collect() },
        language: text.language.to_owned(),
        points: text.points,
        cut: text.cut,
    }
}

/// Sets lines of a text below each other. Gives where they end.
pub(crate) fn set<'a>(
    area: Area,
    align: Align,
    text: Setting<'_>,
    lines: impl IntoIterator<Item = &'a str>,
) -> (Vec<Run>, f32) {
    let step = height(1, text.points);
    let mut baseline = area.y + text.points * BASELINE / POINT;
    let mut end = area.y;
    let mut runs = Vec::new();
    for line in lines {
        let mut run = run(text, line, area.x, baseline);
        if align == Align::Centre {
            let width = text.cut.width(run.text.trim_end()) * text.points / POINT;
            run.x += (area.width - width) / 2.0;
        }
        runs.push(run);
        baseline += step;
        end += step;
    }
    (runs, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn text<'a>(words: &'a str, language: &'a str) -> Text<'a> {
        Text { words, language, points: 10.0, bold: false }
    }

    #[test]
    fn what_does_not_fit_the_sheet_is_refused() {
        let mut sheet = Sheet::new("Title", "en");
        let area = Area { x: 6.0, y: 140.0, width: 40.0 };
        let end = sheet.paragraph(area, Align::Left, text("Check", "en"));
        assert!((140.0..146.0).contains(&end));
        assert!(sheet.pdf(Size::A6).is_ok());
        sheet.paragraph(area, Align::Left, text("Check with the document", "en"));
        assert_eq!(sheet.pdf(Size::A6), Err(PaperError::Full));
        let mut wide = Sheet::new("Title", "en");
        wide.line(Area { y: 6.0, ..area }, Align::Left, &[text("Check with the document", "en"); 2]);
        assert_eq!(wide.pdf(Size::A4), Err(PaperError::Full));
    }

    #[test]
    fn a_code_is_as_large_as_wanted_and_no_module_breaks_a_dot() {
        let mut sheet = Sheet::new("Title", "en");
        let code = Code::of("TX1:RRQT 9O60GO0U8AMNJJ").unwrap();
        let side = sheet.code(&code, (7.0, 9.0), 35.0, "A code");
        let Thing::Figure(rectangles, _) = &sheet.things[0] else { panic!("a figure") };
        let (mut left, mut right) = (f32::MAX, 0.0_f32);
        for [x, _, width, height] in rectangles {
            let dots = height * DOTS / 25.4;
            assert!((dots - dots.round()).abs() < 1e-3);
            (left, right) = (left.min(*x), right.max(x + width));
        }
        assert!(right - left >= 35.0, "{}", right - left);
        assert!((side - (right - left) - 2.0 * (left - 7.0)).abs() < 0.1, "light on both sides");
    }

    #[test]
    fn the_same_sheet_is_the_same_file() {
        let mut sheet = Sheet::new("Title", "en");
        sheet.heading(Area { x: 6.0, y: 6.0, width: 90.0 }, Align::Centre, text("Check", "en"));
        assert_eq!(sheet.pdf(Size::A6), sheet.pdf(Size::A6));
        assert!(sheet.pdf(Size::A4).unwrap().starts_with(b"%PDF-1.7"));
    }
}
