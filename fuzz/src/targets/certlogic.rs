//! A line of `tongxing rules eval`: JSON with an expression in CertLogic and its data.

use rules::answer;
use rules::certlogic::Expression;
use serde_json::Value;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "\"logic\":",
    "\"data\":",
    "{\"var\":\"\"}",
    "{\"var\":\"accumulator\"}",
    "{\"var\":\"current\"}",
    "{\"var\":\"data.data\"}",
    "{\"reduce\":[",
    "{\"if\":[",
    "{\"and\":[",
    "{\"===\":[",
    "{\"in\":[",
    "{\"+\":[",
    "{\"!\":[",
    "{\"<=\":[",
    "{\"not-after\":[",
    "{\"plusTime\":[",
    "{\"dccDateOfBirth\":[",
    "{\"extractFromUVCI\":[",
    ",9007199254740991,\"month\"]}",
    "\"2020-02-29T23:59:59.999-0930\"",
    "\"URN:UVCI:",
    "1e400",
    "0.5",
    "[[[[[[[[",
];

/// One line: one answer, the same each time. What is wrong has a place in the expression.
pub fn run(data: &[u8]) {
    let Ok(line) = std::str::from_utf8(data) else { return };
    let answered = answer(line);
    let error = &answered["error"];
    assert!(answered.get("result").is_some() != error.is_object(), "one of both");
    let Ok(mut line) = serde_json::from_str::<Value>(line) else { return };
    if let Some(place) = error.get("place").and_then(Value::as_str) {
        assert!(line["logic"].pointer(place).is_some(), "{place} is not in the expression");
    }
    let Some(logic) = line.get_mut("logic").map(Value::take) else { return };
    let Ok(expression) = Expression::read(&logic) else { return };
    let _ = expression.data_accesses();
}
