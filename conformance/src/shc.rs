//! SMART Health Cards: every stored case of the developers' tools, against their list of errors.
//!
//! A payload by itself has no signature; it is packed and signed here, by a key that is trusted for its issuer,
//! so that it goes the way of all others.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{Es256Key, Format, Issuer, Purpose, Seconds, Signer, TrustList, TrustedKey, join_parts};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Value, json};

use crate::shc_expected::{explained, reasons, skipped};
use crate::table::{Finding, Suite};
use crate::{Checked, check};

/// 2022-05-31, when the cases were made.
const NOW: Seconds = 1_653_955_200;
/// The issuer of the cases, whose keys are in `issuer-jwks.json`.
const ISSUER: &str = "https://spec.smarthealth.cards/examples/issuer";
/// A key for payloads that come without signature; it is public by being here.
const OWN_KEY: &str = "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b02010104208d2e19351a1a88519e38eed611810b9d3dc7355587e76f98b2ce9699b05f7825a14403420004905c86464e6def8684a6dae0f9c487e89510c1296167d796c1e9eae392098f7d927957c665f2aca8e998d7e6d5828b3a7b7681570b12e4876d6f05bd550472a0";

/// Runs the suite.
pub fn run(folder: &Path) -> anyhow::Result<Suite> {
    let read = |name: &str| fs::read_to_string(folder.join(name));
    let bench = Bench::new(&serde_json::from_str(&read("issuer-jwks.json")?)?)?;
    let cases: Vec<Value> = serde_json::from_str(&read("expected.json")?)?;
    let mut suite = Suite::new("SMART Health Cards");
    for case in &cases {
        let title = case["title"].as_str().context("a title")?;
        let name = title.strip_prefix("Cards: ").unwrap_or(title);
        suite.add(name, bench.judge(folder, name, case).with_context(|| title.to_owned())?);
    }
    Ok(suite)
}

/// Whom the cases trust.
struct Bench {
    trust: TrustList,
    own: Es256Key,
}

impl Bench {
    fn new(jwks: &Value) -> anyhow::Result<Self> {
        let own = Es256Key::from_pkcs8(&hex::decode(OWN_KEY)?)?;
        let given = jwks["keys"].as_array().context("keys")?.iter().cloned();
        let keys = given.chain([serde_json::to_value(own.public().jwk())?]);
        let keys = keys.map(|jwk| TrustedKey::from_jwk(Format::Shc, &jwk)).collect::<Result<_, _>>()?;
        let name = Some(ISSUER.to_owned());
        let issuer = Issuer { name, format: Format::Shc, purposes: vec![Purpose::Pass], keys };
        Ok(Self { trust: TrustList::new(1, NOW, vec![issuer]), own })
    }

    fn judge(&self, folder: &Path, name: &str, case: &Value) -> anyhow::Result<Finding> {
        let texts = |list: &Value| -> Vec<String> {
            list.as_array()
                .into_iter()
                .flatten()
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect()
        };
        let (kind, errors) = (case["type"].as_str().context("a type")?, texts(&case["errors"]));
        if let Some(why) = skipped(kind, &errors) {
            return Ok(Finding::Skipped(why.into()));
        }
        let files: Vec<Vec<u8>> = texts(&case["files"])
            .iter()
            .map(|file| fs::read(folder.join("testdata").join(file)))
            .collect::<Result<_, _>>()?;
        let found = self.check(kind, &files, &self.trust)?;
        if self.check(kind, &files, &TrustList::empty())?.accepted {
            let wanted = "refused without trust".into();
            return Ok(Finding::Different { wanted, found: "accepted without trust".into() });
        }
        let accept = case["accept"] == true;
        let wanted: Vec<_> = errors.iter().flat_map(|error| reasons(error)).copied().collect();
        let reason = accept || wanted.iter().any(|reason| found.reasons.contains(reason));
        if found.accepted == accept && reason {
            return Ok(Finding::Same);
        }
        if let Some(why) = explained(name, &found.reasons) {
            return Ok(Finding::Explained(why.into()));
        }
        let wanted = if accept { "accepted".into() } else { errors.join(", ") };
        Ok(Finding::Different { wanted, found: found.words() })
    }

    /// All files of a case: several texts are the parts of one card, several cards in one file all have to do.
    fn check(&self, kind: &str, files: &[Vec<u8>], trust: &TrustList) -> anyhow::Result<Checked> {
        let texts = match kind {
            "qr" => one(&pictures(files)?),
            "jwspayload" => vec![self.signed(&files[0])?],
            "healthcard" | "fhirhealthcard" => cards(&files[0]),
            _ => one(&files.iter().map(|file| String::from_utf8_lossy(file)).collect::<Vec<_>>()),
        };
        let checks: Vec<Checked> = texts.iter().map(|text| check(text, trust, NOW)).collect();
        let refused = Checked { accepted: false, reasons: vec!["unreadable"] };
        Ok(checks.into_iter().min_by_key(|check| check.accepted).unwrap_or(refused))
    }

    fn signed(&self, payload: &[u8]) -> anyhow::Result<String> {
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
        packed.write_all(payload)?;
        let kid = TrustedKey::from_jwk(Format::Shc, &serde_json::to_value(self.own.public().jwk())?)?.kid;
        let header = json!({"zip": "DEF", "alg": "ES256", "kid": URL_SAFE_NO_PAD.encode(kid)});
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(packed.finish()?)
        );
        let signature = self.own.sign(message.as_bytes())?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The parts of one card as one text; what cannot be joined is checked part by part.
fn one<T: AsRef<str>>(texts: &[T]) -> Vec<String> {
    let each = || texts.iter().map(|text| text.as_ref().to_owned()).collect();
    join_parts(texts).map_or_else(each, |joined| vec![joined])
}

/// The texts in pictures; one in which there is nothing to read is an empty text.
fn pictures(files: &[Vec<u8>]) -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    for file in files {
        texts.extend(picture::decode_qr(file)?);
    }
    Ok(texts)
}

/// The cards in a `.smart-health-card` file or in the answer of `$health-cards-issue`; none if it is not exactly
/// one JSON object.
fn cards(file: &[u8]) -> Vec<String> {
    let exact = file.first() == Some(&b'{') && file.last() == Some(&b'}');
    let Some(json) = exact.then(|| serde_json::from_slice::<Value>(file).ok()).flatten() else {
        return Vec::new();
    };
    let listed = json["verifiableCredential"].as_array().into_iter().flatten();
    let parameters = json["parameter"].as_array().into_iter().flatten();
    let parameters =
        parameters.filter(|one| one["name"] == "verifiableCredential").map(|one| &one["valueString"]);
    listed.chain(parameters).filter_map(|card| card.as_str().map(str::to_owned)).collect()
}
