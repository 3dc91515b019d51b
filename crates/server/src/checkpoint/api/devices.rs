//! `POST /api/v1/checkpoint/devices`: enrols a device.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::checkpoint::asked::Enrolment;
use crate::checkpoint::device::{self, EnrolError};
use crate::filing::api::{ProblemBody, parse};
use crate::http::Failure;
use crate::http::address::ClientAddress;
use crate::http::session::Staff;

/// The device as it is known from now on.
#[derive(Serialize, ToSchema)]
#[schema(as = EnrolledDevice)]
pub struct Answer {
    /// Its id: the `keyid` of its signatures.
    #[schema(example = "0d3c5a7e91b2f446")]
    device: String,
    /// What is written on it.
    name: String,
}

/// Enrols a device
///
/// Sent again with the same code and the same key, it is answered as before.
#[utoipa::path(
    post, path = "/api/v1/checkpoint/devices", tag = "checkpoint", operation_id = "checkpoint_enrol",
    security(("staff" = [])), request_body = Enrolment,
    responses(
        (status = 200, body = Answer), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)
    )
)]
pub async fn enrol(
    State(app): State<App>,
    staff: Staff,
    ClientAddress(address): ClientAddress,
    body: Bytes,
) -> Result<Json<Answer>, Failure> {
    let request: Enrolment = parse(&body)?;
    // A code is worth as much as a sign-in: guessing is as slow.
    app.limits.sign_in(address)?;
    let key = URL_SAFE_NO_PAD.decode(&request.public_key).map_err(|_| EnrolError::Key)?;
    let (id, name) = device::enrol(&app, staff.id, &request.code, &key).await?;
    tracing::info!(device = %id, "a device was enrolled");
    Ok(Json(Answer { device: id.to_string(), name }))
}
