//! Messages, contacts and one-time codes.

use std::time::Duration;

use domain::contact::{Channel, Contact};
use domain::id::kind::{ApplicationId, ContactCodeId, ContactId, DeviceSessionId, OutboxId};
use domain::{Id, Timestamp};
use store::rows::contact::{AskedCode, ContactLimit, Purpose, code_index};
use store::rows::outbox::{FailureClass, MessageContent, MessageKind, OutboxState};
use store::{Store, StoreError, call, read, transact};

use super::NOW;
use super::application::applied;

const PHONE: DeviceSessionId = DeviceSessionId::from_i64(7);

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn contact(text: &str) -> Contact {
    text.parse().unwrap()
}

fn content(to: &str) -> MessageContent {
    MessageContent {
        to: contact(to),
        language: "en".to_owned(),
        reference: None,
        at: None,
        code: Some("042719".to_owned()),
    }
}

async fn write(store: &Store, id: i64, to: &str, kind: MessageKind, state: OutboxState) {
    transact!(store, "test.write", StoreError, |tx| {
        call!(tx, outbox::insert(Id::from_i64(id), kind, &content(to), None, state, (NOW, at(600))))
    })
    .unwrap();
}

async fn claim(store: &Store, channel: Channel, now: Timestamp) -> Vec<i64> {
    let rows = transact!(store, "test.claim", StoreError, |tx| {
        call!(tx, outbox::claim(channel, now, now.plus(Duration::from_mins(1)), 10))
    });
    let mut ids: Vec<i64> = rows.unwrap().iter().map(|row| row.id.as_i64()).collect();
    ids.sort_unstable();
    ids
}

pub async fn a_message_is_leased_to_one_and_by_channel(store: &Store) {
    write(store, 1, "anna@example.org", MessageKind::Issued, OutboxState::Waiting).await;
    write(store, 2, "+447512345678", MessageKind::Issued, OutboxState::Waiting).await;
    write(store, 3, "nobody@example.org", MessageKind::OneTimeCode, OutboxState::Decoy).await;
    assert_eq!(claim(store, Channel::Mail, at(0)).await, [1]);
    assert_eq!(claim(store, Channel::Mail, at(59)).await, [0; 0]);
    assert_eq!(claim(store, Channel::Text, at(59)).await, [2]);
    assert_eq!(claim(store, Channel::Mail, at(60)).await, [1], "its lease has run out");
    assert_eq!(claim(store, Channel::Mail, at(600)).await, [0; 0], "it has expired");
    let expired = transact!(store, "test.expire", StoreError, |tx| { call!(tx, outbox::expire(at(600))) });
    assert_eq!(expired.unwrap(), 2);
}

pub async fn a_message_ends_sent_or_dead_and_is_forgotten(store: &Store) {
    for id in 1..=3 {
        write(store, id, "anna@example.org", MessageKind::Issued, OutboxState::Waiting).await;
    }
    write(store, 4, "anna@example.org", MessageKind::OneTimeCode, OutboxState::Waiting).await;
    let id = OutboxId::from_i64;
    transact!(store, "test.end", StoreError, |tx| {
        call!(tx, outbox::sent(id(1), at(1)))?;
        call!(tx, outbox::dead(id(2), at(1), FailureClass::Refused))?;
        call!(tx, outbox::again(id(3), at(30), FailureClass::Later))?;
        call!(tx, outbox::dead(id(4), at(1), FailureClass::Expired))
    })
    .unwrap();
    let rows = read!(store, "test.list", StoreError, |tx| { call!(tx, outbox::list(None, 10)) }).unwrap();
    let seen: Vec<_> = rows.iter().map(|row| (row.id.as_i64(), row.state, row.content.is_some())).collect();
    let dead = OutboxState::Dead;
    assert_eq!(
        seen,
        [(4, dead, true), (3, OutboxState::Waiting, true), (2, dead, true), (1, OutboxState::Sent, false)]
    );
    assert_eq!(claim(store, Channel::Mail, at(29)).await, [0; 0]);
    assert_eq!(claim(store, Channel::Mail, at(30)).await, [3]);
    let (revived, not, discarded, twice) = transact!(store, "test.revive", StoreError, |tx| {
        let counts = call!(tx, outbox::counts())?;
        assert_eq!((counts.waiting, counts.dead), (1, 2));
        Ok((
            call!(tx, outbox::revive(id(2), at(40), at(900)))?,
            call!(tx, outbox::revive(id(4), at(40), at(900)))?,
            call!(tx, outbox::discard(id(4)))?,
            call!(tx, outbox::discard(id(2)))?,
        ))
    })
    .unwrap();
    assert_eq!((revived, not, discarded, twice), (true, false, true, false));
    assert_eq!(claim(store, Channel::Mail, at(700)).await, [2], "it has a new time");
    transact!(store, "test.forget", StoreError, |tx| { call!(tx, outbox::forget(at(2), at(2), at(2))) })
        .unwrap();
    let rows = read!(store, "test.list", StoreError, |tx| { call!(tx, outbox::list(None, 10)) }).unwrap();
    assert_eq!(rows.len(), 2, "what was sent is forgotten, what waits is not");
}

pub async fn something_is_told_once(store: &Store) {
    let tell = async |about| {
        transact!(store, "test.tell", StoreError, |tx| { call!(tx, outbox::tell_once("x", about, NOW)) })
            .unwrap()
    };
    assert_eq!([tell(1).await, tell(1).await, tell(2).await], [true, false, true]);
}

async fn reach(store: &Store, id: i64, application: ApplicationId, to: &str) {
    transact!(store, "test.reach", StoreError, |tx| {
        call!(tx, contact::set(ContactId::from_i64(id), application, &contact(to), "en", NOW))
    })
    .unwrap();
}

pub async fn a_contact_leads_to_its_applications_and_is_replaced_and_carried(store: &Store) {
    let (first, second) = (applied(store, 1, 0).await.id, applied(store, 2, 0).await.id);
    reach(store, 1, first, "anna@example.org").await;
    reach(store, 2, second, "anna@example.org").await;
    let led_to = async |to: &str| {
        let to = contact(to);
        let found = read!(store, "test.led", StoreError, |tx| { call!(tx, contact::led_to(&to)) }).unwrap();
        found.into_iter().map(|one| one.application).collect::<Vec<_>>()
    };
    assert_eq!(led_to("ANNA@example.org").await, [second, first]);
    reach(store, 3, first, "+447512345678").await;
    assert_eq!(led_to("anna@example.org").await, [second]);
    assert_eq!(led_to("+44 7512 345678").await, [first]);
    let third = applied(store, 3, 0).await.id;
    transact!(store, "test.carry", StoreError, |tx| {
        call!(tx, contact::carry(first, third))?;
        call!(tx, contact::carry(second, third))?; // it has one
        assert!(call!(tx, contact::remove(second))?);
        assert!(!call!(tx, contact::remove(second))?);
        Ok(())
    })
    .unwrap();
    assert_eq!(led_to("+44 7512 345678").await, [third]);
    assert_eq!(led_to("anna@example.org").await, []);
    let reached = read!(store, "test.of", StoreError, |tx| { call!(tx, contact::of_application(third)) });
    let reached = reached.unwrap().unwrap();
    assert_eq!((reached.contact, reached.channel), (contact("+447512345678"), Channel::Text));
}

pub async fn a_code_is_tried_so_often_and_used_once(store: &Store) {
    let id = ContactCodeId::from_i64(1);
    let asked = AskedCode {
        id,
        device: PHONE,
        purpose: Purpose::Recover,
        application: None,
        contact: contact("anna@example.org"),
        code: code_index(store.sealer(), id, "042719"),
        tries: 0,
        sent_at: NOW,
        expires_at: at(600),
        used_at: None,
    };
    assert_ne!(asked.code, code_index(store.sealer(), ContactCodeId::from_i64(2), "042719"));
    transact!(store, "test.ask", StoreError, |tx| { call!(tx, contact_code::ask(&asked)) }).unwrap();
    let latest = async |purpose| {
        read!(store, "test.latest", StoreError, |tx| { call!(tx, contact_code::latest(PHONE, purpose)) })
            .unwrap()
    };
    assert_eq!(latest(Purpose::Recover).await, Some(asked.clone()));
    assert_eq!(latest(Purpose::Confirm).await, None);
    let tried = async |now| {
        transact!(store, "test.try", StoreError, |tx| { call!(tx, contact_code::try_once(id, 2, now)) })
            .unwrap()
    };
    assert_eq!([tried(at(599)).await, tried(at(600)).await, tried(at(1)).await], [true, false, true]);
    assert!(!tried(at(1)).await, "twice is enough");
    let used = async || {
        transact!(store, "test.use", StoreError, |tx| { call!(tx, contact_code::use_up(id, at(2))) }).unwrap()
    };
    assert_eq!([used().await, used().await], [true, false]);
    let count =
        read!(store, "test.count", StoreError, |tx| { call!(tx, contact_code::asked_since(PHONE, at(0))) });
    assert_eq!(count.unwrap(), 0, "since, not at");
}

pub async fn limits_of_a_contact_are_kept_and_forgotten(store: &Store) {
    let anna = contact("anna@example.org");
    let limit = ContactLimit { sent: vec![NOW, at(1)], wrong: vec![at(2)] };
    let kept = async || {
        read!(store, "test.limit", StoreError, |tx| { call!(tx, contact_code::limit(&anna)) }).unwrap()
    };
    assert_eq!(kept().await, ContactLimit::default());
    transact!(store, "test.set", StoreError, |tx| {
        call!(tx, contact_code::set_limit(&anna, &limit, at(2)))
    })
    .unwrap();
    assert_eq!(kept().await, limit);
    for (before, expected) in [(at(2), limit), (at(3), ContactLimit::default())] {
        transact!(store, "test.forget", StoreError, |tx| { call!(tx, contact_code::forget(before)) })
            .unwrap();
        assert_eq!(kept().await, expected);
    }
}
