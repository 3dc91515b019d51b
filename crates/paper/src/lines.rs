//! Lines: where a text is broken, and how large it may be to fit its place.

use std::ops::RangeInclusive;

use unicode_linebreak::{BreakOpportunity, linebreaks};

use crate::font::Cut;
use crate::sheet::{POINT, Setting, height};

/// The lines of a text, broken where its language allows it (UAX 14). A word that is wider than the area stands out.
pub(crate) fn lines(text: Setting<'_>, width: f32) -> Vec<&str> {
    Pieces::of(text).lines(width * POINT / text.points)
}

/// The steps in which letters become smaller, in points.
const STEP: f32 = 0.5;

/// Sizes to be tried, the largest first.
pub(crate) fn sizes(points: RangeInclusive<f32>) -> impl Iterator<Item = f32> {
    let smaller = std::iter::successors(Some(*points.end()), |size| Some(size - STEP));
    smaller.take_while(move |size| size >= points.start())
}

/// The largest size in which a text fits its place, and its lines there: as few as this size allows, about equally
/// long. Words are broken only where they are too long even in the least size. `None` if it does not fit at all.
pub(crate) fn fitted<'a>(
    text: Setting<'a>,
    (width, high): (f32, f32),
    points: RangeInclusive<f32>,
) -> Option<(f32, Vec<&'a str>)> {
    let pieces = Pieces::of(text);
    let in_size = |size: f32, pieces: &Pieces<'a>| {
        let room = width * POINT / size;
        let lines = pieces.lines(room);
        let fits = height(lines.len(), size) <= high && pieces.widest(&lines) <= room;
        fits.then(|| (size, pieces.balanced(room, lines)))
    };
    sizes(points.clone())
        .find_map(|size| in_size(size, &pieces))
        .or_else(|| sizes(points).find_map(|size| in_size(size, &pieces.cut(width * POINT / size))))
}

/// What is not broken: a word, a Chinese character with the stop behind it.
#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
    /// Parts of the letters' size, with the blanks at its end and without.
    width: f32,
    trimmed: f32,
    /// Whether a line ends here, however much room there is.
    ends: bool,
}

/// A text in pieces, measured once for all sizes: letters stand beside each other without kerning.
struct Pieces<'a> {
    words: &'a str,
    cut: &'static Cut,
    all: Vec<Piece>,
}

impl<'a> Pieces<'a> {
    fn of(text: Setting<'a>) -> Self {
        let mut pieces = Self { words: text.words, cut: text.cut, all: Vec::new() };
        let mut start = 0;
        for (end, kind) in linebreaks(text.words) {
            pieces.push(start, end, kind == BreakOpportunity::Mandatory);
            start = end;
        }
        pieces
    }

    fn push(&mut self, start: usize, end: usize, ends: bool) {
        let words = &self.words[start..end];
        let trimmed = self.cut.width(words.trim_end());
        let width = trimmed + self.cut.width(&words[words.trim_end().len()..]);
        self.all.push(Piece { start, end, width, trimmed, ends });
    }

    /// As full as they can be.
    fn lines(&self, room: f32) -> Vec<&'a str> {
        let (mut lines, mut start, mut end, mut used) = (Vec::new(), 0, 0, 0.0);
        for piece in &self.all {
            if used + piece.trimmed > room && end > start {
                lines.push(&self.words[start..end]);
                (start, used) = (end, 0.0);
            }
            (end, used) = (piece.end, used + piece.width);
            if piece.ends {
                lines.push(&self.words[start..end]);
                (start, used) = (end, 0.0);
            }
        }
        lines
    }

    fn widest(&self, lines: &[&str]) -> f32 {
        lines.iter().map(|line| self.cut.width(line.trim_end())).fold(0.0, f32::max)
    }

    /// As many lines in the narrowest place that holds them: no single character is left over for the last one.
    fn balanced(&self, room: f32, mut best: Vec<&'a str>) -> Vec<&'a str> {
        let mut narrower = room;
        while best.len() > 1 {
            narrower -= room / 50.0;
            let lines = self.lines(narrower);
            if lines.len() != best.len() || self.widest(&lines) > narrower {
                break;
            }
            best = lines;
        }
        best
    }

    /// The same with words that are wider than the room broken anywhere.
    fn cut(&self, room: f32) -> Self {
        let mut cut = Self { all: Vec::new(), ..*self };
        for piece in &self.all {
            if piece.trimmed <= room {
                cut.all.push(*piece);
                continue;
            }
            for (at, c) in self.words[piece.start..piece.end].char_indices() {
                let end = piece.start + at + c.len_utf8();
                cut.push(piece.start + at, end, piece.ends && end == piece.end);
            }
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Text;
    use crate::font::names;

    fn text<'a>(words: &'a str, language: &'a str) -> Setting<'a> {
        Text { words, language, points: 10.0, bold: false }.into()
    }

    fn name(words: &str) -> Setting<'_> {
        Setting { words, language: "zh-Hans", points: 0.0, cut: names(), masked: false }
    }

    #[test]
    fn lines_are_broken_between_words_and_between_characters_but_not_before_a_full_stop() {
        let english = lines(text("Check with the document", "en"), 25.0);
        assert_eq!(english, ["Check with the ", "document"]);
        // Room for three characters: the fourth line may not begin with the stop.
        let chinese = lines(text("核对证件核对。", "zh-Hans"), 11.0);
        assert_eq!(chinese, ["核对证", "件核", "对。"]);
        assert_eq!(lines(text("a\nb", "en"), 50.0), ["a\n", "b"]);
    }

    #[test]
    fn a_name_is_as_large_as_its_place_and_its_lines_are_about_equal() {
        let (points, lines) = fitted(name("湖北省博物馆"), (91.0, 30.0), 8.0..=40.0).unwrap();
        assert_eq!((points, lines), (40.0, vec!["湖北省博物馆"]));
        // Full lines would leave one character alone in the second.
        let (points, lines) = fitted(name("武汉市第一人民医院江"), (91.0, 40.0), 8.0..=28.0).unwrap();
        assert!((points - 28.0).abs() < 0.1, "{points}");
        assert_eq!(lines, ["武汉市第一", "人民医院江"]);
    }

    #[test]
    fn nothing_of_a_name_is_lost_however_long() {
        for long in ["湖".repeat(100), "Donaudampfschifffahrt".repeat(9), "Wo ".repeat(66), "ﬃ한".repeat(100)]
        {
            let (points, lines) = fitted(name(&long), (91.0, 30.0), 4.0..=40.0).unwrap();
            assert_eq!(lines.concat(), long);
            assert!(height(lines.len(), points) <= 30.0);
            let widest = lines.iter().map(|line| names().width(line.trim_end())).fold(0.0, f32::max);
            assert!(widest * points / POINT <= 91.0);
        }
        assert!(fitted(name(&"湖".repeat(5000)), (91.0, 30.0), 4.0..=40.0).is_none());
    }
}
