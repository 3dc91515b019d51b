//! `/check`: where inspectors scan, paste, type or photograph a code.

use std::net::IpAddr;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use credential::Observed;
use store::rows::checkpoint::Counts;

use super::gate::{self, Gate};
use super::second::Second;
use super::verdict::VerdictPage;
use crate::App;
use crate::checkpoint::inspect::bounded;
use crate::checkpoint::plain::bond::Checked;
use crate::checkpoint::plain::{Part, check_text, new_check, shift};
use crate::checkpoint::temperature::{self, BadReading};
use crate::checkpoint::{abuse, photo, short};
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::upload::Upload;
use crate::http::{Failure, Fields, Kind, language};
use crate::recognition;

/// The page before a scan.
#[derive(Template)]
#[template(path = "checkpoint/check.html")]
pub struct CheckPage {
    page: Page,
    errors: FieldErrors,
    text: String,
    gate: Gate,
    /// Names the check that begins here.
    check: String,
}

impl CheckPage {
    /// The page with what was typed.
    pub fn new(app: &App, page: Page, errors: FieldErrors, text: String, gate: Gate) -> Self {
        Self::of(page, errors, text, gate, check_text(new_check(&*app.entropy)))
    }

    fn of(page: Page, errors: FieldErrors, text: String, gate: Gate, check: String) -> Self {
        Self { page: page.with_form(), errors, text, gate, check }
    }

    /// Empty, and with each thing that can be wrong.
    pub fn samples(page: &Page) -> Vec<Self> {
        let words = ["none", "several", "too-large", "too-many-pixels", "format", "damaged"];
        let photos = words.map(|word| ("photo", format!("check-photo-{word}")));
        let sample = |errors, gate| Self::of(page.clone(), errors, String::new(), gate, String::new());
        let mut all: Vec<Self> =
            Gate::samples(page).into_iter().map(|gate| sample(FieldErrors::default(), gate)).collect();
        let [_, choosing, _] = Gate::samples(page);
        for (field, key) in photos.into_iter().chain(ERRORS.map(|(field, key)| (field, key.to_owned()))) {
            let mut errors = FieldErrors::default();
            errors.add(field, page.t(key));
            all.push(sample(errors, choosing.clone()));
        }
        all
    }
}

const ERRORS: [(&str, &str); 3] =
    [("text", "check-text-empty"), ("text", "check-not-bound"), ("checkpoint", "gate-choose-error")];

/// `GET /check`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let (_, gate) = gate::stand(&app, &page).await;
    page::show(&CheckPage::new(&app, page, FieldErrors::default(), String::new(), gate))
}

/// `POST /check`: a new scan, or the same one again with a temperature or with the document compared.
pub async fn judge(
    State(app): State<App>,
    page: Page,
    ClientAddress(address): ClientAddress,
    upload: Result<Upload, Failure>,
) -> Result<Response, Failure> {
    let Upload { fields, file } = match upload {
        Ok(upload) => upload,
        // The photo: nothing else of the form can be so large.
        Err(failure) if failure.kind == Kind::TOO_LARGE => {
            let mut response = wrong(&app, page, "photo", "check-photo-too-large").await?;
            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            return Ok(response);
        }
        Err(failure) => return Err(failure),
    };
    if let Some(chosen) = fields.language_switch() {
        let page = page.in_language(chosen);
        let mut response = shown_again(&app, page, &fields).await?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let (text, source) = match file {
        Some(file) => match photo::read(file.bytes).await {
            Ok(text) => (bounded(&text), "photo"),
            Err(error) => {
                return wrong(&app, page, "photo", &format!("check-photo-{}", error.word())).await;
            }
        },
        None => (bounded(fields.get("text")), "text"),
    };
    if text.is_empty() {
        return wrong(&app, page, "text", "check-text-empty").await;
    }
    let checked = Checked::of(&app, page.staff.as_ref(), &fields, &text);
    if !checked.again {
        count_short_code(&app, &page, address, &text)?;
    }
    let (verdict, staff) = judged(&app, page, &fields, text, checked, source).await;
    if let Some(staff) = staff.filter(|_| !checked.again) {
        recognition::record(&app, &staff, verdict.finding()).await;
    }
    if verdict.is_invalid() { page::show_invalid(&verdict) } else { page::show(&verdict) }
}

/// Judges, counts, and watches for what is no checking.
async fn judged(
    app: &App,
    page: Page,
    fields: &Fields,
    text: String,
    checked: Checked,
    source: &'static str,
) -> (VerdictPage, Option<Staff>) {
    let staff = page.staff.clone();
    let (working, gate) = gate::stand(app, &page).await;
    let mut verdict = verdict(app, page, fields, text, (gate, checked)).await;
    // The count of checks; nothing of the pass.
    let (kind, reasons) = (verdict.finding().source.record_kind(), verdict.reason_words());
    tracing::info!(verdict = verdict.word(), reasons, kind, source, "checked");
    let (check, now) = (checked.check, app.now());
    let mut more = Counts::default();
    if !checked.again && app.counted.first(check, Part::Verdict, now) {
        more = shift::of_verdict(verdict.finding().verdict);
        if let Some(staff) = &staff {
            let at = working.as_ref().map(|working| working.checkpoint.id);
            abuse::at_page(app, staff, at, verdict.mark()).await;
        }
    }
    if verdict.is_normal() && app.counted.first(check, Part::Reading, now) {
        more.normal = 1;
    }
    if let Some(working) = working.filter(|_| more != Counts::default()) {
        verdict.set_counts(shift::count(app, &working, more).await);
    }
    (verdict, staff)
}

/// The same scan once more after a second reading that is normal.
pub async fn judge_again(
    app: &App,
    page: Page,
    fields: &Fields,
    (text, checked): (String, Checked),
) -> Result<Response, Failure> {
    let (_, gate) = gate::stand(app, &page).await;
    page::show(&verdict(app, page, fields, text, (gate, checked)).await)
}

/// The verdict with the form of the second reading as it was sent: something in it is missing, or the language changed.
pub async fn still(
    app: &App,
    page: Page,
    (second, checked): (Second, Checked),
    gate: Gate,
    errors: FieldErrors,
) -> VerdictPage {
    let (threshold, staff) = (app.settings.temperature_threshold, page.staff.clone());
    let document_matches = second.document_matches == "yes";
    let observed =
        Observed { document_matches, temperature: second.first(), threshold, ..Observed::default() };
    let finding = recognition::inspect(app, &second.text, &observed, checked.at, checked.again).await;
    let (text, typed) = (second.text.clone(), second.first_shown());
    let bond = checked.bond(app, staff.as_ref(), &text);
    let next = check_text(new_check(&*app.entropy));
    VerdictPage::new(page, finding, observed, errors, typed, text, checked.at)
        .with_local_code(format!("{}/apply", app.settings.public_origin))
        .with_shift(gate, checked.check_text(), bond, next)
        .with_reading(String::new(), Some(second))
}

/// A form whose check this server did not judge in this session: nothing is looked up, and nothing is stored.
pub async fn not_bound(app: &App, page: Page) -> Result<Response, Failure> {
    wrong(app, page, "text", "check-not-bound").await
}

/// Looking up short codes is limited, so that guessing them is.
pub fn count_short_code(app: &App, page: &Page, address: IpAddr, text: &str) -> Result<(), Failure> {
    match (&page.staff, short::read(text)) {
        (Some(staff), Some(_)) => app.limits.short_code(address, staff.id),
        _ => Ok(()),
    }
}

async fn wrong(app: &App, page: Page, field: &'static str, key: &str) -> Result<Response, Failure> {
    let (_, gate) = gate::stand(app, &page).await;
    let mut errors = FieldErrors::default();
    errors.add(field, page.t(key));
    page::show_invalid(&CheckPage::new(app, page, errors, String::new(), gate))
}

/// The language was switched: the page as it stood. A verdict's form is tied to its scan; the form of a
/// code that was typed but not sent is not, and nothing is judged for it.
async fn shown_again(app: &App, page: Page, fields: &Fields) -> Result<Response, Failure> {
    let text = bounded(fields.get("text"));
    let (_, gate) = gate::stand(app, &page).await;
    let checked = Checked::of(app, page.staff.as_ref(), fields, &text);
    if text.is_empty() || !checked.again {
        return page::show(&CheckPage::new(app, page, FieldErrors::default(), text, gate));
    }
    page::show(&verdict(app, page, fields, text, (gate, checked)).await)
}

async fn verdict(
    app: &App,
    page: Page,
    fields: &Fields,
    text: String,
    (gate, checked): (Gate, Checked),
) -> VerdictPage {
    let typed = fields.get("temperature").to_owned();
    let mut errors = FieldErrors::default();
    let reading = temperature::read(&typed).unwrap_or_else(|error| {
        errors.add("temperature", bad_reading(&page, error));
        None
    });
    let threshold = app.settings.temperature_threshold;
    let document_matches = fields.get("document_matches") == "yes";
    let observed = Observed { document_matches, temperature: reading, threshold, ..Observed::default() };
    let at = checked.at;
    let finding = recognition::inspect(app, &text, &observed, at, checked.again).await;
    let bond = checked.bond(app, page.staff.as_ref(), &text);
    let address = format!("{}/apply", app.settings.public_origin);
    let second = reading.filter(|&reading| reading >= threshold).map(|first| Second {
        text: text.clone(),
        scanned: at.to_string(),
        bond: bond.clone(),
        asks_document: finding.pass.is_none(),
        ..Second::begun(app, fields, checked.check, first)
    });
    let site = fields.get("site").to_owned();
    let next = check_text(new_check(&*app.entropy));
    VerdictPage::new(page, finding, observed, errors, typed, text, at)
        .with_local_code(address)
        .with_shift(gate, checked.check_text(), bond, next)
        .with_reading(site, second)
}

/// What is wrong with a reading, in words.
pub fn bad_reading(page: &Page, error: BadReading) -> String {
    let key = match error {
        BadReading::Form => "check-temperature-form",
        BadReading::Range => "check-temperature-range",
    };
    let [lowest, highest] = [temperature::LOWEST, temperature::HIGHEST].map(temperature::show);
    page.t2(key, "lowest", lowest, "highest", highest)
}
