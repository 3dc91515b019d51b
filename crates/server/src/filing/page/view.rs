//! `/filing/{id}`: one filing and everything that happened to it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::Timestamp;
use domain::id::kind::FilingId;
use serde::Deserialize;
use store::rows::actor::ActorName;
use store::rows::register::{Change, FilingState, Source};

use super::{Line, lines, sample_entry};
use crate::App;
use crate::filing::register::{self, Opened};
use crate::http::page;
use crate::http::session::Staff;
use crate::http::{Failure, Kind, Page};

/// A filing.
#[derive(Template)]
#[template(path = "filing/view.html")]
pub struct ViewPage {
    page: Page,
    id: FilingId,
    number: String,
    lines: Vec<Line>,
    active: bool,
    /// What was just done to it: a locale key, or empty.
    done: &'static str,
    filed: String,
    past: Vec<Past>,
}

/// A version that a change ended.
struct Past {
    heading: String,
    who: String,
    reason: String,
    lines: Vec<Line>,
}

/// What was just done, in the address; nothing personal.
#[derive(Deserialize)]
pub struct Done {
    #[serde(default)]
    done: String,
}

/// The id that stands in an address.
pub fn id_of(text: &str) -> Result<FilingId, Failure> {
    text.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))
}

impl ViewPage {
    fn new(page: Page, opened: &Opened, done: &str) -> Self {
        let filing = &opened.filing;
        let done = match done {
            "filed" => "filing-done-filed",
            "corrected" => "filing-done-corrected",
            "withdrawn" => "filing-done-withdrawn",
            _ => "",
        };
        let source = match filing.origin.source {
            Source::Typed => "filing-source-typed",
            Source::Csv => "filing-source-csv",
            Source::Api => "filing-source-api",
        };
        let source = page.t(source);
        let who = who(&page, &opened.filed_by);
        let when = page.words.date_time(filing.origin.at);
        let values = [("when", when), ("who", who), ("source", source)];
        Self {
            id: filing.id,
            number: filing.details.number.grouped(),
            lines: lines(&page, &filing.details),
            active: filing.state == FilingState::Active,
            done,
            filed: page.words.with("filing-filed-line", &values),
            past: opened.history.iter().rev().map(|(old, name)| Past::new(&page, old, name)).collect(),
            page,
        }
    }

    /// Just filed; corrected; withdrawn.
    pub fn samples(page: &Page) -> Vec<Self> {
        let actor = store::rows::register::Actor { unit: domain::Id::from_i64(1), staff: None, client: None };
        let at = Timestamp::from_seconds(1_795_435_200);
        let name = ActorName { unit: Some("Wuhan".to_owned()), person: Some("Li Wei".to_owned()) };
        let old = |version, change, given| {
            let reason = "UTO 1".to_owned();
            let details = sample_entry("X12345678", given);
            (store::rows::register::OldVersion { version, details, change, reason, actor, at }, name.clone())
        };
        let sample = |state, history, done| {
            let origin = store::rows::register::Origin { source: Source::Typed, batch: None, actor, at };
            let details = sample_entry("X12345678", "ANNA MARIA");
            let id = FilingId::from_i64(1);
            let filing = store::rows::register::Filing { id, details, origin, state, version: 1 };
            Self::new(page.clone(), &Opened { filing, filed_by: name.clone(), history }, done)
        };
        let corrected = || old(1, Change::Correction, "ANA");
        vec![
            sample(FilingState::Active, Vec::new(), "filed"),
            sample(FilingState::Active, vec![corrected()], "corrected"),
            sample(
                FilingState::Withdrawn,
                vec![corrected(), old(2, Change::Withdrawal, "ANNA")],
                "withdrawn",
            ),
        ]
    }
}

impl Past {
    fn new(page: &Page, old: &store::rows::register::OldVersion, name: &ActorName) -> Self {
        let key = match old.change {
            Change::Correction => "filing-past-corrected",
            Change::Withdrawal => "filing-past-withdrawn",
        };
        Self {
            heading: page.t1(key, "when", page.words.date_time(old.at)),
            who: who(page, name),
            reason: old.reason.clone(),
            lines: lines(page, &old.details),
        }
    }
}

fn who(page: &Page, name: &ActorName) -> String {
    match (&name.person, &name.unit) {
        (Some(person), Some(unit)) => page.t2("filing-who", "person", person, "unit", unit),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => page.t("filing-who-unknown"),
    }
}

/// `GET /filing/{id}`
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    page: Page,
    Path(id): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, Failure> {
    let opened = register::open(&app, &staff, id_of(&id)?).await?;
    page::show(&ViewPage::new(page, &opened, &done.done))
}
