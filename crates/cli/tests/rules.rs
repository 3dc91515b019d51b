//! `tongxing rules`: expressions in CertLogic, evaluated by the line and checked by the file.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::Stdio;

use common::{command, run};
use serde_json::{Value, json};

fn answers(input: &[u8]) -> Vec<Value> {
    let found = run(&["rules", "eval"], input);
    assert_eq!((found.status, found.err.as_str()), (0, ""));
    found.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_line_has_its_answer_and_a_bad_one_spoils_no_other() {
    let fever = r#"{"logic":{"after":[{"plusTime":[{"var":"fever"},7,"day"]},{"plusTime":[{"var":"now"},0,"day"]}]},"data":"#;
    let mut input =
        format!("{fever}{{\"fever\":\"2020-04-01\",\"now\":\"2020-04-07T23:59:59+08:00\"}}}}\n").into_bytes();
    input.extend(b"\n{\"logic\":\n\xFF\xFE\n");
    input.extend(vec![b'x'; 1024 * 1024 + 1]);
    input.extend(format!("\n{fever}{{\"fever\":\"yesterday\"}}}}\n").as_bytes());
    input.extend(br#"{"logic":{"or":[true]},"data":null}"#);
    input.extend(b"\n");
    input.extend(br#"{"logic":[{"var":"a.1"}],"data":{"a":[0,"last, without a line break"]}}"#);
    let answers = answers(&input);
    assert_eq!(answers.len(), 8);
    assert_eq!(answers[0], json!({"result": true}));
    for (at, message) in [(1, "not JSON"), (2, "not JSON"), (3, "UTF-8"), (4, "1048576")] {
        let error = &answers[at]["error"];
        assert_eq!(error["kind"], "line");
        assert!(error["message"].as_str().unwrap().contains(message), "{error}");
    }
    assert_eq!(
        answers[5]["error"],
        json!({"kind": "failed", "place": "/after/0/plusTime/0", "message":
            "not a date or date-time in an allowed format, such as 2020-04-01 or 2020-04-01T08:00:00+08:00"})
    );
    assert_eq!(
        (&answers[6]["error"]["kind"], &answers[6]["error"]["place"]),
        (&json!("invalid"), &json!(""))
    );
    assert_eq!(answers[7], json!({"result": ["last, without a line break"]}));
}

#[test]
fn a_line_is_answered_before_the_next_one_comes() {
    let mut child = command(&["rules", "eval"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for number in 0..3 {
        writeln!(stdin, r#"{{"logic":{{"+":[1,{{"var":""}}]}},"data":{number}}}"#).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("{{\"result\":{}}}\n", number + 1));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn hostile_lines_end_in_an_error() {
    let nested = format!(r#"{{"logic":{}1{},"data":0}}"#, r#"{"!":["#.repeat(100_000), "]}".repeat(100_000));
    let list = vec!["0"; 100_000].join(",");
    let work = r#"{"reduce":[{"var":""},{"reduce":[{"var":"data"},1,0]},0]}"#;
    let doubling = r#"{"reduce":[[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20],[{"var":"accumulator"},{"var":"accumulator"}],0]}"#;
    let input =
        format!("{nested}\n{{\"logic\":{work},\"data\":[{list}]}}\n{{\"logic\":{doubling},\"data\":0}}\n");
    let answers = answers(input.as_bytes());
    let kinds: Vec<_> = answers.iter().map(|answer| answer["error"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["line", "limit", "limit"]);
}

fn file(name: &str, content: &str) -> String {
    let path =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("rules-{}-{name}", std::process::id()));
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn files_are_checked_and_every_error_has_its_place() {
    let good = file("good.json", r#"{"and": [{"var": "b"}, {"in": [{"var": "a.0"}, [1, 2]]}]}"#);
    let plain = file("plain.json", "true");
    let found = run(&["rules", "check", &good, &plain], b"");
    assert_eq!((found.status, found.err.as_str()), (0, ""));
    assert_eq!(found.out, format!("{good}: valid; looks at a.0, b\n{plain}: valid; looks at no data\n"));

    let bad = file("bad.json", r#"{"and": [{"var": "b."}, {"if": [1, null]}]}"#);
    let broken = file("broken.json", "{\"and\": [");
    let large = file("large.json", &" ".repeat(1024 * 1024 + 1));
    let found = run(&["rules", "check", &bad, &good, &broken, &large], b"");
    assert_eq!((found.status, found.err.as_str()), (1, ""));
    let lines: Vec<_> = found.out.lines().collect();
    assert_eq!(lines.len(), 6, "{lines:?}");
    assert_eq!(lines[0], format!("{bad}: /and/0: data access path doesn't have a valid format: b."));
    assert_eq!(
        lines[1],
        format!("{bad}: /and/1: operation \"if\" must have exactly 3 operands, but it has 2")
    );
    assert_eq!(lines[2], format!("{bad}: /and/1/if/1: invalid CertLogic expression"));
    assert!(lines[4].starts_with(&format!("{broken}: not JSON: ")), "{}", lines[4]);
    assert_eq!(lines[5], format!("{large}: larger than 1048576 bytes"));
}

#[test]
fn a_file_that_is_not_there_stops_the_command() {
    let found = run(&["rules", "check", "nowhere.json"], b"");
    assert_eq!((found.status, found.out.as_str()), (2, ""));
    assert!(found.err.contains("nowhere.json"), "{}", found.err);
    assert_eq!(run(&["rules", "check"], b"").status, 2);
}
