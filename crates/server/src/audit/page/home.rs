//! `/audit`: where an auditor lands. Links, and what there is to know of units without opening anything.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::colour::{in_force, published};
use rules::set::RuleSet;
use store::rows::evidence::StopRow;
use store::rows::figures::ProposalCount;
use store::rows::visit_case::Did;
use store::{StoreError, call, read};

use super::sample;
use crate::App;
use crate::casework::page::did;
use crate::http::Failure;
use crate::http::page::{self, Page};

/// The most stops of the list.
const STOPS: i64 = 100;

/// What the page shows.
#[derive(Template)]
#[template(path = "audit/home.html")]
pub struct HomePage {
    page: Page,
    /// Without what administrators wrote: a word of theirs may name somebody.
    stops: Vec<StopRow>,
    proposals: Vec<ProposalCount>,
    /// The rule set in force.
    set: Option<String>,
}

impl HomePage {
    fn why(&self, row: &StopRow) -> String {
        let at = self.page.words.date_time(row.made_at);
        self.page.t2(format!("evidence-stop-{}", row.reason.as_str()), "changes", row.changes, "at", at)
    }

    fn did(&self, one: &Did) -> String {
        did(&self.page, one)
    }

    fn stage(&self, row: &ProposalCount) -> String {
        self.page.t(format!("evidence-stage-{}", row.stage.as_str()))
    }

    /// Nothing happened; stops and proposals.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |stops, proposals, set: Option<&str>| Self {
            page: page.clone(),
            stops,
            proposals,
            set: set.map(str::to_owned),
        };
        vec![
            of(Vec::new(), Vec::new(), None),
            of(crate::evidence::page::sample::stops(), sample::proposals(), Some("hubei-colours-3")),
        ]
    }
}

/// `GET /audit`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let (stops, proposals) = read!(app.store, "audit.home", StoreError, |tx| {
        Ok((call!(tx, evidence_stop::stops(STOPS))?, call!(tx, figures::proposals())?))
    })?;
    let set = in_force(published(), app.now()).map(RuleSet::name);
    page::show(&HomePage { page, stops, proposals, set })
}
