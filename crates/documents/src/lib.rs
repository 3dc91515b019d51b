//! Travel documents: kinds, numbers, names and machine-readable zones.
//!
//! Used by filing (what public security enters), by application (what a holder types) and by the command
//! line (`tongxing mrz`). The decision that matters: nothing is corrected in silence. What cannot differ in
//! meaning (spaces, hyphens, full-width forms, letter case) is normalised; what could be another document or
//! another person (`O` for `0`, one letter of a name) is pointed out and left to somebody who can look.
//!
//! Pure: no I/O, no clock, no randomness. "Today" is an argument. No input panics, and every parser refuses
//! inputs longer than a stated limit before it does any work.

pub mod date;
pub mod kind;
pub mod mrz;
pub mod name;
pub mod number;
pub mod sex;
pub mod state;

pub use date::{DateError, PartialDate};
pub use kind::{Kind, UnknownKind};
pub use name::{Difference, NameError, PersonName, Similarity, compare};
pub use number::{Lookalike, Number, NumberError};
pub use sex::{Sex, UnknownSex};
pub use state::{StateCode, UnknownState};
