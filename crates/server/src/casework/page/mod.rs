//! The pages of cases.

pub mod ask;
pub mod case;
pub mod donate;
pub mod files;
pub mod hindered;
pub mod keys;
pub mod list;
pub mod opening;
pub mod own_keys;
pub mod sample;
pub mod task;
pub mod tasks;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::location::Slot;
use domain::{Id, Role};
use store::rows::visit_case::Did;

use crate::casework::case::TEXT_LENGTH;
use crate::http::fields::FieldErrors;
use crate::http::session::Staff;
use crate::http::{Failure, Fields, Kind, Page};

/// A health officer who is nothing of public security: whoever files passports reads no visit, whatever else their
/// account may do.
pub struct Officer(pub Staff);

impl<S: Sync> FromRequestParts<S> for Officer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        let staff = parts.extensions.get::<Staff>().cloned().ok_or(Failure::of(Kind::SIGN_IN))?;
        if staff.roles.contains(&Role::FilingOfficer) {
            return Err(Failure::of(Kind::FORBIDDEN));
        }
        Ok(Self(staff))
    }
}

/// The object of an address.
pub(crate) fn id<T>(text: &str) -> Result<Id<T>, Failure> {
    text.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))
}

/// “20:00 on Monday 23 November to 21:30 on Monday 23 November”; the end is the first moment that no longer belongs to it.
fn window(page: &Page, first: Slot, last: Slot) -> String {
    let (from, until) = (page.words.date_time(first.start()), page.words.date_time(last.end()));
    page.t2("case-window", "from", from, "until", until)
}

/// A text that people wrote, of the field `name`.
pub(crate) fn text(fields: &Fields, name: &str) -> String {
    readable(fields.get(name))
}

/// Browsers send line ends as CR LF; people count them as one.
pub(crate) fn readable(text: &str) -> String {
    let text = text.trim().replace("\r\n", "\n");
    // What nobody can read says nothing.
    if text.chars().any(char::is_alphanumeric) { text } else { String::new() }
}

/// A note of the field `note`; without one where one is wanted (`missing`: what is said then), or with one that is too long,
/// an error.
pub(crate) fn note(page: &Page, fields: &Fields, missing: Option<&str>, errors: &mut FieldErrors) -> String {
    let note = text(fields, "note");
    if let Some(missing) = missing.filter(|_| note.is_empty()) {
        errors.add("note", page.t(missing));
    }
    if note.chars().count() > TEXT_LENGTH {
        errors.add("note", page.t1("case-error-long", "length", TEXT_LENGTH));
    }
    note
}

/// “Name, unit, at …”
pub(crate) fn did(page: &Page, did: &Did) -> String {
    let at = page.words.date_time(did.at);
    page.words.with("case-did", &[("name", did.name.clone()), ("unit", did.unit_name.clone()), ("at", at)])
}
