//! What holds for all contents, places and bytes.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::{COURT, HEALTH, Made, day, day_key, visit};
use domain::entropy::SeededEntropy;
use proptest::prelude::*;
use visits::{
    JoinedKey, Kind, Location, OpenedShare, Place, PublicList, SealedRecord, Shares, Slot, Visit, VisitError,
    VisitId, WrappedShare, lines,
};

fn places() -> impl Strategy<Value = Place> {
    (any::<i64>(), 0..800_000_000u32, any::<[u8; 16]>()).prop_map(|(location, slot, id)| Place {
        location: Location(location),
        slot: Slot::new(slot).unwrap(),
        visit: VisitId(id),
    })
}

fn visits_of_all_kinds() -> impl Strategy<Value = Visit> {
    let kinds = prop_oneof![Just(Kind::Entry), Just(Kind::Exit)];
    (kinds, prop::collection::vec(any::<u8>(), 1..=30)).prop_map(|(kind, holder)| visit(kind, &holder))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_sealed_opens_at_its_place_alone(
        seed in any::<u64>(), here in places(), there in places(), content in visits_of_all_kinds()
    ) {
        let entropy = SeededEntropy::new(seed);
        let made = Made::new(&entropy);
        let (key, id) = (made.joined(), made.data.context().id);
        let record = made.data.seal(&here, &content, &entropy);
        prop_assert_eq!(record.as_bytes().len(), 61, "of one length, whatever is in it");
        prop_assert_eq!(key.open(&here, &record), Ok(content));
        // Each member of the place by itself, and all of them.
        let moved = [
            Place { location: there.location, ..here },
            Place { slot: there.slot, ..here },
            Place { visit: there.visit, ..here },
            there,
        ];
        for place in moved.iter().filter(|place| **place != here) {
            prop_assert_eq!(key.open(place, &record), Err(VisitError::RecordRefused(id)));
        }
    }

    #[test]
    fn two_records_cannot_be_exchanged(seed in any::<u64>(), one in places(), other in places()) {
        prop_assume!(one != other);
        let entropy = SeededEntropy::new(seed);
        let made = Made::new(&entropy);
        let key = made.joined();
        let records = [&one, &other].map(|place| made.data.seal(place, &visit(Kind::Entry, b"x"), &entropy));
        prop_assert!(key.open(&one, &records[1]).is_err() && key.open(&other, &records[0]).is_err());
        prop_assert_ne!(records[0].as_bytes()[13..].to_vec(), records[1].as_bytes()[13..].to_vec());
    }

    #[test]
    fn one_content_twice_looks_different(seed in any::<u64>(), place in places(), content in visits_of_all_kinds()) {
        let entropy = SeededEntropy::new(seed);
        let made = Made::new(&entropy);
        let records = [(); 2].map(|()| made.data.seal(&place, &content, &entropy));
        let same = records[0].as_bytes().iter().zip(records[1].as_bytes()).filter(|(a, b)| a == b).count();
        prop_assert!(same < 10, "{} bytes of 61 are the same", same);
    }

    /// Shares of different data keys, of the same two units and the same minute: nothing comes of them.
    #[test]
    fn a_share_with_any_other_is_an_error(seed in any::<u64>(), random in any::<[u8; 32]>()) {
        let entropy = SeededEntropy::new(seed);
        let keys = [day_key(HEALTH, day(), &entropy), day_key(COURT, day(), &entropy)];
        let made = Made::with(keys, &entropy);
        let [one, other] = made.opened();
        let again = Made::new(&entropy);
        let foreign = again.opened();
        for strange in &foreign {
            prop_assert!(JoinedKey::join(&one, strange).is_err() && JoinedKey::join(strange, &other).is_err());
        }
        // The other header with a share of anybody's making.
        let mut bytes = other.to_bytes().to_vec();
        let at = bytes.len() - 32;
        bytes[at..].copy_from_slice(&random);
        let id = made.data.context().id;
        let forged = OpenedShare::parse(&bytes).unwrap();
        prop_assert_eq!(JoinedKey::join(&one, &forged).map(|_| ()), Err(VisitError::Join(id)));
        // The foreign share under our header.
        let strange = foreign[1].to_bytes();
        bytes[at..].copy_from_slice(&strange[strange.len() - 32..]);
        let forged = OpenedShare::parse(&bytes).unwrap();
        prop_assert_eq!(JoinedKey::join(&one, &forged).map(|_| ()), Err(VisitError::Join(id)));
    }

    /// Records of one key do not open with another, at the same place and minute.
    #[test]
    fn a_record_opens_with_its_own_key_alone(seed in any::<u64>(), place in places()) {
        let entropy = SeededEntropy::new(seed);
        let (made, other) = (Made::new(&entropy), Made::new(&entropy));
        let record = made.data.seal(&place, &visit(Kind::Entry, b"x"), &entropy);
        let id = other.data.context().id;
        prop_assert_eq!(other.joined().open(&place, &record), Err(VisitError::RecordRefused(id)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn hostile_bytes_are_refused_or_read_and_never_panic(first in 0..6usize, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let bytes = [[&[0x11u8][..], &[0x21], &[0x31], &[0x11, 1], &[0x21, 2], &[]][first], &bytes].concat();
        if let Ok(share) = WrappedShare::parse(&bytes) {
            prop_assert_eq!(share.to_bytes(), bytes.clone());
        }
        if let Ok(share) = OpenedShare::parse(&bytes) {
            prop_assert_eq!(&*share.to_bytes(), &bytes);
            let _ = Shares::default().add(share);
        }
        if let Ok(record) = SealedRecord::parse(&bytes) {
            prop_assert_eq!(record.as_bytes().to_vec(), bytes);
        }
    }

    #[test]
    fn hostile_lines_are_refused_or_read_and_never_panic(text in "\\PC{0,200}") {
        let _ = (lines::read_share(&text), lines::read_opened(&text), lines::read_record(&text));
        let _ = PublicList::parse(&text);
    }
}
