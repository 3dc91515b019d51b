//! Pages of the review desk.

mod sample;

pub mod case;
pub mod hindered;
pub mod queue;

use sample::cases as sample_cases;
