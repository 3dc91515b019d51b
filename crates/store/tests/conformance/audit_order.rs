//! Orders of auditors, and the leaves that they open.

use std::time::Duration;

use domain::Timestamp;
use domain::colour::Colour;
use domain::entropy::SeededEntropy;
use domain::id::kind::{AuditDownloadId, AuditOrderId, HolderId, LogLeafId, StaffId, UnitId};
use store::rows::audit_order::{NewDownload, NewOrder, OrderWords};
use store::rows::log::Leaf;
use store::{Store, StoreError, call, read, transact};

use super::NOW;
use super::figures::decision;

const HOLDER: HolderId = HolderId::from_i64(61);
const ERASED: HolderId = HolderId::from_i64(62);
const WUHAN: UnitId = UnitId::from_i64(81);
const HUBEI: UnitId = UnitId::from_i64(82);
const AUDIT: UnitId = UnitId::from_i64(83);
const AUDITOR: (StaffId, UnitId) = (StaffId::from_i64(71), AUDIT);

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn order(id: i64, at: Timestamp) -> NewOrder {
    let words = OrderWords { reason: "A complaint.".to_owned(), reference: "2026-8".to_owned() };
    NewOrder { id: AuditOrderId::from_i64(id), unit: WUHAN, days: [20_000, 20_010], words, at, by: AUDITOR }
}

pub async fn an_order_is_decided_once_by_somebody_else_of_another_unit(store: &Store) {
    let (first, second) = (order(1, at(1)), order(2, at(2)));
    let decided = transact!(store, "test.decide", StoreError, |tx| {
        call!(tx, audit_order::add(&first))?;
        call!(tx, audit_order::add(&second))?;
        Ok([
            call!(tx, audit_order::decide(first.id, (StaffId::from_i64(72), WUHAN), true, at(3)))?,
            call!(tx, audit_order::decide(first.id, (AUDITOR.0, HUBEI), true, at(3)))?,
            call!(tx, audit_order::decide(first.id, (StaffId::from_i64(73), HUBEI), true, at(4)))?,
            call!(tx, audit_order::decide(first.id, (StaffId::from_i64(74), HUBEI), false, at(5)))?,
        ])
    });
    assert_eq!(decided.unwrap(), [false, false, true, false]);
    let new =
        NewDownload { id: AuditDownloadId::from_i64(9), order: first.id, at: at(6), by: AUDITOR, leaves: 17 };
    transact!(store, "test.download", StoreError, |tx| { call!(tx, audit_order::downloaded(&new)) }).unwrap();
    let (one, all, downloads) = read!(store, "test.read", StoreError, |tx| {
        let one = call!(tx, audit_order::one(first.id))?.unwrap();
        Ok((one, call!(tx, audit_order::all(9))?, call!(tx, audit_order::downloads(first.id))?))
    })
    .unwrap();
    assert!(one.words == first.words && one.days == first.days && one.unit == WUHAN);
    assert_eq!((one.asked.at, one.asked.by, one.asked.unit), (at(1), AUDITOR.0, AUDIT));
    let (did, granted) = one.decided.unwrap();
    assert_eq!((did.at, did.by, did.unit, granted), (at(4), StaffId::from_i64(73), HUBEI, true));
    assert_eq!(
        all.iter().map(|row| row.id).collect::<Vec<_>>(),
        [second.id, first.id],
        "what waits is first"
    );
    assert_eq!(
        downloads.iter().map(|(did, leaves)| (did.by, *leaves)).collect::<Vec<_>>(),
        [(AUDITOR.0, 17)]
    );
    let forgotten = transact!(store, "test.forget", StoreError, |tx| {
        Ok([
            call!(tx, audit_order::forget(at(1)))?,
            call!(tx, audit_order::forget(at(2)))?,
            call!(tx, audit_order::forget(at(9)))?,
        ])
    });
    assert_eq!(forgotten.unwrap(), [0, 1, 1]);
}

fn leaf(id: i64, kind: &'static str, at: Timestamp) -> Leaf {
    Leaf::commit(LogLeafId::from_i64(id), kind, None, b"content", at, &SeededEntropy::new(id.unsigned_abs()))
}

pub async fn an_order_opens_a_units_leaves_of_its_days_and_none_without_salt(store: &Store) {
    transact!(store, "test.holders", StoreError, |tx| {
        call!(tx, holder::insert(HOLDER, NOW))?;
        call!(tx, holder::insert(ERASED, NOW))
    })
    .unwrap();
    let written = [
        (1, HOLDER, Some(WUHAN), at(9)),
        (2, HOLDER, Some(WUHAN), at(10)),
        (3, HOLDER, Some(HUBEI), at(11)),
        (4, HOLDER, None, at(12)),
        (5, ERASED, Some(WUHAN), at(13)),
        (6, HOLDER, Some(WUHAN), at(14)),
        (7, HOLDER, Some(WUHAN), at(20)),
    ];
    transact!(store, "test.write", StoreError, |tx| {
        for (id, holder, unit, when) in written {
            call!(tx, log::append(&leaf(id, "decision", when)))?;
            call!(tx, decision::insert(&decision(id, holder, Colour::Red, when, unit)))?;
        }
        for (id, when) in [(8, at(9)), (9, at(15)), (10, at(20))] {
            call!(tx, log::append(&leaf(id, "evidence_stop", when)))?;
        }
        call!(tx, erase::holder(ERASED, NOW))?;
        call!(tx, log_tree::give(0, 100))
    })
    .unwrap();
    // Not yet in its place.
    transact!(store, "test.late", StoreError, |tx| {
        call!(tx, log::append(&leaf(11, "decision", at(16))))?;
        call!(tx, decision::insert(&decision(11, HOLDER, Colour::Red, at(16), Some(WUHAN))))
    })
    .unwrap();
    let (decisions, stops, without) = read!(store, "test.read", StoreError, |tx| {
        let days = [at(10), at(20)];
        let decisions = call!(tx, audit_order::decisions(WUHAN, days))?;
        let without = [
            call!(tx, audit_order::without_salt(days))?,
            call!(tx, audit_order::without_salt([at(14), at(20)]))?,
        ];
        Ok((decisions, call!(tx, audit_order::stops(days))?, without))
    })
    .unwrap();
    let listed: Vec<_> = decisions.iter().map(|one| (one.decision.leaf.as_i64(), one.leaf.place)).collect();
    assert_eq!(listed, [(2, 1), (6, 5)]);
    assert!(decisions[0].decision == decision(2, HOLDER, Colour::Red, at(10), Some(WUHAN)));
    let second = leaf(2, "decision", at(10));
    assert!(decisions[0].leaf.leaf == second.public() && decisions[0].leaf.salt == second.salt);
    assert_eq!(stops.iter().map(|stop| stop.place).collect::<Vec<_>>(), [8]);
    assert_eq!(without, [1, 0]);
}
