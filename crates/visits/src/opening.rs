//! The opening side: two opened shares make the data key, and the data key opens records.

use std::collections::HashMap;
use std::fmt;

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::Zeroizing;

use crate::data_key::{derive, xor};
use crate::record::PLAIN;
use crate::{Context, DataKeyId, Half, OpenedShare, Place, SealedRecord, Visit, VisitError};

/// A data key, made of both units' shares. Wiped when it is dropped, and never printed.
pub struct JoinedKey {
    context: Context,
    cipher: LessSafeKey,
}

impl JoinedKey {
    /// Joins the two shares of a data key.
    pub fn join(one: &OpenedShare, other: &OpenedShare) -> Result<Self, VisitError> {
        let (a, b) = (one.header(), other.header());
        let id = a.context.id;
        if a.context != b.context || a.check != b.check {
            return Err(VisitError::Apart(id));
        }
        if a.unit == b.unit {
            return Err(VisitError::MissingHalf { key: id, unit: a.unit.clone() });
        }
        if a.half == b.half {
            return Err(VisitError::Apart(id));
        }
        let halves = if a.half == Half::First { [a, b] } else { [b, a] };
        let halves = halves.map(|header| (header.kid, &header.unit));
        let (cipher, check) = derive(&xor(one.share(), other.share()), &a.context, halves);
        verify_slices_are_equal(&check, &a.check).map_err(|_| VisitError::Join(id))?;
        Ok(Self { context: a.context, cipher })
    }

    /// What it is for.
    pub const fn context(&self) -> Context {
        self.context
    }

    /// Opens a record that was sealed for this place.
    pub fn open(&self, place: &Place, record: &SealedRecord) -> Result<Visit, VisitError> {
        let id = self.context.id;
        let (nonce, sealed) = record.parts();
        let mut bytes = Zeroizing::new(sealed.to_vec());
        let (nonce, place) = (Nonce::assume_unique_for_key(nonce), Aad::from(place.associated()));
        let plain = self.cipher.open_in_place(nonce, place, &mut bytes);
        let plain: &[u8] = plain.map_err(|_| VisitError::RecordRefused(id))?;
        let plain: &[u8; PLAIN] = plain.try_into().map_err(|_| VisitError::RecordContent(id))?;
        Visit::read(plain).ok_or(VisitError::RecordContent(id))
    }
}

impl fmt::Debug for JoinedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinedKey({:?}, …)", self.context)
    }
}

/// Opened shares of many data keys, in any order, and the keys that they make.
#[derive(Debug, Default)]
pub struct Shares(HashMap<DataKeyId, State>);

#[derive(Debug)]
enum State {
    One(OpenedShare),
    Both(JoinedKey),
}

impl Shares {
    /// Adds a share; the second of a data key makes the key. The same share twice is there once.
    pub fn add(&mut self, share: OpenedShare) -> Result<(), VisitError> {
        let id = share.header().context.id;
        let joined = match self.0.get(&id) {
            None => State::One(share),
            Some(State::Both(_)) => return Ok(()),
            Some(State::One(first)) if first == &share => return Ok(()),
            Some(State::One(first)) if first.header() == share.header() => {
                return Err(VisitError::Apart(id));
            }
            Some(State::One(first)) => State::Both(JoinedKey::join(first, &share)?),
        };
        self.0.insert(id, joined);
        Ok(())
    }

    /// How many data keys both units' shares are here for.
    pub fn joined(&self) -> usize {
        self.0.values().filter(|state| matches!(state, State::Both(_))).count()
    }

    /// A data key, or which half of it is missing.
    pub fn key(&self, id: DataKeyId) -> Result<&JoinedKey, VisitError> {
        match self.0.get(&id) {
            Some(State::Both(key)) => Ok(key),
            Some(State::One(share)) => {
                Err(VisitError::MissingHalf { key: id, unit: share.header().unit.clone() })
            }
            None => Err(VisitError::MissingBoth(id)),
        }
    }
}
