//! `GET /.well-known/tongxing-checkpoint.jws`: what devices go by, signed, for everybody.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::App;
use crate::checkpoint::configuration;
use crate::http::Failure;
use crate::pass::api::published::send;

/// The settings as they are now.
pub async fn show(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    Ok(send(&configuration::current(&app).await?, "application/jose", &headers))
}
