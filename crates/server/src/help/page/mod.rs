//! Pages of help.

pub mod captions;
pub mod guide;
pub mod start;
