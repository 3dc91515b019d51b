//! `/demonstration/outbox`: what would have been sent, in full. It exists in a demonstration only, whose people are
//! invented and whose messages go nowhere.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use domain::contact::Channel;
use domain::id::kind::OutboxId;
use store::rows::outbox::{MessageContent, MessageKind, OutboxRow, OutboxState};
use store::{StoreError, call, read};

use crate::App;
use crate::http::page::{self, Page};
use crate::http::{Failure, Kind};
use crate::message::render::{Letterhead, Rendered, render};

/// The most that the page shows.
const MOST: i64 = 50;

/// One message.
pub struct Shown {
    channel: Channel,
    state: OutboxState,
    created_at: Timestamp,
    message: Rendered,
}

/// What the page shows.
#[derive(Template)]
#[template(path = "message/outbox.html")]
pub struct OutboxPage {
    page: Page,
    messages: Vec<Shown>,
}

impl Shown {
    /// `None` once it was sent, since then nothing of it is kept.
    fn of(from: Letterhead<'_>, row: &OutboxRow) -> Option<Self> {
        let message = render(from, row.id, row.kind, row.content.as_ref()?).ok()?;
        Some(Self { channel: row.channel, state: row.state, created_at: row.created_at, message })
    }
}

impl OutboxPage {
    /// Empty; an e-mail and a text message.
    pub fn samples(page: &Page) -> Vec<Self> {
        let row = |to: &str, kind| OutboxRow {
            id: OutboxId::from_i64(1),
            kind,
            channel: if to.contains('@') { Channel::Mail } else { Channel::Text },
            content: Some(MessageContent {
                to: to.parse().expect("a contact"),
                language: page.lang().to_owned(),
                reference: Some("HB-7K3M-92QD".to_owned()),
                at: Some(1_795_501_200_000_000),
                code: Some("042719".to_owned()),
            }),
            state: OutboxState::Waiting,
            attempts: 0,
            next_at: Timestamp::from_seconds(1_795_435_200),
            expires_at: Timestamp::from_seconds(1_795_435_800),
            failure: None,
            created_at: Timestamp::from_seconds(1_795_435_200),
        };
        let from = Letterhead { origin: "https://code.example", hotline: &page.hotline };
        let rows =
            [row("anna@example.org", MessageKind::OneTimeCode), row("+447512345678", MessageKind::Issued)];
        let messages = rows.iter().filter_map(|row| Shown::of(from, row)).collect();
        vec![Self { page: page.clone(), messages: Vec::new() }, Self { page: page.clone(), messages }]
    }
}

/// `GET /demonstration/outbox`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    if !app.settings.demonstration {
        return Err(Failure::of(Kind::NOT_FOUND));
    }
    let rows = read!(app.store, "message.shown", StoreError, |tx| { call!(tx, outbox::list(None, MOST)) })?;
    let messages = rows.iter().filter_map(|row| Shown::of((&app.settings).into(), row)).collect();
    page::show(&OutboxPage { page, messages })
}
