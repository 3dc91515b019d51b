//! A line of `tongxing verify --jsonl`: JSON with a text, a time, a trust list and a status list in it.

use std::hint::black_box;

use credential::{Batch, BatchDefaults};

use super::verified::NOW;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "\"text\":",
    "\"at\":",
    "\"trust\":[]",
    "\"trust\":{",
    "\"status\":\"",
    "\"document_matches\":true",
    "\"temperature\":37.3",
    "2026-11-23T08:00:00Z",
    "9999-12-31T23:59:60+99:99",
    "1e400",
    "-1",
    "\\ud800",
    "2S6",
];

/// One line: one answer.
pub fn run(data: &[u8]) {
    let Ok(line) = std::str::from_utf8(data) else { return };
    let mut batch = Batch::new(BatchDefaults { now: NOW, ..BatchDefaults::default() });
    black_box(batch.line(line));
}
