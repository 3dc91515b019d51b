//! Rows of sessions: who is behind a token.

use domain::Timestamp;
use domain::id::kind::{ApiClientId, ApplicationId, DeviceSessionId, HolderId, StaffId, UnitId};

use super::companion::Companion;

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

/// The phone behind a token, and the person that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// The session of the person that is shown: the phone's own, or a companion's.
    pub id: DeviceSessionId,
    /// The phone's own session, which the token belongs to.
    pub phone: DeviceSessionId,
    /// The application that it made last.
    pub application_id: Option<ApplicationId>,
    /// The holder whose code it may show.
    pub holder_id: Option<HolderId>,
    /// What the phone's owner said of the person that is shown; `None` where that is the owner.
    pub companion: Option<Companion>,
    /// How many companions the phone has.
    pub companions: u64,
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
