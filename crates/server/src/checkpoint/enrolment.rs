//! Enrolment codes: eight characters that an administrator hands over with a device, good once and for a day.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use credential::SHORT_CODE_ALPHABET;
use domain::Entropy;

/// How long a code is good.
pub const LIFE: Duration = Duration::from_hours(24);
const LENGTH: usize = 8;

/// A code. Only the administrator who made it sees it: the database keeps a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode([u8; LENGTH]);

/// Whoever reads a log enrols nothing.
impl std::fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnrolmentCode(…)")
    }
}

impl EnrolmentCode {
    /// A new one.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let alphabet = SHORT_CODE_ALPHABET.as_bytes();
        let letters = u64::try_from(alphabet.len()).unwrap_or(1);
        let one = |_| alphabet[usize::try_from(entropy.below(letters)).unwrap_or(0)];
        Self(std::array::from_fn(one))
    }

    /// What was typed, if it can be a code: white space and hyphens aside, in capitals or not.
    pub fn read(typed: &str) -> Option<Self> {
        let plain: Vec<u8> = typed
            .bytes()
            .filter(|b| !b.is_ascii_whitespace() && *b != b'-')
            .map(|b| b.to_ascii_uppercase())
            .collect();
        let known = plain.iter().all(|b| SHORT_CODE_ALPHABET.as_bytes().contains(b));
        plain.try_into().ok().filter(|_| known).map(Self)
    }

    /// What the database keeps. Guessing it has to go through the server, which counts.
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &[b"tongxing enrolment v1\0", &self.0[..]].concat()).as_ref());
        hash
    }

    /// The characters in two groups, as they are read out.
    pub fn grouped(&self) -> String {
        let text = String::from_utf8_lossy(&self.0);
        let (first, second) = text.split_at(LENGTH / 2);
        format!("{first} {second}")
    }
}

#[cfg(test)]
mod tests {
    use domain::entropy::SeededEntropy;

    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed_and_hashes_alike() {
        let code = EnrolmentCode::draw(&SeededEntropy::new(7));
        let shown = code.grouped();
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace(' ', "-"), shown.replace(' ', "")] {
            assert_eq!(EnrolmentCode::read(&typed).map(|code| code.hash()), Some(code.hash()), "{typed}");
        }
        for typed in ["", "7K3M 92Q", "7K3M 92QDD", "7K3M 92Q0", "7K3M 92Qé"] {
            assert_eq!(EnrolmentCode::read(typed), None, "{typed}");
        }
    }
}
