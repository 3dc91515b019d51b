//! `/filing`: what there is to do, and the search by number or by date of birth and name.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use documents::PersonName;
use domain::id::kind::FilingId;
use store::rows::register::{Filing, FilingState};

use super::{by_number, kinds, sample_entry, switched};
use crate::App;
use crate::filing::entry::{Field, Wrong, parse_date};
use crate::filing::register::{self, Query, SEARCH_LIMIT};
use crate::http::fields::FieldErrors;
use crate::http::page;
use crate::http::session::Staff;
use crate::http::{Failure, Fields, Page};

/// The start page of filing.
#[derive(Template)]
#[template(path = "filing/search.html")]
pub struct SearchPage {
    page: Page,
    fields: Fields,
    errors: FieldErrors,
    kinds: Vec<(&'static str, String)>,
    /// What was found; `None` before a search.
    found: Option<Vec<Found>>,
    full: bool,
}

struct Found {
    id: FilingId,
    number: String,
    kind: String,
    name: String,
    chinese: String,
    birth: String,
    withdrawn: bool,
}

impl SearchPage {
    fn new(page: Page, fields: Fields, errors: FieldErrors, found: Option<Vec<Found>>) -> Self {
        let full =
            found.as_ref().is_some_and(|found| i64::try_from(found.len()).unwrap_or(0) >= SEARCH_LIMIT);
        Self { kinds: kinds(&page), page: page.with_form(), fields, errors, found, full }
    }

    /// Before a search, with an error, with nothing found, with somebody found.
    pub fn samples(page: &Page) -> Vec<Self> {
        let details = sample_entry("X12345678", "ANNA MARIA");
        let number =
            || Fields::from_pairs([("kind", "passport"), ("number", "X12345678"), ("issuing_state", "UTO")]);
        let mut errors = FieldErrors::default();
        errors.add("number", Wrong::new(Field::Number, "number.empty").message(page.words));
        let found = Found { id: FilingId::from_i64(1), ..Found::of(page, &details, false) };
        let sample = |fields, errors, found| Self::new(page.clone(), fields, errors, found);
        vec![
            sample(Fields::default(), FieldErrors::default(), None),
            sample(number(), errors, None),
            sample(number(), FieldErrors::default(), Some(Vec::new())),
            sample(number(), FieldErrors::default(), Some(vec![found])),
        ]
    }
}

impl Found {
    fn of(page: &Page, details: &domain::matching::DocumentDetails, withdrawn: bool) -> Self {
        Self {
            id: FilingId::from_i64(0),
            number: details.number.grouped(),
            kind: page.t(format!("filing-kind-{}", details.kind().as_str())),
            name: format!("{} {}", details.name.primary(), details.name.secondary()).trim().to_owned(),
            chinese: details.name.chinese().unwrap_or_default().to_owned(),
            birth: details.birth_date.to_string(),
            withdrawn,
        }
    }

    fn from_filing(page: &Page, filing: &Filing) -> Self {
        let withdrawn = filing.state == FilingState::Withdrawn;
        Self { id: filing.id, ..Self::of(page, &filing.details, withdrawn) }
    }
}

/// `GET /filing`
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&SearchPage::new(page, Fields::default(), FieldErrors::default(), None))
}

/// `POST /filing/search`: a search is posted, because what is searched by must not stand in an address.
pub async fn search(
    State(app): State<App>,
    staff: Staff,
    page: Page,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(language) = fields.language_switch() {
        let page = page.in_language(language);
        let shown = page::show(&SearchPage::new(page, fields, FieldErrors::default(), None))?;
        return Ok(switched(&app, language, shown));
    }
    let query = match query(&page, &fields) {
        Ok(query) => query,
        Err(errors) => return page::show_invalid(&SearchPage::new(page, fields, errors, None)),
    };
    let found = register::search(&app, &staff, &query).await?;
    let found = found.iter().map(|filing| Found::from_filing(&page, filing)).collect();
    page::show(&SearchPage::new(page, fields, FieldErrors::default(), Some(found)))
}

/// A number searches by number, else date of birth and name are wanted.
fn query(page: &Page, fields: &Fields) -> Result<Query, FieldErrors> {
    let person = match fields.get("by") {
        "" => fields.get("number").is_empty() && !fields.get("birth_date").is_empty(), // Enter, no button
        by => by == "person",
    };
    if person {
        return by_person(page, fields);
    }
    by_number(page, fields).map(|details| Query::Number(details.issuing_state, details.number))
}

fn by_person(page: &Page, fields: &Fields) -> Result<Query, FieldErrors> {
    let mut errors = FieldErrors::default();
    let birth = match fields.get("birth_date") {
        "" => Err("date.empty"),
        text => parse_date(text).map_err(documents::DateError::code),
    };
    if let Err(code) = birth {
        errors.add("birth_date", Wrong::new(Field::BirthDate, code).message(page.words));
    }
    let name = PersonName::single(fields.get("name"));
    if let Err(error) = &name {
        let position = match error {
            documents::NameError::Character { position, .. } => Some(*position),
            _ => None,
        };
        let wrong = Wrong { position, ..Wrong::new(Field::FamilyName, error.code()) };
        errors.add("name", wrong.message(page.words));
    }
    match (birth, name) {
        (Ok(birth), Ok(name)) => Ok(Query::Person(birth, name)),
        _ => Err(errors),
    }
}
