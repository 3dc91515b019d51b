//! Versions of a poster: the one that hangs, those that hung before.

use std::time::Duration;

use crate::Timestamp;

/// What the server keeps of one version of a poster, beside its code. Times are the server's; nothing of this stands in
/// the code, so that whoever has one version cannot make another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poster {
    /// Counted from 1 for each entrance of a location; printed on the poster.
    pub version: u32,
    /// When it was made; its day is printed on the poster.
    pub made: Timestamp,
    /// From when on it opens nothing; none while it is the newest.
    pub ends: Option<Timestamp>,
}

/// What a scan of a poster is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is the newest.
    Current,
    /// A newer one has been made. It opens, and says that it is old: the manager is to take it down.
    Old {
        /// Until when it opens.
        until: Timestamp,
    },
    /// It opens nothing any more.
    Ended,
}

/// The time of grace is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an old poster opens for {} days at most", Poster::LONGEST_GRACE.as_secs() / 86_400)]
pub struct GraceError;

impl Poster {
    /// How long an old poster still opens, unless its manager says otherwise: to print the new ones and hang them up.
    pub const GRACE: Duration = Duration::from_hours(14 * 24);
    /// How long at most.
    pub const LONGEST_GRACE: Duration = Duration::from_hours(90 * 24);

    /// The first version.
    pub const fn first(made: Timestamp) -> Self {
        Self { version: 1, made, ends: None }
    }

    /// This version, which opens for so long from now on (none: withdrawn at once, for one that was copied), and the
    /// next, which takes its place. One that has an end keeps the earlier one.
    pub fn rotated(self, now: Timestamp, grace: Duration) -> Result<(Self, Self), GraceError> {
        if grace > Self::LONGEST_GRACE {
            return Err(GraceError);
        }
        let end = now.plus(grace);
        let old = Self { ends: Some(self.ends.map_or(end, |ends| ends.min(end))), ..self };
        Ok((old, Self { version: self.version.saturating_add(1), made: now, ends: None }))
    }

    /// What a scan at this time is worth.
    pub fn standing(self, now: Timestamp) -> Standing {
        match self.ends {
            None => Standing::Current,
            Some(until) if now < until => Standing::Old { until },
            Some(_) => Standing::Ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: u64 = 86_400;

    proptest! {
        #[test]
        fn an_old_poster_opens_to_the_end_of_its_grace_and_never_again(days in 0..=90_u64, later in 0..200 * DAY) {
            let now = Timestamp::of_day(20_000);
            let made = now.minus(Duration::from_secs(DAY));
            let (old, new) = Poster::first(made).rotated(now, Duration::from_secs(days * DAY)).unwrap();
            let at = now.plus(Duration::from_secs(later));
            let until = now.plus(Duration::from_secs(days * DAY));
            let expected = if later < days * DAY { Standing::Old { until } } else { Standing::Ended };
            prop_assert_eq!(old.standing(at), expected);
            prop_assert_eq!(new.standing(at), Standing::Current);
            prop_assert_eq!((old.version, old.made, new.version, new.made), (1, made, 2, now));
        }

        #[test]
        fn rotating_again_never_gives_an_old_poster_more_time(first in 0..=90_u64, second in 0..=90_u64) {
            let now = Timestamp::of_day(20_000);
            let grace = |days| Duration::from_secs(days * DAY);
            let (old, _) = Poster::first(now).rotated(now, grace(first)).unwrap();
            let (again, _) = old.rotated(now, grace(second)).unwrap();
            prop_assert_eq!(again.ends, Some(now.plus(grace(first.min(second)))));
        }
    }

    #[test]
    fn grace_has_a_limit() {
        let poster = Poster::first(Timestamp::of_day(20_000));
        let longer = Poster::LONGEST_GRACE + Duration::from_secs(1);
        assert_eq!(poster.rotated(poster.made, longer), Err(GraceError));
        assert_eq!(GraceError.to_string(), "an old poster opens for 90 days at most");
        assert!(Poster::GRACE <= Poster::LONGEST_GRACE);
    }
}
