//! The page of this folder.

pub mod accepted;
