//! `/healthz` (the process answers) and `/readyz` (the database answers): for whoever watches the server.
//!
//! `/readyz` also says whether the national platform is being asked; a server without it is ready all the same.

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
    Ok(Json(json!({"status": "ok", "national_code": app.recognition.state()})))
}
