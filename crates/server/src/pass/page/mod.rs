//! The holder's pages: the code, the printed pass, and removing both from a phone.

pub mod code;
pub mod leave;
pub mod offline;
pub mod picture;
pub mod print;
pub mod short;
