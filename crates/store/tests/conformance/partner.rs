//! Partners, what people allow them, and trips.

use std::time::Duration;

use domain::id::kind::{DeviceSessionId, GrantId, HolderId, PartnerId, PartnerKeyId, TripId, UnitId};
use domain::trip::{Transport, Trip, TripPlace};
use store::rows::partner::{EntryRow, NewGrant, PartnerKeyRow, PartnerRow, lookup_of};
use store::testing::people::person;
use store::{Store, StoreError, call, read, transact};
use zeroize::Zeroizing;

use super::NOW;

const PARTNER: PartnerId = PartnerId::from_i64(1);
const OTHER: PartnerId = PartnerId::from_i64(2);
const PHONE: DeviceSessionId = DeviceSessionId::from_i64(51);
const HOLDER: HolderId = HolderId::from_i64(61);
const GRANT: GrantId = GrantId::from_i64(71);
const DAY: Duration = Duration::from_hours(24);

fn row(id: PartnerId, name: &str) -> PartnerRow {
    PartnerRow {
        id,
        name: name.to_owned(),
        unit: UnitId::from_i64(id.as_i64()),
        return_address: "https://app.example/back".to_owned(),
        functions: "query,make_code".parse().unwrap(),
        suspended_at: None,
        created_at: NOW,
    }
}

fn key(id: i64, partner: PartnerId, key_id: &str) -> PartnerKeyRow {
    PartnerKeyRow {
        id: PartnerKeyId::from_i64(id),
        partner,
        key_id: key_id.to_owned(),
        algorithm: "ed25519".to_owned(),
        public: vec![7; 32],
        added_at: NOW,
        withdrawn_at: None,
    }
}

async fn partners(store: &Store) {
    transact!(store, "test.partners", StoreError, |tx| {
        for (id, name) in [(PARTNER, "鄂汇办"), (OTHER, "Example Pay")] {
            let unit = call!(tx, staff::unit(UnitId::from_i64(id.as_i64()), name))?;
            call!(tx, partner::insert(&PartnerRow { unit, ..row(id, name) }))?;
        }
        Ok(())
    })
    .unwrap();
}

pub async fn a_partner_has_keys_of_its_own_and_a_nonce_counts_once_for_each(store: &Store) {
    partners(store).await;
    let taken = transact!(store, "test.taken", StoreError, |tx| {
        call!(tx, partner::insert(&row(PartnerId::from_i64(3), "鄂汇办")))
    });
    assert!(taken.unwrap_err().is_unique());
    let (first, second) = (key(1, PARTNER, "k1"), key(2, PARTNER, "k2"));
    let (once, twice, by_another, withdrawn, again) = transact!(store, "test.keys", StoreError, |tx| {
        call!(tx, partner::add_key(&first))?;
        call!(tx, partner::add_key(&second))?;
        let until = NOW.plus(Duration::from_mins(5));
        let once = call!(tx, partner::take_nonce(first.id, "n", until))?;
        let twice = call!(tx, partner::take_nonce(first.id, "n", until))?;
        let by_another = call!(tx, partner::take_nonce(second.id, "n", until))?;
        let withdrawn = call!(tx, partner::withdraw_key(PARTNER, "k1", NOW))?;
        let again = call!(tx, partner::withdraw_key(PARTNER, "k1", NOW))?
            || call!(tx, partner::withdraw_key(OTHER, "k2", NOW))?;
        Ok((once, twice, by_another, withdrawn, again))
    })
    .unwrap();
    assert_eq!((once, twice, by_another, withdrawn, again), (true, false, true, true, false));
    let stolen = key(3, OTHER, "k2");
    let stolen = transact!(store, "test.stolen", StoreError, |tx| { call!(tx, partner::add_key(&stolen)) });
    assert!(stolen.unwrap_err().is_unique());
    let (gone, counts, keys) = read!(store, "test.signer", StoreError, |tx| {
        Ok((
            call!(tx, partner::signer("k1"))?,
            call!(tx, partner::signer("k2"))?,
            call!(tx, partner::keys(PARTNER))?.len(),
        ))
    })
    .unwrap();
    assert_eq!((gone, counts, keys), (None, Some(second), 2));
    let changed = PartnerRow {
        return_address: "https://other.example".to_owned(),
        functions: "apply".parse().unwrap(),
        ..row(PARTNER, "鄂汇办")
    };
    let (forgotten, found) = transact!(store, "test.change", StoreError, |tx| {
        call!(tx, partner::change(&changed))?;
        call!(tx, partner::suspend(PARTNER, Some(NOW)))?;
        let forgotten = call!(tx, partner::forget_nonces(NOW.plus(Duration::from_secs(301))))?;
        Ok((forgotten, call!(tx, partner::one(PARTNER))?.unwrap()))
    })
    .unwrap();
    assert_eq!((forgotten, found.suspended_at), (2, Some(NOW)));
    assert_eq!((found.functions, found.return_address), (changed.functions, changed.return_address));
}

pub async fn an_entry_is_read_until_it_is_answered_or_over(store: &Store) {
    partners(store).await;
    let entry = |id| EntryRow {
        id: GrantId::from_i64(id),
        partner: PARTNER,
        passed: Zeroizing::new(b"QUOKKASSON".to_vec()),
        functions: "query".parse().unwrap(),
        days: 30,
        expires_at: NOW.plus(Duration::from_mins(10)),
    };
    let (first, second) = (entry(1), entry(2));
    transact!(store, "test.enter", StoreError, |tx| {
        call!(tx, grant::enter(&first, &[1; 32]))?;
        call!(tx, grant::enter(&second, &[2; 32]))
    })
    .unwrap();
    let (found, over, unknown) = read!(store, "test.entry", StoreError, |tx| {
        let later = NOW.plus(Duration::from_mins(10));
        Ok((
            call!(tx, grant::entry(&[1; 32], NOW))?.unwrap(),
            call!(tx, grant::entry(&[1; 32], later))?.is_some(),
            call!(tx, grant::entry(&[3; 32], NOW))?.is_some(),
        ))
    })
    .unwrap();
    assert_eq!((found.passed, found.days, over, unknown), (first.passed, 30, false, false));
    let (answered, again, forgotten) = transact!(store, "test.answer", StoreError, |tx| {
        Ok((
            call!(tx, grant::answer(first.id))?,
            call!(tx, grant::answer(first.id))?,
            call!(tx, grant::forget_entries(NOW.plus(Duration::from_mins(10))))?,
        ))
    })
    .unwrap();
    assert_eq!((answered, again, forgotten), (true, false, 1));
}

async fn granted(store: &Store, document: u64) {
    partners(store).await;
    let (details, passed) = (person(1), person(document));
    let lookup = lookup_of(store.sealer(), passed.issuing_state, &passed.number);
    let new = NewGrant {
        id: GRANT,
        partner: PARTNER,
        device: PHONE,
        lookup,
        functions: "query".parse().unwrap(),
        text_version: "partner-1".to_owned(),
        given_at: NOW,
        until: NOW.plus(DAY * 30),
    };
    transact!(store, "test.grant", StoreError, |tx| {
        call!(tx, session::begin_device(PHONE, &[9; 32], NOW))?;
        call!(tx, holder::insert(HOLDER, NOW))?;
        call!(tx, holder::link(HOLDER, &details, NOW))?;
        call!(tx, holder::open_on(PHONE, Some(HOLDER)))?;
        call!(tx, grant::give(&new))
    })
    .unwrap();
}

pub async fn a_grant_is_one_partners_and_about_the_holder_of_its_document(store: &Store) {
    granted(store, 1).await;
    let in_force = async |partner, at| {
        read!(store, "test.in_force", StoreError, |tx| { call!(tx, grant::in_force(GRANT, partner, at)) })
            .unwrap()
    };
    let found = in_force(PARTNER, NOW).await.unwrap();
    assert_eq!((found.device, found.holder, found.shown), (PHONE, None, Some(HOLDER)));
    assert_eq!(in_force(OTHER, NOW).await, None);
    assert_eq!(in_force(PARTNER, NOW.plus(DAY * 30)).await, None);
    let stranger = HolderId::from_i64(62);
    let (of_stranger, bound, again, moved, elsewhere) = transact!(store, "test.bind", StoreError, |tx| {
        call!(tx, holder::insert(stranger, NOW))?;
        Ok((
            call!(tx, grant::bind(GRANT, stranger))?,
            call!(tx, grant::bind(GRANT, HOLDER))?,
            call!(tx, grant::bind(GRANT, HOLDER))?,
            call!(tx, grant::of_moved(HOLDER, PHONE))?,
            call!(tx, grant::of_moved(HOLDER, DeviceSessionId::from_i64(52)))?,
        ))
    })
    .unwrap();
    assert_eq!((of_stranger, bound, again), (false, true, false));
    assert_eq!((moved, elsewhere), (vec![], vec![(GRANT, PHONE)]));
    let over =
        async |now| read!(store, "test.over", StoreError, |tx| { call!(tx, grant::over(now, 9)) }).unwrap();
    assert_eq!(over(NOW.plus(DAY * 29)).await, vec![]);
    assert_eq!(over(NOW.plus(DAY * 30)).await, vec![(GRANT, PHONE, Some(HOLDER))]);
    assert_eq!(in_force(PARTNER, NOW).await.unwrap().holder, Some(HOLDER));
    let end = async |device: i64, holder| {
        let device = DeviceSessionId::from_i64(device);
        transact!(store, "test.end", StoreError, |tx| { call!(tx, grant::end(GRANT, device, holder, NOW)) })
            .unwrap()
    };
    assert!(!end(52, None).await, "of another phone");
    assert!(!end(52, Some(stranger)).await, "of another holder");
    assert!(end(52, Some(HOLDER)).await && !end(52, Some(HOLDER)).await);
    assert_eq!(in_force(PARTNER, NOW).await, None);
    let (held, open, forgotten) = transact!(store, "test.forget", StoreError, |tx| {
        let held = call!(tx, grant::held(PHONE, None))?;
        let open = call!(tx, grant::of_device(PHONE))?;
        Ok((held, open, call!(tx, grant::forget(NOW.plus(DAY)))?))
    })
    .unwrap();
    assert_eq!((held.len(), held[0].partner.as_str(), held[0].ended_at), (1, "鄂汇办", Some(NOW)));
    assert_eq!((open.len(), forgotten), (0, 1));
}

pub async fn a_grant_for_another_document_is_never_about_the_phones_holder(store: &Store) {
    granted(store, 2).await;
    let (bound, leads, gone) = transact!(store, "test.bind", StoreError, |tx| {
        let other = person(2);
        let lookup = lookup_of(store.sealer(), other.issuing_state, &other.number);
        let bound = call!(tx, grant::bind(GRANT, HOLDER))?;
        let leads = call!(tx, grant::leads_to(&lookup, HOLDER))?;
        call!(tx, session::end_device(PHONE))?;
        Ok((bound, leads, call!(tx, grant::held(PHONE, None))?.is_empty()))
    })
    .unwrap();
    assert_eq!((bound, leads, gone), (false, false, true));
}

pub async fn trips_are_their_holders_and_go_with_them(store: &Store) {
    granted(store, 1).await;
    let place = TripPlace::try_from("310000".to_owned()).unwrap();
    let today = NOW.local_date();
    let trip = &Trip::new(place, (today, today), Transport::Train, today).unwrap();
    let ids = [1, 2, 3].map(TripId::from_i64);
    let (held, stolen, removed) = transact!(store, "test.trips", StoreError, |tx| {
        call!(tx, trip::declare(ids[0], HOLDER, trip, None, "1", NOW))?;
        call!(tx, trip::declare(ids[1], HOLDER, trip, Some(PARTNER), "partner-1", NOW.plus(DAY)))?;
        call!(tx, trip::declare(ids[2], HOLDER, trip, None, "1", NOW.plus(DAY)))?;
        let held = call!(tx, trip::held(HOLDER))?;
        let stolen = call!(tx, trip::remove(ids[2], HolderId::from_i64(62)))?;
        Ok((held, stolen, call!(tx, trip::remove(ids[2], HOLDER))?))
    })
    .unwrap();
    assert_eq!((held.len(), &held[1].trip, held[1].partner.as_deref()), (3, trip, Some("鄂汇办")));
    assert_eq!((held[2].partner.as_deref(), stolen, removed), (None, false, true));
    let (old, left, after) = transact!(store, "test.forget", StoreError, |tx| {
        let old = call!(tx, trip::forget(NOW.plus(Duration::from_secs(1))))?;
        let left = call!(tx, trip::count(HOLDER))?;
        call!(tx, erase::holder(HOLDER, NOW))?;
        let grants = call!(tx, grant::held(PHONE, Some(HOLDER)))?.len();
        Ok((old, left, (call!(tx, trip::count(HOLDER))?, grants)))
    })
    .unwrap();
    assert_eq!((old, left, after), (1, 1, (0, 0)));
}
