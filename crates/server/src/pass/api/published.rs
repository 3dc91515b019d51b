//! The trust list and the status lists: for anybody, cacheable, the same for all.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::App;
use crate::http::{Failure, Kind, Problem};
use crate::pass::TrustFiles;
use crate::pass::lists::{self, ListError, Published};

/// Caches on the way may keep the lists this long: a minute beside the five in which checkers fetch anew.
const CACHING: &str = "public, max-age=60";

/// No root key has signed a list yet.
#[derive(Debug, thiserror::Error)]
#[error("no trust list has been published here yet")]
struct Unpublished;

impl Problem for Unpublished {
    fn kind(&self) -> Kind {
        Kind::NOT_FOUND
    }
}

/// `GET /.well-known/tongxing-trust.jws`: whose signature counts (docs/pass-format.md, section 5).
pub async fn trust(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    // A JWS in compact form: RFC 7515 section 9.2.1.
    trust_file(&app, &headers, "application/jose", |files| &files.list)
}

/// `GET /.well-known/tongxing-root.json`: the root's public key. Whoever takes it from here trusts whoever
/// answers here: inspectors are given its fingerprint with their installation.
pub async fn root(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    trust_file(&app, &headers, "application/jwk-set+json", |files| &files.roots)
}

fn trust_file(
    app: &App,
    headers: &HeaderMap,
    media_type: &'static str,
    file: fn(&TrustFiles) -> &Published,
) -> Result<Response, Failure> {
    let signing = app.signers.signing();
    let files = signing.files().ok_or(Unpublished)?;
    Ok(send(file(files), media_type, headers))
}

/// `GET /s/{list}`: which passes of a list are withdrawn, as a CWT (docs/pass-format.md, section 6).
pub async fn status(
    State(app): State<App>,
    Path(list): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    // One address for one list: `007` and `+7` are not the list 7.
    let id = list.parse::<i64>().ok().filter(|id| id.to_string() == list).ok_or(ListError::Unknown)?;
    let published = lists::published(&app, id).await?;
    Ok(send(&published, "application/statuslist+cwt", &headers))
}

fn send(file: &Published, media_type: &'static str, headers: &HeaderMap) -> Response {
    let mut response = if is_known(&file.etag, headers) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = file.body.clone().into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        response
    };
    let etag = HeaderValue::from_str(&file.etag).expect("base64url in quotes is a header value");
    response.headers_mut().insert(header::ETAG, etag);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHING));
    response
}

/// `If-None-Match` (RFC 9110 section 13.1.2), compared weakly: a cache may have compressed what it keeps.
fn is_known(etag: &str, headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}
