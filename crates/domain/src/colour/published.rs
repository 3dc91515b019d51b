//! The rule sets on colours that this repository publishes (`rulesets/`): a server needs no file to decide.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rules::set::{Moment, RuleSet};

use super::vocabulary::VOCABULARY;
use crate::Timestamp;

const FILES: [&str; 4] = [
    include_str!("../../../../rulesets/first-declaration-1.json"),
    include_str!("../../../../rulesets/hubei-colours-1.json"),
    include_str!("../../../../rulesets/hubei-colours-2.json"),
    include_str!("../../../../rulesets/hubei-colours-3.json"),
];

static PUBLISHED: LazyLock<Vec<RuleSet>> = LazyLock::new(|| {
    let read = |text| RuleSet::read(text, &[&VOCABULARY]).expect("a test reads each of them");
    FILES.into_iter().map(read).collect()
});

/// The rule sets on colours that come with the program: the first rule on declarations, and the three of Hubei.
pub fn published() -> &'static [RuleSet] {
    &PUBLISHED
}

/// Of these sets the one that counts at `now`: in force, and of those the one that came into force last.
pub fn in_force(sets: &[RuleSet], now: Timestamp) -> Option<&RuleSet> {
    let now = Moment::from_millis(now.micros().div_euclid(1_000));
    sets.iter().filter(|set| set.in_force(now)).max_by_key(|set| (set.from(), set.version()))
}

/// The codes of all reasons that a published set can give, each once; each has words in every language (`reason-<code>`).
pub fn reasons() -> BTreeSet<&'static str> {
    published().iter().flat_map(RuleSet::reasons).collect()
}

/// The file of a published set, byte for byte.
pub fn text(name: &str) -> Option<&'static str> {
    published().iter().zip(FILES).find(|(set, _)| set.name() == name).map(|(_, text)| text)
}
