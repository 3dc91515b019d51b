//! Reports of abnormal temperatures: who has one, what happens to it, and the export that misses nothing.

use std::time::Duration;

use domain::Timestamp;
use domain::checkpoint::CheckpointKind;
use domain::id::kind::{CheckpointId, HolderId, ReportEventId, StaffId, TemperatureReportId, UnitId};
use domain::report::{Action, Reading, Report, ReportOutcome, Site, Subject};
use store::rows::report::{NewReport, ReportEvent, ReportEventKind, ReportRow, ReportStage};
use store::{Store, StoreError, call, read, transact};

use super::NOW;

const GATE: CheckpointId = CheckpointId::from_i64(91);
const HOLDER: HolderId = HolderId::from_i64(61);
pub const LI: StaffId = StaffId::from_i64(4);
pub const WANG: StaffId = StaffId::from_i64(5);
const UNIT: UnitId = UnitId::from_i64(3);

pub fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

pub fn id(id: i64) -> TemperatureReportId {
    TemperatureReportId::from_i64(id)
}

pub fn new(number: i64, holder: Option<HolderId>, due: u64) -> NewReport {
    let reading = Reading { tenths: 384, site: Site::Ear, at: NOW.seconds() };
    NewReport {
        id: id(number),
        holder,
        checkpoint: GATE,
        shift: None,
        device: None,
        staff: LI,
        unit: UNIT,
        exported: false,
        report: Report {
            subject: Subject::Nobody,
            verdict: None,
            readings: vec![reading],
            threshold: 373,
            action: Action::Refused,
        },
        taken_at: NOW,
        due_at: at(due),
    }
}

pub async fn reports(store: &Store, all: &[NewReport]) {
    transact!(store, "test.reports", StoreError, |tx| {
        call!(tx, checkpoint::add(GATE, "Gate", "Wuhan", CheckpointKind::Road, NOW))?;
        call!(tx, holder::insert(HOLDER, NOW))?;
        for report in all {
            call!(tx, report::insert(report, NOW))?;
        }
        Ok(())
    })
    .unwrap();
}

pub async fn row(store: &Store, report: TemperatureReportId) -> ReportRow {
    read!(store, "test.row", StoreError, |tx| { call!(tx, report_desk::by_id(report)) }).unwrap().unwrap()
}

pub async fn a_report_is_one_officers_and_what_is_due_comes_first(store: &Store) {
    reports(store, &[new(1, None, 900), new(2, None, 300)]).await;
    let take = |staff, now| async move {
        transact!(store, "test.take", StoreError, |tx| {
            call!(tx, report::take(id(1), staff, at(now), at(now + 900)))
        })
        .unwrap()
    };
    assert_eq!((take(LI, 0).await, take(WANG, 899).await, take(WANG, 900).await), (true, false, true));
    let (renewed, theirs, released) = transact!(store, "test.renew", StoreError, |tx| {
        Ok((
            call!(tx, report::renew(id(1), WANG, at(901), at(2_000)))?,
            call!(tx, report::release(id(1), LI))?,
            call!(tx, report::release(id(1), WANG))?,
        ))
    })
    .unwrap();
    assert_eq!((renewed, theirs, released), (true, false, true));
    let row = row(store, id(1)).await;
    assert_eq!((row.stage, row.version, row.claimed), (ReportStage::Open, 3, None));
    let queue =
        read!(store, "test.queue", StoreError, |tx| { call!(tx, report_desk::queue(10, 0)) }).unwrap();
    assert_eq!(queue.iter().map(|row| row.id).collect::<Vec<_>>(), [id(2), id(1)]);
}

pub async fn a_report_is_acknowledged_confirmed_and_done_at_its_version(store: &Store) {
    reports(store, &[new(1, Some(HOLDER), 900), new(2, None, 900)]).await;
    let event = ReportEvent {
        id: ReportEventId::from_i64(1),
        report: id(1),
        at: at(9),
        kind: ReportEventKind::Case,
        by: Some((LI, UNIT)),
        note: Some("Seen.".to_owned()),
    };
    let done = transact!(store, "test.done", StoreError, |tx| {
        call!(tx, report::add_event(&event))?;
        Ok([
            call!(tx, report::acknowledge(id(1), 1, at(60)))?,
            call!(tx, report::acknowledge(id(1), 0, at(60)))?,
            call!(tx, report::acknowledge(id(1), 1, at(61)))?,
            call!(tx, report::confirm(id(2), 0, at(70)))?,
            call!(tx, report::confirm(id(1), 1, at(70)))?,
            call!(tx, report::finish(id(1), 1, ReportOutcome::Case, at(80)))?,
            call!(tx, report::finish(id(1), 2, ReportOutcome::Case, at(80)))?,
            call!(tx, report::take(id(1), LI, at(90), at(990)))?,
        ])
    });
    assert_eq!(done.unwrap(), [false, true, false, false, true, false, true, false]);
    let kept = row(store, id(1)).await;
    assert_eq!(kept.done, Some((at(80), ReportOutcome::Case)));
    assert_eq!((kept.stage, kept.acknowledged_at, kept.version), (ReportStage::Done, Some(at(60)), 3));
    let (events, last, of, figures, ended) = read!(store, "test.read", StoreError, |tx| {
        Ok((
            call!(tx, report::events(id(1)))?,
            call!(tx, report::last_event(id(1)))?,
            call!(tx, report_desk::of_holder(HOLDER))?,
            call!(tx, report_desk::figures(NOW, at(901)))?,
            call!(tx, report_desk::done(NOW, 9))?,
        ))
    })
    .unwrap();
    assert_eq!((events[0].kind, events[0].note.as_deref()), (ReportEventKind::Case, Some("Seen.")));
    assert!(last == Some(event));
    assert_eq!((of.len(), ended.len()), (1, 1));
    assert_eq!((figures.open, figures.overdue, figures.acknowledged), (1, 1, 1));
    assert_eq!(figures.median, Some(60_000_000));
}

pub async fn what_is_late_is_escalated_once_and_the_stamp_shows_it(store: &Store) {
    reports(store, &[new(1, None, 900), new(2, None, 300)]).await;
    let stamp = || async {
        read!(store, "test.stamp", StoreError, |tx| { call!(tx, report_desk::stamp()) }).unwrap()
    };
    let before = stamp().await;
    let (late, once, twice) = transact!(store, "test.late", StoreError, |tx| {
        let late = call!(tx, report::late(at(300), 10))?;
        Ok((late, call!(tx, report::escalate(id(2), at(300)))?, call!(tx, report::escalate(id(2), at(301)))?))
    })
    .unwrap();
    assert_eq!((late, once, twice), (vec![id(2)], true, false));
    assert_ne!(stamp().await, before);
}

/// Many change reports while others give them their places and one reads on after what it has: it misses nothing, gets
/// nothing twice, and no version before a lower one.
pub async fn the_export_misses_no_change_however_many_write_at_once(store: &Store) {
    let all: Vec<NewReport> = (1..=8).map(|number| new(number, None, 900)).collect();
    reports(store, &all).await;
    let feed = |store: Store| async move {
        transact!(store, "test.feed", StoreError, |tx| { call!(tx, report_desk::feed(3)) })
    };
    let writers: Vec<_> = (1..=8)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                for turn in 0..10_u64 {
                    transact!(store, "test.change", StoreError, |tx| {
                        call!(tx, report::take(id(number), LI, at(turn), at(turn + 900)))
                    })
                    .unwrap();
                    feed(store.clone()).await.unwrap();
                }
            })
        })
        .collect();
    let (mut after, mut seen) = (0, Vec::new());
    let mut read_on = async || {
        let page =
            read!(store, "test.fed", StoreError, |tx| { call!(tx, report_desk::fed(after, 4)) }).unwrap();
        for one in &page {
            assert!(one.feed > after, "in order");
            after = one.feed;
            seen.push((one.row.id, one.row.version));
        }
        page.len()
    };
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        read_on().await;
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    while feed(store.clone()).await.unwrap() > 0 {}
    while read_on().await > 0 {}
    for number in 1..=8 {
        let versions: Vec<i64> =
            seen.iter().filter(|(report, _)| *report == id(number)).map(|(_, version)| *version).collect();
        assert!(versions.windows(2).all(|pair| pair[0] < pair[1]), "{versions:?}");
        assert_eq!(versions.last(), Some(&10), "the newest has come");
    }
}

pub async fn reports_go_with_their_time_and_a_holder_leaves_no_link(store: &Store) {
    reports(store, &[new(1, Some(HOLDER), 900), new(2, None, 900)]).await;
    transact!(store, "test.erase", StoreError, |tx| {
        call!(tx, erase::holder(HOLDER, at(5)))?;
        assert!(call!(tx, report::finish(id(2), 0, ReportOutcome::Closed, at(50)))?);
        Ok(())
    })
    .unwrap();
    assert_eq!(row(store, id(1)).await.holder, None);
    let gone = |before| async move {
        transact!(store, "test.forget", StoreError, |tx| { call!(tx, erase::temperatures(before)) }).unwrap()
    };
    assert_eq!(gone(NOW).await, 0);
    assert_eq!(gone(at(1)).await, 1, "came in and never done");
    assert_eq!((gone(at(50)).await, gone(at(51)).await), (0, 1));
}
