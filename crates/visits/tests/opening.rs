//! What opens and what does not, and what is said of it.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::{AT, COURT, HEALTH, Made, day, day_key, place, unit, visit};
use domain::Entropy;
use domain::entropy::SeededEntropy;
use visits::{
    DataKey, DayKey, JoinedKey, Kind, LocationGroup, Minute, OpenedShare, SealedRecord, Shares, VisitError,
    WrappedShare, lines,
};

#[test]
fn both_units_together_open_what_the_server_sealed() {
    let entropy = SeededEntropy::new(1);
    let made = Made::new(&entropy);
    let (place, visit) = (place(&entropy), visit(Kind::Entry, b"holder"));
    let record = made.data.seal(&place, &visit, &entropy);
    let key = made.joined();
    assert_eq!(key.context(), made.data.context());
    assert_eq!(key.open(&place, &record), Ok(visit));
    // The order of the shares is nobody's matter.
    let [one, other] = made.opened();
    assert!(JoinedKey::join(&other, &one).is_ok());
}

#[test]
fn a_share_opens_for_its_unit_its_day_and_its_key_alone() {
    let entropy = SeededEntropy::new(2);
    let made = Made::new(&entropy);
    let [share, _] = &made.shares;
    let said = |key: &DayKey| share.open(key).unwrap_err();
    let (health, court) = (unit(HEALTH), unit(COURT));
    assert_eq!(said(&made.keys[1]), VisitError::WrongUnit { share: health, key: court });
    let tomorrow = day().plus(1).unwrap();
    let expected = VisitError::WrongDay { share: day(), key: tomorrow };
    assert_eq!(said(&day_key(HEALTH, tomorrow, &entropy)), expected);
    assert_eq!(said(&day_key(HEALTH, day(), &entropy)), VisitError::WrongKey(day()));
    let text = expected.to_string();
    assert!(text.contains("2026-12-01") && text.contains("2026-12-02"), "{text}");
}

#[test]
fn the_server_does_not_seal_to_one_unit_nor_to_another_day() {
    let entropy = SeededEntropy::new(3);
    let (minute, group) = (Minute::of(AT), LocationGroup(0));
    let health = day_key(HEALTH, day(), &entropy);
    let again = day_key(HEALTH, day(), &entropy);
    let refused = |one: &DayKey, other: &DayKey| {
        DataKey::new(minute, group, [one.public(), other.public()], &entropy).map(|_| ()).unwrap_err()
    };
    assert_eq!(refused(&health, &again), VisitError::OneUnit(unit(HEALTH)));
    let renamed = DayKey::from_secret(unit(COURT), day(), &*health.secret()).unwrap();
    assert_eq!(refused(&health, &renamed), VisitError::OneKey(health.public().kid()));
    let late = day_key(COURT, day().plus(1).unwrap(), &entropy);
    let said = refused(&health, &late).to_string();
    assert!(said.contains("2026-12-02, and not for 2026-12-01"), "{said}");
}

/// The first bit of everything, then the second, and so on: none may go unnoticed.
#[test]
fn every_bit_of_a_wrapped_share_counts() {
    let entropy = SeededEntropy::new(4);
    let made = Made::new(&entropy);
    let bytes = made.shares[0].to_bytes();
    assert_eq!(bytes.len(), 166 + HEALTH.len());
    assert_eq!(WrappedShare::parse(&bytes).as_ref(), Ok(&made.shares[0]));
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let opened = WrappedShare::parse(&changed).and_then(|share| share.open(&made.keys[0]));
        assert!(opened.is_err(), "bit {bit}");
    }
    for length in 0..bytes.len() {
        assert!(WrappedShare::parse(&bytes[..length]).is_err(), "{length} bytes");
    }
    assert!(WrappedShare::parse(&[&bytes[..], &[0]].concat()).is_err());
}

#[test]
fn every_bit_of_an_opened_share_counts() {
    let entropy = SeededEntropy::new(5);
    let made = Made::new(&entropy);
    let [one, other] = made.opened();
    let bytes = one.to_bytes();
    assert_eq!(bytes.len(), 85 + HEALTH.len());
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        let joined = OpenedShare::parse(&changed).and_then(|share| JoinedKey::join(&share, &other));
        assert!(joined.is_err(), "bit {bit}");
    }
    for length in 0..bytes.len() {
        assert!(OpenedShare::parse(&bytes[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn every_bit_of_a_record_counts() {
    let entropy = SeededEntropy::new(6);
    let made = Made::new(&entropy);
    let place = place(&entropy);
    let record = made.data.seal(&place, &visit(Kind::Exit, &[9; 30]), &entropy);
    let key = made.joined();
    for bit in 0..SealedRecord::LENGTH * 8 {
        let mut changed = *record.as_bytes();
        changed[bit / 8] ^= 1 << (bit % 8);
        let opened = SealedRecord::parse(&changed).and_then(|record| key.open(&place, &record));
        assert!(opened.is_err(), "bit {bit}");
    }
    for length in [0, 1, 60, 62] {
        assert!(SealedRecord::parse(&vec![0x31; length]).is_err(), "{length} bytes");
    }
}

#[test]
fn what_is_missing_or_exchanged_is_named() {
    let entropy = SeededEntropy::new(7);
    let (made, mut shares) = (Made::new(&entropy), Shares::default());
    let (id, [one, other]) = (made.data.context().id, made.opened());
    assert_eq!(shares.key(id).unwrap_err(), VisitError::MissingBoth(id));
    shares.add(one.clone()).unwrap();
    shares.add(one.clone()).unwrap();
    assert_eq!(shares.key(id).unwrap_err(), VisitError::MissingHalf { key: id, unit: unit(HEALTH) });
    // The same unit's share with another content: one of the two was changed.
    let mut bytes = one.to_bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    let changed = OpenedShare::parse(&bytes).unwrap();
    assert_eq!(shares.add(changed.clone()).unwrap_err(), VisitError::Apart(id));
    assert_eq!(JoinedKey::join(&changed, &other).unwrap_err(), VisitError::Join(id));
    assert_eq!(
        JoinedKey::join(&one, &one).unwrap_err(),
        VisitError::MissingHalf { key: id, unit: unit(HEALTH) }
    );
    assert_eq!(shares.joined(), 0);
    shares.add(other).unwrap();
    assert_eq!((shares.joined(), shares.key(id).unwrap().context().id), (1, id));
}

#[test]
fn lines_are_read_back_and_garbage_is_refused() {
    let entropy = SeededEntropy::new(8);
    let made = Made::new(&entropy);
    let place = place(&entropy);
    let record = made.data.seal(&place, &visit(Kind::Entry, b"holder"), &entropy);
    let id = made.data.context().id;
    assert_eq!(lines::read_share(&lines::share_line(&made.shares[0])).as_ref(), Ok(&made.shares[0]));
    let [one, _] = made.opened();
    assert_eq!(lines::read_opened(&lines::opened_line(&one)).as_ref(), Ok(&one));
    let line = lines::record_line(id, &place, &record);
    assert_eq!(lines::read_record(&line), Ok((id, place, record)));
    for (from, to) in
        [("0123", "123"), ("\"slot\":", "\"slot\":-"), ("\"visit\":\"", "\"visit\":\"A"), ("{", "[")]
    {
        assert!(lines::read_record(&line.replacen(from, to, 1)).is_err(), "{to}");
    }
    for bad in ["", "{}", "{\"share\":\"*\"}", "{\"share\":\"\"}", "{\"share\":\"EQ\",\"more\":1}", "null"] {
        assert!(lines::read_share(bad).is_err() && lines::read_opened(bad).is_err(), "{bad}");
    }
    let shown = lines::visit_line(&place, &visit(Kind::Exit, b"holder"));
    assert!(
        shown.contains("\"kind\":\"exit\",\"holder\":\"aG9sZGVy\"") && shown.contains("0123456789abcdef")
    );
}

/// The secret is the same each time, and everything else random: a single share must not tell.
struct OneSecret(SeededEntropy, std::sync::atomic::AtomicUsize);

impl Entropy for OneSecret {
    fn fill(&self, bytes: &mut [u8]) {
        // The second text of 32 bytes or less that a data key draws is its secret; the first is its name.
        if self.1.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 1 {
            bytes.fill(0xA5);
        } else {
            self.0.fill(bytes);
        }
    }
}

#[test]
fn a_share_alone_is_random_whatever_the_key_is() {
    const KEYS: u32 = 300;
    let entropy = SeededEntropy::new(9);
    let keys = [day_key(HEALTH, day(), &entropy), day_key(COURT, day(), &entropy)];
    let mut ones = [[0u32; 256]; 2];
    for seed in 0..KEYS {
        let source = OneSecret(SeededEntropy::new(u64::from(seed) << 32), 0.into());
        let units = [keys[0].public(), keys[1].public()];
        let (_, shares) = DataKey::new(Minute::of(AT), LocationGroup(0), units, &source).unwrap();
        let mut both = [0; 32];
        for half in 0..2 {
            let bytes = shares[half].open(&keys[half]).unwrap().to_bytes();
            for (at, byte) in bytes[bytes.len() - 32..].iter().enumerate() {
                both[at] ^= byte;
                (0..8).for_each(|bit| ones[half][at * 8 + bit] += u32::from(byte >> bit & 1));
            }
        }
        assert_eq!(both, [0xA5; 32], "together they are the key");
    }
    // 300 throws: 150 on average, with a deviation of 8.7; six of them.
    assert!(ones.iter().flatten().all(|count| (98..=202).contains(count)), "{ones:?}");
}
