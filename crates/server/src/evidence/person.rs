//! Somebody about whom evidence is added. Finding and opening them is recorded, for them and for auditors.
//!
//! The decision that matters: the id of a holder is no permission. Whoever opens a person has found them by their document
//! in the last hours, or was shown who they are with a report, a task or a proposal. A machine client finds whoever a
//! request is about in that request, and is shown nobody.

use std::time::Duration;

use domain::id::kind::HolderId;
use domain::matching::DocumentDetails;
use store::rows::decision::DecisionRow;
use store::rows::evidence::{ProposalRow, ProposalStage};
use store::{Tx, call, transact};

use super::EvidenceError;
use crate::decision::{self, Known};
use crate::http::session::Staff;
use crate::staff::{By, Tools};
use crate::{App, access};

/// How long after they were last shown a person an officer may open them.
const SHOWN: Duration = Duration::from_hours(12);
/// What stands in the record of accesses for a search that found nobody.
const NOBODY: HolderId = HolderId::from_i64(0);

/// A person, with all that their colour rests on. Personal: never printed.
#[derive(Clone)]
pub struct Person {
    /// Whose it is.
    pub holder: HolderId,
    /// The document that counts.
    pub document: DocumentDetails,
    /// Their colour.
    pub decision: DecisionRow,
    /// What it rests on.
    pub known: Known,
    /// What waits for another unit.
    pub waiting: Vec<ProposalRow>,
}

/// Finds whoever a document leads to.
pub async fn find(app: &App, by: By, document: &DocumentDetails) -> Result<Option<HolderId>, EvidenceError> {
    transact!(app.store, "evidence.find", EvidenceError, |tx| {
        let found = call!(tx, holder::holder_of(document))?;
        let holder = found.unwrap_or(NOBODY);
        access::record_by(tx, Tools::of(app), by, "search", "holder", holder).await?;
        Ok(found)
    })
}

/// Opens a person.
pub async fn open(app: &App, staff: &Staff, holder: HolderId) -> Result<Person, EvidenceError> {
    transact!(app.store, "evidence.open", EvidenceError, |tx| { for_work(tx, app, staff, holder).await })
}

/// A person whom this officer was shown, for them alone until the transaction ends.
pub(super) async fn for_work(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    holder: HolderId,
) -> Result<Person, EvidenceError> {
    let since = app.now().minus(SHOWN);
    if call!(tx, access::times_by_staff_about(staff.id, "holder", holder.as_i64(), since))? == 0 {
        return Err(EvidenceError::NotFound);
    }
    opened(tx, app, By::from(staff), holder).await
}

/// A person who was just found, or shown before; for this work alone until the transaction ends.
pub(super) async fn opened(
    tx: &mut Tx,
    app: &App,
    by: By,
    holder: HolderId,
) -> Result<Person, EvidenceError> {
    call!(tx, holder::lock(holder))?;
    access::record_by(tx, Tools::of(app), by, "open", "holder", holder).await?;
    of(tx, holder).await
}

/// What is known of a holder who has a code.
pub(crate) async fn of(tx: &mut Tx, holder: HolderId) -> Result<Person, EvidenceError> {
    let document = call!(tx, holder::document(holder))?.ok_or(EvidenceError::NotFound)?;
    let decision = call!(tx, decision::current(holder))?.ok_or(EvidenceError::NotFound)?;
    let mut waiting = call!(tx, evidence_proposal::of_holder(holder))?;
    waiting.retain(|row| row.stage == ProposalStage::Waiting);
    Ok(Person { holder, document, decision, known: decision::known(tx, holder).await?, waiting })
}
