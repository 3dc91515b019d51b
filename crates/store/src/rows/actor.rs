//! Names of those who act on filings.

/// The names behind an [`Actor`](super::register::Actor).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActorName {
    /// The unit.
    pub unit: Option<String>,
    /// The member of staff or the machine client.
    pub person: Option<String>,
}
