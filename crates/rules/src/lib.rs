//! Rules that anybody can read and run again: expressions in CertLogic, checked and evaluated.
//!
//! Used by the command line (`tongxing rules`), and by `domain`, which decides colours and entry by published rule sets
//! ([`mod@set`]). The decision that
//! matters: an expression is read and checked once, and what has been read can fail only where the data do not
//! fit; every failure names its place in the rule, and none repeats the data, which are about a person.
//!
//! Pure: no I/O, no clock, no randomness. "Now" is a part of the data. No input panics, and depth, size and work
//! are bounded ([`certlogic::limits`]).

pub mod certlogic;
mod line;
pub mod set;

pub use line::{answer, refused};
