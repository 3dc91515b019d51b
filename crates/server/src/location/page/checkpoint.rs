//! `POST /staff/checkpoints/code`: holders register at a checkpoint by themselves.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::http::session::Staff;
use crate::http::{Failure, Fields};
use crate::location::LocationError;
use crate::location::checkpoint;

/// `POST /staff/checkpoints/code`: gives the checkpoint a location code, and leads to its poster.
pub async fn give(State(app): State<App>, staff: Staff, fields: Fields) -> Result<Response, Failure> {
    let id = fields.get("checkpoint").parse().map_err(|_| LocationError::Unknown)?;
    let location = checkpoint::give(&app, &staff, id).await?;
    Ok(Redirect::to(&format!("/locations/{location}/posters")).into_response())
}
