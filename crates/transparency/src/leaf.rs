//! The bytes of a leaf, which are the log's entry: five lines of text, and one way alone to write each leaf.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::LogError;
use crate::hash::Hash;

const FORMAT: &str = "tongxing-leaf-v1";
/// What stands where no rule set decided.
const NONE: &str = "-";
const LONGEST_KIND: usize = 64;
const LONGEST_RULE_SET: usize = 128;

/// What the public sees of a record: what kind it is, by which rule set, when, and a commitment to the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Such as `decision`: small letters, digits and `_`.
    pub kind: String,
    /// The rule set that decided, where one did, with its version.
    pub rule_set: Option<String>,
    /// When it was recorded: seconds since 1970 in UTC.
    pub time: i64,
    /// What it is about: see [`crate::commitment`].
    pub commitment: [u8; 32],
}

impl Leaf {
    /// The entry's bytes (docs/transparency-log.md). Refuses words that a leaf cannot carry.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LogError> {
        let kind = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if !is_word(&self.kind, LONGEST_KIND, kind) {
            return Err(LogError::format("a leaf", "its kind is not 1 to 64 small letters, digits and _"));
        }
        let rule_set = self.rule_set.as_deref().unwrap_or(NONE);
        let named = self.rule_set.is_none() || rule_set != NONE;
        if !named || !is_word(rule_set, LONGEST_RULE_SET, |b| b.is_ascii_graphic()) {
            return Err(LogError::format("a leaf", "its rule set is not 1 to 128 visible ASCII characters"));
        }
        let commitment = STANDARD.encode(self.commitment);
        Ok(format!("{FORMAT}\n{}\n{rule_set}\n{}\n{commitment}\n", self.kind, self.time).into_bytes())
    }

    /// Reads an entry. What this reads is what [`Leaf::to_bytes`] writes, byte for byte.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LogError> {
        let wrong = |why| LogError::format("an entry", why);
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("it is not text"))?;
        let lines: Vec<&str> = text.split('\n').collect();
        let [FORMAT, kind, rule_set, time, commitment, ""] = lines[..] else {
            return Err(wrong("it is not the five lines of tongxing-leaf-v1"));
        };
        let leaf = Self {
            kind: kind.to_owned(),
            rule_set: (rule_set != NONE).then(|| rule_set.to_owned()),
            time: time.parse().map_err(|_| wrong("its time is not a number of seconds"))?,
            commitment: Hash::from_base64(commitment).ok_or(wrong("its commitment is not 32 bytes"))?.0,
        };
        if leaf.to_bytes()? != bytes {
            return Err(wrong("its time is not written the one right way"));
        }
        Ok(leaf)
    }

    /// Its hash in the tree.
    pub fn hash(&self) -> Result<Hash, LogError> {
        Ok(Hash::of_leaf(&self.to_bytes()?))
    }
}

fn is_word(text: &str, longest: usize, fits: impl Fn(u8) -> bool) -> bool {
    (1..=longest).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf() -> Leaf {
        let rule_set = Some("hubei-2020-04-08".to_owned());
        Leaf { kind: "decision".to_owned(), rule_set, time: 1_795_420_800, commitment: [7; 32] }
    }

    #[test]
    fn a_leaf_is_these_bytes() {
        let text = "tongxing-leaf-v1\ndecision\nhubei-2020-04-08\n1795420800\n\
                    BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n";
        assert_eq!(String::from_utf8(leaf().to_bytes().unwrap()).unwrap(), text);
        assert_eq!(Leaf::from_bytes(text.as_bytes()).unwrap(), leaf());
        let without = Leaf { rule_set: None, ..leaf() };
        assert_eq!(Leaf::from_bytes(&without.to_bytes().unwrap()).unwrap(), without);
    }

    #[test]
    fn nothing_is_read_that_would_not_be_written() {
        let good = String::from_utf8(leaf().to_bytes().unwrap()).unwrap();
        for (from, to) in [
            ("leaf-v1", "leaf-v2"),
            ("decision", "Decision"),
            ("decision", ""),
            ("hubei", "hubei "),
            ("1795420800", "01795420800"),
            ("1795420800", "+1795420800"),
            ("1795420800", "x"),
            ("BwcHBwc", "BwcHBw"),
            ("BwcHBwc=\n", "BwcHBwd=\n"),
            ("=\n", "="),
            ("=\n", "=\n\n"),
            ("\n", "\r\n"),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good, "{from}");
            assert!(Leaf::from_bytes(bad.as_bytes()).is_err(), "{bad:?}");
        }
        let dash = Leaf { rule_set: Some("-".to_owned()), ..leaf() };
        let broken = Leaf { kind: "a\nb".to_owned(), ..leaf() };
        assert!(dash.to_bytes().is_err() && broken.to_bytes().is_err());
    }
}
