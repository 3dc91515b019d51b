//! `GET /api/v1/evidence/{id}`: what became of a fact.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::casework::page::id;
use crate::evidence::decide::{self, Fate};
use crate::filing::api::ProblemBody;
use crate::http::Failure;
use crate::http::session::Client;

/// What became of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactState {
    /// It waits for a person of another unit.
    Waits,
    /// It counts.
    Counts,
    /// A person of another unit has refused it.
    Refused,
    /// An officer of its own unit has recalled it before it counted.
    Recalled,
    /// It counted, and was taken back.
    Superseded,
}

impl From<Fate> for FactState {
    fn from(fate: Fate) -> Self {
        match fate {
            Fate::Waits => Self::Waits,
            Fate::Counts => Self::Counts,
            Fate::Refused => Self::Refused,
            Fate::Recalled => Self::Recalled,
            Fate::Superseded => Self::Superseded,
        }
    }
}

/// What became of a fact.
#[derive(Serialize, ToSchema)]
pub struct FactStateBody {
    /// As in the address.
    #[schema(example = "0d3c5a7e91b2f446")]
    id: String,
    /// What became of it.
    state: FactState,
}

/// Tells what became of a fact
///
/// Of a fact that the client's unit stated, by this API, a file or the page. It says nothing about the person. What is kept no
/// more (after 90 days, or when the person had their data deleted) is not found.
#[utoipa::path(
    get, path = "/api/v1/evidence/{id}", tag = "evidence", security(("client" = [])),
    params(("id" = String, Path, description = "The id of the answer, 16 hexadecimal digits")),
    responses(
        (status = 200, body = FactStateBody),
        (status = 401, description = "No token of a client that may state evidence", body = ProblemBody),
        (status = 404, description = "The client's unit stated nothing of this id, or it is kept no more", body = ProblemBody)
    )
)]
pub async fn became(
    State(app): State<App>,
    client: Client,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let id = id(&path)?;
    let state = decide::fate(&app, client.unit, id).await?.into();
    Ok(axum::Json(FactStateBody { id: id.to_string(), state }).into_response())
}
