//! What has to hold of every published rule set on colours, each at moments at which it is in force, whatever is on record.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::time::Duration;

use domain::colour::{
    Decision, Evidence, EvidenceKind, EvidenceSource, Fact, TestMethod, TestOutcome, decide, published,
};
use domain::declaration::Symptom;
use domain::report::Site;
use domain::{Id, Timestamp};
use proptest::prelude::*;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// Of a set without an end, so many days are looked at: no duration is longer.
const LONG: Duration = Duration::from_hours(60 * 24);

/// A part of a thousand of the time in which a published set is in force.
fn moment(set: usize, part: u32) -> Timestamp {
    let time = |moment: rules::set::Moment| Timestamp::from_micros(moment.millis() * 1_000);
    let set = &published()[set];
    let from = time(set.from());
    let span = set.until().map_or(LONG, |until| time(until).since(from)).min(LONG);
    from.plus(span * part / 1_000)
}

fn at(set: usize, given: &[Evidence], now: Timestamp) -> Decision {
    decide(&published()[set], given, now).unwrap()
}

fn evidence(id: i64, at: Timestamp, fact: Fact) -> Evidence {
    let source = EvidenceSource::Office;
    Evidence { id: Id::from_i64(id), source, reference: None, at, from: None, until: None, fact }
}

fn declared(symptoms: &[Symptom], contact: bool, diagnosed: bool) -> Fact {
    Fact::Declaration { symptoms: symptoms.to_vec(), contact, diagnosed }
}

/// Every fact that a rule can tell apart.
fn facts() -> Vec<Fact> {
    let fever = |division: Option<&str>| {
        let division = division.map(|code| code.parse().unwrap());
        Fact::TemperatureReport { tenths: 378, site: Site::Ear, division }
    };
    let mut all = vec![
        declared(&[], false, false),
        declared(&[Symptom::Fever], false, false),
        declared(&[Symptom::Smell], true, false),
        declared(&[], true, false),
        declared(&[], false, true),
        declared(&Symptom::ALL, true, true),
        fever(Some("420100")),
        fever(Some("420300")),
        fever(None),
        Fact::CaseConfirmed,
        Fact::CaseSuspected,
        Fact::CaseContact,
        Fact::CaseAsymptomatic,
        Fact::IsolationEnd,
        Fact::Recovery,
    ];
    for method in TestMethod::ALL {
        all.extend(
            TestOutcome::ALL.iter().map(|result| Fact::TestResult { result: *result, method: *method }),
        );
    }
    all
}

fn adverse() -> Vec<Fact> {
    facts().into_iter().filter(Fact::is_adverse).collect()
}

#[test]
fn the_facts_are_of_every_kind_and_some_of_them_speak_for_the_person() {
    let kinds: BTreeSet<EvidenceKind> = facts().iter().map(Fact::kind).collect();
    assert_eq!(kinds, EvidenceKind::ALL.iter().copied().collect());
    let bad: BTreeSet<EvidenceKind> = adverse().iter().map(Fact::kind).collect();
    let good = [EvidenceKind::IsolationEnd, EvidenceKind::Recovery];
    assert!(good.iter().all(|kind| !bad.contains(kind)) && bad.len() + good.len() == kinds.len());
}

/// Every fact beside every adverse one, sooner and later, in both orders, under every set.
#[test]
fn no_adverse_fact_improves_what_another_fact_made_in_any_order() {
    for set in 0..published().len() {
        let now = moment(set, 900);
        for (known, ago) in facts().into_iter().flat_map(|fact| [20, 5].map(|days| (fact.clone(), days))) {
            let known = evidence(1, now.minus(DAY * ago), known);
            let before = at(set, std::slice::from_ref(&known), now).colour;
            for (fact, ago) in
                adverse().into_iter().flat_map(|fact| [20, 6, 0].map(|days| (fact.clone(), days)))
            {
                let more = evidence(2, now.minus(DAY * ago + HOUR), fact);
                let after = at(set, &[known.clone(), more.clone()], now);
                assert!(
                    after.colour.severity() >= before.severity(),
                    "{}: {before:?} by {:?}, {:?} with {:?}",
                    after.rule_set,
                    known.fact,
                    after.colour,
                    more.fact
                );
                assert_eq!(after, at(set, &[more, known.clone()], now));
            }
        }
    }
}

/// Evidence of the weeks before `now` and of the days after it, some of it stated later, some of it with an end.
fn dated(facts: Vec<Fact>, now: Timestamp) -> impl Strategy<Value = Evidence> {
    let times = (0_u32..40 * 24, 0_u32..4, prop::option::of(1_u32..20));
    let fact = prop::sample::select(facts);
    let source = prop::sample::select(EvidenceSource::ALL);
    (fact, source, times, any::<u32>()).prop_map(move |(fact, source, (hours, later, lasts), id)| {
        let at = now.plus(2 * DAY).minus(HOUR * hours);
        let from = at.plus(DAY * later);
        let (from, until) = (Some(from), lasts.map(|days| from.plus(DAY * days)));
        Evidence { source, from, until, ..evidence(i64::from(id), at, fact) }
    })
}

/// A set, a moment at which it is in force, and what is on record.
fn situation() -> impl Strategy<Value = (usize, Timestamp, Vec<Evidence>)> {
    let set_and_part = (0..published().len(), 0_u32..1_000);
    set_and_part.prop_flat_map(|(set, part)| {
        let now = moment(set, part);
        (Just(set), Just(now), prop::collection::vec(dated(facts(), now), 0..6))
    })
}

fn one_more() -> impl Strategy<Value = (usize, Timestamp, Vec<Evidence>, Evidence)> {
    situation().prop_flat_map(|(set, now, given)| (Just(set), Just(now), Just(given), dated(adverse(), now)))
}

fn turned() -> impl Strategy<Value = (usize, Timestamp, Vec<Evidence>, Vec<Evidence>)> {
    situation().prop_flat_map(|(set, now, given)| {
        let shuffled = Just(given.clone()).prop_shuffle();
        (Just(set), Just(now), Just(given), shuffled)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn more_adverse_evidence_never_improves_a_colour((set, now, given, more) in one_more()) {
        let before = at(set, &given, now);
        let after = at(set, &[given, vec![more]].concat(), now);
        prop_assert!(after.colour.severity() >= before.colour.severity(), "{} {:?} {:?}",
            before.rule_set, before.colour, after.colour);
    }

    #[test]
    fn the_order_of_evidence_does_not_matter_nor_that_it_is_given_twice((set, now, given, turned) in turned()) {
        let decision = at(set, &given, now);
        prop_assert_eq!(&at(set, &turned, now), &decision);
        prop_assert_eq!(&at(set, &[turned, given].concat(), now), &decision);
    }

    #[test]
    fn between_two_moments_at_which_it_may_change_nothing_does((set, now, given) in situation(), part in 0_u32..=1_000) {
        let decision = at(set, &given, now);
        let next = decision.next.unwrap_or(now.plus(LONG * 20));
        prop_assert!(next > now);
        let span = next.micros() - 1_000 - now.micros();
        for later in [span, span / 1_000 * i64::from(part)] {
            prop_assert_eq!(&at(set, &given, Timestamp::from_micros(now.micros() + later)), &decision);
        }
        prop_assert!(decision.since.unwrap() <= now);
        if let Some((until, colour)) = decision.until {
            prop_assert!(until >= next && colour != decision.colour);
            prop_assert_eq!(at(set, &given, until).colour, colour);
            let last = Timestamp::from_micros(until.micros() - 1);
            prop_assert_eq!(at(set, &given, last).colour, decision.colour);
        }
    }
}
