//! Decoys: indexes of a status list that no pass has, and that come to say "withdrawn" all the same.
//!
//! A status list is public. Whoever fetches it again and again could count how many passes are withdrawn in which
//! hour, and tell from it how an outbreak goes before anybody was told (draft-ietf-oauth-status-list, "Herd
//! Privacy" and its advice on decoy entries). So each list turns [`DECOYS`] indexes on, at moments spread evenly
//! over its life. They are drawn from a seed in the list's row: every server draws the same ones, and an index
//! once on stays on.

use std::collections::HashMap;
use std::time::Duration;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use credential::MAX_ENTRIES;
use domain::Timestamp;

/// How many a list has: as many withdrawals as no single hour should stand out against, and yet a twentieth of a
/// list with one in a hundred withdrawn.
pub(super) const DECOYS: u32 = 512;

/// The decoys of one list.
#[derive(Default)]
pub struct Decoys {
    /// From the index to the moment from which on it is on.
    on: HashMap<u32, Timestamp>,
}

impl Decoys {
    /// Draws those of the list with this seed, which lives from `created` to `ends`.
    pub(super) fn draw(seed: &[u8], created: Timestamp, ends: Timestamp) -> Self {
        let key = Key::new(HMAC_SHA256, seed);
        let life = ends.since(created).as_micros();
        let on = (0..DECOYS).map(|number| {
            let drawn = sign(&key, &number.to_be_bytes());
            let part =
                |at: usize| u32::from_be_bytes(drawn.as_ref()[at..at + 4].try_into().expect("4 bytes"));
            let after = life * u128::from(part(4)) / u128::from(u32::MAX);
            let after = Duration::from_micros(u64::try_from(after).unwrap_or(u64::MAX));
            (part(0) % MAX_ENTRIES, created.plus(after))
        });
        Self { on: on.collect() }
    }

    /// Whether a pass must not have this index.
    pub(super) fn contain(&self, index: u32) -> bool {
        self.on.contains_key(&index)
    }

    /// The indexes that are on at `now`.
    pub(super) fn on(&self, now: Timestamp) -> impl Iterator<Item = u32> {
        self.on.iter().filter(move |(_, from)| **from <= now).map(|(index, _)| *index)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn they_come_on_evenly_over_the_life_of_a_list_and_stay() {
        let created = Timestamp::from_seconds(1_795_420_800);
        let decoys = Decoys::draw(b"0123456789abcdef", created, created.plus(48 * HOUR));
        let on = |hours: u32| decoys.on(created.plus(hours * HOUR)).collect::<BTreeSet<_>>();
        assert!(on(0).len() < 5, "{}", on(0).len());
        assert!((206..=306).contains(&on(24).len()), "{}", on(24).len());
        assert_eq!(on(48).len(), decoys.on.len());
        assert!(on(12).is_subset(&on(24)) && on(24).is_subset(&on(48)));
        assert!(on(48).iter().all(|index| decoys.contain(*index) && *index < MAX_ENTRIES));
        assert!(decoys.on.len() > 500, "few are drawn twice");
    }

    #[test]
    fn another_seed_draws_others_and_the_same_seed_the_same() {
        let (created, ends) = (Timestamp::from_seconds(0), Timestamp::from_seconds(86_400));
        let drawn = |seed: &[u8]| Decoys::draw(seed, created, ends).on(ends).collect::<BTreeSet<_>>();
        assert_eq!(drawn(b"one"), drawn(b"one"));
        assert!(drawn(b"one").intersection(&drawn(b"two")).count() < 10);
    }
}
