//! Everything about HTTP that the capabilities share: routes and who may use them, sessions, forms, errors,
//! limits, headers, pages and assets.

pub mod actors;
pub mod address;
pub mod assets;
pub mod cookie;
pub mod csrf;
pub mod failure;
pub mod fields;
pub mod guard;
pub mod headers;
pub mod health;
pub mod hindered;
pub mod inspector;
pub mod language;
pub mod limits;
pub mod metrics;
pub mod page;
pub mod partner;
pub mod person;
pub mod route;
pub mod router;
pub mod session;
pub mod trace;
pub mod upload;

pub use failure::{Audience, Failure, Kind, Problem};
pub use fields::Fields;
pub use page::Page;
pub use route::{Access, Endpoint, Object, Route};
