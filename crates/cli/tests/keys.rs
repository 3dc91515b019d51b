//! `tongxing keys`: what is made, how private it is, and that it is never lost by making it again.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use common::run;

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
