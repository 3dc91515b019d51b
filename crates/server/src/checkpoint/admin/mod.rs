//! What administrators do about checkpoints: the places, the devices, and what was noticed. All of it is recorded.
//!
//! Used by `/staff/checkpoints` and `/staff/devices`. Use cases take [`Tools`], so that the demonstration calls them too.

pub mod devices;
pub mod flags;
pub mod places;

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
            Self::BadName | Self::BadPlace | Self::NoKind => Kind::INVALID,
            Self::NameTaken => Kind::CONFLICT,
            Self::Store(error) => error.kind(),
        }
    }
}

/// A name or a place as it is kept: one line, white space made one.
fn line(typed: &str, longest: usize) -> Option<String> {
    let line = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=longest).contains(&line.chars().count()) && !line.chars().any(char::is_control);
    fits.then_some(line)
}
