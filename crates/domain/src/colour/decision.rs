//! The decision: one colour for one holder, from evidence under a rule set.

use rules::set::{Failed, Item, ItemError, Moment, RuleSet};
use serde::{Deserialize, Serialize};

use super::vocabulary::VOCABULARY;
use super::{Colour, Evidence};
use crate::Timestamp;
use crate::id::kind::EvidenceId;

/// A colour with everything that explains it. Health: only the rule set is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Decision {
    /// Name and version of the rule set.
    pub rule_set: String,
    /// The colour.
    pub colour: Colour,
    /// The codes of the reasons for it, in the order of the rules; each has words in every language (`reason-<code>`).
    pub reasons: Vec<String>,
    /// Since when it has been this colour by this evidence under this rule set; `None` only if there is so much evidence
    /// that finding out takes too much work.
    pub since: Option<Timestamp>,
    /// When it becomes another one by itself, and which; `None` if nothing that is known ends it (or as for `since`).
    pub until: Option<(Timestamp, Colour)>,
    /// The first moment at which anything of this may change by itself: to be decided again then, and not before.
    pub next: Option<Timestamp>,
    /// Every rule that holds, and on what.
    pub fired: Vec<Fired>,
}

/// A rule that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fired {
    /// Its name within the rule set.
    pub rule: String,
    /// On which evidence; `None` for a rule about all of it.
    pub evidence: Option<EvidenceId>,
    /// Whether it is one of those that decide.
    pub decides: bool,
}

impl std::fmt::Debug for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Decision({})", self.rule_set)
    }
}

/// Why there is no decision. The former colour stays, and somebody has to be told: none of these is a colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// The rule set is about something else than colours.
    #[error("the rule set {0} is not about colours")]
    Subject(String),
    /// Evidence that contradicts itself, such as one that ends before it begins.
    #[error("evidence {0}: {1}")]
    Evidence(EvidenceId, ItemError),
    /// The rules came to no result.
    #[error("rule set {0}: {1}")]
    Rules(String, Failed),
}

/// The colour of a holder at `now`. Pure: the same evidence gives the same decision, in whatever order.
pub fn decide(set: &RuleSet, evidence: &[Evidence], now: Timestamp) -> Result<Decision, Undecided> {
    if set.vocabulary() != &VOCABULARY {
        return Err(Undecided::Subject(set.name()));
    }
    let item = |evidence: &Evidence| {
        Item::read(&evidence.to_json(), &VOCABULARY).map_err(|error| Undecided::Evidence(evidence.id, error))
    };
    let items: Vec<Item> = evidence.iter().map(item).collect::<Result<_, _>>()?;
    let moment = Moment::from_millis(now.micros().div_euclid(1_000));
    let failed = |failed| Undecided::Rules(set.name(), failed);
    let decided = set.decide(&items, moment).map_err(failed)?;
    let since = set.since(&items, moment).map_err(failed)?;
    let fired = decided.fired.iter().map(|fired| Fired {
        rule: set.rules()[fired.rule].id().to_owned(),
        evidence: fired.evidence.map(|place| evidence[place].id),
        decides: fired.decides,
    });
    Ok(Decision {
        rule_set: set.name(),
        colour: Colour::BY_SEVERITY[decided.outcome],
        since: since.map(time),
        until: decided.change.map(|change| (time(change.at), Colour::BY_SEVERITY[change.outcome])),
        next: decided.next.map(time),
        fired: fired.collect(),
        reasons: decided.reasons,
    })
}

fn time(moment: Moment) -> Timestamp {
    Timestamp::from_micros(moment.millis().saturating_mul(1_000))
}
