//! `/staff/messages`: what could not be sent, why, and what to do about it. Recipients are masked.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::contact::Channel;
use domain::id::kind::OutboxId;
use store::rows::outbox::{FailureClass, MessageKind, OutboxCounts, OutboxRow, OutboxState};
use store::{StoreError, call, read, transact};

use crate::App;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields, Kind};
use crate::message::WORTH;

/// The most that the page shows.
const MOST: i64 = 100;

/// One message that was given up.
pub struct Dead {
    id: OutboxId,
    kind: MessageKind,
    /// Masked.
    to: String,
    why: FailureClass,
    attempts: i64,
    created_at: Timestamp,
}

/// What the page shows.
#[derive(Template)]
#[template(path = "message/dead.html")]
pub struct DeadPage {
    page: Page,
    /// For each way: whether it is configured.
    ways: Vec<(Channel, bool)>,
    counts: OutboxCounts,
    dead: Vec<Dead>,
}

impl Dead {
    fn of(row: OutboxRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            to: row.content.map(|content| content.to.masked()).unwrap_or_default(),
            why: row.failure.unwrap_or(FailureClass::Expired),
            attempts: row.attempts,
            created_at: row.created_at,
        }
    }

    fn kind_key(&self) -> String {
        format!("messages-kind-{}", self.kind.as_str().replace('_', "-"))
    }

    /// A one-time code is worth nothing any more.
    fn may_go_again(&self) -> bool {
        self.kind != MessageKind::OneTimeCode
    }
}

impl DeadPage {
    /// Nothing dead; every reason.
    pub fn samples(page: &Page) -> Vec<Self> {
        let why = FailureClass::EVERY.iter().copied();
        let kinds = MessageKind::EVERY.iter().copied();
        let dead = kinds.zip(why.cycle()).enumerate();
        let dead = dead.map(|(at, (kind, why))| Dead {
            id: OutboxId::from_i64(i64::try_from(at).unwrap_or(0)),
            kind,
            to: if at % 2 == 0 {
                "a•••@e•••.org".to_owned()
            } else {
                "+44•••78".to_owned()
            },
            why,
            attempts: 12,
            created_at: Timestamp::from_seconds(1_795_435_200),
        });
        let ways = |on| Channel::ALL.map(|channel| (channel, on)).to_vec();
        let counts = |dead| OutboxCounts { waiting: 3, dead };
        vec![
            Self { page: page.clone(), ways: ways(false), counts: counts(0), dead: Vec::new() },
            Self { page: page.clone(), ways: ways(true), counts: counts(11), dead: dead.collect() },
        ]
    }
}

/// `GET /staff/messages`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let (counts, rows) = read!(app.store, "message.dead", StoreError, |tx| {
        let counts = call!(tx, outbox::counts())?;
        Ok((counts, call!(tx, outbox::list(Some(OutboxState::Dead), MOST))?))
    })?;
    let ways = Channel::ALL.map(|channel| (channel, app.messages.transport(channel).is_some())).to_vec();
    page::show(&DeadPage { page, ways, counts, dead: rows.into_iter().map(Dead::of).collect() })
}

/// `POST /staff/messages/{id}/again`
pub async fn again(
    State(app): State<App>,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let (id, now): (OutboxId, _) = (id.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))?, app.now());
    transact!(app.store, "message.revive", StoreError, |tx| {
        call!(tx, outbox::revive(id, now, now.plus(WORTH)))
    })?;
    Ok(Redirect::to("/staff/messages").into_response())
}

/// `POST /staff/messages/{id}/discard`
pub async fn discard(
    State(app): State<App>,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let id: OutboxId = id.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))?;
    transact!(app.store, "message.discard", StoreError, |tx| { call!(tx, outbox::discard(id)) })?;
    Ok(Redirect::to("/staff/messages").into_response())
}
