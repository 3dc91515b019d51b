//! What can stand in the way of a partner, and of whoever administers them.

use domain::Timestamp;
use domain::trip::TripError;
use http_signature::KeyError;
use store::StoreError;

use crate::http::{Kind, Problem};

/// Why a use case of this folder did nothing.
#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    /// There is no such partner, or it has no such key.
    #[error("there is no such partner, or it has no such key")]
    Unknown,
    /// The name is missing, or longer than fits.
    #[error("the name is missing or longer than 100 characters")]
    BadName,
    /// Another partner has the name.
    #[error("there is a partner of this name already")]
    NameTaken,
    /// People could be sent anywhere.
    #[error("the return address must be an https address without a user name, at most 500 characters")]
    BadAddress,
    /// A partner that may do nothing.
    #[error("at least one function is needed")]
    NoFunction,
    /// Not a key that is taken.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Whose signature would it be?
    #[error("this key is registered already: make a new one")]
    KeyTaken,
    /// Never given, ended, over, for another function, or of another partner: never said which.
    #[error("grant: the holder has not allowed this partner this function, or not any more")]
    NoGrant,
    /// The holder has no code yet, or no longer.
    #[error("grant: the holder has no code, or no longer")]
    NoCode,
    /// The link was answered already, or ten minutes are over.
    #[error("the link counts no more")]
    Over,
    /// What is passed on is about another person than the phone shows.
    #[error("the link is about another person than the phone shows")]
    OtherPerson,
    /// A member of the body is wrong.
    #[error("{0}")]
    Invalid(String),
    /// The phone holds something that was typed and not yet sent.
    #[error("the holder is changing something on their phone: that has to be sent or left first")]
    Busy,
    /// The trip makes no sense.
    #[error(transparent)]
    Trip(#[from] TripError),
    /// More trips than anybody makes.
    #[error("as many trips are declared as are kept")]
    TooManyTrips,
    /// Declared already on this day.
    #[error("health was declared already today")]
    Today(Timestamp),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for PartnerError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::NOT_FOUND,
            Self::BadName
            | Self::BadAddress
            | Self::NoFunction
            | Self::Key(_)
            | Self::Invalid(_)
            | Self::Trip(_) => Kind::INVALID,
            Self::NameTaken
            | Self::KeyTaken
            | Self::NoCode
            | Self::Busy
            | Self::TooManyTrips
            | Self::OtherPerson => Kind::CONFLICT,
            Self::NoGrant => Kind::NO_GRANT,
            Self::Over => Kind::GONE,
            Self::Today(_) => Kind::TOO_MANY,
            Self::Store(error) => error.kind(),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Store(_) | Self::Over | Self::OtherPerson => None,
            other => Some(other.to_string()),
        }
    }
}
