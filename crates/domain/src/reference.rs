//! Reference numbers such as `HB-7K3M-92QD`: read over a telephone, typed on a phone, never a permission.

use std::fmt;
use std::str::FromStr;

use crate::Entropy;

/// The 31 characters that are hard to confuse: no 0 and O, no 1, I and L. That their number is prime is
/// what lets one weighted check character catch every wrong character and every swap of two.
pub const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const LENGTH: usize = 8;
const PREFIX: &str = "HB";

/// The reference number of an application: seven random characters and a check character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference([u8; LENGTH]);

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
        let mut digits = [0_u8; LENGTH];
        for digit in &mut digits[..LENGTH - 1] {
            *digit = u8::try_from(entropy.below(31)).expect("below 31");
        }
        digits[LENGTH - 1] = check_digit(digits);
        Self(digits)
    }
}

/// The last digit that makes the weighted sum (weights 8, 7 … 1) divisible by 31.
fn check_digit(digits: [u8; LENGTH]) -> u8 {
    let sum: u32 = weighted(&digits[..LENGTH - 1]);
    u8::try_from((31 - sum % 31) % 31).expect("below 31")
}

fn weighted(digits: &[u8]) -> u32 {
    digits.iter().zip((1..=8_u32).rev()).map(|(d, w)| u32::from(*d) * w).sum()
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.map(|d| char::from(ALPHABET[usize::from(d)]));
        let (left, right) = text.split_at(LENGTH / 2);
        write!(f, "{PREFIX}-{}-{}", left.iter().collect::<String>(), right.iter().collect::<String>())
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    /// Accepts lower case, and spaces or hyphens anywhere or nowhere.
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let body = plain
            .strip_prefix(PREFIX)
            .filter(|b| b.chars().count() == LENGTH)
            .ok_or(ReferenceError::Shape)?;
        let mut digits = [0_u8; LENGTH];
        for (digit, c) in digits.iter_mut().zip(body.chars()) {
            let place = ALPHABET.iter().position(|a| char::from(*a) == c).ok_or(ReferenceError::Character)?;
            *digit = u8::try_from(place).expect("below 31");
        }
        if weighted(&digits).is_multiple_of(31) { Ok(Self(digits)) } else { Err(ReferenceError::Check) }
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
