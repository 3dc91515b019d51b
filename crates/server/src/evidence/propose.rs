//! Stating a fact about somebody, and taking one back.
//!
//! The decision that matters: what makes the colour worse, and what could make it worse later, waits for a person of
//! another unit. Everything else counts at once: nobody waits a day longer in red because a second signature is missing.

use domain::colour::{Colour, Evidence};
use domain::id::kind::{EvidenceId, EvidenceProposalId, HolderId};
use domain::{Id, Timestamp};
use store::rows::evidence::{EvidenceRow, NewProposal, ProposalRow, Stated};
use store::{Tx, call, transact};

use super::error::hindered;
use super::{EvidenceError, Hindrance, bulk, person};
use crate::App;
use crate::decision::{self, Cause};
use crate::http::session::Staff;

/// The most evidence about one person that officers add: rules take 256 pieces, and temperatures come by themselves.
const MOST: usize = 200;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It counts.
    Counts(Colour),
    /// It waits for a person of another unit.
    Waits(EvidenceProposalId),
}

/// States a fact about somebody.
pub async fn add(
    app: &App,
    staff: &Staff,
    holder: HolderId,
    stated: &Stated,
    note: &str,
) -> Result<Outcome, EvidenceError> {
    let now = app.now();
    transact!(app.store, "evidence.add", EvidenceError, |tx| {
        call!(tx, holder::lock(holder))?;
        let person = person::of(tx, holder).await?;
        let counting = person.evidence.iter().filter(|row| row.superseded.is_none()).count();
        if counting + person.waiting.len() >= MOST {
            return hindered(Hindrance::Full);
        }
        let id: EvidenceId = app.new_id();
        let worse = is_worse(tx, holder, Change::Add(&stated.as_evidence(id)), now).await?;
        crate::access::record(tx, app, staff, "add", "evidence", id).await?;
        if worse || stated.fact.is_adverse() {
            let same = |row: &ProposalRow| {
                row.taken_back.is_none() && row.stated.fact == stated.fact && row.stated.at == stated.at
            };
            if person.waiting.iter().any(same) {
                return hindered(Hindrance::Waiting);
            }
            return wait(tx, app, staff, (holder, None), stated, note).await;
        }
        let row = EvidenceRow {
            id,
            holder,
            report: None,
            stated: stated.clone(),
            added_at: now,
            by: (staff.id, staff.unit),
            superseded: None,
        };
        call!(tx, evidence::add(&row))?;
        counts(tx, app, staff, holder).await
    })
}

/// Takes evidence back: it was wrong, or about somebody else. The unit that stated it does that, and no other.
pub async fn take_back(
    app: &App,
    staff: &Staff,
    holder: HolderId,
    id: EvidenceId,
    note: &str,
) -> Result<Outcome, EvidenceError> {
    let now = app.now();
    transact!(app.store, "evidence.take_back", EvidenceError, |tx| {
        call!(tx, holder::lock(holder))?;
        let person = person::of(tx, holder).await?;
        let row = person.evidence.iter().find(|row| row.id == id).ok_or(EvidenceError::NotFound)?;
        if row.superseded.is_some() {
            return hindered(Hindrance::Superseded);
        }
        if row.by.1 != staff.unit {
            return hindered(Hindrance::OtherUnit);
        }
        let worse = is_worse(tx, holder, Change::Without(id), now).await?;
        crate::access::record(tx, app, staff, "take_back", "evidence", id).await?;
        if worse || !row.stated.fact.is_adverse() {
            if person.waiting.iter().any(|waiting| waiting.taken_back == Some(id)) {
                return hindered(Hindrance::Waiting);
            }
            return wait(tx, app, staff, (holder, Some(id)), &row.stated, note).await;
        }
        call!(tx, evidence::supersede(holder, id, None, now))?;
        counts(tx, app, staff, holder).await
    })
}

/// What would change.
pub(super) enum Change<'a> {
    Add(&'a Evidence),
    Without(EvidenceId),
}

/// Whether a change makes the colour worse at this moment.
async fn is_worse(
    tx: &mut Tx,
    holder: HolderId,
    change: Change<'_>,
    now: Timestamp,
) -> Result<bool, EvidenceError> {
    let (before, after) = effect(tx, holder, change, now).await?;
    Ok(after.severity() > before.severity())
}

/// The colour now, and what it would be.
pub(super) async fn effect(
    tx: &mut Tx,
    holder: HolderId,
    change: Change<'_>,
    now: Timestamp,
) -> Result<(Colour, Colour), EvidenceError> {
    let mut evidence = decision::known(tx, holder).await?.evidence;
    let of = |evidence: &[Evidence]| {
        let decided = decision::of(evidence, now);
        decided.map(|decision| decision.colour).map_err(|_| EvidenceError::Hindered(Hindrance::Undecided))
    };
    let before = of(&evidence)?;
    match change {
        Change::Add(one) => evidence.push(one.clone()),
        Change::Without(id) => evidence.retain(|one| one.id != id),
    }
    Ok((before, of(&evidence)?))
}

async fn wait(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    (holder, taken_back): (HolderId, Option<EvidenceId>),
    stated: &Stated,
    note: &str,
) -> Result<Outcome, EvidenceError> {
    if bulk::is_stopped(tx, staff.unit).await? {
        return hindered(Hindrance::Stopped);
    }
    let new = NewProposal {
        id: app.new_id(),
        holder,
        taken_back,
        stated: stated.clone(),
        note: note.to_owned(),
        at: app.now(),
        by: (staff.id, staff.unit),
    };
    call!(tx, evidence_proposal::add(&new))?;
    Ok(Outcome::Waits(new.id))
}

async fn counts(tx: &mut Tx, app: &App, staff: &Staff, holder: HolderId) -> Result<Outcome, EvidenceError> {
    let decided = decision::decide(tx, app, holder, Cause::Evidence(staff.unit)).await?;
    // With what was read in this transaction the rules came to a result before.
    Ok(Outcome::Counts(decided.ok_or(EvidenceError::Hindered(Hindrance::Undecided))?.colour))
}

/// The facts that an officer states by hand, in the order of the page; a declaration is the holder's, and a temperature
/// comes from a report.
pub fn by_hand() -> impl Iterator<Item = domain::colour::EvidenceKind> {
    use domain::colour::EvidenceKind::{Declaration, TemperatureReport};
    let all = domain::colour::EvidenceKind::ALL.iter().copied();
    all.filter(|kind| !matches!(kind, Declaration | TemperatureReport))
}

/// The id under which evidence about to be added is looked at.
pub(super) fn looked_at(id: EvidenceProposalId) -> EvidenceId {
    Id::from_i64(id.as_i64())
}
