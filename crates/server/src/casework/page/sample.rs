//! Invented cases for the samples of pages.

use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{
    HolderId, LocationId, StaffId, UnitId, VisitCaseId, VisitDonationId, VisitKeyListId, VisitOpeningId,
    VisitTaskId,
};
use domain::location::Slot;
use domain::{Id, Role};
use store::rows::review::ClaimedBy;
use store::rows::visit::VisitKeyListRow;
use store::rows::visit_case::{
    CaseRow, Did, DonationRow, FirstOpened, FoundLocation, Opened, OpeningRow, Party, Remembered, Seen,
    TaskOutcome, TaskRow, VisitKeyList,
};

use crate::casework::case::{Board, Case};
use crate::casework::keys::{Lasts, Standing};
use crate::casework::opening::View;
use crate::casework::share;
use crate::casework::task::Task;
use crate::http::session::Staff;

/// When the samples are looked at.
pub const NOW: Timestamp = Timestamp::from_seconds(1_795_435_200);
const OURS: UnitId = UnitId::from_i64(1);
const THEIRS: UnitId = UnitId::from_i64(2);

/// An officer of the unit that has the case.
pub fn staff() -> Staff {
    of_unit(7, OURS)
}

fn of_unit(id: i64, unit: UnitId) -> Staff {
    let (id, name, roles) = (StaffId::from_i64(id), "Wang Fang".to_owned(), vec![Role::HealthOfficer]);
    Staff { id, name, unit, roles, session: [0; 32] }
}

fn hours(hours: u64) -> Timestamp {
    NOW.minus(Duration::from_hours(hours))
}

fn did(ago: u64, by: i64, unit: UnitId) -> Did {
    let (name, unit_name) = if unit == OURS {
        ("Wang Fang", "Health Commission, Wuhan")
    } else {
        ("Li Ying", "Centre for Disease Control, Hubei")
    };
    Did { at: hours(ago), by: Id::from_i64(by), name: name.to_owned(), unit, unit_name: unit_name.to_owned() }
}

/// Both halves: one lasts, one ends soon.
pub fn lasts() -> [Lasts; 2] {
    [Lasts { half: 1, until: Some(NOW.day() + 25), soon: false }, Lasts { half: 2, until: None, soon: true }]
}

/// A list that waits, one that counts, one that was withdrawn.
pub fn standing() -> Standing {
    let list = |id: i64, confirmed: bool, withdrawn: bool| VisitKeyList {
        row: VisitKeyListRow {
            id: VisitKeyListId::from_i64(id),
            half: 1 + id % 2,
            unit: OURS,
            fingerprint: "3f0a ".repeat(15) + "91bc",
            added_at: hours(50),
            added_by: StaffId::from_i64(3),
            confirmed_at: confirmed.then(|| hours(40)),
            confirmed_by: confirmed.then(|| StaffId::from_i64(7)),
            withdrawn_at: withdrawn.then(|| hours(2)),
        },
        unit_name: "Health Commission, Wuhan".to_owned(),
        first: NOW.day(),
        last: NOW.day() + 30,
        days: 31,
    };
    Standing {
        lists: vec![list(3, false, false), list(2, true, false), list(1, true, true)],
        lasts: lasts().into(),
    }
}

fn case_row(id: i64, reference: &str, closed: bool) -> CaseRow {
    CaseRow {
        id: VisitCaseId::from_i64(id),
        reference: reference.to_owned(),
        made: did(30, 7, OURS),
        closed_at: closed.then(|| hours(1)),
    }
}

fn opening(id: i64, asked: UnitId) -> OpeningRow {
    OpeningRow {
        id: VisitOpeningId::from_i64(id),
        case: VisitCaseId::from_i64(1),
        case_unit: asked,
        case_closed: false,
        location: LocationId::from_i64(5),
        name: "江城市场".to_owned(),
        name_other: Some("River Market".to_owned()),
        address: "1 River Road".to_owned(),
        first: Slot::of(hours(20)),
        last: Slot::of(hours(18)),
        reason: "The case bought fish there.".to_owned(),
        asked: did(10, if asked == OURS { 7 } else { 8 }, asked),
        decided: None,
        parties: None,
        opened_first: None,
        opened: None,
    }
}

fn decided(mut row: OpeningRow, approved: bool) -> OpeningRow {
    let by = if row.asked.unit == OURS { THEIRS } else { OURS };
    row.decided = Some((did(8, 9, by), approved));
    let party = |unit, name: &str| Party { unit, name: name.to_owned() };
    let both = [party(OURS, "Health Commission, Wuhan"), party(THEIRS, "Centre for Disease Control, Hubei")];
    row.parties = approved.then_some(both);
    row
}

fn half(row: OpeningRow, half: i64) -> OpeningRow {
    let first = FirstOpened { half, at: hours(6), by: StaffId::from_i64(10 + half) };
    OpeningRow { opened_first: Some(first), ..row }
}

fn opened(row: OpeningRow) -> OpeningRow {
    let done = Opened { at: hours(4), by: Some(StaffId::from_i64(12)), visits: 41, records: 42 };
    OpeningRow { opened: Some(done), ..half(row, 1) }
}

/// Asked for by the own unit, by the other; refused; approved; one half; done; of other units.
pub fn openings() -> Vec<(Staff, View)> {
    let other = of_unit(20, UnitId::from_i64(3));
    let rows = [
        (staff(), opening(1, OURS)),
        (staff(), opening(2, THEIRS)),
        (staff(), decided(opening(3, OURS), false)),
        (staff(), decided(opening(4, OURS), true)),
        (staff(), half(decided(opening(5, OURS), true), 1)),
        (staff(), half(decided(opening(6, OURS), true), 2)),
        (staff(), opened(decided(opening(7, OURS), true))),
        (other, decided(opening(8, OURS), true)),
    ];
    let view = |(staff, row): (Staff, OpeningRow)| {
        let may_decide = row.decided.is_none() && row.asked.unit != staff.unit;
        let turn = share::turn(&row, &staff);
        let waiting_shares = if row.opened_first.is_some() && row.opened.is_none() { 24 } else { 0 };
        let reference = Some("Case 2026-117, confirmed on Monday".to_owned());
        (staff, View { row, reference, may_decide, turn, waiting_shares })
    };
    rows.into_iter().map(view).collect()
}

/// What there is to do, of every kind.
pub fn board() -> Board {
    Board {
        cases: vec![
            case_row(1, "Case 2026-117, confirmed on Monday", false),
            case_row(2, "Case 2026-98", true),
        ],
        openings: openings().into_iter().map(|(_, view)| view.row).collect(),
        tasks: 3,
        late: 1,
        lists: 1,
        lasts: lasts().into(),
    }
}

/// Two of one name.
pub fn found() -> Vec<FoundLocation> {
    let one = |id: i64, address: &str| FoundLocation {
        id: LocationId::from_i64(id),
        name: "江城市场".to_owned(),
        name_other: Some("River Market".to_owned()),
        address: address.to_owned(),
    };
    vec![one(5, "1 River Road"), one(6, "90 Lake Road")]
}

fn task(id: i64, staff: Option<(i64, &str)>, done: bool) -> TaskRow {
    let claim = |(staff, name): (i64, &str)| ClaimedBy {
        staff: StaffId::from_i64(staff),
        name: name.to_owned(),
        until: NOW.plus(Duration::from_mins(20)),
    };
    TaskRow {
        id: VisitTaskId::from_i64(id),
        opening: VisitOpeningId::from_i64(7),
        case: VisitCaseId::from_i64(1),
        case_unit: OURS,
        location: "江城市场".to_owned(),
        location_other: Some("River Market".to_owned()),
        holder: HolderId::from_i64(id),
        seen: vec![
            Seen { slot: Slot::of(hours(20)).number(), entry: true },
            Seen { slot: Slot::of(hours(19)).number(), entry: false },
        ],
        made_at: hours(4),
        claimed: staff.map(claim),
        done: done.then(|| (hours(1), TaskOutcome::Reached)),
        note: done.then(|| "Feels well. Tested this morning.".to_owned()),
        told_at: done.then(|| hours(1)),
    }
}

/// Free, one's own, another's.
pub fn tasks() -> Vec<TaskRow> {
    vec![task(1, None, false), task(2, Some((7, "Wang Fang")), false), task(3, Some((8, "Li Ying")), false)]
}

/// The same as pages, and a done one.
pub fn opened_tasks() -> Vec<Task> {
    let mut all: Vec<Task> = tasks().into_iter().map(|row| Task { row, holder: None }).collect();
    all[1].holder = Some(crate::health::page::sample::holder());
    all.push(Task { row: task(4, Some((7, "Wang Fang")), true), holder: None });
    all
}

/// New, with everything, closed.
pub fn cases() -> [Case; 3] {
    let case = |row| Case { row, openings: Vec::new(), tasks: Vec::new(), donations: Vec::new() };
    let remembered = |location: Option<&str>, place: &str, entered| Remembered {
        location: location.map(str::to_owned),
        place: place.to_owned(),
        entered,
        left: None,
        note: "With my sister.".to_owned(),
    };
    let given = vec![
        remembered(Some("0000000000000005"), "江城市场 River Market", Some(hours(20).seconds())),
        remembered(None, "A noodle shop near the station", None),
    ];
    let donation = |id: i64, given| DonationRow {
        id: VisitDonationId::from_i64(id),
        until: NOW.plus(Duration::from_mins(40)),
        given,
    };
    let full = Case {
        openings: openings().into_iter().map(|(_, view)| view.row).collect(),
        tasks: opened_tasks().into_iter().map(|task| task.row).collect(),
        donations: vec![donation(2, None), donation(1, Some((hours(3), given)))],
        ..case(case_row(1, "Case 2026-117, confirmed on Monday", false))
    };
    [case(case_row(1, "Case 2026-117", false)), full, case(case_row(2, "Case 2026-98", true))]
}
