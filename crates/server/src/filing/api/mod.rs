//! The API of the public-security system: what clerks do, for machines.
//!
//! The decision that matters: no answer carries personal data. A client that asks for a number learns whether it
//! is on file and under which id and version, so a stolen token cannot read the register.

mod body;
mod idempotent;
mod problem;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use store::rows::register::{Filed, Filing, FilingState, Prepared, Source};
use store::{call, transact};

pub use body::{
    BatchBody, BatchOutcome, CorrectionBody, DocumentBody, FiledBody, FoundBody, FoundFiling, Outcome,
    RowOutcome, SearchBody, State as FilingStateBody, VersionBody, WithdrawalBody,
};
pub use problem::{FieldProblem, ProblemBody};

use super::entry::{Field, Wrong, judge};
use super::register::{self, Why, changed, judge_reason};
use crate::App;
use crate::http::session::Client;
use crate::http::trace::TraceId;
use crate::http::{Failure, Kind, Page};
use body::filing_id;
pub(crate) use body::parse;
pub(crate) use idempotent::{Key, answered, keep};
use problem::reason_problem;
pub(crate) use problem::{invalid, wrong_problem};

/// The most documents of one batch.
pub const BATCH_ROWS: usize = 1000;

const fn acting(client: &Client) -> store::rows::register::Actor {
    store::rows::register::Actor { unit: client.unit, staff: None, client: Some(client.id) }
}

/// Files one document
///
/// Filing what is on file with the same details answers `unchanged`; with others, `conflict`, and nothing changes.
#[utoipa::path(
    post, path = "/api/v1/filings", tag = "filing", security(("client" = [])),
    params(("Idempotency-Key" = String, Header, description = "1 to 200 visible ASCII characters, new for each request; a repeated request is answered as the first time. Kept for two days.")),
    request_body = DocumentBody,
    responses(
        (status = 200, body = FiledBody), (status = 401, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, description = "A field is wrong, or the key was used for another request", body = ProblemBody)
    )
)]
pub async fn file(
    State(app): State<App>,
    client: Client,
    page: Page,
    Extension(trace): Extension<TraceId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let key = Key::of(&app, &client, &headers, "/api/v1/filings", &body)?;
    let document: DocumentBody = parse(&body)?;
    let details = match judge(&document.entry(), app.now().local_date()) {
        Ok(details) => details,
        Err(wrong) => return Ok(invalid(&page, &trace, wrong_problem(&page, &wrong, None))),
    };
    let row = register::prepare(&app, &details);
    let origin = register::origin(&app, Source::Api, acting(&client));
    transact!(app.store, "register.file", Failure, |tx| {
        if let Some(before) = answered(tx, &key).await? {
            return Ok(before);
        }
        let filed = call!(tx, register::file(&row, &origin))?;
        keep(tx, &app, &key, &FiledBody::of(&filed)).await
    })
}

/// Files up to 1000 documents
///
/// Each is answered by its place in the list. A wrong one is refused alone, the others are filed.
#[utoipa::path(
    post, path = "/api/v1/filings/batch", tag = "filing", security(("client" = [])),
    params(("Idempotency-Key" = String, Header, description = "As for one document")),
    request_body = BatchBody,
    responses(
        (status = 200, body = BatchOutcome), (status = 401, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)
    )
)]
pub async fn file_batch(
    State(app): State<App>,
    client: Client,
    page: Page,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let key = Key::of(&app, &client, &headers, "/api/v1/filings/batch", &body)?;
    let batch: BatchBody = parse(&body)?;
    if batch.filings.is_empty() || batch.filings.len() > BATCH_ROWS {
        return Err(Failure::of(Kind::INVALID).because(format!("filings: 1 to {BATCH_ROWS} documents")));
    }
    let today = app.now().local_date();
    let judged: Vec<Result<Prepared, Vec<Wrong>>> = batch
        .filings
        .iter()
        .map(|document| judge(&document.entry(), today).map(|details| register::prepare(&app, &details)))
        .collect();
    let rows: Vec<Prepared> = judged.iter().filter_map(|row| row.as_ref().ok()).cloned().collect();
    let origin = register::origin(&app, Source::Api, acting(&client));
    transact!(app.store, "register.file_batch", Failure, |tx| {
        if let Some(before) = answered(tx, &key).await? {
            return Ok(before);
        }
        let filed = call!(tx, register::file_batch(&rows, &origin))?;
        keep(tx, &app, &key, &outcomes(&page, &judged, &filed)).await
    })
}

fn outcomes(page: &Page, judged: &[Result<Prepared, Vec<Wrong>>], filed: &[Filed]) -> BatchOutcome {
    let mut filed = filed.iter();
    let outcome = |row: &Result<Prepared, Vec<Wrong>>| match row {
        Ok(_) => filed.next().map_or_else(|| RowOutcome::refused(Vec::new()), RowOutcome::filed),
        Err(wrong) => RowOutcome::refused(wrong_problem(page, wrong, None)),
    };
    BatchOutcome { filings: judged.iter().map(outcome).collect() }
}

/// Asks whether a document is on file
///
/// The number stands in the body, never in an address. The answer gives id, version and state, no personal data.
#[utoipa::path(
    post, path = "/api/v1/filings/search", tag = "filing", security(("client" = [])),
    request_body = SearchBody,
    responses((status = 200, body = FoundBody), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody))
)]
pub async fn search(
    State(app): State<App>,
    _client: Client,
    page: Page,
    Extension(trace): Extension<TraceId>,
    body: Bytes,
) -> Result<Response, Failure> {
    let wanted: SearchBody = parse(&body)?;
    let details = match wanted.judged() {
        Ok(details) => details,
        Err(wrong) => return Ok(invalid(&page, &trace, wrong_problem(&page, &wrong, None))),
    };
    let found: Option<Filing> = register::find(&app, details.issuing_state, &details.number).await?;
    Ok(axum::Json(FoundBody::of(found.as_ref())).into_response())
}

/// Corrects a filing
///
/// What stood before is kept with the reason. `version` is the version that the correction was made against.
#[utoipa::path(
    post, path = "/api/v1/filings/{id}/correct", tag = "filing", security(("client" = [])),
    params(
        ("id" = String, Path, description = "Id of the filing, 16 hexadecimal digits"),
        ("Idempotency-Key" = String, Header, description = "As for one document")
    ),
    request_body = CorrectionBody,
    responses(
        (status = 200, body = VersionBody), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, description = "Changed or withdrawn meanwhile, or the number is another filing's", body = ProblemBody),
        (status = 422, body = ProblemBody)
    )
)]
pub async fn correct(
    State(app): State<App>,
    client: Client,
    page: Page,
    Extension(trace): Extension<TraceId>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let key = Key::of(&app, &client, &headers, &format!("correct {id}"), &body)?;
    let (id, wanted): (_, CorrectionBody) = (filing_id(&id)?, parse(&body)?);
    let judged = judge(&wanted.filing.entry(), app.now().local_date());
    let mut problems =
        judged.as_ref().err().map(|w| wrong_problem(&page, w, Some("filing"))).unwrap_or_default();
    problems.extend(judge_reason(&wanted.reason).err().map(|code| reason_problem(&page, code)));
    let details = match judged {
        Ok(details) if problems.is_empty() => details,
        _ => return Ok(invalid(&page, &trace, problems)),
    };
    let why = Why { version: wanted.version, actor: acting(&client), reason: wanted.reason };
    let (row, revision) = (Prepared::new(app.store.sealer(), id, &details), register::revision(&app, &why));
    transact!(app.store, "register.correct", Failure, |tx| {
        if let Some(before) = answered(tx, &key).await? {
            return Ok(before);
        }
        let version = changed(call!(tx, revision::correct(&row, &revision))?)?;
        keep(tx, &app, &key, &VersionBody { id: id.to_string(), version }).await
    })
}

/// Withdraws a filing
///
/// It is kept, no longer matched, and its document may be filed again.
#[utoipa::path(
    post, path = "/api/v1/filings/{id}/withdraw", tag = "filing", security(("client" = [])),
    params(
        ("id" = String, Path, description = "Id of the filing, 16 hexadecimal digits"),
        ("Idempotency-Key" = String, Header, description = "As for one document")
    ),
    request_body = WithdrawalBody,
    responses(
        (status = 200, body = VersionBody), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)
    )
)]
pub async fn withdraw(
    State(app): State<App>,
    client: Client,
    page: Page,
    Extension(trace): Extension<TraceId>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let key = Key::of(&app, &client, &headers, &format!("withdraw {id}"), &body)?;
    let (id, wanted): (_, WithdrawalBody) = (filing_id(&id)?, parse(&body)?);
    if let Err(code) = judge_reason(&wanted.reason) {
        return Ok(invalid(&page, &trace, vec![reason_problem(&page, code)]));
    }
    let why = Why { version: wanted.version, actor: acting(&client), reason: wanted.reason };
    let revision = register::revision(&app, &why);
    transact!(app.store, "register.withdraw", Failure, |tx| {
        if let Some(before) = answered(tx, &key).await? {
            return Ok(before);
        }
        let version = changed(call!(tx, revision::withdraw(id, &revision))?)?;
        keep(tx, &app, &key, &VersionBody { id: id.to_string(), version }).await
    })
}
