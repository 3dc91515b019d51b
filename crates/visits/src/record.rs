//! One sealed visit: what is said of it in the clear, what is hidden, and the bytes between.

use std::fmt;

use zeroize::Zeroizing;

use crate::{Format, Location, Slot, VisitError, text};

/// The first byte: kind 3, version 1.
const FIRST: u8 = 0x31;
/// The longest holder reference, in bytes.
const REFERENCE: usize = 30;
/// The length of what is hidden: kind, length, reference, zeros.
pub(crate) const PLAIN: usize = 2 + REFERENCE;
pub(crate) const NONCE: usize = 12;
const LABEL: &[u8] = b"tongxing visits record v1";

/// A row's own number: 16 random bytes. Shown as Base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VisitId(pub [u8; 16]);

impl VisitId {
    /// From the text that [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        text::decode_exact(text).map(Self)
    }
}

impl fmt::Display for VisitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::encode(&self.0))
    }
}

/// What stands in the clear beside a sealed record. It is bound to it: moved elsewhere, a record does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Where.
    pub location: Location,
    /// When.
    pub slot: Slot,
    /// The row's own number.
    pub visit: VisitId,
}

impl Place {
    /// What is bound to the record beside its content.
    pub(crate) fn associated(&self) -> Vec<u8> {
        let (location, slot) = (self.location.0.to_be_bytes(), self.slot.number().to_be_bytes());
        [LABEL, &location, &slot, &self.visit.0].concat()
    }
}

/// Whether somebody came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Came.
    Entry,
    /// Went.
    Exit,
}

/// Who it was, in whatever form the server finds people by: 1 to 30 bytes. Wiped when it is dropped, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct HolderReference(Zeroizing<Vec<u8>>);

impl HolderReference {
    /// From its bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, VisitError> {
        if !(1..=REFERENCE).contains(&bytes.len()) {
            return Err(VisitError::Reference);
        }
        Ok(Self(Zeroizing::new(bytes.to_vec())))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for HolderReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderReference(…)")
    }
}

/// What is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Whether somebody came or went.
    pub kind: Kind,
    /// Who.
    pub holder: HolderReference,
}

impl Visit {
    /// Its bytes, the same number for every visit.
    pub(crate) fn write(&self) -> Zeroizing<[u8; PLAIN]> {
        let mut plain = Zeroizing::new([0; PLAIN]);
        let holder = self.holder.as_bytes();
        plain[0] = match self.kind {
            Kind::Entry => 1,
            Kind::Exit => 2,
        };
        plain[1] = u8::try_from(holder.len()).expect("a reference has at most 30 bytes");
        plain[2..2 + holder.len()].copy_from_slice(holder);
        plain
    }

    /// Reads its bytes.
    pub(crate) fn read(plain: &[u8; PLAIN]) -> Option<Self> {
        let kind = match plain[0] {
            1 => Kind::Entry,
            2 => Kind::Exit,
            _ => return None,
        };
        let (holder, padding) = plain[2..].split_at_checked(usize::from(plain[1]))?;
        if padding.iter().any(|byte| *byte != 0) {
            return None;
        }
        Some(Self { kind, holder: HolderReference::new(holder).ok()? })
    }
}

/// A record as it is stored: 61 bytes, whatever it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedRecord([u8; Self::LENGTH]);

impl SealedRecord {
    /// The length of every record.
    pub const LENGTH: usize = 1 + NONCE + PLAIN + 16;

    pub(crate) fn of(nonce: [u8; NONCE], sealed: &[u8], tag: &[u8]) -> Self {
        let bytes = [&[FIRST], &nonce[..], sealed, tag].concat();
        Self(bytes.try_into().expect("the lengths add up"))
    }

    /// Reads its bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, VisitError> {
        let bad = |why| VisitError::Malformed(Format::Record, why);
        let bytes: [u8; Self::LENGTH] = bytes.try_into().map_err(|_| bad("its length is another"))?;
        if bytes[0] == FIRST { Ok(Self(bytes)) } else { Err(bad("it begins with another byte")) }
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The nonce, and what was sealed under it with its tag.
    pub(crate) fn parts(&self) -> ([u8; NONCE], &[u8]) {
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&self.0[1..=NONCE]);
        (nonce, &self.0[1 + NONCE..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_read_in_its_one_form() {
        let visit = Visit { kind: Kind::Exit, holder: HolderReference::new(b"abc").unwrap() };
        let plain = visit.write();
        assert_eq!(Visit::read(&plain), Some(visit));
        for (at, byte) in [(0, 0), (0, 3), (1, 0), (1, 2), (1, 31), (1, 255), (31, 1), (5, 9)] {
            let mut changed = plain.clone();
            changed[at] = byte;
            assert_eq!(Visit::read(&changed), None, "byte {at} is {byte}");
        }
        for bad in [&[][..], &[1; 31]] {
            assert_eq!(HolderReference::new(bad), Err(VisitError::Reference));
        }
        assert!(HolderReference::new(&[0; 30]).is_ok());
        assert_eq!(format!("{:?}", HolderReference::new(b"abc").unwrap()), "HolderReference(…)");
    }
}
