//! ICAO VDS-NC: each seal under its certificate, changed, and without trust.

use std::fs;
use std::path::Path;

use anyhow::Context;
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use credential::{Certificate, Format, Issuer, Purpose, Seconds, TrustList, TrustedKey};
use serde_json::Value;

use crate::check;
use crate::table::{Finding, Suite};

/// 2022-01-01, within the time of all certificates.
const NOW: Seconds = 1_640_995_200;

/// Runs the suite.
pub fn run(folder: &Path) -> anyhow::Result<Suite> {
    let text = fs::read_to_string(folder.join("VDS-NC-Examples.json"))?;
    let seals: Vec<Value> = serde_json::from_str(&text)?;
    let mut suite = Suite::new("ICAO VDS-NC");
    for (index, seal) in seals.iter().enumerate() {
        let name = |what: &str| format!("example {}{what}", index + 1);
        let trust = trust(seal)?;
        let mut judge = |what, seal: &str, trust: &TrustList, wanted: Option<&str>| {
            let found = check(seal, trust, NOW);
            let same = found.accepted == wanted.is_none()
                && wanted.is_none_or(|reason| found.reasons.contains(&reason));
            let wanted = wanted.unwrap_or("accepted").to_owned();
            let different = || Finding::Different { wanted, found: found.words() };
            suite.add(name(what), if same { Finding::Same } else { different() });
        };
        judge("", &seal.to_string(), &trust, None);
        judge(", printed with spaces", &serde_json::to_string_pretty(seal)?, &trust, None);
        judge(", no trust", &seal.to_string(), &TrustList::empty(), Some("unknown_key"));
        let mut changed = seal.clone();
        let holder = changed["data"]["msg"]["pid"]["n"]
            .as_str()
            .context("a name")?
            .replace('I', "J")
            .replace('i', "j");
        changed["data"]["msg"]["pid"]["n"] = holder.into();
        judge(", another name", &changed.to_string(), &trust, Some("signature"));
        let other = &seals[(index + 1) % seals.len()];
        let mut swapped = seal.clone();
        swapped["sig"]["cer"] = other["sig"]["cer"].clone();
        judge(", another certificate", &swapped.to_string(), &trust, Some("unknown_key"));
    }
    Ok(suite)
}

/// The seal's own certificate, and nobody else.
fn trust(seal: &Value) -> anyhow::Result<TrustList> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let certificate = seal["sig"]["cer"].as_str().context("a certificate")?;
    let certificate = GeneralPurpose::new(&URL_SAFE, config).decode(certificate)?;
    let key = TrustedKey::from_certificate(Certificate::from_der(&certificate)?);
    let name = seal["data"]["hdr"]["is"].as_str().map(str::to_owned);
    let issuer = Issuer { name, format: Format::VdsNc, purposes: vec![Purpose::Pass], keys: vec![key] };
    Ok(TrustList::new(1, NOW, vec![issuer]))
}
