//! `/appeals/{id}`: what somebody says about their colour, on what it rests, and the answer.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::colour::Colour;
use store::rows::appeal::{AppealRow, AppealStage};
use store::rows::evidence::EvidenceRow;

use super::{hindered, sample, words};
use crate::App;
use crate::appeal::TEXT_LENGTH;
use crate::appeal::answer::{self, Case, Typed};
use crate::casework::page::{Officer, did, id};
use crate::evidence::page::{colour, name, what, when};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields};

/// The outcomes that an officer chooses from, in the order of the page.
const OUTCOMES: [AppealStage; 3] = [AppealStage::Corrected, AppealStage::Changed, AppealStage::Stands];

/// The appeal.
#[derive(Template)]
#[template(path = "appeal/case.html")]
pub struct CasePage {
    page: Page,
    case: Case,
    now: Timestamp,
    outcome: String,
    wrong: Vec<String>,
    why: String,
    errors: FieldErrors,
}

impl CasePage {
    fn of(page: Page, case: Case, now: Timestamp) -> Self {
        let (outcome, why) = (String::new(), String::new());
        Self { page, case, now, outcome, wrong: Vec::new(), why, errors: FieldErrors::default() }
    }

    fn name(&self) -> String {
        name(&self.case.person.document)
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn colour(&self, one: &Colour) -> String {
        colour(&self.page, *one)
    }

    fn stage(&self) -> String {
        self.page.t(format!("appeal-stage-{}", self.case.row.stage.as_str()))
    }

    fn level(&self) -> String {
        self.page.t(format!("appeal-level-{}", self.case.row.level.as_str()))
    }

    fn is_late(&self) -> bool {
        self.case.row.stage == AppealStage::Waiting && self.now > self.case.row.due_at
    }

    fn due(&self) -> String {
        self.page.words.date_time(self.case.row.due_at)
    }

    fn reasons(&self) -> Vec<String> {
        self.case.decision.reasons.iter().map(|code| self.page.t(format!("reason-{code}"))).collect()
    }

    fn what(&self, row: &EvidenceRow) -> String {
        what(&self.page, &row.stated)
    }

    fn when(&self, row: &EvidenceRow) -> String {
        when(&self.page, &row.stated)
    }

    fn answered(&self, row: &AppealRow) -> Option<String> {
        Some(did(&self.page, row.by.as_ref()?))
    }

    fn hindrance(&self) -> Option<String> {
        Some(self.page.t(self.case.hindered?.key()))
    }

    fn outcomes(&self) -> Vec<(&'static str, String)> {
        let all = OUTCOMES.into_iter();
        // Where no office stated anything, none can have been wrong.
        let possible = all.filter(|one| *one != AppealStage::Corrected || !self.case.grounds.is_empty());
        possible.map(|one| (one.as_str(), self.page.t(format!("appeal-outcome-{}", one.as_str())))).collect()
    }

    fn grounds(&self) -> Vec<(String, String, bool)> {
        let box_of = |row: &EvidenceRow| {
            let id = row.id.to_string();
            let words = self.page.t2(
                "why-fact",
                "what",
                self.what(row),
                "at",
                self.page.words.date_time(row.stated.at),
            );
            let ticked = self.wrong.contains(&id);
            (id, words, ticked)
        };
        self.case.grounds.iter().map(box_of).collect()
    }

    fn hint(&self) -> String {
        self.page.t1("appeal-why-hint", "length", TEXT_LENGTH)
    }

    /// To be answered, with every mistake; one's own doing; the city's, with the county's answer; answered.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |case| Self::of(page.clone(), case, sample::NOW);
        let mut wrong = of(sample::case());
        for (field, key) in [
            ("outcome", "appeal-error-outcome"),
            ("wrong", "appeal-error-wrong"),
            ("why", "appeal-error-why"),
        ] {
            wrong.errors.add(field, page.t(key));
        }
        let mut all = vec![of(sample::case()), wrong];
        all.extend(sample::other_cases().into_iter().map(of));
        all
    }
}

/// `GET /appeals/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let case = answer::open(&app, &officer.0, id(&path)?).await?;
    page::show(&CasePage::of(page, case, app.now()))
}

/// `POST /appeals/{id}`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let appeal = id(&path)?;
    let mut errors = FieldErrors::default();
    let outcome = OUTCOMES.into_iter().find(|one| one.as_str() == fields.get("outcome"));
    if outcome.is_none() {
        errors.add("outcome", page.t("appeal-error-outcome"));
    }
    let wrong: Vec<String> = fields.all("wrong").map(str::to_owned).collect();
    if outcome == Some(AppealStage::Corrected) && wrong.is_empty() {
        errors.add("wrong", page.t("appeal-error-wrong"));
    }
    let why = words(&page, &fields, "why", "appeal-error-why", &mut errors);
    let Some(stage) = outcome.filter(|_| errors.is_empty()) else {
        let case = answer::open(&app, &officer.0, appeal).await?;
        let (outcome, now) = (fields.get("outcome").to_owned(), app.now());
        return page::show_invalid(&CasePage { page, case, now, outcome, wrong, why, errors });
    };
    let ids = wrong.iter().map(|text| id(text)).collect::<Result<_, _>>()?;
    let typed = Typed { stage, why, wrong: ids };
    match answer::answer(&app, &officer.0, appeal, &typed).await {
        Ok(()) => Ok(Redirect::to(&format!("/appeals/{path}")).into_response()),
        Err(error) => hindered::or_failure(page, error, format!("/appeals/{path}"), &typed.why),
    }
}

/// `GET /appeals/{id}/photos/{photo}`: never cached, never anything but a picture.
pub async fn photo(
    State(app): State<App>,
    officer: Officer,
    Path((appeal, photo)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let photo = answer::photo(&app, &officer.0, id(&appeal)?, id(&photo)?).await?;
    let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, photo.image.to_vec()).into_response())
}
