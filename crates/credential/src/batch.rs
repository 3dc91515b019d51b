//! Checks by the line: one JSON object in, one out (`tongxing verify --jsonl`).
//!
//! A bad line gives a line with its error, and the run goes on. What a line does not say comes from the
//! defaults; what it says wrongly is an error, never a default.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Seconds;
use crate::base64_text::base64_of;
use crate::json;
use crate::status_token::{StatusLists, StatusToken};
use crate::time::parse_time;
use crate::trust::TrustList;
use crate::verdict::{Observed, Temperature};
use crate::verify::verify;

/// What holds for a line that does not say otherwise.
#[derive(Debug, Clone, Default)]
pub struct BatchDefaults {
    /// Who is trusted.
    pub trust: TrustList,
    /// Status list tokens, as fetched; those that are refused count as missing.
    pub status: Vec<StatusToken>,
    /// The time of the check.
    pub now: Seconds,
    /// Document and temperature.
    pub observed: Observed,
}

/// Why a line could not be checked. It does not repeat the line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Not a JSON object with the members that are expected.
    #[error("not a line to check: {0}")]
    Json(String),
    /// A member that cannot be used.
    #[error("`{0}`: {1}")]
    Member(&'static str, String),
}

/// Other members are the caller's own (a name, a number) and are ignored.
#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    at: Option<Value>,
    #[serde(default)]
    trust: Option<Value>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    document_matches: Option<bool>,
    #[serde(default)]
    temperature: Option<f64>,
}

/// A run over many lines. Keeps its buffer and the last status list, which are most of a line's cost.
pub struct Batch {
    defaults: BatchDefaults,
    buffer: Vec<u8>,
    last_status: Option<(String, Option<StatusToken>)>,
}

impl Batch {
    /// A run with these defaults.
    pub fn new(defaults: BatchDefaults) -> Self {
        Self { defaults, buffer: Vec::new(), last_status: None }
    }

    /// Checks one line; the answer is the outcome, or `{"error": …}`.
    pub fn line(&mut self, line: &str) -> Value {
        self.check(line).unwrap_or_else(|error| json!({"error": error.to_string()}))
    }

    fn check(&mut self, line: &str) -> Result<Value, LineError> {
        let not_json = |error: serde_json::Error| LineError::Json(error_place(&error));
        // What says whom to trust must not be readable in two ways.
        json::strict(line.as_bytes()).map_err(not_json)?;
        let line: Line = serde_json::from_str(line).map_err(not_json)?;
        let now = line.at.map_or(Ok(self.defaults.now), time)?;
        let own_trust = line
            .trust
            .map(TrustList::from_value)
            .transpose()
            .map_err(|error| LineError::Member("trust", error.to_string()))?;
        let mut observed = self.defaults.observed;
        observed.document_matches = line.document_matches.unwrap_or(observed.document_matches);
        if let Some(degrees) = line.temperature {
            let reading = Temperature::from_celsius(degrees).ok_or_else(|| {
                LineError::Member("temperature", "expected 0 to 100 degrees Celsius".into())
            })?;
            observed.temperature = Some(reading);
        }
        if let Some(status) = line.status {
            self.read_status(status)?;
        } else {
            self.last_status = None;
        }
        let trust = own_trust.as_ref().unwrap_or(&self.defaults.trust);
        let tokens = match &self.last_status {
            Some((_, own)) => own.as_slice(),
            None => &self.defaults.status,
        };
        let mut statuses = StatusLists::default();
        for token in tokens {
            // A refused list is a missing list: the verdict says `status_unknown`.
            if let Ok(list) = token.verify(trust, now) {
                statuses.insert(list);
            }
        }
        Ok(verify(&line.text, &mut self.buffer, trust, &statuses, now, &observed).to_json())
    }

    /// Reads the line's own status list, unless it is the last line's. One that cannot be read counts as
    /// missing, so that a pass is still checked; only Base64 that is none is an error of the line.
    fn read_status(&mut self, text: String) -> Result<(), LineError> {
        if self.last_status.as_ref().is_some_and(|(known, _)| *known == text) {
            return Ok(());
        }
        let jwt = text.contains('.').then(|| text.trim().as_bytes().to_vec());
        let bytes = jwt
            .or_else(|| base64_of(&text))
            .ok_or_else(|| LineError::Member("status", "expected a JWT or Base64 of a CWT".into()))?;
        self.last_status = Some((text, StatusToken::parse(&bytes).ok()));
        Ok(())
    }
}

/// Where JSON went wrong, without the value that stood there: it may be somebody's code.
fn error_place(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a member is missing, doubled or of the wrong type",
        _ => "not JSON",
    };
    format!("{what}, at column {}", error.column())
}

fn time(value: Value) -> Result<Seconds, LineError> {
    let text = match value {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    parse_time(&text).map_err(|error| LineError::Member("at", error.to_string()))
}
