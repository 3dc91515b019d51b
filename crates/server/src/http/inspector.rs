//! Finds the inspector's device behind a signed request (docs/checkpoint-protocol.md, section 1).
//!
//! The decision that matters: nonces are not kept. Everything that a device sends may come again without harm, and a
//! durable write for each request would cost more than the request.

use axum::body::Body;
use axum::extract::Request;
use domain::id::kind::InspectorDeviceId;
use http_signature::{Algorithm, Key, Profile, SignatureError};
use store::{StoreError, call, read};

use super::partner::{WINDOW, body_of, presented};
use super::session::InspectorDevice;
use super::{Failure, Kind};
use crate::App;

/// What a device's signature must cover and say.
pub const PROFILE: Profile = Profile { tag: "tongxing-device", window: WINDOW };

/// The device that signed `request`. Reads the body, and puts it back.
pub async fn admit(app: &App, request: &mut Request, body_limit: usize) -> Result<InspectorDevice, Failure> {
    let body = body_of(request, body_limit).await?;
    let presented = presented(app, request, &body, PROFILE)?;
    *request.body_mut() = Body::from(body);
    let row = match presented.key_id.parse::<InspectorDeviceId>() {
        Ok(id) => {
            read!(app.store, "checkpoint.device", StoreError, |tx| { call!(tx, checkpoint::device(id)) })?
        }
        Err(_) => None,
    };
    let known = row.and_then(|row| row.public_key.clone().map(|key| (row, key)));
    let key = known.as_ref().and_then(|(_, key)| Key::new(Algorithm::EcdsaP256Sha256, key).ok());
    presented.verify(key.as_ref())?;
    let (row, public_key) = known.ok_or(SignatureError::NotVerified)?;
    app.limits.inspector_device(row.id)?;
    if row.withdrawn_at.is_some() {
        return Err(Failure::of(Kind::DEVICE_WITHDRAWN));
    }
    Ok(InspectorDevice { id: row.id, public_key, seen_at: row.seen_at })
}
