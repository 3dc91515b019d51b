//! What is noticed, what is not, and that nothing of whose codes they were stays.

use std::time::Duration;

use domain::id::kind::{CheckpointId, InspectorDeviceId};
use store::rows::checkpoint::{FlagKind, FlagRow};
use store::{StoreError, call, read, transact};

use super::{MOST_A_MINUTE, NOWHERE, PAGE, at_page, noticed};
use crate::http::session::Staff;
use crate::testing::TestServer;

const DEVICE: InspectorDeviceId = InspectorDeviceId::from_i64(7);
const OTHER_DEVICE: InspectorDeviceId = InspectorDeviceId::from_i64(8);
const GATE: CheckpointId = CheckpointId::from_i64(3);
const STATION: CheckpointId = CheckpointId::from_i64(4);
const MARK: [u8; 8] = *b"Mark:01;";

fn minute(server: &TestServer) -> i64 {
    server.app.now().seconds() / 60
}

/// As the outbox does: the count is kept, then looked at.
async fn arrive(server: &TestServer, device: InspectorDeviceId, minute: i64, count: u32) {
    transact!(server.app.store, "test.scans", StoreError, |tx| {
        call!(tx, flag::scans(device, minute, GATE, i64::from(count)))
    })
    .unwrap();
    noticed(&server.app, device, GATE, minute, count, &[]).await.unwrap();
}

async fn flags(server: &TestServer) -> Vec<FlagRow> {
    read!(server.app.store, "test.flags", StoreError, |tx| { call!(tx, flag::latest(100)) }).unwrap()
}

/// Kind, minute and number of each flag, in an order of their own.
async fn noted(server: &TestServer) -> Vec<(&'static str, i64, Option<i64>)> {
    let mut noted: Vec<_> =
        flags(server).await.iter().map(|flag| (flag.kind.as_str(), flag.minute, flag.scans)).collect();
    noted.sort_unstable();
    noted
}

#[tokio::test]
async fn more_than_twenty_in_a_minute_are_noticed_once() {
    let server = TestServer::start().await;
    arrive(&server, DEVICE, 1000, 20).await;
    assert_eq!(noted(&server).await, [], "twenty are not too many");
    for _ in 0..3 {
        arrive(&server, DEVICE, 1001, 21).await;
    }
    assert_eq!(noted(&server).await, [("minute", 1001, Some(21))]);
    let flag = flags(&server).await.remove(0);
    assert_eq!((flag.device, flag.checkpoint, flag.other_checkpoint), (DEVICE, GATE, None));
    server.stop().await;
}

#[tokio::test]
async fn more_than_three_hundred_in_ten_minutes_are_noticed_whichever_comes_last() {
    // Ten minutes across two tens of the clock, thirty-one in each but one: 30 + 9 × 30 + 1.
    let counts: Vec<(i64, u32)> = (0..10).map(|at| (1004 + at, if at == 4 { 31 } else { 30 })).collect();
    let mut seen = Vec::new();
    for turn in 0..counts.len() {
        let server = TestServer::start().await;
        let mut order = counts.clone();
        order.rotate_left(turn);
        for (minute, count) in order {
            arrive(&server, DEVICE, minute, count).await;
        }
        // Another device in the same minutes does not add to it.
        arrive(&server, OTHER_DEVICE, 1009, 1).await;
        let mut ten = noted(&server).await;
        ten.retain(|(kind, ..)| *kind == "ten_minutes");
        seen.push(ten);
        server.stop().await;
    }
    assert!(seen.iter().all(|flags| *flags == [("ten_minutes", 1000, Some(301))]), "{seen:?}");
}

#[tokio::test]
async fn three_hundred_are_not_too_many_nor_are_more_in_eleven_minutes() {
    let server = TestServer::start().await;
    for at in 0..11 {
        arrive(&server, DEVICE, 1000 + at, 30).await;
    }
    assert!(noted(&server).await.iter().all(|(kind, ..)| *kind == "minute"));
    server.stop().await;
}

#[tokio::test]
async fn one_code_at_two_checkpoints_is_noticed_within_five_minutes_whichever_came_first() {
    for (first, second, noticed_at) in [(0, 5, Some(5)), (5, 0, Some(5)), (0, 6, None), (0, 0, Some(0))] {
        let server = TestServer::start().await;
        let now = minute(&server);
        noticed(&server.app, DEVICE, GATE, now + first, 1, &[MARK]).await.unwrap();
        noticed(&server.app, OTHER_DEVICE, STATION, now + second, 1, &[*b"Another!"]).await.unwrap();
        assert!(flags(&server).await.is_empty());
        for _ in 0..2 {
            noticed(&server.app, OTHER_DEVICE, STATION, now + second, 2, &[MARK]).await.unwrap();
        }
        // Sent again, it is the same.
        noticed(&server.app, DEVICE, GATE, now + first, 1, &[MARK]).await.unwrap();
        let found = flags(&server).await;
        let places =
            found.iter().map(|flag| (flag.kind, flag.checkpoint, flag.other_checkpoint, flag.minute));
        let expected = noticed_at.map(|at: i64| (FlagKind::TwoPlaces, GATE, Some(STATION), now + at));
        assert_eq!(places.collect::<Vec<_>>(), expected.into_iter().collect::<Vec<_>>());
        server.stop().await;
    }
}

#[tokio::test]
async fn a_code_twice_at_one_checkpoint_or_long_ago_is_nothing() {
    let server = TestServer::start().await;
    let now = minute(&server);
    for device in [DEVICE, OTHER_DEVICE] {
        noticed(&server.app, device, GATE, now, 1, &[MARK]).await.unwrap();
    }
    server.advance(Duration::from_mins(10));
    // By the time of the scan it was at once; but what was ten minutes ago is forgotten.
    noticed(&server.app, OTHER_DEVICE, STATION, now, 1, &[MARK]).await.unwrap();
    assert!(flags(&server).await.is_empty());
    assert_eq!(server.app.watch.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn marks_are_bounded_and_the_key_changes_with_the_day() {
    let server = TestServer::start().await;
    let now = minute(&server);
    let marks: Vec<[u8; 8]> = (0..super::memory::MOST_MARKS as u64 + 10).map(u64::to_be_bytes).collect();
    noticed(&server.app, DEVICE, GATE, now, 1, &marks).await.unwrap();
    assert_eq!(server.app.watch.len(), super::memory::MOST_MARKS);
    server.advance(Duration::from_hours(24));
    noticed(&server.app, DEVICE, GATE, now, 1, &[MARK]).await.unwrap();
    assert_eq!(server.app.watch.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn nothing_of_a_mark_reaches_the_database() {
    let server = TestServer::start().await;
    let now = minute(&server);
    noticed(&server.app, DEVICE, GATE, now, 1, &[MARK]).await.unwrap();
    noticed(&server.app, OTHER_DEVICE, STATION, now, 25, &[MARK]).await.unwrap();
    assert_eq!(flags(&server).await.len(), 2, "something was written");
    let written = server.written();
    let found = |needle: &[u8]| written.windows(needle.len()).any(|bytes| bytes == needle);
    assert!(found(b"two_places"), "the file is read");
    let hex = crate::holder::data::hex(&MARK);
    for needle in [&MARK[..], hex.as_bytes(), hex.to_uppercase().as_bytes(), b"TWFyazowMTs"] {
        assert!(!found(needle), "{needle:?}");
    }
    // The memory's own form of it is under a key: so is nothing that is derived without one.
    let plain = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &MARK);
    assert!(!found(&plain.as_ref()[..8]));
    server.stop().await;
}

#[tokio::test]
async fn scans_on_the_page_are_counted_by_session() {
    let server = TestServer::start().await;
    let staff = |session| Staff {
        id: domain::Id::from_i64(1),
        name: "Test Person".to_owned(),
        unit: domain::Id::from_i64(1),
        roles: Vec::new(),
        session: [session; 32],
    };
    for at in 0..MOST_A_MINUTE + 10 {
        at_page(&server.app, &staff(1), Some(GATE), at.to_be_bytes()).await;
        if at < MOST_A_MINUTE {
            at_page(&server.app, &staff(2), None, at.to_be_bytes()).await;
        }
    }
    let now = minute(&server);
    let found = flags(&server).await;
    let places = found.iter().map(|flag| (flag.kind, flag.device, flag.checkpoint, flag.minute, flag.scans));
    assert_eq!(places.collect::<Vec<_>>(), [(FlagKind::Minute, PAGE, GATE, now, Some(21))]);
    assert!(found[0].unit.is_some(), "of which unit the inspector is");
    // 300 are there after fourteen more minutes of twenty: none of them too many, the ten minutes never.
    for _ in 0..14 {
        server.advance(Duration::from_mins(1));
        for at in 0..MOST_A_MINUTE {
            at_page(&server.app, &staff(2), None, at.to_be_bytes()).await;
        }
    }
    assert_eq!(flags(&server).await.len(), 1);
    for _ in 0..2 {
        for at in 0..MOST_A_MINUTE * 6 {
            at_page(&server.app, &staff(2), None, at.to_be_bytes()).await;
        }
        server.advance(Duration::from_mins(1));
    }
    let ten: Vec<_> = flags(&server).await.into_iter().filter(|f| f.kind == FlagKind::TenMinutes).collect();
    assert_eq!(ten.len(), 1);
    assert_eq!((ten[0].device, ten[0].checkpoint, ten[0].scans), (PAGE, NOWHERE, Some(301)));
    server.stop().await;
}
