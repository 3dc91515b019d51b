//! Matching the pieces of two names with each other, whatever their order.
//!
//! Pieces are paired from the surest likeness to the weakest, so that a weak one never takes a piece that has a
//! sure partner. What stays unpaired on one side only is missing; on both sides, it contradicts.

use super::compare::{Difference, agree};
use super::fold::{self, Piece, Unit};

/// Prefixes that one record joins to a name and another leaves out.
const PARTICLES: &[&str] = &[
    "AL", "EL", "AN", "AR", "AS", "AD", "ABD", "ABDEL", "ABDUL", "BEN", "BIN", "IBN", "BINT", "VAN",
    "VANDER", "VANDEN", "VON", "DE", "DEL", "DELA", "DI", "DA", "DU", "DOS", "LA", "LE", "MC", "MAC", "O",
    "TER", "TEN", "ST", "FITZ", "AF",
];

/// How the pieces of two names were paired.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    whole: usize,
    whole_letters: usize,
    romanised: usize,
    initials: usize,
    cut: usize,
    particles: usize,
    misspelt: usize,
    left_over: (usize, usize),
}

impl Alignment {
    /// Pairs the pieces of both names.
    pub(super) fn of(a: &[Piece], b: &[Piece]) -> Self {
        let mut out = Self::default();
        let mut left: Vec<Option<&Piece>> = a.iter().map(Some).collect();
        let mut right: Vec<Option<&Piece>> = b.iter().map(Some).collect();
        let whole = pair(&mut left, &mut right, |x, y| agree(&units(&[x]), &units(&[y])));
        out.whole_letters = whole.iter().map(|piece| piece.units.len()).sum();
        out.whole = whole.len();
        for joined in [join(&mut left, &mut right), join(&mut right, &mut left)].concat() {
            out.whole += 1;
            out.whole_letters += joined;
        }
        out.romanised = pair(&mut left, &mut right, romanised).len();
        out.cut = pair(&mut left, &mut right, |x, y| cut(x, y, 3)).len();
        out.particles = pair(&mut left, &mut right, particle).len();
        out.misspelt = pair(&mut left, &mut right, misspelt).len();
        out.cut += pair(&mut left, &mut right, |x, y| cut(x, y, 2)).len();
        out.initials = pair(&mut left, &mut right, |x, y| cut(x, y, 1)).len();
        out.left_over = (left.iter().flatten().count(), right.iter().flatten().count());
        out
    }

    /// The gravest difference, or `None` if the names contradict each other.
    ///
    /// `truncated`: one side comes from a name field that was full.
    pub(super) fn difference(&self, truncated: bool) -> Option<Difference> {
        let missing = self.left_over.0 + self.left_over.1;
        let sure = self.whole + self.romanised + self.particles;
        let contradicts = self.left_over.0 > 0 && self.left_over.1 > 0;
        let too_weak =
            sure == 0 && !(self.misspelt == 1 && missing + self.cut + self.initials == 0) && !truncated
                || (sure == self.whole && self.whole > 0 && self.whole_letters < 2);
        let too_many = self.misspelt > 1
            || (self.misspelt == 1 && missing > 0 && sure < 2)
            || (!truncated && self.cut + self.misspelt > 1)
            || (truncated && self.cut + self.initials > 0 && sure + self.cut < 1);
        if contradicts || too_weak || too_many {
            return None;
        }
        Some(if self.misspelt > 0 {
            Difference::Spelling
        } else if self.cut + self.initials > 0 || (truncated && missing > 0) {
            Difference::Truncation
        } else if missing + self.particles > 0 {
            Difference::MissingPart
        } else if self.romanised > 0 {
            Difference::Transliteration
        } else {
            Difference::Order
        })
    }
}

fn units<'a>(pieces: &[&'a Piece]) -> Vec<&'a Unit> {
    pieces.iter().flat_map(|piece| &piece.units).collect()
}

/// Pairs what is alike, takes it out of both lists, and gives back the left one of each pair.
fn pair<'a>(
    left: &mut [Option<&'a Piece>],
    right: &mut [Option<&'a Piece>],
    alike: impl Fn(&Piece, &Piece) -> bool,
) -> Vec<&'a Piece> {
    let mut paired = Vec::new();
    for slot in left {
        let Some(piece) = *slot else { continue };
        if let Some(partner) = right.iter_mut().find(|other| other.is_some_and(|other| alike(piece, other))) {
            *partner = None;
            *slot = None;
            paired.push(piece);
        }
    }
    paired
}

/// Pairs a piece on one side with two to four neighbours on the other that spell it together: `MARIAJOSE`.
fn join(single: &mut [Option<&Piece>], several: &mut [Option<&Piece>]) -> Vec<usize> {
    let mut joined = Vec::new();
    for slot in single {
        let Some(piece) = *slot else { continue };
        'runs: for length in 2..=4 {
            for from in 0..(several.len() + 1).saturating_sub(length) {
                let run: Option<Vec<&Piece>> = several[from..from + length].iter().copied().collect();
                if run.is_some_and(|run| agree(&units(&[piece]), &units(&run))) {
                    several[from..from + length].fill(None);
                    *slot = None;
                    joined.push(piece.units.len());
                    break 'runs;
                }
            }
        }
    }
    joined
}

fn spellings(piece: &Piece) -> [String; 2] {
    [piece.icao(), piece.bare()]
}

fn any(x: &Piece, y: &Piece, test: impl Fn(&str, &str) -> bool) -> bool {
    let right = spellings(y);
    spellings(x).iter().any(|l| right.iter().any(|r| test(l, r)))
}

fn romanised(x: &Piece, y: &Piece) -> bool {
    any(x, y, |l, r| {
        let shorter = l.len().min(r.len());
        (shorter >= 2 && l.len().max(r.len()) >= 3 && fold::basic(l) == fold::basic(r))
            || (shorter >= 4 && one_vowel(&fold::romanisation(l), &fold::romanisation(r)))
    })
}

/// Equal but for one vowel, which is not the last letter: there it tells a woman's name from a man's.
fn one_vowel(l: &str, r: &str) -> bool {
    let (l, r): (Vec<char>, Vec<char>) = (l.chars().collect(), r.chars().collect());
    let skeleton = |text: &[char]| text.iter().filter(|c| !"AIU".contains(**c)).copied().collect::<Vec<_>>();
    l == r || (l.last() == r.last() && one_edit(&l, &r) && skeleton(&l) == skeleton(&r))
}

/// One is the beginning of the other, of at least `least` letters; of exactly one if that is 1.
fn cut(x: &Piece, y: &Piece, least: usize) -> bool {
    any(x, y, |l, r| {
        let (short, long) = if l.len() < r.len() { (l, r) } else { (r, l) };
        let fits = if least == 1 { short.len() == 1 } else { short.len() >= least };
        fits && long.starts_with(short)
    })
}

/// One is the other with a particle joined to its front.
fn particle(x: &Piece, y: &Piece) -> bool {
    any(x, y, |l, r| {
        let (short, long) = if l.len() < r.len() { (l, r) } else { (r, l) };
        short.len() >= 3 && long.strip_suffix(short).is_some_and(|front| PARTICLES.contains(&front))
    })
}

fn misspelt(x: &Piece, y: &Piece) -> bool {
    any(x, y, |l, r| {
        let (l, r): (Vec<char>, Vec<char>) = (l.chars().collect(), r.chars().collect());
        l.len().max(r.len()) >= 3 && l.len().min(r.len()) >= 2 && one_edit(&l, &r)
    })
}

/// Whether one letter replaced, added or left out, or two neighbours swapped, make one text the other.
pub(super) fn one_edit(a: &[char], b: &[char]) -> bool {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let front = a.iter().zip(b).take_while(|pair| pair.0 == pair.1).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|pair| pair.0 == pair.1).count();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    match (a, b) {
        ([] | [_], [_]) => true,
        ([_, _], [_, _]) => a[0] == b[1] && a[1] == b[0],
        _ => false,
    }
}
