//! Rule sets: two published ones, and one whose condition costs much.

use serde_json::{Value, json};

use super::Seed;

/// As they stand in `rulesets/`, and made from one of them.
pub fn files() -> Vec<Seed> {
    let small = include_str!("../../../rulesets/first-declaration-1.json");
    let large = include_str!("../../../rulesets/hubei-colours-3.json");
    let entry = include_str!("../../../rulesets/entry-acceptance-1.json");
    let mut costly: Value = serde_json::from_str(small).expect("a published set");
    let list: Vec<i64> = (0..2_000).collect();
    let within =
        json!({"reduce": [list, {"if": [{"var": "accumulator"}, true, {"in": [-1, [1, 2]]}]}, false]});
    costly["rules"][0] = json!({"id": "costly", "if": within, "outcome": "red", "reason": "costly",
        "way_back": ["correction"], "ground": "service"});
    let evidence = json!({"kind": "test_result", "at": "2020-04-03T10:00:00+08:00", "source": "office",
        "result": "positive", "method": "nucleic_acid", "from": "2020-04-04T10:00:00+08:00", "reference": "7"});
    let seed = |name: &str, bytes: String| (name.to_owned(), bytes.into_bytes());
    vec![
        seed("declaration", small.to_owned()),
        seed("hubei", large.to_owned()),
        seed("entry", entry.to_owned()),
        seed("costly", costly.to_string()),
        seed("evidence", evidence.to_string()),
    ]
}
