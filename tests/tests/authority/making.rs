//! Key files and public lists: what is in them, and what is not made.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blackbox::PASSPHRASE;
use serde_json::{Value, json};

use crate::desk::{Desk, HEALTH, date, private, today};
use crate::sealing::{bytes, listed, text};

/// Opens the private halves of a key file as the document says.
fn scalars(file: &Value) -> Vec<(String, Vec<u8>)> {
    let number = |name: &str| u32::try_from(file["lock"][name].as_u64().unwrap()).unwrap();
    let params = Params::new(number("memory_kib"), number("passes"), number("lanes"), Some(32)).unwrap();
    let salt = STANDARD.decode(file["lock"]["salt"].as_str().unwrap()).unwrap();
    let mut key = [0; 32];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(PASSPHRASE.as_bytes(), &salt, &mut key).unwrap();
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    let open = |entry: &Value| {
        let mut sealed = STANDARD.decode(entry["sealed"].as_str().unwrap()).unwrap();
        let (nonce, secret) = sealed.split_at_mut(12);
        let parts = [&file["format"], &file["unit"], &entry["day"], &entry["kid"]];
        let part = |part: &Value| {
            let part = part.as_str().unwrap();
            [&(part.len() as u64).to_be_bytes(), part.as_bytes()].concat()
        };
        let associated = parts.map(part).concat();
        let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
        let secret = cipher.open_in_place(nonce, Aad::from(associated), secret).unwrap().to_vec();
        (entry["day"].as_str().unwrap().to_owned(), secret)
    };
    file["keys"].as_array().unwrap().iter().map(open).collect()
}

#[test]
fn the_key_file_is_sealed_and_the_public_list_holds_no_secret() {
    let desk = Desk::new();
    let list = desk.keys(HEALTH, "health", 0);
    let mode = fs::metadata(desk.path("health.keys")).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode, 0o600);
    let (file, text_of_file) = (desk.json("health.keys"), desk.read("health.keys"));
    assert_eq!((&file["unit"], list["keys"].as_array().unwrap().len()), (&json!(HEALTH), 31));
    let secrets = scalars(&file);
    assert_eq!((secrets.len(), &secrets[0].0, &secrets[30].0), (31, &date(today()), &date(today() + 30)));
    for (day, secret) in &secrets {
        let key = PrivateKey::from_private_key(&ECDH_P256, secret).unwrap();
        assert_eq!(key.compute_public_key().unwrap().as_ref(), bytes(&listed(&list, day)["public"]), "{day}");
        for shown in [text(secret), STANDARD.encode(secret), hex::encode(secret)] {
            assert!(!text_of_file.contains(&shown) && !desk.read("health.list").contains(&shown));
        }
    }
    // The list can be had again, without the passphrase.
    fs::remove_file(desk.path("phrase")).unwrap();
    let again = desk.run(&["public", "--key-file", "health.keys"]);
    assert_eq!((again.status, again.out), (0, desk.read("health.list")));
    assert!(again.err.contains("31 day keys") && again.err.contains("fingerprint"), "{}", again.err);
}

#[test]
fn what_cannot_be_made_is_refused_before_anything_is_written() {
    let desk = Desk::new();
    let from = date(today());
    let make = |more: &[&str]| {
        let all = [&["keys", "--unit", HEALTH, "--from", from.as_str(), "--out", "new"], more].concat();
        let run = desk.run(&all);
        assert_eq!(run.out, "");
        (run.status, run.err)
    };
    let (status, said) = make(&["--days", "93"]);
    assert!(status == 2 && said.contains("1..=92"), "{said}");
    assert_eq!(make(&["--days", "0"]).0, 2);
    for (unit, day) in [("", "2030-01-01"), (" x", "2030-01-01"), ("x", "2030-02-30"), ("x", "tomorrow")] {
        let run = desk.run(&["keys", "--unit", unit, "--from", day, "--out", "new"]);
        assert!(
            run.status == 2 && (run.err.contains("64 bytes") || run.err.contains("2026-12-31")),
            "{}",
            run.err
        );
    }
    let past = desk.run(&["keys", "--unit", "x", "--from", "2020-01-01", "--out", "new"]);
    assert!(past.status == 2 && past.err.contains("nothing to seal"), "{}", past.err);
    private(&desk.path("short"), "too short");
    let (status, said) = make(&["--passphrase-file", "short"]);
    assert!(status == 2 && said.contains("12 characters"), "{said}");
    fs::set_permissions(desk.path("short"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(make(&["--passphrase-file", "short"]).1.contains("chmod 600"));
    let nobody =
        desk.command(&["keys", "--unit", "x", "--from", &from, "--out", "new"]).env_clear().output().unwrap();
    let said = String::from_utf8(nobody.stderr).unwrap();
    assert!(nobody.status.code() == Some(2) && said.contains("TONGXING_AUTHORITY_PASSPHRASE_FILE"), "{said}");
    fs::write(desk.path("list"), "").unwrap();
    let (status, said) = make(&["--public", "list"]);
    assert!(status == 2 && said.contains("list exists already"), "{said}");
    assert!(!desk.path("new").exists());
    // And never over keys.
    desk.keys(HEALTH, "health", 0);
    let before = desk.read("health.keys");
    let again = desk.run(&["keys", "--unit", HEALTH, "--from", &from, "--out", "health.keys"]);
    assert!(again.status == 2 && again.err.contains("exists already"), "{}", again.err);
    assert_eq!(desk.read("health.keys"), before);
}
