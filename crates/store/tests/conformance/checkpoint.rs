//! Checkpoints, devices, shifts, and what devices send.

use std::time::Duration;

use domain::Timestamp;
use domain::checkpoint::{CheckpointKind, ClientId};
use domain::id::kind::{
    CheckpointFlagId, CheckpointId, InspectorDeviceId, OutboxConflictId, StaffId, TemperatureReportId, UnitId,
};
use domain::report::{Action, Reading, Report, Site, Subject};
use store::rows::checkpoint::{
    ArrivedItem, ConflictRow, Counts, FlagKind, FlagRow, NewInspectorDevice, ShiftRow,
};
use store::rows::report::NewReport;
use store::{Store, StoreError, call, transact};

use super::NOW;

pub const GATE: CheckpointId = CheckpointId::from_i64(1);
pub const STATION: CheckpointId = CheckpointId::from_i64(2);
const PHONE: InspectorDeviceId = InspectorDeviceId::from_i64(11);
const OTHER: InspectorDeviceId = InspectorDeviceId::from_i64(12);
pub const STAFF: StaffId = StaffId::from_i64(21);
pub const HOUR: Duration = Duration::from_hours(1);

fn device(id: InspectorDeviceId, name: &str, code: u8) -> NewInspectorDevice {
    let code_until = NOW.plus(24 * HOUR);
    NewInspectorDevice { id, name: name.to_owned(), code_hash: [code; 32], code_until, by: STAFF }
}

pub async fn checkpoints(store: &Store) {
    transact!(store, "test.checkpoints", StoreError, |tx| {
        call!(tx, checkpoint::add(GATE, "North Gate", "Road 1", CheckpointKind::Road, NOW))?;
        call!(tx, checkpoint::add(STATION, "Main Station", "Hall 2", CheckpointKind::Station, NOW))
    })
    .unwrap();
}

pub async fn a_checkpoint_is_listed_and_closed_once(store: &Store) {
    checkpoints(store).await;
    let (all, closed, again, after) = transact!(store, "test.close", StoreError, |tx| {
        let all = call!(tx, checkpoint::all())?;
        let closed = call!(tx, checkpoint::close(STATION, NOW))?;
        let again = call!(tx, checkpoint::close(STATION, NOW))?;
        Ok((all, closed, again, call!(tx, checkpoint::all())?))
    })
    .unwrap();
    assert_eq!(all.iter().map(|row| row.id).collect::<Vec<_>>(), [STATION, GATE], "by name");
    assert_eq!(all[1].kind, CheckpointKind::Road);
    assert_eq!((closed, again), (true, false));
    assert_eq!(after.iter().map(|row| row.id).collect::<Vec<_>>(), [GATE, STATION], "open ones first");
    assert_eq!(after[1].closed_at, Some(NOW));
}

pub async fn an_enrolment_code_counts_once_and_in_its_time(store: &Store) {
    let (key, late) = ([4; 65], NOW.plus(24 * HOUR));
    let (over, enrolled, again, renewed, row) = transact!(store, "test.enrol", StoreError, |tx| {
        call!(tx, checkpoint::add_device(&device(PHONE, "Gate 3, phone 2", 1), NOW))?;
        call!(tx, checkpoint::add_device(&device(OTHER, "Gate 3, phone 3", 2), NOW))?;
        let over = call!(tx, checkpoint::enrol(&[1; 32], &key, STAFF, late))?;
        let enrolled = call!(tx, checkpoint::enrol(&[1; 32], &key, STAFF, NOW))?;
        let same = call!(tx, checkpoint::enrol(&[1; 32], &key, STAFF, NOW))?;
        assert_eq!(same.map(|(id, _)| id), Some(PHONE), "the answer was lost");
        let again = call!(tx, checkpoint::enrol(&[1; 32], &[5; 65], STAFF, NOW))?;
        let renewed = call!(tx, checkpoint::new_code(PHONE, &[3; 32], late))?;
        Ok((over, enrolled, again, renewed, call!(tx, checkpoint::device(PHONE))?.unwrap()))
    })
    .unwrap();
    assert_eq!(over, None);
    assert_eq!(enrolled, Some((PHONE, "Gate 3, phone 2".to_owned())));
    assert_eq!((again, renewed), (None, false));
    assert_eq!(row.public_key.as_deref(), Some(&key[..]));
    assert_eq!((row.enrolled_at, row.enrolled_by), (Some(NOW), Some(STAFF)));
    let taken = transact!(store, "test.taken", StoreError, |tx| {
        call!(tx, checkpoint::add_device(&device(InspectorDeviceId::from_i64(13), "Gate 3, phone 2", 9), NOW))
    });
    assert!(taken.unwrap_err().is_unique(), "a name is one device's");
    let same = transact!(store, "test.same", StoreError, |tx| {
        call!(tx, checkpoint::enrol(&[2; 32], &key, STAFF, NOW))
    });
    assert!(same.unwrap_err().is_unique(), "a key is one device's");
}

pub async fn a_withdrawn_device_stays_known_and_its_code_is_gone(store: &Store) {
    let (withdrawn, again, enrolled, all) = transact!(store, "test.withdraw", StoreError, |tx| {
        call!(tx, checkpoint::add_device(&device(PHONE, "A", 1), NOW))?;
        call!(tx, checkpoint::add_device(&device(OTHER, "B", 2), NOW))?;
        call!(tx, checkpoint::enrol(&[2; 32], &[4; 65], STAFF, NOW))?;
        call!(tx, checkpoint::seen(OTHER, 3, 12, NOW))?;
        let withdrawn = call!(tx, checkpoint::withdraw(PHONE, STAFF, NOW))?;
        let again = call!(tx, checkpoint::withdraw(PHONE, STAFF, NOW))?;
        let enrolled = call!(tx, checkpoint::enrol(&[1; 32], &[6; 65], STAFF, NOW))?;
        Ok((withdrawn, again, enrolled, call!(tx, checkpoint::devices())?))
    })
    .unwrap();
    assert_eq!((withdrawn, again, enrolled), (true, false, None));
    assert_eq!(all.iter().map(|row| row.id).collect::<Vec<_>>(), [OTHER, PHONE], "those in use first");
    assert_eq!((all[0].seen_at, all[0].app, all[0].waiting), (Some(NOW), Some(3), Some(12)));
    assert_eq!(all[1].withdrawn_at, Some(NOW));
}

pub fn shift(id: u8, parent: Option<u8>, checkpoint: CheckpointId, begun_at: Timestamp) -> ShiftRow {
    ShiftRow {
        id: ClientId([id; 16]),
        device: Some(PHONE),
        staff: STAFF,
        unit: UnitId::from_i64(3),
        checkpoint,
        parent: parent.map(|id| ClientId([id; 16])),
        signed_in_at: NOW,
        begun_at,
        until: begun_at.plus(12 * HOUR),
        ended_at: None,
        counts: Counts::default(),
        guessed: false,
    }
}

pub async fn a_shift_begins_once_counts_the_most_and_ends_first(store: &Store) {
    checkpoints(store).await;
    let first = shift(1, None, GATE, NOW);
    let later = |hours: u32| NOW.plus(hours * HOUR);
    let most = Counts { passes: 9, checks: 2, stops: 1, normal: 8, abnormal: 3 };
    let fewer = Counts { passes: 4, checks: 3, ..Counts::default() };
    let (begun, again, row, latest, none) = transact!(store, "test.shift", StoreError, |tx| {
        let begun = call!(tx, shift::begin(&first, NOW))?;
        let again = call!(tx, shift::begin(&ShiftRow { checkpoint: STATION, ..first.clone() }, NOW))?;
        call!(tx, shift::begin(&shift(2, Some(1), GATE, later(13)), NOW))?;
        call!(tx, shift::count(first.id, &most))?;
        call!(tx, shift::count(first.id, &fewer))?;
        for hours in [5, 4, 6] {
            call!(tx, shift::end(first.id, later(hours)))?;
        }
        let latest = call!(tx, shift::latest(PHONE, later(12)))?;
        Ok((
            begun,
            again,
            call!(tx, shift::one(first.id))?.unwrap(),
            latest,
            call!(tx, shift::latest(OTHER, NOW))?,
        ))
    })
    .unwrap();
    assert_eq!((begun, again), (true, false));
    assert_eq!(row.checkpoint, GATE, "the first beginning counts");
    assert_eq!(row.counts, Counts { checks: 3, ..most });
    assert_eq!(row.ended_at, Some(later(4)));
    assert!(!row.is_running(later(3)), "it has ended");
    assert_eq!((latest.map(|row| row.id), none), (Some(first.id), None));
}

pub async fn a_shift_without_a_device_is_its_inspectors(store: &Store) {
    checkpoints(store).await;
    let own = ShiftRow { device: None, ..shift(1, None, GATE, NOW) };
    let found = transact!(store, "test.own", StoreError, |tx| {
        call!(tx, shift::begin(&own, NOW))?;
        let mut found = vec![call!(tx, shift::of_staff(STAFF, NOW))?.is_some()];
        found.push(call!(tx, shift::of_staff(StaffId::from_i64(22), NOW))?.is_some());
        found.push(call!(tx, shift::of_staff(STAFF, NOW.plus(12 * HOUR)))?.is_some());
        call!(tx, shift::end(own.id, NOW))?;
        found.push(call!(tx, shift::of_staff(STAFF, NOW))?.is_some());
        Ok(found)
    });
    assert_eq!(found.unwrap(), [true, false, false, false]);
}

fn report(id: i64, shift: u8) -> NewReport {
    let reading = Reading { tenths: 385, site: Site::Ear, at: NOW.seconds() };
    NewReport {
        id: TemperatureReportId::from_i64(id),
        holder: None,
        checkpoint: GATE,
        shift: Some(ClientId([shift; 16])),
        device: Some(PHONE),
        staff: STAFF,
        unit: UnitId::from_i64(3),
        exported: false,
        report: Report {
            subject: Subject::Nobody,
            verdict: None,
            readings: vec![reading],
            threshold: 373,
            action: Action::FeverClinic,
        },
        taken_at: NOW,
        due_at: NOW.plus(HOUR),
    }
}

pub async fn what_comes_before_its_shift_goes_over_to_it(store: &Store) {
    checkpoints(store).await;
    let guessed = ShiftRow { guessed: true, ..shift(2, Some(1), GATE, NOW) };
    let real = shift(2, Some(1), STATION, NOW.plus(HOUR));
    let (row, forgotten, kept) = transact!(store, "test.settle", StoreError, |tx| {
        call!(tx, shift::begin(&guessed, NOW))?;
        call!(tx, report::insert_all(&[report(1, 2), report(2, 3)], NOW))?;
        call!(tx, flag::scans(PHONE, real.begun_at.seconds() / 60 + 1, GATE, 4))?;
        call!(tx, shift::settle(&real))?;
        // Once: what says the same of another place is somebody's later word.
        call!(tx, shift::settle(&shift(2, Some(1), GATE, NOW)))?;
        let forgotten = call!(tx, shift::forget(NOW.plus(24 * HOUR)))?;
        Ok((call!(tx, shift::one(real.id))?, forgotten, call!(tx, shift::begin(&real, NOW))?))
    })
    .unwrap();
    assert_eq!(row, Some(real), "as it says itself");
    assert_eq!((forgotten, kept), (0, false), "a report names it");
}

pub async fn an_item_counts_once_and_other_content_is_kept(store: &Store) {
    let item = |device, id: u8, digest: u8| ArrivedItem {
        device,
        item: ClientId([id; 16]),
        digest: [digest; 16],
        kind: "report",
        report: (device == PHONE && id == 1).then_some(TemperatureReportId::from_i64(31)),
    };
    let take = |items: Vec<ArrivedItem>| async move {
        let taken = transact!(store, "test.take", StoreError, |tx| { call!(tx, arrival::take(&items, NOW)) });
        let mut taken: Vec<_> = taken.unwrap().into_iter().collect();
        taken.sort_unstable_by_key(|(device, item)| (device.as_i64(), *item));
        taken
    };
    let (one, two) = (ClientId([1; 16]), ClientId([2; 16]));
    assert_eq!(take(vec![item(PHONE, 1, 7), item(OTHER, 1, 8)]).await, [(PHONE, one), (OTHER, one)]);
    assert_eq!(take(vec![item(PHONE, 1, 9), item(PHONE, 2, 9)]).await, [(PHONE, two)]);
    let row = ConflictRow {
        id: OutboxConflictId::from_i64(1),
        device: PHONE,
        item: one,
        digest: [9; 16],
        content: b"{}".to_vec(),
        received_at: NOW,
        seen_at: None,
        report: None,
    };
    let (came, kept, again, seen, twice, all) = transact!(store, "test.conflict", StoreError, |tx| {
        let came = call!(tx, arrival::came(PHONE, one))?;
        let kept = call!(tx, arrival::conflict(&row))?;
        let again = ConflictRow { id: OutboxConflictId::from_i64(2), ..row.clone() };
        let again = call!(tx, arrival::conflict(&again))?;
        let seen = call!(tx, arrival::conflict_seen(row.id, STAFF, NOW))?;
        let twice = call!(tx, arrival::conflict_seen(row.id, STAFF, NOW))?;
        Ok((came, kept, again, seen, twice, call!(tx, arrival::conflicts(10))?))
    })
    .unwrap();
    let report = Some(TemperatureReportId::from_i64(31));
    assert_eq!(came, Some((vec![7; 16], report)), "the first content stays");
    assert_eq!((kept, again, seen, twice), (true, false, true, false));
    let kept = ConflictRow { seen_at: Some(NOW), report, ..row };
    assert_eq!(all, std::slice::from_ref(&kept), "with the report that came first");
    // Under the id of an item that was no report, or is none any more.
    let alone = ConflictRow { id: OutboxConflictId::from_i64(3), item: two, report: None, ..kept.clone() };
    let (one, lone, of, none) = transact!(store, "test.versions", StoreError, |tx| {
        call!(tx, arrival::conflict(&alone))?;
        let one = call!(tx, arrival::one_conflict(kept.id))?;
        let lone = call!(tx, arrival::one_conflict(alone.id))?;
        let of = call!(tx, arrival::conflicts_of(TemperatureReportId::from_i64(31)))?;
        Ok((one, lone, of, call!(tx, arrival::conflicts_of(TemperatureReportId::from_i64(32)))?))
    })
    .unwrap();
    assert_eq!((one.as_ref(), lone.unwrap().report), (Some(&kept), None));
    assert_eq!((of, none), (vec![kept], vec![]));
    let gone =
        transact!(store, "test.forget", StoreError, |tx| { call!(tx, arrival::forget(NOW.plus(HOUR))) });
    assert_eq!(gone.unwrap(), 5);
    assert_eq!(take(vec![]).await, []);
}

pub async fn scans_of_a_minute_add_up_and_a_flag_is_raised_once(store: &Store) {
    checkpoints(store).await;
    let minute = NOW.seconds() / 60;
    let flag = |id, kind| FlagRow {
        id: CheckpointFlagId::from_i64(id),
        kind,
        device: PHONE,
        unit: None,
        checkpoint: GATE,
        other_checkpoint: (kind == FlagKind::TwoPlaces).then_some(STATION),
        minute,
        scans: Some(21),
        made_at: NOW,
        seen_at: None,
    };
    let (ten, raised, seen, all, gone) = transact!(store, "test.flags", StoreError, |tx| {
        for (at, scans) in [(minute, 5), (minute, 21), (minute, 7), (minute - 9, 30), (minute - 10, 99)] {
            call!(tx, flag::scans(PHONE, at, GATE, scans))?;
        }
        call!(tx, flag::scans(OTHER, minute, GATE, 50))?;
        let ten = call!(tx, flag::scanned(PHONE, minute - 9, minute))?;
        let mut raised = Vec::new();
        for (id, kind) in [(1, FlagKind::Minute), (2, FlagKind::Minute), (3, FlagKind::TwoPlaces)] {
            raised.push(call!(tx, flag::raise(&flag(id, kind)))?);
        }
        let seen = call!(tx, flag::seen(CheckpointFlagId::from_i64(1), STAFF, NOW))?;
        let all = call!(tx, flag::latest(10))?;
        Ok((ten, raised, seen, all, call!(tx, flag::forget(NOW.plus(HOUR)))?))
    })
    .unwrap();
    assert_eq!(ten, 63);
    assert_eq!((raised, seen), (vec![true, false, true], true));
    let first = FlagRow { seen_at: Some(NOW), ..flag(1, FlagKind::Minute) };
    assert_eq!(all, [flag(3, FlagKind::TwoPlaces), first]);
    assert_eq!(gone, 6);
}
