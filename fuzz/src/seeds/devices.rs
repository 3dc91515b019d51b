//! What inspectors' devices send.

use fuzz::targets::outbox::{item, seal};
use serde_json::{Value, json};

use super::{Seed, layer};

const NOW: i64 = 1_795_420_800;
const SHIFT: &str = "AAECAwQFBgcICQoLDA0ODw";
const DEVICE: &str = "0d3c5a7e91b2f446";

fn contents() -> [(&'static str, Value); 8] {
    let report = |subject: Value| {
        json!({
            "v": 1, "kind": "report", "at": NOW, "shift": SHIFT, "subject": subject, "verdict": "PASS",
            "readings": [{"tenths": 378, "site": "forehead", "at": NOW - 60}, {"tenths": 381, "site": "ear", "at": NOW}],
            "threshold": 373, "action": "fever_clinic",
        })
    };
    let document = json!({"kind": "document", "document": "passport", "last_four": "02C3"});
    [
        ("pass", report(json!({"kind": "pass", "pass": "AAECAwQFBgc", "printed": false}))),
        ("foreign", report(json!({"kind": "foreign", "format": "hcert", "last_four": "02C3"}))),
        ("document", report(document)),
        ("nobody", report(json!({"kind": "nobody"}))),
        (
            "tally",
            json!({
                "v": 1, "kind": "tally", "at": NOW, "shift": SHIFT,
                "pass": 3, "check": 2, "stop": 1, "normal": 5, "abnormal": 1,
            }),
        ),
        (
            "scans",
            json!({
                "v": 1, "kind": "scans", "shift": SHIFT, "minute": NOW / 60, "count": 2,
                "marks": ["AAECAwQFBgc", "BwYFBAMCAQA"],
            }),
        ),
        (
            "shift-begun",
            json!({
                "v": 1, "kind": "shift_begun", "at": NOW, "shift": SHIFT, "parent": SHIFT, "checkpoint": DEVICE,
            }),
        ),
        (
            "shift-ended",
            json!({"v": 1, "kind": "shift_ended", "at": NOW, "shift": SHIFT, "why": "signed_out"}),
        ),
    ]
}

/// Items, open and sealed; a request and a file of them.
pub fn outbox() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut items = Vec::new();
    for (name, content) in contents() {
        let plain = content.to_string();
        seeds.push(layer(name, 0, plain.as_bytes()));
        if !matches!(name, "pass" | "scans") {
            continue;
        }
        seeds.push(layer(&format!("{name}-to-seal"), 1, plain.as_bytes()));
        let (kid, enc, sealed) = seal(plain.as_bytes());
        seeds.push(layer(&format!("{name}-sealed"), 2, &[&kid[..], &enc, &sealed].concat()));
        items.push(item(&kid, &enc, &sealed, &[0; 64]));
    }
    let request = json!({"waiting": 2, "app": 1, "items": items}).to_string();
    let file = json!({"device": DEVICE, "items": items}).to_string();
    seeds.push(layer("request", 3, request.as_bytes()));
    seeds.push(layer("heartbeat", 3, br#"{"waiting":0,"app":1,"items":[]}"#));
    seeds.push(layer("file", 3, file.as_bytes()));
    seeds
}

/// What inspectors' devices ask for.
pub fn enrolment() -> Vec<Seed> {
    // The base point of P-256 (SEC 2, section 2.4.2).
    let point = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";
    let enrolment = json!({"code": "7K3M 92QD", "public_key": point}).to_string();
    let shift = json!({
        "shift": SHIFT, "device": DEVICE, "checkpoint": DEVICE, "at": NOW, "signature": "A".repeat(86),
    })
    .to_string();
    let check = |text: &str| json!({"shift": SHIFT, "text": text}).to_string();
    vec![
        layer("enrolment", 0, enrolment.as_bytes()),
        layer("code", 1, b"7k3m-92qd"),
        layer("shift", 2, shift.as_bytes()),
        layer("short-code", 3, check("7K3M92QD").as_bytes()),
        layer("national", 3, check("GJM:1:AAECAwQFBgcICQoLDA0ODw").as_bytes()),
    ]
}
