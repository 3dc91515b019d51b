//! The file in which leaves are opened for an auditor: a line that says what it holds, then a line for each leaf.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::LogError;
use crate::hash::Hash;
use crate::inclusion_file::opens;
use crate::leaf::Leaf;

/// What such a file calls itself.
const FORMAT: &str = "tongxing-opened-leaves-1";

/// The first line: on which order, of which unit and days, and how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedHead {
    /// `tongxing-opened-leaves-1`.
    pub format: String,
    /// The order.
    pub order: String,
    /// The unit.
    pub unit: String,
    /// The first day, `YYYY-MM-DD` in Asia/Shanghai.
    pub from: String,
    /// The last day, which belongs to it.
    pub until: String,
    /// How many leaves follow.
    pub leaves: u64,
    /// How many leaves of these days have no salt any more: nobody can tell of which unit they were.
    pub without_salt: u64,
}

impl OpenedHead {
    /// The first line of a file of an order about a unit.
    pub fn new(
        order: String,
        unit: String,
        [from, until]: [String; 2],
        leaves: u64,
        without_salt: u64,
    ) -> Self {
        Self { format: FORMAT.to_owned(), order, unit, from, until, leaves, without_salt }
    }
}

/// A line about a leaf: its place, what the public sees of it, its salt, and what it commits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedLeaf {
    /// Where the leaf stands in the log.
    pub index: u64,
    /// The leaf's kind.
    pub kind: String,
    /// The leaf's rule set.
    pub rule_set: Option<String>,
    /// The leaf's time, in seconds since 1970.
    pub time: i64,
    /// The leaf's commitment, in Base64.
    pub commitment: String,
    /// The salt, in Base64.
    pub salt: String,
    /// What is committed to, as text.
    pub content: String,
}

impl OpenedLeaf {
    /// A leaf at its place, opened.
    pub fn new(index: u64, leaf: Leaf, salt: [u8; 16], content: String) -> Self {
        Self {
            index,
            kind: leaf.kind,
            rule_set: leaf.rule_set,
            time: leaf.time,
            commitment: STANDARD.encode(leaf.commitment),
            salt: STANDARD.encode(salt),
            content,
        }
    }

    /// The leaf, if salt and content make its commitment.
    pub fn verify(&self) -> Result<Leaf, LogError> {
        let commitment = Hash::from_base64(&self.commitment).ok_or(wrong("a commitment is not 32 bytes"))?.0;
        let leaf =
            Leaf { kind: self.kind.clone(), rule_set: self.rule_set.clone(), time: self.time, commitment };
        opens(&leaf, &self.salt, &self.content)?;
        Ok(leaf)
    }
}

/// Reads a file: as many lines as its first one says, in the order of the log, each leaf once.
pub fn read_opened(text: &str) -> Result<(OpenedHead, Vec<OpenedLeaf>), LogError> {
    let mut lines = text.lines();
    let head: OpenedHead = lines
        .next()
        .and_then(|line| serde_json::from_str(line).ok())
        .filter(|head: &OpenedHead| head.format == FORMAT)
        .ok_or(wrong("its first line is not that of tongxing-opened-leaves-1"))?;
    let leaves = lines.map(serde_json::from_str).collect::<Result<Vec<OpenedLeaf>, _>>();
    let leaves = leaves.map_err(|_| wrong("a line is not JSON with the members of an opened leaf"))?;
    if u64::try_from(leaves.len()) != Ok(head.leaves) {
        return Err(wrong("it has not as many leaves as its first line says"));
    }
    if leaves.windows(2).any(|two| two[0].index >= two[1].index) {
        return Err(wrong("its leaves do not stand in the order of the log, each once"));
    }
    Ok((head, leaves))
}

fn wrong(why: &'static str) -> LogError {
    LogError::format("the file of opened leaves", why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commitment::commitment;

    fn line() -> OpenedLeaf {
        let (salt, content) = ([7; 16], "{\"decision\":\"1\"}");
        let commitment = commitment("decision", salt, content.as_bytes());
        let leaf = Leaf { kind: "decision".to_owned(), rule_set: None, time: 1_795_420_800, commitment };
        OpenedLeaf::new(3, leaf, salt, content.to_owned())
    }

    fn file(leaves: u64, lines: &[OpenedLeaf]) -> String {
        let days = ["2026-11-01".to_owned(), "2026-11-02".to_owned()];
        let head = OpenedHead::new("1".to_owned(), "2".to_owned(), days, leaves, 4);
        let lines = lines.iter().map(|line| serde_json::to_string(line).unwrap());
        std::iter::once(serde_json::to_string(&head).unwrap()).chain(lines).map(|line| line + "\n").collect()
    }

    #[test]
    fn what_was_written_is_read_and_every_change_of_a_line_is_found() {
        let (head, lines) = read_opened(&file(1, &[line()])).unwrap();
        assert_eq!((head.without_salt, &lines[..]), (4, &[line()][..]));
        assert_eq!(lines[0].verify().unwrap().time, 1_795_420_800);
        for wrong in [
            OpenedLeaf { content: "{\"decision\":\"2\"}".to_owned(), ..line() },
            OpenedLeaf { kind: "review".to_owned(), ..line() },
            OpenedLeaf { salt: STANDARD.encode([8; 16]), ..line() },
            OpenedLeaf { salt: STANDARD.encode([7; 15]), ..line() },
            OpenedLeaf { commitment: STANDARD.encode([0; 32]), ..line() },
        ] {
            assert!(wrong.verify().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_file_with_a_line_more_or_less_is_refused() {
        for text in [
            file(2, &[line()]),
            file(2, &[line(), line()]),
            file(1, &[]),
            file(0, &[line()]),
            String::new(),
            "{}\n".to_owned(),
        ] {
            assert!(read_opened(&text).is_err(), "{text}");
        }
    }
}
