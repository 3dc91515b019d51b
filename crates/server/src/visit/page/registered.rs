//! What somebody shows at the door who has entered or left: place, time, and a mark that moves.

use askama::Template;
use domain::Timestamp;

use super::shown::{Shown, called};
use crate::http::page::Page;

/// An entry or exit that is durable.
#[derive(Template)]
#[template(path = "visit/registered.html")]
pub struct RegisteredPage {
    page: Page,
    code: String,
    /// The id of the location.
    location: String,
    /// Nothing is said of a place that is not open any more.
    place: Option<Shown>,
    people: Vec<Registered>,
    at: Timestamp,
    /// Of an entry: when it ends by itself.
    until: Option<Timestamp>,
    /// When the page was made, for the form to leave.
    made: i64,
}

/// Who entered or left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Their name in forms; empty for the phone's owner.
    pub tag: String,
    /// What a companion is called; empty for the phone's owner.
    pub name: String,
    /// Of an entry: with which they leave.
    pub leave: String,
    /// Of an entry: the number of that exit.
    pub exit: String,
}

impl RegisteredPage {
    /// An entry.
    pub fn entered(
        (page, code): (Page, String),
        place: Shown,
        people: Vec<Registered>,
        at: Timestamp,
        until: Timestamp,
    ) -> Self {
        let (page, location, until) = (page.about_phone(), place.location.clone(), Some(until));
        Self { page, code, location, place: Some(place), people, at, until, made: at.seconds() }
    }

    /// An exit from the location with this id.
    pub fn left(
        (page, code): (Page, String),
        (location, place): (String, Option<Shown>),
        people: Vec<Registered>,
        at: Timestamp,
    ) -> Self {
        Self { page: page.about_phone(), code, location, place, people, at, until: None, made: at.seconds() }
    }

    /// Of one, of several, at an old poster; and leaving.
    pub fn samples(page: &Page) -> Vec<Self> {
        let at = Timestamp::from_seconds(1_795_435_200);
        let person = |name: &str| Registered {
            tag: name.to_owned(),
            name: name.to_owned(),
            leave: "token".to_owned(),
            exit: "number".to_owned(),
        };
        let page = || (page.clone(), "sample".to_owned());
        vec![
            Self::entered(page(), Shown::sample(None), vec![person("")], at, at),
            Self::entered(page(), Shown::sample(Some(at)), vec![person(""), person("Lena")], at, at),
            Self::left(page(), ("7".to_owned(), Some(Shown::sample(None))), vec![person("")], at),
            Self::left(page(), ("7".to_owned(), None), vec![person(""), person("Lena")], at),
        ]
    }

    fn is_entry(&self) -> bool {
        self.until.is_some()
    }

    /// The word in locale keys.
    fn word(&self) -> &'static str {
        if self.is_entry() { "entered" } else { "left" }
    }

    /// Hours and minutes, as large as the staff at the door has to read them.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn clock(at: &Timestamp) -> String {
        let local = at.local();
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    fn called(&self, name: &str) -> String {
        called(&self.page, name)
    }
}
