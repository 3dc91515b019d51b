//! The pages of holders.

pub mod health;
