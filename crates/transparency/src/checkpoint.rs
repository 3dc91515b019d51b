//! Checkpoints: origin, size and root of a log, signed by it (C2SP tlog-checkpoint).

use std::fmt;

use crate::error::LogError;
use crate::hash::Hash;
use crate::note::{Note, Signature};
use crate::note_key::{LogKey, SigningKey};

/// The state of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// Reads the text of a note. Further lines are opaque and mean nothing to us.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        let wrong = |why| LogError::format("the checkpoint", why);
        let mut lines = text.strip_suffix('\n').ok_or(wrong("its last line does not end"))?.split('\n');
        let mut line = || lines.next().filter(|line| !line.is_empty()).ok_or(wrong("a line is missing"));
        let (origin, size, root) = (line()?.to_owned(), line()?, line()?);
        let number: u64 = size.parse().map_err(|_| wrong("its second line is not a size"))?;
        if number.to_string() != size {
            return Err(wrong("its second line is not a size"));
        }
        let root = Hash::from_base64(root).ok_or(wrong("its third line is not a root in Base64"))?;
        if lines.any(str::is_empty) {
            return Err(wrong("a line is empty"));
        }
        Ok(Self { origin, size: number, root })
    }

    /// Signed by the log. Its origin is the key's name.
    pub fn sign(size: u64, root: Hash, key: &SigningKey) -> SignedCheckpoint {
        let checkpoint = Self { origin: key.verifier().name.clone(), size, root };
        let mut note = Note::new(checkpoint.to_string());
        let bytes = key.sign(note.text().as_bytes());
        note.add(Signature { name: checkpoint.origin.clone(), id: key.verifier().id, bytes });
        SignedCheckpoint { checkpoint, note }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root)
    }
}

/// A checkpoint whose log's signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    pub(crate) note: Note,
}

impl SignedCheckpoint {
    /// Reads a note and checks that this log signed it.
    pub fn open(note: &str, key: &LogKey) -> Result<Self, LogError> {
        let note = Note::parse(note)?;
        note.of_key(&key.0, |bytes| key.0.verify(note.text().as_bytes(), bytes).then_some(()))?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != key.name() {
            let (expected, found) = (key.name().to_owned(), checkpoint.origin);
            return Err(LogError::Origin { expected, found });
        }
        Ok(Self { checkpoint, note })
    }

    /// The same from the bytes of a file.
    pub fn open_bytes(note: &[u8], key: &LogKey) -> Result<Self, LogError> {
        let note = std::str::from_utf8(note);
        Self::open(note.map_err(|_| LogError::format("the checkpoint", "it is not UTF-8"))?, key)
    }

    /// What was signed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Size and root.
    pub fn tree(&self) -> (u64, Hash) {
        (self.checkpoint.size, self.checkpoint.root)
    }
}

/// The note, as it is served.
impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    /// The example of the specification.
    const TEXT: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn a_checkpoint_is_read_in_one_way_alone() {
        let checkpoint = Checkpoint::parse(TEXT).unwrap();
        assert_eq!((checkpoint.size, checkpoint.to_string().as_str()), (20_852_163, TEXT));
        assert_eq!(Checkpoint::parse(&format!("{TEXT}further\n")).unwrap(), checkpoint);
        for (from, to) in [
            ("20852163", "020852163"),
            ("20852163", "+20852163"),
            ("20852163", "-1"),
            ("20852163", ""),
            ("20852163", "99999999999999999999"),
            ("q2I=", "q2I"),
            ("q2I=", "q2J="),
            ("example.com/behind-the-sofa", ""),
            ("q2I=\n", "q2I="),
            ("q2I=\n", "q2I=\n\n"),
        ] {
            assert!(Checkpoint::parse(&TEXT.replacen(from, to, 1)).is_err(), "{from} -> {to}");
        }
    }

    #[test]
    fn a_key_signs_for_the_log_of_its_own_name_alone() {
        let key = SigningKey::of_log("code.example/log", &Zeroizing::new([1; 32])).unwrap();
        let mut note = Note::new(TEXT.to_owned());
        let bytes = key.sign(TEXT.as_bytes());
        note.add(Signature { name: "code.example/log".to_owned(), id: key.verifier().id, bytes });
        let (expected, found) = ("code.example/log".to_owned(), "example.com/behind-the-sofa".to_owned());
        let opened = SignedCheckpoint::open(&note.to_string(), &key.public());
        assert_eq!(opened, Err(LogError::Origin { expected, found }));
    }
}
