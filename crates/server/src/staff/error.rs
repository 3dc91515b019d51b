//! What can go wrong with accounts and with signing in.

use domain::Timestamp;
use store::StoreError;

use super::password::Weakness;
use crate::http::{Kind, Problem};

/// A use case of staff that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// Login, password or code is wrong, or the account is disabled: never said which.
    #[error("login, password or code is wrong")]
    Refused,
    /// Too many wrong attempts with this login.
    #[error("sign-in is locked until {0}")]
    Locked(Timestamp),
    /// The password given to confirm is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// The new password breaks a rule.
    #[error(transparent)]
    Weak(#[from] Weakness),
    /// The login has characters that it may not have, or a wrong length.
    #[error("a login has 3 to 40 of the characters a-z, 0-9, dot, hyphen and underscore")]
    BadLogin,
    /// There is an account with this login.
    #[error("this login exists already")]
    LoginTaken,
    /// A name, of a person, a unit or a client, is missing or longer than 100 characters.
    #[error("a name or unit is missing or longer than 100 characters")]
    BadName,
    /// No role was given.
    #[error("at least one role is needed")]
    NoRole,
    /// There is a client of this name.
    #[error("a client of this name exists already")]
    ClientTaken,
    /// No such account or client.
    #[error("there is no such account or client")]
    Unknown,
    /// Administrators may not shut themselves out.
    #[error("administrators cannot disable themselves or take the role from themselves")]
    Yourself,
    /// The own password is changed with the current one.
    #[error("the own password is changed on the page of the own account, with the current one")]
    OwnPassword,
    /// The last active administrator stays one.
    #[error("the last active administrator must stay one")]
    LastAdministrator,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The hashing of a password failed: a bug, or no memory.
    #[error("a password could not be hashed")]
    Hashing,
}

impl Problem for StaffError {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused => Kind::SIGN_IN,
            Self::Locked(_) => Kind::TOO_MANY,
            Self::Unknown => Kind::NOT_FOUND,
            Self::Yourself
            | Self::OwnPassword
            | Self::LastAdministrator
            | Self::LoginTaken
            | Self::ClientTaken => Kind::CONFLICT,
            Self::Store(error) => error.kind(),
            Self::Hashing => Kind::INTERNAL,
            Self::WrongPassword | Self::Weak(_) | Self::BadLogin | Self::BadName | Self::NoRole => {
                Kind::INVALID
            }
        }
    }
}
