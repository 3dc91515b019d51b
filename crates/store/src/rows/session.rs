//! Rows of sessions: who is behind a token.

use domain::Timestamp;
use domain::id::kind::{ApiClientId, ApplicationId, DeviceSessionId, HolderId, StaffId, UnitId};

/// The member of staff behind a live session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffSessionRow {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their unit.
    pub unit_id: UnitId,
    /// Role names, joined by commas.
    pub roles: String,
    /// When the session last asked for something (to a minute).
    pub seen_at: Timestamp,
}

/// The phone behind a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// The session.
    pub id: DeviceSessionId,
    /// The application that it made last.
    pub application_id: Option<ApplicationId>,
    /// The holder whose code it may show.
    pub holder_id: Option<HolderId>,
}

/// The machine client behind a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRow {
    /// Which client.
    pub id: ApiClientId,
    /// The unit that it writes for.
    pub unit_id: UnitId,
    /// What its token may be used for.
    pub scope: String,
}
