//! Locations: what they are called, the codes of their posters, and the times that visits are kept in.
//!
//! Invariants: a code says nothing of its location, and knowing one of them, or all that went before, gives no other;
//! whether a poster still counts is a matter of its row, never of what it says of itself; times of visits are known to
//! five minutes and no finer.

mod code;
mod daily;
mod kind;
mod name;
mod poster;
mod slot;

pub use code::{CodeError, LocationCode};
pub use daily::{Daily, DailyKey, Scanned, Shown};
pub use kind::{LocationKind, Stay, StayError};
pub use name::{Name, NameError, NameField};
pub use poster::{GraceError, Poster, Standing};
pub use slot::{Slot, Window, WindowError};
