//! The decision: which rules hold on which evidence, the most severe of them, and when that changes by itself.

use super::item::Item;
use super::moment::Moment;
use super::rule_set::{Rule, RuleSet};
use crate::certlogic::{Evaluator, Problem, Value};

/// The most evidence that is looked at for one decision. A person has a handful.
pub const MAX_EVIDENCE: usize = 256;
/// The work for one decision, in the evaluator's steps. A usual one takes hundreds, one on [`MAX_EVIDENCE`] pieces under
/// the published sets less than a million a moment; reaching the limit takes less than half a second.
pub(super) const MAX_STEPS: usize = 2_000_000;

/// What a rule set says of evidence at a moment. Outcomes and rules are places in the vocabulary and in the set,
/// evidence is a place in what was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The most severe outcome that holds.
    pub outcome: usize,
    /// The codes of the reasons for it, in the order of the rules.
    pub reasons: Vec<String>,
    /// Every rule that holds, with the evidence on which it does, in the order of the rules and of time.
    pub fired: Vec<Fired>,
    /// The first moment at which this may be different if nothing else happens: nobody has to ask before it. `None` if
    /// it stays for ever.
    pub next: Option<Moment>,
    /// The first moment at which the outcome is another, and which; `None` if it stays as long as the set is in force, or
    /// if finding out takes too much work.
    pub change: Option<Change>,
}

/// An outcome that comes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Moment,
    /// To which.
    pub outcome: usize,
}

/// A rule that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fired {
    /// Which rule of the set.
    pub rule: usize,
    /// On which piece of what was given; `None` for a rule about all the evidence.
    pub evidence: Option<usize>,
    /// Whether it is as severe as the decision.
    pub decides: bool,
}

/// Why there is no decision. There is no outcome then, and nobody may take another one in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failed {
    /// The set is not in force at this moment.
    #[error("the rule set is not in force at this moment")]
    NotInForce,
    /// More evidence than [`MAX_EVIDENCE`].
    #[error("more than {MAX_EVIDENCE} pieces of evidence")]
    Evidence,
    /// A condition came to no result.
    #[error("{place}: {problem}")]
    Rule {
        /// A JSON pointer into the rule set.
        place: String,
        /// What is wrong; nothing of the evidence.
        problem: String,
    },
    /// Too much work.
    #[error("the decision takes more than {MAX_STEPS} steps")]
    Steps,
}

impl RuleSet {
    /// Decides. The same evidence gives the same decision, in whatever order and however often it is given.
    pub fn decide(&self, evidence: &[Item], now: Moment) -> Result<Decided, Failed> {
        let mut court = Court::new(self, evidence, now)?;
        let Seen { outcome, reasons, fired, next } = court.look(now)?;
        let change = match court.change(outcome, next) {
            // What it is now is known, and when to ask again: that is a decision.
            Err(Failed::Steps) => None,
            found => found?,
        };
        Ok(Decided { outcome, reasons, fired, next, change })
    }

    /// Since when the outcome has been what it is at `now`, by this evidence and this set alone: at the earliest since
    /// the set is in force. `None` if finding out takes too much work.
    pub fn since(&self, evidence: &[Item], now: Moment) -> Result<Option<Moment>, Failed> {
        match Court::new(self, evidence, now)?.since(now) {
            Err(Failed::Steps) => Ok(None),
            found => found.map(Some),
        }
    }
}

/// What a look at one moment shows.
pub(super) struct Seen {
    pub(super) outcome: usize,
    pub(super) reasons: Vec<String>,
    pub(super) fired: Vec<Fired>,
    pub(super) next: Option<Moment>,
}

/// A set with evidence in its one order: by time, then by content, equal ones once.
pub(super) struct Court<'a> {
    set: &'a RuleSet,
    items: Vec<(usize, &'a Item)>,
    evaluator: Evaluator,
}

impl<'a> Court<'a> {
    pub(super) fn new(set: &'a RuleSet, evidence: &'a [Item], now: Moment) -> Result<Self, Failed> {
        if evidence.len() > MAX_EVIDENCE {
            return Err(Failed::Evidence);
        }
        if !set.in_force(now) {
            return Err(Failed::NotInForce);
        }
        let mut items: Vec<(usize, &Item)> = evidence.iter().enumerate().collect();
        items.sort_by(|(_, a), (_, b)| (a.at, &a.key).cmp(&(b.at, &b.key)));
        items.dedup_by(|(_, a), (_, b)| a == b);
        Ok(Self { set, items, evaluator: Evaluator::new(MAX_STEPS) })
    }

    /// The first moment from `later` on at which the outcome is another.
    fn change(&mut self, outcome: usize, mut later: Option<Moment>) -> Result<Option<Change>, Failed> {
        while let Some(at) = later.filter(|at| self.set.in_force(*at)) {
            let seen = self.look(at)?;
            if seen.outcome != outcome {
                return Ok(Some(Change { at, outcome: seen.outcome }));
            }
            later = seen.next;
        }
        Ok(None)
    }

    fn since(&mut self, now: Moment) -> Result<Moment, Failed> {
        let mut at = self.set.from;
        let (mut since, mut outcome) = (at, None);
        loop {
            let seen = self.look(at)?;
            if outcome != Some(seen.outcome) {
                (since, outcome) = (at, Some(seen.outcome));
            }
            match seen.next.filter(|next| *next <= now) {
                Some(next) => at = next,
                None => return Ok(since),
            }
        }
    }

    /// How many steps were taken.
    pub(super) fn taken(&self) -> usize {
        MAX_STEPS - self.evaluator.left()
    }

    pub(super) fn look(&mut self, now: Moment) -> Result<Seen, Failed> {
        let mut next = Next { now, first: self.set.until };
        let standing = self.standing(now, &mut next);
        let shown = standing.iter().map(|(_, item)| Value::of(&item.shown)).collect();
        let shown = Value::list(shown).map_err(|_| Failed::Steps)?;
        let set = self.set;
        let mut fired = Vec::new();
        for (index, rule) in set.rules.iter().enumerate() {
            if rule.on.is_none() {
                if self.holds(index, Value::Null, &shown, now)? {
                    fired.push(Fired { rule: index, evidence: None, decides: false });
                }
                next.at(self.turn());
            }
            for (place, item) in standing.iter().filter(|(_, item)| rule.is_about(item)) {
                let ends = rule.duration.map(|duration| item.at.plus_millis(duration));
                if ends.is_some_and(|ends| ends <= now) {
                    continue;
                }
                if self.holds(index, Value::of(&item.shown), &shown, now)? {
                    next.at(ends);
                    fired.push(Fired { rule: index, evidence: Some(*place), decides: false });
                }
                // What would turn when the duration is over turns nothing.
                next.at(self.turn().filter(|turn| ends.is_none_or(|ends| *turn < ends)));
            }
        }
        Ok(set.weigh(fired, next.first))
    }

    /// When the condition that was asked last turns.
    fn turn(&mut self) -> Option<Moment> {
        self.evaluator.take_turn().map(Moment::of_utc)
    }

    /// The evidence that counts at a moment.
    fn standing(&self, now: Moment, next: &mut Next) -> Vec<(usize, &'a Item)> {
        let counts = |item: &Item| item.begins <= now && item.ends.is_none_or(|ends| now < ends);
        let newest = |kind: usize| {
            let of_kind = self.items.iter().filter(|(_, item)| item.kind == kind && counts(item));
            of_kind.map(|(_, item)| item.at).max()
        };
        let mut standing = Vec::with_capacity(self.items.len());
        for (place, item) in &self.items {
            next.at(Some(item.begins));
            next.at(item.ends);
            let replaced =
                self.set.vocabulary.kinds[item.kind].newest_only && newest(item.kind) != Some(item.at);
            if counts(item) && !replaced {
                standing.push((*place, *item));
            }
        }
        standing
    }

    fn holds(
        &mut self,
        index: usize,
        item: Value<'a>,
        evidence: &Value<'a>,
        now: Moment,
    ) -> Result<bool, Failed> {
        if !self.evaluator.step() {
            return Err(Failed::Steps);
        }
        let members = [("evidence", evidence.clone()), ("item", item), ("now", Value::Now(now.utc()))];
        let scene = Value::scene(members).map_err(|_| Failed::Steps)?;
        let rule = &self.set.rules[index];
        rule.condition.holds(&scene, &mut self.evaluator).map_err(|fault| match fault.problem {
            Problem::Steps => Failed::Steps,
            problem => Failed::Rule {
                place: format!("/rules/{index}/if{}", fault.place),
                problem: problem.to_string(),
            },
        })
    }
}

impl Rule {
    fn is_about(&self, item: &Item) -> bool {
        self.on.as_ref().is_some_and(|kinds| kinds.contains(&item.kind))
    }
}

impl RuleSet {
    /// The most severe of what holds, with its reasons.
    fn weigh(&self, mut fired: Vec<Fired>, next: Option<Moment>) -> Seen {
        let severest = fired.iter().map(|fired| self.rules[fired.rule].outcome).max();
        let Some(outcome) = severest else {
            let (outcome, reason) = &self.otherwise;
            return Seen { outcome: *outcome, reasons: vec![reason.clone()], fired, next };
        };
        let mut reasons: Vec<String> = Vec::new();
        for fired in &mut fired {
            let rule = &self.rules[fired.rule];
            fired.decides = rule.outcome == outcome;
            if fired.decides && !reasons.contains(&rule.reason) {
                reasons.push(rule.reason.clone());
            }
        }
        Seen { outcome, reasons, fired, next }
    }
}

/// The first moment after `now` at which anything begins, ends or turns.
struct Next {
    now: Moment,
    first: Option<Moment>,
}

impl Next {
    fn at(&mut self, moment: Option<Moment>) {
        if let Some(moment) = moment.filter(|moment| *moment > self.now) {
            self.first = Some(self.first.map_or(moment, |first| first.min(moment)));
        }
    }
}
