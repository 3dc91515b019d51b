//! `/check/no-code`: the temperature of a person without a code, or with a certificate on paper.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use credential::Temperature;
use domain::checkpoint::ClientId;

use super::check::bad_reading;
use super::gate::{self, Gate};
use super::second::{Second, SecondPage, documents, shown, sites};
use crate::App;
use crate::checkpoint::inspect::{REPORT_LASTS, judged_within};
use crate::checkpoint::plain::bond::Checked;
use crate::checkpoint::plain::{Part, check_text, new_check, read_check, shift};
use crate::checkpoint::temperature;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields, language};

/// The form, and what came of the reading before.
#[derive(Template)]
#[template(path = "checkpoint/no_code.html")]
pub struct NoCodePage {
    page: Page,
    gate: Gate,
    check: String,
    typed: String,
    site: String,
    document: String,
    last_four: String,
    errors: FieldErrors,
    /// A normal reading, said back.
    normal: Option<String>,
    threshold: String,
}

impl NoCodePage {
    fn of(page: Page, gate: Gate, fields: &Fields, check: String, threshold: Temperature) -> Self {
        Self {
            page: page.with_form(),
            gate,
            check,
            typed: fields.get("temperature").to_owned(),
            site: fields.get("site").to_owned(),
            document: fields.get("document").to_owned(),
            last_four: fields.get("last_four").to_owned(),
            errors: FieldErrors::default(),
            normal: None,
            threshold: temperature::show(threshold),
        }
    }

    fn sites(&self) -> Vec<(String, String)> {
        sites(&self.page)
    }

    fn documents(&self) -> Vec<(String, String)> {
        documents(&self.page)
    }

    /// Empty, after a normal reading, with errors, before a shift.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |gate| Self::of(page.clone(), gate, &Fields::default(), String::new(), Temperature(373));
        let mut all = Gate::samples(page).map(sample);
        all[0].normal = Some(said_normal(page, Temperature(366), Temperature(373)));
        all[1].errors.add("temperature", page.t("fever-temperature-missing"));
        all[1].errors.add("last_four", page.t("fever-last-four-error"));
        all.into()
    }

    /// After a second reading that is normal: empty for the next person.
    pub async fn after(app: &App, page: Page, fields: &Fields) -> Result<Response, Failure> {
        let (_, gate) = gate::stand(app, &page).await;
        let threshold = app.settings.temperature_threshold;
        let check = check_text(new_check(&*app.entropy));
        let mut empty = Self::of(page, gate, &Fields::default(), check, threshold);
        let reading = temperature::read(fields.get("temperature")).ok().flatten();
        empty.normal = reading.map(|reading| said_normal(&empty.page, reading, threshold));
        page::show(&empty)
    }
}

fn said_normal(page: &Page, reading: Temperature, threshold: Temperature) -> String {
    let [reading, threshold] = [reading, threshold].map(temperature::show);
    page.t2("check-temperature-normal", "reading", reading, "threshold", threshold)
}

/// The form of the second reading, tied to this check.
fn without_code(app: &App, page: &Page, fields: &Fields, check: ClientId, first: Temperature) -> Second {
    let checked = Checked { check, at: judged_within("", app.now(), REPORT_LASTS), again: false };
    let (scanned, bond) = (checked.at.to_string(), checked.bond(app, page.staff.as_ref(), ""));
    Second { text: String::new(), scanned, bond, ..Second::begun(app, fields, check, first) }
}

/// `GET /check/no-code`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let (_, gate) = gate::stand(&app, &page).await;
    let check = check_text(new_check(&*app.entropy));
    page::show(&NoCodePage::of(page, gate, &Fields::default(), check, app.settings.temperature_threshold))
}

/// `POST /check/no-code`: the first reading.
pub async fn submit(State(app): State<App>, page: Page, fields: Fields) -> Result<Response, Failure> {
    let switch = fields.language_switch();
    let page = switch.map_or(page.clone(), |chosen| page.in_language(chosen));
    let (working, gate) = gate::stand(&app, &page).await;
    let check = read_check(fields.get("check")).unwrap_or_else(|| new_check(&*app.entropy));
    let threshold = app.settings.temperature_threshold;
    let mut shown_again = NoCodePage::of(page.clone(), gate.clone(), &fields, check_text(check), threshold);
    if let Some(chosen) = switch {
        let mut response = page::show(&shown_again)?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let errors = &mut shown_again.errors;
    shown(&page, fields.get("document"), fields.get("last_four"), errors);
    let reading = match temperature::read(fields.get("temperature")) {
        Ok(Some(reading)) => reading,
        Ok(None) => {
            errors.add("temperature", page.t("fever-temperature-missing"));
            return page::show_invalid(&shown_again);
        }
        Err(error) => {
            errors.add("temperature", bad_reading(&page, error));
            return page::show_invalid(&shown_again);
        }
    };
    if !errors.is_empty() {
        return page::show_invalid(&shown_again);
    }
    if reading >= threshold {
        let second = without_code(&app, &page, &fields, check, reading);
        return page::show(&SecondPage::without_code(page, second, gate));
    }
    if let Some(working) = working.filter(|_| app.counted.first(check, Part::Reading, app.now())) {
        shift::count(&app, &working, shift::of_reading(false)).await;
    }
    NoCodePage::after(&app, page, &fields).await
}
