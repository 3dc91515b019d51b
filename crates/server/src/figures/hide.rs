//! What is not shown, so that no number under ten is known (decision 0040). Pure: the same counts, the same answer.

use serde::Serialize;
use store::rows::figures::{Decided, DecisionCount};

/// The least number that is shown.
pub const LEAST: i64 = 10;

/// A number; nothing where it is below [`LEAST`].
pub fn number(number: i64) -> Option<i64> {
    (number >= LEAST).then_some(number)
}

/// Which of the counts of one day and rule set are shown, the largest first, and whether any is left out.
///
/// How many decisions there were in all stands in the public log. So what is left out is, together, either nothing or
/// [`LEAST`] at least: the smallest that could be shown is left out where the rest would be known otherwise.
pub fn counts(mut counts: Vec<DecisionCount>) -> (Vec<DecisionCount>, bool) {
    counts.sort_by(|a, b| b.decisions.cmp(&a.decisions).then_with(|| a.reasons.cmp(&b.reasons)));
    let mut hidden = 0;
    while let Some(smallest) = counts.last() {
        if smallest.decisions >= LEAST && (hidden == 0 || hidden >= LEAST) {
            break;
        }
        hidden += smallest.decisions;
        counts.pop();
    }
    (counts, hidden > 0)
}

/// How many were decided in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InTime {
    /// Too few were decided to say.
    Unknown,
    /// Fewer than ten were.
    Few,
    /// All but fewer than ten.
    AlmostAll,
    /// So many of a hundred, rounded down.
    Percent(i64),
}

/// The share that was decided in time: not as a percentage where the few of one side could be worked out from it.
pub fn share(decided: Decided) -> InTime {
    let Decided { all, in_time } = decided;
    if all < LEAST {
        InTime::Unknown
    } else if (1..LEAST).contains(&in_time) {
        InTime::Few
    } else if (1..LEAST).contains(&(all - in_time)) {
        InTime::AlmostAll
    } else {
        InTime::Percent(in_time * 100 / all)
    }
}

#[cfg(test)]
mod tests {
    use domain::Entropy;
    use domain::colour::Colour;
    use domain::entropy::SeededEntropy;

    use super::*;

    fn of(decisions: &[i64]) -> Vec<DecisionCount> {
        let count = |(number, decisions): (usize, &i64)| DecisionCount {
            day: 20_000,
            rule_set: "hubei-colours-3".to_owned(),
            colour: Colour::Green,
            reasons: vec![number.to_string()],
            decisions: *decisions,
        };
        decisions.iter().enumerate().map(count).collect()
    }

    fn shown(decisions: &[i64]) -> (Vec<i64>, bool) {
        let (shown, hidden) = counts(of(decisions));
        (shown.into_iter().map(|one| one.decisions).collect(), hidden)
    }

    #[test]
    fn what_is_left_out_is_nothing_or_ten_together() {
        for (decisions, expected) in [
            (&[][..], (vec![], false)),
            (&[12, 500], (vec![500, 12], false)),
            (&[9], (vec![], true)),
            // The log says 507: whoever knows 500 knows 7.
            (&[500, 7], (vec![], true)),
            (&[500, 40, 7], (vec![500], true)),
            (&[500, 40, 7, 3], (vec![500, 40], true)),
            (&[500, 40, 7, 2], (vec![500], true)),
        ] {
            assert_eq!(shown(decisions), expected, "{decisions:?}");
        }
    }

    #[test]
    fn nothing_under_ten_is_shown_or_left_over() {
        let entropy: &dyn Entropy = &SeededEntropy::new(40);
        for _ in 0..10_000 {
            let [length, bytes @ ..] = entropy.bytes::<13>();
            let decisions: Vec<i64> =
                bytes[..usize::from(length % 13)].iter().map(|byte| i64::from(byte % 40) + 1).collect();
            let (shown, hidden) = shown(&decisions);
            let rest = decisions.iter().sum::<i64>() - shown.iter().sum::<i64>();
            assert!(shown.iter().all(|one| *one >= LEAST), "{decisions:?}");
            assert!(rest == 0 || rest >= LEAST || shown.is_empty(), "{rest} of {decisions:?}");
            assert_eq!(hidden, rest > 0, "{decisions:?}");
        }
    }

    #[test]
    fn a_share_never_tells_how_few_there_were() {
        for (all, in_time, expected) in [
            (0, 0, InTime::Unknown),
            (9, 9, InTime::Unknown),
            (10, 10, InTime::Percent(100)),
            (10, 9, InTime::Few),
            (50, 46, InTime::AlmostAll),
            (50, 4, InTime::Few),
            (50, 0, InTime::Percent(0)),
            (4_210, 4_199, InTime::Percent(99)),
        ] {
            assert_eq!(share(Decided { all, in_time }), expected, "{in_time} of {all}");
        }
    }
}
