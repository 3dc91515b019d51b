//! `tongxing rules explain`: what rule sets decide on evidence, and why, in words.

use std::path::{Path, PathBuf};

use clap::Args;
use rules::refused;
use rules::set::{Decided, Fired, Ground, Item, MAX_FILE, Moment, RuleSet};
use serde_json::{Map, Value, json};
use server::words::{Language, Words};

use super::super::verify::input;
use super::{VOCABULARIES, each_line, words};
use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;

const FORM: &str = r#"expected an object {"evidence": [<evidence>, …], "now": "<date-time>"}"#;

/// Explain decisions line by line: {"evidence": […], "now": "2020-04-05T10:00:00+08:00"} in, outcome, reasons, since,
/// until and every rule that holds, with the evidence on which it does, out.
///
/// Of the rule sets that are given the one decides that is in force at that moment and came into force last. A bad line
/// has its error, {"error": {"kind", "message", "place"}}, and the run goes on; no error repeats the evidence. The exit
/// status is 0 when all lines have been answered.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Args)]
pub struct Explain {
    /// The language of the words: en, zh-Hans or zh-Hant
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = language)]
    language: Language,
    /// Rule sets on one subject
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "expected en, zh-Hans or zh-Hant".to_owned())
}

impl Explain {
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let sets: Vec<RuleSet> = self.files.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
        if sets.iter().any(|set| set.vocabulary() != sets[0].vocabulary()) {
            return Err(Failure::new("the rule sets are about different subjects")
                .advice("give those of one subject"));
        }
        each_line(output, |line| explained(line, &sets, Words(self.language)))
    }
}

fn read(path: &Path) -> Result<RuleSet, Failure> {
    let failed = |error: String| {
        Failure::new(format!("cannot use {}: {error}", path.display()))
            .advice("see: tongxing rules check FILE")
    };
    let bytes = input::file(path, u64::try_from(MAX_FILE).unwrap_or(u64::MAX))?;
    let text = String::from_utf8(bytes).map_err(|_| failed("not UTF-8".to_owned()))?;
    RuleSet::read(&text, &VOCABULARIES).map_err(|refused| failed(refused.to_string()))
}

/// What is wrong with a line.
fn wrong(kind: &str, place: &str, message: &str) -> Value {
    json!({"error": {"kind": kind, "place": place, "message": message}})
}

fn explained(line: &str, sets: &[RuleSet], words: Words) -> Value {
    let object: Map<String, Value> = match serde_json::from_str(line) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return refused(FORM),
        Err(error) => return refused(&format!("not JSON: {error}")),
    };
    let (Some(Value::Array(evidence)), Some(Value::String(now))) =
        (object.get("evidence"), object.get("now"))
    else {
        return refused(FORM);
    };
    let now: Moment = match now.parse() {
        Ok(now) => now,
        Err(error) => return wrong("line", "/now", &format!("{error}")),
    };
    let mut items = Vec::with_capacity(evidence.len());
    for (index, json) in evidence.iter().enumerate() {
        match Item::read(json, sets[0].vocabulary()) {
            Ok(item) => items.push(item),
            Err(error) => return wrong("evidence", &format!("/evidence/{index}"), &error.to_string()),
        }
    }
    let Some(set) = sets.iter().filter(|set| set.in_force(now)).max_by_key(|set| (set.from(), set.version()))
    else {
        return wrong("no_rules", "/now", "no rule set that was given is in force at this moment");
    };
    match set.decide(&items, now).and_then(|decided| Ok((decided, set.since(&items, now)?))) {
        Ok((decided, since)) => Told { set, items: &items, words }.decision(&decided, since),
        Err(failed) => wrong("failed", "", &failed.to_string()),
    }
}

/// Tells a decision.
struct Told<'a> {
    set: &'a RuleSet,
    items: &'a [Item],
    words: Words,
}

impl Told<'_> {
    fn decision(&self, decided: &Decided, since: Option<Moment>) -> Value {
        let name = |outcome: usize| self.set.vocabulary().outcomes[outcome];
        let reasons: Vec<Value> = decided
            .reasons
            .iter()
            .map(|code| json!({"code": code, "words": words::reason(self.set, code, self.words)}))
            .collect();
        json!({
            "rule_set": self.set.name(),
            "outcome": name(decided.outcome),
            "reasons": reasons,
            "since": since.map(|since| since.to_string()),
            "until": decided.change.map(|change| change.at.to_string()),
            "then": decided.change.map(|change| name(change.outcome)),
            "next": decided.next.map(|next| next.to_string()),
            "fired": decided.fired.iter().map(|fired| self.fired(fired)).collect::<Vec<_>>(),
            "words": self.sentences(decided, since),
        })
    }

    fn fired(&self, fired: &Fired) -> Value {
        let rule = &self.set.rules()[fired.rule];
        let ways: Vec<Value> = rule
            .way_back()
            .iter()
            .map(|way| {
                let code = self.set.way_back_code(*way);
                json!({"code": code, "words": words::way_back(self.set, *way, self.words)})
            })
            .collect();
        json!({
            "rule": rule.id(),
            "evidence": fired.evidence,
            "reference": fired.evidence.and_then(|place| self.items[place].reference()),
            "outcome": self.set.vocabulary().outcomes[rule.outcome()],
            "reason": rule.reason(),
            "decides": fired.decides,
            "ground": match rule.ground() { Ground::Source => "source", Ground::Service => "service" },
            "way_back": ways,
            "words": self.why(fired),
        })
    }

    /// Why a rule holds.
    fn why(&self, fired: &Fired) -> String {
        let rule = &self.set.rules()[fired.rule];
        let (name, reason) = (rule.id().to_owned(), words::reason(self.set, rule.reason(), self.words));
        let mut why = match fired.evidence.map(|place| &self.items[place]) {
            Some(item) => {
                let evidence = words::evidence(self.set, item.kind(), self.words);
                let time = words::time(item.at(), self.words);
                let values = [("rule", name), ("evidence", evidence), ("time", time), ("reason", reason)];
                self.words.with("explain-on", &values)
            }
            None => self.words.with("explain-on-all", &[("rule", name), ("reason", reason)]),
        };
        if !fired.decides {
            why.push(' ');
            why.push_str(&self.words.t("explain-lesser"));
        }
        why
    }

    /// The whole in sentences: outcome, why, until when.
    fn sentences(&self, decided: &Decided, since: Option<Moment>) -> Vec<String> {
        let outcome = |outcome| words::outcome(self.set, outcome, self.words);
        let (name, set) = (outcome(decided.outcome), self.set.name());
        let mut sentences = vec![match since {
            Some(since) => {
                let since = words::time(since, self.words);
                self.words.with("explain-outcome", &[("outcome", name), ("since", since), ("set", set)])
            }
            None => self.words.with("explain-outcome-now", &[("outcome", name), ("set", set)]),
        }];
        sentences.extend(decided.fired.iter().map(|fired| self.why(fired)));
        if decided.fired.is_empty() {
            let reason = words::reason(self.set, self.set.otherwise().0, self.words);
            sentences.push(self.words.t1("explain-none", "reason", reason));
        }
        sentences.push(match decided.change {
            Some(change) => {
                let (time, then) = (words::time(change.at, self.words), outcome(change.outcome));
                self.words.with("explain-until", &[("time", time), ("outcome", then)])
            }
            None => self.words.t("explain-stays"),
        });
        sentences
    }
}
