//! Whether two names are one person's.
//!
//! Three answers. *Exact*: every letter agrees, with nothing forgiven but spaces, hyphens, apostrophes, letter
//! case and the transliterations of ICAO 9303-3. *Near*: a person who sees both sides could settle it. *Different*:
//! each side has something that the other contradicts.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::align::{self, Alignment};
use super::fold::{self, Piece, Unit};
use super::{PersonName, script};

/// The outcome of comparing two names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Similarity {
    /// The same name.
    Exact,
    /// Perhaps the same name: a person must look, at this difference first.
    Near(Difference),
    /// Another name.
    Different,
}

/// What keeps two names from being exactly the same; the gravest, if there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// The same parts in another order, or divided otherwise between family and given names.
    Order,
    /// The same sound written by other habits: `MULLER`, `MUELLER`; `MOHAMED`, `MUHAMMAD`.
    Transliteration,
    /// A part that one side lacks.
    MissingPart,
    /// A part that is cut, or an initial.
    Truncation,
    /// One letter wrong, missing, added, or two neighbours swapped.
    Spelling,
    /// The letters agree, the Chinese characters do not; or one Chinese character is wrong.
    Chinese,
    /// The Chinese characters agree, the letters do not: two romanisations, such as `CHAN` and `CHEN`.
    Romanisation,
    /// No script in common that could be compared.
    Script,
}

impl Difference {
    /// The stable machine code, the key of its words in each language.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Order => "name.order",
            Self::Transliteration => "name.transliteration",
            Self::MissingPart => "name.missing_part",
            Self::Truncation => "name.truncation",
            Self::Spelling => "name.spelling",
            Self::Chinese => "name.chinese",
            Self::Romanisation => "name.romanisation",
            Self::Script => "name.script",
        }
    }
}

/// Compares two names. Symmetric: the order of the arguments does not matter.
pub fn compare(a: &PersonName, b: &PersonName) -> Similarity {
    use Difference::{Chinese, Romanisation, Script};
    use Similarity::{Different, Exact, Near};
    match (chinese(a, b), letters(a, b)) {
        (None, None) => Near(Script),
        (Some(Exact), Some(Different)) => Near(Romanisation),
        (Some(answer), None) | (None | Some(Exact), Some(answer)) => answer,
        (Some(Near(_)), Some(Exact | Near(_))) | (Some(Different), Some(Exact)) => Near(Chinese),
        (Some(_), Some(_)) => Different,
    }
}

/// By Chinese characters, if both names have them.
fn chinese(a: &PersonName, b: &PersonName) -> Option<Similarity> {
    let a: Vec<char> = fold::simplified(a.chinese()?).chars().collect();
    let b: Vec<char> = fold::simplified(b.chinese()?).chars().collect();
    let sorted = |name: &[char]| {
        let mut name = name.to_vec();
        name.sort_unstable();
        name
    };
    Some(if a == b {
        Similarity::Exact
    } else if sorted(&a) == sorted(&b) {
        Similarity::Near(Difference::Order)
    } else if a.len().max(b.len()) >= 3 && align::one_edit(&a, &b) {
        Similarity::Near(Difference::Chinese)
    } else {
        Similarity::Different
    })
}

/// By letters, if both names have them.
fn letters(a: &PersonName, b: &PersonName) -> Option<Similarity> {
    if a.primary().is_empty() || b.primary().is_empty() {
        return None;
    }
    let (left, right) = (Parts::of(a), Parts::of(b));
    if agree(&left.bounded(), &right.bounded()) && !conflicting_marks(&left.bounded(), &right.bounded()) {
        return Some(Similarity::Exact);
    }
    let answer = left.near(&right, a.is_truncated() || b.is_truncated());
    Some(match answer {
        Some(difference) => Similarity::Near(difference),
        // Arabic writes few vowels: letter by letter it cannot contradict a Latin spelling.
        None if left.arabic != right.arabic => Similarity::Near(Difference::Script),
        None => Similarity::Different,
    })
}

struct Parts {
    primary: Vec<Piece>,
    secondary: Vec<Piece>,
    arabic: bool,
}

impl Parts {
    fn of(name: &PersonName) -> Self {
        let arabic = |c: char| matches!(c, '\u{0620}'..='\u{06FF}');
        Self {
            primary: fold::pieces(name.primary()),
            secondary: fold::pieces(name.secondary()),
            arabic: name.primary().chars().any(arabic),
        }
    }

    /// All letters, with a mark between the two identifiers that only matches such a mark.
    fn bounded(&self) -> Vec<&Unit> {
        let boundary: &'static Unit = &BOUNDARY;
        let primary = self.primary.iter().flat_map(|piece| &piece.units);
        primary.chain([boundary]).chain(self.secondary.iter().flat_map(|piece| &piece.units)).collect()
    }

    fn joined(&self, secondary_first: bool) -> Vec<&Unit> {
        let (first, last) =
            if secondary_first { (&self.secondary, &self.primary) } else { (&self.primary, &self.secondary) };
        first.iter().chain(last).flat_map(|piece| &piece.units).collect()
    }

    fn near(&self, other: &Self, truncated: bool) -> Option<Difference> {
        if agree(&self.bounded(), &other.bounded()) {
            return Some(Difference::Transliteration);
        }
        let straight = self.joined(false);
        if agree(&straight, &other.joined(false)) || agree(&straight, &other.joined(true)) {
            return Some(Difference::Order);
        }
        let pieces = |parts: &Self| parts.primary.iter().chain(&parts.secondary).cloned().collect::<Vec<_>>();
        Alignment::of(&pieces(self), &pieces(other))
            .difference(truncated)
            .or_else(|| self.near_as_a_whole(other))
    }

    /// One wrong letter, or another romanisation, in names that also divide their letters otherwise.
    fn near_as_a_whole(&self, other: &Self) -> Option<Difference> {
        let whole = |parts: &Self| [Piece::icao, Piece::bare].map(|form| parts.text(form));
        let (left, right) = (whole(self), whole(other));
        let any = |test: &dyn Fn(&str, &str) -> bool| left.iter().any(|l| right.iter().any(|r| test(l, r)));
        if any(&|l, r| fold::romanisation(l) == fold::romanisation(r) && l.len().min(r.len()) >= 6) {
            return Some(Difference::Transliteration);
        }
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        any(&|l, r| l.len().min(r.len()) >= 8 && align::one_edit(&letters(l), &letters(r)))
            .then_some(Difference::Spelling)
    }

    fn text(&self, form: fn(&Piece) -> String) -> String {
        self.primary.iter().chain(&self.secondary).map(form).collect()
    }
}

static BOUNDARY: std::sync::LazyLock<Unit> =
    std::sync::LazyLock::new(|| Unit { letter: '|', forms: vec!["|"] });

/// Whether some choice of forms spells both sequences alike.
///
/// Walks both at once; a state is how far each has come and what is left over of the form chosen last, so the
/// work is bounded by the product of the lengths.
pub(super) fn agree(a: &[&Unit], b: &[&Unit]) -> bool {
    let mut seen: HashSet<(usize, &str, usize, &str)> = HashSet::new();
    let mut open = vec![(0, "", 0, "")];
    while let Some((i, left, j, right)) = open.pop() {
        if !seen.insert((i, left, j, right)) {
            continue;
        }
        if left.is_empty() && right.is_empty() && i == a.len() && j == b.len() {
            return true;
        }
        if left.is_empty() {
            let forms = a.get(i).map_or(&[][..], |unit| &unit.forms);
            open.extend(forms.iter().filter_map(|form| strip(form, right)).map(|(l, r)| (i + 1, l, j, r)));
        }
        if right.is_empty() {
            let forms = b.get(j).map_or(&[][..], |unit| &unit.forms);
            open.extend(forms.iter().filter_map(|form| strip(left, form)).map(|(l, r)| (i, l, j + 1, r)));
        }
    }
    false
}

/// Takes away what both texts begin with; `None` if neither begins the other.
fn strip<'a>(left: &'a str, right: &'a str) -> Option<(&'a str, &'a str)> {
    left.strip_prefix(right)
        .map(|rest| (rest, ""))
        .or_else(|| right.strip_prefix(left).map(|rest| ("", rest)))
}

/// Whether both were typed with diacritics that contradict each other: `MØLLER` and `MÖLLER` transliterate alike.
fn conflicting_marks(a: &[&Unit], b: &[&Unit]) -> bool {
    let marked = |c: char| !c.is_ascii() && !script::is_han(c);
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .any(|(x, y)| x.letter != y.letter && marked(x.letter) && marked(y.letter) && same_script(x, y))
}

fn same_script(x: &Unit, y: &Unit) -> bool {
    let latin = |c: char| (c as u32) < 0x0250 || (0x1E00..0x1F00).contains(&(c as u32));
    latin(x.letter) && latin(y.letter)
}
