//! Applications, the phones that hold them, and the reviewers who work on them.

use std::time::Duration;

use domain::application::Stage;
use domain::declaration::HealthAnswers;
use domain::entropy::SeededEntropy;
use domain::id::kind::{ApplicationId, DeclarationId, DeviceSessionId, FilingId, HolderId, PhotoId, StaffId};
use domain::residence::Residence;
use domain::{Reference, Timestamp};
use store::rows::application::{ApplicationRow, DeviceState, Finding};
use store::testing::people::person;
use store::{Store, StoreError, call, read, transact};
use zeroize::Zeroizing;

use super::NOW;

const PHONE: DeviceSessionId = DeviceSessionId::from_i64(51);
const OTHER: DeviceSessionId = DeviceSessionId::from_i64(52);
const LI: StaffId = StaffId::from_i64(21);
const WANG: StaffId = StaffId::from_i64(22);

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

async fn phones(store: &Store) {
    transact!(store, "test.phones", StoreError, |tx| {
        call!(tx, session::begin_device(PHONE, &[1; 32], NOW))?;
        call!(tx, session::begin_device(OTHER, &[2; 32], NOW))
    })
    .unwrap();
}

/// An application for a reviewer, sent `sent` seconds after the start.
pub async fn applied(store: &Store, id: i64, sent: u64) -> ApplicationRow {
    let residence = Residence {
        division: "420100".parse().unwrap(),
        county: String::new(),
        address: "1 Example Road".to_owned(),
        phone: None,
    };
    let reference = Reference::draw(&SeededEntropy::new(id.unsigned_abs()));
    let (row_id, details) = (ApplicationId::from_i64(id), person(id.unsigned_abs()));
    let mut row = ApplicationRow::new(row_id, reference, PHONE, details, residence, "en", at(sent));
    (row.stage, row.finding) = (Stage::Review, Finding::Near);
    let row = &row;
    transact!(store, "test.apply", StoreError, |tx| {
        let mut saved = row.clone();
        call!(tx, application::insert(row))?;
        assert!(call!(tx, application::save(&mut saved))?);
        Ok(saved)
    })
    .unwrap()
}

/// An application of anybody, for cases of other files; gives its row.
pub async fn sent_application(store: &Store, id: i64) -> ApplicationId {
    applied(store, id, 0).await.id
}

async fn by_id(store: &Store, id: ApplicationId) -> ApplicationRow {
    read!(store, "test.row", StoreError, |tx| { call!(tx, application::by_id(id)) }).unwrap().unwrap()
}

pub async fn of_two_who_save_the_same_version_the_second_is_refused(store: &Store) {
    phones(store).await;
    let row = applied(store, 1, 0).await;
    let read_back = by_id(store, row.id).await;
    assert_eq!((read_back.details.clone(), read_back.version), (row.details.clone(), row.version));
    let save = |message: &'static str| {
        let row = &row;
        async move {
            transact!(store, "test.save", StoreError, |tx| {
                let mut mine = row.clone();
                mine.message = Some(message.to_owned());
                call!(tx, application::save(&mut mine))
            })
            .unwrap()
        }
    };
    assert!(save("first").await);
    assert!(!save("second").await);
    assert_eq!(by_id(store, row.id).await.message.as_deref(), Some("first"));
}

pub async fn attempts_are_counted_by_document_and_day(store: &Store) {
    let count = |number: u64, day: i64| async move {
        let number = person(number).number;
        transact!(store, "test.attempt", StoreError, |tx| {
            call!(tx, application::count_attempt(&number, day))
        })
        .unwrap()
    };
    assert_eq!((count(1, 7).await, count(1, 7).await), (1, 2));
    assert_eq!((count(2, 7).await, count(1, 8).await), (1, 1));
}

pub async fn the_newest_declaration_counts_and_follows_to_the_holder(store: &Store) {
    phones(store).await;
    let row = applied(store, 1, 0).await;
    let holder = HolderId::from_i64(61);
    let answers = |contact| HealthAnswers { symptoms: Vec::new(), contact, diagnosed: false };
    let (first, second) = (DeclarationId::from_i64(71), DeclarationId::from_i64(72));
    let newest = transact!(store, "test.declare", StoreError, |tx| {
        call!(tx, holder::insert(holder, NOW))?;
        call!(tx, application::declare(first, row.id, None, &answers(false), at(1)))?;
        call!(tx, application::declare(second, row.id, None, &answers(true), at(2)))?;
        call!(tx, application::give_declarations(row.id, holder))?;
        call!(tx, application::declaration(row.id))
    });
    let newest = newest.unwrap().expect("it was declared");
    assert_eq!((newest.id, newest.answers.contact), (second, true));
}

pub async fn a_draft_is_sealed_kept_and_forgotten(store: &Store) {
    phones(store).await;
    let draft = Zeroizing::new(b"number=X1".to_vec());
    transact!(store, "test.draft", StoreError, |tx| {
        call!(tx, device::save_draft(PHONE, Some(&draft), at(10)))
    })
    .unwrap();
    let kept = || async {
        let state = read!(store, "test.state", StoreError, |tx| { call!(tx, device::device_state(PHONE)) });
        state.unwrap().unwrap().draft.map(|draft| draft.to_vec())
    };
    let forget = |idle_since| async move {
        transact!(store, "test.forget", StoreError, |tx| {
            call!(tx, device::forget_old(NOW, at(idle_since)))
        })
        .unwrap()
    };
    assert_eq!((forget(9).await, kept().await), (0, Some(draft.to_vec())));
    assert_eq!((forget(10).await, kept().await), (1, None));
}

pub async fn a_recovery_code_opens_once_and_moves_what_the_phone_held(store: &Store) {
    phones(store).await;
    let row = applied(store, 1, 0).await;
    let holder = HolderId::from_i64(61);
    let (code, hash, older) = ("ABCD".to_owned(), [8; 32], [9; 32]);
    transact!(store, "test.recovery", StoreError, |tx| {
        call!(tx, holder::insert(holder, NOW))?;
        call!(tx, device::sent(PHONE, row.id, NOW))?;
        call!(tx, holder::open_on(PHONE, Some(holder)))?;
        call!(tx, device::new_recovery(row.id, PHONE, (&code, &older), NOW, at(60)))?;
        call!(tx, device::new_recovery(row.id, PHONE, (&code, &hash), NOW, at(60)))
    })
    .unwrap();
    let take = |hash: [u8; 32]| async move {
        transact!(store, "test.take", StoreError, |tx| { call!(tx, device::take_recovery(&hash)) }).unwrap()
    };
    assert_eq!(take(older).await, None, "a new code takes the place of the one before");
    assert_eq!(take(hash).await, Some(row.id));
    assert_eq!(take(hash).await, None, "once");
    let (old, new) = transact!(store, "test.move", StoreError, |tx| {
        call!(tx, device::move_to(row.id, Some(holder), OTHER, at(5)))?;
        Ok((call!(tx, device::device_state(PHONE))?, call!(tx, device::device_state(OTHER))?))
    })
    .unwrap();
    let (old, new) = (old.unwrap(), new.unwrap());
    assert_eq!((old.application, old.holder, old.moved_at), (None, None, Some(at(5))));
    assert_eq!((new.application, new.holder, new.moved_at), (Some(row.id), Some(holder), None));
    assert!(old.recovery_code.is_none());
}

async fn device(store: &Store, phone: DeviceSessionId) -> DeviceState {
    read!(store, "test.device", StoreError, |tx| { call!(tx, device::device_state(phone)) }).unwrap().unwrap()
}

pub async fn a_phone_that_is_left_behind_keeps_nothing_typed_and_another_persons_application(store: &Store) {
    phones(store).await;
    let (mine, theirs) = (applied(store, 1, 0).await, applied(store, 2, 0).await);
    let (holder, draft) = (HolderId::from_i64(61), Zeroizing::new(b"number=X1".to_vec()));
    transact!(store, "test.hold", StoreError, |tx| {
        call!(tx, holder::insert(holder, NOW))?;
        let mut mine = mine.clone();
        mine.holder = Some(holder);
        assert!(call!(tx, application::save(&mut mine))?);
        call!(tx, device::sent(PHONE, mine.id, NOW))?;
        assert!(!call!(tx, device::open_for(PHONE, theirs.id, holder))?, "it holds another application");
        assert!(call!(tx, device::open_for(PHONE, mine.id, holder))?);
        call!(tx, device::sent(OTHER, theirs.id, NOW))?;
        call!(tx, holder::open_on(OTHER, Some(holder)))?;
        call!(tx, device::save_draft(PHONE, Some(&draft), NOW))?;
        call!(tx, device::save_draft(OTHER, Some(&draft), NOW))
    })
    .unwrap();
    let nobody = DeviceSessionId::from_i64(53);
    let any = transact!(store, "test.leave", StoreError, |tx| {
        call!(tx, device::move_holder_away(holder, nobody, at(5)))
    });
    assert!(any.unwrap());
    let (left, kept) = (device(store, PHONE).await, device(store, OTHER).await);
    assert_eq!((left.application, left.holder, left.moved_at), (None, None, Some(at(5))));
    assert!(left.draft.is_none(), "nothing of the person stays");
    assert_eq!((kept.application, kept.holder, kept.moved_at), (Some(theirs.id), None, Some(at(5))));
    assert!(kept.draft.is_some(), "what somebody else typed stays theirs");
    transact!(store, "test.move", StoreError, |tx| {
        call!(tx, device::move_to(theirs.id, None, PHONE, at(6))).map(|_| ())
    })
    .unwrap();
    assert!(device(store, OTHER).await.draft.is_none(), "it was correcting what is on another phone now");
}

pub async fn a_correction_ends_with_its_application_only(store: &Store) {
    phones(store).await;
    let (row, other) = (applied(store, 1, 0).await, applied(store, 2, 0).await);
    let draft = Zeroizing::new(b"number=X1".to_vec());
    let end = |id: ApplicationId| async move {
        transact!(store, "test.end", StoreError, |tx| { call!(tx, device::end_correction(PHONE, id)) })
            .unwrap();
        device(store, PHONE).await.draft.is_none()
    };
    transact!(store, "test.draft", StoreError, |tx| {
        call!(tx, device::sent(PHONE, row.id, NOW))?;
        call!(tx, device::save_draft(PHONE, Some(&draft), NOW))
    })
    .unwrap();
    assert_eq!((end(other.id).await, end(row.id).await), (false, true));
}

pub async fn an_application_keeps_the_version_of_the_filing_that_was_compared(store: &Store) {
    phones(store).await;
    let mut row = applied(store, 1, 0).await;
    assert_eq!((row.filing_version, by_id(store, row.id).await.filing_version), (None, None));
    (row.filing, row.filing_version) = (Some(FilingId::from_i64(31)), Some(7));
    transact!(store, "test.save", StoreError, |tx| {
        let mut row = row.clone();
        assert!(call!(tx, application::save(&mut row))?);
        Ok(())
    })
    .unwrap();
    let kept = by_id(store, row.id).await;
    assert_eq!((kept.filing, kept.filing_version), (row.filing, Some(7)));
    assert_eq!((kept.version, kept.decided_by), (row.version + 1, None));
}

pub async fn a_claim_is_one_reviewers_until_it_ends_and_the_most_urgent_comes_next(store: &Store) {
    phones(store).await;
    let late = applied(store, 1, 100).await;
    let urgent = applied(store, 2, 0).await;
    let claim = |staff, now| {
        let id = urgent.id;
        async move {
            transact!(store, "test.claim", StoreError, |tx| {
                call!(tx, review::claim(id, staff, at(now), at(now + 900)))
            })
            .unwrap()
        }
    };
    let next = |staff, now| async move {
        transact!(store, "test.next", StoreError, |tx| {
            call!(tx, review::claim_next(staff, None, at(now), at(now + 900)))
        })
        .unwrap()
    };
    assert!(claim(LI, 1_000).await);
    assert!(!claim(WANG, 1_001).await);
    assert_eq!(next(WANG, 1_001).await, Some(late.id), "what is due first is taken");
    let renewed = transact!(store, "test.renew", StoreError, |tx| {
        Ok((
            call!(tx, review::renew(urgent.id, WANG, at(1_002), at(9_000)))?,
            call!(tx, review::release(urgent.id, WANG))?,
        ))
    });
    assert_eq!(renewed.unwrap(), (false, false), "somebody else's");
    assert!(claim(WANG, 1_901).await, "it ran out");
    let queue = read!(store, "test.queue", StoreError, |tx| { call!(tx, review::queue(None, 10)) }).unwrap();
    assert_eq!(queue.iter().map(|row| row.id).collect::<Vec<_>>(), [urgent.id, late.id]);
    let photo = PhotoId::from_i64(81);
    let photos = transact!(store, "test.photo", StoreError, |tx| {
        call!(tx, application::keep_photo(photo, urgent.id, b"jpeg", NOW))?;
        Ok((call!(tx, review::photo(urgent.id, photo))?, call!(tx, review::photo(late.id, photo))?))
    });
    let (own, of_another) = photos.unwrap();
    assert_eq!((own.as_ref().map(|image| &image[..]), of_another.is_none()), (Some(&b"jpeg"[..]), true));
}
