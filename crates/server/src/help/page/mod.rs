//! Pages of help.

pub mod guide;
pub mod start;
