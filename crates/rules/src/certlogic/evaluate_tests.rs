//! Tests of evaluating: what the suite leaves open, and that nothing on earth makes it panic or run on.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::certlogic::arbitrary;
use crate::certlogic::limits::MAX_INTEGER;

fn run(logic: &Json, data: &Json) -> Result<Json, Fault> {
    Expression::read(logic).expect("a valid expression").evaluate(data)
}

fn fault(logic: &Json, data: &Json) -> (String, Problem) {
    let fault = run(logic, data).expect_err("a fault");
    (fault.place, fault.problem)
}

#[test]
fn what_is_truthy_and_what_is_falsy() {
    let not = json!({"!": [{"var": "x"}]});
    for falsy in [json!(false), json!(null), json!(""), json!(0), json!(-0.0), json!([]), json!({})] {
        assert_eq!(run(&not, &json!({"x": falsy})), Ok(json!(true)), "{falsy}");
    }
    for truthy in [json!(true), json!("0"), json!(-1), json!(1.0), json!([null]), json!({"a": null})] {
        assert_eq!(run(&not, &json!({"x": truthy})), Ok(json!(false)), "{truthy}");
    }
    for neither in [json!(0.5), json!(1e300)] {
        for logic in [
            json!({"!": [{"var": "x"}]}),
            json!({"if": [{"var": "x"}, 1, 2]}),
            json!({"and": [{"var": "x"}, 1]}),
            json!({"and": [1, {"var": "x"}]}),
        ] {
            let (place, problem) = fault(&logic, &json!({"x": neither}));
            assert!(logic.pointer(&place).unwrap().get("var").is_some(), "{place}");
            assert!(problem.to_string().ends_with("but it is a number that is not an integer"), "{problem}");
        }
    }
    let (place, _) = fault(&json!({"!": [{"dccDateOfBirth": ["1974"]}]}), &json!(null));
    assert_eq!(place, "/!/0");
}

#[test]
fn a_path_leads_into_arrays_and_objects_and_else_to_null() {
    let data = json!({"a": [{"b": "c"}, "text"], "0": "zero", "n": null, "1x": 2});
    for (path, wanted) in [
        ("a.0.b", json!("c")),
        ("a.00.b", json!("c")),
        ("a.2", json!(null)),
        ("a.-1", json!(null)),
        ("a.length", json!(null)),
        ("a.1.0", json!(null)),
        ("a.1.length", json!(null)),
        ("0", json!("zero")),
        ("00", json!(null)),
        ("1x", json!(2)),
        ("n.m", json!(null)),
        ("__proto__", json!(null)),
        ("", data.clone()),
    ] {
        assert_eq!(run(&json!({"var": path}), &data), Ok(wanted), "{path}");
    }
}

#[test]
fn equality_is_without_coercion_and_where_it_is_unclear_an_error() {
    let same = |a: Json, b: Json| run(&json!({"===": [{"var": "0"}, {"var": "1"}]}), &json!([a, b]));
    for (a, b, wanted) in [
        (json!(null), json!(null), true),
        (json!(null), json!(false), false),
        (json!(0), json!(false), false),
        (json!(1), json!(1.0), true),
        (json!(1), json!("1"), false),
        (json!(37.5), json!(37.5), true),
        (json!([]), json!(null), false),
        (json!([]), json!({}), false),
    ] {
        assert_eq!(same(a.clone(), b.clone()), Ok(json!(wanted)), "{a} {b}");
    }
    for value in [json!([]), json!({})] {
        assert!(matches!(same(value.clone(), value).unwrap_err().problem, Problem::Incomparable(_)));
    }
    let dates = json!({"===": [{"dccDateOfBirth": ["1974"]}, {"dccDateOfBirth": ["1974"]}]});
    assert_eq!(fault(&dates, &json!(null)), (String::new(), Problem::Incomparable("a date-time")));
}

#[test]
fn operands_of_the_wrong_type_are_named_with_their_place() {
    for (logic, place, message) in [
        (
            json!({">": [1, {"var": "x"}]}),
            "/>/1",
            "an operand of a comparison must be an integer, but it is null",
        ),
        (json!({"+": ["1", 1]}), "/+/0", "an operand of \"+\" must be an integer, but it is a string"),
        (
            json!({"in": [1, "1"]}),
            "/in/1",
            "the right operand of \"in\" must be an array, but it is a string",
        ),
        (
            json!({"reduce": [1, 1, 1]}),
            "/reduce/0",
            "the first operand of \"reduce\" must be an array or null, but it is an integer",
        ),
        (
            json!([{"before": [{"dccDateOfBirth": ["1974"]}, "1975"]}]),
            "/0/before/1",
            "an operand of a comparison of times must be a date-time, but it is a string",
        ),
        (
            json!({"plusTime": [{"var": ""}, 1, "day"]}),
            "/plusTime/0",
            "the date of \"plusTime\" must be a string, but it is an object",
        ),
        (
            json!({"plusTime": [{"plusTime": ["1974", 1, "day"]}, 1, "day"]}),
            "/plusTime/0",
            "the date of \"plusTime\" must be a string, but it is a date-time",
        ),
        (
            json!({"extractFromUVCI": [1, 1]}),
            "/extractFromUVCI/0",
            "the first operand of \"extractFromUVCI\" must be a string or null, but it is an integer",
        ),
    ] {
        let fault = run(&logic, &json!({"secret": "1"})).unwrap_err();
        assert_eq!((fault.place.as_str(), fault.problem.to_string().as_str()), (place, message));
    }
}

#[test]
fn a_fault_never_repeats_the_data() {
    for logic in [
        json!({"plusTime": [{"var": "x"}, 0, "day"]}),
        json!({"dccDateOfBirth": [{"var": "x"}]}),
        json!({">": [{"var": "x"}, 1]}),
    ] {
        let fault = run(&logic, &json!({"x": "ERIKSSON"})).unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains("ERIKSSON"), "{fault:?}");
    }
}

#[test]
fn only_what_is_needed_is_evaluated() {
    let bad = json!({"+": ["a", "b"]});
    assert_eq!(run(&json!({"if": [true, 1, bad]}), &json!(null)), Ok(json!(1)));
    assert_eq!(run(&json!({"if": [0, bad, 2]}), &json!(null)), Ok(json!(2)));
    assert_eq!(run(&json!({"and": [true, "", bad]}), &json!(null)), Ok(json!("")));
}

#[test]
fn sums_stay_within_what_is_exact() {
    let sum = |a, b| run(&json!({"+": [a, b]}), &json!(null));
    assert_eq!(sum(MAX_INTEGER - 1, 1), Ok(json!(MAX_INTEGER)));
    assert_eq!(sum(MAX_INTEGER, 1).unwrap_err().problem, Problem::Sum);
    assert_eq!(sum(-MAX_INTEGER, -1).unwrap_err().problem, Problem::Sum);
}

#[test]
fn a_lambda_sees_the_data_around_it() {
    let inner =
        json!({"reduce": [{"var": "current"}, {"+": [{"var": "accumulator"}, {"var": "data.data.by"}]}, 0]});
    let outer =
        json!({"reduce": [{"var": "lists"}, {"+": [{"var": "accumulator"}, inner]}, {"var": "start"}]});
    assert_eq!(run(&outer, &json!({"lists": [[1, 2], [], [3]], "by": 10, "start": 100})), Ok(json!(130)));
    let own = json!({"reduce": [[{"var": "x"}, 2], [{"var": "accumulator"}, {"var": "current"}], []]});
    assert_eq!(run(&own, &json!({"x": 1})), Ok(json!([[[], 1], 2])));
    let all = json!({"reduce": [[7], {"var": ""}, 0]});
    let wanted = json!({"accumulator": 0, "current": 7, "data": {"x": 1}});
    assert_eq!(run(&all, &json!({"x": 1})), Ok(wanted));
}

#[test]
fn a_date_time_as_a_result_is_text() {
    let logic = json!([{"plusTime": ["2020-04-01T08:00:00+08:00", -1, "hour"]}]);
    assert_eq!(run(&logic, &json!(null)), Ok(json!(["2020-03-31T23:00:00.000Z"])));
}

#[test]
fn work_depth_and_result_are_bounded() {
    let many: Vec<i64> = (0..2_000).collect();
    let (many, tall) = (json!({"list": many}), json!({"list": vec![0; 1_000]}));
    let inner = json!({"reduce": [{"var": "data.list"}, 1, 0]});
    let square = json!({"reduce": [{"var": "list"}, inner, 0]});
    assert_eq!(fault(&square, &many).1, Problem::Steps);
    let search = json!({"reduce": [{"var": "list"}, {"in": [-1, {"var": "data.list"}]}, 0]});
    assert_eq!(fault(&search, &many).1, Problem::Steps);
    let texts = json!({"a": "x".repeat(1 << 20), "b": "x".repeat(1 << 20), "list": vec![0; 1_000]});
    let compare = json!({"reduce": [{"var": "list"}, {"===": [{"var": "data.a"}, {"var": "data.b"}]}, 0]});
    assert_eq!(fault(&compare, &texts).1, Problem::Steps);
    let nest = json!({"reduce": [{"var": "list"}, [{"var": "accumulator"}], 0]});
    assert_eq!(fault(&nest, &tall).1, Problem::Depth);
    assert_eq!(fault(&json!({"reduce": [{"var": "list"}, {"var": ""}, 0]}), &tall).1, Problem::Depth);
    let double = json!({"reduce": [{"var": "list"}, [{"var": "accumulator"}, {"var": "accumulator"}], 0]});
    assert_eq!(fault(&double, &json!({"list": vec![0; 40]})).1, Problem::ResultSize);
    let large = json!({"list": "x".repeat(1 << 20)});
    let copies = json!([{"var": ""}, {"var": ""}, {"var": ""}, {"var": ""}]);
    assert_eq!(fault(&copies, &large).1, Problem::ResultSize);
    let mut deep = json!([]);
    for _ in 0..124 {
        deep = json!([deep]);
    }
    assert!(run(&json!({"var": ""}), &deep).is_ok());
    assert_eq!(fault(&json!([[[{"var": ""}]]]), &deep).1, Problem::ResultDepth);
}

proptest! {
    #[test]
    fn any_expression_on_any_data_comes_back_the_same(
        logic in arbitrary::json(),
        data in arbitrary::data(),
    ) {
        let Ok(expression) = Expression::read(&logic) else { return Ok(()) };
        let found = expression.evaluate(&data);
        prop_assert_eq!(&found, &expression.evaluate(&data));
        prop_assert_eq!(&found, &Expression::read(&logic).unwrap().evaluate(&data));
        if let Err(fault) = found {
            prop_assert!(logic.pointer(&fault.place).is_some(), "{}", fault);
        }
    }

    #[test]
    fn what_is_not_accessed_does_not_matter(logic in arbitrary::json(), data in arbitrary::data()) {
        let Ok(expression) = Expression::read(&logic) else { return Ok(()) };
        if expression.data_accesses().is_empty() {
            prop_assert_eq!(expression.evaluate(&data), expression.evaluate(&json!(null)));
        }
    }

    #[test]
    fn the_order_of_items_that_are_counted_does_not_matter(mut items in prop::collection::vec(-50_i64..50, 0..20)) {
        let over = json!({"if": [{">": [{"var": "current"}, {"var": "data.over"}]}, 1, 0]});
        let logic = json!({"reduce": [{"var": "items"}, {"+": [{"var": "accumulator"}, over]}, 0]});
        let wanted = items.iter().filter(|item| **item > 7).count();
        prop_assert_eq!(run(&logic, &json!({"items": items, "over": 7})), Ok(json!(wanted)));
        items.reverse();
        prop_assert_eq!(run(&logic, &json!({"items": items, "over": 7})), Ok(json!(wanted)));
    }
}
