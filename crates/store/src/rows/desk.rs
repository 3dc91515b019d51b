//! Rows of visits at service desks.

use domain::Timestamp;
use domain::id::kind::{ApplicationId, DeskVisitId, DeviceSessionId, HolderId, StaffId, UnitId};

/// A visit that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVisit {
    /// Its row.
    pub id: DeskVisitId,
    /// Hash of the token of the staff session at whose computer it is.
    pub staff_session: [u8; 32],
    /// Who sits there.
    pub staff: StaffId,
    /// Their unit.
    pub unit: UnitId,
    /// The session that holds what is about the person.
    pub device: DeviceSessionId,
    /// Whether this visit made that session.
    pub made_session: bool,
    /// The application that the person came back for.
    pub application: Option<ApplicationId>,
    /// The version of the text that the person agreed to.
    pub consent: Option<String>,
    /// BCP 47 tag of the language in which it was shown.
    pub language: String,
}

/// A visit that is open, and what its person holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenVisit {
    /// Its row.
    pub id: DeskVisitId,
    /// The session that holds what is about the person.
    pub device: DeviceSessionId,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// The application of that session.
    pub application: Option<ApplicationId>,
    /// The holder whose code it may print.
    pub holder: Option<HolderId>,
}

/// A visit as it is shown to its person: the unit, never who in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldVisit {
    /// The unit.
    pub unit: String,
    /// When.
    pub at: Timestamp,
    /// The version of the text that was agreed to there.
    pub consent: Option<String>,
}
