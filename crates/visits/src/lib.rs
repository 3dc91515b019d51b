//! Sealed visits (docs/sealed-visits.md): what the server writes of an entry or exit, so that nobody reads it alone.
//!
//! Used by the server, which makes a [`DataKey`] a minute and location group and seals every visit with it, and by
//! the two units (`tongxing authority`), which open their shares of it with the [`DayKey`] of the day. The decision
//! that matters: **sealing needs public keys alone, and opening needs both units**. A data key is split in two
//! shares, each wrapped to one unit's key of the day, before the first visit is sealed with it; it is kept nowhere.
//!
//! Never: a share that opens for another unit, day, minute or group than it was wrapped for; a record that opens at
//! another location, slot or visit than it was sealed for; a record whose length tells anything of its content; an
//! error that tells anything of a person.
//!
//! Nothing here does I/O, reads a clock or owns randomness: times and [`domain::Entropy`] are arguments.

mod data_key;
mod day_key;
mod error;
mod header;
pub mod lines;
mod opening;
mod place;
mod public_list;
mod record;
mod share;
mod suite;
mod text;
mod time;
mod unit;

pub use data_key::DataKey;
pub use day_key::{DayKey, KeyId, PublicDayKey};
pub use error::{Format, VisitError};
pub use header::{Context, DataKeyId, Half, Header};
pub use opening::{JoinedKey, Shares};
pub use place::{Location, LocationGroup};
pub use public_list::PublicList;
pub use record::{HolderReference, Kind, Place, SealedRecord, Visit, VisitId};
pub use share::{OpenedShare, WrappedShare};
pub use time::{Day, Minute, Slot};
pub use unit::UnitName;
