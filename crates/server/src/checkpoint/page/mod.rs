//! The inspector's pages.

pub mod check;
pub mod gate;
pub mod no_code;
pub mod second;
pub mod verdict;
