//! What the statements take and give, one file a capability, the same for both engines.

pub mod decision;
pub mod log;
pub mod session;
pub mod staff;
