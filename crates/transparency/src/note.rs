//! Signed notes (C2SP signed-note): a text, a blank line, and a line for each signature.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::LogError;
use crate::note_key::Verifier;

/// More than that no checkpoint needs: its text, and well over 16 signatures of nearly 5 kB each.
const LONGEST: usize = 256 * 1024;
const DASH: &str = "— ";

/// A note whose form has been checked, and no signature yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// One line below the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) name: String,
    pub(crate) id: [u8; 4],
    pub(crate) bytes: Vec<u8>,
}

impl Signature {
    fn is_of(&self, key: &Verifier) -> bool {
        self.name == key.name && self.id == key.id
    }
}

impl Note {
    /// A text that nobody has signed yet.
    pub(crate) fn new(text: String) -> Self {
        Self { text, signatures: Vec::new() }
    }

    /// Reads a note.
    pub fn parse(note: &str) -> Result<Self, LogError> {
        let wrong = |why| LogError::format("the signed note", why);
        if note.len() > LONGEST {
            return Err(wrong("it is longer than 256 KiB"));
        }
        if note.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(wrong("it holds a control character"));
        }
        let (text, lines) =
            note.rsplit_once("\n\n").ok_or(wrong("no blank line parts text and signatures"))?;
        let lines = lines.strip_suffix('\n').ok_or(wrong("its last line does not end"))?;
        let signatures = lines.split('\n').map(|line| read(line).ok_or(wrong("a line is no signature")));
        Ok(Self { text: format!("{text}\n"), signatures: signatures.collect::<Result<_, _>>()? })
    }

    /// What is signed, with its last line break.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whose lines stand below the text, `NAME+ID` each, whether or not they hold.
    pub fn signers(&self) -> Vec<String> {
        self.signatures.iter().map(|line| format!("{}+{}", line.name, hex::encode(line.id))).collect()
    }

    /// The same text with one line of this key and no other.
    pub(crate) fn with_one_line_of(&self, key: &Verifier) -> Self {
        let line = self.signatures.iter().find(|line| line.is_of(key));
        Self { text: self.text.clone(), signatures: line.cloned().into_iter().collect() }
    }

    pub(crate) fn add(&mut self, signature: Signature) {
        self.signatures.push(signature);
    }

    /// The signatures of a key, each checked by `holds`. At least one, and none that does not hold.
    pub(crate) fn of_key<T>(
        &self,
        key: &Verifier,
        holds: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, LogError> {
        let mut last = Err(LogError::Unsigned(key.name.clone()));
        for line in self.signatures.iter().filter(|line| line.is_of(key)) {
            last = Ok(holds(&line.bytes).ok_or_else(|| LogError::Signature(key.name.clone()))?);
        }
        last
    }
}

fn read(line: &str) -> Option<Signature> {
    let (name, bytes) = line.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = STANDARD.decode(bytes).ok()?;
    let (id, bytes) = bytes.split_first_chunk::<4>()?;
    let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+');
    is_name.then(|| Signature { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| {
            let bytes = STANDARD.encode([&line.id[..], &line.bytes].concat());
            writeln!(f, "{DASH}{} {bytes}", line.name)
        })
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::note_key::{LogKey, SigningKey};

    /// The example of the reference implementation (golang.org/x/mod/sumdb/note), key and signature.
    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const PRIVATE: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn verified(note: &str, key: &LogKey) -> Result<(), LogError> {
        let note = Note::parse(note)?;
        note.of_key(&key.0, |bytes| key.0.verify(note.text().as_bytes(), bytes).then_some(()))
    }

    #[test]
    fn the_reference_note_holds_and_is_made_byte_for_byte() {
        let key = LogKey::parse(KEY).unwrap();
        let note = format!("{TEXT}\n{LINE}");
        verified(&note, &key).unwrap();
        assert_eq!(Note::parse(&note).unwrap().to_string(), note);
        let private = STANDARD.decode(PRIVATE).unwrap();
        let seed = Zeroizing::new(private[1..].try_into().unwrap());
        let signing = SigningKey::of_log("PeterNeumann", &seed).unwrap();
        assert_eq!(signing.public().to_string(), KEY);
        let mut made = Note::new(TEXT.to_owned());
        let bytes = signing.sign(TEXT.as_bytes());
        made.add(Signature { name: "PeterNeumann".to_owned(), id: signing.verifier().id, bytes });
        assert_eq!(made.to_string(), note);
    }

    #[test]
    fn every_changed_byte_of_note_or_key_is_found() {
        let key = LogKey::parse(KEY).unwrap();
        let note = format!("{TEXT}\n{LINE}");
        for at in 0..note.len() {
            for flip in 1..=255_u8 {
                let mut bytes = note.clone().into_bytes();
                bytes[at] ^= flip;
                let found = String::from_utf8(bytes).map_or(true, |text| verified(&text, &key).is_err());
                assert!(found, "byte {at} ^ {flip}");
            }
        }
        for at in 0..KEY.len() {
            let mut bytes = KEY.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'q' { b'r' } else { b'q' };
            assert!(LogKey::parse(std::str::from_utf8(&bytes).unwrap()).is_err(), "byte {at}");
            assert!(LogKey::parse(&KEY[..at]).is_err());
        }
    }

    #[test]
    fn lines_of_others_do_no_harm_and_a_wrong_one_of_ours_does() {
        let key = LogKey::parse(KEY).unwrap();
        let other = "— PeterNeumann AAAAAAAA\n— witness.example/w1 jWbPPwAAAABk\n";
        verified(&format!("{TEXT}\n{other}{LINE}"), &key).unwrap();
        assert_eq!(
            verified(&format!("{TEXT}\n{other}"), &key),
            Err(LogError::Unsigned("PeterNeumann".into()))
        );
        let wrong = LINE.replace("x08go/ZJ", "x08go/ZK");
        assert_eq!(
            verified(&format!("{TEXT}\n{LINE}{wrong}"), &key),
            Err(LogError::Signature("PeterNeumann".into()))
        );
        for bad in [
            format!("{TEXT}{LINE}"),
            format!("{TEXT}\n"),
            format!("{TEXT}\n{LINE}\n"),
            format!("{TEXT}\n{}", LINE.trim_end()),
        ] {
            assert!(verified(&bad, &key).is_err(), "{bad}");
        }
        assert!(Note::parse(&"a".repeat(LONGEST + 1)).is_err());
    }
}
