//! The inspector's pages.

pub mod check;
pub mod inspect;
pub mod verdict;
