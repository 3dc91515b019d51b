//! `tongxing verify`: one code, a picture, and batches.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{command, run, vectors};
use fast_qr::{ECL, QRBuilder};
use image::{GrayImage, Luma};
use serde_json::{Value, json};

/// A folder with the files that the options name.
struct Desk {
    folder: tempfile::TempDir,
    text: String,
    at: String,
}

impl Desk {
    fn new() -> Self {
        let vectors = vectors();
        let folder = tempfile::tempdir().unwrap();
        let cases = vectors["cases"].as_array().unwrap();
        // A printed pass that lacks nothing but the document.
        let plain =
            |case: &&Value| ["splice", "at", "trust", "status"].iter().all(|name| case[name].is_null());
        let wanted = json!(["match_document"]);
        let good = cases.iter().filter(plain).find(|case| case["reasons"] == wanted).unwrap();
        let desk = Self { text: text(&vectors, good).to_owned(), at: vectors["at"].to_string(), folder };
        fs::write(desk.path("trust.json"), vectors["trust"]["ours"].to_string()).unwrap();
        let status = vectors["status"]["good"].as_str().unwrap();
        fs::write(desk.path("status.txt"), status).unwrap();
        fs::write(desk.path("status.cwt"), STANDARD.decode(status).unwrap()).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self) -> &str {
        &self.text
    }

    /// The options under which the good code passes, in front of `more`.
    fn verify(&self, more: &[&str], input: &[u8]) -> common::Run {
        let (trust, status) = (self.path("trust.json"), self.path("status.cwt"));
        let mut all =
            vec!["verify", "--trust", trust.to_str().unwrap(), "--status", status.to_str().unwrap()];
        all.extend(["--at", &self.at, "--document-matches"]);
        all.extend(more);
        run(&all, input)
    }
}

/// The text of a case (vectors/README.md); not for those whose bytes are altered.
fn text<'a>(vectors: &'a Value, case: &'a Value) -> &'a str {
    let listed =
        || vectors["codes"][case["code"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap()].as_str();
    case["text"].as_str().or_else(listed).unwrap()
}

/// Draws codes beside each other.
fn draw(texts: &[&str], path: &Path) {
    let (scale, quiet) = (4_usize, 4_usize);
    let codes: Vec<_> = texts.iter().map(|text| QRBuilder::new(*text).ecl(ECL::M).build().unwrap()).collect();
    let place = codes.iter().map(|code| code.size + 2 * quiet).max().unwrap();
    let side = u32::try_from(place * scale).unwrap();
    let image = GrayImage::from_fn(side * u32::try_from(codes.len()).unwrap(), side, |x, y| {
        let code = &codes[(x / side) as usize];
        let module = |at: u32| (at as usize / scale).checked_sub(quiet).filter(|m| *m < code.size);
        let dark = matches!((module(x % side), module(y)), (Some(x), Some(y)) if code[y][x].value());
        Luma([if dark { 0 } else { 255 }])
    });
    image.save(path).unwrap();
}

#[test]
fn a_good_pass_passes_however_it_is_handed_in() {
    let desk = Desk::new();
    let mut line = desk.text().as_bytes().to_vec();
    line.push(b'\n');
    for found in [desk.verify(&[desk.text()], b""), desk.verify(&[], &line)] {
        assert_eq!((found.status, found.out.lines().next()), (0, Some("PASS")), "{}", found.err);
    }
    for name in ["code.png", "code.jpg"] {
        let picture = desk.path(name);
        draw(&[desk.text()], &picture);
        let found = desk.verify(&["--image", picture.to_str().unwrap(), "--json"], b"");
        let json: Value = serde_json::from_str(&found.out).unwrap();
        assert_eq!((found.status, &json["verdict"]), (0, &json!("PASS")), "{name}: {}", found.err);
    }
    let base64 = desk.path("status.txt");
    let trust = desk.path("trust.json");
    let at = desk.at.clone();
    let found = run(
        &["verify", desk.text(), "--document-matches", "--at", &at, "--trust", trust.to_str().unwrap()],
        b"",
    );
    assert_eq!((found.status, found.out.lines().next()), (1, Some("CHECK")), "no status list, no PASS");
    let found = run(
        &[
            "verify",
            desk.text(),
            "--document-matches",
            "--at",
            &at,
            "--trust",
            trust.to_str().unwrap(),
            "--status",
            base64.to_str().unwrap(),
        ],
        b"",
    );
    assert_eq!(found.status, 0, "Base64 does too: {}", found.err);
}

#[test]
fn the_verdict_comes_first_then_reasons_then_identity() {
    let desk = Desk::new();
    let found = desk.verify(&[desk.text(), "--temperature", "37.3"], b"");
    let lines: Vec<_> = found.out.lines().collect();
    assert_eq!((found.status, lines[0]), (1, "STOP"));
    assert!(lines[1].starts_with("temperature "), "{}", found.out);
    assert!(lines[2].starts_with("initials "), "{}", found.out);
    let mut altered = desk.text().to_owned();
    altered.replace_range(60..61, if altered.as_bytes()[60] == b'A' { "B" } else { "A" });
    let found = desk.verify(&[&altered], b"");
    assert_eq!((found.status, found.out.lines().next()), (1, Some("STOP")));
    assert!(!found.out.contains("initials"), "nothing of an altered code is shown: {}", found.out);
}

/// A vaccination certificate of the EU's form for an invented person, signed by the key of the test vectors and
/// valid around 2026-11-23.
const HC1: &str = "HC1:NCF1701A0T9WTWGSLKC 4979HWEM9E+CCEC6YAB0XKIJC/RADF3/T0600DF3/E0C10Y50.FK8ZKGVC*JC1A62:63W5Q47*96TPCBEC7ZKW.CM2D*KECQD-3ELPCG/DM2D5IANN971A JC6/DAC8..DY34GECMEDMPCG/DLJDL+95B8MY95IA.B87:EDOLOPCJKEAIA%G7X+AQB9746%G77TAO96TH8UPC/IC2UAFVCPD0LVC6JD8469%6B464W5Y57+EDG8DZED+EDKWEOFFB$D% D3IA4W5646946846.96.JCP9EJY8L/5M/5546.96VF63KC.SC4KCD3DX47B46IL6646H*6Z/E5JD%96IA74R6646407O/EZKEZ967L6156U98VA8TQ5WRNPQVO.7F+G.5TANTM46$J0 3IN0VMPH04TJ$H%/4201380%YOEUR6QFZA5X-9XJVR/8KDN:+TSYCECFCERCXOXLI06IJ1";

#[test]
fn a_credential_of_somebody_else_counts_for_entry() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys.json");
    let jwk = json!({"kty": "EC", "crv": "P-256", "kid": "dXRvcGlhMDE",
        "x": "kFyGRk5t74aEptrg-cSH6JUQwSlhZ9eWwenq45IJj30", "y": "knlXxmXyrKjpmNfm1YKLOnt2gVcLEuSHbW8FvVUEcqA"});
    fs::write(&keys, json!([{"format": "hcert", "jwk": jwk}]).to_string()).unwrap();
    let verify = |at: &str, more: &str| {
        run(&["verify", HC1, "--trust", keys.to_str().unwrap(), "--at", at, more], b"")
    };
    let found = verify("2026-11-23T08:00:00Z", "--document-matches");
    let lines: Vec<Vec<&str>> = found.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!((found.status, &lines[0]), (0, &vec!["PASS"]), "{}", found.err);
    assert_eq!(
        lines[1..4],
        [vec!["initials", "EAM"], vec!["birth", "--08-12"], vec!["expires", "2026-11-24T08:00:00Z"]]
    );
    assert_eq!(lines[4][..4], ["counts", "for", "entering", "the"]);
    let found = verify("2026-11-23T08:00:00Z", "--json");
    let json: Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!(
        (&json["verdict"], &json["scope"], &json["format"]),
        (&json!("PASS"), &json!("entry"), &json!("hcert"))
    );
    assert_eq!(json["payload"]["nam"]["fnt"], "ERIKSON");
    let found = verify("2026-11-24T08:00:01Z", "--document-matches");
    assert_eq!(
        (found.status, found.out.lines().nth(1).unwrap().starts_with("expired ")),
        (1, true),
        "{}",
        found.out
    );
    let found = run(&["verify", HC1, "--at", "2026-11-23T08:00:00Z"], b"");
    assert_eq!((found.status, found.out.lines().count()), (1, 2), "nothing is shown of whom: {}", found.out);
}

#[test]
fn of_several_codes_in_a_picture_the_one_that_is_meant_is_checked() {
    let desk = Desk::new();
    let look = |texts: &[&str]| {
        let picture = desk.path("several.png");
        draw(texts, &picture);
        let found = desk.verify(&["--image", picture.to_str().unwrap(), "--json"], b"");
        let json: Value = serde_json::from_str(&found.out).unwrap();
        (json["format"].clone(), json["verdict"].clone())
    };
    let (parcel, foreign) = ("PARCEL 12 OF 13", "HC1:NCFJ60EG0/3WUWGSLKH47GO0");
    assert_eq!(look(&[parcel, desk.text()]), (json!("tongxing"), json!("PASS")));
    assert_eq!(look(&[foreign, desk.text()]), (json!("tongxing"), json!("PASS")));
    assert_eq!(look(&[parcel, foreign]).0, json!("hcert"));
    assert_eq!(look(&["HC1:6BF", foreign]), (Value::Null, json!("STOP")), "nobody could say which");
    assert_eq!(look(&[parcel, "PARCEL 13 OF 13"]), (Value::Null, json!("STOP")));
}

#[test]
fn without_options_nobody_is_trusted() {
    let desk = Desk::new();
    let at = desk.at.clone();
    let found = run(&["verify", desk.text(), "--at", &at], b"");
    assert_eq!((found.status, found.out.lines().next()), (1, Some("STOP")));
    assert!(found.out.contains("unknown_key"), "{}", found.out);
    let now = run(&["verify", desk.text()], b"");
    assert_eq!(now.status, 1, "by the machine's clock");
}

#[test]
fn garbage_is_stopped_and_never_breaks_anything() {
    let desk = Desk::new();
    let long = "TX1:".to_owned() + &"A".repeat(100_000);
    for text in ["", "TX1:", "HC1:ABC", "\u{0}", long.as_str(), "护照"] {
        let found = desk.verify(&["--json"], text.as_bytes());
        let json: Value = serde_json::from_str(&found.out).unwrap();
        assert_eq!(found.status, 1, "{text:.20}");
        assert_ne!(json["verdict"], "PASS");
    }
    assert_eq!(desk.verify(&[], b"\xFF\xFE").status, 1);
    let picture = desk.path("none.png");
    let large = vec![0xFF; 6 * 1024 * 1024];
    for content in [&b""[..], b"GIF89a", b"\x89PNG\r\n\x1a\n", &large] {
        fs::write(&picture, content).unwrap();
        let found = desk.verify(&["--image", picture.to_str().unwrap()], b"");
        assert_eq!((found.status, found.out.lines().next()), (1, Some("STOP")));
        assert!(found.err.starts_with("note: "), "{}", found.err);
    }
}

#[test]
fn what_cannot_be_read_or_makes_no_sense_is_told_apart() {
    let desk = Desk::new();
    let gone = desk.path("gone");
    let gone = gone.to_str().unwrap();
    let status = desk.path("status.txt");
    for (arguments, said) in [
        (vec!["--image", gone], "gone"),
        (vec!["x", "--trust", gone], "gone"),
        (vec!["x", "--status", gone], "gone"),
        (vec!["x", "--trust", status.to_str().unwrap()], "trust list"),
        (vec!["x", "--at", "yesterday"], "--at"),
        (vec!["x", "--temperature", "hot"], "--temperature"),
        (vec!["x", "--image", "y"], "cannot be used"),
    ] {
        let all: Vec<&str> = std::iter::once("verify").chain(arguments.clone()).collect();
        let found = run(&all, b"");
        assert_eq!((found.status, found.out.as_str()), (2, ""), "{arguments:?}: {}", found.err);
        assert!(found.err.contains(said), "{arguments:?}: {}", found.err);
    }
}

#[test]
fn a_batch_agrees_with_every_vector_in_order() {
    let vectors = vectors();
    // A batch has no option for leaving the rules of acceptance out.
    let whole = |case: &&Value| case["splice"].is_null() && case["rules"].is_null();
    let cases: Vec<&Value> = vectors["cases"].as_array().unwrap().iter().filter(whole).collect();
    assert!(cases.len() > 1_000);
    let line = |case: &&Value| {
        let at = if case["at"].is_null() { &vectors["at"] } else { &case["at"] };
        let mut line = json!({
            "text": text(&vectors, case), "at": at, "temperature": case["temperature"],
            "document_matches": case["document_matches"].as_bool().unwrap_or(true),
        });
        let named = |list: &str, default| vectors[list].get(case[list].as_str().unwrap_or(default)).cloned();
        line["trust"] = named("trust", "ours").unwrap_or_else(|| json!([]));
        line["status"] = named("status", "good").unwrap_or(Value::Null);
        line.to_string()
    };
    let input: Vec<String> = cases.iter().map(line).collect();
    let found = run(&["verify", "--jsonl"], input.join("\n").as_bytes());
    assert_eq!((found.status, found.err.as_str()), (0, ""));
    let answers: Vec<Value> = found.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), cases.len());
    for (case, answer) in cases.iter().zip(&answers) {
        for member in ["verdict", "reasons", "signature"] {
            assert_eq!(answer[member], case[member], "{member} of {}", case["name"]);
        }
    }
}

#[test]
fn bad_lines_get_their_error_in_their_place() {
    let desk = Desk::new();
    let good = json!({"text": desk.text()}).to_string();
    let long = format!(r#"{{"text":"{}"}}"#, "A".repeat(2 * 1024 * 1024));
    let mut input = Vec::new();
    for line in [good.as_bytes(), b"", b"not JSON", b"\xFF", long.as_bytes(), b"{}", good.as_bytes()] {
        input.extend_from_slice(line);
        input.push(b'\n');
    }
    let found = desk.verify(&["--jsonl"], &input);
    assert_eq!(found.status, 0, "{}", found.err);
    let shapes: Vec<&str> = found
        .out
        .lines()
        .map(|line| {
            let json: Value = serde_json::from_str(line).unwrap();
            if json.get("error").is_some() {
                "error"
            } else if json["verdict"] == "PASS" {
                "PASS"
            } else {
                "other"
            }
        })
        .collect();
    assert_eq!(shapes, ["PASS", "error", "error", "error", "error", "error", "PASS"]);
}

#[test]
fn order_is_kept_over_many_lines() {
    let input: Vec<String> =
        (0..20_000).map(|i| json!({"text": format!("T{i}"), "at": i}).to_string()).collect();
    let mut input = input.join("\n");
    input.push_str("\n{\"text\": 1}\n");
    let found = run(&["verify", "--jsonl"], input.as_bytes());
    assert_eq!(found.out.lines().count(), 20_001);
    assert!(found.out.lines().last().unwrap().contains("error"), "the last answer is the last line's");
    assert_eq!(found.out.matches("error").count(), 1);
}

#[test]
fn a_line_is_answered_before_the_next_one_comes() {
    let mut child =
        command(&["verify", "--jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..3 {
        stdin.write_all(b"{\"text\": \"7K3M92QD\"}\n").unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert!(answer.contains("short_code"), "{answer}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child = command(&["verify", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // As `| head -1` does. The writer goes on until the program has noticed and closed its own end.
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    let writer = std::thread::spawn(move || while stdin.write_all(b"{\"text\": \"7K3M92QD\"}\n").is_ok() {});
    answers.read_line(&mut String::new()).unwrap();
    drop(answers);
    let ended = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{ended:?}");
}
