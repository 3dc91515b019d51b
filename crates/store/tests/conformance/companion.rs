//! Companions: several people on one phone, and nobody of another's.

use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{ApplicationId, DeviceSessionId, GuardianConsentId, StaffId};
use store::rows::companion::{Companion, ConsentRow, Who};
use store::rows::session::DeviceRow;
use store::{Store, StoreError, call, read, transact};

use super::NOW;

const PHONE: DeviceSessionId = DeviceSessionId::from_i64(51);
const OTHER: DeviceSessionId = DeviceSessionId::from_i64(52);
const LENA: DeviceSessionId = DeviceSessionId::from_i64(53);
const OPA: DeviceSessionId = DeviceSessionId::from_i64(54);
const NOBODYS: [u8; 32] = [9; 32];

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn called(name: &str, who: Who) -> Companion {
    Companion { name: name.to_owned(), who }
}

/// Two phones; Lena and Opa hang on the first.
async fn family(store: &Store) {
    transact!(store, "test.family", StoreError, |tx| {
        call!(tx, session::begin_device(PHONE, &[1; 32], NOW))?;
        call!(tx, session::begin_device(OTHER, &[2; 32], NOW))?;
        call!(tx, companion::add(LENA, PHONE, &called("Lena", Who::Under14), &NOBODYS, at(2)))?;
        call!(tx, companion::add(OPA, PHONE, &called("Opa", Who::Elderly), &[8; 32], at(1)))
    })
    .unwrap();
}

async fn behind(store: &Store, token: &[u8; 32]) -> Option<DeviceRow> {
    read!(store, "test.device", StoreError, |tx| { call!(tx, session::device(token)) }).unwrap()
}

async fn names(store: &Store, phone: DeviceSessionId) -> Vec<String> {
    let people =
        read!(store, "test.people", StoreError, |tx| { call!(tx, companion::people(phone)) }).unwrap();
    people.into_iter().map(|person| person.companion.map_or("owner".to_owned(), |c| c.name)).collect()
}

async fn show(store: &Store, phone: DeviceSessionId, person: Option<DeviceSessionId>) {
    transact!(store, "test.show", StoreError, |tx| { call!(tx, companion::show(phone, person)) }).unwrap();
}

pub async fn a_phone_shows_one_of_its_people_and_no_token_opens_a_companion(store: &Store) {
    family(store).await;
    assert_eq!(names(store, PHONE).await, ["owner", "Opa", "Lena"], "in the order in which they were added");
    let row = behind(store, &[1; 32]).await.unwrap();
    assert_eq!((row.id, row.phone, row.companion, row.companions), (PHONE, PHONE, None, 2));
    show(store, PHONE, Some(LENA)).await;
    let row = behind(store, &[1; 32]).await.unwrap();
    assert_eq!((row.id, row.phone, row.companion), (LENA, PHONE, Some(called("Lena", Who::Under14))));
    assert!(behind(store, &NOBODYS).await.is_none(), "not even what stands in its place");
    show(store, PHONE, None).await;
    assert_eq!(behind(store, &[1; 32]).await.unwrap().id, PHONE);
    show(store, LENA, Some(OPA)).await;
    assert!(behind(store, &NOBODYS).await.is_none(), "a companion is no phone");
}

pub async fn whoever_is_not_of_the_phone_is_never_shown(store: &Store) {
    family(store).await;
    show(store, OTHER, Some(LENA)).await;
    assert_eq!(behind(store, &[2; 32]).await.unwrap().id, OTHER);
    show(store, OTHER, Some(PHONE)).await;
    assert_eq!(behind(store, &[2; 32]).await.unwrap().id, OTHER);
    show(store, PHONE, Some(LENA)).await;
    transact!(store, "test.end", StoreError, |tx| { call!(tx, session::end_device(LENA)) }).unwrap();
    let row = behind(store, &[1; 32]).await.unwrap();
    assert_eq!((row.id, row.companions), (PHONE, 1), "removed: the owner is shown");
    assert_eq!(names(store, LENA).await, Vec::<String>::new(), "a companion has no people");
}

pub async fn companions_go_over_to_another_phone_together(store: &Store) {
    family(store).await;
    show(store, PHONE, Some(OPA)).await;
    let count = |phone| async move {
        transact!(store, "test.lock", StoreError, |tx| { call!(tx, companion::lock(phone, at(9))) }).unwrap()
    };
    assert_eq!((count(PHONE).await, count(OTHER).await, count(LENA).await), (Some(2), Some(0), None));
    transact!(store, "test.bring", StoreError, |tx| { call!(tx, companion::bring(PHONE, OTHER)) }).unwrap();
    assert_eq!(names(store, PHONE).await, ["owner"]);
    assert_eq!(names(store, OTHER).await, ["owner", "Opa", "Lena"]);
    assert_eq!(behind(store, &[1; 32]).await.unwrap().id, PHONE, "the former phone shows its owner");
    show(store, OTHER, Some(LENA)).await;
    assert_eq!(behind(store, &[2; 32]).await.unwrap().id, LENA);
}

/// Two tabs that add at once: the phone's own row makes them take turns, so both see the right number.
pub async fn people_who_are_added_at_once_are_counted_one_after_the_other(store: &Store) {
    family(store).await;
    let add = |id: i64| async move {
        transact!(store, "test.add", StoreError, |tx| {
            let there = call!(tx, companion::lock(OTHER, at(3)))?.unwrap();
            if there > 0 {
                return Ok(false);
            }
            let nobodys = [u8::try_from(id).unwrap(); 32];
            call!(
                tx,
                companion::add(
                    DeviceSessionId::from_i64(id),
                    OTHER,
                    &called("X", Who::Other),
                    &nobodys,
                    at(3)
                )
            )?;
            Ok(true)
        })
        .unwrap()
    };
    let (a, b, c) = tokio::join!(add(61), add(62), add(63));
    assert_eq!([a, b, c].into_iter().filter(|added| *added).count(), 1);
    assert_eq!(names(store, OTHER).await.len(), 2);
}

pub async fn a_consent_counts_for_what_is_sent_next_and_stays_with_it(store: &Store) {
    family(store).await;
    let consent = ConsentRow {
        version: "t/1".to_owned(),
        language: "en".to_owned(),
        made_at: at(5),
        taken_by: Some(StaffId::from_i64(77)),
    };
    let given = |device, corrects| async move {
        read!(store, "test.consents", StoreError, |tx| { call!(tx, companion::consents(device, corrects)) })
            .unwrap()
    };
    let id = super::application::sent_application(store, 1).await;
    transact!(store, "test.consent", StoreError, |tx| {
        call!(tx, companion::consent(GuardianConsentId::from_i64(1), LENA, &consent))?;
        call!(tx, companion::consent(GuardianConsentId::from_i64(2), OPA, &consent))
    })
    .unwrap();
    assert_eq!(given(LENA, None).await, std::slice::from_ref(&consent));
    assert!(given(PHONE, None).await.is_empty(), "one person's is nobody else's");
    transact!(store, "test.link", StoreError, |tx| {
        call!(tx, companion::link_consent(LENA, id))?;
        call!(tx, session::end_device(LENA))?;
        call!(tx, session::end_device(OPA))
    })
    .unwrap();
    assert!(given(LENA, None).await.is_empty(), "used");
    assert_eq!(
        given(OTHER, Some(id)).await,
        [consent],
        "it belongs to the application, whichever phone has that"
    );
    assert!(given(OPA, Some(ApplicationId::from_i64(7))).await.is_empty(), "nothing was sent with Opa's");
}
