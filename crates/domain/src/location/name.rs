//! Names and addresses of locations: free text that is shown to everybody and printed large.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

/// Which text it is: what decides how long it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameField {
    /// The name in Chinese.
    Chinese,
    /// The name in another language, in its own script.
    Other,
    /// What an entrance is called.
    Entrance,
    /// The address, below the division that its code names.
    Address,
    /// What a checkpoint, or a device of inspectors, is called.
    Checkpoint,
}

impl NameField {
    /// How many characters it may have. Letters need more of them than Chinese does; all fit a poster, however long.
    pub const fn longest(self) -> usize {
        match self {
            Self::Chinese | Self::Checkpoint => 100,
            Self::Other | Self::Address => 200,
            Self::Entrance => 40,
        }
    }
}

/// A name or an address as it is shown: composed (NFC), without blanks at its ends or double ones inside, in one line.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name(String);

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is there.
    #[error("the name is missing")]
    Empty,
    /// Too many characters.
    #[error("the name has {has} characters: shorten it to {most}")]
    Long {
        /// How many it has.
        has: usize,
        /// How many it may have.
        most: usize,
    },
    /// A character that is invisible or turns others around: with these, two names look alike that are not, and what
    /// is read on a poster is not what was approved.
    #[error("the name has the invisible character U+{0:04X}: type it again without")]
    Invisible(u32),
    /// There is no Chinese character in the name in Chinese.
    #[error("the name in Chinese has no Chinese character")]
    NotChinese,
}

impl Name {
    /// Reads what was typed into this field.
    pub fn parse(text: &str, field: NameField) -> Result<Self, NameError> {
        let composed: String = text.nfc().collect();
        let name = composed.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if let Some(invisible) = name.chars().find(|c| is_invisible(*c)) {
            return Err(NameError::Invisible(u32::from(invisible)));
        }
        let (has, most) = (name.chars().count(), field.longest());
        if has > most {
            return Err(NameError::Long { has, most });
        }
        if field == NameField::Chinese && !name.chars().any(is_chinese) {
            return Err(NameError::NotChinese);
        }
        Ok(Self(name))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names have in common that people read as one: width, case and joiners are nothing that anybody tells
    /// two gates apart by.
    pub fn key(&self) -> String {
        let plain: String = self.0.nfkc().filter(|c| !matches!(c, '\u{200C}' | '\u{200D}')).collect();
        let lower: String = plain.to_lowercase().nfkc().collect();
        lower.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Controls, marks of direction, fillers, tags, and characters for private use. The joiners U+200C and U+200D stay:
/// Persian and the scripts of India are not written rightly without them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFF}'
            | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// Han characters: the unified ideographs and their extensions, and the iteration zero `〇`.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '〇')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIELDS: [NameField; 5] = [
        NameField::Chinese,
        NameField::Other,
        NameField::Entrance,
        NameField::Address,
        NameField::Checkpoint,
    ];

    proptest! {
        #[test]
        fn what_is_accepted_is_tidy_and_is_accepted_again(text in any::<String>()) {
            for field in FIELDS {
                if let Ok(name) = Name::parse(&text, field) {
                    prop_assert!(!name.as_str().is_empty() && name.as_str().chars().count() <= field.longest());
                    prop_assert!(!name.as_str().chars().any(is_invisible));
                    prop_assert_eq!(Name::parse(name.as_str(), field), Ok(name.clone()));
                }
            }
        }

        #[test]
        fn no_length_up_to_the_limit_is_refused(length in 1..=100_usize) {
            prop_assert!(Name::parse(&"湖".repeat(length), NameField::Chinese).is_ok());
            prop_assert!(Name::parse(&"Ж".repeat(2 * length), NameField::Other).is_ok());
        }
    }

    #[test]
    fn blanks_are_tidied_and_letters_composed() {
        let name = Name::parse("  Cafe\u{301}\u{3000}\n de  la Gare ", NameField::Other).unwrap();
        assert_eq!(name.as_str(), "Café de la Gare");
        let name = Name::parse("متحف مقاطعة هوبي", NameField::Other).unwrap();
        assert_eq!(name.to_string(), "متحف مقاطعة هوبي");
    }

    #[test]
    fn what_people_read_as_one_name_has_one_key() {
        let key = |text| Name::parse(text, NameField::Checkpoint).unwrap().key();
        for same in ["gate a", "GATE  A", "Ｇate A", "Gate\u{3000}Ａ", "Ga\u{200D}te A"] {
            assert_eq!(key(same), key("Gate A"), "{same}");
        }
        assert_eq!(key("ÉCOLE"), key("e\u{301}cole"));
        assert_ne!(key("Gate A"), key("Gate B"));
        assert_ne!(key("武昌站 1"), key("武昌站 2"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let parse = Name::parse;
        assert_eq!(parse(" \n", NameField::Chinese), Err(NameError::Empty));
        assert_eq!(parse("Museum", NameField::Chinese), Err(NameError::NotChinese));
        assert!(parse("7-11便利店", NameField::Chinese).is_ok());
        let long = parse(&"湖".repeat(101), NameField::Chinese);
        assert_eq!(long, Err(NameError::Long { has: 101, most: 100 }));
        for (text, character) in
            [("A\u{202E}B", 0x202E), ("A\u{200B}B", 0x200B), ("A\u{1}B", 1), ("\u{E000}", 0xE000)]
        {
            assert_eq!(parse(text, NameField::Other), Err(NameError::Invisible(character)));
        }
        assert_eq!(
            NameError::Invisible(0x202E).to_string(),
            "the name has the invisible character U+202E: type it again without"
        );
    }
}
