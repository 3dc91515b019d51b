//! `POST /api/v1/checkpoint/outbox`: what a device has to send.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::checkpoint::arrive::Seen;
use crate::checkpoint::asked::Outbox;
use crate::checkpoint::outbox::{self, Outcome, Reason, Sender};
use crate::filing::api::{ProblemBody, parse};
use crate::http::Failure;
use crate::http::session::{InspectorDevice, SEEN_GRAIN};

/// What became of each item.
#[derive(Serialize, ToSchema)]
#[schema(as = OutboxAnswer)]
pub struct Answer {
    /// The server's time, in seconds since 1970.
    time: i64,
    /// In the order of the items.
    items: Vec<ItemAnswer>,
}

/// What became of one item. Whatever it says is durable.
#[derive(Serialize, ToSchema)]
#[schema(as = OutboxItemAnswer)]
pub struct ItemAnswer {
    /// The item.
    id: String,
    /// `stored`, `known`, `conflict` or `refused`.
    outcome: &'static str,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

/// Takes what a device has to send
///
/// An empty list says only that the device is there. On 503 nothing was taken.
#[utoipa::path(
    post, path = "/api/v1/checkpoint/outbox", tag = "checkpoint", operation_id = "checkpoint_outbox",
    security(("inspector_device" = [])), request_body = Outbox,
    responses(
        (status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)
    )
)]
pub async fn send(
    State(app): State<App>,
    device: InspectorDevice,
    body: Bytes,
) -> Result<Json<Answer>, Failure> {
    let Outbox { waiting, app: number, items } = parse(&body)?;
    let now = app.now();
    let stale = device.seen_at.is_none_or(|at| now.since(at) >= SEEN_GRAIN);
    let (waiting, number) = (i64::from(waiting), i64::from(number));
    let seen = stale.then_some(Seen { device: device.id, app: number, waiting });
    let sender = Sender { device: device.id, public_key: device.public_key, exported: false, seen };
    let names: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
    let outcomes = outbox::take(&app, sender, items).await?;
    let items = names.into_iter().zip(outcomes).map(|(id, outcome)| answer(id, outcome)).collect();
    Ok(Json(Answer { time: now.seconds(), items }))
}

fn answer(id: String, outcome: Outcome) -> ItemAnswer {
    let (outcome, reason) = match outcome {
        Outcome::Stored => ("stored", None),
        Outcome::Known => ("known", None),
        Outcome::Conflict => ("conflict", None),
        Outcome::Refused(reason) => ("refused", Some(reason)),
    };
    ItemAnswer { id, outcome, reason }
}
