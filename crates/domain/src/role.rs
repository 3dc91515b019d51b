//! What a member of staff may be (design section 2).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A role of staff. One person may have several; what each may open stands with each route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Public security: files passports used at entry.
    FilingOfficer,
    /// Sits at a service desk: applies and prints for people who come without a phone.
    DeskOfficer,
    /// Decides what did not match by itself.
    Reviewer,
    /// Checks passes at a checkpoint.
    Inspector,
    /// Registers locations, prints their posters, sees how many are inside.
    LocationManager,
    /// Follows up what inspectors report.
    HealthOfficer,
    /// Keeps staff accounts, keys and settings.
    Administrator,
    /// Reads the log and the record of accesses.
    Auditor,
}

impl Role {
    /// Every role, in the order in which lists show them.
    pub const ALL: [Self; 8] = [
        Self::FilingOfficer,
        Self::DeskOfficer,
        Self::Reviewer,
        Self::Inspector,
        Self::LocationManager,
        Self::HealthOfficer,
        Self::Administrator,
        Self::Auditor,
    ];

    /// The name that the database, the command line and locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FilingOfficer => "filing_officer",
            Self::DeskOfficer => "desk_officer",
            Self::Reviewer => "reviewer",
            Self::Inspector => "inspector",
            Self::LocationManager => "location_manager",
            Self::HealthOfficer => "health_officer",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown role; the roles are filing_officer, desk_officer, reviewer, inspector, location_manager, health_officer, administrator, auditor"
)]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}
