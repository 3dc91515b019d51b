//! Text messages by a gateway over HTTP.
//!
//! Providers differ; this is the one form that an adapter in front of one has to take (docs/messages.md). Requests are
//! signed as those to the national platform are (RFC 9421), so that nobody else can send at our expense.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::Signer;
use domain::{Clock, Entropy};
use serde::Serialize;
use store::rows::outbox::FailureClass;

use super::{Sending, TIMEOUT, Transport};
use crate::message::render::Rendered;
use crate::recognition::national::signature::{self, RequestParameters};
use crate::recognition::national::{Transport as Http, Unavailable};

/// The most of an answer that is read, in bytes.
const ANSWER_LIMIT: usize = 16 * 1024;

/// Where the gateway is and who we are there.
pub struct Gateway {
    /// The whole address that messages are posted to.
    pub url: String,
    /// The name or number that they come from.
    pub sender: String,
    /// The name of our key.
    pub key_id: String,
    /// Our key.
    pub key: Arc<dyn Signer>,
}

/// Sends text messages.
pub struct HttpText {
    gateway: Gateway,
    http: Http,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// What is posted. `id` is the same for every try of a message: a gateway that has taken it answers so again.
#[derive(Serialize)]
struct Body<'a> {
    id: String,
    to: &'a str,
    from: &'a str,
    text: &'a str,
    language: &'a str,
}

impl HttpText {
    /// Sends through this gateway.
    pub fn new(gateway: Gateway, http: Http, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { gateway, http, clock, entropy }
    }

    async fn post(&self, message: &Rendered) -> Result<(), FailureClass> {
        let body = Body {
            id: message.id.to_string(),
            to: message.to.as_str(),
            from: &self.gateway.sender,
            text: &message.text,
            language: message.language,
        };
        let body = serde_json::to_vec(&body).map_err(|_| FailureClass::Unwritable)?;
        let parameters = RequestParameters {
            created: self.clock.now().seconds().unsigned_abs(),
            nonce: URL_SAFE_NO_PAD.encode(self.entropy.bytes::<16>()),
            key_id: self.gateway.key_id.clone(),
        };
        let url = &self.gateway.url;
        let path = Http::path_of(url).map_err(|_| FailureClass::Unwritable)?;
        let headers = signature::sign_request("POST", &path, &body, &parameters, &*self.gateway.key)
            .map_err(|_| FailureClass::Credentials)?;
        match self.http.post(url, &headers, &body, ANSWER_LIMIT).await {
            Ok(answer) => taken(answer.status),
            Err(Unavailable::Malformed) => Err(FailureClass::Later),
            Err(_) => Err(FailureClass::Unreachable),
        }
    }
}

/// What the gateway's status says.
fn taken(status: u16) -> Result<(), FailureClass> {
    match status {
        200..=299 => Ok(()),
        401 | 403 => Err(FailureClass::Credentials),
        408 | 425 | 429 | 500..=599 => Err(FailureClass::Later),
        _ => Err(FailureClass::Refused),
    }
}

impl Transport for HttpText {
    fn send<'a>(&'a self, message: &'a Rendered) -> Sending<'a> {
        Box::pin(async move {
            let sent = tokio::time::timeout(TIMEOUT, self.post(message)).await;
            sent.unwrap_or(Err(FailureClass::Unreachable))
        })
    }
}
