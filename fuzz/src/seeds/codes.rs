//! Our own codes, status lists and trust lists: of `vectors/pass.json`, whose signatures do not change.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{Pass, Scan, StatusList, base45};
use fuzz::targets::status_list::{JWT_CLAIMS, JWT_HEADER};
use fuzz::wrap;
use serde_json::{Value, json};

use super::{Seed, layer, root};

/// How many codes become seeds: one of each kind, not each of thousands.
const MOST: usize = 12;

fn vectors() -> Result<Value> {
    let file = root().join("../vectors/pass.json");
    let text = std::fs::read_to_string(file).context("reading vectors/pass.json")?;
    serde_json::from_str(&text).context("vectors/pass.json is not JSON")
}

/// Texts that can be read, of different lengths.
fn readable() -> Result<Vec<String>> {
    let vectors = vectors()?;
    let cases = vectors["cases"].as_array().context("no cases")?;
    let texts = cases.iter().filter_map(|case| case["text"].as_str());
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        let pass = Scan::read(text, &mut Vec::new()).pass().is_some();
        if pass && found.len() < MOST && found.iter().all(|other| other.len() != text.len()) {
            found.push(text.to_owned());
        }
    }
    Ok(found)
}

pub fn texts() -> Result<Vec<Seed>> {
    let numbered = readable()?.into_iter().enumerate();
    let mut seeds: Vec<Seed> =
        numbered.map(|(n, text)| (format!("code-{n:02}"), text.into_bytes())).collect();
    seeds.push(("rfc-9285".to_owned(), b"%69 VD92EX0".to_vec()));
    seeds.push(("short-code".to_owned(), b"7K3M-92QD".to_vec()));
    Ok(seeds)
}

fn bytes() -> Result<Vec<Vec<u8>>> {
    let decoded = readable()?.into_iter().map(|text| base45::decode(text.trim_start_matches("TX1:")));
    decoded.map(|bytes| bytes.context("a code that can be read")).collect()
}

pub fn signed() -> Result<Vec<Seed>> {
    let ours = bytes()?.into_iter().enumerate().map(|(n, bytes)| (format!("ours-{n:02}"), bytes));
    let foreign = super::foreign::signed();
    Ok(ours.chain(foreign).collect())
}

pub fn claims() -> Result<Vec<Seed>> {
    let mut seeds = vec![layer("header", 1, &wrap::HEADER)];
    for (n, bytes) in bytes()?.iter().enumerate() {
        // The header and the payload of a pass are two byte strings in its array.
        let mut cbor = minicbor::Decoder::new(bytes);
        let claims = Pass::parse(bytes).is_ok().then(|| {
            let _ = cbor.tag().and_then(|_| cbor.array()).and_then(|_| cbor.bytes()).and_then(|_| cbor.map());
            cbor.bytes()
        });
        seeds.push(match claims {
            Some(claims) => layer(&format!("claims-{n:02}"), 0, claims.context("a pass has claims")?),
            None => layer(&format!("live-{n:02}"), 2, bytes),
        });
    }
    Ok(seeds)
}

pub fn status_lists() -> Result<Vec<Seed>> {
    let mut list = StatusList::new(8_192).context("8,192 entries are allowed")?;
    list.withdraw(5_001).context("within the list")?;
    let (small, large) = (list.compress(), StatusList::new(1 << 20).context("2^20 are allowed")?.compress());
    let good = vectors()?["status"]["good"].as_str().map(|text| STANDARD.decode(text));
    let good = good.context("no status list")?.context("not in Base64")?;
    Ok(vec![
        layer("token", 0, &good),
        layer("claims", 1, &wrap::status_claims(&small)),
        layer("header", 2, &wrap::status_header()),
        layer("list-8192", 3, &small),
        layer("list-2-20", 3, &large),
        layer("jwt-claims", 4, JWT_CLAIMS),
        layer("jwt-header", 5, JWT_HEADER.as_bytes()),
        layer("jwt", 0, &wrap::jws(JWT_HEADER, JWT_CLAIMS)),
    ])
}

/// The public key of `vectors/`, under the key id of this crate's foreign seeds and under its own.
const KEY: (&str, &str, &str) = (
    "UKCabM0Jq7k",
    "kFyGRk5t74aEptrg-cSH6JUQwSlhZ9eWwenq45IJj30",
    "knlXxmXyrKjpmNfm1YKLOnt2gVcLEuSHbW8FvVUEcqA",
);

pub fn trust_lists() -> Vec<Seed> {
    let (kid, x, y) = KEY;
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
    let key = |kid: &str| json!({"kid": kid, "jwk": jwk, "not_before": 0, "not_after": 4_000_000_000_u64, "state": "active"});
    let issuer = |name: &str, format: &str, kid: &str| json!({"issuer": name, "format": format, "purposes": ["pass"], "keys": [key(kid)]});
    // `ZnV6emZ1eno` is "fuzzfuzz".
    let foreign = [("UT", "hcert"), ("https://issuer.example", "shc"), ("did:web:issuer.example", "nzcp")];
    let foreign = foreign.map(|(name, format)| issuer(name, format, "ZnV6emZ1eno"));
    let issuers: Vec<Value> = [issuer("CN-HB", "tongxing", kid)].into_iter().chain(foreign).collect();
    let list = json!({"version": 3, "issued": 1_795_334_400, "issuers": issuers});
    let loose = json!([{"format": "tongxing", "jwk": jwk, "iss": "CN-HB"}, {"format": "hcert", "jwk": jwk}]);
    let empty = json!({"version": 0, "issued": 0, "issuers": []});
    let header = json!({"alg": "ES256", "kid": kid, "typ": "tongxing-trust+jwt"});
    let signed = wrap::jws(&header.to_string(), list.to_string().as_bytes());
    let roots = json!({"keys": [jwk]});
    let plain = [
        ("issuers.json", list),
        ("loose.json", loose),
        ("empty.json", empty),
        ("header.json", header),
        ("roots.json", roots),
    ];
    let plain = plain.map(|(name, json)| (name.to_owned(), json.to_string().into_bytes()));
    plain.into_iter().chain([("signed.jws".to_owned(), signed)]).collect()
}

pub fn lines() -> Result<Vec<Seed>> {
    let lists = vectors()?;
    let line = |text: &str| {
        json!({"text": text, "at": "2026-11-23T08:00:00Z", "trust": lists["trust"]["ours"],
            "status": lists["status"]["good"], "document_matches": true, "temperature": 36.6})
    };
    let texts = readable()?;
    let whole = texts.iter().take(2).map(|text| line(text).to_string());
    let short = [json!({"text": "7K3M92QD"}), json!({"text": "", "at": 1_795_420_800, "trust": []})];
    let all = whole.chain(short.iter().map(ToString::to_string)).enumerate();
    Ok(all.map(|(n, line)| (format!("line-{n}"), line.into_bytes())).collect())
}
