//! The contact of the application that a phone holds: asked for, confirmed, removed.

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

/// The application of a phone.
fn of_device(device: &Device) -> Result<ApplicationId, ApplicationError> {
    device.application.ok_or(ApplicationError::NotFound)
}

/// The confirmed contact of a phone's application.
pub async fn current(app: &App, device: &Device) -> Result<Option<Reachable>, ApplicationError> {
    let id = of_device(device)?;
    read!(app.store, "contact.current", ApplicationError, |tx| {
        Ok(call!(tx, contact::of_application(id))?)
    })
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
    let application = Some(of_device(device)?);
    let request = Request { device: device.id, purpose: Purpose::Confirm, contact, application, language };
    Ok(codes::ask(app, &request).await?)
}

/// Confirms the contact with the code that was typed. The one before is told that it is none any more.
pub async fn confirm(app: &App, device: &Device, typed: &str) -> Result<Answered<()>, ApplicationError> {
    let own = of_device(device)?;
    transact!(app.store, "contact.confirm", ApplicationError, |tx| {
        let asked = match codes::check(tx, app, device.id, Purpose::Confirm, typed).await? {
            Answered::Right(asked) => asked,
            Answered::Wrong => return Ok(Answered::Wrong),
            Answered::Ended => return Ok(Answered::Ended),
            Answered::Rest { again_at } => return Ok(Answered::Rest { again_at }),
        };
        if asked.application != Some(own) {
            return Ok(Answered::Ended); // the phone holds another application by now
        }
        tell_former(tx, app, own, Some(&asked.contact)).await?;
        call!(tx, contact::set(app.new_id(), own, &asked.contact, app.now()))?;
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

/// Takes the contact of a phone's application away, and tells it so.
pub async fn remove(app: &App, device: &Device) -> Result<(), ApplicationError> {
    let id = of_device(device)?;
    transact!(app.store, "contact.remove", ApplicationError, |tx| {
        tell_former(tx, app, id, None).await?;
        call!(tx, contact::remove(id))?;
        Ok(())
    })
}

/// Whoever took a phone must not cut its owner off unseen.
async fn tell_former(
    tx: &mut Tx,
    app: &App,
    id: ApplicationId,
    next: Option<&Contact>,
) -> Result<(), ApplicationError> {
    let former = call!(tx, contact::of_application(id))?;
    if let Some(former) = former.filter(|former| Some(&former.contact) != next) {
        message::enqueue_to(tx, app, &former, MessageKind::ContactChanged, Some(app.now())).await?;
    }
    Ok(())
}
