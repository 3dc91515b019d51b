//! After an abnormal temperature: the second reading, what the inspector did, and the report.

use std::net::IpAddr;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use credential::{Observed, Temperature};
use domain::checkpoint::ClientId;
use domain::report::{Action, Reading, Report, Shown, ShownDocument, Site};
use unicode_normalization::UnicodeNormalization as _;

use super::check::{bad_reading, count_short_code, judge_again, not_bound, still};
use super::gate::{self, Gate};
use super::no_code::NoCodePage;
use super::reported;
use crate::App;
use crate::checkpoint::inspect::{Finding, LookUp, REPORT_LASTS, Source, bounded};
use crate::checkpoint::plain::bond::Checked;
use crate::checkpoint::plain::report::{self, Filed, subject};
use crate::checkpoint::plain::shift::{self, ShiftError, Working};
use crate::checkpoint::plain::{Part, check_text};
use crate::checkpoint::temperature;
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, Kind, language};
use crate::recognition;

/// What the form of the second reading carries and asks.
#[derive(Clone, Default)]
pub struct Second {
    /// Names the check; the report is made once for each.
    pub check: String,
    /// The scanned text; empty for a person without a code.
    pub text: String,
    /// When it was scanned, in seconds.
    pub scanned: String,
    /// Ties the form to the scan (`plain::bond`).
    pub bond: String,
    /// Whether the document was compared, as the form says it.
    pub document_matches: String,
    /// The first reading in tenths of a degree Celsius, where, and when.
    pub first: String,
    pub(super) first_site: String,
    pub(super) first_at: String,
    /// What was typed so far.
    pub(super) typed: String,
    pub(super) site: String,
    pub(super) action: String,
    pub(super) document: String,
    pub(super) last_four: String,
    /// Whether the code says nothing that a report could name.
    pub asks_document: bool,
}

/// The page where the form stands alone.
#[derive(Template)]
#[template(path = "checkpoint/second_page.html")]
pub struct SecondPage {
    page: Page,
    second: Second,
    gate: Gate,
    errors: FieldErrors,
}

impl Second {
    /// The form after a first reading that is abnormal.
    pub fn begun(app: &App, fields: &Fields, check: ClientId, first: Temperature) -> Self {
        Self {
            check: check_text(check),
            first: first.0.to_string(),
            first_site: site_of(fields.get("site")).as_str().to_owned(),
            first_at: app.now().seconds().to_string(),
            ..Self::of(fields)
        }
    }

    /// The form as it was sent.
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).to_owned();
        Self {
            check: text("check"),
            text: bounded(fields.get("text")),
            scanned: text("scanned"),
            bond: text("bond"),
            document_matches: text("document_matches"),
            first: text("first"),
            first_site: text("first_site"),
            first_at: text("first_at"),
            typed: text("second"),
            site: text("second_site"),
            action: text("action"),
            document: text("document"),
            last_four: text("last_four"),
            asks_document: true,
        }
    }

    fn first_reading(&self, app: &App) -> Option<Reading> {
        let tenths: u16 = self.first.parse().ok()?;
        let now = app.now().seconds();
        let since = now - i64::try_from(REPORT_LASTS.as_secs()).unwrap_or(0);
        let at = self.first_at.parse::<i64>().ok().filter(|at| (since..=now).contains(at)).unwrap_or(now);
        let known = (temperature::LOWEST..=temperature::HIGHEST).contains(&Temperature(tenths));
        known.then(|| Reading { tenths, site: site_of(&self.first_site), at })
    }

    /// The first reading, where the form has one.
    pub(super) fn first(&self) -> Option<Temperature> {
        self.first.parse().ok().map(Temperature)
    }

    /// The first reading as people write it.
    pub(super) fn first_shown(&self) -> String {
        temperature::show(Temperature(self.first.parse().unwrap_or_default()))
    }

    /// What was taken down of the document, or the error.
    fn shown(&self, page: &Page, errors: &mut FieldErrors) -> Shown {
        shown(page, &self.document, &self.last_four, errors)
    }
}

/// What an inspector can have done, with its words.
pub fn actions(page: &Page) -> Vec<(String, String)> {
    let one =
        |action: &Action| (action.as_str().to_owned(), page.t(format!("fever-action-{}", action.as_str())));
    Action::ALL.iter().map(one).collect()
}

/// The places to measure, with their words.
pub fn sites(page: &Page) -> Vec<(String, String)> {
    let one = |site: &Site| (site.as_str().to_owned(), page.t(format!("fever-site-{}", site.as_str())));
    Site::ALL.iter().map(one).collect()
}

/// The kinds of document, none first.
pub fn documents(page: &Page) -> Vec<(String, String)> {
    let one = |kind: &ShownDocument| {
        (kind.as_str().to_owned(), page.t(format!("check-document-{}", kind.as_str())))
    };
    let nothing = (String::new(), page.t("fever-document-none"));
    std::iter::once(nothing).chain(ShownDocument::ALL.iter().map(one)).collect()
}

/// What was taken down of the document: its kind, and at most four characters of its number.
pub fn shown(page: &Page, document: &str, last_four: &str, errors: &mut FieldErrors) -> Shown {
    let plain: String = last_four.nfkc().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let four = plain.len() <= 4 && plain.bytes().all(|b| b.is_ascii_alphanumeric());
    if !four {
        errors.add("last_four", page.t("fever-last-four-error"));
    }
    Shown {
        document: ShownDocument::from_name(document),
        last_four: Some(plain).filter(|plain| four && !plain.is_empty()),
    }
}

/// Where a temperature was taken; most thermometers at gates are held to the forehead.
pub fn site_of(name: &str) -> Site {
    Site::from_name(name).unwrap_or(Site::Forehead)
}

impl SecondPage {
    /// For a person without a code.
    pub fn without_code(page: Page, second: Second, gate: Gate) -> Self {
        Self { page: page.with_form(), second, gate, errors: FieldErrors::default() }
    }

    /// In a shift, before one, with every error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let second = Second { first: "378".to_owned(), asks_document: true, ..Second::default() };
        let mut all: Vec<Self> = Gate::samples(page)
            .into_iter()
            .map(|gate| Self::without_code(page.clone(), second.clone(), gate))
            .collect();
        let mut wrong = all[1].errors.clone();
        for (field, key) in ERRORS {
            wrong.add(field, page.t(key));
        }
        all[1].errors = wrong;
        all
    }
}

const ERRORS: [(&str, &str); 4] = [
    ("second", "fever-second-missing"),
    ("action", "fever-action-missing"),
    ("last_four", "fever-last-four-error"),
    ("checkpoint", "gate-choose-error"),
];

/// What the form says, once it can be read.
struct Read {
    readings: [Reading; 2],
    action: Option<Action>,
    shown: Shown,
}

fn read(app: &App, page: &Page, second: &Second, errors: &mut FieldErrors) -> Option<Read> {
    let first = second.first_reading(app)?;
    let again = temperature::read(&second.typed).unwrap_or_else(|error| {
        errors.add("second", bad_reading(page, error));
        None
    });
    if again.is_none() && errors.is_empty() {
        errors.add("second", page.t("fever-second-missing"));
    }
    let at = app.now().seconds();
    let again = Reading { tenths: again.map_or(0, |again| again.0), site: site_of(&second.site), at };
    let action = Action::from_name(&second.action);
    let abnormal = again.tenths >= app.settings.temperature_threshold.0;
    if action.is_none() && abnormal {
        errors.add("action", page.t("fever-action-missing"));
    }
    Some(Read { readings: [first, again], action, shown: second.shown(page, errors) })
}

/// `POST /check/report`: the second reading. An abnormal one makes the report; a normal one is counted.
pub async fn submit(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    ClientAddress(address): ClientAddress,
    fields: Fields,
) -> Result<Response, Failure> {
    let switch = fields.language_switch();
    let page = switch.map_or(page.clone(), |chosen| page.in_language(chosen));
    let mut second = Second::of(&fields);
    let Some(checked) = Checked::bound(&app, Some(&staff), &fields, &second.text) else {
        return not_bound(&app, page).await;
    };
    let finding = judged(&app, &page, &staff, address, &second, checked).await?;
    second.asks_document = finding.as_ref().is_none_or(|finding| finding.pass.is_none());
    let (working, gate) = gate::stand(&app, &page).await;
    let mut errors = FieldErrors::default();
    if let Some(chosen) = switch {
        let mut response = shown_again(&app, page, (second, checked), gate, errors).await?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    // The first reading comes from our own page: without it this is no form of ours.
    let read = read(&app, &page, &second, &mut errors).ok_or(Failure::of(Kind::BAD_REQUEST))?;
    if !errors.is_empty() {
        return shown_again(&app, page, (second, checked), gate, errors).await;
    }
    let working = match gate::working(&app, &staff, working, &fields).await {
        Ok(working) => working,
        Err(ShiftError::NoCheckpoint) => {
            errors.add("checkpoint", page.t("gate-choose-error"));
            return shown_again(&app, page, (second, checked), gate, errors).await;
        }
        Err(error) => return Err(error.into()),
    };
    let threshold = app.settings.temperature_threshold;
    let Some(action) = read.action.filter(|_| read.readings[1].tenths >= threshold.0) else {
        return normal(&app, page, &fields, (second, checked), &working).await;
    };
    let content = content(&second, &read, action);
    // Of a short code that is no longer kept nothing is known but that it was checked.
    let known = finding.filter(|finding| finding.source != Source::Short(LookUp::Over));
    let report = Report {
        subject: subject(known.as_ref(), read.shown),
        verdict: known.as_ref().map(|finding| finding.verdict.as_str().to_owned()),
        readings: read.readings.to_vec(),
        threshold: threshold.0,
        action,
    };
    match report::file(&app, &staff, &working, (checked.check, &content), report).await {
        Ok(Filed::Now | Filed::Before) => Ok(reported::address(checked.check, action)),
        Ok(Filed::Other(first)) => reported::differs(&app, page, &first).await,
        Err(error) => Err(error.into()),
    }
}

/// What the inspector said: by this a form that comes again is told from another answer under its number.
fn content(second: &Second, read: &Read, action: Action) -> String {
    let [first, again] = &read.readings;
    let document = read.shown.document.map_or("", ShownDocument::as_str);
    let last_four = read.shown.last_four.as_deref().unwrap_or_default();
    let readings = [first, again].map(|reading| format!("{} {}", reading.tenths, reading.site.as_str()));
    [&*readings[0], &*readings[1], action.as_str(), document, last_four, &*second.text].join("\n")
}

/// The verdict on the code as of its scan, without a temperature; none for a person without a code. Where the scan is
/// too long ago this is a new look at the code, and is limited and recorded as one.
async fn judged(
    app: &App,
    page: &Page,
    staff: &Staff,
    address: IpAddr,
    second: &Second,
    checked: Checked,
) -> Result<Option<Finding>, Failure> {
    if second.text.is_empty() {
        return Ok(None);
    }
    if !checked.again {
        count_short_code(app, page, address, &second.text)?;
    }
    let document_matches = second.document_matches == "yes";
    let observed = Observed { document_matches, ..Observed::default() };
    let finding = recognition::inspect(app, &second.text, &observed, checked.at, checked.again).await;
    if !checked.again {
        recognition::record(app, staff, &finding).await;
    }
    Ok(Some(finding))
}

/// The form again, under the verdict that it belongs to.
async fn shown_again(
    app: &App,
    page: Page,
    (second, checked): (Second, Checked),
    gate: Gate,
    errors: FieldErrors,
) -> Result<Response, Failure> {
    let invalid = !errors.is_empty();
    if second.text.is_empty() {
        let shown = SecondPage { page: page.with_form(), second, gate, errors };
        return if invalid { page::show_invalid(&shown) } else { page::show(&shown) };
    }
    let shown = still(app, page, (second, checked), gate, errors).await;
    if invalid { page::show_invalid(&shown) } else { page::show(&shown) }
}

/// The second reading is normal: it is counted, and back to where the first one was typed. Where the check has been
/// reported before, the report stands.
async fn normal(
    app: &App,
    page: Page,
    fields: &Fields,
    (second, checked): (Second, Checked),
    working: &Working,
) -> Result<Response, Failure> {
    match report::of_check(app, checked.check).await {
        Ok(Some(first)) => return reported::differs(app, page, &first).await,
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "a normal reading, without knowing of a report before it"),
    }
    if app.counted.first(checked.check, Part::Reading, app.now()) {
        shift::count(app, working, shift::of_reading(false)).await;
    }
    let mut fields = fields.clone();
    fields.set("temperature", &*second.typed);
    fields.set("site", &*second.site);
    if second.text.is_empty() {
        return NoCodePage::after(app, page, &fields).await;
    }
    judge_again(app, page, &fields, (second.text, checked)).await
}
