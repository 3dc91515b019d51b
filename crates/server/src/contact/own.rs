//! The contact of the person whom a phone shows: asked for, confirmed, removed.

use domain::application::{DUE, Stage};
use domain::contact::Contact;
use domain::id::kind::ApplicationId;
use store::rows::contact::{Purpose, Reachable};
use store::rows::outbox::MessageKind;
use store::{Tx, call, read, transact};

use super::codes::{self, Answered, Asked, Request};
use crate::application::ApplicationError;
use crate::http::session::Device;
use crate::words::Language;
use crate::{App, message};

/// The application that bears the contact of the person whom a phone shows. A holder's is the last one that led to
/// their code, whatever they have sent since: a change of their document has no contact of its own.
async fn bearer(tx: &mut Tx, device: &Device) -> Result<ApplicationId, ApplicationError> {
    let led = match device.holder {
        Some(holder) => {
            let rows = call!(tx, held::applications(holder))?;
            rows.into_iter()
                .rfind(|row| row.holder == Some(holder) && row.changes.is_none())
                .map(|row| row.id)
        }
        None => None,
    };
    led.or(device.application).ok_or(ApplicationError::NotFound)
}

/// The confirmed contacts of the person whom a phone shows, the newest last: one, or more where several applications
/// led to one code.
async fn all(tx: &mut Tx, device: &Device) -> Result<Vec<Reachable>, ApplicationError> {
    match (device.holder, device.application) {
        (Some(holder), _) => Ok(call!(tx, contact::of_holder(holder))?),
        (None, Some(id)) => Ok(call!(tx, contact::of_application(id))?.into_iter().collect()),
        (None, None) => Err(ApplicationError::NotFound),
    }
}

/// The confirmed contact of the person whom a phone shows.
pub async fn current(app: &App, device: &Device) -> Result<Option<Reachable>, ApplicationError> {
    read!(app.store, "contact.current", ApplicationError, |tx| { Ok(all(tx, device).await?.pop()) })
}

/// Where the newest code was sent that a phone asked for, if it did.
pub async fn asked(
    app: &App,
    device: &Device,
    purpose: Purpose,
) -> Result<Option<Contact>, ApplicationError> {
    let asked = read!(app.store, "contact.asked", ApplicationError, |tx| {
        Ok(call!(tx, contact_code::latest(device.id, purpose))?)
    })?;
    Ok(asked.map(|asked| asked.contact))
}

/// Sends a code that proves that `contact` is the applicant's. Until it is typed nothing changes.
pub async fn ask(
    app: &App,
    device: &Device,
    contact: &Contact,
    language: Language,
) -> Result<Asked, ApplicationError> {
    let bearer = read!(app.store, "contact.bearer", ApplicationError, |tx| { bearer(tx, device).await })?;
    let application = Some(bearer);
    let request = Request { device: device.id, purpose: Purpose::Confirm, contact, application, language };
    Ok(codes::ask(app, &request).await?)
}

/// Confirms the contact with the code that was typed. Those before are told that they are none any more.
pub async fn confirm(
    app: &App,
    device: &Device,
    typed: &str,
    language: Language,
) -> Result<Answered<()>, ApplicationError> {
    transact!(app.store, "contact.confirm", ApplicationError, |tx| {
        let own = bearer(tx, device).await?;
        let asked = match codes::check(tx, app, device.id, Purpose::Confirm, typed).await? {
            Answered::Right(asked) => asked,
            Answered::Again(asked) => {
                let stands = all(tx, device).await?.iter().any(|one| one.contact == asked.contact);
                return Ok(if stands { Answered::Right(()) } else { Answered::Ended });
            }
            Answered::Wrong => return Ok(Answered::Wrong),
            Answered::Ended => return Ok(Answered::Ended),
            Answered::Rest { again_at } => return Ok(Answered::Rest { again_at }),
        };
        if asked.application != Some(own) {
            return Ok(Answered::Ended); // the phone holds another application by now
        }
        give_up(tx, app, device, Some(&asked.contact)).await?;
        call!(tx, contact::set(app.new_id(), own, &asked.contact, language.tag(), app.now()))?;
        begin(tx, app, own).await?;
        Ok(Answered::Right(()))
    })
}

/// The first message: what whoever gave a contact later would have been told when they applied.
async fn begin(tx: &mut Tx, app: &App, id: ApplicationId) -> Result<(), ApplicationError> {
    let row = call!(tx, application::by_id(id))?.ok_or(ApplicationError::NotFound)?;
    let due = row.sent_at.plus(DUE);
    let pending = matches!(row.stage, Stage::Submitted | Stage::Waiting | Stage::Review);
    if pending && app.now() < due {
        message::enqueue(tx, app, id, MessageKind::Received, Some(due)).await?;
    }
    Ok(())
}

/// Takes the contact of the person whom a phone shows away, and tells it so.
pub async fn remove(app: &App, device: &Device) -> Result<(), ApplicationError> {
    transact!(app.store, "contact.remove", ApplicationError, |tx| { give_up(tx, app, device, None).await })
}

/// Takes every contact away. All but `next` are told so: whoever took a phone must not cut its owner off unseen.
async fn give_up(
    tx: &mut Tx,
    app: &App,
    device: &Device,
    next: Option<&Contact>,
) -> Result<(), ApplicationError> {
    for former in all(tx, device).await? {
        if Some(&former.contact) != next {
            message::enqueue_to(tx, app, &former, MessageKind::ContactChanged, Some(app.now())).await?;
        }
        call!(tx, contact::remove(former.application))?;
    }
    Ok(())
}
