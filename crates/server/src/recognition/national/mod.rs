//! The national code of the online form: asking the national platform what a code stands for.
//!
//! The functions "apply to call" and "verify code" of GB/T 38963, as far as they are public: their names and
//! purposes. Everything else about them is in one mapping table ([`Table`]). Requests are signed, answers'
//! signatures checked ([`signature`]); all of it takes at most three seconds, and a platform that fails is left
//! alone ([`breaker`]). The one decision that matters: **no answer is CHECK, whatever the cause, and never PASS.**

mod answer;
pub mod breaker;
mod client;
mod port;
pub mod signature;
mod table;
mod transport;

pub use client::{Connection, HttpNationalCode, TIMEOUT};
pub use port::{Answer, Asking, NationalCode, Standing, Unavailable};
pub use table::{NationalColour, NationalDocument, ResultCode, Table, TableError};
pub use transport::{Transport, of as header_of};
