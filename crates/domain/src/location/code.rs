//! What stands in a poster's link, `https://…/v/<code>`.

use std::fmt;
use std::str::FromStr;

use crate::letters::Digits;
use crate::{Entropy, letters};

/// Characters of a code.
pub(super) const LENGTH: usize = 18;
/// Between how many characters a hyphen is printed.
const GROUP: usize = 6;

/// The code of one poster, or of one tablet: 17 random characters (84.2 bits) and a check character.
///
/// Each version of each poster has a code of its own, drawn anew: whoever has seen an old poster does not know the
/// next one, as they would if the version were counted inside the code. What the server keeps of a code, beside its
/// location and entrance, is a [`Poster`](super::Poster).
///
/// It is printed on walls and is no secret of a person; but who asked for it is, and so it is not shown by `Debug`,
/// which ends in logs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocationCode(pub(super) Digits<LENGTH>);

/// Why a text is not the code of a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Too few characters, or too many.
    #[error("a location code has 18 characters, that of a tablet 32: this one is too short or too long")]
    Length,
    /// A character that codes do not use.
    #[error("a location code has digits and capital letters, but no 0, 1, I, L or O")]
    Character,
    /// The check character does not fit: something was mistyped.
    #[error("the location code was mistyped: its check character does not fit")]
    Check,
}

impl LocationCode {
    /// A new one. That two are equal (1 in 2 × 10²⁵) the database's unique key finds.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self(letters::draw(entropy))
    }

    /// In groups, for people who type it: `7K3M92-QD4RTX-…`.
    pub fn grouped(&self) -> String {
        self.0.chunks(GROUP).map(letters::text).collect::<Vec<_>>().join("-")
    }
}

impl fmt::Debug for LocationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocationCode(…)")
    }
}

/// As it stands in the link: without hyphens.
impl fmt::Display for LocationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&letters::text(&self.0))
    }
}

impl FromStr for LocationCode {
    type Err = CodeError;

    /// Accepts lower case, and spaces or hyphens anywhere or nowhere.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        read(&letters::plain(text)).map(Self)
    }
}

/// `N` characters of which the last is a check.
pub(super) fn read<const N: usize>(plain: &str) -> Result<Digits<N>, CodeError> {
    if plain.chars().count() != N {
        return Err(CodeError::Length);
    }
    let digits = letters::read(plain).ok_or(CodeError::Character)?;
    if letters::fits(&digits) { Ok(digits) } else { Err(CodeError::Check) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::letters::ALPHABET;

    fn any_code() -> impl Strategy<Value = LocationCode> {
        prop::array::uniform18(0_u8..31).prop_map(|digits| LocationCode(letters::checked(digits)))
    }

    /// The beginning of SHA-256 of a counter: as good as random, and the same each time.
    struct Hashed(std::sync::atomic::AtomicU64);
    impl Entropy for Hashed {
        fn fill(&self, bytes: &mut [u8]) {
            let next = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &next.to_le_bytes());
            bytes.copy_from_slice(&hash.as_ref()[..bytes.len()]);
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_however_it_is_typed(code in any_code()) {
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            prop_assert_eq!(code.grouped().to_lowercase().replace('-', " ").parse(), Ok(code));
        }

        #[test]
        fn every_wrong_character_is_told(code in any_code(), at in 0..LENGTH, shift in 1_u8..31) {
            let mut typed = code;
            typed.0[at] = (typed.0[at] + shift) % 31;
            prop_assert_eq!(typed.to_string().parse::<LocationCode>(), Err(CodeError::Check));
        }

        #[test]
        fn every_swap_of_two_is_told(code in any_code(), one in 0..LENGTH, other in 0..LENGTH) {
            prop_assume!(code.0[one] != code.0[other]);
            let mut typed = code;
            typed.0.swap(one, other);
            prop_assert_eq!(typed.to_string().parse::<LocationCode>(), Err(CodeError::Check));
        }

        #[test]
        fn nothing_that_is_typed_panics(text in any::<String>()) {
            let _ = text.parse::<LocationCode>();
        }
    }

    #[test]
    fn codes_are_drawn_apart_from_all_31_characters() {
        let source = Hashed(std::sync::atomic::AtomicU64::new(1));
        let codes: HashSet<_> = (0..500).map(|_| LocationCode::draw(&source).to_string()).collect();
        assert_eq!(codes.len(), 500);
        assert!(codes.iter().all(|code| code.parse::<LocationCode>().is_ok()));
        let used: HashSet<u8> = codes.iter().flat_map(|code| code.bytes()).collect();
        assert_eq!(used, ALPHABET.iter().copied().collect());
        // 17 characters are free, as many as 80 bits and more: 31^17 > 2^80.
        assert!(31_u128.pow(u32::try_from(LENGTH).unwrap() - 1) > 1 << 80);
    }

    #[test]
    fn a_wrong_text_says_what_is_wrong_and_debug_says_nothing() {
        assert_eq!("7K3M92".parse::<LocationCode>(), Err(CodeError::Length));
        assert_eq!("0K3M92QD4RTX222222".parse::<LocationCode>(), Err(CodeError::Character));
        let code = LocationCode(letters::checked([3; LENGTH]));
        assert_eq!(format!("{code:?}"), "LocationCode(…)");
        assert_eq!(code.grouped().len(), LENGTH + 2);
    }
}
