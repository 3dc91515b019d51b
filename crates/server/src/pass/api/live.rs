//! `POST /api/v1/my-code/pass`: the phone sends its public key and gets the pass for it.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::PublicKey;
use domain::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::filing::api::ProblemBody;
use crate::http::session::Device;
use crate::http::{Failure, Kind};
use crate::pass::ahead;
use crate::pass::issue::{self, Issued, PassError};

/// What the phone sends.
#[derive(Deserialize, ToSchema)]
#[schema(as = LivePassRequest)]
pub struct Request {
    /// Its public key: the 65 bytes of the uncompressed P-256 point (SEC 1), base64url without padding.
    device_key: String,
}

/// What it gets. Times are seconds since 1970.
#[derive(Serialize, ToSchema)]
#[schema(as = LivePass)]
pub struct Answer {
    /// The pass, base64url without padding.
    pass: String,
    /// From this second on the pass has expired.
    expires: i64,
    /// Before this second the pass is not yet valid.
    not_before: i64,
    /// The server's clock, with parts of a second.
    server_time: f64,
    /// The colour's name.
    colour: &'static str,
    /// Reason codes.
    reasons: Vec<String>,
    /// The passes of the days that the phone wants to do without the internet, each for its own day
    /// (Asia/Shanghai), soonest first; of the same colour.
    ahead: Vec<Ahead>,
}

/// The pass of one day. Times are seconds since 1970.
#[derive(Serialize, ToSchema)]
#[schema(as = LivePassAhead)]
pub struct Ahead {
    /// The pass, base64url without padding.
    pass: String,
    /// From this second on the pass has expired.
    expires: i64,
    /// Before this second the pass is not yet valid.
    not_before: i64,
}

impl From<&Issued> for Ahead {
    fn from(issued: &Issued) -> Self {
        Self {
            pass: URL_SAFE_NO_PAD.encode(&issued.signed),
            expires: issued.expires_at.seconds(),
            not_before: issued.issued_at.seconds(),
        }
    }
}

const BUSY_SECONDS: u64 = 3600;

/// Gives the phone its live pass
///
/// For the page of the code, with the phone's own session; no token of a client opens it.
#[utoipa::path(
    post, path = "/api/v1/my-code/pass", tag = "pass", operation_id = "live_pass", security(("session" = [])),
    params(("x-csrf-token" = String, Header, description = "The token of the session, from the page")),
    request_body = Request,
    responses(
        (status = 200, body = Answer), (status = 403, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 410, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)
    )
)]
pub async fn issue(
    State(app): State<App>,
    device: Device,
    request: Result<Json<Request>, JsonRejection>,
) -> Result<Json<Answer>, Failure> {
    let Json(request) = request.map_err(|_| Failure::of(Kind::BAD_REQUEST))?;
    let key = device_key(&request.device_key).ok_or_else(|| {
        Failure::of(Kind::INVALID)
            .because("device_key: expected the 65 bytes of an uncompressed P-256 point in base64url")
    })?;
    let refused = |error| match error {
        PassError::TooMany => Failure::from(error).retry_after(BUSY_SECONDS),
        error => error.into(),
    };
    let issued = issue::live(&app, &device, &key).await.map_err(refused)?;
    let ahead = ahead::passes(&app, &device, &key).await.map_err(refused)?;
    Ok(Json(Answer {
        pass: URL_SAFE_NO_PAD.encode(&issued.signed),
        expires: issued.expires_at.seconds(),
        not_before: issued.issued_at.seconds(),
        server_time: fraction(app.now()),
        colour: issued.colour.as_str(),
        reasons: issued.reasons,
        ahead: ahead.iter().filter(|day| day.colour == issued.colour).map(Ahead::from).collect(),
    }))
}

fn device_key(text: &str) -> Option<PublicKey> {
    let point = URL_SAFE_NO_PAD.decode(text).ok()?;
    PublicKey::from_point(&point).ok().filter(|key| key.point()[0] == 0x04)
}

#[allow(clippy::cast_precision_loss, reason = "microseconds until the year 2255 fit the 53 bits")]
fn fraction(at: Timestamp) -> f64 {
    at.micros() as f64 / 1e6
}
