//! What a leaf commits to: SHA-256 over label, kind, salt and content.

use crate::hash::sha256;

/// SHA-256 over `tongxing leaf v1`, the kind led by its length, the salt and the content. Whoever holds salt and
/// content can check a leaf with it; nobody else can tell what it is about (128 bits have to be guessed).
pub fn commitment(kind: &str, salt: [u8; 16], content: &[u8]) -> [u8; 32] {
    let length = (kind.len() as u64).to_be_bytes();
    sha256(&[b"tongxing leaf v1", &length, kind.as_bytes(), &salt, content]).0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed from the definition in docs/transparency-log.md with another implementation (Python's hashlib).
    #[test]
    fn a_commitment_is_this_value() {
        let salt = std::array::from_fn(|at| u8::try_from(at).unwrap());
        assert_eq!(
            hex::encode(commitment("decision", salt, br#"{"colour":"green"}"#)),
            "d9299e28a33522bcdec39ae7814351ea184438b78aca21cd4bc264f7348347d5"
        );
    }

    #[test]
    fn every_part_counts_and_none_runs_into_the_next() {
        let of = commitment("decision", [1; 16], b"content");
        assert_ne!(of, commitment("decisioN", [1; 16], b"content"));
        assert_ne!(of, commitment("decision", [2; 16], b"content"));
        assert_ne!(of, commitment("decision", [1; 16], b"contents"));
        let salt = *b"nssssssssssssssx";
        let moved = *b"ssssssssssssssxc";
        assert_ne!(commitment("decisio", salt, b"c"), commitment("decision", moved, b""));
    }
}
