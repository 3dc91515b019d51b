//! Pages of the review desk, and the public figures.

pub mod case;
pub mod figures;
pub mod hindered;
pub mod queue;
