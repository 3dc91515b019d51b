//! What holders see of visits: the page that a poster opens, what is confirmed or refused, and the diary.

pub mod diary;
pub mod door;
pub mod place;
pub mod refused;
pub mod registered;
pub mod shown;
pub mod submit;

pub use diary::DiaryPage;
pub use door::DoorPage;
pub use place::PlacePage;
pub use refused::RefusedPage;
pub use registered::RegisteredPage;
