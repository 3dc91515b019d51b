//! Rows of the people whose codes one phone shows: its owner, and their companions.

use domain::Timestamp;
use domain::id::kind::{ApplicationId, DeviceSessionId, HolderId, StaffId};
use serde::{Deserialize, Serialize};

use super::named;
use crate::seal::Place;

named! {
    /// Who a companion is.
    Who {
        /// A child under 14: a parent or guardian consents for them.
        Under14 = "under_14",
        /// A child of 14 or more.
        Child = "child",
        /// An elderly person.
        Elderly = "elderly",
        /// Anybody else who needs help.
        Other = "other",
    }
}

impl Who {
    /// In the order in which pages offer them.
    pub const ALL: [Self; 4] = [Self::Under14, Self::Child, Self::Elderly, Self::Other];
}

/// What the phone's owner said of a companion. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Companion {
    /// What they are called on this phone.
    pub name: String,
    /// Who they are.
    pub who: Who,
}

impl std::fmt::Debug for Companion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Companion").field("who", &self.who).finish_non_exhaustive()
    }
}

/// One of the people of a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Their session.
    pub id: DeviceSessionId,
    /// The application that it holds.
    pub application: Option<ApplicationId>,
    /// The holder whose code it may show.
    pub holder: Option<HolderId>,
    /// When another phone took over what it held.
    pub moved_at: Option<Timestamp>,
    /// Whether something typed waits to be sent.
    pub has_draft: bool,
    /// What the owner said of them; `None` for the owner.
    pub companion: Option<Companion>,
}

/// A consent of a parent or guardian: which text, in which language, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRow {
    /// The version of the text that was shown.
    pub version: String,
    /// BCP 47 tag of the language in which it was shown.
    pub language: String,
    /// When it was given.
    pub made_at: Timestamp,
    /// Who took it at a service desk; `None` where it was given on a phone.
    pub taken_by: Option<StaffId>,
}

pub(crate) const COMPANION: fn(i64) -> Place =
    |row| Place { table: "device_session", column: "companion", row };
