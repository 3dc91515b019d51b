//! The file with which a holder shows that a record about them is in the log, and what it says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::checkpoint::SignedCheckpoint;
use crate::commitment::commitment;
use crate::error::LogError;
use crate::hash::Hash;
use crate::leaf::Leaf;
use crate::note_key::LogKey;
use crate::proof::verify_inclusion;

/// What such a file calls itself.
const FORMAT: &str = "tongxing-inclusion-v1";

/// Leaf, salt, content, and the way from the leaf to a signed root. Members are checked by [`InclusionFile::verify`]
/// alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionFile {
    /// `tongxing-inclusion-v1`.
    pub format: String,
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
    /// The salt, in Base64; nothing where it was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// What is committed to, as text; only with the salt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The hashes beside the way from the leaf up, in Base64.
    pub path: Vec<String>,
    /// The signed note of the checkpoint.
    pub checkpoint: String,
}

impl InclusionFile {
    /// A file of this leaf at this place of the tree that was signed.
    pub fn new(leaf: &Leaf, index: u64, path: &[Hash], checkpoint: &SignedCheckpoint) -> Self {
        Self {
            format: FORMAT.to_owned(),
            index,
            kind: leaf.kind.clone(),
            rule_set: leaf.rule_set.clone(),
            time: leaf.time,
            commitment: STANDARD.encode(leaf.commitment),
            salt: None,
            content: None,
            path: path.iter().map(|hash| hash.to_base64()).collect(),
            checkpoint: checkpoint.to_string(),
        }
    }

    /// The same with what the commitment covers.
    #[must_use]
    pub fn opened(self, salt: [u8; 16], content: &str) -> Self {
        Self { salt: Some(STANDARD.encode(salt)), content: Some(content.to_owned()), ..self }
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        let wrong = |why| LogError::format("the proof file", why);
        let file: Self = serde_json::from_str(text)
            .map_err(|_| wrong("it is not JSON with the members of tongxing-inclusion-v1"))?;
        if file.format == FORMAT { Ok(file) } else { Err(wrong("its format is not tongxing-inclusion-v1")) }
    }

    /// Checks all of it: the log's signature, the way from leaf to root, and that salt and content, where they are
    /// there, make the commitment.
    pub fn verify(&self, key: &LogKey) -> Result<SignedCheckpoint, LogError> {
        let wrong = |why| LogError::format("the proof file", why);
        let checkpoint = SignedCheckpoint::open(&self.checkpoint, key)?;
        let leaf = Leaf {
            kind: self.kind.clone(),
            rule_set: self.rule_set.clone(),
            time: self.time,
            commitment: Hash::from_base64(&self.commitment).ok_or(wrong("its commitment is not 32 bytes"))?.0,
        };
        let path: Option<Vec<Hash>> = self.path.iter().map(|hash| Hash::from_base64(hash)).collect();
        let path = path.ok_or(wrong("a hash of its path is not 32 bytes"))?;
        let (size, root) = checkpoint.tree();
        verify_inclusion(leaf.hash()?, self.index, size, &path, root)?;
        match (&self.salt, &self.content) {
            (None, None) => {}
            (Some(salt), Some(content)) => opens(&leaf, salt, content)?,
            _ => return Err(wrong("it has salt or content, but not both")),
        }
        Ok(checkpoint)
    }
}

/// Whether a salt, in Base64, and a content make the commitment of a leaf.
pub(crate) fn opens(leaf: &Leaf, salt: &str, content: &str) -> Result<(), LogError> {
    let salt = STANDARD.decode(salt).ok().and_then(|salt| salt.try_into().ok());
    let salt = salt.ok_or(LogError::format("the file", "a salt is not 16 bytes"))?;
    let made = commitment(&leaf.kind, salt, content.as_bytes());
    if made == leaf.commitment { Ok(()) } else { Err(LogError::Commitment) }
}
