//! Rows of staff accounts, of attempts to sign in, and of machine clients.

use domain::id::kind::{ApiClientId, StaffId, UnitId};
use domain::{Role, Timestamp};
use zeroize::Zeroizing;

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

/// What signing in is judged by.
#[derive(Clone)]
pub struct Credentials {
    /// Whose.
    pub id: StaffId,
    /// Their unit.
    pub unit_id: UnitId,
    /// What they may do.
    pub roles: Vec<Role>,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// Secret of the one-time codes, opened.
    pub totp_secret: Zeroizing<Vec<u8>>,
    /// The last time step whose code was taken.
    pub totp_used_step: i64,
    /// Since when the account is disabled.
    pub disabled_at: Option<Timestamp>,
}

/// An account as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: StaffId,
    /// What they type to sign in.
    pub login: String,
    /// The name that pages show.
    pub name: String,
    /// Their unit.
    pub unit_id: UnitId,
    /// The unit's name.
    pub unit: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Since when the account is disabled.
    pub disabled_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// What an administrator may change about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChange {
    /// The name that pages show.
    pub name: String,
    /// Their unit.
    pub unit_id: UnitId,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// Wrong sign-ins with one login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// How many since the last right one, or since the last lock.
    pub failures: i64,
    /// Until when no sign-in is tried.
    pub locked_until: Option<Timestamp>,
}

/// A machine client to be added.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// Its id.
    pub id: ApiClientId,
    /// What administrators call it.
    pub name: String,
    /// The unit that it writes for.
    pub unit_id: UnitId,
    /// What its token may be used for.
    pub scope: String,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
}

/// A machine client as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAccount {
    /// Its id.
    pub id: ApiClientId,
    /// What administrators call it.
    pub name: String,
    /// The name of the unit that it writes for.
    pub unit: String,
    /// What its token may be used for.
    pub scope: String,
    /// Since when it is disabled.
    pub disabled_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}
