//! Credentials of others, of an invented person and without a signature that holds.

use fuzz::wrap;
use minicbor::data::Int;
use minicbor::{Encoder, encode};
use serde_json::{Value, json};

use super::{Seed, layer};

const CANNOT_FAIL: &str = "writing to a vector does not fail";

/// JSON as CBOR: enough for the content of credentials.
fn cbor(value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    item(value, &mut encoder).expect(CANNOT_FAIL);
    encoder.into_writer()
}

fn item(value: &Value, to: &mut Encoder<Vec<u8>>) -> Result<(), encode::Error<std::convert::Infallible>> {
    match value {
        Value::Null => drop(to.null()?),
        Value::Bool(value) => drop(to.bool(*value)?),
        Value::Number(number) => drop(to.i64(number.as_i64().unwrap_or_default())?),
        Value::String(text) => drop(to.str(text)?),
        Value::Array(items) => {
            to.array(items.len() as u64)?;
            items.iter().try_for_each(|value| item(value, to))?;
        }
        Value::Object(members) => {
            to.map(members.len() as u64)?;
            for (name, value) in members {
                // A claim's number stands in JSON as text.
                match name.parse::<i64>() {
                    Ok(number) => drop(to.int(Int::from(number))?),
                    Err(_) => drop(to.str(name)?),
                }
                item(value, to)?;
            }
        }
    }
    Ok(())
}

fn certificates() -> [(&'static str, Value); 3] {
    let name = json!({"fn": "Eriksson", "fnt": "ERIKSSON", "gn": "Anna Maria", "gnt": "ANNA<MARIA"});
    let of =
        |group: &str, entry: Value| json!({"ver": "1.3.0", "dob": "1974-08-12", "nam": name, group: [entry]});
    let ends = json!({"tg": "840539006", "co": "UT", "is": "Ministry", "ci": "URN:UVCI:01:UT:1A2B3C#E"});
    let with = |more: Value| {
        let mut entry = ends.as_object().cloned().unwrap_or_default();
        entry.extend(more.as_object().cloned().unwrap_or_default());
        Value::Object(entry)
    };
    [
        (
            "vaccination",
            of(
                "v",
                with(json!({"vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215",
            "dn": 2, "sd": 2, "dt": "2026-10-01"})),
            ),
        ),
        (
            "test",
            of(
                "t",
                with(json!({"tt": "LP6464-4", "nm": "PCR", "sc": "2026-11-22T08:00:00Z",
            "tr": "260415000", "tc": "Centre"})),
            ),
        ),
        ("recovery", of("r", with(json!({"fr": "2026-09-01", "df": "2026-09-11", "du": "2027-03-01"})))),
    ]
}

fn nzcp_claims() -> Vec<u8> {
    let mut claims = cbor(&json!({
        "1": "did:web:issuer.example", "5": 1_795_000_000, "4": 1_900_000_000,
        "vc": {"@context": ["https://www.w3.org/2018/credentials/v1",
            "https://nzcp.covid19.health.nz/contexts/v1"], "version": "1.0.0",
            "type": ["VerifiableCredential", "PublicCovidPass"],
            "credentialSubject": {"givenName": "Anna Maria", "familyName": "Eriksson", "dob": "1974-08-12"}},
    }));
    // The one claim that JSON has no type for: `cti`, 16 bytes. The map grows by one.
    claims[0] += 1;
    claims.extend(b"\x07\x50");
    claims.extend([0x5A; 16]);
    claims
}

pub fn claims() -> Vec<Seed> {
    let hcert = certificates().map(|(name, json)| (name.to_owned(), wrap::hcert_claims(&cbor(&json))));
    let mut seeds = hcert.to_vec();
    seeds.push(("nzcp".to_owned(), nzcp_claims()));
    seeds.push(("nested".to_owned(), [&[0x81; 200][..], &[0xF6]].concat()));
    seeds.push(("endless".to_owned(), b"\xbf\x01\x9f\x7f\x61a\xff\xf9\x3c\x00\xff\xff".to_vec()));
    seeds
}

pub fn signed() -> Vec<Seed> {
    claims().into_iter().map(|(name, claims)| (name, wrap::sign1(&wrap::HEADER, &claims))).collect()
}

pub fn dcc() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (name, json) in certificates() {
        let certificate = cbor(&json);
        let signed = wrap::sign1(&wrap::HEADER, &wrap::hcert_claims(&certificate));
        let text = wrap::hc1(&signed);
        let packed = credential::base45::decode(&text[4..]).expect("our own Base45");
        seeds.push(layer(&format!("{name}-text"), 0, text.as_bytes()));
        seeds.push(layer(&format!("{name}-packed"), 1, &packed));
        seeds.push(layer(&format!("{name}-claims"), 2, &wrap::hcert_claims(&certificate)));
        seeds.push(layer(&format!("{name}-certificate"), 3, &certificate));
    }
    seeds
}

fn card() -> Vec<u8> {
    let patient = json!({"resourceType": "Patient", "name": [{"family": "Eriksson", "given": ["Anna", "Maria"]}],
        "birthDate": "1974-08-12"});
    let dose = json!({"resourceType": "Immunization", "status": "completed", "occurrenceDateTime": "2026-10-01",
        "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "207"}]},
        "patient": {"reference": "resource:0"}});
    let entry = [patient, dose].into_iter().enumerate();
    let entry: Vec<Value> =
        entry.map(|(n, one)| json!({"fullUrl": format!("resource:{n}"), "resource": one})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entry});
    json!({"iss": "https://issuer.example", "nbf": 1_795_000_000, "vc": {
        "type": ["https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization"],
        "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": bundle}}})
    .to_string()
    .into_bytes()
}

pub fn shc() -> Vec<Seed> {
    let packed = wrap::deflated(&card());
    let token = wrap::jws(wrap::SHC_HEADER, &packed);
    vec![
        layer("text", 0, wrap::shc(&token).as_bytes()),
        layer("chunk", 0, wrap::shc(&token).replacen("shc:/", "shc:/1/2/", 1).as_bytes()),
        layer("token", 1, &token),
        layer("packed", 2, &packed),
        layer("json", 3, &card()),
    ]
}

pub fn nzcp() -> Vec<Seed> {
    let signed = wrap::sign1(&wrap::HEADER, &nzcp_claims());
    vec![
        layer("text", 0, wrap::nzcp(&signed).as_bytes()),
        layer("signed", 1, &signed),
        layer("claims", 2, &nzcp_claims()),
    ]
}

/// A certificate that is one in shape only: what stands in its fields is invented, the signature is zeros.
fn certificate() -> Vec<u8> {
    let tagged = |tag: u8, content: &[u8]| match u8::try_from(content.len()) {
        Ok(length @ 0..=127) => [&[tag, length], content].concat(),
        Ok(length) => [&[tag, 0x81, length], content].concat(),
        Err(_) => {
            let length = u16::try_from(content.len()).expect("a short certificate").to_be_bytes();
            [&[tag, 0x82], &length[..], content].concat()
        }
    };
    let sequence = |parts: &[&[u8]]| tagged(0x30, &parts.concat());
    let ecdsa = sequence(&[b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"]);
    let attribute =
        |oid: &[u8], text: &[u8]| tagged(0x31, &sequence(&[&tagged(0x06, oid), &tagged(0x13, text)]));
    let name = sequence(&[&attribute(b"\x55\x04\x06", b"UT"), &attribute(b"\x55\x04\x03", b"Invented")]);
    let validity = sequence(&[&tagged(0x17, b"260101000000Z"), &tagged(0x17, b"360101000000Z")]);
    let curve =
        sequence(&[b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01", b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"]);
    let key = sequence(&[&curve, &tagged(0x03, &[&[0, 4][..], &[0x5A; 64]].concat())]);
    let body = sequence(&[b"\xa0\x03\x02\x01\x02", b"\x02\x01\x07", &ecdsa, &name, &validity, &name, &key]);
    let signature = tagged(0x03, &[&[0][..], &sequence(&[b"\x02\x01\x01", b"\x02\x01\x01"])].concat());
    sequence(&[&body, &ecdsa, &signature])
}

pub fn vds_nc() -> Vec<Seed> {
    vec![layer("text", 0, wrap::vds_nc(&certificate()).as_bytes()), layer("certificate", 1, &certificate())]
}

pub fn jws() -> Vec<Seed> {
    let token = wrap::jws(wrap::SHC_HEADER, &wrap::deflated(&card()));
    vec![layer("token", 0, &token), layer("header", 1, wrap::SHC_HEADER.as_bytes())]
}
