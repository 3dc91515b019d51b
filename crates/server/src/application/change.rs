//! A holder changes what stands of their document: a mistake is corrected, or a renewed document is linked.
//!
//! The decision that matters: it is an application like any other (matched, reviewed, limited, shown in the same words
//! and the same time), so it can neither steal nor probe more than applying can. Only its end differs: the document
//! leads to the holder who asked, their passes are withdrawn, and no colour is decided. Until then the code works.

use domain::id::kind::{HolderId, StaffId};
use domain::matching::DocumentDetails;
use store::rows::application::{ApplicationRow, ChangeKind, EventKind, waiting_keys};
use store::rows::pass::WithdrawnFor;
use store::{StoreError, Tx, call, transact};

use super::answers;
use super::draft::{self, Draft};
use super::{ApplicationError, transition};
use crate::App;
use crate::http::session::Device;
use crate::pass::withdraw_for_holder;

/// Begins a change: the draft holds what stands now, to be typed over.
pub async fn start(app: &App, device: &Device, why: ChangeKind) -> Result<(), ApplicationError> {
    transact!(app.store, "application.change", ApplicationError, |tx| {
        let draft = begun_in(tx, device, why).await?;
        Ok(draft::save_in(tx, app, device.id, &draft).await?)
    })
}

/// The draft with which a change begins, kept nowhere.
pub async fn begun(app: &App, device: &Device, why: ChangeKind) -> Result<Draft, ApplicationError> {
    store::read!(app.store, "application.begun", ApplicationError, |tx| { begun_in(tx, device, why).await })
}

async fn begun_in(tx: &mut Tx, device: &Device, why: ChangeKind) -> Result<Draft, ApplicationError> {
    let holder = device.holder.ok_or(ApplicationError::NotAsked)?;
    let document = call!(tx, holder::document(holder))?.ok_or(ApplicationError::NotFound)?;
    let last = call!(tx, held::applications(holder))?.pop().ok_or(ApplicationError::NotFound)?;
    let mut typed = answers::typed_from(&document, &last.residence);
    if why == ChangeKind::Renewed {
        for field in ["number", "expiry_day", "expiry_month", "expiry_year"] {
            typed.set(field, String::new());
        }
    }
    Ok(Draft { typed, corrects: None, changes: Some((holder, why)) })
}

/// The change that this phone has sent and that is not decided, if there is one.
pub async fn under_way(app: &App, device: &Device) -> Result<bool, StoreError> {
    let Some(id) = device.application else { return Ok(false) };
    let row = store::read!(app.store, "application.changing", StoreError, |tx| {
        call!(tx, application::by_id(id))
    })?;
    Ok(row.is_some_and(|row| row.device == device.id && row.changes.is_some() && !row.stage.is_final()))
}

/// Whether `row` leaves two of number, name and date of birth as they stand. True of what changes no holder.
pub async fn is_of_one_person(tx: &mut Tx, row: &ApplicationRow) -> Result<bool, StoreError> {
    let Some((holder, _)) = row.changes else { return Ok(true) };
    let Some(stands) = call!(tx, holder::document(holder))? else { return Ok(false) };
    let (new, old) = (&row.details, &stands);
    let same = [
        new.number.canonical() == old.number.canonical() && new.issuing_state == old.issuing_state,
        new.name.mrz_identifiers() == old.name.mrz_identifiers(),
        new.birth_date == old.birth_date,
    ];
    Ok(same.into_iter().filter(|same| *same).count() >= 2)
}

/// Lets `document` lead to the holder who asked. Where something was wrong, what stood before leads to nobody any
/// more; a renewed document stands beside the former one. A document that leads to another holder is refused.
pub(super) async fn approve(
    tx: &mut Tx,
    app: &App,
    row: &mut ApplicationRow,
    document: &DocumentDetails,
    (holder, why): (HolderId, ChangeKind),
    by: Option<StaffId>,
) -> Result<HolderId, ApplicationError> {
    let now = app.now();
    if !call!(tx, holder::lock(holder))? {
        return Err(ApplicationError::NotFound);
    }
    let stands = call!(tx, holder::document(holder))?.ok_or(ApplicationError::NotFound)?;
    if why == ChangeKind::Mistake {
        call!(tx, holder::unlink(holder, &stands))?;
    }
    if !call!(tx, holder::link_anew(holder, document, now))? {
        return Err(ApplicationError::OtherHolder);
    }
    withdraw_for_holder(tx, app, holder, WithdrawnFor::Corrected).await?;
    for details in [&stands, document] {
        call!(tx, rematch::mark(&waiting_keys(app.store.sealer(), details), now))?;
    }
    row.holder = Some(holder);
    transition::advance(tx, app, row, domain::application::Stage::Issued, EventKind::Issued, by).await?;
    Ok(holder)
}
