//! Rows of planned matches.

use domain::id::kind::ApplicationId;

/// A planned match that a job has leased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leased {
    /// Which application.
    pub application: ApplicationId,
    /// How often it had been marked when it was leased: tells whether a filing arrived since.
    pub marks: i64,
    /// How often it has been leased since it was last marked.
    pub attempts: i64,
}
