//! Evidence, what waits for another unit, stops, and when a colour is due.

use std::time::Duration;

use domain::Timestamp;
use domain::colour::{Colour, EvidenceSource, Fact, Fired};
use domain::id::kind::{
    DecisionId, EvidenceId, EvidenceProposalId, EvidenceStopId, HolderId, LogLeafId, StaffId,
    TemperatureReportId, UnitId,
};
use domain::report::Site;
use store::rows::decision::DecisionRow;
use store::rows::evidence::{EvidenceRow, NewProposal, Origin, ProposalStage, Stated, StopReason};
use store::{Store, StoreError, call, read, transact};

use super::NOW;

const HOLDER: HolderId = HolderId::from_i64(61);
const OTHER: HolderId = HolderId::from_i64(62);
const LI: (StaffId, UnitId) = (StaffId::from_i64(71), UnitId::from_i64(81));
const WANG: (StaffId, UnitId) = (StaffId::from_i64(72), UnitId::from_i64(82));
const ZHAO: (StaffId, UnitId) = (StaffId::from_i64(73), UnitId::from_i64(81));

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn stated(fact: Fact) -> Stated {
    Stated {
        fact,
        reference: Some("2026-117".to_owned()),
        threshold: None,
        source: EvidenceSource::Office,
        at: NOW,
        until: Some(at(900)),
    }
}

fn evidence(id: i64, holder: HolderId, added: Timestamp, fact: Fact) -> EvidenceRow {
    EvidenceRow {
        id: EvidenceId::from_i64(id),
        holder,
        origin: Origin::Proposal(EvidenceProposalId::from_i64(id)),
        stated: stated(fact),
        added_at: added,
        by: LI,
        superseded: None,
    }
}

fn proposal(id: i64, at: Timestamp) -> NewProposal {
    NewProposal {
        id: EvidenceProposalId::from_i64(id),
        holder: HOLDER,
        taken_back: None,
        stated: stated(Fact::CaseContact),
        note: "Sat beside them.".to_owned(),
        stage: ProposalStage::Waiting,
        at,
        by: LI,
    }
}

async fn holders(store: &Store) {
    transact!(store, "test.holders", StoreError, |tx| {
        call!(tx, holder::insert(HOLDER, NOW))?;
        call!(tx, holder::insert(OTHER, NOW))
    })
    .unwrap();
}

async fn colour(store: &Store, id: i64, holder: HolderId, colour: Colour) {
    let fired =
        Fired { rule: "confirmed".to_owned(), evidence: Some(EvidenceId::from_i64(1)), decides: true };
    let row = DecisionRow {
        id: DecisionId::from_i64(id),
        holder,
        colour,
        reasons: vec!["confirmed_case".to_owned()],
        rule_set: "hubei-colours-3".to_owned(),
        declaration: None,
        leaf: LogLeafId::from_i64(id),
        decided_at: NOW,
        until: None,
        since: Some(NOW),
        fired: vec![fired],
        unit: Some(LI.1),
        revoked: None,
    };
    let read = transact!(store, "test.colour", StoreError, |tx| {
        call!(tx, decision::insert(&row))?;
        call!(tx, decision::current(holder))
    });
    assert!(read.unwrap() == Some(row));
}

async fn of(store: &Store, holder: HolderId) -> Vec<EvidenceRow> {
    read!(store, "test.evidence", StoreError, |tx| { call!(tx, evidence::of_holder(holder)) }).unwrap()
}

pub async fn what_is_added_is_read_and_superseded_once(store: &Store) {
    holders(store).await;
    let first = evidence(1, HOLDER, at(5), Fact::CaseConfirmed);
    let mut second =
        evidence(2, HOLDER, at(6), Fact::TemperatureReport { tenths: 384, site: Site::Ear, division: None });
    second.origin = Origin::Report(TemperatureReportId::from_i64(9));
    second.stated =
        Stated { threshold: Some(373), source: EvidenceSource::Report, reference: None, ..second.stated };
    let done = transact!(store, "test.add", StoreError, |tx| {
        call!(tx, evidence::add(&first))?;
        call!(tx, evidence::add(&second))?;
        Ok([
            call!(tx, evidence::supersede(OTHER, first.id, at(7)))?,
            call!(tx, evidence::supersede(HOLDER, first.id, at(7)))?,
            call!(tx, evidence::supersede(HOLDER, first.id, at(8)))?,
        ])
    });
    assert_eq!(done.unwrap(), [false, true, false]);
    let superseded = EvidenceRow { superseded: Some(at(7)), ..first };
    assert!(of(store, HOLDER).await == [second, superseded]);
    assert!(of(store, OTHER).await.is_empty());
}

pub async fn evidence_goes_all_together_once_no_colour_rests_on_it(store: &Store) {
    holders(store).await;
    transact!(store, "test.add", StoreError, |tx| {
        for row in [
            evidence(1, HOLDER, at(5), Fact::CaseConfirmed),
            evidence(2, HOLDER, at(50), Fact::Recovery),
            evidence(3, OTHER, at(5), Fact::CaseConfirmed),
            evidence(4, OTHER, at(5), Fact::CaseContact),
        ] {
            call!(tx, evidence::add(&row))?;
        }
        assert!(call!(tx, evidence::supersede(OTHER, EvidenceId::from_i64(4), at(20)))?);
        Ok(())
    })
    .unwrap();
    colour(store, 1, HOLDER, Colour::Green).await;
    colour(store, 2, OTHER, Colour::Red).await;
    let forget = async |before| {
        transact!(store, "test.forget", StoreError, |tx| { call!(tx, erase::evidence(before)) }).unwrap()
    };
    assert_eq!(forget(at(10)).await, 0, "the recovery is newer");
    assert_eq!(forget(at(30)).await, 1, "the contact counts no more");
    transact!(store, "test.back", StoreError, |tx| {
        call!(tx, evidence::supersede(HOLDER, EvidenceId::from_i64(1), at(89)))
    })
    .unwrap();
    assert_eq!(forget(at(80)).await, 1, "what was taken back a moment ago is still to be seen");
    assert_eq!(forget(at(90)).await, 1, "the case of whoever is red stays");
    assert_eq!((of(store, HOLDER).await.len(), of(store, OTHER).await.len()), (0, 1));
}

pub async fn a_colour_is_due_once_and_at_its_last_word(store: &Store) {
    holders(store).await;
    let due =
        async |now| read!(store, "test.due", StoreError, |tx| { call!(tx, evidence::due(now, 9)) }).unwrap();
    let put = async |holder, at| {
        transact!(store, "test.put", StoreError, |tx| { call!(tx, evidence::put_due(holder, at)) }).unwrap();
    };
    put(HOLDER, Some(at(10))).await;
    put(OTHER, Some(at(20))).await;
    put(HOLDER, Some(at(30))).await;
    assert_eq!((due(at(19)).await, due(at(20)).await), (vec![], vec![OTHER]));
    assert_eq!(due(at(30)).await, [OTHER, HOLDER], "the longest due first");
    put(OTHER, None).await;
    assert_eq!(due(at(30)).await, [HOLDER]);
}

pub async fn nobody_decides_on_what_their_unit_proposed(store: &Store) {
    holders(store).await;
    let (first, second, third) = (proposal(1, at(1)), proposal(2, at(2)), proposal(3, at(3)));
    let (confirmed, refused) = (ProposalStage::Confirmed, ProposalStage::Refused);
    let done = transact!(store, "test.decide", StoreError, |tx| {
        for new in [&first, &second, &third] {
            call!(tx, evidence_proposal::add(new))?;
        }
        Ok([
            call!(tx, evidence_proposal::decide(first.id, ZHAO, confirmed, at(9)))?,
            call!(tx, evidence_proposal::decide(first.id, (LI.0, WANG.1), confirmed, at(9)))?,
            call!(tx, evidence_proposal::decide(first.id, WANG, confirmed, at(9)))?,
            call!(tx, evidence_proposal::decide(first.id, WANG, refused, at(10)))?,
            call!(tx, evidence_proposal::recall(second.id, WANG, at(11)))?,
            call!(tx, evidence_proposal::recall(second.id, ZHAO, at(11)))?,
        ])
    });
    assert_eq!(done.unwrap(), [false, false, true, false, false, true]);
    let (one, waiting, own, about, changes) = read!(store, "test.read", StoreError, |tx| {
        Ok((
            call!(tx, evidence_proposal::one(first.id))?.unwrap(),
            call!(tx, evidence_proposal::waiting(WANG.1, 9))?,
            call!(tx, evidence_proposal::of_unit(LI.1, at(10), 9))?,
            call!(tx, evidence_proposal::of_holder(HOLDER))?,
            [
                call!(tx, evidence_proposal::changes(LI.1, at(9)))?,
                call!(tx, evidence_proposal::changes(LI.1, at(10)))?,
                call!(tx, evidence_proposal::changes(WANG.1, at(0)))?,
            ],
        ))
    })
    .unwrap();
    assert!(one.stated == first.stated && one.note == first.note && one.stage == confirmed);
    let decided = one.decided.unwrap();
    assert_eq!((decided.at, decided.by, decided.unit), (at(9), WANG.0, WANG.1));
    assert_eq!((one.proposed.at, one.proposed.by, one.proposed.unit), (at(1), LI.0, LI.1));
    let ids =
        |rows: Vec<store::rows::evidence::ProposalRow>| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(
        (ids(waiting), ids(own), ids(about)),
        (vec![third.id], vec![third.id, second.id], vec![third.id, second.id, first.id])
    );
    assert_eq!(changes, [vec![at(9)], vec![], vec![]]);
    // What evidence comes from says who confirmed it, and stays as long; what waits does too.
    transact!(store, "test.counts", StoreError, |tx| {
        call!(tx, evidence::add(&evidence(1, HOLDER, at(9), Fact::CaseContact)))
    })
    .unwrap();
    let forget = async || {
        let done = transact!(store, "test.forget", StoreError, |tx| {
            call!(tx, evidence_proposal::forget(at(99)))
        });
        done.unwrap()
    };
    assert_eq!(forget().await, 1, "the recalled one");
    transact!(store, "test.gone", StoreError, |tx| { call!(tx, erase::evidence(at(99))) }).unwrap();
    assert_eq!(forget().await, 0, "of no colour: the evidence stays");
    colour(store, 1, HOLDER, Colour::Green).await;
    transact!(store, "test.gone", StoreError, |tx| { call!(tx, erase::evidence(at(99))) }).unwrap();
    assert_eq!(forget().await, 1);
}

pub async fn a_unit_is_stopped_once_and_lifted_by_another(store: &Store) {
    let id = EvidenceStopId::from_i64;
    let why = (StopReason::Hour, 20);
    let done = transact!(store, "test.stop", StoreError, |tx| {
        Ok([
            call!(tx, evidence_stop::stop(id(1), LI.1, why, at(1)))?,
            call!(tx, evidence_stop::stop(id(2), LI.1, why, at(2)))?,
            call!(tx, evidence_stop::stop(id(3), WANG.1, (StopReason::Day, 70), at(2)))?,
            call!(tx, evidence_stop::lift(id(1), ZHAO, "All fine.", at(3)))?,
            call!(tx, evidence_stop::lift(id(1), WANG, "A school.", at(4)))?,
            call!(tx, evidence_stop::lift(id(1), WANG, "Again.", at(5)))?,
        ])
    });
    assert_eq!(done.unwrap(), [true, false, true, false, true, false]);
    let (stops, li, wang) = read!(store, "test.read", StoreError, |tx| {
        Ok((
            call!(tx, evidence_stop::stops(9))?,
            call!(tx, evidence_stop::of_unit(LI.1))?,
            call!(tx, evidence_stop::of_unit(WANG.1))?,
        ))
    })
    .unwrap();
    assert_eq!(stops.iter().map(|stop| stop.id).collect::<Vec<_>>(), [id(3), id(1)]);
    assert_eq!((stops[0].reason, stops[0].changes, &stops[0].lifted), (StopReason::Day, 70, &None));
    assert_eq!(stops[1].note.as_deref(), Some("A school."));
    assert_eq!(stops[1].lifted.as_ref().map(|did| (did.at, did.by)), Some((at(4), WANG.0)));
    assert_eq!((li, wang), ((false, Some(at(4))), (true, None)));
    let forgotten =
        transact!(store, "test.forget", StoreError, |tx| { call!(tx, evidence_stop::forget(at(9))) });
    assert_eq!(forgotten.unwrap(), 1, "one that stands stays");
}

/// As many at once as there are connections: each counts, and then adds one.
pub async fn those_who_count_at_once_see_each_other(store: &Store) {
    const MOST: usize = 3;
    holders(store).await;
    transact!(store, "test.unit", StoreError, |tx| { call!(tx, staff::unit(LI.1, "Wuhan")) }).unwrap();
    let all: Vec<NewProposal> = (1..=8).map(|id| proposal(id, at(1))).collect();
    transact!(store, "test.propose", StoreError, |tx| {
        for new in &all {
            call!(tx, evidence_proposal::add(new))?;
        }
        Ok(())
    })
    .unwrap();
    let one = |id: EvidenceProposalId| {
        let store = store.clone();
        tokio::spawn(async move {
            transact!(store, "test.confirm", StoreError, |tx| {
                call!(tx, evidence_stop::lock(LI.1))?;
                if call!(tx, evidence_proposal::changes(LI.1, at(0)))?.len() < MOST {
                    call!(tx, evidence_proposal::decide(id, WANG, ProposalStage::Confirmed, at(9)))?;
                }
                Ok(())
            })
        })
    };
    let running: Vec<_> = all.iter().map(|new| one(new.id)).collect();
    for one in running {
        one.await.unwrap().unwrap();
    }
    let confirmed =
        read!(store, "test.changes", StoreError, |tx| { call!(tx, evidence_proposal::changes(LI.1, at(0))) });
    assert_eq!(confirmed.unwrap().len(), MOST);
}
