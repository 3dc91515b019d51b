//! `/check`: where inspectors scan, paste, type or photograph a code.

use std::net::IpAddr;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use credential::Observed;

use crate::App;
use crate::checkpoint::inspect::{bounded, judged_at};
use crate::checkpoint::page::verdict::VerdictPage;
use crate::checkpoint::photo;
use crate::checkpoint::photo::PhotoError;
use crate::checkpoint::short;
use crate::checkpoint::temperature::{self, BadReading};
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
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
}

impl CheckPage {
    fn new(page: Page, errors: FieldErrors, text: String) -> Self {
        Self { page: page.with_form(), errors, text }
    }

    /// Empty, and with each thing that can be wrong.
    pub fn samples(page: &Page) -> Vec<Self> {
        let words = ["none", "several", "too-large", "too-many-pixels", "format", "damaged"];
        let photos = words.map(|word| ("photo", format!("check-photo-{word}")));
        let mut all = vec![Self::new(page.clone(), FieldErrors::default(), String::new())];
        for (field, key) in photos.into_iter().chain([("text", "check-text-empty".to_owned())]) {
            let mut errors = FieldErrors::default();
            errors.add(field, page.t(key));
            all.push(Self::new(page.clone(), errors, String::new()));
        }
        all
    }
}

/// `GET /check`
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&CheckPage::new(page, FieldErrors::default(), String::new()))
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
            Err(error) => return no_code(page, error),
        },
        None => (bounded(fields.get("text")), "text"),
    };
    if text.is_empty() {
        let mut errors = FieldErrors::default();
        errors.add("text", page.t("check-text-empty"));
        return page::show_invalid(&CheckPage::new(page, errors, text));
    }
    count_short_code(&app, &page, address, &text)?;
    let staff = page.staff.clone();
    let verdict = verdict(&app, page, &fields, text).await;
    if let Some(staff) = staff.filter(|_| !verdict.is_again(fields.get("scanned"))) {
        recognition::record(&app, &staff, verdict.finding()).await;
    }
    // The count of checks; nothing of the pass.
    let (kind, reasons) = (verdict.finding().source.record_kind(), verdict.reason_words());
    tracing::info!(verdict = verdict.word(), reasons, kind, source, "checked");
    if verdict.is_invalid() { page::show_invalid(&verdict) } else { page::show(&verdict) }
}

/// Looking up short codes is limited, so that guessing them is.
fn count_short_code(app: &App, page: &Page, address: IpAddr, text: &str) -> Result<(), Failure> {
    match (&page.staff, short::read(text)) {
        (Some(staff), Some(_)) => app.limits.short_code(address, staff.id),
        _ => Ok(()),
    }
}

fn no_code(page: Page, error: PhotoError) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    errors.add("photo", page.t(format!("check-photo-{}", error.word())));
    page::show_invalid(&CheckPage::new(page, errors, String::new()))
}

/// The language was switched: the page as it stood. A verdict's form carries the time of its scan; the form
/// of a code that was typed but not sent does not.
async fn shown_again(app: &App, page: Page, fields: &Fields) -> Result<Response, Failure> {
    let text = bounded(fields.get("text"));
    if fields.get("scanned").is_empty() || text.is_empty() {
        return page::show(&CheckPage::new(page, FieldErrors::default(), text));
    }
    page::show(&verdict(app, page, fields, text).await)
}

async fn verdict(app: &App, page: Page, fields: &Fields, text: String) -> VerdictPage {
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
    VerdictPage::new(page, finding, observed, errors, typed, text, at).with_local_code(address)
}

fn bad_reading(page: &Page, error: BadReading) -> String {
    let key = match error {
        BadReading::Form => "check-temperature-form",
        BadReading::Range => "check-temperature-range",
    };
    let [lowest, highest] = [temperature::LOWEST, temperature::HIGHEST].map(temperature::show);
    page.t2(key, "lowest", lowest, "highest", highest)
}
