//! Rows of answers kept by idempotency key.

/// An answer of the API, to be given again. Its body carries no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Keyed hash of path and body of the request: another request may not use the key.
    pub request_hash: [u8; 16],
    /// Status code.
    pub status: i64,
    /// JSON.
    pub body: String,
}
