//! Which codes of others let a person enter the province: rule sets on *entry* (docs/rule-sets.md).
//!
//! Used by whoever judges a national code or a foreign credential whose signature and dates have been checked. The decision
//! that matters: without rules nothing is accepted, and what no rule speaks of is CHECK. The outcome is a verdict for entry
//! only and never becomes a colour; it has words of its own, so no rule on colours can ask for it.

use std::sync::LazyLock;

use credential::{Reason, Statement, Verdict};
use rules::set::{Failed, Holds, Item, ItemError, Kind, Member, Moment, RuleSet, Vocabulary};
use serde_json::{Value, json};

use crate::Timestamp;

/// The reason of what is accepted; PASS gives none to the inspector.
const ACCEPTED: &str = "accepted";
const VERDICTS: [Verdict; 3] = [Verdict::Pass, Verdict::Check, Verdict::Stop];

const fn maybe(name: &'static str, holds: Holds) -> Member {
    Member { name, holds, optional: true }
}

const fn kind(name: &'static str, members: &'static [Member]) -> Kind {
    Kind { name, members, newest_only: false }
}

static VACCINATION: [Member; 3] =
    [maybe("dose", Holds::Whole(0, 99)), maybe("of", Holds::Whole(0, 99)), maybe("date", Holds::Time)];
static TEST: [Member; 2] = [maybe("detected", Holds::Truth), maybe("taken", Holds::Time)];
static RECOVERY: [Member; 2] = [maybe("counts_from", Holds::Time), maybe("counts_until", Holds::Time)];
static NATIONAL: [Member; 1] =
    [Member { name: "standing", holds: Holds::Word(&NationalStanding::NAMES), optional: false }];

/// The words of rule sets on entry.
pub static VOCABULARY: Vocabulary = Vocabulary {
    subject: "entry",
    outcomes: &["pass", "check", "stop"],
    sources: &["code"],
    kinds: &[
        kind("vaccination", &VACCINATION),
        kind("test", &TEST),
        kind("recovery", &RECOVERY),
        kind("cleared", &[]),
        kind("other", &[]),
        kind("national_code", &NATIONAL),
    ],
    ways_back: false,
};

/// What the national platform says of a code, or that it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NationalStanding {
    /// It counts, and is green.
    Green,
    /// It counts, and is yellow: the platform's data are normal, a temperature was not.
    Yellow,
    /// It counts, and is red.
    Red,
    /// It counts, and has no colour.
    None,
    /// It has ended.
    Expired,
    /// It was withdrawn.
    Withdrawn,
    /// There is no such code.
    Unknown,
    /// No answer that counts.
    Unavailable,
}

impl NationalStanding {
    /// Each.
    pub const ALL: [Self; 8] = [
        Self::Green,
        Self::Yellow,
        Self::Red,
        Self::None,
        Self::Expired,
        Self::Withdrawn,
        Self::Unknown,
        Self::Unavailable,
    ];
    const NAMES: [&str; 8] =
        ["green", "yellow", "red", "none", "expired", "withdrawn", "unknown", "unavailable"];

    /// The name that rule sets use.
    pub const fn as_str(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// What was shown on entering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// What a foreign credential states.
    Statements(&'a [Statement]),
    /// A national code of the online form.
    National(NationalStanding),
}

/// A rule set on entry, of which every reason is one of the verdict's table.
#[derive(Debug, Clone)]
pub struct EntryRules(RuleSet);

/// Why a rule set cannot judge entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotEntryRules {
    /// It is about something else.
    #[error("the rule set is not about entry")]
    Subject,
    /// A reason that the verdict's table does not have with this verdict.
    #[error("the reason {0} is none that an inspector is told with the verdict {1}")]
    Reason(String, &'static str),
}

/// Why there is no verdict of the rules. It is CHECK then, as without rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unjudged {
    /// What was shown does not fit the vocabulary.
    #[error(transparent)]
    Shown(#[from] ItemError),
    /// The rules came to no result, or are not in force.
    #[error(transparent)]
    Rules(#[from] Failed),
}

impl TryFrom<RuleSet> for EntryRules {
    type Error = NotEntryRules;

    fn try_from(set: RuleSet) -> Result<Self, NotEntryRules> {
        if set.vocabulary() != &VOCABULARY {
            return Err(NotEntryRules::Subject);
        }
        let given = set.rules().iter().map(|rule| (rule.reason(), rule.outcome()));
        for (reason, outcome) in given.chain([set.otherwise()]) {
            let verdict = VERDICTS[outcome];
            let known = if verdict == Verdict::Pass {
                reason == ACCEPTED
            } else {
                read(reason).is_some_and(|known| known.verdict() == verdict)
            };
            if !known {
                return Err(NotEntryRules::Reason(reason.to_owned(), verdict.as_str()));
            }
        }
        Ok(Self(set))
    }
}

impl EntryRules {
    /// Name and version.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// The verdict for entry and its reasons, in the order of the verdict's table; PASS has none.
    ///
    /// What is not about acceptance (signature, dates, temperature) is not asked here.
    pub fn judge(&self, shown: Shown<'_>, now: Timestamp) -> Result<(Verdict, Vec<Reason>), Unjudged> {
        let items: Vec<Item> = match shown {
            Shown::National(standing) => vec![item(
                json!({
                    "kind": "national_code", "standing": standing.as_str(),
                }),
                now,
            )?],
            Shown::Statements(statements) => {
                statements.iter().map(|statement| item(stated(statement), now)).collect::<Result<_, _>>()?
            }
        };
        let decided = self.0.decide(&items, Moment::from_millis(now.micros().div_euclid(1_000)))?;
        let verdict = VERDICTS[decided.outcome];
        let mut reasons: Vec<Reason> = decided.reasons.iter().filter_map(|reason| read(reason)).collect();
        reasons.sort_unstable();
        Ok((verdict, reasons))
    }
}

fn read(reason: &str) -> Option<Reason> {
    Reason::ALL.iter().copied().find(|known| known.as_str() == reason)
}

fn item(mut json: Value, now: Timestamp) -> Result<Item, ItemError> {
    json["at"] = now.to_string().into();
    json["source"] = "code".into();
    Item::read(&json, &VOCABULARY)
}

/// What a credential states. A date that it writes in another way than CertLogic reads is as good as none, and so is a
/// number of doses that nobody is given.
fn stated(statement: &Statement) -> Value {
    let time =
        |text: &Option<String>| text.as_deref().filter(|text| rules::set::is_time(text)).map(str::to_owned);
    let doses = |number: &Option<u32>| number.filter(|number| *number <= 99);
    match statement {
        Statement::Vaccination { dose, of, date } => {
            json!({"kind": "vaccination", "dose": doses(dose), "of": doses(of), "date": time(date)})
        }
        Statement::Test { detected, at } => json!({"kind": "test", "detected": detected, "taken": time(at)}),
        Statement::Recovery { from, until } => {
            json!({"kind": "recovery", "counts_from": time(from), "counts_until": time(until)})
        }
        Statement::Cleared => json!({"kind": "cleared"}),
        Statement::Other => json!({"kind": "other"}),
    }
}

static PUBLISHED: LazyLock<EntryRules> = LazyLock::new(|| {
    let text = include_str!("../../../rulesets/entry-acceptance-1.json");
    let set = RuleSet::read(text, &[&VOCABULARY]).expect("a test reads it");
    set.try_into().expect("a test reads it")
});

/// The acceptance rules that come with the program (decision 0006).
pub fn published() -> &'static EntryRules {
    &PUBLISHED
}
