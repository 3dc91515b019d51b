//! `/check`: where inspectors scan, paste, type or photograph a code.

use std::net::IpAddr;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use credential::Observed;
use domain::checkpoint::ClientId;
use store::rows::checkpoint::Counts;

use super::gate::{self, Gate};
use super::second::Second;
use super::verdict::VerdictPage;
use crate::App;
use crate::checkpoint::inspect::{bounded, judged_at};
use crate::checkpoint::plain::{Part, check_text, new_check, read_check, shift};
use crate::checkpoint::temperature::{self, BadReading};
use crate::checkpoint::{abuse, photo, short};
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::upload::Upload;
use crate::http::{Failure, Fields, language};
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
        for (field, key) in photos
            .into_iter()
            .chain([("text", "check-text-empty".to_owned()), ("checkpoint", "gate-choose-error".to_owned())])
        {
            let mut errors = FieldErrors::default();
            errors.add(field, page.t(key));
            all.push(sample(errors, choosing.clone()));
        }
        all
    }
}

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
    upload: Upload,
) -> Result<Response, Failure> {
    let Upload { fields, file } = upload;
    if let Some(chosen) = fields.language_switch() {
        let page = page.in_language(chosen);
        count_short_code(&app, &page, address, fields.get("text"))?;
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
    count_short_code(&app, &page, address, &text)?;
    let (verdict, staff) = judged(&app, page, &fields, text, source).await;
    let again = verdict.is_again(fields.get("scanned"));
    if let Some(staff) = staff.filter(|_| !again) {
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
    source: &'static str,
) -> (VerdictPage, Option<Staff>) {
    let staff = page.staff.clone();
    let check = read_check(fields.get("check")).unwrap_or_else(|| new_check(&*app.entropy));
    let (working, gate) = gate::stand(app, &page).await;
    let mut verdict = verdict(app, page, fields, text, (gate, check)).await;
    // The count of checks; nothing of the pass.
    let (kind, reasons) = (verdict.finding().source.record_kind(), verdict.reason_words());
    tracing::info!(verdict = verdict.word(), reasons, kind, source, "checked");
    let (new, now) = (!verdict.is_again(fields.get("scanned")), app.now());
    let mut more = Counts::default();
    if new && app.counted.first(check, Part::Verdict, now) {
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
pub async fn judge_again(app: &App, page: Page, fields: &Fields, text: String) -> Result<Response, Failure> {
    let (_, gate) = gate::stand(app, &page).await;
    let check = read_check(fields.get("check")).unwrap_or_else(|| new_check(&*app.entropy));
    page::show(&verdict(app, page, fields, text, (gate, check)).await)
}

/// Looking up short codes is limited, so that guessing them is.
fn count_short_code(app: &App, page: &Page, address: IpAddr, text: &str) -> Result<(), Failure> {
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

/// The language was switched: the page as it stood. A verdict's form carries the time of its scan; the form
/// of a code that was typed but not sent does not.
async fn shown_again(app: &App, page: Page, fields: &Fields) -> Result<Response, Failure> {
    let text = bounded(fields.get("text"));
    let (_, gate) = gate::stand(app, &page).await;
    if fields.get("scanned").is_empty() || text.is_empty() {
        return page::show(&CheckPage::new(app, page, FieldErrors::default(), text, gate));
    }
    let check = read_check(fields.get("check")).unwrap_or_else(|| new_check(&*app.entropy));
    page::show(&verdict(app, page, fields, text, (gate, check)).await)
}

async fn verdict(
    app: &App,
    page: Page,
    fields: &Fields,
    text: String,
    (gate, check): (Gate, ClientId),
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
    let scanned = fields.get("scanned");
    let at = judged_at(scanned, app.now());
    let again = scanned == at.to_string();
    let finding = recognition::inspect(app, &text, &observed, at, again).await;
    let address = format!("{}/apply", app.settings.public_origin);
    let second = reading.filter(|&reading| reading >= threshold).map(|first| Second {
        text: text.clone(),
        scanned: at.to_string(),
        asks_document: finding.pass.is_none(),
        ..Second::begun(app, fields, check, first)
    });
    let site = fields.get("site").to_owned();
    let next = check_text(new_check(&*app.entropy));
    VerdictPage::new(page, finding, observed, errors, typed, text, at)
        .with_local_code(address)
        .with_shift(gate, check_text(check), next)
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
