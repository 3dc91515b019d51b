//! Counts for the public: of days that are over, and of applications.

use std::time::Duration;

use domain::Timestamp;
use domain::application::Stage;
use domain::colour::{Colour, EvidenceSource, Fact};
use domain::id::kind::{DecisionId, EvidenceProposalId, HolderId, LogLeafId, StaffId, UnitId};
use store::rows::decision::DecisionRow;
use store::rows::evidence::{NewProposal, ProposalStage, Stated};
use store::rows::figures::{Decided, DecisionCount};
use store::{Store, StoreError, call, read, transact};

use super::NOW;
use super::application::applied;

const HOLDER: HolderId = HolderId::from_i64(61);
const OTHER: HolderId = HolderId::from_i64(62);
const HOUR: Duration = Duration::from_hours(1);

/// A decision as the rules write it.
pub fn decision(
    id: i64,
    holder: HolderId,
    colour: Colour,
    at: Timestamp,
    unit: Option<UnitId>,
) -> DecisionRow {
    DecisionRow {
        id: DecisionId::from_i64(id),
        holder,
        colour,
        reasons: vec!["confirmed_case".to_owned(), "close_contact".to_owned()],
        rule_set: "hubei-colours-3".to_owned(),
        declaration: None,
        leaf: LogLeafId::from_i64(id),
        decided_at: at,
        until: None,
        since: None,
        fired: Vec::new(),
        unit,
        revoked: None,
    }
}

async fn counts(store: &Store, first: i64) -> Vec<DecisionCount> {
    read!(store, "test.counts", StoreError, |tx| { call!(tx, figures::counts(first)) }).unwrap()
}

async fn count(store: &Store, day: i64) {
    transact!(store, "test.count", StoreError, |tx| { call!(tx, figures::count_day(day)) }).unwrap();
}

pub async fn a_day_is_counted_once_and_stays_as_it_was(store: &Store) {
    let day = NOW.day();
    let (first, last) = (Timestamp::of_day(day), Timestamp::of_day(day + 1).minus(Duration::from_micros(1)));
    transact!(store, "test.decide", StoreError, |tx| {
        for (holder, id) in [(HOLDER, 0), (OTHER, 10)] {
            call!(tx, holder::insert(holder, NOW))?;
            for (more, colour, at) in [
                (1, Colour::Red, first),
                (2, Colour::Red, last),
                (3, Colour::Green, last),
                (4, Colour::Red, Timestamp::of_day(day + 1)),
            ] {
                call!(tx, decision::insert(&decision(id + more, holder, colour, at, None)))?;
            }
        }
        Ok(())
    })
    .unwrap();
    count(store, day).await;
    let of = |colour, decisions| DecisionCount {
        day,
        rule_set: "hubei-colours-3".to_owned(),
        colour,
        reasons: vec!["confirmed_case".to_owned(), "close_contact".to_owned()],
        decisions,
    };
    let whole = [of(Colour::Green, 2), of(Colour::Red, 4)];
    assert_eq!(counts(store, day).await, whole);
    transact!(store, "test.erase", StoreError, |tx| { call!(tx, erase::holder(OTHER, NOW)) }).unwrap();
    count(store, day).await;
    assert_eq!(counts(store, day).await, whole, "what was counted stays");
    count(store, day + 1).await;
    assert_eq!(counts(store, day + 1).await.iter().map(|one| one.decisions).collect::<Vec<_>>(), [1]);
    let forgotten = transact!(store, "test.forget", StoreError, |tx| { call!(tx, figures::forget(day + 1)) });
    assert_eq!((forgotten.unwrap(), counts(store, 0).await.len()), (2, 1));
}

pub async fn what_an_application_took_is_what_its_clock_ran(store: &Store) {
    // Sent one after another; each is decided so many hours after it was sent.
    for (id, hours, stage) in [
        (1, 1, Stage::Issued),
        (2, 30, Stage::Refused),
        (3, 3, Stage::Issued),
        (4, 2, Stage::Withdrawn),
        (5, 2, Stage::Review),
    ] {
        let mut row = applied(store, id, 0).await;
        let at = row.sent_at.plus(HOUR * hours);
        (row.stage, row.decided_at) = (stage, stage.is_final().then_some(at));
        if id == 3 {
            // It was filed while the clock stood: 22 of 24 hours were left.
            (row.clock.due_at, row.clock.left) = (None, Some(HOUR * 22));
        }
        transact!(store, "test.decide", StoreError, |tx| {
            let mut row = row.clone();
            assert!(call!(tx, application::save(&mut row))?);
            Ok(())
        })
        .unwrap();
    }
    let days = [NOW, NOW.plus(HOUR * 48)];
    let (decided, took, late, early) = read!(store, "test.figures", StoreError, |tx| {
        let mut took = Vec::new();
        for place in 0..4 {
            took.push(call!(tx, figures::took(days, place))?);
        }
        let late =
            [call!(tx, figures::late(NOW.plus(HOUR * 23)))?, call!(tx, figures::late(NOW.plus(HOUR * 24)))?];
        let early = call!(tx, figures::decided([NOW, NOW.plus(HOUR * 3)]))?;
        Ok((call!(tx, figures::decided(days))?, took, late, early))
    })
    .unwrap();
    assert_eq!(decided, Decided { all: 3, in_time: 2 });
    assert_eq!(took, [Some(HOUR), Some(HOUR * 2), Some(HOUR * 30), None]);
    assert_eq!((late, early.all), ([0, 1], 1));
}

pub async fn proposals_are_counted_by_unit_and_stage(store: &Store) {
    let stated = Stated {
        fact: Fact::CaseContact,
        reference: None,
        threshold: None,
        source: EvidenceSource::Office,
        at: NOW,
        until: None,
    };
    let counted = transact!(store, "test.propose", StoreError, |tx| {
        call!(tx, holder::insert(HOLDER, NOW))?;
        let unit = call!(tx, staff::unit(UnitId::from_i64(81), "Wuhan"))?;
        for (id, stage) in
            [(1, ProposalStage::Waiting), (2, ProposalStage::Waiting), (3, ProposalStage::Alone)]
        {
            let new = NewProposal {
                id: EvidenceProposalId::from_i64(id),
                holder: HOLDER,
                taken_back: None,
                stated: stated.clone(),
                note: String::new(),
                stage,
                at: NOW,
                by: (StaffId::from_i64(71), unit),
            };
            call!(tx, evidence_proposal::add(&new))?;
        }
        call!(tx, figures::proposals())
    });
    let counted: Vec<_> = counted.unwrap().into_iter().map(|c| (c.unit_name, c.stage, c.proposals)).collect();
    let wuhan = || "Wuhan".to_owned();
    assert_eq!(counted, [(wuhan(), ProposalStage::Alone, 1), (wuhan(), ProposalStage::Waiting, 2)]);
}
