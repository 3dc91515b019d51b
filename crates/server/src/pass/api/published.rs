//! The trust list and the status lists: for anybody, cacheable, the same for all.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use serde_json::json;

use crate::App;
use crate::http::{Failure, Kind, Problem};
use crate::pass::TrustFiles;
use crate::pass::lists::{self, ListError, Published};

const CWT: &str = "application/statuslist+cwt";
const JWT: &str = "application/statuslist+jwt";
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

/// `GET /s`: the addresses of all lists that a checker may need ("Status List Aggregation" of the draft), for
/// those who go offline.
pub async fn current(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    let body = json!({"status_lists": lists::current(&app).await?}).to_string();
    Ok(send(&Published::new(body.into_bytes()), "application/json", &headers))
}

/// `GET /s/{list}`: which passes of a list are withdrawn, as a CWT or, where that is asked for, as a JWT
/// (docs/pass-format.md, section 6).
pub async fn status(
    State(app): State<App>,
    Path(list): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    // One address for one list: `007` and `+7` are not the list 7.
    let id = list.parse::<i64>().ok().filter(|id| id.to_string() == list).ok_or(ListError::Unknown)?;
    let forms = lists::published(&app, id).await?;
    let mut response =
        if prefers_jwt(&headers) { send(&forms.jwt, JWT, &headers) } else { send(&forms.cwt, CWT, &headers) };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// Whether `Accept` (RFC 9110 section 12.5.1) likes the JWT better; where nothing is said, both are as good or neither
/// is liked, the CWT is sent.
fn prefers_jwt(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<(String, f32)> = lines.flat_map(|line| line.split(',')).filter_map(range).collect();
    let quality = |form: &str| {
        let said = |name: &str| ranges.iter().find(|(range, _)| range == name).map(|(_, quality)| *quality);
        said(form).or_else(|| said("application/*")).or_else(|| said("*/*")).unwrap_or(0.0)
    };
    quality(JWT) > quality(CWT)
}

/// One media range in lower case, and its quality.
fn range(text: &str) -> Option<(String, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q="));
    Some((name, quality.map_or(1.0, |quality| quality.parse().unwrap_or(0.0))))
}

pub(crate) fn send(file: &Published, media_type: &'static str, headers: &HeaderMap) -> Response {
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
