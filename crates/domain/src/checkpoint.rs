//! Checkpoints: where passes are checked.

use serde::{Deserialize, Serialize};

/// What kind of place a checkpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckpointKind {
    /// On a road.
    Road,
    /// A railway or coach station.
    Station,
    /// An airport, a harbour, a border crossing.
    Port,
    /// The door of a building.
    Building,
}

impl CheckpointKind {
    /// Each, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Road, Self::Station, Self::Port, Self::Building];

    /// The name that the database, the signed configuration and locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Road => "road",
            Self::Station => "station",
            Self::Port => "port",
            Self::Building => "building",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// The 16 random bytes by which a device names a shift or an item of its outbox.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(pub [u8; 16]);

impl std::fmt::Debug for ClientId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
