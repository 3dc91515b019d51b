//! What phones ask for to register visits, one file each.

pub mod tickets;
pub mod visits;
