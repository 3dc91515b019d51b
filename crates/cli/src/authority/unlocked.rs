//! A file of day keys with its passphrase: opens the key of a day when a share asks for it.

use std::collections::HashMap;

use visits::{Day, DayKey, OpenedShare, VisitError, WrappedShare};

use super::file::{Entry, KeyFile, what};
use crate::failure::Failure;
use crate::passphrase::Passphrase;
use crate::sealed::{SealedError, SealingKey};

/// Why the file does not open a share.
#[derive(Debug, thiserror::Error)]
pub enum CannotOpen {
    /// The share is not for it.
    #[error(transparent)]
    Share(#[from] VisitError),
    /// It has no key for the day of the share, and never had.
    #[error("the file has no key for {day}: it was made for {first} to {last}")]
    NoDay { day: Day, first: Day, last: Day },
    /// It had one.
    #[error("the key for {0} was destroyed: nothing of that day can be opened any more")]
    Destroyed(Day),
    /// The private half was changed.
    #[error("the key for {0} cannot be opened: the file was changed; restore it from its backup")]
    Damaged(Day),
}

/// The day keys of a unit, ready to be opened.
pub struct Unlocked<'a> {
    file: &'a KeyFile,
    sealing: SealingKey,
    opened: HashMap<Day, DayKey>,
}

impl<'a> Unlocked<'a> {
    pub(super) fn new(file: &'a KeyFile, passphrase: &Passphrase) -> Result<Self, Failure> {
        let failed = |error: SealedError| Failure::new(format!("the day keys cannot be opened: {error}"));
        let sealing = file.lock.key(passphrase).map_err(failed)?;
        let unlocked = Self { file, sealing, opened: HashMap::new() };
        // A wrong passphrase is said once, and not for every share.
        if let Some(entry) = file.keys.iter().find(|entry| entry.sealed.is_some()) {
            unlocked.private_half(entry).map_err(|_| failed(SealedError::Passphrase))?;
        }
        Ok(unlocked)
    }

    /// Opens a share of this unit.
    pub fn open(&mut self, share: &WrappedShare) -> Result<OpenedShare, CannotOpen> {
        let header = share.header();
        if header.unit != self.file.unit {
            let (share, key) = (header.unit.clone(), self.file.unit.clone());
            return Err(VisitError::WrongUnit { share, key }.into());
        }
        let day = header.day();
        if !self.opened.contains_key(&day) {
            let key = self.private_half(self.entry(day)?)?;
            self.opened.insert(day, key);
        }
        Ok(share.open(&self.opened[&day])?)
    }

    fn entry(&self, day: Day) -> Result<&'a Entry, CannotOpen> {
        let keys = &self.file.keys;
        keys.iter().find(|entry| entry.public.day() == day).ok_or_else(|| CannotOpen::NoDay {
            day,
            first: keys.first().map_or(day, |entry| entry.public.day()),
            last: keys.last().map_or(day, |entry| entry.public.day()),
        })
    }

    fn private_half(&self, entry: &Entry) -> Result<DayKey, CannotOpen> {
        let (public, day) = (&entry.public, entry.public.day());
        let sealed = entry.sealed.as_ref().ok_or(CannotOpen::Destroyed(day))?;
        let secret = self.sealing.open(&what(public).each_ref().map(String::as_str), sealed);
        let key =
            secret.ok().and_then(|secret| DayKey::from_secret(public.unit().clone(), day, &secret).ok());
        key.filter(|key| key.public() == public).ok_or(CannotOpen::Damaged(day))
    }
}
