//! Check your answers, and send them.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::declaration::Symptom;

use super::super::answers::{self, Answers, Step};
use super::super::{ApplicationError, draft, submit};
use crate::App;
use crate::companion::consent;
use crate::http::address::ClientAddress;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};

/// One answer and the page on which it can be changed.
pub struct Line {
    label: String,
    value: String,
    /// Of whom it is read out: "Change <what>".
    change: &'static str,
    /// Numbers and codes are written from left to right and never translated.
    is_code: bool,
}

/// All answers, to be checked.
#[derive(Template)]
#[template(path = "application/check.html")]
pub struct CheckPage {
    page: Page,
    lines: Vec<Line>,
    /// Characters of the number that are easily misread.
    lookalikes: Vec<String>,
    corrects: bool,
}

/// The document was applied for too often today.
#[derive(Template)]
#[template(path = "application/too_many.html")]
pub struct TooManyPage {
    page: Page,
    again_at: String,
}

impl CheckPage {
    /// A first application and a correction.
    pub fn samples(page: &Page) -> Vec<Self> {
        let today = jiff::civil::date(2026, 11, 23);
        let answers = answers::read(&super::step::sample_answers(), today, page.words);
        let answers = answers.unwrap_or_else(|step| panic!("the sample lacks {}", step.name()));
        [false, true].into_iter().map(|corrects| Self::of(page.clone(), &answers, corrects)).collect()
    }

    fn of(page: Page, answers: &Answers, corrects: bool) -> Self {
        let lookalike = |l: &documents::Lookalike| {
            let values = [
                ("position", l.position.to_string()),
                ("found", page.t(character_key(l.found))),
                ("meant", page.t(character_key(l.meant))),
            ];
            page.words.with("apply-lookalike", &values)
        };
        let lookalikes = answers.details.number.lookalikes().iter().map(lookalike).collect();
        Self { lines: lines(&page, answers), lookalikes, corrects, page: page.with_form() }
    }
}

/// The words for a character that looks like another one.
fn character_key(c: char) -> &'static str {
    match c {
        '0' => "character-zero",
        'O' => "character-o",
        '1' => "character-one",
        _ => "character-i",
    }
}

impl TooManyPage {
    /// One.
    pub fn samples(page: &Page) -> Vec<Self> {
        let midnight = domain::Timestamp::from_seconds(1_795_449_600);
        vec![Self { page: page.clone(), again_at: page.words.date_time(midnight) }]
    }
}

fn lines(page: &Page, answers: &Answers) -> Vec<Line> {
    let (details, place) = (&answers.details, &answers.residence);
    let state = |code: documents::StateCode| {
        page.t2("apply-state", "name", page.t(format!("state-{code}")), "code", code)
    };
    let none = || page.t("apply-none");
    let text = |key: &'static str, step: Step, value: String| Line {
        label: page.t(key),
        value: if value.is_empty() { none() } else { value },
        change: step.path(),
        is_code: false,
    };
    let code = |key, step, value| Line { is_code: true, ..text(key, step, value) };
    let kind = page.t(format!("kind-{}", details.kind().as_str().replace('_', "-")));
    let sex = details.sex.map_or_else(none, |sex| page.t(format!("sex-{}", sex.as_str().to_lowercase())));
    let phone = place.phone.as_ref().map(|phone| phone.as_str().to_owned()).unwrap_or_default();
    let mut all = vec![
        text("apply-kind-label", Step::Kind, kind),
        code("apply-number", Step::Document, details.number.grouped()),
        text("apply-issuing-state", Step::Document, state(details.issuing_state)),
        code("apply-expiry", Step::Document, details.expiry.map(|d| d.to_string()).unwrap_or_default()),
        text("apply-family", Step::Person, details.name.primary().to_owned()),
        text("apply-given", Step::Person, details.name.secondary().to_owned()),
        text("apply-chinese", Step::Person, details.name.chinese().unwrap_or_default().to_owned()),
        code("apply-birth", Step::Person, details.birth_date.to_string()),
        text("apply-sex", Step::Person, sex),
        text("apply-nationality", Step::Person, state(details.nationality)),
        text("apply-division", Step::Residence, page.t(format!("division-{}", place.division.code()))),
        text("apply-county", Step::Residence, place.county.clone()),
        text("apply-address", Step::Residence, place.address.clone()),
        code("apply-phone", Step::Residence, phone),
    ];
    let yes_no = |yes: bool| page.t(if yes { "yes" } else { "no" });
    if let Some(health) = &answers.health {
        all.push(text("apply-symptoms", Step::Health, symptoms(page, &health.symptoms)));
        all.push(text("apply-contact", Step::Health, yes_no(health.contact)));
        all.push(text("apply-diagnosed", Step::Health, yes_no(health.diagnosed)));
    }
    all
}

fn symptoms(page: &Page, symptoms: &[Symptom]) -> String {
    if symptoms.is_empty() {
        return page.t("symptom-none");
    }
    let names: Vec<String> = symptoms.iter().map(|s| page.t(format!("symptom-{}", s.as_str()))).collect();
    names.join(&page.t("apply-list-comma"))
}

/// `GET /apply/check`
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let Some(draft) = draft::load(&app, device.id).await? else {
        return Ok(Redirect::to("/apply").into_response());
    };
    match draft.read(app.now().local_date(), page.words) {
        Ok(answers)
            if consent::is_needed(answers.details.birth_date, app.now().local_date())
                && !consent::stands(&app, device.id, draft.corrects).await? =>
        {
            Ok(Redirect::to("/apply/consent").into_response())
        }
        Ok(answers) => page::show(&CheckPage::of(page, &answers, draft.corrects.is_some())),
        Err(step) => Ok(Redirect::to(step.path()).into_response()),
    }
}

/// `POST /apply/check`: sends the application. Sending it twice is the same as once.
pub async fn send(
    State(app): State<App>,
    page: Page,
    device: Device,
    address: ClientAddress,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(language) = fields.language_switch() {
        let mut response = show(State(app.clone()), page.in_language(language), device).await?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    app.limits.application(address.0)?;
    match submit::submit(&app, device.id, device.desk, page.words.0).await {
        Ok(_) => Ok(Redirect::to("/apply/done").into_response()),
        Err(ApplicationError::NoConsent) => Ok(Redirect::to("/apply/consent").into_response()),
        Err(ApplicationError::Incomplete) => Ok(Redirect::to("/apply/check").into_response()),
        Err(ApplicationError::TooManyAttempts { again_at }) => {
            let wait = again_at.since(app.now()).as_secs() + 1;
            let again_at = page.words.date_time(again_at);
            let mut response = page::show(&TooManyPage { page, again_at })?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            response.headers_mut().insert(header::RETRY_AFTER, wait.into());
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}
