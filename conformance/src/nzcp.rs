//! NZ COVID Pass: one valid pass and one for each way to fail, as texts and, where they are, as pictures.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use credential::{Format, Issuer, Purpose, Seconds, TrustList, TrustedKey};
use serde_json::Value;

use crate::check;
use crate::table::{Finding, Suite};

/// 2021-11-20, when the passes were published.
const NOW: Seconds = 1_637_366_400;

/// Each file's name without its ending, and the reason for which it is refused.
const CASES: [(&str, Option<&str>); 8] = [
    ("valid/nzcp", None),
    ("invalid/nzcp-bad-public-key", Some("signature")),
    ("invalid/nzcp-expired-payload", Some("expired")),
    ("invalid/nzcp-modified-payload", Some("signature")),
    ("invalid/nzcp-modified-sig", Some("signature")),
    ("invalid/nzcp-not-associated-public-key", Some("unknown_key")),
    ("invalid/nzcp-notactive-payload", Some("not_yet_valid")),
    // A picture only: a pass of a draft, with a tag on its `cti`, by an issuer of the past.
    ("invalid/nzcp-revoked-public-key", Some("unreadable")),
];

/// Runs the suite.
pub fn run(folder: &Path) -> anyhow::Result<Suite> {
    let trust = trust(&fs::read_to_string(folder.join("valid/did.json"))?)?;
    let mut suite = Suite::new("NZ COVID Pass");
    for (name, wanted) in CASES {
        let text = fs::read_to_string(folder.join(format!("{name}.txt"))).ok();
        let picture = fs::read(folder.join(format!("{name}.png"))).ok();
        if text.is_none() && picture.is_none() {
            bail!("{name} is not there");
        }
        if let Some(text) = text {
            suite.add(format!("{name}.txt"), judge(&text, &trust, wanted));
        }
        if let Some(picture) = picture {
            let texts = picture::decode_qr(&picture).context(name)?;
            suite.add(format!("{name}.png"), judge(&texts.join("\n"), &trust, wanted));
        }
        if name.starts_with("valid") {
            let text = fs::read_to_string(folder.join(format!("{name}.txt")))?;
            suite.add("an empty trust list", judge(&text, &TrustList::empty(), Some("unknown_key")));
        }
    }
    Ok(suite)
}

fn judge(text: &str, trust: &TrustList, wanted: Option<&str>) -> Finding {
    let found = check(text.trim(), trust, NOW);
    if found.accepted == wanted.is_none() && wanted.is_none_or(|reason| found.reasons.contains(&reason)) {
        return Finding::Same;
    }
    let wanted = wanted.map_or("accepted".into(), |reason| format!("refused: {reason}"));
    Finding::Different { wanted, found: found.words() }
}

/// The keys that the issuer's document lets make assertions.
fn trust(did: &str) -> anyhow::Result<TrustList> {
    let did: Value = serde_json::from_str(did)?;
    let may: BTreeSet<&str> =
        did["assertionMethod"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut keys = Vec::new();
    for method in did["verificationMethod"].as_array().into_iter().flatten() {
        let id = method["id"].as_str().context("a key without id")?;
        if may.contains(id) {
            let mut jwk = method["publicKeyJwk"].clone();
            jwk["kid"] = id.into();
            keys.push(TrustedKey::from_jwk(Format::Nzcp, &jwk)?);
        }
    }
    let name = did["id"].as_str().map(str::to_owned);
    let issuer = Issuer { name, format: Format::Nzcp, purposes: vec![Purpose::Pass], keys };
    Ok(TrustList::new(1, NOW, vec![issuer]))
}
