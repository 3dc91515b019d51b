//! What devices at checkpoints and their inspectors ask for, one file each (docs/checkpoint-protocol.md).

pub mod check;
pub mod configuration;
pub mod devices;
pub mod outbox;
pub mod session;
pub mod shifts;
