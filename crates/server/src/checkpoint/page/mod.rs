//! The inspector's pages.

pub mod check;
pub mod verdict;
