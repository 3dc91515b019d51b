//! Holders, their colours, their passes, the lists that withdraw them, and what holders are told.

use std::time::Duration;

use domain::Timestamp;
use domain::declaration::Colour;
use domain::id::kind::{DecisionId, DeviceSessionId, HolderId, LogLeafId, NoticeId, PassId, ShortCodeId};
use store::rows::decision::DecisionRow;
use store::rows::notice::NoticeKind;
use store::rows::pass::{ListRow, NewPass, PassKind, WithdrawnFor};
use store::rows::short_code::{NewShortCode, short_index};
use store::testing::people::person;
use store::{Store, StoreError, call, read, transact};

use super::NOW;

const HOLDER: HolderId = HolderId::from_i64(61);
const STRANGER: HolderId = HolderId::from_i64(62);
const SEED: [u8; 16] = [7; 16];
const PHONE: DeviceSessionId = DeviceSessionId::from_i64(51);

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn decision(id: i64, colour: Colour, reason: &str) -> DecisionRow {
    DecisionRow {
        id: DecisionId::from_i64(id),
        holder: HOLDER,
        colour,
        reasons: vec![reason.to_owned()],
        rule_set: "first 1".to_owned(),
        declaration: None,
        leaf: LogLeafId::from_i64(id),
        decided_at: at(1),
        until: Some(at(99)),
        since: None,
        fired: Vec::new(),
        unit: None,
        revoked: None,
    }
}

async fn holders(store: &Store) {
    transact!(store, "test.holders", StoreError, |tx| {
        call!(tx, holder::insert(HOLDER, NOW))?;
        call!(tx, holder::insert(STRANGER, NOW))?;
        call!(tx, session::begin_device(PHONE, &[1; 32], NOW))
    })
    .unwrap();
}

pub async fn a_document_leads_to_one_holder_and_reads_back_under_its_key(store: &Store) {
    holders(store).await;
    let link = |holder, number, now| async move {
        let details = person(number);
        transact!(store, "test.link", StoreError, |tx| { call!(tx, holder::link(holder, &details, now)) })
            .unwrap()
    };
    let document = || async {
        read!(store, "test.document", StoreError, |tx| { call!(tx, holder::document(HOLDER)) }).unwrap()
    };
    assert_eq!(document().await, None);
    assert!(link(HOLDER, 1, at(1)).await);
    assert!(link(HOLDER, 1, at(2)).await, "again, the same");
    assert!(!link(STRANGER, 1, at(3)).await, "it is somebody's already");
    assert_eq!(document().await, Some(person(1)));
    assert!(link(HOLDER, 2, at(4)).await);
    assert_eq!(document().await, Some(person(2)), "the one that was linked last");
    let (first, unknown) = (person(1), person(3));
    let of = read!(store, "test.of", StoreError, |tx| {
        Ok((call!(tx, holder::holder_of(&first))?, call!(tx, holder::holder_of(&unknown))?))
    });
    assert_eq!(of.unwrap(), (Some(HOLDER), None));
}

pub async fn a_phone_shows_the_code_that_it_was_opened_for(store: &Store) {
    holders(store).await;
    let open = |holder| async move {
        transact!(store, "test.open", StoreError, |tx| {
            call!(tx, holder::open_on(PHONE, holder))?;
            Ok((
                call!(tx, holder::is_open_on(PHONE, HOLDER))?,
                call!(tx, holder::is_open_on(PHONE, STRANGER))?,
                call!(tx, holder::lock(HOLDER))?,
                call!(tx, holder::lock(HolderId::from_i64(99)))?,
            ))
        })
        .unwrap()
    };
    assert_eq!(open(Some(HOLDER)).await, (true, false, true, false));
    assert_eq!(open(None).await, (false, false, true, false));
}

pub async fn the_newest_decision_counts(store: &Store) {
    holders(store).await;
    let green = decision(1, Colour::Green, "declared_healthy");
    let yellow = decision(2, Colour::Yellow, "declared_contact");
    let (own, other) = transact!(store, "test.decide", StoreError, |tx| {
        call!(tx, decision::insert(&green))?;
        call!(tx, decision::insert(&yellow))?;
        Ok((call!(tx, decision::current(HOLDER))?, call!(tx, decision::current(STRANGER))?))
    })
    .unwrap();
    assert_eq!((own, other), (Some(yellow), None));
}

fn pass(id: i64, list: i64, index: u32, live: bool) -> NewPass {
    NewPass {
        id: PassId::from_i64(id),
        cti: [u8::try_from(id).unwrap(); 8],
        holder: HOLDER,
        decision: DecisionId::from_i64(1),
        device: PHONE,
        device_key: live.then_some([2; 33]),
        for_day: None,
        list,
        index,
        signed: format!("pass {id}").into_bytes(),
        issued_at: at(1),
        expires_at: at(1_000),
    }
}

async fn insert(store: &Store, new: &NewPass) -> bool {
    transact!(store, "test.pass", StoreError, |tx| { call!(tx, pass::insert(new)) }).unwrap()
}

pub async fn a_pass_is_issued_found_withdrawn_published_and_forgotten(store: &Store) {
    holders(store).await;
    let green = decision(1, Colour::Green, "declared_healthy");
    let list = transact!(store, "test.list", StoreError, |tx| {
        call!(tx, decision::insert(&green))?;
        call!(tx, status::open(20_000, 10, NOW, &SEED))
    })
    .unwrap();
    assert!(insert(store, &pass(1, list, 5, true)).await);
    assert!(!insert(store, &pass(2, list, 5, true)).await, "the index is taken");
    assert!(insert(store, &pass(3, list, 2, false)).await);
    let (live, printed, asked) = read!(store, "test.latest", StoreError, |tx| {
        Ok((
            call!(tx, pass::latest_live(PHONE, HOLDER))?,
            call!(tx, pass::latest_printed(HOLDER))?,
            call!(tx, pass::asked(PHONE, PassKind::Live, NOW))?,
        ))
    })
    .unwrap();
    let (live, printed) = (live.unwrap(), printed.unwrap());
    assert_eq!((&live.signed[..], &printed.signed[..], asked), (&b"pass 1"[..], &b"pass 3"[..], 1));
    assert_eq!((live.colour, live.withdrawn), (Colour::Green, None));

    let withdraw = |kind, now| async move {
        transact!(store, "test.withdraw", StoreError, |tx| {
            call!(tx, pass::withdraw(HOLDER, kind, WithdrawnFor::Closed, at(now)))
        })
        .unwrap()
    };
    assert_eq!(withdraw(PassKind::Live, 1_001).await, [0; 0], "it has ended");
    assert_eq!(withdraw(PassKind::Live, 10).await, [list]);
    assert_eq!(withdraw(PassKind::Live, 11).await, [0; 0], "once");
    let withdrawn = || async {
        read!(store, "test.published", StoreError, |tx| { call!(tx, status::withdrawn(list)) }).unwrap()
    };
    assert_eq!(withdrawn().await, [5]);
    assert_eq!(withdraw(PassKind::Printed, 12).await, [list]);
    assert_eq!(withdrawn().await, [2, 5]);
    let retire = |before| async move {
        transact!(store, "test.retire", StoreError, |tx| { call!(tx, pass::retire(at(before))) }).unwrap()
    };
    assert_eq!((retire(1_000).await, retire(1_001).await), (0, 2));
    assert_eq!(withdrawn().await, [0; 0]);
}

pub async fn a_list_is_filled_before_the_next_and_belongs_to_one_day(store: &Store) {
    let open = |day| async move {
        transact!(store, "test.open", StoreError, |tx| { call!(tx, status::open(day, 10, NOW, &SEED)) })
            .unwrap()
    };
    let first = open(20_000).await;
    assert_eq!(open(20_000).await, first);
    let other_day = open(20_001).await;
    assert_ne!(other_day, first);
    transact!(store, "test.count", StoreError, |tx| { call!(tx, status::count(first, 10)) }).unwrap();
    let second = open(20_000).await;
    assert!(second != first && second != other_day);
    let about = |list| async move {
        read!(store, "test.about", StoreError, |tx| { call!(tx, status::about(list)) }).unwrap()
    };
    let row = ListRow { expiry_day: 20_001, created_at: NOW, decoy_seed: Some(SEED.to_vec()) };
    assert_eq!((about(other_day).await, about(second + 1).await), (Some(row), None));
    let current = read!(store, "test.current", StoreError, |tx| { call!(tx, status::current(20_001)) });
    assert_eq!(current.unwrap(), [(other_day, 20_001)]);
}

pub async fn a_notice_is_unseen_until_its_holder_has_seen_it(store: &Store) {
    holders(store).await;
    let notice = NoticeId::from_i64;
    transact!(store, "test.tell", StoreError, |tx| {
        for (id, holder) in [(1, HOLDER), (2, HOLDER), (3, STRANGER), (4, HOLDER)] {
            call!(tx, notice::tell(notice(id), holder, NoticeKind::SecondApplication, at(1)))?;
        }
        Ok(())
    })
    .unwrap();
    let unseen = |holder| async move {
        let rows = read!(store, "test.unseen", StoreError, |tx| { call!(tx, notice::unseen(holder)) });
        rows.unwrap().iter().map(|row| row.id.as_i64()).collect::<Vec<_>>()
    };
    assert_eq!(unseen(HOLDER).await, [4, 2, 1]);
    transact!(store, "test.seen", StoreError, |tx| { call!(tx, notice::seen(HOLDER, notice(3), at(2))) })
        .unwrap();
    assert_eq!((unseen(HOLDER).await, unseen(STRANGER).await), (vec![4], vec![3]));
}

const CODE: &[u8; 8] = b"7K3M92QD";

async fn give(store: &Store, id: i64, device: DeviceSessionId, made: u64) -> bool {
    let new = NewShortCode {
        id: ShortCodeId::from_i64(id),
        device,
        pass: PassId::from_i64(1),
        lookup: short_index(store.sealer(), CODE),
        made_at: at(made),
        expires_at: at(made + 60),
    };
    transact!(store, "test.give", StoreError, |tx| { call!(tx, short_code::give(&new)) }).unwrap()
}

/// Whether the code is found, and whether its pass is withdrawn.
async fn found(store: &Store, code: &[u8; 8], when: u64) -> Option<bool> {
    let lookup = short_index(store.sealer(), code);
    let found =
        read!(store, "test.find", StoreError, |tx| { call!(tx, short_code::find(&lookup, at(when))) });
    let found = found.unwrap()?;
    assert_eq!(found.signed, b"pass 1");
    Some(found.withdrawn)
}

pub async fn a_short_code_stands_for_its_pass_until_it_ends(store: &Store) {
    holders(store).await;
    let green = decision(1, Colour::Green, "declared_healthy");
    let list = transact!(store, "test.list", StoreError, |tx| {
        call!(tx, decision::insert(&green))?;
        call!(tx, status::open(20_000, 10, NOW, &SEED))
    })
    .unwrap();
    insert(store, &pass(1, list, 5, true)).await;
    assert!(give(store, 1, PHONE, 10).await);
    assert!(!give(store, 2, DeviceSessionId::from_i64(52), 11).await, "nobody else is given the same");
    let times = [found(store, CODE, 10).await, found(store, CODE, 69).await, found(store, CODE, 70).await];
    assert_eq!(times, [Some(false), Some(false), None]);
    assert_eq!(found(store, b"7K3M92QE", 10).await, None);

    transact!(store, "test.withdraw", StoreError, |tx| {
        call!(tx, pass::withdraw(HOLDER, PassKind::Live, WithdrawnFor::ColourChanged, at(20)))
    })
    .unwrap();
    assert_eq!(found(store, CODE, 21).await, Some(true));
    transact!(store, "test.end", StoreError, |tx| { call!(tx, short_code::end_of_phone(PHONE, at(30))) })
        .unwrap();
    assert_eq!((found(store, CODE, 29).await, found(store, CODE, 30).await), (Some(true), None));
}

pub async fn of_an_ended_short_code_only_that_it_was_given_is_remembered(store: &Store) {
    holders(store).await;
    let green = decision(1, Colour::Green, "declared_healthy");
    let list = transact!(store, "test.list", StoreError, |tx| {
        call!(tx, decision::insert(&green))?;
        call!(tx, status::open(20_000, 10, NOW, &SEED))
    })
    .unwrap();
    insert(store, &pass(1, list, 5, true)).await;
    give(store, 1, PHONE, 10).await;
    let given = async |since| {
        read!(store, "test.given", StoreError, |tx| { call!(tx, short_code::given_since(PHONE, at(since))) })
            .unwrap()
    };
    let forget = async |ended, made| {
        transact!(store, "test.forget", StoreError, |tx| {
            call!(tx, short_code::forget(at(ended), at(made)))
        })
        .unwrap();
    };
    assert_eq!((given(9).await, given(10).await), (1, 0), "since, not at");
    forget(69, 9).await;
    assert_eq!(found(store, CODE, 10).await, Some(false));
    forget(70, 9).await;
    assert_eq!((found(store, CODE, 10).await, given(0).await), (None, 1), "the count is left");
    assert!(give(store, 2, PHONE, 80).await, "the same code may be drawn again");
    forget(70, 10).await;
    assert_eq!(given(0).await, 1);
    transact!(store, "test.erase", StoreError, |tx| { call!(tx, erase::holder(HOLDER, at(81))) }).unwrap();
    assert_eq!((found(store, CODE, 81).await, given(0).await), (None, 0), "it goes with its holder");
}
