//! Names as sequences of letters with their admissible Latin forms, and the coarser forms that keys and near
//! matches use.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{script, translit};

/// One letter as typed and the Latin forms that may stand for it, the ICAO form first, the barest last.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) letter: char,
    pub(super) forms: Vec<&'static str>,
}

/// One piece of a name: what stands between spaces, hyphens and other separators.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    pub(super) units: Vec<Unit>,
}

impl Piece {
    /// The letters in ICAO form.
    pub(super) fn icao(&self) -> String {
        self.units.iter().map(|unit| unit.forms[0]).collect()
    }

    /// The letters in their barest form.
    pub(super) fn bare(&self) -> String {
        self.units.iter().map(|unit| unit.forms[unit.forms.len() - 1]).collect()
    }
}

/// The pieces of one identifier, apostrophes dropped.
pub(super) fn pieces(part: &str) -> Vec<Piece> {
    let mut out = vec![Piece::default()];
    let mut previous = None;
    let capitals: String = part.nfkc().flat_map(char::to_uppercase).nfc().collect();
    // A Greek gamma before a guttural is an N (ELOT 743).
    let capitals = capitals.replace("ΓΓ", "ΝΓ").replace("ΓΞ", "ΝΞ").replace("ΓΧ", "ΝΧ");
    for letter in capitals.chars() {
        if script::is_separator(letter) {
            out.push(Piece::default());
            previous = None;
        } else if let Some(forms) = translit::forms(letter, previous) {
            if let Some(piece) = out.last_mut() {
                piece.units.push(Unit { letter, forms });
            }
            previous = Some(letter);
        }
    }
    out.retain(|piece| !piece.units.is_empty());
    out
}

/// Whether a name may contain `c`, as typed, before any normalisation.
pub(super) fn is_allowed(c: char) -> bool {
    if script::is_separator(c)
        || script::is_apostrophe(c)
        || script::is_han(c)
        || is_combining_mark(c)
        || is_invisible(c)
    {
        return true;
    }
    let mut letters = std::iter::once(c).nfkc().flat_map(char::to_uppercase).nfc();
    letters.all(|letter| {
        script::is_han(letter)
            || script::is_apostrophe(letter)
            || script::is_separator(letter)
            || is_combining_mark(letter)
            || translit::forms(letter, None).is_some()
    })
}

/// Joiners, direction marks and soft hyphens that come with copied text.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{0640}')
}

/// The set of consonants: see [`super::PersonName::keys`].
///
/// Left out besides the vowels: `X`, which the forms `UXX` and `NXX` and the Arabic codes bring in, `Y`, a vowel
/// in many spellings, and `G` and `H`, which stand for each other (Ukrainian) or for nothing (`SATOH`).
pub(super) fn letter_key(name: &str) -> String {
    let letters: String = pieces(name).iter().map(Piece::icao).collect();
    let consonants: BTreeSet<char> = letters.chars().filter(|c| !"AEIOUYXGH".contains(*c)).collect();
    "l:".chars().chain(consonants).collect()
}

/// The sorted set of simplified characters.
pub(super) fn chinese_key(name: &str) -> String {
    let characters: BTreeSet<char> = simplified(name).chars().collect();
    "c:".chars().chain(characters).collect()
}

/// Chinese characters only, the traditional ones replaced by the simplified.
pub(super) fn simplified(name: &str) -> String {
    name.chars().filter(|c| script::is_han(*c)).map(super::chinese::simplify).collect()
}

/// Spellings that differ only by the habit of one romanisation or another, made equal.
///
/// Coarse on purpose: it makes a *near* match, never an exact one. `MOHAMED`, `MUHAMMAD`; `YURIY`, `IURII`;
/// `HSIAO`, `XIAO`; `KHALID`, `HALID`.
pub(super) fn romanisation(text: &str) -> String {
    let mut text = basic(text);
    for (from, to) in [
        ("TCH", "C"),
        ("SCH", "S"),
        ("CZ", "C"),
        ("SZ", "S"),
        ("ZH", "J"),
        ("DJ", "J"),
        ("DZ", "J"),
        ("KS", "S"),
        ("HS", "S"),
        ("SH", "S"),
        ("CH", "C"),
        ("KH", "H"),
        ("GH", "K"),
        ("DH", "D"),
        ("TH", "T"),
        ("PH", "F"),
        ("CK", "K"),
        ("OU", "U"),
        ("OW", "U"),
        ("AU", "U"),
        ("AI", "I"),
        ("AY", "I"),
        ("EY", "I"),
        ("EI", "I"),
        ("X", "S"),
        ("Q", "K"),
        ("W", "V"),
        ("Z", "S"),
        ("J", "I"),
        ("Y", "I"),
        ("E", "I"),
        ("O", "U"),
        ("C", "K"),
    ] {
        text = text.replace(from, to);
    }
    let mut out: Vec<char> = text.chars().collect();
    out.dedup();
    out.into_iter().collect()
}

/// The digraphs that stand for a diacritic, long vowels and doubled letters, reduced to one letter.
pub(super) fn basic(text: &str) -> String {
    let mut text = text.to_owned();
    for (from, to) in
        [("UXX", "U"), ("NXX", "N"), ("AE", "A"), ("OE", "O"), ("UE", "U"), ("EE", "I"), ("OO", "U")]
    {
        text = text.replace(from, to);
    }
    let mut out: Vec<char> = text.chars().collect();
    out.dedup();
    out.into_iter().collect()
}
