//! Opening an application on another phone with a contact that was confirmed for it.

use documents::Kind;
use domain::Reference;
use domain::contact::Contact;
use domain::id::kind::DeviceSessionId;
use store::rows::contact::{Purpose, Reachable};
use store::{StoreError, Tx, call, read, transact};

use super::LIFE;
use super::codes::{self, Answered, Asked, Request};
use crate::App;
use crate::application::{ApplicationError, recovery};
use crate::pass::identity::initials;
use crate::words::Language;

/// What a right code has led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// The application is on this phone now.
    Here,
    /// The contact is that of several people: one has to be chosen.
    Choose,
}

/// Sends a code to `contact`, if it leads anywhere; the answer is the same if it does not.
pub async fn ask(
    app: &App,
    device: DeviceSessionId,
    contact: &Contact,
    language: Language,
) -> Result<Asked, StoreError> {
    let request = Request { device, purpose: Purpose::Recover, contact, application: None, language };
    codes::ask(app, &request).await
}

/// Opens what the contact leads to with the code that was typed. A phone that holds something else is left as it
/// is, and the code stays good.
pub async fn open(
    app: &App,
    device: DeviceSessionId,
    typed: &str,
) -> Result<Answered<Opened>, ApplicationError> {
    transact!(app.store, "contact.recover", ApplicationError, |tx| {
        let asked = match codes::check(tx, app, device, Purpose::Recover, typed).await? {
            Answered::Right(asked) => asked,
            Answered::Again(asked) => return opened_before(tx, device, &asked.contact).await,
            Answered::Wrong => return Ok(Answered::Wrong),
            Answered::Ended => return Ok(Answered::Ended),
            Answered::Rest { again_at } => return Ok(Answered::Rest { again_at }),
        };
        match &led_to(tx, &asked.contact).await?[..] {
            [] => Ok(Answered::Wrong),
            [one] => {
                recovery::take_over(tx, app, device, one.application).await?;
                Ok(Answered::Right(Opened::Here))
            }
            _ => Ok(Answered::Right(Opened::Choose)),
        }
    })
}

/// What a code that was typed twice leads to: where it has led already.
async fn opened_before(
    tx: &mut Tx,
    device: DeviceSessionId,
    contact: &Contact,
) -> Result<Answered<Opened>, ApplicationError> {
    let led_to = led_to(tx, contact).await?;
    let state = call!(tx, device::device_state(device))?.ok_or(ApplicationError::NotFound)?;
    let is_here = |one: &Reachable| {
        state.application == Some(one.application) || (state.holder.is_some() && state.holder == one.holder)
    };
    Ok(match led_to.len() {
        _ if led_to.iter().any(is_here) => Answered::Right(Opened::Here),
        0 | 1 => Answered::Ended,
        _ => Answered::Right(Opened::Choose),
    })
}

/// One of several people whom a contact leads to. Whoever proved the contact may open each of them: the initials only
/// tell them apart.
#[derive(Clone, PartialEq, Eq)]
pub struct Choice {
    /// The number that people quote.
    pub reference: Reference,
    /// As on a pass.
    pub initials: String,
    /// Of the document.
    pub kind: Kind,
}

/// Between which applications a phone may choose that has proved a contact a moment ago.
pub async fn choices(app: &App, device: DeviceSessionId) -> Result<Vec<Choice>, ApplicationError> {
    read!(app.store, "contact.choices", ApplicationError, |tx| {
        let mut all = Vec::new();
        for one in proved(tx, app, device).await? {
            let row = call!(tx, application::by_id(one.application))?.ok_or(ApplicationError::NotFound)?;
            let initials = initials(&row.details.name);
            all.push(Choice { reference: one.reference, initials, kind: row.kind() });
        }
        Ok(all)
    })
}

/// Opens the one that was chosen.
pub async fn choose(
    app: &App,
    device: DeviceSessionId,
    reference: Reference,
) -> Result<(), ApplicationError> {
    transact!(app.store, "contact.choose", ApplicationError, |tx| {
        let all = proved(tx, app, device).await?;
        let one = all.into_iter().find(|one| one.reference == reference);
        let one = one.ok_or(ApplicationError::NotFound)?;
        recovery::take_over(tx, app, device, one.application).await
    })
}

/// What the contact leads to whose code was used on this phone within the life of a code.
async fn proved(tx: &mut Tx, app: &App, device: DeviceSessionId) -> Result<Vec<Reachable>, ApplicationError> {
    let asked = call!(tx, contact_code::latest(device, Purpose::Recover))?;
    let now = app.now();
    match asked.filter(|asked| asked.used_at.is_some_and(|at| now.since(at) < LIFE)) {
        Some(asked) => Ok(led_to(tx, &asked.contact).await?),
        None => Ok(Vec::new()),
    }
}

/// What a contact leads to, each person once: of several applications of one holder the newest.
async fn led_to(tx: &mut Tx, contact: &Contact) -> Result<Vec<Reachable>, StoreError> {
    let mut found: Vec<Reachable> = Vec::new();
    for one in call!(tx, contact::led_to(contact))? {
        if one.holder.is_none() || found.iter().all(|other| other.holder != one.holder) {
            found.push(one);
        }
    }
    Ok(found)
}
