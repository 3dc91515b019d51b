//! A place and the people of a phone as the pages show them and their forms carry them.

use domain::Timestamp;
use domain::location::{Scanned, Standing};
use visits::VisitId;

use crate::App;
use crate::http::Page;
use crate::location::places::{NotOpen, Place};
use crate::visit::ticket::OfPerson;
use crate::words::Language;

/// A place in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Its row's id: by it a phone knows where it is inside.
    pub location: String,
    /// Its name in Chinese.
    pub name: String,
    /// Its name in another language; empty if it has none.
    pub other: String,
    /// What the entrance is called; empty for the whole location.
    pub entrance: String,
    /// Until when the poster counts, if it is an old one.
    pub old_until: Option<Timestamp>,
    /// Whether only whoever's colour is green registers an entry.
    pub entry_rule: bool,
}

impl Shown {
    /// The words of a place.
    pub fn of(place: &Place) -> Self {
        let details = &place.details;
        Self {
            location: place.location.to_string(),
            name: details.name.clone(),
            other: details.name_other.clone().unwrap_or_default(),
            entrance: details.entrance_name.clone().unwrap_or_default(),
            old_until: match place.standing {
                Standing::Old { until } => Some(until),
                Standing::Current | Standing::Ended => None,
            },
            entry_rule: place.entry_rule,
        }
    }

    /// An invented one for samples; an old poster where `old_until` is set.
    pub fn sample(old_until: Option<Timestamp>) -> Self {
        let text = str::to_owned;
        let [name, other, entrance] = ["江城市场", "River Market", "东门 East gate"].map(text);
        Self { location: "7".to_owned(), name, other, entrance, old_until, entry_rule: true }
    }

    /// The name that a reader of this language knows first.
    pub fn first(&self, page: &Page) -> &str {
        let other = page.words.0 == Language::En && !self.other.is_empty();
        if other { &self.other } else { &self.name }
    }

    /// The other name, for the staff at the door or for the visitor; empty if there is one only.
    pub fn second(&self, page: &Page) -> &str {
        if self.first(page) == self.name { &self.other } else { &self.name }
    }
}

/// One of the people of a phone on the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Their name in forms; empty for the phone's owner.
    pub tag: String,
    /// What a companion is called; empty for the phone's owner.
    pub name: String,
    /// What their box says: tag, numbers for an entry and for an exit, and the ticket.
    pub value: String,
}

impl Visitor {
    /// With fresh numbers: sent twice because no answer came, they register once.
    pub fn of(app: &App, person: OfPerson) -> Self {
        let fresh = || VisitId(app.entropy.bytes());
        let tag = person.tag.as_str();
        Self {
            value: format!("{tag}.{}.{}.{}", fresh(), fresh(), person.ticket),
            tag: tag.to_owned(),
            name: person.name.unwrap_or_default(),
        }
    }

    /// An invented one for samples.
    pub fn sample(name: &str) -> Self {
        Self { tag: name.to_owned(), name: name.to_owned(), value: "entry.exit.ticket".to_owned() }
    }

    /// What they are called on the page.
    pub fn called(&self, page: &Page) -> String {
        called(page, &self.name)
    }
}

/// What somebody of the phone is called on the page: the owner has no name there.
pub fn called(page: &Page, name: &str) -> String {
    if name.is_empty() { page.t("people-owner") } else { name.to_owned() }
}

/// What stands in a link, which has letters, digits and hyphens alone. A code that cannot be one leads nowhere, as one
/// that nobody has.
pub fn scanned(code: &str) -> Result<Scanned, NotOpen> {
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    code.parse().ok().filter(|_| plain).ok_or(NotOpen::Unknown)
}
