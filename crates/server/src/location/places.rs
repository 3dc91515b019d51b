//! What a code leads to, in memory.

use domain::id::kind::LocationId;

/// What check-ins know of locations.
#[derive(Default)]
pub struct Places;

impl Places {
    /// Forgets what is known of a location: it was changed.
    pub fn forget(&self, _location: LocationId) {}
}
