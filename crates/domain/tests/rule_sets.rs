//! The published rule sets: their examples, and what they say at their edges. What holds of them whatever is on record is in
//! `rule_properties`.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use credential::{Acceptance, Reason, Statement, Verdict};
use domain::colour::{
    Colour, Evidence, EvidenceSource, Fact, TestMethod, TestOutcome, Undecided, VOCABULARY, decide, in_force,
    published,
};
use domain::declaration::Symptom;
use domain::entry::{self, EntryRules, NationalStanding, NotEntryRules, Shown};
use domain::report::Site;
use domain::{Id, Timestamp};
use rules::set::{Checked, RuleSet, check};

const DAY: Duration = Duration::from_hours(24);
const HOUR: Duration = Duration::from_hours(1);

/// 2020-03-01T00:00:00+08:00.
fn march() -> Timestamp {
    Timestamp::from_seconds(1_582_992_000)
}

fn after(days: u32, hours: u32) -> Timestamp {
    march().plus(DAY * days).plus(HOUR * hours)
}

#[test]
fn every_published_file_is_read_and_nothing_is_wrong_with_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulesets");
    let mut names = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let set = RuleSet::read(&text, &[&VOCABULARY, &entry::VOCABULARY]).unwrap();
        let Checked { findings, examples, situations } = check(&set);
        assert_eq!(findings, [], "{}", path.display());
        assert!(examples > 0 && situations > examples);
        assert_eq!(path.file_stem().unwrap().to_str().unwrap(), set.name());
        names.push(set.name());
    }
    let mut built_in: Vec<_> = published().iter().map(RuleSet::name).collect();
    built_in.push(entry::published().name());
    names.sort();
    built_in.sort();
    assert_eq!(built_in, names, "the program carries every published set");
}

#[test]
fn the_sets_of_hubei_follow_each_other_without_a_gap() {
    let hubei: Vec<_> = published().iter().filter(|set| set.id() == "hubei-colours").collect();
    assert_eq!(hubei.iter().map(|set| set.version()).collect::<Vec<_>>(), [1, 2, 3]);
    for pair in hubei.windows(2) {
        assert_eq!(pair[0].until(), Some(pair[1].from()));
    }
    assert_eq!(hubei[2].until(), None);
    assert_eq!(in_force(published(), after(8, 23)).unwrap().name(), "hubei-colours-1");
    assert_eq!(in_force(published(), after(9, 0)).unwrap().name(), "hubei-colours-2");
    assert_eq!(in_force(published(), after(400, 0)).unwrap().name(), "hubei-colours-3");
    assert!(in_force(published(), Timestamp::from_seconds(0)).is_none());
}

#[test]
fn each_answer_of_a_declaration_is_a_reason_of_its_own() {
    let set = in_force(published(), after(60, 0)).unwrap();
    for bits in 0..16_u8 {
        let symptoms = [&[][..], &[Symptom::Fever], &[Symptom::Smell], &Symptom::ALL][usize::from(bits & 3)];
        let (contact, diagnosed) = (bits & 4 != 0, bits & 8 != 0);
        let declared = Fact::Declaration { symptoms: symptoms.to_vec(), contact, diagnosed };
        let reasons = [
            (!symptoms.is_empty(), "declared_symptoms"),
            (contact, "declared_contact"),
            (diagnosed, "declared_diagnosis"),
            (bits == 0, "declared_healthy"),
        ];
        let decision = decide(set, &[evidence(1, after(59, 0), declared)], after(60, 0)).unwrap();
        let expected: Vec<_> =
            reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, code)| code).collect();
        assert_eq!(decision.reasons, expected);
        assert_eq!(decision.colour, if bits == 0 { Colour::Green } else { Colour::Yellow });
    }
}

fn evidence(id: i64, at: Timestamp, fact: Fact) -> Evidence {
    Evidence {
        id: Id::from_i64(id),
        source: EvidenceSource::Office,
        reference: None,
        at,
        from: None,
        until: None,
        fact,
    }
}

fn fever(division: Option<&str>) -> Fact {
    let division = division.map(|code| code.parse().unwrap());
    Fact::TemperatureReport { tenths: 378, site: Site::Ear, division }
}

#[test]
fn a_fever_outside_the_city_ends_by_itself_after_seven_days() {
    let set = &published()[3];
    for elsewhere in [Some("420300"), Some("429021"), None] {
        let given = [evidence(7, after(40, 10), fever(elsewhere))];
        let at = |now| decide(set, &given, now).unwrap();
        let first = at(after(40, 10));
        let (ends, green) = (after(47, 10), Colour::Green);
        assert_eq!((first.colour, first.until, first.next), (Colour::None, Some((ends, green)), Some(ends)));
        assert_eq!(
            (first.since, &first.reasons[..]),
            (Some(after(40, 10)), &["fever_elsewhere".to_owned()][..])
        );
        assert_eq!(first.fired.len(), 1);
        assert_eq!(
            (&*first.fired[0].rule, first.fired[0].evidence),
            ("fever-elsewhere", Some(Id::from_i64(7)))
        );
        let last = Timestamp::from_micros(ends.micros() - 1);
        assert_eq!(at(last).colour, Colour::None);
        let over = at(ends);
        assert_eq!((over.colour, over.since, over.until, over.next), (green, Some(ends), None, None));
    }
    assert_eq!(
        decide(set, &[evidence(7, after(40, 10), fever(Some("420100")))], after(41, 0)).unwrap().colour,
        Colour::Red
    );
}

#[test]
fn what_contradicts_itself_gives_no_colour() {
    let mut wrong = evidence(9, after(40, 0), Fact::Recovery);
    wrong.until = Some(after(39, 0));
    assert!(matches!(decide(&published()[3], &[wrong], after(41, 0)), Err(Undecided::Evidence(..))));
    assert!(matches!(decide(&published()[1], &[], after(41, 0)), Err(Undecided::Rules(..))), "not in force");
}

#[test]
fn no_amount_of_evidence_hides_a_case() {
    let set = &published()[3];
    let negative = Fact::TestResult { result: TestOutcome::Negative, method: TestMethod::NucleicAcid };
    let mut given: Vec<Evidence> = (0..255)
        .map(|index| evidence(index, after(32, u32::try_from(index).unwrap()), negative.clone()))
        .collect();
    given.push(evidence(255, after(40, 0), Fact::CaseConfirmed));
    let decision = decide(set, &given, after(60, 0)).unwrap();
    assert_eq!((decision.colour, &decision.reasons[..]), (Colour::Red, &["confirmed_case".to_owned()][..]));
    let fevers: Vec<Evidence> =
        (0..256).map(|index| evidence(index, after(59, 0), fever(Some("420100")))).collect();
    assert_eq!(decide(set, &fevers, after(60, 0)).unwrap().colour, Colour::Red);
}

fn statements() -> Vec<Statement> {
    let text = |text: &str| Some(text.to_owned());
    vec![
        Statement::Vaccination { dose: None, of: None, date: None },
        Statement::Vaccination { dose: Some(1), of: Some(2), date: text("2021-06-01") },
        Statement::Vaccination { dose: Some(u32::MAX), of: Some(0), date: text("1 June") },
        Statement::Test { detected: Some(false), at: text("2021-06-01T08:00:00Z") },
        Statement::Test { detected: Some(true), at: None },
        Statement::Test { detected: None, at: text("") },
        Statement::Recovery { from: text("2021-06"), until: None },
        Statement::Recovery { from: None, until: text("2021-13-01") },
        Statement::Cleared,
        Statement::Other,
    ]
}

#[test]
fn the_acceptance_rules_accept_what_the_fixed_ones_accept() {
    let all = statements();
    let mut lists = vec![Vec::new()];
    for first in &all {
        lists.push(vec![first.clone()]);
        for second in &all {
            lists.push(vec![first.clone(), second.clone()]);
            lists.extend(all.iter().map(|third| vec![first.clone(), second.clone(), third.clone()]));
        }
    }
    assert_eq!(lists.len(), 1_111);
    let mut accepted = 0;
    for list in &lists {
        let fixed = Acceptance::Fixed.accepts(list).unwrap();
        let wanted =
            if fixed { (Verdict::Pass, vec![]) } else { (Verdict::Check, vec![Reason::NotAccepted]) };
        assert_eq!(
            entry::published().judge(Shown::Statements(list), after(400, 0)).unwrap(),
            wanted,
            "{list:?}"
        );
        accepted += usize::from(fixed);
    }
    assert_eq!(accepted, 7 + 49 + 343);
}

#[test]
fn a_national_code_gives_the_rows_of_decision_0006() {
    let table = [
        (NationalStanding::Green, Verdict::Pass, None),
        (NationalStanding::Yellow, Verdict::Check, Some(Reason::Yellow)),
        (NationalStanding::Red, Verdict::Stop, Some(Reason::Red)),
        (NationalStanding::None, Verdict::Check, Some(Reason::NoColour)),
        (NationalStanding::Expired, Verdict::Stop, Some(Reason::Expired)),
        (NationalStanding::Withdrawn, Verdict::Stop, Some(Reason::Withdrawn)),
        (NationalStanding::Unknown, Verdict::Stop, Some(Reason::Unreadable)),
        (NationalStanding::Unavailable, Verdict::Check, Some(Reason::NationalUnavailable)),
    ];
    assert_eq!(table.map(|(standing, ..)| standing), NationalStanding::ALL);
    for (standing, verdict, reason) in table {
        let found = entry::published().judge(Shown::National(standing), after(400, 0)).unwrap();
        assert_eq!(found, (verdict, reason.into_iter().collect()), "{standing:?}");
    }
}

#[test]
fn entry_rules_tell_inspectors_only_what_the_table_knows() {
    let text = include_str!("../../../rulesets/entry-acceptance-1.json");
    let changed = |from: &str, to: &str| {
        let set = RuleSet::read(&text.replace(from, to), &[&entry::VOCABULARY]).unwrap();
        EntryRules::try_from(set).err()
    };
    assert_eq!(changed("?", "?"), None);
    let unknown = changed("\"reason\": \"no_colour\"", "\"reason\": \"rumour\"");
    assert_eq!(unknown, Some(NotEntryRules::Reason("rumour".into(), "CHECK")));
    let milder = changed("\"outcome\": \"stop\"", "\"outcome\": \"check\"");
    assert_eq!(milder, Some(NotEntryRules::Reason("red".into(), "CHECK")));
    let colours = published()[1].clone();
    assert_eq!(EntryRules::try_from(colours).err(), Some(NotEntryRules::Subject));
}
