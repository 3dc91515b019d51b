//! `POST /api/v1/my-code/short-code`: the page of the code asks for a short code, for a camera that fails.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::filing::api::ProblemBody;
use crate::http::Failure;
use crate::http::session::Device;
use crate::pass::issue::PassError;
use crate::pass::short;

/// What the phone gets.
#[derive(Serialize, ToSchema)]
#[schema(as = ShortCode)]
pub struct Answer {
    /// The eight characters, in two groups.
    code: String,
    /// For how many seconds it is good.
    seconds: u64,
}

/// Makes a short code for the pass that the phone shows
///
/// For the page of the code, with the phone's own session; no token of a client opens it. The code before is worth
/// nothing from then on.
#[utoipa::path(
    post, path = "/api/v1/my-code/short-code", tag = "pass", operation_id = "short_code",
    security(("session" = [])),
    params(("x-csrf-token" = String, Header, description = "The token of the session, from the page")),
    responses(
        (status = 200, body = Answer), (status = 403, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 410, body = ProblemBody), (status = 429, body = ProblemBody)
    )
)]
pub async fn make(State(app): State<App>, device: Device) -> Result<Json<Answer>, Failure> {
    let made = short::make(&app, &device).await.map_err(refused)?;
    Ok(Json(Answer { code: made.grouped(), seconds: made.expires_at.since(made.made_at).as_secs() }))
}

/// The failure, with the time after which the limit gives way.
pub fn refused(error: PassError) -> Failure {
    match error {
        PassError::TooMany => Failure::from(error).retry_after(short::HOUR.as_secs()),
        error => error.into(),
    }
}
