//! The words of colours for the `rules` crate: what a rule on colours can ask for, and what can come of it.

use rules::set::{Holds, Kind, Member, Vocabulary};

use super::evidence::{EvidenceSource, TestMethod, TestOutcome};
use crate::declaration::Symptom;
use crate::report::READINGS;
use crate::residence::DIVISIONS;

const SITES: &[&str] = &["forehead", "ear", "armpit"];
const OUTCOMES: [&str; 4] = {
    let colours = super::Colour::BY_SEVERITY;
    [colours[0].as_str(), colours[1].as_str(), colours[2].as_str(), colours[3].as_str()]
};
const SYMPTOMS: [&str; 6] = {
    let all = Symptom::ALL;
    [all[0].as_str(), all[1].as_str(), all[2].as_str(), all[3].as_str(), all[4].as_str(), all[5].as_str()]
};

const fn member(name: &'static str, holds: Holds) -> Member {
    Member { name, holds, optional: false }
}

const fn kind(name: &'static str, members: &'static [Member]) -> Kind {
    Kind { name, members, newest_only: false }
}

static DECLARATION: [Member; 3] = [
    member("symptoms", Holds::Words(&SYMPTOMS)),
    member("contact", Holds::Truth),
    member("diagnosed", Holds::Truth),
];
static TEMPERATURE: [Member; 3] = [
    member("tenths", Holds::Whole(*READINGS.start() as i64, *READINGS.end() as i64)),
    member("site", Holds::Word(SITES)),
    Member { name: "division", holds: Holds::Word(&DIVISIONS), optional: true },
];
static TEST: [Member; 2] =
    [member("result", Holds::Word(TestOutcome::NAMES)), member("method", Holds::Word(TestMethod::NAMES))];

/// The words of rule sets on colours.
pub static VOCABULARY: Vocabulary = Vocabulary {
    subject: "colour",
    outcomes: &OUTCOMES,
    sources: EvidenceSource::NAMES,
    kinds: &[
        Kind { name: "declaration", members: &DECLARATION, newest_only: true },
        kind("temperature_report", &TEMPERATURE),
        kind("case_confirmed", &[]),
        kind("case_suspected", &[]),
        kind("case_contact", &[]),
        kind("case_asymptomatic", &[]),
        kind("test_result", &TEST),
        kind("isolation_end", &[]),
        kind("recovery", &[]),
    ],
    ways_back: true,
};

#[cfg(test)]
mod tests {
    use super::super::{Colour, EvidenceKind};
    use super::*;
    use crate::report::Site;

    #[test]
    fn the_words_are_those_of_the_types() {
        let names: Vec<_> = VOCABULARY.kinds.iter().map(|kind| kind.name).collect();
        assert_eq!(names, EvidenceKind::NAMES);
        assert_eq!(SITES, Site::ALL.iter().map(|site| site.as_str()).collect::<Vec<_>>());
        assert_eq!(OUTCOMES, Colour::BY_SEVERITY.map(Colour::as_str));
        assert_eq!(SYMPTOMS, Symptom::ALL.map(Symptom::as_str));
    }
}
