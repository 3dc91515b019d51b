//! `/log/…`: the files of C2SP tlog-tiles, for anybody. They say nothing of who asks, and are the same for all.

use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};

use super::{TransparencyError, files};
use crate::App;
use crate::http::Failure;

/// A tile never changes: a partial one has another path than what it grows into.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Cached no longer than a new one takes.
const SHORTLY: &str = "public, max-age=1";

const TEXT: &str = "text/plain; charset=utf-8";

fn headers(kind: &'static str, caching: &'static str) -> [(HeaderName, &'static str); 2] {
    [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, caching)]
}

/// `GET /log/checkpoint`: size and root of the log, signed.
pub async fn checkpoint(State(app): State<App>) -> Result<Response, Failure> {
    Ok((headers(TEXT, SHORTLY), files::checkpoint(&app).await?).into_response())
}

/// `GET /log/key`: the log's public key. Whoever takes it from here trusts whoever answers; compare it with what the
/// operator publishes elsewhere.
pub async fn key(State(app): State<App>) -> Result<Response, Failure> {
    let key = app.transparency.public().ok_or(TransparencyError::NoFile)?;
    Ok((headers(TEXT, SHORTLY), format!("{key}\n")).into_response())
}

/// `GET /log/tile/…`: a tile of hashes or a bundle of entries.
pub async fn tile(State(app): State<App>, Path(path): Path<String>) -> Result<Response, Failure> {
    let bytes = files::tile(&app, &format!("tile/{path}")).await?;
    Ok((headers("application/octet-stream", FOREVER), bytes).into_response())
}
