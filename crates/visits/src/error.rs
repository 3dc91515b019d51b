//! What can be wrong with shares and records. It names units, days and data keys, and never a person.

use crate::{DataKeyId, Day, KeyId, UnitName};

/// A format of docs/sealed-visits.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A share, wrapped to a unit.
    WrappedShare,
    /// A share that its unit has opened.
    OpenedShare,
    /// A sealed record.
    Record,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::WrappedShare => "a wrapped share",
            Self::OpenedShare => "an opened share",
            Self::Record => "a sealed record",
        })
    }
}

/// Why something was not made or not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VisitError {
    /// The bytes are of another format, or of a version that is not read here.
    #[error("not {0} of version 1: {1}")]
    Malformed(Format, &'static str),
    /// A line of a file of shares or records.
    #[error("not a line of this file: {0}")]
    Line(&'static str),
    /// A unit's name that is none.
    #[error("a unit's name has 1 to 64 bytes, no control characters, and no space at either end")]
    UnitName,
    /// A day that is none.
    #[error("a day is written like 2026-12-31")]
    Day,
    /// A holder reference that is none.
    #[error("a holder reference has 1 to 30 bytes")]
    Reference,
    /// A public list that cannot be used.
    #[error("not a list of public day keys: {0}")]
    List(&'static str),
    /// Bytes that are no private key of P-256.
    #[error("not a private key on P-256")]
    PrivateKey,
    /// Visits would be sealed to one unit twice.
    #[error("both keys are of the unit {0}: a second unit is needed")]
    OneUnit(UnitName),
    /// Whoever has one key would open both shares.
    #[error("both units have the key {0}: each needs its own")]
    OneKey(KeyId),
    /// Visits would be sealed to the key of another day.
    #[error("the key of the unit {unit} is for {key}, and not for {wanted}")]
    OtherDay {
        /// Whose key.
        unit: UnitName,
        /// The day of the key.
        key: Day,
        /// The day of the visits.
        wanted: Day,
    },
    /// The share is for another unit.
    #[error("the share is for the unit {share}, and the key is of the unit {key}")]
    WrongUnit {
        /// Whose share.
        share: UnitName,
        /// Whose key.
        key: UnitName,
    },
    /// The share is of another day.
    #[error("the share is of {share}, and the key is for {key}")]
    WrongDay {
        /// The day of the share.
        share: Day,
        /// The day of the key.
        key: Day,
    },
    /// The unit has, or had, another key for this day.
    #[error("the share of {0} was wrapped to another key of this unit: look for another key file")]
    WrongKey(Day),
    /// The share's bytes are not those that were wrapped.
    #[error("the share of data key {0} was changed after it was wrapped")]
    ShareChanged(DataKeyId),
    /// The data key's other share is not here.
    #[error("of data key {key} only the share of {unit} is here: the other unit's is missing")]
    MissingHalf {
        /// Which data key.
        key: DataKeyId,
        /// Whose share is here.
        unit: UnitName,
    },
    /// None of its shares is here.
    #[error("no share of data key {0} is here")]
    MissingBoth(DataKeyId),
    /// Two shares that were not made together.
    #[error("two shares of data key {0} do not belong together: one of them was changed, or exchanged")]
    Apart(DataKeyId),
    /// The two shares make another key than the server's.
    #[error("the two shares do not make data key {0}: one of them was changed")]
    Join(DataKeyId),
    /// A record does not open at this place.
    #[error(
        "the record does not open with data key {0}: it was changed, or moved here from another location, slot, \
         visit or data key"
    )]
    RecordRefused(DataKeyId),
    /// A record opened, and what it holds is of no version that is read here.
    #[error("the record opened with data key {0}, and its content is not of version 1")]
    RecordContent(DataKeyId),
}
