//! The day keys of a unit that opens sealed visits (docs/sealed-visits.md), as they lie on that unit's own disk.
//!
//! Used by `tongxing authority` alone: the server never has them. The decision that matters: every private half is
//! sealed by itself, and a destroyed one leaves its public half behind, so that the file can say what became of a day.

mod file;
mod held;
mod unlocked;

pub use file::KeyFile;
pub use held::Held;
pub use unlocked::Unlocked;
