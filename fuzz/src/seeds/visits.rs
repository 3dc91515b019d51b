//! Shares, records and lines of `vectors/visits.json`.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Seed, layer, root};

fn vectors() -> Result<Value> {
    let file = root().join("../vectors/visits.json");
    let text = std::fs::read_to_string(file).context("reading vectors/visits.json")?;
    serde_json::from_str(&text).context("vectors/visits.json is not JSON")
}

fn bytes(value: &Value) -> Result<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(value.as_str().context("no text")?).context("not Base64url")
}

pub fn shares() -> Result<Vec<Seed>> {
    let vectors = vectors()?;
    let mut seeds = Vec::new();
    for (number, share) in vectors["shares"].as_array().context("no shares")?.iter().enumerate() {
        seeds.push((format!("wrapped-{number}"), bytes(&share["wrapped"])?));
        seeds.push((format!("opened-{number}"), bytes(&share["opened"])?));
    }
    Ok(seeds)
}

pub fn records() -> Result<Vec<Seed>> {
    let vectors = vectors()?;
    let records = vectors["records"].as_array().context("no records")?.iter().enumerate();
    records.map(|(number, record)| Ok((format!("record-{number}"), bytes(&record["record"])?))).collect()
}

pub fn files() -> Result<Vec<Seed>> {
    let vectors = vectors()?;
    let (share, record) = (&vectors["shares"][0], &vectors["records"][0]);
    let mut line = json!({ "key": share["data_key"] });
    for name in ["location", "slot", "visit", "record"] {
        line[name] = record[name].clone();
    }
    let text = |line: Value| line.to_string().into_bytes();
    let list = vectors["units"][0]["list"].as_str().context("no list")?;
    Ok(vec![
        layer("share", 0, &text(json!({ "share": share["wrapped"] }))),
        layer("opened", 0, &text(json!({ "opened": share["opened"] }))),
        layer("record", 0, &text(line)),
        layer("list", 1, list.as_bytes()),
    ])
}
