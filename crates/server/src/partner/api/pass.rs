//! `POST /api/v1/partner/pass`: the live pass, bound to the application's own key (make code, 生码).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{Jwk, PublicKey};
use domain::partner::Function;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{grant_id, read};
use crate::App;
use crate::filing::api::ProblemBody;
use crate::http::Failure;
use crate::http::partner::WINDOW;
use crate::http::session::Partner;
use crate::partner::{PartnerError, grant};
use crate::pass::issue;

/// A P-256 public key.
#[derive(Deserialize, ToSchema)]
#[schema(as = PartnerDeviceKey)]
pub struct DeviceKey {
    /// `EC`.
    #[schema(example = "EC")]
    kty: String,
    /// `P-256`.
    #[schema(example = "P-256")]
    crv: String,
    /// 32 bytes in base64url without padding.
    x: String,
    /// Likewise.
    y: String,
}

/// The key that the application made on this phone, and the proof that it has its private half.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerPassRequest)]
pub struct Request {
    /// The grant.
    #[schema(example = "0d3c5a7e91b2f446")]
    grant: String,
    /// The public key, a JWK. It never leaves the phone otherwise, and its private half not at all.
    device_key: DeviceKey,
    /// Seconds since 1970, within 300 of this server's clock.
    #[schema(example = 1_795_435_200)]
    time: i64,
    /// ECDSA with SHA-256 by that key, r and s as 64 bytes in base64url without padding, over the text
    /// `tongxing partner pass v1`, the grant and the time, with a line feed between them.
    proof: String,
}

/// The pass. Times are seconds since 1970.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerPass)]
pub struct Answer {
    /// The pass, base64url without padding: `docs/pass-format.md` says how the live code is made of it, every 30 seconds.
    pass: String,
    /// From this second on the pass has expired. Ask again from the middle of its life on.
    expires: i64,
    /// Before this second the pass is not yet valid.
    not_before: i64,
    /// The server's clock, to correct the phone's by.
    server_time: i64,
    /// The colour's name, as in the pass.
    colour: &'static str,
    /// Reason codes.
    reasons: Vec<String>,
}

/// The live pass, bound to the application's own key
///
/// The same pass is given while it lasts. Another key withdraws the former pass of this grant; that of the holder's own
/// page stays. A change of colour, and the end of the grant, withdraw it.
#[utoipa::path(
    post, path = "/api/v1/partner/pass", tag = "partner", operation_id = "partner_pass",
    security(("partner" = [])), request_body = Request,
    responses(
        (status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, description = "There is no code", body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody)
    )
)]
pub async fn make(State(app): State<App>, partner: Partner, body: Bytes) -> Result<Json<Answer>, Failure> {
    let request: Request = read(&body)?;
    let id = grant_id(&request.grant)?;
    let key = proved(&request, app.now().seconds())?;
    let granted = grant::open(&app, &partner, id, Function::MakeCode).await?;
    let holder = granted.device.holder.ok_or(PartnerError::NoCode)?;
    let issued =
        issue::for_grant(&app, holder, (partner.id, id), &key).await.map_err(|error| match error {
            issue::PassError::TooMany => Failure::from(error).retry_after(3600),
            error => error.into(),
        })?;
    Ok(Json(Answer {
        pass: URL_SAFE_NO_PAD.encode(&issued.signed),
        expires: issued.expires_at.seconds(),
        not_before: issued.issued_at.seconds(),
        server_time: app.now().seconds(),
        colour: issued.colour.as_str(),
        reasons: issued.reasons,
    }))
}

/// The key, if whoever asks has its private half now.
fn proved(request: &Request, now: i64) -> Result<PublicKey, PartnerError> {
    let invalid = |text: &str| PartnerError::Invalid(text.to_owned());
    let DeviceKey { kty, crv, x, y } = &request.device_key;
    let jwk = Jwk { kty: kty.clone(), crv: crv.clone(), x: x.clone(), y: y.clone() };
    let key = PublicKey::from_jwk(&jwk).map_err(|error| invalid(&format!("device_key: {error}")))?;
    if request.time.abs_diff(now) > WINDOW {
        return Err(invalid("time: more than 300 seconds away from the time of this server"));
    }
    let proof = URL_SAFE_NO_PAD.decode(&request.proof).ok();
    let proof: Option<[u8; 64]> = proof.and_then(|bytes| bytes.try_into().ok());
    let message = format!("tongxing partner pass v1\n{}\n{}", request.grant, request.time);
    if proof.is_some_and(|proof| key.verify(message.as_bytes(), &proof)) {
        Ok(key)
    } else {
        Err(invalid("proof: not by device_key over the grant and the time"))
    }
}
