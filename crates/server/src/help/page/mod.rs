//! Pages of help.

pub mod start;
