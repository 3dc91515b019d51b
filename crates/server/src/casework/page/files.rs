//! The files of an opening (docs/sealed-visits.md, section 5), for the officer's browser and for `tongxing authority
//! open` alike: what is handed out, and what comes back.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::VisitOpeningId;

use super::{Officer, hindered, id};
use crate::App;
use crate::casework::share::{self, Taken};
use crate::casework::{CaseError, Hindrance};
use crate::http::page::Page;
use crate::http::upload::Upload;
use crate::http::{Failure, Kind};

/// A file of JSON lines under this name.
pub(crate) fn file(name: &str, text: String) -> Result<Response, Failure> {
    let name = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let name = name.map_err(|_| Failure::of(Kind::INTERNAL))?;
    let kind = HeaderValue::from_static("application/x-ndjson");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], text).into_response())
}

/// The file, or the page that says what stands in the way.
fn answered(
    page: Page,
    id: VisitOpeningId,
    name: &str,
    text: Result<String, CaseError>,
) -> Result<Response, Failure> {
    match text {
        Ok(text) => file(&format!("{name}-{id}.jsonl"), text),
        Err(error) => hindered::or_failure(page, error, format!("/cases/openings/{id}"), ""),
    }
}

/// `GET /cases/openings/{id}/shares`: those of the officer's unit.
pub async fn shares(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let id = id(&path)?;
    answered(page, id, "shares", share::shares(&app, &officer.0, id).await)
}

/// `GET /cases/openings/{id}/opened`: those of the other unit, for the second alone.
pub async fn opened(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let id = id(&path)?;
    let text = share::opened(&app, &officer.0, id).await.map(|text| text.to_string());
    answered(page, id, "opened", text)
}

/// `GET /cases/openings/{id}/records`: for the second alone.
pub async fn records(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let id = id(&path)?;
    answered(page, id, "records", share::records(&app, &officer.0, id).await)
}

fn text(upload: Upload) -> Result<String, CaseError> {
    let file = upload.file.ok_or(CaseError::Hindered(Hindrance::NothingUsable))?;
    String::from_utf8(file.bytes.to_vec()).map_err(|_| CaseError::Hindered(Hindrance::NothingUsable))
}

fn taken(page: Page, id: VisitOpeningId, done: Result<Taken, CaseError>) -> Result<Response, Failure> {
    let back = format!("/cases/openings/{id}");
    match done {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(error) => hindered::or_failure(page, error, back, ""),
    }
}

/// `POST /cases/openings/{id}/opened`: what the first unit opened.
pub async fn hand_in_opened(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    upload: Upload,
) -> Result<Response, Failure> {
    let id = id(&path)?;
    let done = match text(upload) {
        Ok(text) => share::hand_in_opened(&app, &officer.0, id, &text).await,
        Err(error) => Err(error),
    };
    taken(page, id, done)
}

/// `POST /cases/openings/{id}/visits`: what the records held.
pub async fn hand_in_visits(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    upload: Upload,
) -> Result<Response, Failure> {
    let id = id(&path)?;
    let done = match text(upload) {
        Ok(text) => share::hand_in_visits(&app, &officer.0, id, &text).await,
        Err(error) => Err(error),
    };
    taken(page, id, done)
}
