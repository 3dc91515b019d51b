//! From the text of a file to a rule set, with everything that is wrong and where.

use std::collections::BTreeSet;
use std::fmt;

use super::format::{self, FORMAT, File, Strict};
use super::item::Item;
use super::moment::Moment;
use super::rule_set::{Example, Rule, RuleSet, WayBack};
use super::vocabulary::{COMMON, Holds, Vocabulary};
use crate::certlogic::{Expression, Issue};

/// The longest file, in bytes.
pub const MAX_FILE: usize = 1024 * 1024;
/// Rules of a set: whoever reads them has to keep them in mind.
const MAX_RULES: usize = 64;
const MAX_EXAMPLES: usize = 500;
/// Evidence of an example.
const MAX_EXAMPLE: usize = 32;
/// The longest name, in bytes.
const MAX_NAME: usize = 64;
/// The longest text about the source, or name of an example, in bytes.
const MAX_WORDS: usize = 500;

/// Not a rule set, with everything that is wrong; never empty. Places are JSON pointers into the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Vec<Issue>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issues: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&issues.join("; "))
    }
}

impl std::error::Error for Refused {}

impl RuleSet {
    /// Reads a rule set on one of these subjects.
    pub fn read(text: &str, vocabularies: &[&'static Vocabulary]) -> Result<Self, Refused> {
        let whole = |message: String| Refused(vec![Issue { place: String::new(), message }]);
        if text.len() > MAX_FILE {
            return Err(whole(format!("larger than {MAX_FILE} bytes")));
        }
        let file: File =
            serde_json::from_str(text).map_err(|error| whole(format!("not a rule set: {error}")))?;
        if file.format != FORMAT {
            return Err(whole(format!("the format is not {FORMAT}")));
        }
        let Some(vocabulary) = vocabularies.iter().find(|known| known.subject == file.subject) else {
            let known: Vec<_> = vocabularies.iter().map(|known| known.subject).collect();
            return Err(whole(format!("\"subject\" is none of {}", known.join(", "))));
        };
        let mut reader = Reader { vocabulary, issues: Vec::new() };
        match reader.set(file) {
            Some(set) if reader.issues.is_empty() => Ok(set),
            _ => Err(Refused(reader.issues)),
        }
    }
}

struct Reader {
    vocabulary: &'static Vocabulary,
    issues: Vec<Issue>,
}

impl Reader {
    fn wrong<T>(&mut self, place: impl Into<String>, message: impl Into<String>) -> Option<T> {
        self.issues.push(Issue { place: place.into(), message: message.into() });
        None
    }

    fn set(&mut self, file: File) -> Option<RuleSet> {
        self.name("/id", &file.id, '-');
        if file.version == 0 {
            self.wrong::<()>("/version", "versions begin with 1");
        }
        self.text("/jurisdiction", &file.jurisdiction);
        let format::Source { document, issuer, date, place } = &file.source;
        for (name, text) in [("document", document), ("issuer", issuer), ("date", date), ("place", place)] {
            self.text(&format!("/source/{name}"), text);
        }
        let from = self.moment("/valid/from", &file.valid.from);
        let until = file.valid.until.map(|until| self.moment("/valid/until", &until));
        if let (Some(from), Some(Some(until))) = (from, until)
            && until <= from
        {
            self.wrong::<()>("/valid/until", "not later than \"from\"");
        }
        let outcome = self.outcome("/otherwise/outcome", &file.otherwise.outcome);
        self.name("/otherwise/reason", &file.otherwise.reason, '_');
        let rules = self.rules(file.rules);
        let examples = self.examples(&file.examples);
        Some(RuleSet {
            id: file.id,
            version: file.version,
            jurisdiction: file.jurisdiction,
            from: from?,
            until: until.flatten(),
            source: file.source,
            vocabulary: self.vocabulary,
            otherwise: (outcome?, file.otherwise.reason),
            rules: rules?,
            examples: examples?,
        })
    }

    fn rules(&mut self, rules: Vec<format::Rule>) -> Option<Vec<Rule>> {
        if !(1..=MAX_RULES).contains(&rules.len()) {
            return self.wrong("/rules", format!("{} rules: 1 to {MAX_RULES}", rules.len()));
        }
        let mut names = BTreeSet::new();
        let mut read = Vec::with_capacity(rules.len());
        for (index, rule) in rules.into_iter().enumerate() {
            let place = format!("/rules/{index}");
            if !names.insert(rule.id.clone()) {
                self.wrong::<()>(format!("{place}/id"), "another rule has this id");
            }
            read.push(self.rule(&place, rule));
        }
        read.into_iter().collect()
    }

    fn rule(&mut self, place: &str, rule: format::Rule) -> Option<Rule> {
        self.name(&format!("{place}/id"), &rule.id, '-');
        self.name(&format!("{place}/reason"), &rule.reason, '_');
        let on = rule.on.map(|kinds| self.kinds(&format!("{place}/on"), &kinds));
        let outcome = self.outcome(&format!("{place}/outcome"), &rule.outcome);
        let duration = rule.duration.map(format::Span::millis);
        if duration == Some(0) || duration.is_some() && on.is_none() {
            let message =
                "a duration is longer than nothing, and runs from the time of one piece of evidence (\"on\")";
            self.wrong::<()>(format!("{place}/duration"), message);
        }
        let condition = self.condition(&format!("{place}/if"), &rule.condition.0, on.as_ref());
        let way_back = self.way_back(&format!("{place}/way_back"), &rule.way_back, outcome, duration);
        Some(Rule {
            id: rule.id,
            on: on.map_or(Some(None), |on| on.map(Some))?,
            condition: condition?,
            outcome: outcome?,
            reason: rule.reason,
            duration,
            way_back: way_back?,
            ground: rule.ground,
        })
    }

    fn kinds(&mut self, place: &str, names: &[String]) -> Option<Vec<usize>> {
        let mut kinds = Vec::new();
        for (index, name) in names.iter().enumerate() {
            match self.vocabulary.kind(name) {
                Some(kind) if !kinds.contains(&kind) => kinds.push(kind),
                Some(_) => return self.wrong(format!("{place}/{index}"), "stands here twice"),
                None => return self.wrong(format!("{place}/{index}"), self.no_kind()),
            }
        }
        if kinds.is_empty() {
            self.wrong(place, "names no kind: leave it out for all the evidence")
        } else {
            Some(kinds)
        }
    }

    fn no_kind(&self) -> String {
        let names: Vec<_> = self.vocabulary.kinds.iter().map(|kind| kind.name).collect();
        format!("no kind of evidence: {}", names.join(", "))
    }

    fn condition(
        &mut self,
        place: &str,
        json: &serde_json::Value,
        on: Option<&Option<Vec<usize>>>,
    ) -> Option<Expression> {
        let expression = match Expression::read(json) {
            Ok(expression) => expression,
            Err(invalid) => {
                let issues = invalid.issues().iter();
                self.issues.extend(issues.map(|issue| Issue {
                    place: format!("{place}{}", issue.place),
                    message: issue.message.clone(),
                }));
                return None;
            }
        };
        let all: Vec<usize> = (0..self.vocabulary.kinds.len()).collect();
        let item = on.map(|kinds| kinds.as_ref().unwrap_or(&all));
        let looks = expression.looks();
        let issues: Vec<Issue> = looks
            .iter()
            .filter_map(|look| {
                let message = self.unseen(&look.path, look.compared, item, &all)?;
                Some(Issue { place: format!("{place}{}", look.place), message })
            })
            .collect();
        let good = issues.is_empty();
        drop(looks);
        self.issues.extend(issues);
        good.then_some(expression)
    }

    /// Why a condition cannot look at this.
    fn unseen(
        &self,
        path: &[&str],
        compared: bool,
        item: Option<&Vec<usize>>,
        all: &[usize],
    ) -> Option<String> {
        match *path {
            ["now"] if compared => None,
            ["now"] => Some(
                "now may only be compared with another time: move what is added to the other side".into(),
            ),
            ["evidence"] => None,
            ["evidence", "*", ref member @ ..] => self.no_member(member, all),
            ["item", ref member @ ..] => match item {
                Some(kinds) => self.no_member(member, kinds),
                None => Some("a rule without \"on\" has no item".into()),
            },
            _ => Some("a condition looks at \"item\", \"evidence\" or \"now\" by its name".into()),
        }
    }

    fn no_member(&self, path: &[&str], kinds: &[usize]) -> Option<String> {
        let [name, rest @ ..] = path else { return Some("name the member of the evidence".into()) };
        let mut members = kinds.iter().filter_map(|kind| self.vocabulary.kinds[*kind].member(name));
        let found = match members.next() {
            Some(member) => rest.is_empty() || matches!(member.holds, Holds::Words(_)) && rest.len() == 1,
            None => rest.is_empty() && COMMON.contains(name),
        };
        let message = || format!("no evidence that the rule is about has this member: {}", path.join("."));
        (!found).then(message)
    }

    fn way_back(
        &mut self,
        place: &str,
        names: &[String],
        outcome: Option<usize>,
        duration: Option<i64>,
    ) -> Option<Vec<WayBack>> {
        let ways: Option<Vec<WayBack>> = names
            .iter()
            .map(|name| match name.as_str() {
                "time" => Some(WayBack::Time),
                "correction" => Some(WayBack::Correction),
                kind => self.vocabulary.kind(kind).map(WayBack::Evidence),
            })
            .collect();
        let Some(ways) = ways else {
            return self.wrong(place, format!("neither \"time\" nor \"correction\", and {}", self.no_kind()));
        };
        if ways.contains(&WayBack::Time) != duration.is_some() && self.vocabulary.ways_back {
            return self.wrong(place, "\"time\" is a way back where there is a duration, and only there");
        }
        if ways.is_empty() && outcome.is_some_and(|outcome| outcome > 0) && self.vocabulary.ways_back {
            return self.wrong(place, "nothing leads back");
        }
        Some(ways)
    }

    fn examples(&mut self, examples: &[format::Example]) -> Option<Vec<Example>> {
        if !(1..=MAX_EXAMPLES).contains(&examples.len()) {
            return self.wrong("/examples", format!("{} examples: 1 to {MAX_EXAMPLES}", examples.len()));
        }
        let read: Vec<_> = examples
            .iter()
            .enumerate()
            .map(|(index, example)| self.example(&format!("/examples/{index}"), example))
            .collect();
        read.into_iter().collect()
    }

    fn example(&mut self, place: &str, example: &format::Example) -> Option<Example> {
        self.text(&format!("{place}/name"), &example.name);
        let now = self.moment(&format!("{place}/now"), &example.now);
        let outcome = self.outcome(&format!("{place}/outcome"), &example.outcome);
        let until = example.until.as_ref().map(|until| self.moment(&format!("{place}/until"), until));
        let then = example.then.as_ref().map(|then| self.outcome(&format!("{place}/then"), then));
        if until.is_some() != then.is_some() {
            return self.wrong(place, "\"until\" and \"then\" are both null, or none of them is");
        }
        if example.evidence.len() > MAX_EXAMPLE {
            return self.wrong(format!("{place}/evidence"), format!("more than {MAX_EXAMPLE}"));
        }
        let mut evidence = Vec::new();
        for (index, Strict(json)) in example.evidence.iter().enumerate() {
            match Item::read(json, self.vocabulary) {
                Ok(item) => evidence.push(item),
                Err(error) => {
                    self.wrong::<()>(format!("{place}/evidence/{index}"), error.to_string());
                }
            }
        }
        let change = match (until, then) {
            (Some(until), Some(then)) => Some((until?, then?)),
            _ => None,
        };
        let (name, reasons) = (example.name.clone(), example.reasons.clone());
        Some(Example { name, evidence, now: now?, outcome: outcome?, reasons, change })
    }

    fn outcome(&mut self, place: &str, name: &str) -> Option<usize> {
        let known = || format!("no outcome: {}", self.vocabulary.outcomes.join(", "));
        match self.vocabulary.outcome(name) {
            Some(outcome) => Some(outcome),
            None => self.wrong(place, known()),
        }
    }

    fn moment(&mut self, place: &str, text: &str) -> Option<Moment> {
        text.parse().map_or_else(|error| self.wrong(place, format!("{error}")), Some)
    }

    fn name(&mut self, place: &str, text: &str, between: char) {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == between;
        if text.is_empty() || text.len() > MAX_NAME || !text.chars().all(fits) {
            let message = format!("1 to {MAX_NAME} characters of a to z, 0 to 9 and {between}");
            self.wrong::<()>(place, message);
        }
    }

    fn text(&mut self, place: &str, text: &str) {
        if text.trim().is_empty() || text.len() > MAX_WORDS {
            self.wrong::<()>(place, format!("1 to {MAX_WORDS} bytes of text"));
        }
    }
}
