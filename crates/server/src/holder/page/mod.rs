//! The pages of holders.

pub mod correct;
pub mod data;
pub mod delete;
pub mod health;
mod sample;
pub mod trips;
