//! How people can be reached, and the one-time codes that prove it.

use domain::contact::{Channel, Contact};
use domain::id::kind::{ApplicationId, ContactCodeId, DeviceSessionId, HolderId};
use domain::{Reference, Timestamp};

use super::named;
use crate::seal::{Place, Sealer};

named! {
    /// What a one-time code is for.
    Purpose {
        /// To confirm that a contact is the applicant's.
        Confirm = "confirm",
        /// To open what the contact leads to on another phone.
        Recover = "recover",
    }
}

pub(crate) const ADDRESS: fn(i64) -> Place = |row| Place { table: "contact", column: "address", row };
pub(crate) const ASKED_ADDRESS: fn(i64) -> Place =
    |row| Place { table: "contact_code", column: "address", row };

/// The blind index of a contact.
pub fn lookup(sealer: &Sealer, contact: &Contact) -> [u8; 16] {
    let channel = contact.channel().as_str();
    sealer.index().exact("contact", &[channel.as_bytes(), contact.as_str().as_bytes()])
}

/// What the database keeps of a code: keyed, because six digits could be tried out, and bound to its row.
pub fn code_index(sealer: &Sealer, id: ContactCodeId, code: &str) -> [u8; 16] {
    sealer.index().exact("contact code", &[&id.as_i64().to_be_bytes(), code.as_bytes()])
}

/// A confirmed contact, and what a message to it needs to know. `Debug` shows nothing of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reachable {
    /// The application that it belongs to.
    pub application: ApplicationId,
    /// The holder whose code it led to, if it did.
    pub holder: Option<HolderId>,
    /// The number that people quote.
    pub reference: Reference,
    /// BCP 47 tag of the language in which the contact was confirmed.
    pub language: String,
    /// The channel, as it stands in the clear.
    pub channel: Channel,
    /// The contact.
    pub contact: Contact,
}

/// A one-time code that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedCode {
    /// Its row.
    pub id: ContactCodeId,
    /// The phone that asked.
    pub device: DeviceSessionId,
    /// What for.
    pub purpose: Purpose,
    /// Whose contact it is to be, where one is confirmed.
    pub application: Option<ApplicationId>,
    /// The contact as typed, in its canonical form.
    pub contact: Contact,
    /// What the database keeps of the code ([`code_index`]).
    pub code: [u8; 16],
    /// How often a code was typed.
    pub tries: i64,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// The times of the last hour at which codes were sent to a contact, and typed wrongly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactLimit {
    /// Sent.
    pub sent: Vec<Timestamp>,
    /// Typed wrongly.
    pub wrong: Vec<Timestamp>,
}
