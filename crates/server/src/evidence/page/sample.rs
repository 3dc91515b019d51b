//! Invented evidence for the samples of pages.

use std::time::Duration;

use domain::colour::{Colour, EvidenceSource, Fact, TestMethod, TestOutcome};
use domain::id::kind::{EvidenceId, EvidenceProposalId, EvidenceStopId, HolderId, StaffId, UnitId};
use domain::report::Site;
use domain::{Id, Timestamp};
use store::rows::decision::DecisionRow;
use store::rows::evidence::{EvidenceRow, Origin, ProposalRow, ProposalStage, Stated, StopReason, StopRow};
use store::rows::visit_case::Did;

use crate::decision::Known;
use crate::evidence::decide::{Board, View};
use crate::evidence::person::Person;

/// When the samples are looked at.
pub const NOW: Timestamp = Timestamp::from_seconds(1_795_435_200);
/// The unit of whoever looks.
pub const OURS: UnitId = UnitId::from_i64(1);
const THEIRS: UnitId = UnitId::from_i64(2);

fn hours(hours: u64) -> Timestamp {
    NOW.minus(Duration::from_hours(hours))
}

/// What somebody of a unit did, so many hours ago.
pub fn did(ago: u64, by: i64, unit: UnitId) -> Did {
    let (name, unit_name) = if unit == OURS {
        ("Wang Fang", "Health Commission, Wuhan")
    } else {
        ("Li Ying", "Centre for Disease Control, Hubei")
    };
    Did { at: hours(ago), by: Id::from_i64(by), name: name.to_owned(), unit, unit_name: unit_name.to_owned() }
}

fn stated(fact: Fact, ago: u64) -> Stated {
    Stated {
        fact,
        reference: Some("2026-117".to_owned()),
        threshold: None,
        source: EvidenceSource::Office,
        at: hours(ago),
        until: None,
    }
}

/// A temperature that an officer confirmed.
pub fn temperature() -> Stated {
    let fact = Fact::TemperatureReport { tenths: 379, site: Site::Ear, division: None };
    let source = EvidenceSource::Report;
    Stated { reference: None, threshold: Some(373), source, ..stated(fact, 90) }
}

fn row(id: i64, stated: Stated, unit: UnitId) -> EvidenceRow {
    EvidenceRow {
        id: EvidenceId::from_i64(id),
        holder: HolderId::from_i64(1),
        origin: Origin::Proposal(EvidenceProposalId::from_i64(id)),
        stated,
        added_at: hours(2),
        by: (StaffId::from_i64(7), unit),
        superseded: None,
    }
}

const TEST: Fact = Fact::TestResult { result: TestOutcome::Negative, method: TestMethod::NucleicAcid };

/// Somebody about whom there is everything.
pub fn person() -> Person {
    let until = NOW.plus(Duration::from_hours(13 * 24));
    let over = EvidenceRow { superseded: Some(hours(1)), ..row(2, stated(Fact::CaseSuspected, 60), OURS) };
    let limited = Stated { until: Some(until), ..stated(Fact::CaseContact, 30) };
    Person {
        known: Known {
            declaration: None,
            rows: vec![
                row(4, limited, OURS),
                row(3, stated(TEST, 40), THEIRS),
                over,
                row(1, temperature(), OURS),
            ],
        },
        waiting: vec![proposal(5, ProposalStage::Waiting, OURS), back(6)],
        decision: decision(Colour::Yellow, "close_contact", Some(until)),
        ..unknown()
    }
}

/// Somebody about whom there is nothing.
pub fn unknown() -> Person {
    Person {
        holder: HolderId::from_i64(1),
        document: crate::health::page::sample::holder().document.expect("the sample has one"),
        decision: decision(Colour::Green, "declared_healthy", None),
        known: Known::default(),
        waiting: Vec::new(),
    }
}

fn decision(colour: Colour, reason: &str, until: Option<Timestamp>) -> DecisionRow {
    DecisionRow {
        id: Id::from_i64(1),
        holder: HolderId::from_i64(1),
        colour,
        reasons: vec![reason.to_owned()],
        rule_set: "hubei-colours-3".to_owned(),
        declaration: None,
        leaf: Id::from_i64(1),
        decided_at: hours(2),
        until,
        since: Some(hours(30)),
        fired: Vec::new(),
        unit: Some(OURS),
        revoked: None,
    }
}

fn proposal(id: i64, stage: ProposalStage, unit: UnitId) -> ProposalRow {
    let other = if unit == OURS { THEIRS } else { OURS };
    let decided =
        matches!(stage, ProposalStage::Confirmed | ProposalStage::Refused | ProposalStage::Recalled);
    let decided = decided.then(|| did(1, 9, other));
    ProposalRow {
        id: EvidenceProposalId::from_i64(id),
        holder: HolderId::from_i64(1),
        taken_back: None,
        stated: stated(Fact::CaseConfirmed, 20),
        note: "Reported by the laboratory this morning.".to_owned(),
        stage,
        proposed: did(3, 7, unit),
        decided,
    }
}

fn back(id: i64) -> ProposalRow {
    ProposalRow {
        taken_back: Some(EvidenceId::from_i64(3)),
        stated: stated(TEST, 40),
        note: "The sample was another person’s.".to_owned(),
        ..proposal(id, ProposalStage::Waiting, THEIRS)
    }
}

/// What waits, and what became of one's own; the unit is stopped.
pub fn board() -> Board {
    Board {
        others: vec![proposal(1, ProposalStage::Waiting, THEIRS), back(2)],
        own: [
            ProposalStage::Waiting,
            ProposalStage::Confirmed,
            ProposalStage::Refused,
            ProposalStage::Recalled,
        ]
        .map(|stage| proposal(3, stage, OURS))
        .into(),
        stopped: true,
    }
}

/// To be decided, one's own, a taking back, confirmed, refused, recalled, and one with which rules give nothing.
pub fn views() -> Vec<View> {
    let view = |row: ProposalRow, effect| {
        let waits = row.stage == ProposalStage::Waiting;
        let own = row.proposed.unit == OURS;
        View { may_decide: waits && !own, may_recall: waits && own, effect, person: person(), row }
    };
    let worse = Some((Colour::Yellow, Colour::Red));
    vec![
        view(proposal(1, ProposalStage::Waiting, THEIRS), worse),
        view(proposal(2, ProposalStage::Waiting, OURS), worse),
        view(back(3), Some((Colour::Green, Colour::Green))),
        view(proposal(4, ProposalStage::Confirmed, OURS), None),
        view(proposal(8, ProposalStage::Alone, OURS), None),
        view(proposal(5, ProposalStage::Refused, OURS), None),
        view(proposal(6, ProposalStage::Recalled, OURS), None),
        view(proposal(7, ProposalStage::Waiting, THEIRS), None),
    ]
}

/// Another unit's, one's own, and one that was lifted.
pub fn stops() -> Vec<StopRow> {
    let stop = |id: i64, unit: UnitId, reason| StopRow {
        id: EvidenceStopId::from_i64(id),
        unit,
        unit_name: did(0, 1, unit).unit_name,
        reason,
        changes: 20,
        made_at: hours(5),
        lifted: None,
        note: None,
    };
    let lifted = StopRow {
        lifted: Some(did(1, 9, OURS)),
        note: Some("A school was tested. The list agrees with the laboratory’s.".to_owned()),
        ..stop(1, THEIRS, StopReason::Day)
    };
    vec![stop(3, THEIRS, StopReason::Hour), stop(2, OURS, StopReason::Day), lifted]
}
