//! Stating a fact about somebody, and taking one back.
//!
//! The decision that matters: what makes the colour worse, and what could make it worse later, waits for a person of
//! another unit. Everything else counts at once: nobody waits a day longer in red because a second signature is missing.

use domain::Timestamp;
use domain::colour::{Colour, Decision, Evidence, EvidenceKind, Fact};
use domain::id::kind::{EvidenceId, EvidenceProposalId, HolderId};
use store::rows::evidence::{EvidenceRow, NewProposal, Origin, ProposalStage, Stated};
use store::{Tx, call, transact};

use super::error::hindered;
use super::person::Person;
use super::{EvidenceError, Hindrance, bulk, person};
use crate::App;
use crate::decision;
use crate::http::session::Staff;
use crate::staff::By;

/// The most evidence about one person that waits or counts: rules take 256 pieces, and temperatures come by themselves.
const MOST: usize = 200;
/// The most at which something still counts at once: nobody keeps a case from being stated by filling the list alone.
const ALONE: usize = 50;
/// As many moments at which the colour changes by itself are looked at.
const MOMENTS: usize = 20;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It counts.
    Counts(EvidenceProposalId),
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
    transact!(app.store, "evidence.add", EvidenceError, |tx| {
        let person = person::for_work(tx, app, staff, holder).await?;
        put(tx, app, By::from(staff), &person, stated, note).await
    })
}

/// The same about somebody who was opened in this transaction. Nothing is written where the same is there, or waits.
pub(super) async fn put(
    tx: &mut Tx,
    app: &App,
    by: By,
    person: &Person,
    stated: &Stated,
    note: &str,
) -> Result<Outcome, EvidenceError> {
    let same = |one: &Stated| one.fact == stated.fact && one.at == stated.at;
    if person.waiting.iter().any(|row| row.taken_back.is_none() && same(&row.stated)) {
        return hindered(Hindrance::Waiting);
    }
    let mut counting = person.known.rows.iter().filter(|row| row.superseded.is_none());
    if counting.clone().any(|row| same(&row.stated)) {
        return hindered(Hindrance::There);
    }
    let new = proposal(app, by, (person.holder, None), stated, note);
    let (added, evidence) = (stated.as_evidence(new.evidence()), person.known.evidence());
    let waits = stated.fact.is_adverse() || is_worse(&evidence, Change::Add(&added), app.now())?;
    let all = counting.by_ref().count() + person.waiting.len();
    if all >= if waits || stated.fact == Fact::Recovery { MOST } else { ALONE } {
        return hindered(Hindrance::Full);
    }
    state(tx, app, new, waits).await
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
        let person = person::for_work(tx, app, staff, holder).await?;
        let row = person.known.rows.iter().find(|row| row.id == id).ok_or(EvidenceError::NotFound)?;
        if row.superseded.is_some() {
            return hindered(Hindrance::Superseded);
        }
        if row.by.1 != staff.unit {
            return hindered(Hindrance::OtherUnit);
        }
        if person.waiting.iter().any(|waiting| waiting.taken_back == Some(id)) {
            return hindered(Hindrance::Waiting);
        }
        // Without its case a recovery is a colour of its own, and somebody else has to look at that.
        let recovered = person.known.evidence().iter().any(|one| one.fact == Fact::Recovery);
        let waits = !row.stated.fact.is_adverse()
            || recovered
            || is_worse(&person.known.evidence(), Change::Without(id), now)?;
        let back = proposal(app, By::from(staff), (holder, Some(id)), &row.stated, note);
        state(tx, app, back, waits).await
    })
}

/// Takes evidence back because an appeal found that it was wrong: whoever answers is of another unit than what stated it, and
/// had no part in it, so nobody else has to look.
pub(crate) async fn correct(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    row: &EvidenceRow,
    why: &str,
) -> Result<(), EvidenceError> {
    let new = proposal(app, By::from(staff), (row.holder, Some(row.id)), &row.stated, why);
    state(tx, app, new, false).await.map(drop)
}

fn proposal(
    app: &App,
    by: By,
    (holder, taken_back): (HolderId, Option<EvidenceId>),
    stated: &Stated,
    note: &str,
) -> NewProposal {
    NewProposal {
        id: app.new_id(),
        holder,
        taken_back,
        stated: stated.clone(),
        note: note.to_owned(),
        stage: ProposalStage::Alone,
        at: app.now(),
        by: (by.staff, by.unit),
    }
}

/// Puts it on record, and lets it count unless it waits.
async fn state(tx: &mut Tx, app: &App, mut new: NewProposal, waits: bool) -> Result<Outcome, EvidenceError> {
    if waits {
        if bulk::is_stopped(tx, new.by.1).await? {
            return hindered(Hindrance::Stopped);
        }
        new.stage = ProposalStage::Waiting;
    }
    call!(tx, evidence_proposal::add(&new))?;
    if waits {
        return Ok(Outcome::Waits(new.id));
    }
    count(tx, app, &new).await?;
    Ok(Outcome::Counts(new.id))
}

/// What was stated counts, or what was taken back does no more; and the rules decide.
pub(super) async fn count(tx: &mut Tx, app: &App, of: &NewProposal) -> Result<(), EvidenceError> {
    let now = app.now();
    match of.taken_back {
        Some(evidence) if call!(tx, evidence::supersede(of.holder, evidence, now))? => {}
        Some(_) => return hindered(Hindrance::Superseded),
        None => {
            let row = EvidenceRow {
                id: of.evidence(),
                holder: of.holder,
                origin: Origin::Proposal(of.id),
                stated: of.stated.clone(),
                added_at: now,
                by: of.by,
                superseded: None,
            };
            call!(tx, evidence::add(&row))?;
        }
    }
    // With what was read in this transaction the rules came to a result before.
    decision::decide(tx, app, of.holder).await?.ok_or(EvidenceError::Hindered(Hindrance::Undecided))?;
    Ok(())
}

/// What would change.
#[derive(Clone, Copy)]
pub(super) enum Change<'a> {
    Add(&'a Evidence),
    Without(EvidenceId),
}

impl Change<'_> {
    fn made(self, evidence: &[Evidence]) -> Vec<Evidence> {
        let mut all = evidence.to_vec();
        match self {
            Self::Add(one) => all.push(one.clone()),
            Self::Without(id) => all.retain(|one| one.id != id),
        }
        all
    }
}

/// Whether a change makes the colour worse, now or at any moment to come at which one of the two changes by itself: a
/// recovery, which ends a case, begins an observation, and that may last longer than what it ends. Where more moments come
/// than are looked at, or the rules say nothing of one, somebody else looks.
fn is_worse(evidence: &[Evidence], change: Change<'_>, now: Timestamp) -> Result<bool, EvidenceError> {
    let changed = change.made(evidence);
    let (mut before, mut after) = (decided(evidence, now)?, decided(&changed, now)?);
    for _ in 0..MOMENTS {
        if after.colour.severity() > before.colour.severity() {
            return Ok(true);
        }
        let ends = [before.until, after.until].into_iter().flatten().map(|(at, _)| at);
        let Some(at) = ends.min() else { return Ok(false) };
        let (Ok(then), Ok(then_changed)) = (decided(evidence, at), decided(&changed, at)) else {
            return Ok(true);
        };
        (before, after) = (then, then_changed);
    }
    Ok(true)
}

/// The colour now, and what it would be.
pub(super) fn effect(
    evidence: &[Evidence],
    change: Change<'_>,
    now: Timestamp,
) -> Result<(Colour, Colour), EvidenceError> {
    Ok((decided(evidence, now)?.colour, decided(&change.made(evidence), now)?.colour))
}

fn decided(evidence: &[Evidence], at: Timestamp) -> Result<Decision, EvidenceError> {
    decision::of(evidence, at).map_err(|_| EvidenceError::Hindered(Hindrance::Undecided))
}

/// The facts that an officer states by hand, in the order of the page; a declaration is the holder's, and a temperature
/// comes from a report.
pub fn by_hand() -> impl Iterator<Item = EvidenceKind> {
    use EvidenceKind::{Declaration, TemperatureReport};
    let all = EvidenceKind::ALL.iter().copied();
    all.filter(|kind| !matches!(kind, Declaration | TemperatureReport))
}
