//! What rule sets say, in the words of a language (`locales/*/colour.ftl` and those of the inspectors).

use domain::Timestamp;
use domain::entry;
use rules::set::{Moment, Rule, RuleSet, WayBack};
use server::words::{Language, Words};

/// The sentence of a reason.
pub fn reason(set: &RuleSet, code: &str, words: Words) -> String {
    words.t(&reason_key(set, code, words))
}

fn reason_key(set: &RuleSet, code: &str, words: Words) -> String {
    if set.vocabulary() != &entry::VOCABULARY {
        return format!("reason-{code}");
    }
    let code = code.replace('_', "-");
    let of_entry = format!("entry-reason-{code}");
    if words.has(&of_entry) { of_entry } else { format!("check-reason-{code}") }
}

/// An outcome.
pub fn outcome(set: &RuleSet, outcome: usize, words: Words) -> String {
    let name = set.vocabulary().outcomes[outcome];
    if set.vocabulary() == &entry::VOCABULARY {
        return words.t(&format!("check-verdict-{name}"));
    }
    words.t(&format!("my-code-colour-{name}"))
}

/// A kind of evidence.
pub fn evidence(set: &RuleSet, kind: usize, words: Words) -> String {
    words.t(&format!("evidence-{}", set.vocabulary().kinds[kind].name))
}

/// How a rule ends.
pub fn way_back(set: &RuleSet, way: WayBack, words: Words) -> String {
    words.t(&format!("way-back-{}", set.way_back_code(way)))
}

/// A moment, in the service's time zone.
pub fn time(moment: Moment, words: Words) -> String {
    let at = Timestamp::from_micros(moment.millis().saturating_mul(1_000)).local();
    let day = words.day(at.date());
    words.with("explain-time", &[("time", format!("{:02}:{:02}", at.hour(), at.minute())), ("day", day)])
}

/// What a set says and a language has no words for.
pub fn missing(set: &RuleSet, language: Language) -> Vec<String> {
    let words = Words(language);
    let reasons = set.reasons().into_iter().map(|code| (reason_key(set, code, words), code));
    let ways = set.rules().iter().flat_map(Rule::way_back);
    let ways = ways.map(|way| set.way_back_code(*way)).map(|code| (format!("way-back-{code}"), code));
    let mut missing: Vec<String> = reasons
        .chain(ways)
        .filter(|(key, _)| !words.has(key))
        .map(|(_, code)| format!("no words in {} for {code}", language.tag()))
        .collect();
    missing.dedup();
    missing
}
