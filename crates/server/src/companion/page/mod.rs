//! The pages of a phone with companions.

pub mod add;
pub mod consent;
pub mod people;

pub use add::AddPage;
pub use consent::ConsentPage;
pub use people::PeoplePage;
