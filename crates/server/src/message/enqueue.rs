//! Writing a message into the outbox, in the transaction of what it tells of.

use domain::Timestamp;
use domain::contact::Contact;
use domain::id::kind::{ApplicationId, HolderId};
use store::rows::contact::Reachable;
use store::rows::outbox::{MessageContent, MessageKind, OutboxState};
use store::{StoreError, Tx, call};

use super::WORTH;
use crate::App;
use crate::contact::codes::Request;
use crate::words::Language;

/// Tells whoever made `application`, if they gave a contact. `at` is the time that the message is about.
pub async fn enqueue(
    tx: &mut Tx,
    app: &App,
    application: ApplicationId,
    kind: MessageKind,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    match call!(tx, contact::of_application(application))? {
        Some(to) => enqueue_to(tx, app, &to, kind, at).await,
        None => Ok(()),
    }
}

/// Tells `holder`, by every contact that they gave; each once.
pub async fn enqueue_for_holder(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    kind: MessageKind,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let mut told: Vec<Contact> = Vec::new();
    for to in call!(tx, contact::of_holder(holder))? {
        if !told.contains(&to.contact) {
            enqueue_to(tx, app, &to, kind, at).await?;
            told.push(to.contact);
        }
    }
    Ok(())
}

/// Tells one contact.
pub async fn enqueue_to(
    tx: &mut Tx,
    app: &App,
    to: &Reachable,
    kind: MessageKind,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let content = MessageContent {
        to: to.contact.clone(),
        language: to.language.clone(),
        reference: Some(to.reference.to_string()),
        at: at.map(Timestamp::micros),
        code: None,
    };
    let now = app.now();
    let times = (now, now.plus(WORTH));
    let about = Some(to.application);
    call!(tx, outbox::insert(app.new_id(), kind, &content, about, OutboxState::Waiting, times))
}

/// Tells whoever sees to it that reports wait too long. It says nothing of them, and not how many.
pub async fn enqueue_escalation(tx: &mut Tx, app: &App, to: &Contact) -> Result<(), StoreError> {
    let now = app.now();
    let content = MessageContent {
        to: to.clone(),
        language: Language::ZhHans.tag().to_owned(),
        reference: None,
        at: Some(now.micros()),
        code: None,
    };
    let (kind, times) = (MessageKind::ReportsOverdue, (now, now.plus(WORTH)));
    call!(tx, outbox::insert(app.new_id(), kind, &content, None, OutboxState::Waiting, times))
}

/// Sends the one-time code of `request`, good until `until`. For a contact that leads nowhere (`decoy`) the same is
/// written, and never sent: how long it takes must not tell who is known.
pub async fn enqueue_code(
    tx: &mut Tx,
    app: &App,
    request: &Request<'_>,
    (code, until): (&str, Timestamp),
    decoy: bool,
) -> Result<(), StoreError> {
    let content = MessageContent {
        to: request.contact.clone(),
        language: request.language.tag().to_owned(),
        reference: None,
        at: Some(until.micros()),
        code: Some(code.to_owned()),
    };
    let state = if decoy { OutboxState::Decoy } else { OutboxState::Waiting };
    let (kind, about, times) = (MessageKind::OneTimeCode, request.application, (app.now(), until));
    call!(tx, outbox::insert(app.new_id(), kind, &content, about, state, times))
}
