//! Locations, and the groups of them that share a data key.

use std::num::NonZeroU16;

use aws_lc_rs::digest::{SHA256, digest};

/// A location, by the id of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location(pub i64);

/// Locations whose visits of one minute are sealed with one data key.
///
/// Fewer groups are fewer keys to wrap and to keep; more groups make each opened key worth less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocationGroup(pub u16);

impl LocationGroup {
    /// The group of a location, where there are so many: by the first two bytes of the SHA-256 of its id, so that
    /// neighbours in number are none in group.
    pub fn of(location: Location, groups: NonZeroU16) -> Self {
        let hash = digest(&SHA256, &location.0.to_be_bytes());
        Self(u16::from_be_bytes([hash.as_ref()[0], hash.as_ref()[1]]) % groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_of_one_size_or_near_it() {
        let groups = NonZeroU16::new(16).unwrap();
        let mut sizes = [0; 16];
        for id in 0..16_000 {
            sizes[usize::from(LocationGroup::of(Location(id), groups).0)] += 1;
        }
        assert!(sizes.iter().all(|size| (850..1_150).contains(size)), "{sizes:?}");
        assert_eq!(LocationGroup::of(Location(-7), NonZeroU16::MIN), LocationGroup(0));
    }
}
