//! Rows of staff accounts.

use domain::Role;
use domain::id::kind::{StaffId, UnitId};

/// An account to be added.
#[derive(Clone)]
pub struct NewStaff {
    /// Its id.
    pub id: StaffId,
    /// What they type to sign in.
    pub login: String,
    /// The name that pages show.
    pub name: String,
    /// Their unit.
    pub unit_id: UnitId,
    /// What they may do.
    pub roles: Vec<Role>,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// Secret of the one-time codes (RFC 6238): 20 bytes. Sealed when written.
    pub totp_secret: Vec<u8>,
}
