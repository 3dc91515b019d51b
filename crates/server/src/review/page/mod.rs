//! Pages of the review desk, and the public figures.

mod sample;

pub mod case;
pub mod figures;
pub mod hindered;
pub mod queue;

use sample::cases as sample_cases;
