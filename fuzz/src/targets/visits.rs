//! Sealed visits (docs/sealed-visits.md): shares, records, and the lines of their files.

use std::hint::black_box;
use std::sync::OnceLock;

use visits::{
    JoinedKey, Location, OpenedShare, Place, PublicList, SealedRecord, Shares, Slot, VisitId, WrappedShare,
    lines,
};

use super::layered;

/// Words of the formats.
pub const WORDS: &[&str] = &[
    "\x11\x01",
    "\x11\x02",
    "\x21\x01",
    "\x21\x02",
    "1",
    "{\"share\":\"",
    "{\"opened\":\"",
    "\"record\":\"",
    "\"location\":\"0123456789abcdef\"",
    "\"slot\":4294967295",
    "\"visit\":\"",
    "tongxing-visit-day-keys-public-1",
    "\"keys\":[",
    "9999-12-31",
];

/// Two opened shares of our vectors, which make a key that nothing random was sealed with.
fn opened() -> &'static [OpenedShare; 2] {
    static SHARES: OnceLock<[OpenedShare; 2]> = OnceLock::new();
    SHARES.get_or_init(|| {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../vectors/visits.json")).expect("our own vectors");
        [0, 1].map(|at| {
            let line = serde_json::json!({ "opened": vectors["shares"][at]["opened"] });
            lines::read_opened(&line.to_string()).expect("our own share")
        })
    })
}

/// Wrapped and opened shares: what is read is written the same, and no other share joins one of ours.
pub fn share(data: &[u8]) {
    if let Ok(share) = WrappedShare::parse(data) {
        assert_eq!(share.to_bytes(), data, "one spelling");
        assert!(lines::read_share(&lines::share_line(&share)) == Ok(share), "a line is read back");
    }
    if let Ok(share) = OpenedShare::parse(data) {
        assert_eq!(&share.to_bytes()[..], data, "one spelling");
        for ours in opened() {
            let other = opened().contains(&share);
            assert!(other || JoinedKey::join(ours, &share).is_err(), "a share of nobody's making was joined");
        }
        let mut shares = Shares::default();
        assert!(shares.add(share).is_ok() && shares.joined() == 0, "one share is half a key");
    }
}

/// Records, at a place and with a key for which nothing but ours was sealed.
pub fn record(data: &[u8]) {
    static KEY: OnceLock<JoinedKey> = OnceLock::new();
    let key = KEY.get_or_init(|| JoinedKey::join(&opened()[0], &opened()[1]).expect("our own shares"));
    let Ok(record) = SealedRecord::parse(data) else { return };
    assert_eq!(&record.as_bytes()[..], data, "one spelling");
    let slot = Slot::new(0).expect("the first slot");
    let place = Place { location: Location(0), slot, visit: VisitId([0; 16]) };
    assert!(key.open(&place, &record).is_err(), "a record that nobody sealed here");
}

/// Lines of the files of an opening, and public lists.
pub fn files(data: &[u8]) {
    let Some((layer, rest)) = layered(data, 2) else { return };
    let text = String::from_utf8_lossy(rest);
    if layer == 0 {
        let _ = black_box((lines::read_share(&text), lines::read_opened(&text)));
        if let Ok((key, place, record)) = lines::read_record(&text) {
            let again = lines::read_record(&lines::record_line(key, &place, &record));
            assert!(again == Ok((key, place, record)), "a line is read back");
        }
    } else if let Ok(list) = PublicList::parse(&text) {
        assert!(PublicList::parse(&list.to_json()) == Ok(list), "a list is read back");
    }
}
