//! Tests of what is found wrong with rule sets, and where.

use serde_json::{Value as Json, json};

use super::tests::{WORDS, file, read, rule};
use super::*;

#[test]
fn what_is_wrong_with_a_set_has_its_place() {
    let places = |change: &dyn Fn(&mut Json)| {
        let mut file = file(&[rule(0, &json!(true))]);
        change(&mut file);
        let Refused(issues) = read(&file).unwrap_err();
        issues.into_iter().map(|issue| issue.place).collect::<Vec<_>>()
    };
    let condition = |condition: Json| places(&move |file| file["rules"][0]["if"] = condition.clone());
    assert_eq!(places(&|file| file["more"] = json!(1)), [""]);
    assert_eq!(places(&|file| file["format"] = json!("tongxing-rules/2")), [""]);
    assert_eq!(places(&|file| file["subject"] = json!("tea")), [""]);
    assert_eq!(places(&|file| file["id"] = json!("A b")), ["/id"]);
    assert_eq!(places(&|file| file["version"] = json!(0)), ["/version"]);
    assert_eq!(places(&|file| file["valid"]["until"] = json!("2020-04-01T00:00:00Z")), ["/valid/until"]);
    assert_eq!(places(&|file| file["rules"] = json!([])), ["/rules"]);
    assert_eq!(places(&|file| file["rules"][0]["on"] = json!(["c"])), ["/rules/0/on/0"]);
    assert_eq!(places(&|file| file["rules"][0]["outcome"] = json!("green")), ["/rules/0/outcome"]);
    assert_eq!(places(&|file| file["rules"][0]["duration"] = json!({"days": 0})), ["/rules/0/duration"]);
    assert_eq!(places(&|file| file["rules"][0]["way_back"] = json!(["prayer"])), ["/rules/0/way_back"]);
    assert_eq!(places(&|file| file["examples"][0]["then"] = json!("low")), ["/examples/0"]);
    assert_eq!(places(&|file| file["examples"][0]["evidence"] = json!([{}])), ["/examples/0/evidence/0"]);
    assert_eq!(condition(json!({"var": "item.wrod"})), ["/rules/0/if"]);
    assert_eq!(condition(json!({"var": ""})), ["/rules/0/if"]);
    assert_eq!(condition(json!({"===": [{"var": "now"}, 1]})), ["/rules/0/if/===/0"]);
    assert_eq!(
        condition(json!({"!": [{"plusTime": [{"var": "now"}, 1, "day"]}]})),
        ["/rules/0/if/!/0/plusTime/0"]
    );
    assert_eq!(condition(json!({"and": [null, {"or": []}]})), ["/rules/0/if/and/0", "/rules/0/if/and/1"]);
    let text = file(&[rule(0, &json!({"!": [1]}))]).to_string().replace("\"!\":", "\"!\":[0],\"!\":");
    assert!(RuleSet::read(&text, &[&WORDS]).unwrap_err().to_string().contains("twice"));
}

#[test]
fn rules_that_make_no_difference_are_found() {
    let found = |rules: &[Json]| {
        let set = read(&file(rules)).unwrap();
        let findings = check(&set).findings;
        findings.into_iter().map(|issue| format!("{} {}", issue.place, issue.message)).collect::<Vec<_>>()
    };
    let word = |word: &str| json!({"===": [{"var": "item.word"}, word]});
    let contradictory = json!({"and": [word("x"), word("y")]});
    let of_a = |index, condition: &Json, outcome: &str| {
        let mut rule = rule(index, condition);
        rule["on"] = json!(["a"]);
        rule["outcome"] = outcome.into();
        rule
    };
    let all = found(&[
        of_a(0, &contradictory, "middle"),
        of_a(1, &json!({"and": [word("z"), {"!": [word("y")]}]}), "low"),
        of_a(2, &word("z"), "high"),
        of_a(3, &word("y"), "low"),
        of_a(4, &json!({"before": [{"var": "now"}, {"plusTime": [{"var": "item.at"}, -1, "hour"]}]}), "high"),
    ]);
    assert_eq!(
        all,
        [
            "/rules/0 r0: never holds: its condition contradicts itself, or asks for what no evidence says",
            "/rules/1 r1: never makes a difference: wherever it holds, another rule says as much, such as r2",
            "/rules/2 r2: no example in which it decides",
            "/rules/3 r3: no example in which it decides",
            "/rules/4 r4: never holds: its condition contradicts itself, or asks for what no evidence says",
        ]
    );
    let mut same = of_a(1, &word("x"), "middle");
    same["reason"] = "r0".into();
    let twice = found(&[of_a(0, &word("x"), "middle"), same]);
    assert!(twice.iter().all(|found| found.contains("says as much")) && twice.len() == 2, "{twice:?}");
    let failing = found(&[of_a(0, &json!({">": [{"var": "item.count"}, 2]}), "high")]);
    assert!(failing.iter().any(|found| found.starts_with("/rules/0/if/>/0 ")), "{failing:?}");
}

#[test]
fn a_way_back_that_leads_nowhere_is_found() {
    let after = |kind: &str| {
        let comes = json!({"and": [{"===": [{"var": "current.kind"}, kind]}, {"after": [
            {"plusTime": [{"var": "current.at"}, 0, "day"]}, {"plusTime": [{"var": "data.item.at"}, 0, "day"]},
        ]}]});
        let mut rule = rule(
            0,
            &json!({"!": [{"reduce": [
                {"var": "evidence"}, {"if": [{"var": "accumulator"}, true, comes]}, false,
            ]}]}),
        );
        rule["on"] = json!(["a"]);
        rule["way_back"] = json!(["b"]);
        rule
    };
    let places = |rule: Json| {
        let set = read(&file(&[rule])).unwrap();
        check(&set).findings.into_iter().map(|issue| issue.place).collect::<Vec<_>>()
    };
    assert_eq!(places(after("b")), ["/rules/0"]);
    assert_eq!(places(after("a")), ["/rules/0", "/rules/0/way_back"]);
}

#[test]
fn an_example_that_comes_out_otherwise_is_found() {
    let mut file = file(&[rule(0, &json!(true))]);
    file["rules"][0]["duration"] = json!({"days": 7});
    file["examples"] = json!([{"name": "seven days", "now": "2020-04-02T00:00:00Z", "outcome": "middle", "reasons": ["r0"],
        "evidence": [{"kind": "a", "at": "2020-04-01T00:00:00Z", "source": "office", "word": "x"}],
        "until": "2020-04-08T00:00:00Z", "then": "low"}]);
    let set = read(&file).unwrap();
    assert_eq!(check(&set).findings, []);
    file["examples"][0]["until"] = "2020-04-09T00:00:00Z".into();
    let findings = check(&read(&file).unwrap()).findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(
        findings[0].to_string(),
        "/examples/0: seven days: is middle for r0 until 2020-04-08T00:00:00.000Z, then low, and not middle for r0 until \
         2020-04-09T00:00:00.000Z, then low"
    );
}
