//! The recovery code on a page, until its owner says that they have noted it.

/// A recovery code to show.
#[derive(Debug, Clone)]
pub struct RecoveryPanel {
    /// The code in its groups; empty when there is none to show.
    pub code: String,
    /// Where to come back to once it is noted.
    pub back: &'static str,
}
