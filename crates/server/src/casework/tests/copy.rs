//! P1 to P4: what a copy of the sealed rows tells of who was where, with one unit's keys, with both units' keys for one
//! window, after two weeks, and by lengths. That nothing else of a database and its log tells it is seen from outside:
//! `tests/tests/visits.rs`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use domain::id::kind::{HolderId, LocationId};
use store::rows::visit::VisitRow;
use store::{StoreError, call, read, transact};
use visits::{DataKeyId, Kind, SealedRecord, WrappedShare};

use super::desk::{Desk, LIBRARY, MARKET, joins, location};
use crate::pass::testing::{HEALTHY, phone};

const PEOPLE: usize = 500;
const VISITS: usize = 10_000;
const MINUTE: Duration = Duration::from_mins(1);

/// A day of 500 people who make 10,000 visits at 20 places, one of them the market.
async fn day() -> (Desk, Vec<HolderId>, Vec<(VisitRow, HolderId)>) {
    let desk = Desk::open().await;
    let app = &desk.server.app;
    let people: Vec<HolderId> = (0..PEOPLE).map(|_| app.new_id()).collect();
    let (now, places) = (app.now(), (100..118).map(LocationId::from_i64).collect::<Vec<_>>());
    let (of_people, of_places) = (&people, &places);
    transact!(app.store, "test.people", StoreError, |tx| {
        for holder in of_people {
            call!(tx, holder::insert(*holder, now))?;
        }
        for id in of_places {
            call!(tx, location::add(&location(*id, "Place", "Road")))?;
        }
        Ok(())
    })
    .unwrap();
    let places: Vec<LocationId> = places.into_iter().chain([MARKET, LIBRARY]).collect();
    let mut all = Vec::new();
    for minute in 0..VISITS / 20 {
        let at = now.minus(Duration::from_hours(10)).plus(MINUTE * u32::try_from(minute).unwrap());
        let visits: Vec<_> = (0..20)
            .map(|number| {
                let kind = if (minute + number) % 2 == 0 { Kind::Entry } else { Kind::Exit };
                (
                    places[(minute * 7 + number) % places.len()],
                    people[(minute * 13 + number * 29) % PEOPLE],
                    kind,
                )
            })
            .collect();
        let rows = desk.visit(at, &visits).await;
        all.extend(rows.into_iter().zip(visits.iter().map(|visit| visit.1)));
    }
    assert_eq!(all.len(), VISITS);
    (desk, people, all)
}

/// The ways in which a holder could be written down.
fn spellings(holder: HolderId) -> Vec<Vec<u8>> {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let number = holder.as_i64();
    let (big, little) = (number.to_be_bytes(), number.to_le_bytes());
    let texts =
        [holder.to_string(), number.to_string(), STANDARD_NO_PAD.encode(big), URL_SAFE_NO_PAD.encode(big)];
    texts.map(String::into_bytes).into_iter().chain([big.to_vec(), little.to_vec()]).collect()
}

fn within(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn p1_and_p4_a_copy_with_one_units_keys_or_none_links_nobody_to_a_place() {
    let (desk, people, all) = day().await;
    let keys = desk.all_keys(&all.iter().map(|(row, _)| row.clone()).collect::<Vec<_>>()).await;
    for holder in people.iter().step_by(25) {
        for spelled in spellings(*holder) {
            for (row, _) in &all {
                assert!(!within(&row.record, &spelled) && !within(&row.id, &spelled));
            }
        }
    }
    // P4: nothing is told by lengths.
    assert_eq!(all.iter().map(|(row, _)| row.record.len()).collect::<BTreeSet<_>>(), [61].into());
    for half in 0..2 {
        let lengths: BTreeSet<usize> = keys.iter().map(|key| key.shares[half].len()).collect();
        assert_eq!(lengths.len(), 1, "{lengths:?}");
    }
    // Nothing is the same twice, so that two visits of one person look like those of two.
    let parts =
        |of: fn(&[u8]) -> &[u8]| all.iter().map(|(row, _)| of(&row.record).to_vec()).collect::<HashSet<_>>();
    assert_eq!((parts(|it| &it[1..13]).len(), parts(|it| &it[13..21]).len()), (VISITS, VISITS));
    // With all day keys of one unit: each of its shares opens, none makes a key, and no record opens.
    for unit in 0..2 {
        for key in keys.iter().step_by(50) {
            let own = desk.alone(unit, &WrappedShare::parse(&key.shares[unit]).unwrap());
            let theirs = WrappedShare::parse(&key.shares[1 - unit]).unwrap();
            assert!(desk.keys[unit].iter().all(|day| theirs.open(day).is_err()));
            assert!(!joins(&own, &own));
            for other in keys.iter().step_by(173) {
                let foreign = desk.alone(unit, &WrappedShare::parse(&other.shares[unit]).unwrap());
                assert!(!joins(&own, &foreign));
            }
        }
    }
    desk.server.stop().await;
}

#[tokio::test]
async fn p2_one_window_opened_gives_exactly_its_visits() {
    let (mut desk, _, all) = day().await;
    let at = desk.server.app.now().minus(Duration::from_hours(8));
    let case = desk.case().await;
    let opening = desk.ask(&case, at).await;
    desk.approve(1, &opening).await;
    desk.open_first(0, &opening).await;
    let visits = desk.open_second(1, &opening).await;
    let (from, until) = (at.minus(MINUTE * 30), at.plus(MINUTE * 30));
    let wanted: BTreeMap<[u8; 16], HolderId> = all
        .iter()
        .filter(|(row, _)| row.location == MARKET && row.slot.start() >= from && row.slot.start() < until)
        .map(|(row, holder)| (row.id, *holder))
        .collect();
    let found: BTreeMap<[u8; 16], HolderId> = visits
        .lines()
        .map(|line| visits::lines::read_visit(line).unwrap())
        .map(|(place, visit)| {
            let holder = i64::from_be_bytes(visit.holder.as_bytes().try_into().unwrap());
            (place.visit.0, HolderId::from_i64(holder))
        })
        .collect();
    assert!(wanted.len() > 20, "{}", wanted.len());
    assert_eq!(found, wanted);
    // What was handed over opens no record outside of the window, even from a copy of all records.
    let theirs = desk.get(1, &format!("{opening}/opened")).await.text();
    let shares = desk.get(1, &format!("{opening}/shares")).await.text();
    let ours = desk.open_shares(1, &shares);
    let mut opened = visits::Shares::default();
    for line in theirs.lines().chain(ours.lines()) {
        opened.add(visits::lines::read_opened(line).unwrap()).unwrap();
    }
    let outside = all.iter().filter(|(row, _)| row.slot.start() < from || row.slot.start() >= until);
    for (row, _) in outside {
        let slot = visits::Slot::new(u32::try_from(row.slot.number()).unwrap()).unwrap();
        let place = visits::Place {
            location: visits::Location(row.location.as_i64()),
            slot,
            visit: visits::VisitId(row.id),
        };
        let record = SealedRecord::parse(&row.record).unwrap();
        let open = opened.key(DataKeyId(row.key)).and_then(|key| key.open(&place, &record));
        assert!(open.is_err());
    }
    desk.hand_in(1, &format!("{opening}/visits"), &visits).await;
    let tasks = desk.server.rows().await["visit_task"];
    assert_eq!(usize::try_from(tasks).unwrap(), wanted.values().collect::<BTreeSet<_>>().len());
    desk.server.stop().await;
}

#[tokio::test]
async fn p3_two_weeks_later_a_backup_with_every_key_of_that_moment_opens_nothing() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let at = desk.server.app.now().minus(Duration::from_hours(5));
    let rows = desk.visit(at, &[(MARKET, anna.holder, Kind::Entry)]).await;
    // The first unit opens its share for a case, and the other never comes.
    let case = desk.case().await;
    let opening = desk.ask(&case, at).await;
    desk.approve(1, &opening).await;
    desk.open_first(0, &opening).await;
    // The backup: everything that the database has now.
    let backup = desk.all_keys(&rows).await;
    desk.server.advance(Duration::from_hours(15 * 24));
    // `tongxing authority destroy`, at both units.
    let oldest = visits::Day::of(desk.server.app.now()).minus(14);
    for keys in &mut desk.keys {
        keys.retain(|key| key.public().day() >= oldest);
        assert!(!keys.is_empty());
    }
    for key in &backup {
        for (unit, share) in key.shares.iter().enumerate() {
            let share = WrappedShare::parse(share).unwrap();
            assert!(desk.keys.iter().flatten().all(|day| share.open(day).is_err()), "unit {unit}");
        }
    }
    // The server's own job has ended what is older: the newest backup has none of it.
    let forgotten = crate::visit::retention::forget(&desk.server.app).await.unwrap();
    assert_eq!((forgotten.visits, forgotten.keys), (1, 1));
    let counts = desk.server.rows().await;
    assert_eq!((counts["visit"], counts["visit_key"]), (0, 0));
    // And what the server itself kept of the case's shares is gone by then.
    assert!(opened_first(&desk, &opening).await);
    crate::holder::erase::forget_old(&desk.server.app).await.unwrap();
    assert!(!opened_first(&desk, &opening).await);
    desk.server.stop().await;
}

/// Whether the shares that a first unit opened are kept.
async fn opened_first(desk: &Desk, opening: &str) -> bool {
    let id = opening.rsplit('/').next().unwrap().parse().unwrap();
    let row =
        read!(desk.server.app.store, "test.opening", StoreError, |tx| { call!(tx, visit_opening::one(id)) });
    row.unwrap().unwrap().opened_first.is_some()
}
