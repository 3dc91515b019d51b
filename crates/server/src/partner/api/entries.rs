//! `POST /api/v1/partner/entries`: asks a person to let the application act for them (apply to call, 申请调用).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::partner::Functions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::read;
use crate::App;
use crate::filing::api::ProblemBody;
use crate::http::Failure;
use crate::http::session::Partner;
use crate::partner::PartnerError;
use crate::partner::entry::{self, DEFAULT_DAYS};
use crate::partner::passed::{Document, Passed};

/// What the application may pass on, and what it asks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerEntry)]
pub struct Request {
    /// Whose. Kind, number and (for passports) issuing state must be there: a grant is about the holder of this document.
    document: Document,
    /// A telephone number, which fills in that field of the application.
    #[serde(default)]
    #[schema(example = "+44 7512 345678")]
    phone: String,
    /// `en`, `zh-Hans` or `zh-Hant`.
    #[serde(default)]
    #[schema(example = "zh-Hans")]
    language: String,
    /// What the person is asked to allow: some of `query`, `make_code`, `declare_health`, `declare_trip`, `correct`.
    #[schema(example = json!(["query", "make_code"]))]
    functions: Vec<String>,
    /// For how many days, 1 to 365.
    #[serde(default = "default_days")]
    #[schema(example = 90, minimum = 1, maximum = 365)]
    days: i64,
}

const fn default_days() -> i64 {
    DEFAULT_DAYS
}

/// The link to open in the application's web view.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerEntryLink)]
pub struct Answer {
    /// What names the grant in all other functions, once the person has allowed it.
    #[schema(example = "0d3c5a7e91b2f446")]
    grant: String,
    /// To be opened for this person, once, within ten minutes. It holds no personal data.
    url: String,
    /// Until when, RFC 3339.
    #[schema(example = "2026-11-23T12:10:00Z")]
    expires: String,
}

/// Asks a person to allow the application something
///
/// Nothing is stored of a person who refuses, or who does not answer within ten minutes.
#[utoipa::path(
    post, path = "/api/v1/partner/entries", tag = "partner", operation_id = "partner_entry",
    security(("partner" = [])), request_body = Request,
    responses(
        (status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)
    )
)]
pub async fn enter(State(app): State<App>, partner: Partner, body: Bytes) -> Result<Json<Answer>, Failure> {
    let Request { document, phone, language, functions, days } = read(&body)?;
    let functions: Functions = functions
        .iter()
        .map(|name| name.parse())
        .collect::<Result<_, domain::partner::UnknownFunction>>()
        .map_err(|error| PartnerError::Invalid(format!("functions: {error}")))?;
    let passed = Passed { document, phone, language };
    let entered = entry::enter(&app, &partner, passed, &functions, days).await?;
    Ok(Json(Answer {
        grant: entered.id.to_string(),
        url: entered.url,
        expires: entered.expires_at.to_string(),
    }))
}
