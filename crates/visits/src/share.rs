//! A unit's share of a data key: wrapped to its key of the day, and opened with it.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use domain::Entropy;
use zeroize::Zeroizing;

use crate::header::take;
use crate::suite::{self, POINT, TAG};
use crate::{DayKey, Format, Header, PublicDayKey, VisitError};

/// The first byte of a wrapped share: kind 1, version 1.
const WRAPPED: u8 = 0x11;
/// The first byte of an opened share: kind 2, version 1.
const OPENED: u8 = 0x21;
/// The `info` of HPKE.
const INFO: &[u8] = b"tongxing visits share v1";
/// The length of a share, and of a data key.
pub(crate) const SHARE: usize = 32;

/// A share as it is stored: only the unit's key of the day opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedShare {
    header: Header,
    encapsulated: [u8; POINT],
    sealed: [u8; SHARE + TAG],
}

/// A share that its unit has opened. Alone it is 32 random bytes; with the other one it is the data key. Wiped when it
/// is dropped, and never printed.
#[derive(Clone)]
pub struct OpenedShare {
    header: Header,
    share: Zeroizing<[u8; SHARE]>,
}

impl WrappedShare {
    pub(crate) fn wrap(
        header: Header,
        to: &PublicDayKey,
        share: &[u8; SHARE],
        entropy: &dyn Entropy,
    ) -> Self {
        let (encapsulated, sealed) = suite::seal(to.key(), INFO, &header.write(WRAPPED), share, entropy);
        let sealed = sealed.try_into().expect("a share and a tag");
        Self { header, encapsulated, sealed }
    }

    /// Reads its bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, VisitError> {
        let (header, mut rest) = Header::read(bytes, WRAPPED, Format::WrappedShare)?;
        let parts = take(&mut rest).and_then(|encapsulated| Some((encapsulated, take(&mut rest)?)));
        match (parts, rest) {
            (Some((encapsulated, sealed)), []) => Ok(Self { header, encapsulated, sealed }),
            _ => Err(VisitError::Malformed(Format::WrappedShare, "its length is another")),
        }
    }

    /// Its bytes: 166 and the unit's name.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.header.write(WRAPPED)[..], &self.encapsulated, &self.sealed].concat()
    }

    /// What stands before it.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Opens it with the unit's key of the day.
    pub fn open(&self, key: &DayKey) -> Result<OpenedShare, VisitError> {
        let (header, public) = (&self.header, key.public());
        if header.unit != *public.unit() {
            return Err(VisitError::WrongUnit { share: header.unit.clone(), key: public.unit().clone() });
        }
        if header.day() != public.day() {
            return Err(VisitError::WrongDay { share: header.day(), key: public.day() });
        }
        if header.kid != public.kid() {
            return Err(VisitError::WrongKey(header.day()));
        }
        let opened =
            suite::open(key.private(), &self.encapsulated, INFO, &header.write(WRAPPED), &self.sealed);
        let mut share = Zeroizing::new([0; SHARE]);
        share.copy_from_slice(&opened.ok_or(VisitError::ShareChanged(header.context.id))?);
        Ok(OpenedShare { header: header.clone(), share })
    }
}

impl OpenedShare {
    /// Reads its bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, VisitError> {
        let (header, mut rest) = Header::read(bytes, OPENED, Format::OpenedShare)?;
        match (take(&mut rest), rest) {
            (Some(share), []) => Ok(Self { header, share: Zeroizing::new(share) }),
            _ => Err(VisitError::Malformed(Format::OpenedShare, "its length is another")),
        }
    }

    /// Its bytes: 85 and the unit's name. A secret.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(self.header.write(OPENED));
        bytes.extend_from_slice(&*self.share);
        bytes
    }

    /// What stands before it.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    pub(crate) const fn share(&self) -> &Zeroizing<[u8; SHARE]> {
        &self.share
    }
}

/// In constant time where it is secret.
impl PartialEq for OpenedShare {
    fn eq(&self, other: &Self) -> bool {
        self.header == other.header && verify_slices_are_equal(&*self.share, &*other.share).is_ok()
    }
}

impl Eq for OpenedShare {}

impl fmt::Debug for OpenedShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenedShare({:?}, …)", self.header)
    }
}
