//! Rule sets: dated, versioned rules over evidence, of which the most severe that holds decides (docs/rule-sets.md).
//!
//! Used by `domain`, which brings the words ([`Vocabulary`]) and makes colours and entry verdicts of outcomes, and by the
//! command line (`tongxing rules check`, `rules explain`). The decision that matters: a condition may compare *now* with
//! other times and do nothing else with it. So whoever evaluates knows the first moment at which any comparison would come
//! out differently, and nobody has to be asked again before it.
//!
//! From the outside in: [`RuleSet::read`] reads a file and says everything that is wrong with it; [`RuleSet::decide`]
//! decides; [`check`] looks for rules that can never decide and runs the examples.

mod check;
#[cfg(test)]
mod check_tests;
mod decide;
mod explore;
mod format;
mod item;
mod moment;
mod read;
mod rule_set;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use check::{Checked, check};
pub use decide::{Change, Decided, Failed, Fired, MAX_EVIDENCE};
pub use format::{FORMAT, Ground, Source};
pub use item::{Item, ItemError, is_time};
pub use moment::{Moment, NotAMoment};
pub use read::{MAX_FILE, Refused};
pub use rule_set::{Rule, RuleSet, WayBack};
pub use vocabulary::{COMMON, Holds, Kind, Member, Vocabulary};
