//! `POST /api/v1/checkpoint/shifts`: begins a shift.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::checkpoint::asked::Begin;
use crate::checkpoint::content::Name;
use crate::checkpoint::shift::{self, ShiftError, Wanted};
use crate::filing::api::{ProblemBody, parse};
use crate::http::Failure;
use crate::http::session::Staff;

/// The shift as it stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Shift)]
pub struct Answer {
    /// Its id.
    #[schema(value_type = String)]
    shift: Name,
    /// When it is over at the latest, in seconds since 1970.
    until: i64,
}

/// Begins a shift
#[utoipa::path(
    post, path = "/api/v1/checkpoint/shifts", tag = "checkpoint", operation_id = "checkpoint_shift",
    security(("staff" = [])), request_body = Begin,
    responses(
        (status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)
    )
)]
pub async fn begin(State(app): State<App>, staff: Staff, body: Bytes) -> Result<Json<Answer>, Failure> {
    let Begin { shift, device, checkpoint, at, signature } = parse(&body)?;
    let signature = URL_SAFE_NO_PAD.decode(&signature).map_err(|_| ShiftError::Signature)?;
    let wanted = Wanted { shift: shift.0, device, checkpoint, at, signature };
    let until = shift::begin(&app, &staff, &wanted).await?;
    Ok(Json(Answer { shift, until: until.seconds() }))
}
