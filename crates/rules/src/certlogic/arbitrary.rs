//! Expressions and data by chance, for the properties.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

const OPERATORS: [&str; 19] = [
    "if",
    "and",
    "<",
    ">",
    "<=",
    ">=",
    "before",
    "after",
    "not-after",
    "not-before",
    "===",
    "in",
    "+",
    "!",
    "reduce",
    "dccDateOfBirth",
    "plusTime",
    "extractFromUVCI",
    "foo",
];

fn leaf() -> impl Strategy<Value = Json> {
    let path = prop::sample::select(vec![
        "",
        "a",
        "a.0",
        "0",
        "b.c",
        "accumulator",
        "current",
        "data",
        "data.a",
        "current.0",
        "x.",
        "list",
    ]);
    let text = prop::sample::select(vec![
        "",
        "a",
        "2020-02-29",
        "2021-02",
        "2020-04-05T06:07:08.9+08:00",
        "day",
        "year",
        "URN:UVCI:01:UT:A#B",
    ]);
    prop_oneof![
        3 => path.prop_map(|path| json!({"var": path})),
        2 => text.prop_map(Json::from),
        2 => (-3_i64..4).prop_map(Json::from),
        1 => any::<bool>().prop_map(Json::from),
        1 => prop::sample::select(vec![
            Json::Null, json!(0.5), json!(9_007_199_254_740_991_i64), json!(u64::MAX), json!(1e300),
        ]),
    ]
}

/// JSON that is often an expression, and often one with a fault.
pub fn json() -> impl Strategy<Value = Json> {
    leaf().prop_recursive(5, 60, 4, |inner| {
        let operands = prop::collection::vec(inner.clone(), 0..4);
        let operation = (prop::sample::select(OPERATORS.to_vec()), operands.clone());
        let time = (inner, -5_i64..6, prop::sample::select(vec!["year", "month", "day", "hour"]));
        prop_oneof![
            6 => operation.prop_map(|(operator, operands)| json!({operator: operands})),
            2 => time.prop_map(|(date, amount, unit)| json!({"plusTime": [date, amount, unit]})),
            1 => operands.prop_map(Json::from),
        ]
    })
}

/// Data that have some of what the paths look for.
pub fn data() -> impl Strategy<Value = Json> {
    leaf().prop_recursive(4, 40, 4, |inner| {
        let key = prop::sample::select(vec!["a", "b", "c", "0", "list", "data"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            prop::collection::btree_map(key, inner, 0..5).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}
