//! The demonstration: invented people of every kind, and sign-ins for each role.
//!
//! Made through the same use cases that the pages call, so that nothing in it could not have happened. Only
//! `tongxing run --demo` on an empty database makes one, and every page then says so.

pub mod cases;
mod gates;
mod locations;
mod make;
mod page;
mod people;

use std::fmt;
use std::sync::OnceLock;

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use store::StoreError;

use crate::App;
use crate::http::route::{Access, Endpoint, Route};
use crate::recognition::reference::Sample;
use crate::staff::one_time;

pub use gates::enrolment;
pub use make::make;
pub use page::DemonstrationPage;

/// A sign-in of the demonstration.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// The role's name.
    pub role: String,
    /// What to type.
    pub login: String,
    /// The password.
    pub password: String,
    /// Secret of the one-time codes.
    pub totp_secret: Vec<u8>,
}

impl SignIn {
    /// The one-time code of this moment.
    pub fn code_at(&self, now: Timestamp) -> String {
        one_time::code_at(&self.totp_secret, now)
    }
}

/// A document to apply with.
#[derive(Clone, Serialize, Deserialize)]
pub struct Person {
    /// What it shows.
    pub code: String,
    /// The document, as to be typed.
    pub document: String,
}

/// An application that is there already.
#[derive(Clone, Serialize, Deserialize)]
pub struct MadeApplication {
    /// Its state.
    pub code: String,
    /// The holder's name.
    pub name: String,
    /// Opens it on another phone, once.
    pub recovery_code: String,
}

/// A location whose poster opens.
#[derive(Clone, Serialize, Deserialize)]
pub struct MadeLocation {
    /// Its name.
    pub name: String,
    /// What its poster says.
    pub link: String,
}

/// What a visitor of the demonstration needs to know.
#[derive(Clone, Serialize, Deserialize)]
pub struct Demonstration {
    /// Sign-ins, one for each role.
    pub sign_ins: Vec<SignIn>,
    /// Documents to apply with.
    pub people: Vec<Person>,
    /// Applications, one for each state.
    pub applications: Vec<MadeApplication>,
    /// Locations to register at. A demonstration from before there were any has none.
    #[serde(default)]
    pub locations: Vec<MadeLocation>,
    /// National codes to try; made anew at each start, since they end.
    #[serde(skip)]
    pub national: Vec<Sample>,
    /// A device that waits to be enrolled; its code is made anew at each start.
    #[serde(skip)]
    pub enrolment: Option<Enrolment>,
    /// The key files of the two units that open visits; where they are is known at each start.
    #[serde(skip)]
    pub visit_keys: Option<cases::VisitKeys>,
}

/// A device to enrol.
#[derive(Clone)]
pub struct Enrolment {
    /// What is written on it.
    pub device: String,
    /// The code to type.
    pub code: String,
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<14} {}", self.code, self.document)
    }
}

impl fmt::Display for MadeApplication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<14} {:<20} {}", self.code, self.name, self.recovery_code)
    }
}

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum DemonstrationError {
    /// The database is in use: invented people must never stand among real ones.
    #[error("the demonstration needs an empty database, and this one has accounts")]
    NotEmpty,
    /// Something failed on the way.
    #[error("the demonstration could not be made: {0}")]
    Broken(String),
}

impl From<StoreError> for DemonstrationError {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.to_string())
    }
}

/// What this process shows at `/demonstration`: set once, by [`show`].
#[derive(Default)]
pub struct Shown(OnceLock<Demonstration>);

/// Shows `made` at `/demonstration`. Without this the page does not exist.
pub fn show(app: &App, made: Demonstration) {
    let _ = app.shown_demonstration.0.set(made);
}

/// The route of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::new(Route::get("/demonstration", Access::Everyone), page::show)]
}
