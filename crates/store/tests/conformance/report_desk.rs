//! The health officers' queue.

use domain::report::ReportOutcome;
use store::rows::report::ReportStage;
use store::{Store, StoreError, call, read, transact};

use super::NOW;
use super::report::{LI, WANG, at, id, new, reports, row};

async fn queue(store: &Store, limit: i64) -> Vec<i64> {
    page(store, limit, 0).await
}

async fn page(store: &Store, limit: i64, offset: i64) -> Vec<i64> {
    let rows = read!(store, "test.queue", StoreError, |tx| { call!(tx, report_desk::queue(limit, offset)) });
    let rows = rows.unwrap();
    rows.into_iter().map(|row| row.id.as_i64()).collect()
}

pub async fn the_queue_has_what_nobody_knows_of_first_and_nothing_that_is_done(store: &Store) {
    let due = [(1, 900), (2, 300), (3, 600), (4, 600), (5, 100), (6, 200)];
    reports(store, &due.map(|(number, due)| new(number, None, due))).await;
    assert_eq!(queue(store, 9).await, [5, 6, 2, 3, 4, 1], "what is due first, then what came first");
    transact!(store, "test.known", StoreError, |tx| {
        call!(tx, report::take(id(3), LI, at(1), at(901)))?;
        call!(tx, report::acknowledge(id(5), 0, at(2)))?;
        call!(tx, report::acknowledge(id(2), 0, at(2)))?;
        call!(tx, report::escalate(id(1), at(900)))?;
        call!(tx, report::finish(id(6), 0, ReportOutcome::Closed, at(3)))
    })
    .unwrap();
    assert_eq!(queue(store, 9).await, [3, 4, 1, 5, 2], "taken is not known; known ones last, by their time");
    assert_eq!(queue(store, 2).await, [3, 4]);
}

pub async fn the_queue_has_pages_and_files_of_withdrawn_devices_last(store: &Store) {
    let mut all = [1, 2, 3, 4, 5].map(|number| new(number, None, 900));
    (all[0].exported, all[0].due_at) = (true, at(1));
    reports(store, &all).await;
    let pages =
        [page(store, 2, 0).await, page(store, 2, 2).await, page(store, 2, 4).await, page(store, 2, 6).await];
    assert_eq!(pages.concat(), [2, 3, 4, 5, 1], "what is due first came in a file");
    assert_eq!(pages[2], [1]);
}

pub async fn the_last_place_of_the_export_is_known(store: &Store) {
    let last = || async {
        transact!(store, "test.last", StoreError, |tx| { call!(tx, report_desk::last_fed()) }).unwrap()
    };
    reports(store, &[1, 2].map(|number| new(number, None, 900))).await;
    assert_eq!(last().await, 0);
    let fed = transact!(store, "test.feed", StoreError, |tx| {
        call!(tx, report_desk::feed(9))?;
        call!(tx, report_desk::fed(0, 9))
    });
    assert_eq!(fed.unwrap().last().map(|one| one.feed), Some(last().await));
    assert_eq!(last().await, 2);
}

pub async fn what_is_known_or_done_is_never_escalated(store: &Store) {
    let all = [1, 2, 3, 4].map(|number| new(number, None, 300));
    reports(store, &all).await;
    let (late, raised, left) = transact!(store, "test.escalate", StoreError, |tx| {
        call!(tx, report::take(id(1), LI, at(1), at(901)))?;
        call!(tx, report::acknowledge(id(2), 0, at(2)))?;
        call!(tx, report::finish(id(3), 0, ReportOutcome::Closed, at(3)))?;
        let early = call!(tx, report::late(at(299), 9))?;
        let late = call!(tx, report::late(at(300), 9))?;
        let one = call!(tx, report::late(at(300), 1))?;
        let mut raised = Vec::new();
        for number in 1..=4 {
            raised.push(call!(tx, report::escalate(id(number), at(300)))?);
        }
        Ok(((early, late, one), raised, call!(tx, report::late(at(301), 9))?))
    })
    .unwrap();
    assert_eq!(late, (vec![], vec![id(1), id(4)], vec![id(1)]), "taken is not acknowledged");
    assert_eq!((raised, left), (vec![true, false, false, true], vec![]));
    assert_eq!(row(store, id(1)).await.escalated_at, Some(at(300)));
}

pub async fn what_is_done_opens_again_at_its_version_for_one_officer(store: &Store) {
    reports(store, &[new(1, None, 300)]).await;
    let done = transact!(store, "test.reopen", StoreError, |tx| {
        let open = call!(tx, report::reopen(id(1), 0, WANG, at(900)))?;
        call!(tx, report::finish(id(1), 0, ReportOutcome::Closed, at(60)))?;
        let old = call!(tx, report::reopen(id(1), 0, WANG, at(900)))?;
        let now = call!(tx, report::reopen(id(1), 1, WANG, at(900)))?;
        let again = call!(tx, report::reopen(id(1), 2, LI, at(900)))?;
        let taken = call!(tx, report::take(id(1), LI, at(70), at(970)))?;
        Ok([open, old, now, again, taken])
    });
    assert_eq!(done.unwrap(), [false, false, true, false, false]);
    let row = row(store, id(1)).await;
    assert_eq!((row.stage, row.done, row.version), (ReportStage::Acknowledged, None, 2));
    assert_eq!(row.acknowledged_at, Some(at(60)), "somebody knew of it: its clock stands");
    assert_eq!(row.claimed.map(|claim| (claim.staff, claim.until)), Some((WANG, at(900))));
    assert_eq!(queue(store, 9).await, [1]);
    let fed = transact!(store, "test.feed", StoreError, |tx| { call!(tx, report_desk::feed(9)) });
    assert_eq!(fed.unwrap(), 1, "the export gives it again");
}

pub async fn the_middle_one_of_what_was_acknowledged_counts(store: &Store) {
    reports(store, &[1, 2, 3, 4].map(|number| new(number, None, 900))).await;
    let (none, before, all) = transact!(store, "test.figures", StoreError, |tx| {
        let none = call!(tx, report_desk::figures(NOW, at(0)))?;
        for (number, seconds) in [(1, 500), (2, 9), (3, 60)] {
            call!(tx, report::acknowledge(id(number), 0, at(seconds)))?;
        }
        Ok((
            none,
            call!(tx, report_desk::figures(at(501), at(899)))?,
            call!(tx, report_desk::figures(NOW, at(900)))?,
        ))
    })
    .unwrap();
    assert_eq!(all.newest, Some(id(4)), "of all that is not done");
    assert_eq!((none.open, none.overdue, none.acknowledged, none.median), (4, 0, 0, None));
    assert_eq!((before.acknowledged, before.median, before.overdue), (0, None, 0), "since a time");
    assert_eq!((all.acknowledged, all.median, all.overdue), (3, Some(60_000_000), 1));
}
