//! Names of people, as typed and as machine-readable zones print them, and their comparison.
//!
//! A filing officer copies the printed name, a holder types their own, an MRZ reader sends capital letters cut
//! at 39: the same person. The decision that matters: [`compare`] calls two names *exact* only if no letter
//! is left to doubt, because exact issues a code with nobody looking; everything that a person might settle
//! is *near* and says what differs.

mod align;
mod chinese;
mod compare;
mod fold;
mod script;
mod translit;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use compare::{Difference, Similarity, compare};

/// The most characters that a name part may have as typed.
pub const MAX_LENGTH: usize = 120;

/// The longest text that is looked at for one part, in bytes; a longer one is refused unread.
const MAX_INPUT: usize = 4 * MAX_LENGTH;

/// A name in the two identifiers of ICAO 9303-3, section 4.6, with the Chinese name where there is one.
///
/// Primary is mostly the family name, secondary the given names; a person of one name has it as the primary.
/// `Debug` shows neither: a name is personal data.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct PersonName {
    primary: String,
    secondary: String,
    chinese: Option<String>,
    truncated: bool,
}

/// Why a text is not a name. Positions count characters from 1 in the part as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No letter in any part.
    #[error("the name is empty")]
    Empty,
    /// More than a name can have.
    #[error("the name is too long: at most {max} characters in each part")]
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// A character that no travel document prints in a name.
    #[error("character {position} of the name is {found:?}, expected a letter, space, hyphen or apostrophe")]
    Character {
        /// Where, from 1.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// Chinese characters and letters in one part: they belong in fields of their own.
    #[error("Chinese characters and letters stand in one field, expected them in separate fields")]
    MixedScripts,
    /// Letters in the field for the name in Chinese characters.
    #[error("expected Chinese characters only")]
    NotChinese,
}

impl NameError {
    /// The stable machine code of this error, the key of its words in each language.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "name.empty",
            Self::TooLong { .. } => "name.too_long",
            Self::Character { .. } => "name.character",
            Self::MixedScripts => "name.mixed_scripts",
            Self::NotChinese => "name.not_chinese",
        }
    }
}

impl PersonName {
    /// A name as typed in two fields. Either may be empty, not both; a lone given name becomes the primary.
    ///
    /// Letters of the Latin, Cyrillic, Greek and Arabic scripts are accepted. Chinese characters in both fields
    /// make a Chinese name.
    pub fn new(primary: &str, secondary: &str) -> Result<Self, NameError> {
        let (primary, secondary) = (tidy(primary)?, tidy(secondary)?);
        let chinese = [&primary, &secondary].map(|part| part.chars().any(script::is_han));
        if chinese == [false, false] {
            return Self::assemble(primary, secondary, None, false);
        }
        let text = primary + &secondary;
        if !text.chars().all(|c| script::is_han(c) || script::is_separator(c)) {
            return Err(NameError::MixedScripts);
        }
        Self::assemble(String::new(), String::new(), Some(only_han(&text)), false)
    }

    /// The name of a person who has one name only.
    pub fn single(name: &str) -> Result<Self, NameError> {
        Self::new(name, "")
    }

    /// The same name with the name in Chinese characters beside it; an empty text takes it away.
    pub fn with_chinese(self, chinese: &str) -> Result<Self, NameError> {
        let text = tidy(chinese)?;
        if !text.chars().all(|c| script::is_han(c) || script::is_separator(c)) {
            return Err(NameError::NotChinese);
        }
        let chinese = Some(only_han(&text)).filter(|name| !name.is_empty());
        Self::assemble(self.primary, self.secondary, chinese, self.truncated)
    }

    /// The identifiers of a machine-readable zone, fillers already read as spaces.
    ///
    /// `truncated`: the name field was full to its last position, so letters may be missing (ICAO 9303-4, 4.2.3).
    pub fn from_mrz(primary: &str, secondary: &str, truncated: bool) -> Result<Self, NameError> {
        Ok(Self { truncated, ..Self::new(primary, secondary)? })
    }

    fn assemble(
        primary: String,
        secondary: String,
        chinese: Option<String>,
        truncated: bool,
    ) -> Result<Self, NameError> {
        match (primary.is_empty(), secondary.is_empty()) {
            (true, true) if chinese.is_none() => Err(NameError::Empty),
            (true, false) => Ok(Self { primary: secondary, secondary: primary, chinese, truncated }),
            _ => Ok(Self { primary, secondary, chinese, truncated }),
        }
    }

    /// The primary identifier as typed, mostly the family name. Empty for a name in Chinese characters only.
    pub fn primary(&self) -> &str {
        &self.primary
    }

    /// The secondary identifier as typed, mostly given names. Empty for a person of one name.
    pub fn secondary(&self) -> &str {
        &self.secondary
    }

    /// The name in Chinese characters as typed, without spaces and middle dots.
    pub fn chinese(&self) -> Option<&str> {
        self.chinese.as_deref()
    }

    /// Whether the name comes from a full name field of a machine-readable zone, and may have been cut.
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Both identifiers in capital letters as a machine-readable zone writes them, uncut: pieces of the name
    /// joined by `<`, letters transliterated by ICAO 9303-3, section 6.
    pub fn mrz_identifiers(&self) -> (String, String) {
        let joined = |part: &str| {
            let pieces = fold::pieces(part);
            pieces
                .iter()
                .map(fold::Piece::icao)
                .filter(|piece| !piece.is_empty())
                .collect::<Vec<_>>()
                .join("<")
        };
        (joined(&self.primary), joined(&self.secondary))
    }

    /// The text that, with the birth date, is blind-indexed to find near matches: see [`PersonName::keys`].
    ///
    /// The key of the letters if there are any, else that of the Chinese characters.
    pub fn key(&self) -> String {
        self.keys().swap_remove(0)
    }

    /// The keys under which a filing is indexed and an application looks: one for letters, one for Chinese.
    ///
    /// The letter key is the set of consonants of the whole name. It is equal whatever the order of the parts,
    /// spaces, hyphens, apostrophes and letter case, for all transliterations of a diacritic (`Ü` as `UE`, `UXX`
    /// or `U`), for doubled letters, an `H` and other vowels (`MOHAMED`, `MUHAMMAD`). It is **not** robust against a
    /// missing or cut part or a wrong consonant: those are found by the number. Two people share it by chance;
    /// it only chooses candidates among those of one birth date, and [`compare`] decides.
    ///
    /// The Chinese key is the sorted set of characters, simplified.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = Vec::with_capacity(2);
        if !self.primary.is_empty() {
            keys.push(fold::letter_key(&format!("{} {}", self.primary, self.secondary)));
        }
        if let Some(chinese) = &self.chinese {
            keys.push(fold::chinese_key(chinese));
        }
        keys
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonName").finish_non_exhaustive()
    }
}

/// What is stored: reading it back checks it again.
#[derive(Serialize, Deserialize)]
struct Stored {
    primary: String,
    secondary: String,
    #[serde(default)]
    chinese: Option<String>,
    #[serde(default)]
    truncated: bool,
}

impl From<PersonName> for Stored {
    fn from(name: PersonName) -> Self {
        let PersonName { primary, secondary, chinese, truncated } = name;
        Self { primary, secondary, chinese, truncated }
    }
}

impl TryFrom<Stored> for PersonName {
    type Error = NameError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let chinese = stored.chinese.unwrap_or_default();
        if stored.primary.is_empty() && stored.secondary.is_empty() {
            return Self::new(&chinese, "");
        }
        Self::from_mrz(&stored.primary, &stored.secondary, stored.truncated)?.with_chinese(&chinese)
    }
}

/// One way of writing: composed letters, one kind of apostrophe, single spaces; everything else as typed.
fn tidy(text: &str) -> Result<String, NameError> {
    use unicode_normalization::UnicodeNormalization;
    if text.len() > MAX_INPUT {
        return Err(NameError::TooLong { max: MAX_LENGTH });
    }
    if let Some((index, found)) = text.chars().enumerate().find(|(_, c)| !fold::is_allowed(*c)) {
        return Err(NameError::Character { position: index + 1, found });
    }
    let plain = |c: char| if script::is_apostrophe(c) { '\'' } else { c };
    let visible = text.chars().filter(|c| !fold::is_invisible(*c)).map(plain);
    let composed: String = visible.nfkc().map(plain).collect();
    let tidied = composed.split_whitespace().collect::<Vec<_>>().join(" ");
    if tidied.chars().count() > MAX_LENGTH {
        return Err(NameError::TooLong { max: MAX_LENGTH });
    }
    let has_letter = tidied.chars().any(char::is_alphabetic);
    Ok(if has_letter { tidied } else { String::new() })
}

fn only_han(text: &str) -> String {
    text.chars().filter(|c| script::is_han(*c)).collect()
}

#[cfg(test)]
mod tests;
