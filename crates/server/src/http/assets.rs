//! Style sheet, scripts and icons: built by `web/`, embedded in the binary, cached for ever under a name
//! that changes with the content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::route::{Access, Endpoint, Route};
use super::{Failure, Kind};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Dist;

/// `name` (such as `app.css`) as pages link it: with the beginning of its hash.
pub fn url(name: &str) -> String {
    match Dist::get(name) {
        Some(file) => {
            let hash = file.metadata.sha256_hash();
            format!("/assets/{name}?v={:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3])
        }
        None => format!("/assets/{name}"),
    }
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
    ]
}

async fn asset(Path(name): Path<String>) -> Result<Response, Failure> {
    serve(&name, "public, max-age=31536000, immutable")
}

/// The service worker must stand at the root to reach every page, and must be asked for anew each time.
async fn service_worker() -> Result<Response, Failure> {
    serve("sw.js", "no-cache")
}

async fn manifest() -> Result<Response, Failure> {
    serve("manifest.webmanifest", "no-cache")
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
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
