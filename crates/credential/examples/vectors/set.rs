//! A set of cases and its file: who is trusted, what is withdrawn, the codes, and what comes of each check.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::{
    Acceptance, Observed, PREFIX, Seconds, StatusLists, StatusToken, Temperature, TrustList, base45, to_text,
    verify,
};
use serde_json::{Map, Value, json};

use crate::common::NOW;
use crate::common::oracle::{Facts, Sig, expected};
use crate::run::{digest, statuses};

/// What is scanned.
#[derive(Clone)]
pub enum Input {
    /// A code of the set, by its number.
    Code(usize),
    /// The same with bytes replaced: from where, how many, by what.
    Spliced(usize, usize, usize, Vec<u8>),
    /// Any text.
    Text(String),
}

/// One check. [`Check::of`] has what most of them have.
#[derive(Clone)]
pub struct Check<'a> {
    pub input: Input,
    pub at: Seconds,
    pub trust: &'a str,
    pub status: &'a str,
    pub document: bool,
    pub tenths: Option<u16>,
    pub rules: bool,
}

impl Check<'_> {
    pub fn of(input: Input) -> Self {
        Self { input, at: NOW, trust: "ours", status: "good", document: true, tenths: None, rules: true }
    }
}

/// What is known beforehand of what must come of it.
pub enum Expected<'a> {
    /// Everything, by the second table of rules.
    Table(&'a Facts),
    /// It is no code.
    Unreadable,
    /// Verdict and reasons.
    Exactly(&'static str, &'a [&'static str]),
    /// The verdict only.
    Verdict(&'static str),
    /// That it does not pass.
    NotPass,
}

/// One file of cases.
pub struct Set {
    trust: BTreeMap<String, (Value, TrustList)>,
    status: BTreeMap<String, Vec<u8>>,
    codes: Vec<String>,
    cases: Vec<String>,
    differences: Vec<String>,
    /// Lists that were verified already, by token, trust list and time.
    verified: BTreeMap<(String, String, Seconds), StatusLists>,
}

impl Set {
    pub fn new() -> Self {
        let (trust, status, codes) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        Self { trust, status, codes, cases: Vec::new(), differences: Vec::new(), verified: BTreeMap::new() }
    }

    pub fn trust(&mut self, name: &str, list: Value) {
        let read = TrustList::from_value(list.clone()).unwrap();
        self.trust.insert(name.to_owned(), (list, read));
    }

    pub fn status(&mut self, name: &str, token: Vec<u8>) {
        self.status.insert(name.to_owned(), token);
    }

    pub fn code(&mut self, text: String) -> Input {
        self.codes.push(text);
        Input::Code(self.codes.len() - 1)
    }

    pub fn ours(&mut self, bytes: &[u8]) -> Input {
        self.code(to_text(bytes))
    }

    fn text_of(&self, input: &Input) -> String {
        match input {
            Input::Text(text) => text.clone(),
            Input::Code(code) => self.codes[*code].clone(),
            Input::Spliced(code, at, length, by) => {
                let mut bytes = base45::decode(self.codes[*code].strip_prefix(PREFIX).unwrap()).unwrap();
                bytes.splice(*at..*at + *length, by.iter().copied());
                to_text(&bytes)
            }
        }
    }

    /// Runs the check, holds it against what is known, and keeps it with its outcome.
    pub fn add(&mut self, name: &str, check: &Check<'_>, known: &Expected<'_>) {
        let text = self.text_of(&check.input);
        let key = (check.status.to_owned(), check.trust.to_owned(), check.at);
        let (_, trust) = &self.trust[check.trust];
        let token = self.status.get(check.status).and_then(|bytes| StatusToken::parse(bytes).ok());
        let lists = self.verified.entry(key).or_insert_with(|| statuses(token.as_ref(), trust, check.at));
        let observed = Observed {
            document_matches: check.document,
            temperature: check.tenths.map(Temperature),
            acceptance: if check.rules { Acceptance::Fixed } else { Acceptance::NotLoaded },
            ..Observed::default()
        };
        let found = verify(&text, &mut Vec::new(), trust, lists, check.at, &observed).to_json();
        if let Some(difference) = difference(&found, known) {
            self.differences.push(format!("{name}: {difference}"));
        }
        self.cases.push(line(name, check, &found));
    }

    /// One item a line, so that a difference can be read. Where the reference disagrees with what is known, there is
    /// no file.
    pub fn text(&self) -> String {
        assert!(self.differences.is_empty(), "{}", self.differences.join("\n"));
        let about = "Written by `cargo run -p credential --example vectors`; read vectors/README.md.";
        let trust: Map<_, _> =
            self.trust.iter().map(|(name, (list, _))| (name.clone(), list.clone())).collect();
        let status: Map<_, _> =
            self.status.iter().map(|(name, token)| (name.clone(), json!(STANDARD.encode(token)))).collect();
        let object = |members: Map<String, Value>| {
            let lines: Vec<_> =
                members.iter().map(|(name, value)| format!("{}: {value}", json!(name))).collect();
            lines.join(",\n")
        };
        let codes: Vec<_> = self.codes.iter().map(|code| json!(code).to_string()).collect();
        format!(
            "{{\"about\": {}, \"at\": {NOW},\n\"trust\": {{\n{}\n}},\n\"status\": {{\n{}\n}},\n\"codes\": [\n{}\n],\n\"cases\": [\n{}\n]}}\n",
            json!(about),
            object(trust),
            object(status),
            codes.join(",\n"),
            self.cases.join(",\n")
        )
    }
}

/// Where the reference does not agree with what is known.
fn difference(found: &Value, known: &Expected<'_>) -> Option<String> {
    let outcome = |verdict, reasons| json!({"verdict": verdict, "reasons": reasons});
    let got = outcome(found["verdict"].clone(), found["reasons"].clone());
    let want = match known {
        Expected::Table(facts) => {
            let (worst, rows) = expected(facts);
            let signature = match facts.signature {
                Sig::Good => "valid",
                Sig::Wrong => "invalid",
                Sig::UnknownKey => "unknown_key",
            };
            if found["signature"] != signature {
                return Some(format!("signature {}, not {signature}", found["signature"]));
            }
            outcome(json!(worst), json!(rows))
        }
        Expected::Unreadable if found["signature"] != "absent" => {
            return Some(format!("signature {}, not absent", found["signature"]));
        }
        Expected::Unreadable => outcome(json!("STOP"), json!(["unreadable"])),
        Expected::Exactly(worst, rows) => outcome(json!(worst), json!(rows)),
        Expected::Verdict(worst) => outcome(json!(worst), got["reasons"].clone()),
        Expected::NotPass => return (got["verdict"] == "PASS").then(|| "PASS".to_owned()),
    };
    (got != want).then(|| format!("{got}, not {want}"))
}

/// What most cases have is left out.
fn line(name: &str, check: &Check<'_>, found: &Value) -> String {
    let mut case = json!({
        "name": name, "verdict": found["verdict"], "reasons": found["reasons"],
        "signature": found["signature"], "format": found["format"], "json": digest(found),
    });
    match &check.input {
        Input::Code(code) => case["code"] = json!(code),
        Input::Text(text) => case["text"] = json!(text),
        Input::Spliced(code, at, length, by) => {
            case["code"] = json!(code);
            case["splice"] = json!([at, length, hex::encode(by)]);
        }
    }
    if check.at != NOW {
        case["at"] = json!(check.at);
    }
    if check.trust != "ours" {
        case["trust"] = json!(check.trust);
    }
    if check.status != "good" {
        case["status"] = json!(check.status);
    }
    if !check.document {
        case["document_matches"] = json!(false);
    }
    if let Some(tenths) = check.tenths {
        case["temperature"] = json!(f64::from(tenths) / 10.0);
    }
    if !check.rules {
        case["rules"] = json!(false);
    }
    case.to_string()
}
