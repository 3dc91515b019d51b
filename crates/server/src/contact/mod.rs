//! How a person can be reached: an e-mail address or a mobile number, optional, confirmed by a one-time code; and
//! opening an application on another phone with it.
//!
//! Used by the applicant's and the holder's pages. The decisions that matter: a code is bound to the phone that asked
//! for it, works once, and stands in the database only as a keyed index; **whether a contact is known can be told
//! neither from an answer nor from its time**: an unknown one gets a code row, an outbox row and limits like any other.

pub mod codes;
pub mod own;
pub mod page;
pub mod recover;

use std::time::Duration;

pub use page::endpoints;

/// How long a code is good.
pub const LIFE: Duration = Duration::from_mins(10);
/// How often a code may be typed.
pub const TRIES: i64 = 5;
/// How often a contact's codes may be typed wrongly in an hour, by whomever.
pub const WRONG_AN_HOUR: usize = 10;
/// How often a code is sent to a contact in an hour.
pub const SENT_AN_HOUR: usize = 5;
/// How often one phone may ask for codes in an hour, to whatever contacts.
pub const ASKED_AN_HOUR: i64 = 10;
/// The hour of these limits.
pub const HOUR: Duration = Duration::from_hours(1);
