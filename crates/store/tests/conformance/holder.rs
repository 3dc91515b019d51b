//! What holders change themselves, and what is forgotten of them.

use std::time::Duration;

use domain::Timestamp;
use domain::declaration::{Colour, HealthAnswers};
use domain::entropy::SeededEntropy;
use domain::id::kind::{DecisionId, DeclarationId, DeviceSessionId, HolderId, LogLeafId, PassId};
use store::rows::decision::DecisionRow;
use store::rows::log::Leaf;
use store::rows::pass::{NewPass, PassKind, WithdrawnFor};
use store::testing::people::person;
use store::{Store, StoreError, call, read, transact};

use super::NOW;

const HOLDER: HolderId = HolderId::from_i64(61);
const PHONE: DeviceSessionId = DeviceSessionId::from_i64(51);
const DAY: Duration = Duration::from_hours(24);
const ANSWERS: HealthAnswers = HealthAnswers { symptoms: Vec::new(), contact: true, diagnosed: false };

fn decision(id: i64, at: Timestamp) -> DecisionRow {
    DecisionRow {
        id: DecisionId::from_i64(id),
        holder: HOLDER,
        colour: Colour::Yellow,
        reasons: vec!["declared_contact".to_owned()],
        rule_set: "first 1".to_owned(),
        declaration: Some(DeclarationId::from_i64(id)),
        leaf: LogLeafId::from_i64(id),
        decided_at: at,
        until: None,
        since: None,
        fired: Vec::new(),
        unit: None,
        revoked: None,
    }
}

/// A holder with a document, a phone, and a decision with its leaf.
async fn holder(store: &Store) {
    let leaf =
        Leaf::commit(LogLeafId::from_i64(1), "decision", None, b"content", NOW, &SeededEntropy::new(1));
    transact!(store, "test.holder", StoreError, |tx| {
        call!(tx, holder::insert(HOLDER, NOW))?;
        call!(tx, holder::link(HOLDER, &person(1), NOW))?;
        call!(tx, session::begin_device(PHONE, &[1; 32], NOW))?;
        call!(tx, holder::open_on(PHONE, Some(HOLDER)))?;
        call!(tx, log::append(&leaf))?;
        call!(tx, decision::insert(&decision(1, NOW)))
    })
    .unwrap();
}

fn pass(id: i64, index: u32, key: u8, day: Option<i64>) -> NewPass {
    NewPass {
        id: PassId::from_i64(id),
        cti: [u8::try_from(id).unwrap(); 8],
        holder: HOLDER,
        decision: DecisionId::from_i64(1),
        device: PHONE,
        device_key: Some([key; 33]),
        for_day: day,
        list: 1,
        index,
        signed: format!("pass {id}").into_bytes(),
        issued_at: NOW,
        expires_at: day.map_or(NOW.plus(DAY), |day| Timestamp::of_day(day + 1)),
    }
}

pub async fn days_ahead_are_apart_from_the_pass_of_now_and_are_withdrawn_with_it(store: &Store) {
    holder(store).await;
    let today = NOW.day();
    let passes = [pass(1, 1, 2, None), pass(2, 2, 2, Some(today)), pass(3, 3, 2, Some(today + 1))];
    let new = &passes;
    transact!(store, "test.passes", StoreError, |tx| {
        call!(tx, status::open(20_000, 10, NOW, &[7; 16]))?;
        for pass in new {
            assert!(call!(tx, pass::insert(pass))?);
        }
        Ok(())
    })
    .unwrap();
    let (latest, ahead, asked, asked_ahead) = read!(store, "test.read", StoreError, |tx| {
        Ok((
            call!(tx, pass::latest_live(PHONE, HOLDER))?.unwrap().id,
            call!(tx, pass::ahead(PHONE, HOLDER, NOW))?,
            call!(tx, pass::asked(PHONE, PassKind::Live, NOW.minus(DAY)))?,
            call!(tx, pass::asked_ahead(PHONE, NOW))?,
        ))
    })
    .unwrap();
    assert_eq!((latest, asked, asked_ahead), (PassId::from_i64(1), 1, 2));
    assert_eq!(ahead.iter().map(|row| row.for_day).collect::<Vec<_>>(), [Some(today), Some(today + 1)]);
    let withdrawn = |keep: u8| async move {
        transact!(store, "test.keys", StoreError, |tx| {
            call!(tx, pass::withdraw_other_keys(PHONE, &[keep; 33], NOW))
        })
        .unwrap()
        .len()
    };
    assert_eq!(withdrawn(2).await, 0, "all are bound to this key");
    let only_ahead =
        transact!(store, "test.ahead", StoreError, |tx| { call!(tx, pass::withdraw_ahead(PHONE, NOW)) });
    assert_eq!(only_ahead.unwrap().len(), 2);
    assert_eq!(withdrawn(3).await, 1, "the pass of now");
    let all = transact!(store, "test.all", StoreError, |tx| {
        call!(tx, pass::withdraw(HOLDER, PassKind::Live, WithdrawnFor::Closed, NOW))
    });
    assert!(all.unwrap().is_empty(), "once");
}

pub async fn health_is_declared_once_a_day_and_the_newest_counts(store: &Store) {
    holder(store).await;
    let declare = |id, at: Timestamp| async move {
        transact!(store, "test.declare", StoreError, |tx| {
            if !call!(tx, health::take_day(HOLDER, at))? {
                return Ok(false);
            }
            call!(tx, health::declare(DeclarationId::from_i64(id), HOLDER, &ANSWERS, "1", at))?;
            Ok(true)
        })
        .unwrap()
    };
    assert!(declare(1, NOW).await);
    assert!(!declare(2, NOW.plus(Duration::from_secs(1))).await);
    assert!(declare(3, NOW.plus(DAY)).await);
    let (current, changed, held) = read!(store, "test.health", StoreError, |tx| {
        Ok((
            call!(tx, health::current(HOLDER))?.unwrap(),
            call!(tx, health::changed(HOLDER, NOW.day()))?,
            call!(tx, held::declarations(HOLDER))?,
        ))
    })
    .unwrap();
    assert_eq!((current.id, changed), (DeclarationId::from_i64(3), Some(NOW)));
    assert_eq!((held.len(), held[0].consent.as_deref(), &held[0].answers), (2, Some("1"), &ANSWERS));
}

pub async fn a_changed_document_counts_and_a_mistaken_one_is_given_back(store: &Store) {
    holder(store).await;
    let later = NOW.plus(DAY);
    let (former, new, stranger) = (person(1), person(2), HolderId::from_i64(62));
    let (linked, stolen, counts, free) = transact!(store, "test.change", StoreError, |tx| {
        call!(tx, holder::insert(stranger, NOW))?;
        let linked = call!(tx, holder::link_anew(HOLDER, &new, later))?;
        let stolen = call!(tx, holder::link_anew(stranger, &new, later))?;
        let back = call!(tx, holder::link_anew(HOLDER, &former, later.plus(DAY)))?;
        let counts = call!(tx, holder::document(HOLDER))?;
        call!(tx, holder::unlink(HOLDER, &former))?;
        Ok((linked && back, stolen, counts, call!(tx, holder::holder_of(&former))?))
    })
    .unwrap();
    assert_eq!((linked, stolen, counts, free), (true, false, Some(former.clone()), None));
}

pub async fn an_erased_holder_leaves_withdrawn_places_and_saltless_leaves_and_then_nothing(store: &Store) {
    holder(store).await;
    let new = &pass(1, 1, 2, None);
    transact!(store, "test.erase", StoreError, |tx| {
        call!(tx, status::open(20_000, 10, NOW, &[7; 16]))?;
        call!(tx, pass::insert(new))?;
        call!(tx, pass::withdraw(HOLDER, PassKind::Live, WithdrawnFor::Closed, NOW))?;
        call!(tx, erase::holder(HOLDER, NOW))?;
        call!(tx, erase::remainders())
    })
    .unwrap();
    let (documents, decisions, leaf, withdrawn, state) = read!(store, "test.left", StoreError, |tx| {
        Ok((
            call!(tx, held::documents(HOLDER))?.len(),
            call!(tx, held::decisions(HOLDER))?,
            call!(tx, held::leaf(LogLeafId::from_i64(1)))?.unwrap(),
            call!(tx, status::withdrawn(1))?,
            call!(tx, device::device_state(PHONE))?.unwrap(),
        ))
    })
    .unwrap();
    assert_eq!((documents, leaf.salt, withdrawn, state.holder), (0, None, vec![1], None));
    assert_eq!((decisions.len(), decisions[0].colour, decisions[0].reasons.len()), (1, Colour::None, 0));
    let there = transact!(store, "test.retire", StoreError, |tx| {
        call!(tx, pass::retire(NOW.plus(DAY * 2)))?;
        assert_eq!(call!(tx, erase::remainders())?, 1);
        call!(tx, holder::lock(HOLDER))
    });
    assert!(!there.unwrap());
}
