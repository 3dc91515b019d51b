//! `/healthz` (the process answers) and `/readyz` (the database answers): for whoever watches the server.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Failure;
use super::route::{Access, Endpoint, Route};
use crate::App;

/// The two routes.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(Route::get("/healthz", Access::Everyone), || async { Json(json!({"status": "ok"})) }),
        Endpoint::new(Route::get("/readyz", Access::Everyone), ready),
    ]
}

async fn ready(State(app): State<App>) -> Result<Json<Value>, Failure> {
    app.store.ping().await?;
    Ok(Json(json!({"status": "ok"})))
}
