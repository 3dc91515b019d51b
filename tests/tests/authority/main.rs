//! The units that open visits: their keys made, used and destroyed by the binary, on what somebody else has sealed.
#![allow(clippy::unwrap_used, reason = "a test")]

mod desk;
mod destroying;
mod making;
mod opening;
mod sealing;
