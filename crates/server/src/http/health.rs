//! `/healthz` (the process answers) and `/readyz` (the database answers, and whether the signing keys are those
//! on disk): for whoever watches the server.
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
    let national = app.recognition.state();
    // Ready all the same: the keys that it has sign on. Whoever watches learns that they are not those on disk.
    Ok(Json(match app.signers.stale_since() {
        None => json!({"status": "ok", "national_code": national}),
        Some(since) => json!({
            "status": "ok", "national_code": national, "signing_keys": "not_reloaded", "since": since.to_string()
        }),
    }))
}
