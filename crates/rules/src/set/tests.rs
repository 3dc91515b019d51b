//! Tests on rule sets by chance, in words of their own: what holds of every set, whatever its rules say.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

const HOUR: i64 = 3_600_000;

pub(super) static WORDS: Vocabulary = Vocabulary {
    subject: "test",
    outcomes: &["low", "middle", "high"],
    sources: &["office", "person"],
    kinds: &[
        Kind {
            name: "a",
            members: &[
                Member { name: "word", holds: Holds::Word(&["x", "y", "z"]), optional: false },
                Member { name: "count", holds: Holds::Whole(0, 5), optional: true },
            ],
            newest_only: false,
        },
        Kind {
            name: "b",
            members: &[
                Member { name: "flag", holds: Holds::Truth, optional: false },
                Member { name: "list", holds: Holds::Words(&["p", "q"]), optional: false },
            ],
            newest_only: true,
        },
    ],
    ways_back: false,
};

pub(super) fn rule(index: usize, condition: &Json) -> Json {
    json!({"id": format!("r{index}"), "on": ["a", "b"], "if": condition, "outcome": "middle",
        "reason": format!("r{index}"), "ground": "source"})
}

pub(super) fn file(rules: &[Json]) -> Json {
    json!({
        "format": FORMAT, "id": "test", "version": 1, "subject": "test", "jurisdiction": "CN-HB",
        "valid": {"from": "2020-04-01T00:00:00Z", "until": null},
        "source": {"document": "d", "issuer": "i", "date": "2020-04", "place": "p"},
        "otherwise": {"outcome": "low", "reason": "nothing"},
        "rules": rules,
        "examples": [{"name": "none", "evidence": [], "now": "2020-04-01T00:00:00Z", "outcome": "low",
            "reasons": ["nothing"], "until": null, "then": null}],
    })
}

pub(super) fn read(file: &Json) -> Result<RuleSet, Refused> {
    RuleSet::read(&file.to_string(), &[&WORDS])
}

fn hour(hours: i64) -> Moment {
    "2020-04-01T00:00:00Z".parse::<Moment>().unwrap().plus_millis(hours * HOUR)
}

fn item(json: &Json) -> Item {
    Item::read(json, &WORDS).unwrap()
}

/// Comparisons of now with what lies some hours from a time, whichever stands first.
fn turning(time: &'static str, now: &'static str) -> impl Strategy<Value = Json> {
    let operator = prop::sample::select(vec!["before", "after", "not-before", "not-after"]);
    (operator, -4_i64..12, 0_i64..6, 0..3).prop_map(move |(operator, hours, more, form)| {
        let there = |hours: i64| json!({"plusTime": [{"var": time}, hours, "hour"]});
        let now = json!({ "var": now });
        match form {
            0 => json!({operator: [now, there(hours)]}),
            1 => json!({operator: [there(hours), now]}),
            _ => json!({operator: [there(hours), now, there(hours + more)]}),
        }
    })
}

fn condition() -> impl Strategy<Value = Json> {
    let any = |inner: Json| {
        let found = json!({"if": [{"var": "accumulator"}, true, inner]});
        json!({"reduce": [{"var": "evidence"}, found, false]})
    };
    let leaf = prop_oneof![
        4 => turning("item.at", "now"),
        2 => turning("current.at", "data.now").prop_map(any),
        1 => Just(json!({"===": [{"var": "item.kind"}, "a"]})),
        1 => Just(any(json!({"after": [
            {"plusTime": [{"var": "current.at"}, 0, "day"]}, {"plusTime": [{"var": "data.item.at"}, 0, "day"]},
        ]}))),
        1 => Just(json!({"!": [{"var": "item.flag"}]})),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({"and": [a, b]})),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| json!({"if": [a, b, c]})),
            inner.prop_map(|a| json!({"!": [a]})),
        ]
    })
}

fn set() -> impl Strategy<Value = RuleSet> {
    let outcome = prop::sample::select(WORDS.outcomes.to_vec());
    let one = (condition(), outcome, prop::option::of(1_u16..20));
    prop::collection::vec(one, 1..4).prop_map(|rules| {
        let rules: Vec<Json> = rules
            .into_iter()
            .enumerate()
            .map(|(index, (condition, outcome, hours))| {
                let mut rule = rule(index, &condition);
                rule["outcome"] = outcome.into();
                if let Some(hours) = hours {
                    rule["duration"] = json!({ "hours": hours });
                }
                rule
            })
            .collect();
        read(&file(&rules)).unwrap()
    })
}

fn evidence() -> impl Strategy<Value = Vec<Item>> {
    let one = (any::<bool>(), 0_i64..20, -2_i64..6, prop::option::of(1_i64..20), any::<bool>());
    let one = one.prop_map(|(a, at, from, until, flag)| {
        let from = hour(at + from);
        let until = until.map(|hours| from.plus_millis(hours * HOUR).to_string());
        let mut json =
            json!({"at": hour(at).to_string(), "from": from.to_string(), "until": until, "source": "office"});
        if a {
            json["kind"] = "a".into();
            json["word"] = "x".into();
        } else {
            json["kind"] = "b".into();
            json["flag"] = flag.into();
            json["list"] = json!(["p"]);
        }
        item(&json)
    });
    prop::collection::vec(one, 0..4)
}

/// Every moment at which anything here can turn, with its neighbours: all times are whole hours.
fn moments() -> impl Iterator<Item = Moment> {
    (0..60).flat_map(|hours| [-1, 0, 1].map(|millis| hour(hours).plus_millis(millis))).skip(1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn nothing_changes_before_the_next_moment(set in set(), evidence in evidence()) {
        let all: Vec<(Moment, Decided)> =
            moments().map(|at| (at, set.decide(&evidence, at).unwrap())).collect();
        for (index, (at, decided)) in all.iter().enumerate() {
            prop_assert!(decided.next.is_none_or(|next| next > *at));
            let later = all[index..].iter().take_while(|(at, _)| decided.next.is_none_or(|next| *at < next));
            for (_, same) in later {
                prop_assert_eq!(same, decided);
            }
        }
    }

    #[test]
    fn since_and_until_are_where_the_outcome_turns(set in set(), evidence in evidence()) {
        let all: Vec<(Moment, Decided)> =
            moments().map(|at| (at, set.decide(&evidence, at).unwrap())).collect();
        for (index, (at, decided)) in all.iter().enumerate() {
            let before = all[..index].iter().rev().find(|(_, other)| other.outcome != decided.outcome);
            let since = set.since(&evidence, *at).unwrap();
            let begun = before.map_or(set.from(), |(last, _)| all.iter().find(|(at, _)| at > last).unwrap().0);
            prop_assert_eq!(since, Some(begun));
            let after = all[index..].iter().find(|(_, other)| other.outcome != decided.outcome);
            let change = after.map(|(at, other)| Change { at: *at, outcome: other.outcome });
            prop_assert_eq!(decided.change, change);
        }
    }

    #[test]
    fn neither_order_nor_repetition_of_evidence_matters(
        set in set(), evidence in evidence(), again in evidence(), turn in 0_usize..8, hours in 0_i64..40,
    ) {
        let mut given = [evidence, again].concat();
        let there = |decided: &Decided, given: &[Item]| {
            let on = decided.fired.iter().map(|f| (f.rule, f.evidence.map(|at| given[at].key.clone()), f.decides));
            (decided.outcome, decided.reasons.clone(), decided.next, decided.change, on.collect::<Vec<_>>())
        };
        let first = set.decide(&given, hour(hours)).unwrap();
        let wanted = there(&first, &given);
        let length = given.len();
        given.rotate_left(if length == 0 { 0 } else { turn % length });
        given.reverse();
        given.extend(given.first().cloned());
        prop_assert_eq!(there(&set.decide(&given, hour(hours)).unwrap(), &given), wanted);
    }

    #[test]
    fn no_text_makes_reading_panic(
        set in set_text(), at in any::<prop::sample::Index>(), instead in "[\\[\\]{}\",:0-9a-z]{0,6}",
    ) {
        let mut text = set;
        let at = (0..=at.index(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text.insert_str(at, &instead);
        if let Ok(set) = RuleSet::read(&text, &[&WORDS]) {
            let _ = set.decide(&[], hour(0));
        }
    }
}

fn set_text() -> impl Strategy<Value = String> {
    condition().prop_map(|condition| file(&[rule(0, &condition)]).to_string())
}

#[test]
fn the_most_severe_decides_and_all_its_reasons_are_given_in_order() {
    let mut rules: Vec<Json> = ["high", "low", "high", "middle"]
        .iter()
        .enumerate()
        .map(|(index, outcome)| {
            let mut rule = rule(index, &json!(true));
            rule["outcome"] = (*outcome).into();
            rule
        })
        .collect();
    rules[2]["on"] = json!(["a"]);
    let set = read(&file(&rules)).unwrap();
    let a = item(
        &json!({"kind": "a", "at": "2020-04-01T00:00:00Z", "source": "office", "word": "x", "reference": "7"}),
    );
    let decided = set.decide(std::slice::from_ref(&a), hour(1)).unwrap();
    assert_eq!((decided.outcome, &decided.reasons[..]), (2, &["r0".to_owned(), "r2".into()][..]));
    assert_eq!(decided.fired.iter().map(|f| f.decides).collect::<Vec<_>>(), [true, false, true, false]);
    assert_eq!((decided.next, decided.change, a.reference()), (None, None, Some("7")));
    let nothing = set.decide(&[], hour(1)).unwrap();
    assert_eq!((nothing.outcome, nothing.reasons, nothing.fired), (0, vec!["nothing".to_owned()], vec![]));
    assert_eq!(set.decide(&[], hour(-1)), Err(Failed::NotInForce));
}

#[test]
fn of_a_kind_that_is_replaced_the_newest_that_counts_is_seen() {
    let mut flagged = rule(0, &json!({"var": "item.flag"}));
    flagged["on"] = json!(["b"]);
    let set = read(&file(&[flagged])).unwrap();
    let b = |at: i64, flag: bool, until: Option<i64>| {
        item(&json!({"kind": "b", "at": hour(at).to_string(), "source": "person", "flag": flag, "list": [],
            "until": until.map(|until| hour(until).to_string())}))
    };
    let given = [b(1, true, None), b(5, false, Some(9)), b(20, true, Some(25))];
    let outcomes = [1, 4, 5, 8, 9, 19, 20, 25].map(|at| set.decide(&given, hour(at)).unwrap().outcome);
    assert_eq!(outcomes, [1, 1, 0, 0, 1, 1, 1, 1], "what has ended takes no one's place");
    let same_time = [b(5, true, None), b(5, false, None)];
    assert_eq!(set.decide(&same_time, hour(6)).unwrap().outcome, 1, "neither is newer");
}

#[test]
fn evidence_that_is_not_as_the_vocabulary_says_is_refused_and_not_repeated() {
    let good = json!({"kind": "a", "at": "2020-04-01T00:00:00Z", "source": "office", "word": "x"});
    assert!(Item::read(&good, &WORDS).is_ok());
    for (member, value) in [
        ("kind", json!("ERIKSSON")),
        ("at", json!("2020-04-01")),
        ("at", Json::Null),
        ("source", json!("ERIKSSON")),
        ("word", json!("ERIKSSON")),
        ("word", Json::Null),
        ("count", json!(6)),
        ("count", json!(1.5)),
        ("until", json!("2020-04-01T00:00:00Z")),
        ("until", json!(9_i64.pow(15))),
        ("reference", json!("E".repeat(65))),
        ("ERIKSSON", json!(1)),
        ("flag", json!(true)),
    ] {
        let mut bad = good.clone();
        bad[member] = value;
        let error = Item::read(&bad, &WORDS).unwrap_err().to_string();
        assert!(!error.contains("ERIKSSON"), "{error}");
    }
    assert_eq!(Item::read(&json!([1]), &WORDS), Err(ItemError::Form));
}

#[test]
fn a_hostile_set_ends_in_an_error() {
    let all = |inner: Json| json!({"reduce": [{"var": "evidence"}, inner, false]});
    let within = |inner: Json| json!({"reduce": [{"var": "data.evidence"}, inner, false]});
    let deep = |depth: usize| {
        (0..depth).fold(json!(false), |inner, level| {
            let data = vec!["data"; depth - 1 - level].join(".");
            let path = if data.is_empty() { "evidence".to_owned() } else { format!("{data}.evidence") };
            json!({"reduce": [{"var": path}, inner, false]})
        })
    };
    assert_eq!(all(within(json!(false))), deep(2));
    let many: Vec<Item> = (0..256)
        .map(|hours| {
            item(&json!({"kind": "a", "at": hour(hours).to_string(), "source": "office", "word": "x"}))
        })
        .collect();
    let set = read(&file(&[rule(0, &deep(4))])).unwrap();
    assert_eq!(set.decide(&many, hour(300)), Err(Failed::Steps));
    let set = read(&file(&[rule(0, &deep(3))])).unwrap();
    assert!(check(&set).findings.iter().any(|found| found.message.contains("never holds")));
    let turns: Vec<Json> = (0..64).map(|index| rule(index, &turning_at(index))).collect();
    let set = read(&file(&turns)).unwrap();
    let decided = set.decide(&many, hour(200)).unwrap();
    assert_eq!((decided.outcome, decided.next), (1, Some(hour(200).plus_millis(1))));
    assert_eq!((decided.change, set.since(&many, hour(200))), (None, Ok(None)), "too much work to find out");
    let one = set.decide(&many[..1], hour(10)).unwrap();
    assert_eq!(one.change, Some(Change { at: hour(63).plus_millis(1), outcome: 0 }));
    let too_many = [&many[..], &many[..1]].concat();
    assert_eq!(set.decide(&too_many, hour(0)), Err(Failed::Evidence));
}

/// A condition that turns an hour later for each rule.
fn turning_at(hours: usize) -> Json {
    json!({"not-after": [{"var": "now"}, {"plusTime": [{"var": "item.at"}, hours, "hour"]}]})
}
