//! The captions of the guide film.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::help::film;
use crate::http::{Failure, Kind, Page};
use crate::words::Language;

/// `GET /help/captions/{language}`
pub async fn show(Path(tag): Path<String>, page: Page) -> Result<Response, Failure> {
    let language = Language::from_tag(&tag).ok_or(Failure::of(Kind::NOT_FOUND))?;
    let headers =
        [(header::CONTENT_TYPE, "text/vtt; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, film::captions(&page.in_language(language))).into_response())
}
