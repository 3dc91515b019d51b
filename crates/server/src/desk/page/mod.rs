//! The desk's own pages. Those about the person are the pages of a phone.

pub mod code;
pub mod ended;
pub mod find;
pub mod new;
pub mod slip;
pub mod start;
