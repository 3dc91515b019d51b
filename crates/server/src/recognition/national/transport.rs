//! HTTP to the national platform: hyper's client, TLS by rustls under named roots only.
//!
//! Neither redirects nor proxies nor cookies: a request goes where the configuration says or nowhere.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};

use super::port::Unavailable;
use super::signature::{DIGEST, Headers, INPUT, SIGNATURE};

/// Sends requests.
pub struct Transport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// An answer, read to its end.
pub struct Received {
    /// The status.
    pub status: u16,
    /// The headers of its signature; empty where missing.
    pub headers: Headers,
    /// Its body.
    pub body: Bytes,
}

impl Received {
    /// Whether its status is that of a success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Transport {
    /// Speaks TLS with servers whose certificates come from `roots`, and with no other.
    pub fn new(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector) })
    }

    /// The path of an address, as the server will see it.
    pub fn path_of(address: &str) -> Result<String, Unavailable> {
        let address: Uri = address.parse().map_err(|_| Unavailable::Unreachable)?;
        Ok(address.path().to_owned())
    }

    /// Sends a body with the headers of its signature; refuses an answer of more than `limit` bytes.
    pub async fn post(
        &self,
        address: &str,
        signed: &Headers,
        body: &[u8],
        limit: usize,
    ) -> Result<Received, Unavailable> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(address)
            .header(header::CONTENT_TYPE, "application/json")
            .header(DIGEST, &signed.digest)
            .header(INPUT, &signed.input)
            .header(SIGNATURE, &signed.signature)
            .body(Full::new(Bytes::copy_from_slice(body)));
        self.send(request.map_err(|_| Unavailable::Unreachable)?, limit).await
    }

    /// Fetches something public.
    pub async fn get(&self, address: &str, limit: usize) -> Result<Vec<u8>, Unavailable> {
        let request = Request::builder().uri(address).body(Full::default());
        let received = self.send(request.map_err(|_| Unavailable::Unreachable)?, limit).await?;
        if received.is_success() { Ok(received.body.to_vec()) } else { Err(Unavailable::Refused) }
    }

    async fn send(&self, request: Request<Full<Bytes>>, limit: usize) -> Result<Received, Unavailable> {
        let answer = self.client.request(request).await.map_err(|_| Unavailable::Unreachable)?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, limit).collect().await.map_err(|error| {
            let long = error.is::<http_body_util::LengthLimitError>();
            if long { Unavailable::Malformed } else { Unavailable::Unreachable }
        })?;
        let text = |name: &str| of(&head.headers, name);
        let headers = Headers { digest: text(DIGEST), input: text(INPUT), signature: text(SIGNATURE) };
        Ok(Received { status: head.status.as_u16(), headers, body: body.to_bytes() })
    }
}

/// A header that is there once; empty otherwise.
pub fn of(headers: &HeaderMap, name: &str) -> String {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (Some(one), None) => one.to_str().unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}
