//! `GET /api/v1/checkpoint/session`: who is signed in.

use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::filing::api::ProblemBody;
use crate::http::csrf::CsrfToken;
use crate::http::session::Staff;

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckpointSession)]
pub struct Answer {
    /// Which member of staff.
    #[schema(example = "0d3c5a7e91b2f446")]
    staff: String,
    /// Their name.
    name: String,
    /// What the header `x-csrf-token` of a write has to say.
    csrf: String,
}

/// Who is signed in on this device
#[utoipa::path(
    get, path = "/api/v1/checkpoint/session", tag = "checkpoint", operation_id = "checkpoint_session",
    security(("staff" = [])),
    responses((status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody))
)]
pub async fn show(staff: Staff, Extension(token): Extension<CsrfToken>) -> Json<Answer> {
    Json(Answer { staff: staff.id.to_string(), name: staff.name, csrf: token.as_str().to_owned() })
}
