//! What programs ask: the phone for its pass, checkers for the published lists.

pub mod live;
pub mod published;
pub mod short;
