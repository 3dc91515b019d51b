//! `/evidence/people/{id}`: what somebody's colour rests on, and the form for one more fact.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::colour::{EvidenceSource, TestMethod, TestOutcome};
use domain::id::kind::UnitId;
use serde::Deserialize;
use store::rows::evidence::{EvidenceRow, ProposalRow};

use super::{colour, hindered, name, sample, what, when};
use crate::App;
use crate::casework::case::TEXT_LENGTH;
use crate::casework::page::{Officer, id};
use crate::evidence::person::{self, Person};
use crate::evidence::propose::{self, Outcome, by_hand};
use crate::evidence::typed::{REFERENCE_LENGTH, Typed, Wrong};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields};

/// A person.
#[derive(Template)]
#[template(path = "evidence/person.html")]
pub struct PersonPage {
    page: Page,
    person: Person,
    unit: UnitId,
    /// Something that was just added counts.
    added: bool,
    typed: Typed,
    errors: FieldErrors,
}

/// What the page is told in its address.
#[derive(Deserialize)]
pub struct Said {
    #[serde(default)]
    added: bool,
}

impl PersonPage {
    fn name(&self) -> String {
        name(&self.person.document)
    }

    fn colour(&self) -> String {
        colour(&self.page, self.person.decision.colour)
    }

    fn reasons(&self) -> Vec<String> {
        self.person.decision.reasons.iter().map(|code| self.page.t(format!("reason-{code}"))).collect()
    }

    fn until(&self) -> Option<String> {
        Some(self.page.words.date_time(self.person.decision.until?))
    }

    fn what(&self, row: &EvidenceRow) -> String {
        what(&self.page, &row.stated)
    }

    fn when(&self, row: &EvidenceRow) -> String {
        when(&self.page, &row.stated)
    }

    fn may_take_back(&self, row: &EvidenceRow) -> bool {
        row.superseded.is_none() && row.by.1 == self.unit
    }

    fn waiting(&self, row: &ProposalRow) -> String {
        let what = what(&self.page, &row.stated);
        if row.taken_back.is_some() { self.page.t1("evidence-back-line", "what", what) } else { what }
    }

    fn kinds(&self) -> Vec<(&'static str, String)> {
        by_hand()
            .map(|kind| (kind.as_str(), self.page.t(format!("evidence-kind-{}", kind.as_str()))))
            .collect()
    }

    fn options(&self, group: &str, names: &[&'static str]) -> Vec<(&'static str, String)> {
        let mut all = vec![("", self.page.t("evidence-not-test"))];
        all.extend(names.iter().map(|name| (*name, self.page.t(format!("evidence-{group}-{name}")))));
        all
    }

    fn results(&self) -> Vec<(&'static str, String)> {
        self.options("result", TestOutcome::NAMES)
    }

    fn methods(&self) -> Vec<(&'static str, String)> {
        self.options("method", TestMethod::NAMES)
    }

    fn reference_hint(&self) -> String {
        self.page.t1("evidence-reference-hint", "length", REFERENCE_LENGTH)
    }

    fn note_hint(&self) -> String {
        self.page.t1("evidence-note-hint", "length", TEXT_LENGTH)
    }

    /// Nothing yet; everything, with every mistake; something was added.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |person, added, typed: Typed, errors| Self {
            page: page.clone(),
            person,
            unit: sample::OURS,
            added,
            typed,
            errors,
        };
        let typed = Typed { until: "yesterday".to_owned(), ..Typed::default() };
        let wrong = typed.read(EvidenceSource::Office, sample::NOW).err().unwrap_or_default();
        let wrong = errors_of(page, &wrong);
        vec![
            of(sample::unknown(), false, Typed::default(), FieldErrors::default()),
            of(sample::person(), false, typed, wrong),
            of(sample::person(), true, Typed::default(), FieldErrors::default()),
        ]
    }
}

/// `GET /evidence/people/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let person = person::open(&app, &officer.0, id(&path)?).await?;
    let (unit, typed, errors) = (officer.0.unit, Typed::default(), FieldErrors::default());
    page::show(&PersonPage { page, person, unit, added: said.added, typed, errors })
}

/// `POST /evidence/people/{id}`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let (holder, typed) = (id(&path)?, Typed::of(|name| fields.get(name)));
    match typed.read(EvidenceSource::Office, app.now()) {
        Ok(stated) => {
            let done = propose::add(&app, &officer.0, holder, &stated, &typed.note).await;
            after(page, done, &path, &typed.note)
        }
        Err(wrong) => {
            let person = person::open(&app, &officer.0, holder).await?;
            let (unit, errors) = (officer.0.unit, errors_of(&page, &wrong));
            page::show_invalid(&PersonPage { page, person, unit, added: false, typed, errors })
        }
    }
}

/// What is wrong with what was typed, at its fields.
fn errors_of(page: &Page, wrong: &[Wrong]) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for one in wrong {
        errors.add(one.field(), one.message(page.words));
    }
    errors
}

/// Where an officer goes after something was added or taken back.
pub(super) fn after(
    page: Page,
    done: Result<Outcome, crate::evidence::EvidenceError>,
    person: &str,
    typed: &str,
) -> Result<Response, Failure> {
    match done {
        Ok(Outcome::Counts(_)) => {
            Ok(Redirect::to(&format!("/evidence/people/{person}?added=true")).into_response())
        }
        Ok(Outcome::Waits(id)) => Ok(Redirect::to(&format!("/evidence/{id}")).into_response()),
        Err(error) => hindered::or_failure(page, error, format!("/evidence/people/{person}"), typed),
    }
}
