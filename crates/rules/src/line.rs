//! Evaluations by the line: one JSON object in, one out (`tongxing rules eval`).

use serde_json::{Value as Json, json};

use crate::certlogic::Expression;

const FORM: &str = r#"expected an object {"logic": <expression>, "data": <value>}"#;

/// Answers `{"logic": …, "data": …}` with `{"result": …}` or `{"error": {"kind", "message", "place"?}}`. Other
/// members are the caller's own and are ignored.
///
/// The kind of an error is `line` (no such object), `invalid` (no valid expression; `place` and `message` are of
/// the first issue, `issues` has all), `failed` (the data do not fit) or `limit` (a bound was reached). No error
/// repeats the data.
pub fn answer(line: &str) -> Json {
    let object = match serde_json::from_str(line) {
        Ok(Json::Object(object)) => object,
        Ok(_) => return refused(FORM),
        // What the reader of JSON says of syntax names a position and no content.
        Err(error) => return refused(&format!("not JSON: {error}")),
    };
    let (Some(logic), Some(data)) = (object.get("logic"), object.get("data")) else { return refused(FORM) };
    let expression = match Expression::read(logic) {
        Ok(expression) => expression,
        Err(invalid) => {
            let issues: Vec<Json> = invalid
                .issues()
                .iter()
                .map(|issue| json!({"place": issue.place, "message": issue.message}))
                .collect();
            let first = &issues[0];
            let (place, message) = (&first["place"], &first["message"]);
            return json!({"error": {"kind": "invalid", "place": place, "message": message, "issues": issues}});
        }
    };
    match expression.evaluate(data) {
        Ok(result) => json!({ "result": result }),
        Err(fault) => {
            let kind = if fault.problem.is_limit() { "limit" } else { "failed" };
            let message = fault.problem.to_string();
            json!({"error": {"kind": kind, "place": fault.place, "message": message}})
        }
    }
}

/// A line that is answered with this error.
pub fn refused(message: &str) -> Json {
    json!({"error": {"kind": "line", "message": message}})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: &str) -> (String, String) {
        let answer = answer(line);
        let text = |name: &str| answer["error"][name].as_str().unwrap_or("none").to_owned();
        (text("kind"), text("place"))
    }

    #[test]
    fn every_line_has_an_answer() {
        assert_eq!(
            answer(r#"{"logic": {"var": "a"}, "data": {"a": [1.0]}, "id": 7}"#),
            json!({"result": [1]})
        );
        assert_eq!(answer(r#"{"logic": {"var": "a"}, "data": null}"#), json!({"result": null}));
        for line in ["", "{", "[]", "7", r#"{"logic": 1}"#, r#"{"data": 1}"#, r#"{"logic":1,"data":1e400}"#] {
            assert_eq!(error(line), ("line".into(), "none".into()), "{line}");
        }
        let deep = format!(r#"{{"logic": 1, "data": {}}}"#, "[".repeat(100_000));
        assert_eq!(error(&deep).0, "line");
        assert_eq!(error(r#"{"logic": [1, null, {}], "data": 1}"#), ("invalid".into(), "/1".into()));
        assert_eq!(error(r#"{"logic": {"+": [1, ""]}, "data": 1}"#), ("failed".into(), "/+/1".into()));
        let list = vec!["0"; 100].join(",");
        let nest = format!(
            r#"{{"logic": {{"reduce": [{{"var":""}}, [{{"var":"accumulator"}}], 0]}}, "data": [{list}]}}"#
        );
        assert_eq!(error(&nest), ("limit".into(), "/reduce/1".into()));
    }

    #[test]
    fn an_error_does_not_repeat_the_line() {
        for line in [r#""ERIKSSON""#, r#"{"logic": ERIKSSON}"#, r#"{"logic": "ERIKSSON"}"#] {
            assert!(!answer(line).to_string().contains("ERIKSSON"), "{line}");
        }
    }
}
