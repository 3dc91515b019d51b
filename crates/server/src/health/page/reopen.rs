//! Opens a report that is done again. The form stands on the report's own page.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::id::kind::TemperatureReportId;

use super::hindered;
use super::report::{ReportPage, Typed, answered, note, version};
use crate::App;
use crate::health::act::{self, NOTE_LENGTH};
use crate::health::case;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};

/// `POST /reports/{id}/reopen`: with a reason, which the history keeps.
pub async fn submit(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    if let Some(language) = fields.language_switch() {
        let again = shown(&app, page.in_language(language), &staff, (id, &fields), FieldErrors::default());
        let mut response = page::show(&again.await?)?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let why = note(&fields);
    let mut errors = FieldErrors::default();
    if why.is_empty() {
        errors.add("note", page.t("report-reopen-missing"));
    }
    if why.chars().count() > NOTE_LENGTH {
        errors.add("note", page.t1("report-error-note", "length", NOTE_LENGTH));
    }
    if !errors.is_empty() {
        return page::show_invalid(&shown(&app, page, &staff, (id, &fields), errors).await?);
    }
    match act::reopen(&app, &staff, id, version(&fields), &why).await {
        Ok(()) => answered(page, id, Ok(())),
        Err(error) => hindered::or_failure(page, id, error, &why),
    }
}

/// The report's page with what was typed.
async fn shown(
    app: &App,
    page: Page,
    staff: &Staff,
    (id, fields): (TemperatureReportId, &Fields),
    errors: FieldErrors,
) -> Result<ReportPage, Failure> {
    let opened = case::open(app, staff, id).await?;
    let typed =
        Typed { note: fields.raw("note").to_owned(), version: version(fields), errors, ..Typed::default() };
    Ok(ReportPage::new(page, opened, typed, app.now()))
}
