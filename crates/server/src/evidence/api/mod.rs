//! The API of a health authority's own system: what officers state on the page, for machines.
//!
//! The decision that matters: a program is one more hand of its unit. What makes a colour worse waits for a person of another
//! unit, whoever sent it, and no answer says more about a person than that a fact counts, that it waits, or that the document
//! leads to no code.

pub mod became;
pub mod state;
