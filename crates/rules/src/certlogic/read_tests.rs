//! Tests of reading expressions: what is none is refused, and where.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn issues(json: &Json) -> Vec<(String, String)> {
    match Expression::read(json) {
        Ok(_) => Vec::new(),
        Err(invalid) => {
            invalid.issues().iter().map(|issue| (issue.place.clone(), issue.message.clone())).collect()
        }
    }
}

#[test]
fn every_issue_has_its_place() {
    let found = issues(&json!({"and": [
        {"if": [true, null]},
        [1, 2.5, {"foo": []}],
        {"plusTime": [{"var": "."}, "1", "week"]},
    ]}));
    let places: Vec<_> = found.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(
        places,
        [
            "/and/0",
            "/and/0/if/1",
            "/and/1/1",
            "/and/1/2",
            "/and/2/plusTime/0",
            "/and/2/plusTime/1",
            "/and/2/plusTime/2"
        ]
    );
    assert_eq!(found[0].1, "operation \"if\" must have exactly 3 operands, but it has 2");
    assert_eq!(found[2].1, "2.5 is a non-integer number");
    assert_eq!(found[3].1, "unrecognised operator: \"foo\"");
}

#[test]
fn operands_are_counted() {
    let (one, two, four) = (json!([1]), json!([1, 2]), json!([1, 2, 3, 4]));
    for operator in [
        "if",
        "reduce",
        "===",
        "in",
        "+",
        "and",
        "<",
        ">",
        "<=",
        ">=",
        "after",
        "before",
        "not-after",
        "not-before",
        "plusTime",
        "extractFromUVCI",
    ] {
        let found = issues(&json!({operator: one}));
        assert!(found[0].1.contains("operand"), "{operator}: {found:?}");
        let found = issues(&json!({operator: four}));
        assert_eq!(found.is_empty(), operator == "and", "{operator}: {found:?}");
    }
    for operator in ["!", "dccDateOfBirth"] {
        assert_eq!(issues(&json!({operator: two})).len(), 1);
        assert_eq!(issues(&json!({operator: []})).len(), 1);
        assert!(issues(&json!({operator: one})).is_empty());
    }
}

#[test]
fn an_integer_is_one_everywhere() {
    assert!(issues(&json!(2.0)).is_empty());
    assert!(issues(&json!(-9_007_199_254_740_991_i64)).is_empty());
    for beyond in [json!(9_007_199_254_740_992_i64), json!(u64::MAX), json!(1e300)] {
        assert!(issues(&beyond)[0].1.contains("beyond"), "{beyond}");
    }
}

#[test]
fn bounds_are_said_once() {
    let mut deep = json!(true);
    for _ in 1..MAX_DEPTH {
        deep = json!({"!": [deep]});
    }
    assert!(issues(&deep).is_empty());
    let found = issues(&json!([deep]));
    assert_eq!((found.len(), found[0].0.matches("/!/0").count()), (1, MAX_DEPTH - 1));
    let wide = |count| Json::Array(vec![json!(null); count]);
    assert_eq!(issues(&Json::Array(vec![json!(1); MAX_NODES - 1])), []);
    let found = issues(&Json::Array(vec![wide(9_000), wide(9_000), wide(9_000)]));
    // The whole and two lists are expressions, too; one issue is the bound itself.
    assert_eq!(found.len(), MAX_NODES - 3 + 1);
    assert_eq!(found.last().unwrap().1, "more than 10000 expressions");
    let long = "x".repeat(MAX_TEXT + 1);
    for expression in [json!(long), json!({"var": long}), json!({&long: []})] {
        let found = issues(&expression);
        assert!(found.len() == 1 && found[0].1.contains("4097 bytes"), "{found:?}");
    }
}

proptest! {
    #[test]
    fn the_places_of_issues_are_places_in_the_json(json in crate::certlogic::arbitrary::json()) {
        if let Err(invalid) = Expression::read(&json) {
            prop_assert!(!invalid.issues().is_empty());
            for issue in invalid.issues() {
                prop_assert!(json.pointer(&issue.place).is_some(), "{}", issue);
            }
        }
    }
}
