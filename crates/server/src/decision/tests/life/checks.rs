//! What must hold every evening (ARCHITECTURE.md, *Invariants*).

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::colour::reasons;
use domain::id::kind::HolderId;
use store::rows::decision::DecisionRow;
use store::rows::evidence::{EvidenceRow, Origin, ProposalRow, ProposalStage};
use store::rows::held::{HeldDeclaration, HeldPass};
use store::rows::log::commitment;
use store::{StoreError, call, read};

use super::{DAY, Life};
use crate::decision::{LEAF_KIND, known, leaf_content, of};
use crate::holder::erase::{DAYS_KEPT, DECISION_KEPT, DECLARATION_KEPT, EVIDENCE_KEPT};
use crate::jobs::PASS_KEPT;

/// What stands about somebody.
pub struct Seen {
    /// Decisions, the oldest first.
    pub decisions: Vec<DecisionRow>,
    pub evidence: Vec<EvidenceRow>,
    pub proposals: Vec<ProposalRow>,
    declarations: Vec<HeldDeclaration>,
    passes: Vec<HeldPass>,
}

impl Life {
    pub async fn seen(&self, holder: HolderId) -> Seen {
        let seen = read!(self.server.app.store, "test.seen", StoreError, |tx| {
            let mut decisions = call!(tx, held::decisions(holder))?;
            decisions.reverse();
            Ok(Seen {
                decisions,
                evidence: call!(tx, evidence::of_holder(holder))?,
                proposals: call!(tx, evidence_proposal::of_holder(holder))?,
                declarations: call!(tx, held::declarations(holder))?,
                passes: call!(tx, held::passes(holder))?,
            })
        });
        seen.unwrap()
    }

    /// Looks at everybody to whom anything happened, and at a share of the others; then at passes and log.
    pub async fn look(&mut self, day: usize) {
        for index in 0..self.people.len() {
            let person = &self.people[index];
            let row = self.current(person.phone.holder).await;
            if person.last != Some(row.id) || (index + day).is_multiple_of(self.plan.share) {
                self.look_at(index).await;
            } else {
                assert_eq!(row.colour, person.colour, "no decision is ever changed");
            }
        }
        self.look_at_passes().await;
        self.log.check(&self.server).await;
    }

    async fn look_at(&mut self, index: usize) {
        let seen = self.seen(self.people[index].phone.holder).await;
        self.learn(index, &seen);
        let last = self.people[index].last;
        for row in seen.decisions.iter().filter(|row| last.is_none_or(|last| row.id.as_i64() > last.as_i64()))
        {
            self.decided(index, row).await;
        }
        let row = seen.decisions.last().expect("whoever has a code has a colour");
        (self.people[index].last, self.people[index].colour) = (Some(row.id), row.colour);
        self.nothing_else_is_due(row).await;
        stated_by_two(&seen);
        self.reports_are_confirmed(&seen).await;
        self.nothing_is_kept_too_long(&seen, row.holder).await;
    }

    /// Keeps what was declared and stated: the service forgets declarations before the decisions that rest on them.
    fn learn(&mut self, index: usize, seen: &Seen) {
        let record = &mut self.people[index].record;
        let known: BTreeSet<i64> = record.declarations.iter().map(|one| one.id.as_i64()).collect();
        let new = seen.declarations.iter().filter(|one| !known.contains(&one.id.as_i64()));
        record.declarations.extend(new.cloned());
        let known: BTreeSet<i64> = record.evidence.iter().map(|row| row.id.as_i64()).collect();
        for row in seen.evidence.iter().filter(|row| !known.contains(&row.id.as_i64())) {
            self.tally.add(format!("evidence {}", row.stated.kind().as_str()));
        }
        record.evidence.clone_from(&seen.evidence);
    }

    /// A new decision: it has reasons, it has a leaf that says the same, and it is what the rules make of what counted.
    async fn decided(&mut self, index: usize, row: &DecisionRow) {
        assert!(
            !row.reasons.is_empty() && row.reasons.iter().all(|reason| reasons().contains(reason.as_str()))
        );
        assert_eq!(self.people[index].record.differs(row), None, "the seed is {}", self.plan.seed);
        let leaf =
            read!(self.server.app.store, "test.leaf", StoreError, |tx| { call!(tx, held::leaf(row.leaf)) });
        let leaf = leaf.unwrap().expect("no decision without its leaf");
        let salt = leaf.salt.expect("nobody was deleted").try_into().unwrap();
        let said = commitment(LEAF_KIND, salt, leaf_content(row).as_bytes());
        assert_eq!(leaf.commitment, said);
        assert!(self.log.decisions.insert(said), "no two decisions have one leaf");
        self.tally.add(format!("decided {}", row.colour.as_str()));
    }

    /// What was decided last is what the rules make of what counts now: nothing has lapsed that nobody looked at.
    async fn nothing_else_is_due(&self, row: &DecisionRow) {
        let (app, holder) = (&self.server.app, row.holder);
        let known = read!(app.store, "test.known", StoreError, |tx| { known(tx, holder).await }).unwrap();
        let now = of(&known.evidence(), self.worked).unwrap();
        let same = row.colour == now.colour && row.reasons == now.reasons && row.fired == now.fired;
        assert!(same, "shown {:?}, and the rules say {:?}", row.reasons, now.reasons);
    }

    async fn reports_are_confirmed(&self, seen: &Seen) {
        for row in &seen.evidence {
            let Origin::Report(id) = row.origin else { continue };
            let report = read!(self.server.app.store, "test.report", StoreError, |tx| {
                call!(tx, report_desk::by_id(id))
            });
            let report = report.unwrap().expect("kept as long as its evidence");
            assert_eq!((report.holder, report.confirmed_at), (Some(row.holder), Some(row.added_at)));
        }
    }

    /// As the job that ran last left it.
    async fn nothing_is_kept_too_long(&self, seen: &Seen, holder: HolderId) {
        let young = |at: Timestamp, kept| at >= self.tidied.minus(kept);
        let mut overtaken = seen.declarations.iter().skip(1);
        assert!(overtaken.all(|one| young(one.made_at, DECLARATION_KEPT)));
        let mut overtaken = seen.decisions.iter().rev().skip(1);
        assert!(!seen.passes.is_empty() || overtaken.all(|row| young(row.decided_at, DECISION_KEPT)));
        assert!(seen.passes.iter().all(|pass| young(pass.expires_at, PASS_KEPT)));
        let mut superseded = seen.evidence.iter().filter_map(|row| row.superseded);
        assert!(superseded.all(|at| young(at, EVIDENCE_KEPT)));
        let day = self.tidied.minus(DAYS_KEPT + DAY).day();
        let changed = read!(self.server.app.store, "test.changed", StoreError, |tx| {
            call!(tx, health::changed(holder, day))
        });
        assert_eq!(changed.unwrap(), None);
    }

    /// Makes every decision again that was ever made about anybody and is still kept.
    pub async fn make_all_again(&mut self) {
        for index in 0..self.people.len() {
            let person = &self.people[index];
            for row in self.seen(person.phone.holder).await.decisions {
                assert_eq!(person.record.differs(&row), None, "the seed is {}", self.plan.seed);
                self.tally.add("decisions made again at the end");
            }
        }
    }

    /// Nothing is left of anybody.
    pub async fn nothing_is_left(&self) {
        for person in &self.people {
            let Seen { decisions, evidence, proposals, declarations, passes } =
                self.seen(person.phone.holder).await;
            assert!(decisions.is_empty() && evidence.is_empty() && proposals.is_empty());
            assert!(declarations.is_empty() && passes.is_empty());
        }
    }
}

/// Nobody decides on what they proposed, nor anybody of their unit; what speaks against a person was confirmed; what counts
/// no more was taken back by the unit that stated it; and why each of it happened is on record.
fn stated_by_two(seen: &Seen) {
    use ProposalStage::{Alone, Confirmed, Recalled, Refused};
    for row in &seen.proposals {
        let Some(did) = &row.decided else { continue };
        let (by, unit) = (did.by != row.proposed.by, did.unit != row.proposed.unit);
        match row.stage {
            Confirmed | Refused => assert!(by && unit, "decided on by the same unit"),
            Recalled => assert!(!unit, "recalled by another unit"),
            stage => panic!("{stage:?} is no decision"),
        }
    }
    let counts = |row: &&ProposalRow| matches!(row.stage, Alone | Confirmed);
    for row in &seen.evidence {
        if let Origin::Proposal(id) = row.origin {
            let from = seen.proposals.iter().filter(counts).find(|proposal| proposal.id == id);
            let from = from.expect("it was stated, and counts");
            assert!(from.stage == Confirmed || !row.stated.fact.is_adverse(), "on one person's word");
            assert_eq!((from.proposed.by, from.proposed.unit), row.by);
        }
        if row.superseded.is_some() {
            let mut back = seen.proposals.iter().filter(counts);
            let back =
                back.find(|proposal| proposal.taken_back == Some(row.id)).expect("somebody took it back");
            assert_eq!(back.proposed.unit, row.by.1);
        }
    }
}
