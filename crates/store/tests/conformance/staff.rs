//! Accounts, sessions, wrong sign-ins, machine clients and the answers that they got.

use std::time::Duration;

use domain::id::kind::{AccessId, ApiClientId, StaffId, UnitId};
use domain::{Role, Timestamp};
use store::rows::access::Access;
use store::rows::audit::Which;
use store::rows::idempotency::Answer;
use store::rows::staff::{Attempts, NewClient, NewStaff};
use store::{Store, StoreError, call, read, transact};

use super::NOW;

const LI: StaffId = StaffId::from_i64(21);
const WANG: StaffId = StaffId::from_i64(22);
const UNIT: UnitId = UnitId::from_i64(31);
const CLIENT: ApiClientId = ApiClientId::from_i64(41);

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

async fn hire(store: &Store, id: StaffId, login: &str, roles: &[Role]) {
    transact!(store, "test.hire", StoreError, |tx| {
        let new = NewStaff {
            id,
            login: login.to_owned(),
            name: login.to_uppercase(),
            unit_id: call!(tx, staff::unit(UNIT, "Wuhan"))?,
            roles: roles.to_vec(),
            password_hash: "$argon2id$".to_owned(),
            totp_secret: vec![7; 20],
        };
        call!(tx, staff::insert(&new, NOW))
    })
    .unwrap();
}

pub async fn a_code_is_taken_once_and_not_after_another_password(store: &Store) {
    hire(store, LI, "li", &[Role::Reviewer]).await;
    let known = read!(store, "test.read", StoreError, |tx| { call!(tx, staff::credentials("li")) });
    let known = known.unwrap().expect("an account");
    assert_eq!((known.id, known.unit_id, &known.totp_secret[..]), (LI, UNIT, &[7; 20][..]));
    let take = |step| {
        let known = &known;
        async move {
            transact!(store, "test.take", StoreError, |tx| { call!(tx, staff::take_code(known, step)) })
                .unwrap()
        }
    };
    assert!(take(100).await);
    assert!(!take(100).await, "the same code");
    assert!(!take(99).await, "an earlier one");
    transact!(store, "test.set", StoreError, |tx| { call!(tx, staff::set_password(LI, "$other$")) }).unwrap();
    assert!(!take(101).await, "judged by a password that is no more");
}

pub async fn administrators_are_those_who_may_still_sign_in(store: &Store) {
    hire(store, LI, "li", &[Role::Reviewer, Role::Administrator]).await;
    hire(store, WANG, "wang", &[Role::Administrator]).await;
    hire(store, StaffId::from_i64(23), "zhao", &[Role::Inspector]).await;
    let administrators = || async {
        let all = transact!(store, "test.all", StoreError, |tx| { call!(tx, staff::administrators()) });
        let mut all = all.unwrap();
        all.sort_unstable();
        all
    };
    assert_eq!(administrators().await, [LI, WANG]);
    transact!(store, "test.off", StoreError, |tx| { call!(tx, staff::disable(LI, NOW)) }).unwrap();
    assert_eq!(administrators().await, [WANG]);
    transact!(store, "test.on", StoreError, |tx| { call!(tx, staff::enable(LI)) }).unwrap();
    assert_eq!(administrators().await, [LI, WANG]);
}

pub async fn a_session_counts_until_it_is_old_idle_ended_or_its_account_disabled(store: &Store) {
    hire(store, LI, "li", &[Role::Reviewer]).await;
    let (first, second) = ([1; 32], [2; 32]);
    transact!(store, "test.begin", StoreError, |tx| {
        call!(tx, session::begin_staff(&first, LI, at(0)))?;
        call!(tx, session::begin_staff(&second, LI, at(50)))?;
        call!(tx, session::staff_seen(&first, at(90)))
    })
    .unwrap();
    let is_live = |hash: [u8; 32], born_after, seen_after| async move {
        let row = read!(store, "test.live", StoreError, |tx| {
            call!(tx, session::staff(&hash, at(born_after), at(seen_after)))
        });
        row.unwrap().map(|row| row.id)
    };
    assert_eq!(is_live(second, 49, 49).await, Some(LI));
    assert_eq!(is_live(second, 50, 0).await, None, "too old");
    assert_eq!(is_live(second, 0, 50).await, None, "idle");
    let count = read!(store, "test.count", StoreError, |tx| {
        call!(tx, session::count_staff(LI, NOW.minus(Duration::from_secs(1)), at(60)))
    });
    assert_eq!(count.unwrap(), 1);
    transact!(store, "test.old", StoreError, |tx| {
        call!(tx, session::end_old_staff(NOW.minus(Duration::from_secs(1)), at(60)))
    })
    .unwrap();
    let ages_ago = Timestamp::from_seconds(0);
    let kept = read!(store, "test.kept", StoreError, |tx| {
        Ok((
            call!(tx, session::staff(&first, ages_ago, ages_ago))?.is_some(),
            call!(tx, session::staff(&second, ages_ago, ages_ago))?.is_some(),
        ))
    });
    assert_eq!(kept.unwrap(), (true, false), "the one that was idle is gone");
    transact!(store, "test.off", StoreError, |tx| { call!(tx, staff::disable(LI, NOW)) }).unwrap();
    let disabled =
        read!(store, "test.off", StoreError, |tx| { call!(tx, session::staff(&first, ages_ago, ages_ago)) });
    assert!(disabled.unwrap().is_none());
}

pub async fn wrong_sign_ins_are_counted_by_login_until_long_past(store: &Store) {
    let locked = Attempts { failures: 10, locked_until: Some(at(900)) };
    let once = Attempts { failures: 1, locked_until: None };
    transact!(store, "test.note", StoreError, |tx| {
        call!(tx, attempt::note("li", &once, at(0), NOW))?;
        call!(tx, attempt::note("li", &locked, at(1), NOW))?;
        call!(tx, attempt::note("wang", &once, at(2), NOW))
    })
    .unwrap();
    let of = |login: &'static str| async move {
        read!(store, "test.of", StoreError, |tx| { call!(tx, attempt::read(login)) }).unwrap()
    };
    assert_eq!((of("li").await, of("wang").await, of("zhao").await), (locked, once, Attempts::default()));
    transact!(store, "test.note", StoreError, |tx| {
        call!(tx, attempt::note("zhao", &once, at(9), at(2)))?;
        call!(tx, attempt::forget("wang"))
    })
    .unwrap();
    let none = Attempts::default();
    assert_eq!((of("li").await, of("wang").await, of("zhao").await), (none, none, once));
}

pub async fn the_record_is_read_with_names_and_turned_page_by_page(store: &Store) {
    hire(store, LI, "li", &[Role::Reviewer]).await;
    transact!(store, "test.open", StoreError, |tx| {
        for (id, staff, object) in [(1, LI, 70), (2, WANG, 70), (3, LI, 71)] {
            let entry = Access {
                id: AccessId::from_i64(id),
                staff,
                unit: UNIT,
                at: at(1),
                action: "open".to_owned(),
                object_kind: "filing".to_owned(),
                object,
            };
            call!(tx, access::append(&entry))?;
        }
        Ok(())
    })
    .unwrap();
    let list = |which: Which, before: Option<i64>| async move {
        let before = before.map(AccessId::from_i64);
        let rows = read!(store, "test.list", StoreError, |tx| { call!(tx, audit::list(&which, before, 2)) });
        rows.unwrap().into_iter().map(|row| (row.access.id.as_i64(), row.login)).collect::<Vec<_>>()
    };
    let li = || "li".to_owned();
    assert_eq!(
        list(Which::All, None).await,
        [(3, li()), (2, String::new())],
        "one account is not known here"
    );
    assert_eq!(list(Which::All, Some(2)).await, [(1, li())]);
    assert_eq!(list(Which::ByStaff(LI), None).await, [(3, li()), (1, li())]);
    assert_eq!(list(Which::About("filing".to_owned(), 71), None).await, [(3, li())]);
}

async fn register_client(store: &Store) {
    transact!(store, "test.client", StoreError, |tx| {
        let unit_id = call!(tx, staff::unit(UNIT, "Wuhan"))?;
        let (name, scope) = ("police".to_owned(), "filing".to_owned());
        call!(tx, client::insert(&NewClient { id: CLIENT, name, unit_id, scope, token_hash: [5; 32] }, NOW))
    })
    .unwrap();
}

pub async fn a_client_is_known_by_its_token_until_it_is_disabled(store: &Store) {
    register_client(store).await;
    let known = |hash: [u8; 32]| async move {
        let row = read!(store, "test.known", StoreError, |tx| { call!(tx, session::client(&hash)) }).unwrap();
        row.map(|row| (row.id, row.unit_id, row.scope))
    };
    assert_eq!(known([5; 32]).await, Some((CLIENT, UNIT, "filing".to_owned())));
    assert_eq!(known([6; 32]).await, None);
    let disable = |name: &'static str| async move {
        transact!(store, "test.off", StoreError, |tx| { call!(tx, client::disable(name, at(5))) }).unwrap()
    };
    assert!(!disable("nobody").await);
    assert!(disable("police").await);
    assert_eq!(known([5; 32]).await, None);
    let all = read!(store, "test.list", StoreError, |tx| { call!(tx, client::list()) }).unwrap();
    assert_eq!((all.len(), &all[0].unit[..], all[0].disabled_at), (1, "Wuhan", Some(at(5))));
}

pub async fn a_client_stands_in_the_record_under_its_name(store: &Store) {
    register_client(store).await;
    let entry = Access {
        id: AccessId::from_i64(1),
        staff: StaffId::from_i64(CLIENT.as_i64()),
        unit: UNIT,
        at: at(1),
        action: "search".to_owned(),
        object_kind: "holder".to_owned(),
        object: 0,
    };
    transact!(store, "test.search", StoreError, |tx| { call!(tx, access::append(&entry)) }).unwrap();
    let rows = read!(store, "test.list", StoreError, |tx| { call!(tx, audit::list(&Which::All, None, 9)) });
    let rows = rows.unwrap();
    assert_eq!((rows.len(), &rows[0].name[..], &rows[0].login[..]), (1, "police", ""));
}

pub async fn an_answer_is_kept_once_by_client_and_key_and_forgotten_when_old(store: &Store) {
    register_client(store).await;
    let answer = |n| Answer { request_hash: [n; 16], status: 200, body: format!("{{\"n\":{n}}}") };
    let keep = |key: &'static str, answer: Answer, now| async move {
        transact!(store, "test.keep", StoreError, |tx| {
            call!(tx, idempotency::keep(CLIENT, key, &answer, now))
        })
        .unwrap()
    };
    let find = |key: &'static str| async move {
        read!(store, "test.find", StoreError, |tx| { call!(tx, idempotency::find(CLIENT, key)) }).unwrap()
    };
    assert!(keep("a", answer(1), at(0)).await);
    assert!(!keep("a", answer(2), at(1)).await, "the first one stays");
    assert!(keep("b", answer(3), at(2)).await);
    assert_eq!((find("a").await, find("b").await, find("c").await), (Some(answer(1)), Some(answer(3)), None));
    let forgotten =
        transact!(store, "test.forget", StoreError, |tx| { call!(tx, idempotency::forget(at(2))) });
    assert_eq!(forgotten.unwrap(), 1);
    assert_eq!((find("a").await, find("b").await), (None, Some(answer(3))));
}
