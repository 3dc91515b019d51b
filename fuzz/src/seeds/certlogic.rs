//! Rules with their data, as lines.

use serde_json::{Value, json};

use super::Seed;

/// Every operation, and what costs most: folds within folds, values that double and values that nest.
pub fn lines() -> Vec<Seed> {
    let list: Vec<i64> = (0..2_000).collect();
    let evidence = json!([
        {"kind": "fever", "at": "2020-04-01T08:00:00+08:00", "source": "URN:UVCI:01:UT:A1/B2#3"},
        {"kind": "contact", "at": "2020-03-20", "source": null},
    ]);
    let accumulator = || json!({"var": "accumulator"});
    let days = |amount: i64| json!({"plusTime": [{"var": "current.at"}, amount, "day"]});
    let count = json!({"reduce": [{"var": "evidence"}, {"if": [
        {"and": [
            {"in": [{"var": "current.kind"}, ["fever", "contact"]]},
            {"not-after": [days(0), {"plusTime": [{"var": "data.now"}, 0, "hour"]}, days(14)]},
        ]},
        {"+": [accumulator(), 1]},
        accumulator(),
    ]}, 0]});
    let adult = json!({"before": [{"dccDateOfBirth": [{"var": "birth"}]}, {"plusTime": [{"var": "now"}, -18, "year"]}]});
    let source = json!({"===": [{"extractFromUVCI": [{"var": "evidence.0.source"}, 1]}, "UT"]});
    let data = json!({"evidence": evidence, "now": "2020-04-03T12:00:00.5Z", "birth": "1974-08", "n": 5});
    let within = json!({"reduce": [{"var": "data"}, {"+": [accumulator(), {"var": "current"}]}, 0]});
    let nested = (0..40).fold(json!({"var": ""}), |inner, _| json!({"!": [inner]}));
    [
        ("count", count, data.clone()),
        ("adult", json!([adult, source, {"<": [0, {"var": "n"}, 9]}, {"!": [{"var": "n"}]}]), data),
        ("squares", json!({"reduce": [{"var": ""}, within, 0]}), json!(list)),
        ("search", json!({"reduce": [{"var": ""}, {"in": [-1, {"var": "data"}]}, 0]}), json!(list)),
        ("doubles", json!({"reduce": [{"var": ""}, [accumulator(), accumulator()], 0]}), json!(list[..12])),
        ("nests", json!({"reduce": [{"var": ""}, {"var": ""}, 0]}), json!(list[..45])),
        ("nested", nested, json!({})),
    ]
    .map(|(name, logic, data): (&str, Value, Value)| {
        (name.to_owned(), json!({"logic": logic, "data": data}).to_string().into_bytes())
    })
    .to_vec()
}
