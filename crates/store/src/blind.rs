//! Blind indexes: how sealed rows are found again without opening them.
//!
//! Used by the `shared/` statements through [`crate::Sealer`]. HMAC-SHA256 under an index key over a label and
//! parts, truncated: equal inputs give equal values, and without the key a value says nothing. A label keeps
//! indexes of different meaning apart, so that equal text in two columns cannot be linked.

use aws_lc_rs::hmac;

use crate::keys::Key;

/// Makes blind indexes under one index key.
#[derive(Debug)]
pub struct BlindIndex(hmac::Key);

impl BlindIndex {
    /// The index of this key.
    pub fn new(key: &Key) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &*key.secret))
    }

    /// 16 bytes for exact look-up: two different inputs that meet are not to be expected (2^64 values).
    pub fn exact(&self, label: &str, parts: &[&[u8]]) -> [u8; 16] {
        self.truncated(label, parts)
    }

    /// 8 bytes for a candidate index: what is found is opened and compared, so a rare meeting costs one
    /// decryption.
    pub fn candidate(&self, label: &str, parts: &[&[u8]]) -> i64 {
        i64::from_be_bytes(self.truncated(label, parts))
    }

    fn truncated<const N: usize>(&self, label: &str, parts: &[&[u8]]) -> [u8; N] {
        let mut context = hmac::Context::with_key(&self.0);
        // Each piece is led by its length, so that ("ab", "c") and ("a", "bc") differ.
        for piece in std::iter::once(label.as_bytes()).chain(parts.iter().copied()) {
            context.update(&(piece.len() as u64).to_be_bytes());
            context.update(piece);
        }
        let mut out = [0; N];
        out.copy_from_slice(&context.sign().as_ref()[..N]);
        out
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::entropy::SeededEntropy;

    use super::*;
    use crate::DataKeys;

    fn index(seed: u64) -> BlindIndex {
        BlindIndex::new(&DataKeys::generate(&SeededEntropy::new(seed)).index()[0])
    }

    #[test]
    fn equal_input_is_equal_and_any_other_split_label_or_key_is_not() {
        let (a, b) = (index(1), index(2));
        assert_eq!(a.exact("x", &[b"ab", b"c"]), a.exact("x", &[b"ab", b"c"]));
        let values = HashSet::from([
            a.exact("x", &[b"ab", b"c"]),
            a.exact("x", &[b"a", b"bc"]),
            a.exact("x", &[b"abc"]),
            a.exact("x", &[b"abc", b""]),
            a.exact("xa", &[b"b", b"c"]),
            a.exact("y", &[b"ab", b"c"]),
            b.exact("x", &[b"ab", b"c"]),
        ]);
        assert_eq!(values.len(), 7);
    }
}
