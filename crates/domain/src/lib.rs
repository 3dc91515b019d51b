//! The words of the service: ids, time, randomness, roles, states, evidence and colours.
//!
//! Everything above (`store`, `server`, `cli`) speaks in these types; nothing here does I/O, reads a clock
//! or owns a source of randomness: [`Clock`] and [`Entropy`] are arguments from the outermost caller.

pub mod application;
pub mod checkpoint;
pub mod colour;
pub mod contact;
pub mod declaration;
pub mod donation;
pub mod entropy;
pub mod entry;
pub mod id;
mod letters;
pub mod location;
pub mod matching;
pub mod partner;
pub mod phone;
pub mod reference;
pub mod report;
pub mod residence;
pub mod role;
pub mod time;
pub mod trip;

pub use entropy::Entropy;
pub use id::{Id, IdSource};
pub use reference::Reference;
pub use role::Role;
pub use time::{Clock, Timestamp};
