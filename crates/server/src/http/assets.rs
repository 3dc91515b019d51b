//! Style sheet, scripts and icons: built by `web/`, embedded in the binary, cached for ever under a name
//! that changes with the content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_range_header::parse_range_header;
use rust_embed::RustEmbed;

use super::route::{Access, Endpoint, Route};
use super::{Failure, Kind};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Dist;

/// `name` (such as `app.css`) as pages link it: with the beginning of its hash.
pub fn url(name: &str) -> String {
    match hash(name) {
        Some(hash) => format!("/assets/{name}?v={hash}"),
        None => format!("/assets/{name}"),
    }
}

/// The beginning of the hash of a file's content.
fn hash(name: &str) -> Option<String> {
    let hash = Dist::get(name)?.metadata.sha256_hash();
    Some(format!("{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3]))
}

/// Whether there is such a file.
pub fn exists(name: &str) -> bool {
    Dist::get(name).is_some()
}

/// The style sheet's address, worked out once.
pub static STYLE_SHEET: LazyLock<String> = LazyLock::new(|| url("app.css"));

/// The routes of the embedded files.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(Route::get("/assets/{*name}", Access::Everyone), asset),
        Endpoint::new(Route::get("/sw.js", Access::Everyone), service_worker),
        Endpoint::new(Route::get("/manifest.webmanifest", Access::Everyone), manifest),
        Endpoint::new(Route::get("/inspect-sw.js", Access::Everyone), inspect_worker),
        Endpoint::new(Route::get("/diary-sw.js", Access::Everyone), diary_worker),
        Endpoint::new(Route::get("/inspect.webmanifest", Access::Everyone), inspect_manifest),
    ]
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let mut response = serve(&name, "public, max-age=31536000, immutable")?;
    if is_film(&name) {
        response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        return Ok(part(response, &headers).await);
    }
    Ok(response)
}

fn is_film(name: &str) -> bool {
    content_type(name).starts_with("video/")
}

/// The part that was asked for: iOS plays no film whose server does not know ranges (RFC 9110, section 14). More
/// than one range, or one that is not in it, gets the whole, as a server may.
async fn part(whole: Response, asked: &HeaderMap) -> Response {
    let Some(range) = asked.get(header::RANGE).and_then(|value| value.to_str().ok()) else { return whole };
    let (mut parts, body) = whole.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return Failure::of(Kind::INTERNAL).into_response();
    };
    let length = bytes.len() as u64;
    let ranges = parse_range_header(range).ok().and_then(|ranges| ranges.validate(length).ok());
    let Some([one]) = ranges.as_deref() else { return (parts, bytes).into_response() };
    let (from, to) = (*one.start(), *one.end());
    parts.status = StatusCode::PARTIAL_CONTENT;
    let place_of_it = HeaderValue::try_from(format!("bytes {from}-{to}/{length}"));
    parts.headers.insert(header::CONTENT_RANGE, place_of_it.expect("digits and plain signs"));
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    (parts, bytes.slice(place(from)..=place(to))).into_response()
}

/// The service worker must stand at the root to reach every page, and must be asked for anew each time.
async fn service_worker(headers: HeaderMap) -> Result<Response, Failure> {
    serve_if_changed("sw.js", &headers)
}

async fn manifest(headers: HeaderMap) -> Result<Response, Failure> {
    serve_if_changed("manifest.webmanifest", &headers)
}

async fn inspect_worker(headers: HeaderMap) -> Result<Response, Failure> {
    serve_if_changed("inspect-sw.js", &headers)
}

async fn diary_worker(headers: HeaderMap) -> Result<Response, Failure> {
    serve_if_changed("diary-sw.js", &headers)
}

async fn inspect_manifest(headers: HeaderMap) -> Result<Response, Failure> {
    serve_if_changed("inspect.webmanifest", &headers)
}

/// Asked for each time, sent only when it is another one than the phone has (RFC 9110, section 13.1.2): the code page
/// seen again is to cost next to nothing.
fn serve_if_changed(name: &str, asked: &HeaderMap) -> Result<Response, Failure> {
    let mut response = serve(name, "no-cache")?;
    let Some(hash) = hash(name) else { return Ok(response) };
    let tag = format!("W/\"{hash}\"");
    let has =
        |value: &HeaderValue| value.to_str().is_ok_and(|tags| tags.split(',').any(|one| one.trim() == tag));
    if asked.get_all(header::IF_NONE_MATCH).iter().any(has) {
        response = StatusCode::NOT_MODIFIED.into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    response.headers_mut().insert(header::ETAG, HeaderValue::try_from(tag).expect("quotes and digits"));
    Ok(response)
}

fn serve(name: &str, caching: &'static str) -> Result<Response, Failure> {
    let file = Dist::get(name).ok_or(Failure::of(Kind::NOT_FOUND))?;
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    Ok(response)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "mp4" => "video/mp4",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_the_phone_has_is_not_sent_again() {
        let first = serve_if_changed("sw.js", &HeaderMap::new()).unwrap();
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers()[header::ETAG].clone();
        let ask = |value: &HeaderValue| {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, value.clone())]);
            serve_if_changed("sw.js", &headers).unwrap()
        };
        let again = ask(&tag);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(again.headers()[header::ETAG], tag);
        assert_eq!(again.headers()[header::CACHE_CONTROL], "no-cache");
        let several = format!("\"other\", {}", tag.to_str().unwrap());
        assert_eq!(ask(&several.parse().unwrap()).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(ask(&HeaderValue::from_static("\"other\"")).status(), StatusCode::OK);
    }

    #[test]
    fn the_icons_of_what_can_be_installed_are_there() {
        for name in ["manifest.webmanifest", "inspect.webmanifest"] {
            let manifest: serde_json::Value = serde_json::from_slice(&Dist::get(name).unwrap().data).unwrap();
            let icons = manifest["icons"].as_array().unwrap();
            assert!(!icons.is_empty(), "{name}");
            for icon in icons {
                let file = icon["src"].as_str().unwrap().strip_prefix("/assets/");
                assert!(file.and_then(Dist::get).is_some(), "{name}: {icon}");
            }
        }
    }
}
