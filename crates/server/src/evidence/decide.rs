//! What a person of another unit does with a proposal, and how its own unit recalls it.

use domain::colour::Colour;
use domain::id::kind::{EvidenceProposalId, UnitId};
use domain::{Id, Timestamp};
use store::rows::evidence::{NewProposal, Origin, ProposalRow, ProposalStage};
use store::{Tx, call, read, transact};

use super::bulk::Admitted;
use super::error::hindered;
use super::person::{self, Person};
use super::propose::{Change, count, effect};
use super::{EvidenceError, Hindrance, bulk};
use crate::App;
use crate::http::session::Staff;

/// The most rows of a list.
const SHOWN: i64 = 100;
/// So long a unit sees what became of its proposals.
const SEEN: std::time::Duration = std::time::Duration::from_hours(7 * 24);
/// So long proposals are kept.
pub const KEPT: std::time::Duration = std::time::Duration::from_hours(90 * 24);

/// What there is to look at.
#[derive(Clone, Default)]
pub struct Board {
    /// Proposals of other units, the oldest first.
    pub others: Vec<ProposalRow>,
    /// Those of the own unit that wait or were decided in the last days, the newest first.
    pub own: Vec<ProposalRow>,
    /// Whether the own unit is stopped.
    pub stopped: bool,
}

/// A proposal, opened.
#[derive(Clone)]
pub struct View {
    /// The proposal.
    pub row: ProposalRow,
    /// Whom it is about.
    pub person: Person,
    /// The colour now, and what it becomes if it is confirmed; nothing once it is decided, or where rules give none.
    pub effect: Option<(Colour, Colour)>,
    /// Whether this officer may confirm or refuse it.
    pub may_decide: bool,
    /// Whether this officer may recall it.
    pub may_recall: bool,
}

/// What became of a fact that was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It waits for another unit.
    Waits,
    /// It counts.
    Counts,
    /// Another unit has refused it.
    Refused,
    /// Its own unit has recalled it.
    Recalled,
    /// It counted, and was taken back.
    Superseded,
}

/// What became of a fact that this unit stated. Nothing of it is told to another unit, nor of one that is kept no more.
pub async fn fate(app: &App, unit: UnitId, id: EvidenceProposalId) -> Result<Fate, EvidenceError> {
    read!(app.store, "evidence.fate", EvidenceError, |tx| {
        let row = call!(tx, evidence_proposal::one(id))?;
        let row = row.filter(|row| row.proposed.unit == unit && row.taken_back.is_none());
        let row = row.ok_or(EvidenceError::NotFound)?;
        match row.stage {
            ProposalStage::Waiting => Ok(Fate::Waits),
            ProposalStage::Refused => Ok(Fate::Refused),
            ProposalStage::Recalled => Ok(Fate::Recalled),
            ProposalStage::Alone | ProposalStage::Confirmed => {
                let all = call!(tx, evidence::of_holder(row.holder))?;
                let made = all.iter().find(|one| one.origin == Origin::Proposal(id));
                let made = made.ok_or(EvidenceError::NotFound)?;
                Ok(if made.superseded.is_some() { Fate::Superseded } else { Fate::Counts })
            }
        }
    })
}

/// What there is to look at for this officer.
pub async fn board(app: &App, staff: &Staff) -> Result<Board, EvidenceError> {
    let since = app.now().minus(SEEN);
    read!(app.store, "evidence.board", EvidenceError, |tx| {
        Ok(Board {
            others: call!(tx, evidence_proposal::waiting(staff.unit, SHOWN))?,
            own: call!(tx, evidence_proposal::of_unit(staff.unit, since, SHOWN))?,
            stopped: bulk::is_stopped(tx, staff.unit).await?,
        })
    })
}

/// Opens a proposal.
pub async fn view(app: &App, staff: &Staff, id: EvidenceProposalId) -> Result<View, EvidenceError> {
    let now = app.now();
    transact!(app.store, "evidence.view", EvidenceError, |tx| {
        let row = call!(tx, evidence_proposal::one(id))?.ok_or(EvidenceError::NotFound)?;
        let waits = row.stage == ProposalStage::Waiting;
        let own = row.proposed.unit == staff.unit;
        // What is decided is shown to its own unit and to whoever's unit decided.
        if !waits && !own && row.decided.as_ref().is_none_or(|did| did.unit != staff.unit) {
            return Err(EvidenceError::NotFound);
        }
        let person = person::of(tx, row.holder).await?;
        crate::access::record(tx, app, staff, "open", "evidence-proposal", id).await?;
        crate::access::record(tx, app, staff, "open", "holder", row.holder).await?;
        let effect = if waits { looked(&person, &row, now).ok() } else { None };
        let may_decide = may_decide(&row, staff).is_ok();
        Ok(View { may_recall: waits && own, may_decide, effect, person, row })
    })
}

/// The colour now, and with what is proposed.
fn looked(person: &Person, row: &ProposalRow, now: Timestamp) -> Result<(Colour, Colour), EvidenceError> {
    let added = row.stated.as_evidence(Id::from_i64(row.id.as_i64()));
    let change = row.taken_back.map_or(Change::Add(&added), Change::Without);
    effect(&person.known.evidence(), change, now)
}

fn may_decide(row: &ProposalRow, staff: &Staff) -> Result<(), Hindrance> {
    if row.stage != ProposalStage::Waiting {
        Err(Hindrance::Decided)
    } else if row.proposed.unit == staff.unit || row.proposed.by == staff.id {
        Err(Hindrance::OwnUnit)
    } else {
        Ok(())
    }
}

/// Confirms: it counts from now on, and the rules decide with it.
pub async fn confirm(app: &App, staff: &Staff, id: EvidenceProposalId) -> Result<(), EvidenceError> {
    let now = app.now();
    let admitted = transact!(app.store, "evidence.confirm", EvidenceError, |tx| {
        let row = waiting(tx, staff, id).await?;
        // A stop is written, and nothing else: an error would roll it back too.
        let admitted = bulk::admit(tx, app, row.proposed.unit).await?;
        if admitted != Admitted::Yes {
            return Ok(admitted);
        }
        call!(tx, holder::lock(row.holder))?;
        // The person may have gone meanwhile.
        person::of(tx, row.holder).await?;
        if !call!(tx, evidence_proposal::decide(id, (staff.id, staff.unit), ProposalStage::Confirmed, now))? {
            return hindered(Hindrance::Decided);
        }
        crate::access::record(tx, app, staff, "confirm", "evidence-proposal", id).await?;
        let by = (row.proposed.by, row.proposed.unit);
        let (holder, taken_back, stated, note) = (row.holder, row.taken_back, row.stated, row.note);
        let stage = ProposalStage::Confirmed;
        count(tx, app, &NewProposal { id, holder, taken_back, stated, note, stage, at: row.proposed.at, by })
            .await?;
        Ok(admitted)
    })?;
    match admitted {
        Admitted::Yes => Ok(()),
        Admitted::Stopped => hindered(Hindrance::Stopped),
        Admitted::StoppedNow { unit, changes } => {
            tracing::error!(
                %unit, changes,
                "ALARM: a unit's evidence made too many colours worse; it is stopped until an administrator of another unit has looked"
            );
            hindered(Hindrance::Stopped)
        }
    }
}

/// Refuses: nothing changes.
pub async fn refuse(app: &App, staff: &Staff, id: EvidenceProposalId) -> Result<(), EvidenceError> {
    let now = app.now();
    transact!(app.store, "evidence.refuse", EvidenceError, |tx| {
        waiting(tx, staff, id).await?;
        if !call!(tx, evidence_proposal::decide(id, (staff.id, staff.unit), ProposalStage::Refused, now))? {
            return hindered(Hindrance::Decided);
        }
        crate::access::record(tx, app, staff, "refuse", "evidence-proposal", id).await?;
        Ok(())
    })
}

async fn waiting(tx: &mut Tx, staff: &Staff, id: EvidenceProposalId) -> Result<ProposalRow, EvidenceError> {
    let row = call!(tx, evidence_proposal::one(id))?.ok_or(EvidenceError::NotFound)?;
    may_decide(&row, staff).map_err(EvidenceError::Hindered)?;
    Ok(row)
}

/// Recalls what the own unit proposed.
pub async fn recall(app: &App, staff: &Staff, id: EvidenceProposalId) -> Result<(), EvidenceError> {
    let now = app.now();
    transact!(app.store, "evidence.recall", EvidenceError, |tx| {
        let row = call!(tx, evidence_proposal::one(id))?.filter(|row| row.proposed.unit == staff.unit);
        let row = row.ok_or(EvidenceError::NotFound)?;
        if !call!(tx, evidence_proposal::recall(row.id, (staff.id, staff.unit), now))? {
            return hindered(Hindrance::Decided);
        }
        crate::access::record(tx, app, staff, "withdraw", "evidence-proposal", id).await?;
        Ok(())
    })
}
