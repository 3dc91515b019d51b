//! `tongxing keys`: what is made, how private it is, and that it is never lost by making it again.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use common::run;
use serde_json::json;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn keys_are_made_private_and_once() {
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("deep/keys");
    let keys = folder.to_str().unwrap();
    let made = run(&["keys", "init", "--keys", keys, "--issuer", "CN-GD"], b"");
    assert_eq!((made.status, made.err.as_str()), (0, ""));
    assert!(made.out.contains("apart from every backup of the database"), "{}", made.out);
    assert_eq!(mode(&folder), 0o700);
    let files = ["data-keys.json", "signing-keys.json"].map(|name| folder.join(name));
    let before = files.clone().map(|file| fs::read_to_string(file).unwrap());
    for (file, content) in files.iter().zip(&before) {
        assert_eq!(mode(file), 0o600);
        let secret = content.lines().find(|l| l.contains("\"sealed\"") || l.contains("\"key\"")).unwrap();
        let secret = secret.split('"').nth(3).unwrap();
        assert!(secret.len() > 40 && !made.out.contains(secret), "no secret is printed");
    }
    let again = run(&["keys", "init", "--keys", keys], b"");
    assert_eq!((again.status, again.out.as_str()), (2, ""));
    assert!(again.err.contains("exist already"), "{}", again.err);
    assert_eq!(files.map(|file| fs::read_to_string(file).unwrap()), before);
}

#[test]
fn the_trust_list_is_public_and_names_both_keys() {
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("keys");
    let keys = folder.to_str().unwrap();
    assert_eq!(run(&["keys", "init", "--keys", keys, "--issuer", "CN-GD"], b"").status, 0);
    let list = run(&["keys", "trust", "--keys", keys], b"");
    assert_eq!(list.status, 0, "{}", list.err);
    let json: serde_json::Value = serde_json::from_str(&list.out).unwrap();
    assert_eq!(json["issuers"][0]["issuer"], "CN-GD");
    assert_eq!(json["issuers"][0]["keys"].as_array().unwrap().len(), 2);
    assert!(!list.out.contains("sealed") && !list.out.contains("lock"));
    let file = above.path().join("trust.json");
    fs::write(&file, &list.out).unwrap();
    let checked = run(&["verify", "nothing", "--trust", file.to_str().unwrap()], b"");
    assert_eq!(checked.status, 1, "the list itself is taken: {}", checked.err);
}

#[test]
fn keys_that_others_may_read_are_refused_with_the_way_out() {
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("keys");
    let keys = folder.to_str().unwrap();
    assert_eq!(run(&["keys", "init", "--keys", keys], b"").status, 0);
    let file = folder.join("signing-keys.json");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = run(&["keys", "trust", "--keys", keys], b"");
    assert_eq!((refused.status, refused.out.as_str()), (2, ""));
    assert!(refused.err.contains("chmod 600"), "{}", refused.err);
    fs::remove_file(&file).unwrap();
    let missing = run(&["keys", "trust", "--keys", keys], b"");
    assert_eq!(missing.status, 2);
    assert!(missing.err.contains("keys init"), "{}", missing.err);
}

#[test]
fn a_folder_that_others_may_read_and_a_wrong_name_are_refused() {
    let above = tempfile::tempdir().unwrap();
    let open = above.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
    let refused = run(&["keys", "init", "--keys", open.to_str().unwrap()], b"");
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("chmod 700"), "{}", refused.err);
    let refused = run(&["keys", "init", "--keys", "unused", "--issuer", "two words"], b"");
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("--issuer") && refused.err.contains("CN-HB"), "{}", refused.err);
}

/// A file as the former version wrote it, with an invented key.
fn former(folder: &Path) -> String {
    let pkcs8 = concat!(
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjS4ZNRoaiFGeOO7WEYELnT3HNVWH52+Yss6WmbBfeCWhRANC",
        "AASQXIZGTm3vhoSm2uD5xIfolRDBKWFn15bB6erjkgmPfZJ5V8Zl8qyo6ZjX5tWCizp7doFXCxLkh21vBb1VBHKg",
    );
    let key = |kid: &str, r#use: &str, pkcs8: &str| {
        json!({"kid": kid, "use": r#use, "published": "2026-11-23T08:00:00Z", "not_before": "2026-11-23T08:00:00Z",
            "not_after": "2028-11-23T08:00:00Z", "pkcs8": pkcs8})
    };
    let file = json!({"format": "tongxing-signing-keys-1", "issuer": "UTO-DEMONSTRATION", "version": 1,
        "issued": "2026-11-23T08:00:00Z", "keys": [key("UKCabM0Jq7k", "current", pkcs8)]});
    fs::remove_file(folder.join("signing-keys.json")).unwrap();
    common::private(&folder.join("signing-keys.json"), &file.to_string());
    pkcs8.to_owned()
}

#[test]
fn keys_that_lay_in_the_clear_are_refused_until_they_are_sealed() {
    let above = tempfile::tempdir().unwrap();
    let (data, folder) = (above.path().to_str().unwrap(), above.path().join("keys"));
    let keys = folder.to_str().unwrap();
    assert_eq!(run(&["keys", "init", "--keys", keys], b"").status, 0);
    let secret = former(&folder);
    let serve = run(&["serve", "--data", data, "--listen", "127.0.0.1:0"], b"");
    assert_eq!(serve.status, 2);
    assert!(serve.err.contains("in the clear") && serve.err.contains("keys seal"), "{}", serve.err);
    let sealed = run(&["keys", "seal", "--keys", keys], b"");
    assert_eq!(sealed.status, 0, "{}", sealed.err);
    assert!(sealed.out.contains("destroy backups"), "{}", sealed.out);
    let text = fs::read_to_string(folder.join("signing-keys.json")).unwrap();
    assert!(!text.contains(&secret) && text.contains("\"UKCabM0Jq7k\""));
    assert_eq!(mode(&folder.join("signing-keys.json")), 0o600);
    // The passphrase opens it: another key is sealed beside it.
    assert_eq!(run(&["keys", "add-standby", "--keys", keys], b"").status, 0);
    assert!(run(&["keys", "seal", "--keys", keys], b"").out.contains("already"));
}
