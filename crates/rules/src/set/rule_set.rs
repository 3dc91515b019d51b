//! A rule set that has been read: every name is known, every condition valid.

use super::format::{Ground, Source};
use super::item::Item;
use super::moment::Moment;
use super::vocabulary::Vocabulary;
use crate::certlogic::Expression;

/// A rule set. Read once ([`RuleSet::read`]), decides as often as there is evidence.
#[derive(Debug, Clone)]
pub struct RuleSet {
    pub(super) id: String,
    pub(super) version: u32,
    pub(super) jurisdiction: String,
    pub(super) from: Moment,
    pub(super) until: Option<Moment>,
    pub(super) source: Source,
    pub(super) vocabulary: &'static Vocabulary,
    /// Outcome and reason where no rule holds.
    pub(super) otherwise: (usize, String),
    pub(super) rules: Vec<Rule>,
    pub(super) examples: Vec<Example>,
}

/// A rule of a set.
#[derive(Debug, Clone)]
pub struct Rule {
    pub(super) id: String,
    /// Kinds of evidence by their place in the vocabulary; `None`: it is asked once about all the evidence.
    pub(super) on: Option<Vec<usize>>,
    pub(super) condition: Expression,
    pub(super) outcome: usize,
    pub(super) reason: String,
    /// In milliseconds from the time of the evidence.
    pub(super) duration: Option<i64>,
    pub(super) way_back: Vec<WayBack>,
    pub(super) ground: Ground,
}

/// How a rule that holds ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayBack {
    /// By itself, when its duration is over.
    Time,
    /// When the office that stated the evidence corrects it.
    Correction,
    /// When evidence of this kind of the vocabulary comes.
    Evidence(usize),
}

/// Evidence and a moment, with what has to come out.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) name: String,
    pub(super) evidence: Vec<Item>,
    pub(super) now: Moment,
    pub(super) outcome: usize,
    pub(super) reasons: Vec<String>,
    pub(super) change: Option<(Moment, usize)>,
}

impl RuleSet {
    /// Its id and version as decisions and leaves of the log name it, such as `hubei-colours-3`.
    pub fn name(&self) -> String {
        format!("{}-{}", self.id, self.version)
    }

    /// Its id, which all its versions share.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Where it is in force (ISO 3166).
    pub fn jurisdiction(&self) -> &str {
        &self.jurisdiction
    }

    /// The moment from which on it is in force.
    pub fn from(&self) -> Moment {
        self.from
    }

    /// The moment before which it is in force; `None` while there is no end.
    pub fn until(&self) -> Option<Moment> {
        self.until
    }

    /// Whether it is in force at a moment.
    pub fn in_force(&self, now: Moment) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    /// Where its rules were published.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The words that it speaks.
    pub fn vocabulary(&self) -> &'static Vocabulary {
        self.vocabulary
    }

    /// Its rules, in the order in which reasons are given.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Reason and outcome where no rule holds.
    pub fn otherwise(&self) -> (&str, usize) {
        (&self.otherwise.1, self.otherwise.0)
    }

    /// The code of how a rule ends: `time`, `correction`, or a kind of evidence. Its words are `way-back-<code>`.
    pub fn way_back_code(&self, way: WayBack) -> &'static str {
        match way {
            WayBack::Time => "time",
            WayBack::Correction => "correction",
            WayBack::Evidence(kind) => self.vocabulary.kinds[kind].name,
        }
    }

    /// Every reason that it can give, each once: all of them need words.
    pub fn reasons(&self) -> Vec<&str> {
        let mut reasons: Vec<&str> = self.rules.iter().map(|rule| &*rule.reason).collect();
        reasons.push(&self.otherwise.1);
        reasons.sort_unstable();
        reasons.dedup();
        reasons
    }
}

impl Rule {
    /// Its name within the set.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How severe its outcome is: its place in the vocabulary's outcomes.
    pub fn outcome(&self) -> usize {
        self.outcome
    }

    /// The code of its reason.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// How it ends.
    pub fn way_back(&self) -> &[WayBack] {
        &self.way_back
    }

    /// Whose words it rests on.
    pub fn ground(&self) -> Ground {
        self.ground
    }

    /// For how many milliseconds from the time of the evidence it holds at most.
    pub fn duration(&self) -> Option<i64> {
        self.duration
    }
}
