//! Reference numbers such as `HB-7K3M-92QD`: read over a telephone, typed on a phone, never a permission.

use std::fmt;
use std::str::FromStr;

use crate::letters::Digits;
use crate::{Entropy, letters};

const LENGTH: usize = 8;
const PREFIX: &str = "HB";

/// The reference number of an application: seven random characters and a check character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference(Digits<LENGTH>);

/// Why a text is not a reference number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not two letters and eight characters.
    #[error("a reference number looks like HB-7K3M-92QD")]
    Shape,
    /// A character that reference numbers do not use.
    #[error("a reference number has no 0, 1, I, L or O")]
    Character,
    /// The check character does not fit: something was mistyped.
    #[error("the reference number was mistyped: its check character does not fit")]
    Check,
}

impl Reference {
    /// A new one. Two may be equal (1 in 27,000,000,000): the database's unique key decides.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self(letters::draw(entropy))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = self.0.split_at(LENGTH / 2);
        write!(f, "{PREFIX}-{}-{}", letters::text(left), letters::text(right))
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    /// Accepts lower case, and spaces or hyphens anywhere or nowhere.
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let plain = letters::plain(text);
        let body = plain
            .strip_prefix(PREFIX)
            .filter(|b| b.chars().count() == LENGTH)
            .ok_or(ReferenceError::Shape)?;
        let digits = letters::read(body).ok_or(ReferenceError::Character)?;
        if letters::fits(&digits) { Ok(Self(digits)) } else { Err(ReferenceError::Check) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter(std::sync::atomic::AtomicU8);
    impl Entropy for Counter {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill_with(|| self.0.fetch_add(37, std::sync::atomic::Ordering::Relaxed));
        }
    }

    fn samples() -> Vec<Reference> {
        let source = Counter(std::sync::atomic::AtomicU8::new(1));
        (0..50).map(|_| Reference::draw(&source)).collect()
    }

    #[test]
    fn what_is_printed_reads_back_however_it_is_typed() {
        for reference in samples() {
            let text = reference.to_string();
            assert_eq!(text.parse(), Ok(reference));
            assert_eq!(text.to_lowercase().replace('-', " ").parse(), Ok(reference));
        }
    }

    #[test]
    fn every_wrong_character_and_every_swap_is_caught() {
        for Reference(digits) in samples() {
            for at in 0..LENGTH {
                for wrong in (0..31).filter(|d| *d != digits[at]) {
                    let mut typed = digits;
                    typed[at] = wrong;
                    assert_eq!(Reference(typed).to_string().parse::<Reference>(), Err(ReferenceError::Check));
                }
                for other in (0..LENGTH).filter(|o| digits[*o] != digits[at]) {
                    let mut typed = digits;
                    typed.swap(at, other);
                    assert_eq!(Reference(typed).to_string().parse::<Reference>(), Err(ReferenceError::Check));
                }
            }
        }
    }

    #[test]
    fn a_wrong_text_says_what_is_wrong() {
        assert_eq!("HB-7K3M".parse::<Reference>(), Err(ReferenceError::Shape));
        assert_eq!("HB-0K3M-92QD".parse::<Reference>(), Err(ReferenceError::Character));
    }
}
