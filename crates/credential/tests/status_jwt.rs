//! Status lists as JWT: the same answers as the CWT form, and nothing but what was signed.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{GOOD, ISSUER, NOW, URI, WITHDRAWN, issuer_key, other_key, trust};
use credential::{
    STATUS_LIFE, Signer, StatusAnswer, StatusClaims, StatusError, StatusList, StatusRef, StatusRefusal,
    StatusToken, TrustList, sign_status_jwt,
};
use serde_json::{Value, json};

fn list() -> StatusList {
    let mut list = StatusList::new(1 << 20).unwrap();
    list.withdraw(WITHDRAWN).unwrap();
    list
}

fn token(signer: &dyn Signer) -> String {
    sign_status_jwt(&StatusClaims::usual(URI, NOW), &list(), signer).unwrap()
}

fn answer(token: &str, trust: &TrustList, now: u64, index: u32) -> Result<StatusAnswer, StatusRefusal> {
    let list = StatusToken::parse(token.as_bytes())?.verify(trust, now)?;
    Ok(list.answer(ISSUER, &StatusRef { index, uri: URI }, now))
}

/// A token with any header and payload, signed by the issuer.
fn signed(header: &Value, payload: &str) -> String {
    let message = [header.to_string().as_str(), payload].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let signature = issuer_key().sign(message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn header() -> Value {
    json!({"alg": "ES256", "kid": issuer_key().key_id().to_string(), "typ": "statuslist+jwt"})
}

fn payload() -> Value {
    let list = StatusList::from_bytes(1, vec![0xb9, 0xa3]).unwrap();
    json!({"sub": URI, "iat": NOW, "exp": NOW + 3600, "ttl": 300,
        "status_list": {"bits": 1, "lst": URL_SAFE_NO_PAD.encode(list.compress())}})
}

#[test]
fn a_signed_list_answers() {
    let token = token(&issuer_key());
    assert_eq!(answer(&token, &trust(), NOW, GOOD), Ok(StatusAnswer::Good));
    assert_eq!(answer(&token, &trust(), NOW, WITHDRAWN), Ok(StatusAnswer::Withdrawn));
    assert_eq!(answer(&token, &TrustList::empty(), NOW, GOOD), Err(StatusRefusal::Untrusted));
    assert_eq!(answer(&token, &trust(), NOW + STATUS_LIFE, GOOD), Err(StatusRefusal::Time));
    assert_eq!(answer(&self::token(&other_key()), &trust(), NOW, GOOD), Err(StatusRefusal::Untrusted));
    let list = StatusToken::parse(token.as_bytes()).unwrap().verify(&trust(), NOW).unwrap();
    assert_eq!((list.refresh_at(), list.expires()), (NOW + 300, NOW + 86_400));
}

#[test]
fn the_claims_are_those_of_the_draft() {
    let token = token(&issuer_key());
    let parts: Vec<Vec<u8>> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
    assert_eq!(serde_json::from_slice::<Value>(&parts[0]).unwrap(), header());
    let claims: Value = serde_json::from_slice(&parts[1]).unwrap();
    assert_eq!((&claims["sub"], &claims["iat"], &claims["ttl"]), (&json!(URI), &json!(NOW), &json!(300)));
    assert_eq!((&claims["exp"], &claims["status_list"]["bits"]), (&json!(NOW + 86_400), &json!(1)));
    assert_eq!(parts[2].len(), 64);
}

#[test]
fn what_is_not_the_form_is_refused() {
    let good = signed(&header(), &payload().to_string());
    assert_eq!(answer(&good, &trust(), NOW, 0), Ok(StatusAnswer::Withdrawn));
    let change = |change: fn(&mut Value, &mut Value)| {
        let (mut header, mut payload) = (header(), payload());
        change(&mut header, &mut payload);
        signed(&header, &payload.to_string())
    };
    for bad in [
        change(|header, _| header["alg"] = json!("none")),
        change(|header, _| header["alg"] = json!("HS256")),
        change(|header, _| header["typ"] = json!("JWT")),
        change(|header, _| header["kid"] = json!(12)),
        change(|header, _| header["crit"] = json!(["exp"])),
        change(|_, payload| payload["iat"] = json!(1.5)),
        change(|_, payload| payload["iat"] = json!(-1)),
        change(|_, payload| payload["iat"] = json!(u64::MAX)),
        change(|_, payload| payload["exp"] = json!("2027")),
        change(|_, payload| payload["nbf"] = json!(0)),
        change(|_, payload| drop(payload.as_object_mut().unwrap().remove("sub"))),
        change(|_, payload| drop(payload.as_object_mut().unwrap().remove("status_list"))),
        change(|_, payload| payload["status_list"]["lst"] = json!("====")),
        signed(&header(), &payload().to_string().replacen('{', "{\"ttl\":1,", 1)),
        signed(&header(), &format!("{} ", payload())),
        signed(&header(), &"[".repeat(10_000)),
        format!("{good}\n"),
        format!("{good}."),
        good[..good.len() - 1].to_owned(),
    ] {
        assert_eq!(answer(&bad, &trust(), NOW, 5), Err(StatusRefusal::Malformed), "{bad}");
    }
    let wide = change(|_, payload| payload["status_list"]["bits"] = json!(3));
    assert_eq!(answer(&wide, &trust(), NOW, 0), Err(StatusRefusal::List(StatusError::Size)));
}

#[test]
fn every_flipped_bit_is_refused() {
    let token = signed(&header(), &payload().to_string());
    assert_eq!(answer(&token, &trust(), NOW, 1), Ok(StatusAnswer::Good));
    for bit in 0..token.len() * 8 {
        let mut flipped = token.clone().into_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let read = StatusToken::parse(&flipped).and_then(|token| token.verify(&trust(), NOW));
        assert!(read.is_err(), "bit {bit}");
    }
}

#[test]
fn a_bomb_stops_at_the_declared_size() {
    use std::io::Write;
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(&vec![0; 64 << 20]).unwrap();
    let mut payload = payload();
    payload["status_list"]["lst"] = json!(URL_SAFE_NO_PAD.encode(zlib.finish().unwrap()));
    let bomb = signed(&header(), &payload.to_string());
    assert_eq!(answer(&bomb, &trust(), NOW, 5), Err(StatusRefusal::List(StatusError::Size)));
}
