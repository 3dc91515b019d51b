//! `POST /api/v1/partner/query`: how the application for a code stands (查询).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::application::{Shown, shown};
use domain::partner::Function;
use serde::{Deserialize, Serialize};
use store::{StoreError, call};
use utoipa::ToSchema;

use super::{grant_id, read};
use crate::App;
use crate::filing::api::ProblemBody;
use crate::http::Failure;
use crate::http::session::Partner;
use crate::partner::grant;

/// Whose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerQuery)]
pub struct Request {
    /// The grant.
    #[schema(example = "0d3c5a7e91b2f446")]
    grant: String,
}

/// How it stands: what the applicant's own page says, and no more. The colour is said by the pass alone.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerState)]
pub struct Answer {
    /// `draft` (not sent yet), `submitted`, `checking`, `overdue`, `needs-information`, `not-confirmed`, `issued`,
    /// `not-approved` or `withdrawn`: the names that the applicant's page has.
    #[schema(example = "checking")]
    state: &'static str,
    /// The reference number that people quote, once the application was sent.
    #[schema(example = "HB-7K3M-92QD")]
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// Until when it will be decided, RFC 3339, where the applicant's page says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    /// Whether there is a code, for which a pass can be asked.
    has_code: bool,
}

/// How the application stands
///
/// Near, not on file and a wrong date of birth are never told apart: all of them are `not-confirmed`.
#[utoipa::path(
    post, path = "/api/v1/partner/query", tag = "partner", operation_id = "partner_query",
    security(("partner" = [])), request_body = Request,
    responses(
        (status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 429, body = ProblemBody)
    )
)]
pub async fn query(State(app): State<App>, partner: Partner, body: Bytes) -> Result<Json<Answer>, Failure> {
    let request: Request = read(&body)?;
    let granted = grant::open(&app, &partner, grant_id(&request.grant)?, Function::Query).await?;
    let (device, now) = (granted.device, app.now());
    let row = match device.application {
        Some(id) => {
            store::read!(app.store, "partner.query", StoreError, |tx| { call!(tx, application::by_id(id)) })?
        }
        None => None,
    };
    let has_code = device.holder.is_some();
    let Some(row) = row.filter(|row| row.device == device.id) else {
        let state = if has_code { Shown::Issued.as_str() } else { "draft" };
        return Ok(Json(Answer { state, reference: None, decided_by: None, has_code }));
    };
    let state = shown(row.stage, row.kind(), row.sent_at, row.clock.due_at, now);
    let decided_by = row.clock.due_at.filter(|_| state == Shown::Checking).map(|due| due.to_string());
    let reference = Some(row.reference.to_string());
    Ok(Json(Answer { state: state.as_str(), reference, decided_by, has_code }))
}
