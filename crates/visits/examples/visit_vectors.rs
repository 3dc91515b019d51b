//! Prints `vectors/visits.json`: keys, shares and records of invented units, and what comes of changed ones.
//!
//! The same bytes each time; `make tidy` holds the committed file against it. The private halves in it are of keys that
//! nobody uses.
#![allow(clippy::unwrap_used, reason = "a tool for developers: a panic is its message")]
#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "../tests/common/mod.rs"]
mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{AT, COURT, HEALTH, Made, day, day_key};
use domain::entropy::SeededEntropy;
use serde_json::{Value, json};
use visits::{
    DayKey, JoinedKey, Kind, Location, OpenedShare, Place, PublicList, SealedRecord, Slot, Visit, VisitId,
    WrappedShare,
};

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn main() {
    let entropy = SeededEntropy::new(20_261_201);
    let keys = [day_key(HEALTH, day(), &entropy), day_key(COURT, day(), &entropy)];
    let made = Made::with(keys, &entropy);
    let tomorrow = day_key(HEALTH, day().plus(1).unwrap(), &entropy);
    let again = day_key(HEALTH, day(), &entropy);
    let records = records(&made, &entropy);
    let all = json!({
        "units": made.keys.iter().map(unit).collect::<Vec<_>>(),
        "other_keys": { "tomorrow": unit(&tomorrow), "again": unit(&again) },
        "shares": made.shares.iter().zip(made.opened()).map(share).collect::<Vec<_>>(),
        "records": records,
        "refused": refused(&made, &entropy),
    });
    println!("{}", serde_json::to_string_pretty(&all).unwrap());
}

fn unit(key: &DayKey) -> Value {
    let public = key.public();
    let list = PublicList::new(public.unit().clone(), vec![public.clone()]).unwrap();
    json!({
        "unit": public.unit().as_str(),
        "day": public.day().to_string(),
        "day_number": public.day().number(),
        "kid": public.kid().to_string(),
        "public": text(&public.point()),
        "private": text(&*key.secret()),
        "list": list.to_json(),
        "fingerprint": list.fingerprint(),
    })
}

fn share((wrapped, opened): (&WrappedShare, OpenedShare)) -> Value {
    let header = wrapped.header();
    json!({
        "wrapped": text(&wrapped.to_bytes()),
        "opened": text(&opened.to_bytes()),
        "half": if header.half == visits::Half::First { 1 } else { 2 },
        "data_key": header.context.id.to_string(),
        "minute": header.context.minute.number(),
        "group": header.context.group.0,
        "check": text(&header.check),
    })
}

fn places() -> [Place; 4] {
    let place = |location, slots: u32, visit: u8| Place {
        location: Location(location),
        slot: Slot::new(Slot::of(AT).number() + slots).unwrap(),
        visit: VisitId([visit; 16]),
    };
    [place(0x0123_4567_89ab_cdef, 0, 1), place(-1, 0, 2), place(0, 1, 3), place(i64::MAX, 2, 4)]
}

fn records(made: &Made, entropy: &SeededEntropy) -> Vec<Value> {
    let holders: [&[u8]; 4] = [b"0123456789abcdef", &[0], &[255; 30], "持码人".as_bytes()];
    let kinds = [Kind::Entry, Kind::Exit, Kind::Entry, Kind::Exit];
    let content = holders.into_iter().zip(kinds).map(|(holder, kind)| common::visit(kind, holder));
    let record = |(place, visit): (Place, Visit)| {
        let sealed = made.data.seal(&place, &visit, entropy);
        assert_eq!(made.joined().open(&place, &sealed).as_ref(), Ok(&visit));
        json!({
            "location": format!("{:016x}", place.location.0),
            "slot": place.slot.number(),
            "visit": place.visit.to_string(),
            "record": text(sealed.as_bytes()),
            "kind": if visit.kind == Kind::Entry { "entry" } else { "exit" },
            "holder": text(visit.holder.as_bytes()),
        })
    };
    places().into_iter().zip(content).map(record).collect()
}

/// Bytes with one changed: never opened by anybody.
fn refused(made: &Made, entropy: &SeededEntropy) -> Value {
    let changed = |bytes: &[u8], at: usize| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 1;
        bytes
    };
    let wrapped = made.shares[0].to_bytes();
    let shares: Vec<String> = (0..wrapped.len()).map(|at| text(&changed(&wrapped, at))).collect();
    let [one, other] = made.opened();
    let opened = one.to_bytes();
    let halves = (0..opened.len()).map(|at| changed(&opened, at));
    let halves = halves.inspect(|bytes| {
        let joined = OpenedShare::parse(bytes).and_then(|share| JoinedKey::join(&share, &other));
        assert!(joined.is_err(), "a changed share was joined");
    });
    let halves: Vec<String> = halves.map(|bytes| text(&bytes)).collect();
    let record = made.data.seal(&places()[0], &common::visit(Kind::Entry, b"x"), entropy);
    let records: Vec<String> =
        (0..SealedRecord::LENGTH).map(|at| text(&changed(record.as_bytes(), at))).collect();
    json!({ "shares_of_the_first_unit": shares, "opened_by_the_first_unit": halves, "records_of_the_first_place": records })
}
