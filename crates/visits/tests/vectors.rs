//! The committed vectors, read as somebody else's: they open as they say, and what is changed does not.
#![allow(clippy::unwrap_used, reason = "a test")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use visits::{
    DayKey, JoinedKey, Kind, Location, OpenedShare, Place, PublicList, SealedRecord, Slot, VisitError,
    VisitId, WrappedShare,
};

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/visits.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(word(value)).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn key(unit: &Value) -> DayKey {
    let name = word(&unit["unit"]).parse().unwrap();
    DayKey::from_secret(name, word(&unit["day"]).parse().unwrap(), &bytes(&unit["private"])).unwrap()
}

fn place(record: &Value) -> Place {
    let location = u64::from_str_radix(word(&record["location"]), 16).unwrap().cast_signed();
    let slot = u32::try_from(record["slot"].as_u64().unwrap()).unwrap();
    let visit = VisitId::parse(word(&record["visit"])).unwrap();
    Place { location: Location(location), slot: Slot::new(slot).unwrap(), visit }
}

fn joined(vectors: &Value) -> JoinedKey {
    let opened = [0, 1].map(|at| OpenedShare::parse(&bytes(&vectors["shares"][at]["opened"])).unwrap());
    JoinedKey::join(&opened[0], &opened[1]).unwrap()
}

#[test]
fn shares_and_records_open_as_they_say() {
    let vectors = vectors();
    for (unit, share) in list(&vectors["units"]).iter().zip(list(&vectors["shares"])) {
        let key = key(unit);
        assert_eq!(key.public().kid().to_string(), word(&unit["kid"]));
        assert_eq!(key.public().point().to_vec(), bytes(&unit["public"]));
        assert_eq!(u64::from(key.public().day().number()), unit["day_number"]);
        let listed = PublicList::parse(word(&unit["list"])).unwrap();
        assert_eq!(
            (listed.key(key.public().day()), &*listed.fingerprint()),
            (Some(key.public()), word(&unit["fingerprint"]))
        );
        let wrapped = WrappedShare::parse(&bytes(&share["wrapped"])).unwrap();
        assert_eq!(*wrapped.open(&key).unwrap().to_bytes(), bytes(&share["opened"]));
        assert_eq!(wrapped.header().check.to_vec(), bytes(&share["check"]));
    }
    let joined = joined(&vectors);
    assert_eq!(list(&vectors["records"]).len(), 4);
    for record in list(&vectors["records"]) {
        let visit =
            joined.open(&place(record), &SealedRecord::parse(&bytes(&record["record"])).unwrap()).unwrap();
        assert_eq!(visit.holder.as_bytes(), bytes(&record["holder"]));
        assert_eq!(if visit.kind == Kind::Entry { "entry" } else { "exit" }, word(&record["kind"]));
    }
}

#[test]
fn what_is_changed_or_of_another_key_does_not_open() {
    let vectors = vectors();
    let (refused, joined) = (&vectors["refused"], joined(&vectors));
    let first = key(&vectors["units"][0]);
    let open = |wrapped: &Value, key: &DayKey| {
        WrappedShare::parse(&bytes(wrapped)).and_then(|share| share.open(key))
    };
    let whole = &vectors["shares"][0]["wrapped"];
    assert!(matches!(open(whole, &key(&vectors["units"][1])), Err(VisitError::WrongUnit { .. })));
    let others = &vectors["other_keys"];
    assert!(matches!(open(whole, &key(&others["tomorrow"])), Err(VisitError::WrongDay { .. })));
    assert!(matches!(open(whole, &key(&others["again"])), Err(VisitError::WrongKey(_))));
    let changed = list(&refused["shares_of_the_first_unit"]);
    assert!(changed.len() > 166 && changed.iter().all(|wrapped| open(wrapped, &first).is_err()));
    let other = OpenedShare::parse(&bytes(&vectors["shares"][1]["opened"])).unwrap();
    for opened in list(&refused["opened_by_the_first_unit"]) {
        let joined = OpenedShare::parse(&bytes(opened)).and_then(|share| JoinedKey::join(&share, &other));
        assert!(joined.is_err());
    }
    let here = place(&vectors["records"][0]);
    let records = list(&refused["records_of_the_first_place"]);
    assert_eq!(records.len(), SealedRecord::LENGTH);
    for record in records {
        let opened = SealedRecord::parse(&bytes(record)).and_then(|record| joined.open(&here, &record));
        assert!(opened.is_err());
    }
    // A record at the place of another.
    let moved = SealedRecord::parse(&bytes(&vectors["records"][1]["record"])).unwrap();
    assert!(matches!(joined.open(&here, &moved), Err(VisitError::RecordRefused(_))));
}
