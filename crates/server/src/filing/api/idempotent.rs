//! A request that is sent twice is done once (draft-ietf-httpapi-idempotency-key-header).

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::id::kind::ApiClientId;
use serde::Serialize;
use store::rows::idempotency::Answer;
use store::{Tx, call};

use crate::App;
use crate::http::session::Client;
use crate::http::{Failure, Kind};

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 200;

/// A request as its key knows it.
pub(crate) struct Key {
    client: ApiClientId,
    text: String,
    hash: [u8; 16],
}

impl Key {
    /// The key of this request. Its body is remembered as a keyed hash: numbers could be guessed from a plain one.
    pub fn of(
        app: &App,
        client: &Client,
        headers: &HeaderMap,
        operation: &str,
        body: &[u8],
    ) -> Result<Self, Failure> {
        let key = headers.get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let plain = (1..=LONGEST).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        if !plain {
            let detail = "the header Idempotency-Key is missing, or is not 1 to 200 visible ASCII characters";
            return Err(Failure::of(Kind::BAD_REQUEST).because(detail));
        }
        let hash =
            app.store.sealer().index().exact("idempotent_answer.request", &[operation.as_bytes(), body]);
        Ok(Self { client: client.id, text: key.to_owned(), hash })
    }
}

/// The answer that this request got before.
pub(crate) async fn answered(tx: &mut Tx, key: &Key) -> Result<Option<Response>, Failure> {
    let Some(before) = call!(tx, idempotency::find(key.client, &key.text))? else { return Ok(None) };
    if before.request_hash != key.hash {
        let detail = "Idempotency-Key: this key was used for another request";
        return Err(Failure::of(Kind::INVALID).because(detail));
    }
    Ok(Some(response(&before)))
}

/// Keeps the answer in the transaction of what was done, and gives it.
pub(crate) async fn keep<B: Serialize>(
    tx: &mut Tx,
    app: &App,
    key: &Key,
    body: &B,
) -> Result<Response, Failure> {
    let body = serde_json::to_string(body).map_err(|_| Failure::of(Kind::INTERNAL))?;
    let answer = Answer { request_hash: key.hash, status: StatusCode::OK.as_u16().into(), body };
    if !call!(tx, idempotency::keep(key.client, &key.text, &answer, app.now()))? {
        let detail = "Idempotency-Key: a request with this key is being worked on; send it again";
        return Err(Failure::of(Kind::CONFLICT).because(detail));
    }
    Ok(response(&answer))
}

fn response(answer: &Answer) -> Response {
    let status = u16::try_from(answer.status).ok().and_then(|code| StatusCode::from_u16(code).ok());
    let json = HeaderValue::from_static("application/json");
    (status.unwrap_or(StatusCode::OK), [(header::CONTENT_TYPE, json)], answer.body.clone()).into_response()
}
