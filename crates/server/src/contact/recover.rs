//! Opening an application on another phone with a contact that was confirmed for it.

use domain::Reference;
use domain::contact::Contact;
use domain::id::kind::DeviceSessionId;
use store::rows::contact::{Purpose, Reachable};
use store::{StoreError, Tx, call, read, transact};

use super::LIFE;
use super::codes::{self, Answered, Asked, Request};
use crate::App;
use crate::application::{ApplicationError, recovery};
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

/// Between which applications a phone may choose that has proved a contact a moment ago.
pub async fn choices(app: &App, device: DeviceSessionId) -> Result<Vec<Reference>, ApplicationError> {
    let all = read!(app.store, "contact.choices", ApplicationError, |tx| { proved(tx, app, device).await })?;
    Ok(all.into_iter().map(|one| one.reference).collect())
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
