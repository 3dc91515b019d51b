//! What can be wrong with a rule set that can be read: examples that come out otherwise, rules that make no difference,
//! ways back that lead nowhere, evidence on which a condition fails.

use super::decide::Decided;
use super::explore::{Exploration, explore};
use super::rule_set::{Example, RuleSet, WayBack};
use crate::certlogic::Issue;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong, each with its place as a JSON pointer; empty for a set that can be published.
    pub findings: Vec<Issue>,
    /// How many examples were run.
    pub examples: usize,
    /// In how many situations the rules were asked.
    pub situations: usize,
}

/// Runs the examples, and asks the rules about every piece of evidence that they can tell apart, alone and in pairs.
///
/// A rule is found unless it was seen making a difference: a moment in an example or in an explored situation at which the
/// colour or a reason would be another without it. So a rule that is not found can decide, and why is known. A rule that
/// needs three pieces of evidence together is found until an example shows it.
pub fn check(set: &RuleSet) -> Checked {
    let mut exploration = explore(set);
    let mut findings = Vec::new();
    let mut shown = vec![false; set.rules.len()];
    for (index, example) in set.examples.iter().enumerate() {
        let place = format!("/examples/{index}");
        match set.decide(&example.evidence, example.now) {
            Err(failed) => findings.push(issue(place, format!("{}: {failed}", example.name))),
            Ok(decided) => {
                findings.extend(different(set, example, &decided).map(|message| issue(place, message)));
                decided.fired.iter().filter(|fired| fired.decides).for_each(|fired| shown[fired.rule] = true);
                exploration.note(set, &decided.fired);
            }
        }
    }
    for (index, rule) in set.rules.iter().enumerate() {
        let place = format!("/rules/{index}");
        if let Some(message) = exploration.idle(set, index) {
            findings.push(issue(place.clone(), format!("{}: {message}", rule.id)));
        } else if !shown[index] {
            findings.push(issue(place.clone(), format!("{}: no example in which it decides", rule.id)));
        }
        for way in &rule.way_back {
            if let Some(kind) = closed(&exploration, index, *way) {
                let message = format!("{}: no {} ends it", rule.id, set.vocabulary.kinds[kind].name);
                findings.push(issue(format!("{place}/way_back"), message));
            }
        }
    }
    findings.extend(exploration.faults.into_iter().map(|(place, message)| {
        issue(place, format!("{message}: evidence that there can be leads to this"))
    }));
    Checked { findings, examples: set.examples.len(), situations: exploration.situations }
}

fn issue(place: String, message: String) -> Issue {
    Issue { place, message }
}

/// The kind of evidence that should end a rule, and was seen ending nothing where the rule held.
fn closed(exploration: &Exploration, rule: usize, way: WayBack) -> Option<usize> {
    let WayBack::Evidence(kind) = way else { return None };
    (exploration.fires(rule) && !exploration.ended.contains(&(rule, kind))).then_some(kind)
}

/// What an example says otherwise.
fn different(set: &RuleSet, example: &Example, decided: &Decided) -> Option<String> {
    let name = |outcome: usize| set.vocabulary.outcomes[outcome];
    let change = |change: Option<(super::Moment, usize)>| {
        change.map_or("for ever".to_owned(), |(at, then)| format!("until {at}, then {}", name(then)))
    };
    let came = decided.change.map(|change| (change.at, change.outcome));
    if (example.outcome, &example.reasons, example.change) == (decided.outcome, &decided.reasons, came) {
        return None;
    }
    Some(format!(
        "{}: is {} for {} {}, and not {} for {} {}",
        example.name,
        name(decided.outcome),
        decided.reasons.join(", "),
        change(came),
        name(example.outcome),
        example.reasons.join(", "),
        change(example.change),
    ))
}
