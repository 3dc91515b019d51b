//! Drives the built binary from outside: commands, HTTP and signals, nothing of our own crates.
//!
//! Used by the tests beside it, on SQLite and on the PostgreSQL that `TONGXING_TEST_POSTGRES` names
//! (`scripts/with-postgres` starts one).
//! The one decision that matters: **forms are filled in as a browser would**, from the page that was served
//! (hidden fields, action, method), so that a form that lacks its token or leads nowhere fails here.
#![allow(clippy::disallowed_methods, reason = "tests read the environment and the real clock")]
#![allow(clippy::disallowed_types, reason = "the phone of the tests draws its own nonces")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "test support: a panic is a failed test")]

mod browser;
mod dice;
mod gateway;
pub mod hpke;
mod inspector;
mod mail;
mod national;
mod phone;
mod place;
mod server;
mod visits;

pub use browser::{Browser, Page};
pub use dice::Dice;
pub use gateway::TextGateway;
pub use inspector::{InspectorDevice, add_checkpoint, enrolment_code, random};
pub use mail::{LOGIN, Mail, MailServer, MailTls};
pub use national::NationalDemo;
pub use phone::Phone;
pub use place::now;
pub use place::{Account, Engine, PASSPHRASE, Place, binary};
pub use server::{Server, free_port, move_clock, server_log};
pub use visits::{Seen, Visits, visit_id};
