//! Recovery codes: 128 random bits as seven groups of four, typed from paper.
//!
//! Crockford's Base32 (0 to 9 and A to Z without I, L, O, U), read with O for 0 and I or L for 1; 12 more bits check
//! the rest, so that a slip of the pen is told at once and never counts as a wrong code.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use domain::Entropy;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: u32 = 28;
const CHECK_BITS: u32 = 12;

/// A recovery code. `Display` shows it, to its owner only; `Debug` does not.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; 16]>);

/// The text is not a recovery code: mistyped, or something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a recovery code: seven groups of four letters and digits")]
pub struct NotARecoveryCode;

impl RecoveryCode {
    /// A new one.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self(Zeroizing::new(entropy.bytes()))
    }

    /// What the database keeps. The code has 128 random bits: nothing slower than SHA-256 is needed.
    pub fn hash(&self) -> [u8; 32] {
        labelled(b"tongxing recovery v1", &self.0)
    }

    fn check(&self) -> u16 {
        let hash = labelled(b"tongxing recovery check v1", &self.0);
        u16::from_be_bytes([hash[0], hash[1]]) >> (16 - CHECK_BITS)
    }
}

fn labelled(label: &[u8], code: &[u8; 16]) -> [u8; 32] {
    let text = Zeroizing::new([label, code].concat());
    digest(&SHA256, &text).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, check) = (u128::from_be_bytes(*self.0), self.check());
        for place in 0..LENGTH {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            // 140 bits: 128 of the code, then 12 of the check.
            let shift = i64::from(5 * (LENGTH - 1 - place)) - i64::from(CHECK_BITS);
            let bits = if shift >= 0 {
                value >> shift
            } else {
                (value << -shift) | (u128::from(check) >> (i64::from(CHECK_BITS) + shift))
            };
            let digit = usize::try_from(bits & 31).expect("below 32");
            fmt::Write::write_char(f, char::from(ALPHABET[digit]))?;
        }
        Ok(())
    }
}

impl FromStr for RecoveryCode {
    type Err = NotARecoveryCode;

    /// Spaces, hyphens, letter case and full-width forms do not matter.
    fn from_str(text: &str) -> Result<Self, NotARecoveryCode> {
        if text.len() > 200 {
            return Err(NotARecoveryCode);
        }
        let digits: Vec<u8> = text
            .nfkc()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(digit)
            .collect::<Option<_>>()
            .ok_or(NotARecoveryCode)?;
        if digits.len() != LENGTH as usize {
            return Err(NotARecoveryCode);
        }
        let value = digits[..25].iter().fold(0_u128, |value, d| value << 5 | u128::from(*d));
        let tail = digits[25..].iter().fold(0_u16, |value, d| value << 5 | u16::from(*d));
        let value = value << 3 | u128::from(tail >> CHECK_BITS);
        let code = Self(Zeroizing::new(value.to_be_bytes()));
        if code.check() == tail & ((1 << CHECK_BITS) - 1) { Ok(code) } else { Err(NotARecoveryCode) }
    }
}

fn digit(c: char) -> Option<u8> {
    let plain = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|a| char::from(*a) == plain).and_then(|at| u8::try_from(at).ok())
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use domain::entropy::SeededEntropy;

    use super::*;

    #[test]
    fn what_is_shown_reads_back_however_it_is_typed() {
        let entropy = SeededEntropy::new(7);
        for _ in 0..200 {
            let code = RecoveryCode::draw(&entropy);
            let text = code.to_string();
            assert_eq!((text.len(), text.split('-').count()), (34, 7), "{text}");
            assert_eq!(text.parse(), Ok(code.clone()));
            let typed = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            assert_eq!(typed.parse(), Ok(code));
        }
    }

    #[test]
    fn a_slip_is_told_before_any_look_up() {
        let text = RecoveryCode::draw(&SeededEntropy::new(8)).to_string();
        let mut caught = 0;
        let mut all = 0;
        for at in (0..text.len()).filter(|at| text.as_bytes()[*at] != b'-') {
            for wrong in ALPHABET.iter().filter(|c| **c != text.as_bytes()[at]) {
                let mut typed = text.clone().into_bytes();
                typed[at] = *wrong;
                all += 1;
                caught += usize::from(String::from_utf8(typed).unwrap().parse::<RecoveryCode>().is_err());
            }
        }
        assert!(caught * 1000 >= all * 995, "{caught} of {all}: one in 4096 may fit by chance");
        for bad in ["", "0000", &text[..30], &format!("{text}0"), "UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU"] {
            assert_eq!(bad.parse::<RecoveryCode>(), Err(NotARecoveryCode));
        }
    }
}
