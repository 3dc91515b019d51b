//! Numbers of travel documents: what is printed, and the canonical form that the match key uses.
//!
//! A person copies what the card prints, with spaces, in small letters or full-width, and with or without the
//! issue count that older permits print behind the number for life. All of these are one document, so all have
//! one canonical number. `O` for `0` and `I` for `1` may be another document: they are pointed out, never
//! swapped. No printed number carries a check digit, so [`Number::grouped`] echoes it for the eye.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::Kind;

/// The most letters and digits of a passport number. Real ones have at most nine in the machine-readable zone
/// of a passport, and more only on cards whose number runs over into the optional data (ICAO 9303-5).
pub const MAX_LENGTH: usize = 20;

/// The longest text that is looked at, in bytes; a longer one is refused unread.
const MAX_INPUT: usize = 200;

/// A document number as printed (tidied) and in the form that is compared.
///
/// Equality is that of both forms; compare [`Number::canonical`] to ask whether it is the same document.
/// `Debug` shows neither: a number is personal data.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Number {
    kind: Kind,
    printed: String,
    canonical: String,
}

/// What is stored: reading it back parses it again, so a stored number cannot be malformed.
#[derive(Serialize, Deserialize)]
struct Stored {
    kind: Kind,
    printed: String,
}

impl From<Number> for Stored {
    fn from(number: Number) -> Self {
        Self { kind: number.kind, printed: number.printed }
    }
}

impl TryFrom<Stored> for Number {
    type Error = NumberError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        Self::parse(stored.kind, &stored.printed)
    }
}

/// A character that is easily taken for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lookalike {
    /// Which letter or digit, counted from 1 without spaces and hyphens.
    pub position: usize,
    /// What was typed.
    pub found: char,
    /// What may have been meant.
    pub meant: char,
}

/// Why a text is not a document number. Positions count letters and digits from 1, without spaces and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Nothing but spaces.
    #[error("the document number is empty")]
    Empty,
    /// More than a document number can have.
    #[error("the document number is too long: at most {max} letters and digits")]
    TooLong {
        /// The most letters and digits allowed.
        max: usize,
    },
    /// A wrong count of characters.
    #[error("the document number has {found} letters and digits, expected {expected}")]
    Length {
        /// What lengths this kind has, in words.
        expected: &'static str,
        /// How many there are.
        found: usize,
    },
    /// A character that cannot stand there.
    #[error("character {position} of the document number is {found:?}, expected {expected}{}", suggest(*.suggestion))]
    Character {
        /// Where, from 1, without spaces and hyphens.
        position: usize,
        /// What stands there.
        found: char,
        /// What may stand there, in words.
        expected: &'static str,
        /// The look-alike that may have been meant; never applied by itself.
        suggestion: Option<char>,
    },
}

fn suggest(suggestion: Option<char>) -> String {
    suggestion.map_or_else(String::new, |meant| format!(" (did you mean {meant:?}?)"))
}

impl NumberError {
    /// The stable machine code of this error, the key of its words in each language.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "number.empty",
            Self::TooLong { .. } => "number.too_long",
            Self::Length { .. } => "number.length",
            Self::Character { suggestion: Some(_), .. } => "number.lookalike",
            Self::Character { .. } => "number.character",
        }
    }
}

impl Number {
    /// Reads a number as typed or printed: spaces, hyphens, full-width forms and letter case do not matter.
    ///
    /// Canonical forms: a passport keeps all letters and digits; a HK/Macao permit its first nine characters
    /// (the 1999 card prints a two-digit renewal count behind them); a Taiwan permit its first eight digits
    /// (older ones print a two-digit issue count behind them).
    pub fn parse(kind: Kind, text: &str) -> Result<Self, NumberError> {
        if text.len() > MAX_INPUT {
            return Err(NumberError::TooLong { max: MAX_LENGTH });
        }
        let printed = tidy(text);
        let characters: Vec<char> = printed.chars().collect();
        if characters.is_empty() {
            return Err(NumberError::Empty);
        }
        let kept = match kind {
            Kind::Passport => passport(&characters)?,
            Kind::HkMacaoPermit => hk_macao(&characters)?,
            Kind::TaiwanPermit => taiwan(&characters)?,
        };
        let canonical = characters[..kept].iter().collect();
        Ok(Self { kind, printed, canonical })
    }

    /// The kind of document that the number is of.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// All letters and digits as printed, with an issue count if one was typed.
    pub fn printed(&self) -> &str {
        &self.printed
    }

    /// The form that the match key uses: capital letters and digits, no issue count.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The canonical number in groups, to be compared with the document by eye: `H 1234 5678`.
    pub fn grouped(&self) -> String {
        let letters = match self.kind {
            Kind::HkMacaoPermit => self.canonical.bytes().take_while(u8::is_ascii_alphabetic).count(),
            Kind::Passport | Kind::TaiwanPermit => 0,
        };
        let (prefix, rest) = self.canonical.split_at(letters);
        let sizes = match self.kind {
            Kind::Passport => groups_of_three(rest.len()),
            Kind::HkMacaoPermit | Kind::TaiwanPermit => vec![rest.len() - 4, 4],
        };
        let mut out = prefix.to_owned();
        let mut from = 0;
        for size in sizes {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&rest[from..from + size]);
            from += size;
        }
        out
    }

    /// The last four characters of the canonical number (all of a shorter one), as a pass carries them.
    pub fn last_four(&self) -> &str {
        &self.canonical[self.canonical.len().saturating_sub(4)..]
    }

    /// Every distinct text that is the canonical number with one character left out, sorted.
    ///
    /// Two numbers that differ by one wrong, missing or added character, or by two neighbours swapped, share a
    /// variant or one is the other's variant: that is how near matches are found without reading every record.
    pub fn deletion_variants(&self) -> Vec<String> {
        let variants: BTreeSet<String> = (0..self.canonical.len())
            .map(|gap| format!("{}{}", &self.canonical[..gap], &self.canonical[gap + 1..]))
            .collect();
        variants.into_iter().collect()
    }

    /// The characters of a valid number that are easily misread. Advice only: both readings may be documents.
    ///
    /// Permits have fixed places for letters and digits, so a wrong one is an error there and none is left.
    pub fn lookalikes(&self) -> Vec<Lookalike> {
        if self.kind != Kind::Passport {
            return Vec::new();
        }
        let note = |(index, found)| {
            matches!(found, 'O' | 'I' | '0' | '1').then_some(())?;
            let meant = lookalike(found)?;
            Some(Lookalike { position: index + 1, found, meant })
        };
        self.canonical.chars().enumerate().filter_map(note).collect()
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Number").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Capital letters without what only separates: spaces, hyphens and dashes, dots, and invisible characters.
fn tidy(text: &str) -> String {
    let separates = |c: &char| {
        c.is_whitespace()
            || (c.is_control() && *c != '\0')
            || matches!(c, '-' | '.' | '_' | '\u{00AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
    };
    text.nfkc().filter(|c| !separates(c)).map(capital).collect()
}

/// The capital letter, if it is one letter: `ß` stays, because `SS` would be another number.
fn capital(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn groups_of_three(length: usize) -> Vec<usize> {
    // A lone last character is easily overlooked, so the rest is then split in two pairs.
    match (length / 3, length % 3) {
        (0, rest) => vec![rest],
        (threes, 0) => vec![3; threes],
        (threes, 1) => [vec![3; threes - 1], vec![2, 2]].concat(),
        (threes, rest) => [vec![3; threes], vec![rest]].concat(),
    }
}

/// The Latin letter or digit that a character is easily taken for, or typed instead of.
pub(crate) const fn lookalike(c: char) -> Option<char> {
    Some(match c {
        'O' | 'Q' | 'D' => '0',
        '0' | 'О' | 'Ο' => 'O',
        'I' | 'L' | '|' => '1',
        '1' | 'І' | 'Ι' => 'I',
        'S' => '5',
        '5' => 'S',
        'B' => '8',
        'Z' => '2',
        '2' => 'Z',
        // Cyrillic and Greek capitals that look Latin: keyboards that were not switched over.
        'А' | 'Α' => 'A',
        '8' | 'В' | 'Β' => 'B',
        'Е' | 'Ε' => 'E',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Н' | 'Η' => 'H',
        'Р' | 'Ρ' => 'P',
        'С' => 'C',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        _ => return None,
    })
}

fn character(found: char, index: usize, expected: &'static str, fits: impl Fn(char) -> bool) -> NumberError {
    let suggestion = lookalike(found).filter(|meant| fits(*meant));
    NumberError::Character { position: index + 1, found, expected, suggestion }
}

fn digits(characters: &[char], from: usize) -> Result<(), NumberError> {
    match characters.iter().enumerate().skip(from).find(|(_, c)| !c.is_ascii_digit()) {
        Some((index, found)) => Err(character(*found, index, "a digit", |meant| meant.is_ascii_digit())),
        None => Ok(()),
    }
}

fn passport(characters: &[char]) -> Result<usize, NumberError> {
    if characters.len() > MAX_LENGTH {
        return Err(NumberError::TooLong { max: MAX_LENGTH });
    }
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    match characters.iter().enumerate().find(|(_, c)| !fits(**c)) {
        Some((index, found)) => Err(character(*found, index, "a letter from A to Z or a digit", fits)),
        None => Ok(characters.len()),
    }
}

/// `H` or `M` and eight digits, or `HA` or `MA` and seven (issued since July 2024); the 1999 card adds two digits.
fn hk_macao(characters: &[char]) -> Result<usize, NumberError> {
    if !matches!(characters[0], 'H' | 'M') {
        return Err(character(characters[0], 0, "H or M", |meant| matches!(meant, 'H' | 'M')));
    }
    let series_of_2024 = characters.get(1) == Some(&'A');
    digits(characters, if series_of_2024 { 2 } else { 1 })?;
    match (characters.len(), series_of_2024) {
        (9, _) | (11, false) => Ok(9),
        (found, true) => Err(NumberError::Length { expected: "9", found }),
        (found, false) => Err(NumberError::Length { expected: "9, or 11 with the renewal count", found }),
    }
}

/// Eight digits for life; older cards add a two-digit issue count.
fn taiwan(characters: &[char]) -> Result<usize, NumberError> {
    digits(characters, 0)?;
    match characters.len() {
        8 | 10 => Ok(8),
        found => Err(NumberError::Length { expected: "8, or 10 with the issue count", found }),
    }
}

#[cfg(test)]
mod tests;
