//! Situations in which a rule set is asked: each piece of evidence that its rules can tell apart, alone and before and
//! after each other one, at every moment at which anything turns.
//!
//! What rules can tell apart: every value of a short list of words; of long ones and of numbers those that stand in the
//! rules, with their neighbours and the ends of the range.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::decide::{Court, Failed, Fired};
use super::item::Item;
use super::moment::Moment;
use super::rule_set::RuleSet;
use super::vocabulary::{Holds, Kind, Member};
use crate::certlogic::Expression;

/// Words of a member up to which all are tried.
const FEW: usize = 8;
/// Pieces of evidence of one kind, and values of one member.
const MAX_OF_KIND: usize = 60;
/// Situations, with and without a second piece of evidence.
const MAX_SITUATIONS: usize = 20_000;
/// Work in all situations, in the evaluator's steps: some seconds.
const MAX_STEPS: usize = 50_000_000;
/// Moments of one situation.
const MAX_MOMENTS: usize = 40;
/// How much later the second piece of evidence is.
const LATER: i64 = 3_600_000;

/// What was seen.
#[derive(Default)]
pub struct Exploration {
    /// Situations that were looked at.
    pub situations: usize,
    /// Where conditions failed, and how.
    pub faults: BTreeMap<String, String>,
    /// A rule with the kind of evidence that was seen ending it.
    pub ended: BTreeSet<(usize, usize)>,
    steps: usize,
    held: BTreeSet<usize>,
    mattered: BTreeSet<usize>,
    /// For a rule, a more severe one beside which it held.
    outdone: BTreeMap<usize, usize>,
}

/// Asks the rules of `set`, as if it were in force for ever.
pub fn explore(set: &RuleSet) -> Exploration {
    let set = &RuleSet { until: None, ..set.clone() };
    let mut exploration = Exploration::default();
    let first = evidence(set, set.from);
    let second = evidence(set, set.from.plus_millis(LATER));
    exploration.walk(set, &[]);
    let alone: Vec<Vec<Fired>> =
        first.iter().map(|item| exploration.walk(set, std::slice::from_ref(item))).collect();
    for (item, alone) in first.iter().zip(&alone) {
        for other in &second {
            if exploration.situations >= MAX_SITUATIONS {
                return exploration;
            }
            if exploration.steps >= MAX_STEPS {
                let message = format!("asking the rules takes more than {MAX_STEPS} steps");
                exploration.faults.insert("/rules".to_owned(), message);
                return exploration;
            }
            let both = [item.clone(), other.clone()];
            exploration.walk(set, &both);
            exploration.compare(set, &both, alone);
        }
    }
    exploration
}

impl Exploration {
    /// Looks at every moment, and says what held at the first one.
    fn walk(&mut self, set: &RuleSet, items: &[Item]) -> Vec<Fired> {
        self.situations += 1;
        let mut at = set.from;
        let mut first = None;
        let Ok(mut court) = Court::new(set, items, at) else { return Vec::new() };
        for _ in 0..MAX_MOMENTS {
            match court.look(at) {
                Ok(seen) => {
                    self.note(set, &seen.fired);
                    first.get_or_insert(seen.fired);
                    let Some(next) = seen.next else { break };
                    at = next;
                }
                Err(failed) => {
                    self.fault(failed);
                    break;
                }
            }
        }
        self.steps += court.taken();
        first.unwrap_or_default()
    }

    fn fault(&mut self, failed: Failed) {
        let (place, message) = match failed {
            Failed::Rule { place, problem } => (place, problem),
            other => ("/rules".to_owned(), other.to_string()),
        };
        self.faults.entry(place).or_insert(message);
    }

    /// Which rules that held on the first piece alone do not hold on it when the second has come.
    fn compare(&mut self, set: &RuleSet, both: &[Item; 2], alone: &[Fired]) {
        let at = both[1].at;
        let look = |items| Court::new(set, items, at).and_then(|mut court| court.look(at));
        let (Ok(still), Ok(now)) = (look(&both[..1]), look(both)) else { return };
        let holds = |fired: &[Fired], rule| fired.iter().any(|f| f.rule == rule && f.evidence != Some(1));
        for fired in alone {
            if holds(&still.fired, fired.rule) && !holds(&now.fired, fired.rule) {
                self.ended.insert((fired.rule, both[1].kind));
            }
        }
    }

    /// Notes what held together.
    pub fn note(&mut self, set: &RuleSet, fired: &[Fired]) {
        let decides: BTreeSet<usize> = fired.iter().filter(|f| f.decides).map(|f| f.rule).collect();
        for rule in fired.iter().map(|fired| fired.rule) {
            self.held.insert(rule);
            if !decides.contains(&rule) {
                if let Some(other) = decides.first() {
                    self.outdone.entry(rule).or_insert(*other);
                }
                continue;
            }
            let reason = &set.rules[rule].reason;
            match decides.iter().find(|other| **other != rule && set.rules[**other].reason == *reason) {
                Some(other) => {
                    self.outdone.entry(rule).or_insert(*other);
                }
                None => {
                    self.mattered.insert(rule);
                }
            }
        }
    }

    /// Whether a rule was seen holding.
    pub fn fires(&self, rule: usize) -> bool {
        self.held.contains(&rule)
    }

    /// Why a rule makes no difference; `None` if it was seen making one.
    pub fn idle(&self, set: &RuleSet, rule: usize) -> Option<String> {
        if self.mattered.contains(&rule) {
            return None;
        }
        Some(match self.outdone.get(&rule) {
            Some(other) => {
                let other = &set.rules[*other].id;
                format!(
                    "never makes a difference: wherever it holds, another rule says as much, such as {other}"
                )
            }
            None => {
                "never holds: its condition contradicts itself, or asks for what no evidence says".to_owned()
            }
        })
    }
}

/// Every piece of evidence at `at` that the rules of `set` can tell apart.
fn evidence(set: &RuleSet, at: Moment) -> Vec<Item> {
    let mut literals = Literals::default();
    set.rules.iter().for_each(|rule| literals.add(&rule.condition));
    let sources = if literals.source { set.vocabulary.sources } else { &set.vocabulary.sources[..1] };
    let mut all = Vec::new();
    for kind in set.vocabulary.kinds {
        for source in sources {
            let mut base = Map::new();
            base.insert("kind".into(), kind.name.into());
            base.insert("at".into(), at.to_string().into());
            base.insert("source".into(), (*source).into());
            let made = variants(kind, base, &literals);
            all.extend(made.into_iter().filter_map(|json| Item::read(&json, set.vocabulary).ok()));
        }
    }
    all
}

fn variants(kind: &Kind, base: Map<String, Json>, literals: &Literals) -> Vec<Json> {
    let mut made = vec![base];
    for member in kind.members {
        let values = literals.values(member);
        let with = |base: &Map<String, Json>, value: &Json| {
            let mut base = base.clone();
            base.insert(member.name.into(), value.clone());
            base
        };
        made = made
            .iter()
            .flat_map(|base| values.iter().map(|value| with(base, value)))
            .take(MAX_OF_KIND)
            .collect();
    }
    made.into_iter().map(Json::Object).collect()
}

/// What stands in the rules.
#[derive(Default)]
struct Literals {
    texts: BTreeSet<String>,
    integers: BTreeSet<i64>,
    /// Whether any rule asks who stated the evidence.
    source: bool,
}

impl Literals {
    fn add(&mut self, condition: &Expression) {
        let (texts, integers) = condition.literals();
        self.texts.extend(texts.into_iter().map(str::to_owned));
        self.integers.extend(integers);
        self.source |= condition.looks().iter().any(|look| look.path.last() == Some(&"source"));
    }

    fn values(&self, member: &Member) -> Vec<Json> {
        let mut values: Vec<Json> = match &member.holds {
            Holds::Truth => vec![false.into(), true.into()],
            Holds::Whole(least, most) => {
                let near = self.integers.iter().flat_map(|n| [n - 1, *n, n + 1]);
                let near = near.filter(|n| (*least..=*most).contains(n)).take(MAX_OF_KIND);
                let all: BTreeSet<i64> = near.chain([*least, *most]).collect();
                all.into_iter().map(Json::from).collect()
            }
            Holds::Word(words) => self.words(words).into_iter().map(Json::from).collect(),
            Holds::Words(words) => {
                let one = self.words(words).into_iter().map(|word| Json::from(vec![word]));
                std::iter::once(Json::from(Vec::<Json>::new())).chain(one).collect()
            }
            Holds::Time => ["1900-01-01", "9000-01-01"].map(Json::from).into(),
        };
        if member.optional {
            values.push(Json::Null);
        }
        values
    }

    /// All words of a short list; of a long one those that stand in the rules, and one that does not.
    fn words<'w>(&self, words: &[&'w str]) -> Vec<&'w str> {
        if words.len() <= FEW {
            return words.to_vec();
        }
        let (named, others): (Vec<_>, Vec<_>) = words.iter().partition(|word| self.texts.contains(**word));
        named.into_iter().chain(others.into_iter().take(1)).collect()
    }
}
