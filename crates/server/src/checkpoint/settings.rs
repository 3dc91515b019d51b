//! What an installation chooses for the devices at its checkpoints. They get it signed ([`super::configuration`]).
//!
//! The decision that matters: what devices *send* is judged by the bounds, not by what is chosen now: a device may have
//! worked for days under settings that were looser then, and no report is lost because they were tightened since.

use std::time::Duration;

use super::shift::{APART, LONGEST};

/// The number of the inspector's application that this program serves (`APP` in `web/src/inspect/core/env.ts`).
pub const APP: u32 = 1;
/// The most items that an installation may let a device keep.
pub const MOST_WAITING: u32 = 5_000;
/// The highest age of what is on the screen by which people may still be judged: status lists end then.
pub const OLDEST_DATA: Duration = Duration::from_hours(24);

/// The settings of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceSettings {
    /// From which age on the data on the screen is amber.
    pub amber_after: Duration,
    /// From which age on every verdict is CHECK.
    pub check_after: Duration,
    /// The longest shift.
    pub shift: Duration,
    /// After how long without a touch the PIN is asked.
    pub idle: Duration,
    /// How long after the last sign-in a new shift may begin without a network, and the oldest item may wait.
    pub apart: Duration,
    /// How many items may wait.
    pub items: u32,
    /// From how many on there is a warning.
    pub warn_items: u32,
    /// How long the oldest may wait before there is a warning.
    pub warn_after: Duration,
    /// The lowest number of the application that still works.
    pub minimum_app: u32,
}

impl Default for DeviceSettings {
    fn default() -> Self {
        Self {
            amber_after: Duration::from_hours(4),
            check_after: OLDEST_DATA,
            shift: LONGEST,
            idle: Duration::from_mins(5),
            apart: APART,
            items: MOST_WAITING,
            warn_items: 4_000,
            warn_after: Duration::from_hours(48),
            minimum_app: APP,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::APP;

    #[test]
    fn the_number_of_the_application_is_that_of_its_source() {
        let source = include_str!("../../../../web/src/inspect/core/env.ts");
        assert!(source.contains(&format!("export const APP = {APP};")));
    }
}
