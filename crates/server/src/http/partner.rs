//! Finds the partner behind a signed request (RFC 9421).
//!
//! The decision that matters: of what is wrong with a signature everything is said but what would tell of a key. That
//! the partner is suspended, or may not use a function, is told to whoever has proved to be that partner.

use axum::BoxError;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use domain::Timestamp;
use domain::partner::Function;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use http_signature::{Algorithm, Key, Presented, Profile, SignatureError};
use store::rows::partner::{PartnerKeyRow, PartnerRow};
use store::{StoreError, call, read, transact};

use super::session::Partner;
use super::{Failure, Kind, Problem};
use crate::App;

/// How far `created` may be from our time, in seconds.
pub const WINDOW: u64 = 300;
/// What a signature must cover and say.
pub const PROFILE: Profile = Profile { tag: "tongxing", window: WINDOW };
/// The same, for the header `Accept-Signature` (RFC 9421, section 5.1) of a refusal.
pub const WANTED: &str = "tongxing=(\"@method\" \"@target-uri\" \"content-digest\" \"content-type\")\
                          ;created;nonce;keyid;tag=\"tongxing\"";
/// A nonce is kept a little longer than its signature counts: the clocks of two servers differ.
const NONCE_MARGIN: std::time::Duration = std::time::Duration::from_mins(1);

impl Problem for SignatureError {
    fn kind(&self) -> Kind {
        Kind::SIGNATURE
    }

    fn detail(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// The partner that signed `request`, if it may use `function`. Reads the body, and puts it back.
pub async fn admit(
    app: &App,
    request: &mut Request,
    function: Function,
    body_limit: usize,
) -> Result<Partner, Failure> {
    let body = body_of(request, body_limit).await?;
    let presented = presented(app, request, &body, PROFILE)?;
    *request.body_mut() = Body::from(body);
    let signer = read!(app.store, "partner.signer", StoreError, |tx| {
        call!(tx, partner::signer(&presented.key_id))
    })?;
    presented.verify(signer.as_ref().and_then(key_of).as_ref())?;
    let signer = signer.ok_or(SignatureError::NotVerified)?;
    // Before the nonce is written: a limit that costs a durable write is none.
    app.limits.partner(signer.partner)?;
    let partner = once(app, &signer, &presented).await?;
    if partner.suspended_at.is_some() {
        return Err(Failure::of(Kind::FORBIDDEN).because("this partner is suspended"));
    }
    if !partner.functions.has(function) {
        let name = function.as_str();
        return Err(
            Failure::of(Kind::FORBIDDEN).because(format!("this partner is not registered for {name}"))
        );
    }
    Ok(Partner { id: partner.id, unit: partner.unit, functions: partner.functions })
}

pub(super) async fn body_of(request: &mut Request, limit: usize) -> Result<Bytes, Failure> {
    let body = std::mem::take(request.body_mut());
    let read = Limited::new(body, limit).collect().await;
    let failed = |error: BoxError| match error.downcast_ref::<LengthLimitError>() {
        Some(_) => Failure::of(Kind::TOO_LARGE),
        None => Failure::of(Kind::BAD_REQUEST).because("the body broke off"),
    };
    Ok(read.map_err(failed)?.to_bytes())
}

pub(super) fn presented(
    app: &App,
    request: &Request,
    body: &[u8],
    profile: Profile,
) -> Result<Presented, SignatureError> {
    let headers: Vec<(&str, &[u8])> =
        request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let uri = request.uri();
    let request = http_signature::Request {
        method: request.method().as_str(),
        origin: &app.settings.public_origin,
        path: uri.path(),
        query: uri.query(),
        headers: &headers,
    };
    profile.read(&request, body, app.now().seconds())
}

fn key_of(row: &PartnerKeyRow) -> Option<Key> {
    Algorithm::from_name(&row.algorithm).and_then(|algorithm| Key::new(algorithm, &row.public).ok())
}

/// Takes the nonce, durably: of two servers that are sent the same request one refuses it.
async fn once(app: &App, signer: &PartnerKeyRow, presented: &Presented) -> Result<PartnerRow, Failure> {
    let created = Timestamp::from_seconds(presented.created);
    let until = created.plus(std::time::Duration::from_secs(WINDOW)).plus(NONCE_MARGIN);
    transact!(app.store, "partner.nonce", Failure, |tx| {
        if !call!(tx, partner::take_nonce(signer.id, &presented.nonce, until))? {
            let detail = "signature-input: this nonce was used before with this key";
            return Err(Failure::of(Kind::SIGNATURE).because(detail));
        }
        let partner = call!(tx, partner::one(signer.partner))?;
        partner.ok_or(Failure::of(Kind::INTERNAL))
    })
}
