//! The seam to the national platform: what is asked, what may come back, and why nothing did.

use std::fmt;
use std::pin::Pin;

use credential::Reason;

use super::table::NationalColour;
use crate::checkpoint::inspect::Items;

/// Something asked of the platform.
pub type Asking<'a, T> = Pin<Box<dyn Future<Output = Result<T, Unavailable>> + Send + 'a>>;

/// The national platform. One implementation asks over HTTP.
pub trait NationalCode: Send + Sync {
    /// What a code of the online form stands for now ("verify code").
    fn verify<'a>(&'a self, code: &'a str) -> Asking<'a, Answer>;

    /// The status list at `address`, which a national pass has named. Nothing in it has been checked.
    fn status_list<'a>(&'a self, address: &'a str) -> Asking<'a, Vec<u8>>;

    /// Whether it is being asked at present, in one word for whoever watches the server.
    fn state(&self) -> &'static str;
}

/// What the platform says a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A code that counts, in this colour.
    Colour(NationalColour),
    /// It has ended.
    Expired,
    /// It was withdrawn.
    Withdrawn,
    /// There is no such code.
    Unknown,
}

impl Standing {
    /// The row of the verdict's table that it is; none for green. Nothing else is made of it.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Colour(NationalColour::Green) => None,
            Self::Colour(NationalColour::Yellow) => Some(Reason::Yellow),
            Self::Colour(NationalColour::Red) => Some(Reason::Red),
            Self::Colour(NationalColour::None) => Some(Reason::NoColour),
            Self::Expired => Some(Reason::Expired),
            Self::Withdrawn => Some(Reason::Withdrawn),
            Self::Unknown => Some(Reason::Unreadable),
        }
    }
}

/// A signed answer that counts, reduced to what an inspector may see.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// What the code is.
    pub standing: Standing,
    /// Whose it is; only for a code that counts.
    pub items: Option<Items>,
}

/// Says nothing of whose code it is.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({:?})", self.standing)
    }
}

/// Why there is no answer that counts. Every one of them is CHECK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// This installation is not connected to the platform.
    #[error("not connected")]
    Off,
    /// It failed too often: it is left alone for a while.
    #[error("left alone after failures")]
    Resting,
    /// It took too long.
    #[error("late")]
    Late,
    /// It could not be reached, or broke off.
    #[error("unreachable")]
    Unreachable,
    /// It does not want to answer.
    #[error("refused")]
    Refused,
    /// What it said is not in the mapping table, or is too long.
    #[error("malformed")]
    Malformed,
    /// The answer's signature is not the platform's over this answer to this request.
    #[error("not signed by the platform")]
    Signature,
    /// Our own key could not sign.
    #[error("the request could not be signed")]
    OwnKey,
}
