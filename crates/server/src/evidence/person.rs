//! Somebody about whom evidence is added. Finding and opening them is recorded, for them and for auditors.

use domain::id::kind::HolderId;
use domain::matching::DocumentDetails;
use store::rows::decision::DecisionRow;
use store::rows::evidence::{EvidenceRow, ProposalRow, ProposalStage};
use store::{Tx, call, transact};

use super::EvidenceError;
use crate::App;
use crate::http::session::Staff;

/// A person, with all that their colour rests on. Personal: never printed.
#[derive(Clone)]
pub struct Person {
    /// Whose it is.
    pub holder: HolderId,
    /// The document that counts.
    pub document: Option<DocumentDetails>,
    /// Their colour.
    pub decision: Option<DecisionRow>,
    /// The evidence about them, the newest first; what counts no more too.
    pub evidence: Vec<EvidenceRow>,
    /// What waits for another unit.
    pub waiting: Vec<ProposalRow>,
}

/// Finds whoever a document leads to.
pub async fn find(
    app: &App,
    staff: &Staff,
    document: &DocumentDetails,
) -> Result<Option<HolderId>, EvidenceError> {
    transact!(app.store, "evidence.find", EvidenceError, |tx| {
        let found = call!(tx, holder::holder_of(document))?;
        if let Some(holder) = found {
            crate::access::record(tx, app, staff, "search", "holder", holder).await?;
        }
        Ok(found)
    })
}

/// Opens a person.
pub async fn open(app: &App, staff: &Staff, holder: HolderId) -> Result<Person, EvidenceError> {
    transact!(app.store, "evidence.open", EvidenceError, |tx| {
        let person = of(tx, holder).await?;
        crate::access::record(tx, app, staff, "open", "holder", holder).await?;
        Ok(person)
    })
}

/// What is known of a holder who has a code.
pub(super) async fn of(tx: &mut Tx, holder: HolderId) -> Result<Person, EvidenceError> {
    let document = call!(tx, holder::document(holder))?;
    let decision = call!(tx, decision::current(holder))?;
    if document.is_none() || decision.is_none() {
        return Err(EvidenceError::NotFound);
    }
    let mut waiting = call!(tx, evidence_proposal::of_holder(holder))?;
    waiting.retain(|row| row.stage == ProposalStage::Waiting);
    Ok(Person { holder, document, decision, evidence: call!(tx, evidence::of_holder(holder))?, waiting })
}
