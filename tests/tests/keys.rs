//! The signing keys of a running installation: changed under it, taken away from it, and found nowhere else.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use blackbox::{Browser, Engine, PASSPHRASE, Phone, Place, Server, server_log};
use common::codes::{Code, assert_passes, fetch_lists, verdict};
use common::{Person, READY, apply, import, stands, until};
use serde_json::{Value, json};

const HOLDER: Person = Person::new("XC5518340", "PEMBERTHWAITE", "ISOLDINE", ["11", "8", "1977"]);

fn keys(place: &Place) -> Value {
    let text = std::fs::read_to_string(place.folder().join("keys/signing-keys.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn kid(place: &Place, r#use: &str) -> String {
    let keys = keys(place);
    let all = keys["keys"].as_array().unwrap();
    all.iter().find(|key| key["use"] == r#use).unwrap()["kid"].as_str().unwrap().to_owned()
}

/// The page's script: asks with the same key each time.
async fn ask(phone: &Phone, holder: &Browser, server: &Server) -> Code {
    let page = holder.get("/my-code").await;
    let (status, answer) = phone.ask(holder, &page, &server.origin).await;
    assert_eq!(status, 200, "{answer}");
    let pass = URL_SAFE_NO_PAD.decode(answer["pass"].as_str().unwrap()).unwrap();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds since 1970")]
    let time = answer["server_time"].as_f64().unwrap() as u64;
    Code { text: phone.show(&pass, time), time }
}

async fn ready(server: &Server) -> Value {
    let page = server.browser().get("/readyz").await;
    assert!(page.status.is_success(), "{}", page.status);
    serde_json::from_str(&page.html).unwrap()
}

/// Whether the published trust list names this key.
async fn signs_with(server: &Server, kid: &str) -> bool {
    let list = server.browser().get("/.well-known/tongxing-trust.jws").await;
    assert!(list.status.is_success());
    let payload = URL_SAFE_NO_PAD.decode(list.html.split('.').nth(1).unwrap()).unwrap();
    String::from_utf8(payload).unwrap().contains(kid)
}

#[tokio::test]
async fn an_emergency_reaches_a_running_server_its_checkers_and_its_phones() {
    let place = Place::new(Engine::Sqlite).await;
    import(&place, &[HOLDER]);
    let server = Server::start(&place).await;
    let (holder, phone) = (server.browser(), Phone::new());
    apply(&holder, &HOLDER).await;
    stands(&holder, READY).await;
    let old = ask(&phone, &holder, &server).await;
    assert_passes(&place, &server, &old).await;

    let withdrawn = kid(&place, "current");
    place.run(&["keys", "withdraw", &withdrawn]);
    let standby = kid(&place, "standby");
    let begun = blackbox::now();
    server.look_at_keys();
    until(|| signs_with(&server, &standby)).await;
    // Checkers refuse from then on; the list's life of 300 s and 60 s more are far.
    fetch_lists(&place, &server, &old).await;
    assert!(blackbox::now() - begun < 60);
    let said = verdict(&place, &old);
    assert_eq!((&said["verdict"], &said["reasons"]), (&json!("STOP"), &json!(["key_invalid"])));
    // The phone asks as it does whenever the page comes into view, and shows what counts.
    let renewed = ask(&phone, &holder, &server).await;
    assert_ne!(renewed.text, old.text);
    assert_passes(&place, &server, &renewed).await;
    assert!(server_log(&place).contains("signing keys reloaded"));
    server.stop();
}

#[tokio::test]
async fn a_broken_folder_is_said_and_the_server_goes_on_with_its_keys() {
    let place = Place::new(Engine::Sqlite).await;
    import(&place, &[HOLDER]);
    let server = Server::start(&place).await;
    let (holder, phone) = (server.browser(), Phone::new());
    apply(&holder, &HOLDER).await;
    stands(&holder, READY).await;
    let (folder, away) = (place.folder().join("keys"), place.folder().join("keys-away"));
    std::fs::rename(&folder, &away).unwrap();
    until(async || ready(&server).await["signing_keys"] == "not_reloaded").await;
    assert!(server_log(&place).contains("could not be reloaded"));
    let code = ask(&phone, &holder, &server).await;
    assert_passes(&place, &server, &code).await;
    std::fs::rename(&away, &folder).unwrap();
    // Found again by itself, as it was.
    until(async || ready(&server).await == json!({"status": "ok", "national_code": "off"})).await;
    server.stop();
}

/// Opens a sealed key as the documentation says, to know what to look for.
fn private_scalars(place: &Place) -> Vec<[u8; 32]> {
    let keys = keys(place);
    let number = |name: &str| u32::try_from(keys["lock"][name].as_u64().unwrap()).unwrap();
    let params = Params::new(number("memory_kib"), number("passes"), number("lanes"), Some(32)).unwrap();
    let salt = STANDARD.decode(keys["lock"]["salt"].as_str().unwrap()).unwrap();
    let mut key = [0; 32];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(PASSPHRASE.as_bytes(), &salt, &mut key).unwrap();
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    let sealed = keys["keys"].as_array().unwrap().iter().filter(|key| key["sealed"].is_string());
    let open = |key: &Value| {
        let mut bytes = STANDARD.decode(key["sealed"].as_str().unwrap()).unwrap();
        let (nonce, secret) = bytes.split_at_mut(12);
        let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
        let parts = [keys["format"].as_str().unwrap(), key["kid"].as_str().unwrap()];
        let associated: Vec<u8> =
            parts.iter().flat_map(|p| [&(p.len() as u64).to_be_bytes()[..], p.as_bytes()].concat()).collect();
        let der = cipher.open_in_place(nonce, Aad::from(associated), secret).unwrap();
        // PKCS#8 of a P-256 key: the scalar is the octet string of 32 bytes (RFC 5915).
        let at = der.windows(3).position(|three| three == [0x01, 0x04, 0x20]).unwrap() + 3;
        der[at..at + 32].try_into().unwrap()
    };
    sealed.map(open).collect()
}

/// The bytes raw, and as they would stand in a text.
fn spellings(secret: &[u8; 32]) -> Vec<Vec<u8>> {
    let hex = hex::encode(secret);
    let mut all = vec![secret.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    // Within a longer text Base64 begins at any of three places: the groups that hold nothing but the secret.
    for skipped in 0..3 {
        let whole = &secret[skipped..skipped + 30 - skipped % 3];
        let whole = &whole[..whole.len() / 3 * 3];
        all.push(STANDARD_NO_PAD.encode(whole).into_bytes());
        all.push(URL_SAFE_NO_PAD.encode(whole).into_bytes());
    }
    all
}

/// Every file below a folder.
fn search(folder: &Path, wanted: &[Vec<u8>]) -> usize {
    let mut searched = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            searched += search(&path, wanted);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        searched += bytes.len();
        for secret in wanted {
            let found = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{} holds a private key or the passphrase", path.display());
        }
    }
    searched
}

#[tokio::test]
async fn private_keys_are_in_no_log_and_in_no_file() {
    let place = Place::new(Engine::Sqlite).await;
    import(&place, &[HOLDER]);
    let first = private_scalars(&place);
    assert_eq!(first.len(), 2);
    let server = Server::start(&place).await;
    let (holder, phone) = (server.browser(), Phone::new());
    apply(&holder, &HOLDER).await;
    stands(&holder, READY).await;
    ask(&phone, &holder, &server).await;
    let mut said = place.run(&["keys", "withdraw", &kid(&place, "current")]);
    let standby = kid(&place, "standby");
    until(|| signs_with(&server, &standby)).await;
    said += &place.run(&["keys", "list"]);
    said += &place.run(&["keys", "trust"]);
    server.stop();
    let scalars: Vec<_> = first.into_iter().chain(private_scalars(&place)).collect();
    let mut wanted: Vec<_> = scalars.iter().flat_map(spellings).collect();
    wanted.push(PASSPHRASE.as_bytes().to_vec());
    place.write("said.txt", said);
    assert!(search(place.folder(), &wanted) > 100_000, "database, log and keys were searched");
    // The search finds what is there.
    let planted = place.write("planted.txt", STANDARD.encode([&[7], &scalars[0][..]].concat()));
    let found = std::fs::read(&planted).unwrap();
    assert!(wanted.iter().any(|secret| found.windows(secret.len()).any(|window| window == secret)));
}
