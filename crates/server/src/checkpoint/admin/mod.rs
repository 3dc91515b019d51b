//! What administrators do about checkpoints: the places, the devices, and what was noticed. All of it is recorded.
//!
//! Used by `/staff/checkpoints` and `/staff/devices`. Use cases take [`Tools`], so that the demonstration calls them too.

pub mod devices;
pub mod flags;
pub mod places;

use domain::location::{Name, NameError, NameField};
use store::StoreError;

use crate::http::{Kind, Problem};
pub use crate::staff::{By, Tools};

/// Why a use case of this folder did nothing.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// There is no such checkpoint, device or flag, or not in that state.
    #[error("there is no such checkpoint or device, or it is in another state by now")]
    Unknown,
    /// The name is missing, or longer than fits.
    #[error("the name is missing or longer than 100 characters")]
    BadName,
    /// The place is missing, or longer than fits.
    #[error("the place is missing or longer than 200 characters")]
    BadPlace,
    /// The name has a character that nobody sees, or that turns others around.
    #[error("the name has an invisible character")]
    InvisibleName,
    /// The place has one.
    #[error("the place has an invisible character")]
    InvisiblePlace,
    /// No kind was chosen.
    #[error("a kind is needed")]
    NoKind,
    /// Another checkpoint or device has the name.
    #[error("the name is taken")]
    NameTaken,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for AdminError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::NOT_FOUND,
            Self::BadName | Self::BadPlace | Self::InvisibleName | Self::InvisiblePlace | Self::NoKind => {
                Kind::INVALID
            }
            Self::NameTaken => Kind::CONFLICT,
            Self::Store(error) => error.kind(),
        }
    }
}

/// A name as it is kept, by the rules of all names that are shown to everybody.
fn name(typed: &str) -> Result<Name, AdminError> {
    Name::parse(typed, NameField::Checkpoint).map_err(|error| match error {
        NameError::Invisible(_) => AdminError::InvisibleName,
        _ => AdminError::BadName,
    })
}

/// A place, the same.
fn place(typed: &str) -> Result<Name, AdminError> {
    Name::parse(typed, NameField::Address).map_err(|error| match error {
        NameError::Invisible(_) => AdminError::InvisiblePlace,
        _ => AdminError::BadPlace,
    })
}

/// Whether two names are one to who reads them. What was kept before names had rules is compared as it stands.
fn same(kept: &str, new: &Name) -> bool {
    Name::parse(kept, NameField::Checkpoint)
        .map_or_else(|_| kept == new.as_str(), |kept| kept.key() == new.key())
}
