//! What the statements take and give, one file a capability, the same for both engines.

pub mod log;
