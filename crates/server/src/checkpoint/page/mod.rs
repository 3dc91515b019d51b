//! Pages: those of inspectors, and those of administrators.

pub mod check;
pub mod devices;
pub mod flags;
pub mod gate;
pub mod import;
pub mod inspect;
pub mod no_code;
pub mod places;
pub mod reported;
pub mod second;
pub mod verdict;
