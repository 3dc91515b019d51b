//! `tongxing trust` and a signed list in `tongxing verify`, from end to end.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Run, run};
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::{Value, json};
use tempfile::TempDir;

/// An installation whose keys have been made.
struct Desk {
    above: TempDir,
    keys: String,
}

impl Desk {
    fn new() -> Self {
        let above = tempfile::tempdir().unwrap();
        let keys = above.path().join("keys").to_str().unwrap().to_owned();
        assert_eq!(run(&["keys", "init", "--keys", &keys, "--issuer", "CN-GD"], b"").status, 0);
        Self { above, keys }
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.above.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn trust(&self, command: &str, more: &[&str]) -> Run {
        run(&[&["trust", command, "--keys", &self.keys], more].concat(), b"")
    }

    /// Runs a command that must succeed.
    fn fine(&self, command: &str, more: &[&str]) -> String {
        let run = self.trust(command, more);
        assert_eq!(run.status, 0, "{command} {more:?}: {}", run.err);
        run.out
    }

    /// The published list and the root's public key, in files of a checker.
    fn fetch(&self) -> (String, String) {
        let list = self.write("fetched.jws", self.fine("export", &[]));
        (list, self.write("root.json", self.fine("root", &[])))
    }

    fn exported(&self) -> Value {
        serde_json::from_str(&self.fine("export", &["--json"])).unwrap()
    }

    /// The states of all keys of an issuer on the published list.
    fn states(&self, issuer: &str) -> Vec<String> {
        let list = self.exported();
        let issuers = list["issuers"].as_array().unwrap();
        let keys = issuers.iter().filter(|entry| entry["issuer"] == issuer);
        let keys = keys.flat_map(|entry| entry["keys"].as_array().unwrap());
        keys.map(|key| key["state"].as_str().unwrap().to_owned()).collect()
    }
}

fn certificate() -> String {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    CertificateParams::default().self_signed(&key).unwrap().pem()
}

#[test]
fn keys_init_makes_the_root_and_the_first_list() {
    let desk = Desk::new();
    let root = desk.trust("root", &[]);
    let set: Value = serde_json::from_str(&root.out).unwrap();
    assert_eq!((&set["keys"][0]["crv"], set["keys"].as_array().unwrap().len()), (&json!("P-256"), 1));
    assert!(!root.out.contains("\"d\""), "only the public half");
    assert!(root.err.contains("fingerprint"), "{}", root.err);
    let exported = desk.exported();
    assert_eq!((&exported["version"], &exported["issuers"][0]["issuer"]), (&json!(1), &json!("CN-GD")));
    let again = desk.trust("init", &[]);
    assert_eq!(again.status, 2);
    assert!(again.err.contains("exists already"), "{}", again.err);
    let key = fs::read_to_string(Path::new(&desk.keys).join("root-key.json")).unwrap();
    assert!(key.contains("argon2id") && !key.contains("pkcs8"), "{key}");
    assert!(desk.fine("list", &[]).contains("CN-GD  tongxing  pass, status"));
}

#[test]
fn a_list_is_verified_and_what_is_not_it_is_refused() {
    let desk = Desk::new();
    let (list, root) = desk.fetch();
    let verify =
        |list: &str, more: &[&str]| run(&[&["trust", "verify", list, "--root", &root], more].concat(), b"");
    let good = verify(&list, &["--min-version", "1"]);
    assert_eq!(good.status, 0, "{}", good.err);
    assert!(good.out.starts_with("version 1, ") && good.out.contains("CN-GD"), "{}", good.out);
    let refused = |run: Run, why: &str| {
        assert_eq!(run.status, 1, "{}", run.err);
        assert!(run.out.starts_with("refused: ") && run.out.contains(why), "{}", run.out);
    };
    refused(verify(&list, &["--min-version", "2"]), "rolled back");
    refused(verify(&list, &["--at", "2026-01-01T00:00:00Z"]), "check the clock");
    refused(verify(&list, &["--at", "2126-01-01T00:00:00Z"]), "expired");
    let text = fs::read_to_string(&list).unwrap();
    // Not any letter of it: one of them may be nowhere in a text whose key and signature are made by chance.
    let (before, rest) = text.split_at(text.len() / 2);
    let letter = if rest.starts_with('B') { "C" } else { "B" };
    let forged = desk.write("forged.jws", [before, letter, &rest[1..]].concat());
    assert_eq!(verify(&forged, &[]).status, 1);
    refused(verify(&desk.write("empty.jws", ""), &[]), "JWS");
    let other = Desk::new();
    refused(verify(&other.fetch().0, &[]), "not one of those given");
    let missing = verify("nowhere.jws", &[]);
    assert_eq!(missing.status, 2, "{}", missing.out);
}

#[test]
fn certificates_come_in_and_a_withdrawn_one_never_comes_back() {
    let desk = Desk::new();
    let file = desk.write("keys.pem", [certificate(), "-----BEGIN CERTIFICATE-----\n*".to_owned()].concat());
    let arguments = [&file[..], "--format", "hcert", "--issuer", "UT"];
    let dry = desk.fine("import", &[&arguments[..], &["--dry-run"]].concat());
    assert!(dry.contains("nothing was changed"), "{dry}");
    assert_eq!(desk.states("UT"), [""; 0]);
    let report = desk.fine("import", &arguments);
    assert!(report.contains("new") && report.contains("refused    block 2: not a whole block"), "{report}");
    assert!(report.contains("taken 1, refused 1") && report.contains("published version 2"), "{report}");
    assert_eq!(desk.states("UT"), ["active"]);
    let kid = desk.exported()["issuers"][1]["keys"][0]["kid"].as_str().unwrap().to_owned();
    let withdrawn = desk.fine("withdraw", &["--reason", "leaked", "--", &kid]);
    assert!(withdrawn.contains("published version 3"), "{withdrawn}");
    assert_eq!(desk.states("UT"), ["withdrawn"]);
    let report = desk.fine("import", &arguments);
    assert!(report.contains("1 of them had been withdrawn here, and stay so"), "{report}");
    assert_eq!(desk.states("UT"), ["withdrawn"]);
    assert!(desk.fine("list", &[]).contains(": leaked"));
    let list: Value = serde_json::from_str(&desk.fine("list", &["--json"])).unwrap();
    assert_eq!((&list["version"], &list["withdrawn"][0]["reason"]), (&json!(4), &json!("leaked")));
    let unknown = desk.trust("withdraw", &["nobody", "--reason", "x"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("trust list"), "{}", unknown.err);
    // Nothing to take: the list stays, and says so with the exit status.
    let nothing = desk.write("nothing.pem", "-----BEGIN CERTIFICATE-----\n*");
    let run = desk.trust("import", &[&nothing, "--format", "hcert", "--issuer", "UT", "--complete"]);
    assert_eq!((run.status, run.out.contains("nothing was changed")), (1, true), "{}", run.err);
    assert_eq!(desk.exported()["version"], 4);
}

#[test]
fn a_list_of_countries_replaces_the_one_before() {
    let desk = Desk::new();
    let entry = |country: &str| {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let certificate = CertificateParams::default().self_signed(&key).unwrap();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate.der());
        let hex: String = hash
            .as_ref()
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .map(|digit| char::from_digit(digit.into(), 16).unwrap())
            .collect();
        json!({"kid": STANDARD.encode(&hash.as_ref()[..8]), "country": country, "certificateType": "DSC",
            "thumbprint": hex, "rawData": STANDARD.encode(certificate.der()), "signature": "", "timestamp": ""})
    };
    let (one, two) = (entry("UT"), entry("UB"));
    let first = desk.write("first.json", json!([one, two]).to_string());
    desk.fine("import", &[&first, "--format", "hcert"]);
    assert_eq!((desk.states("UT").len(), desk.states("UB").len()), (1, 1));
    let second = desk.write("second.json", json!([two]).to_string());
    desk.fine("import", &[&second, "--format", "hcert"]);
    assert_eq!(desk.states("UT").len(), 1, "an import adds");
    let report = desk.fine("import", &[&second, "--format", "hcert", "--complete"]);
    assert!(report.contains("removed    1 key(s)"), "{report}");
    assert_eq!((desk.states("UT").len(), desk.states("UB").len()), (0, 1));
}

#[test]
fn a_change_of_our_own_keys_is_published() {
    let desk = Desk::new();
    let standby = run(&["keys", "add-standby", "--keys", &desk.keys], b"");
    assert_eq!(standby.status, 0, "{}", standby.err);
    assert!(standby.out.contains("published version 2 of the trust list"), "{}", standby.out);
    assert_eq!(desk.states("CN-GD"), ["active"; 3]);
    // Away with the root key: the keys change, and a person is told to sign.
    let kept: PathBuf = desk.above.path().join("root-key.json");
    fs::rename(Path::new(&desk.keys).join("root-key.json"), &kept).unwrap();
    let standby = run(&["keys", "add-standby", "--keys", &desk.keys], b"");
    assert_eq!(standby.status, 0, "{}", standby.err);
    assert!(standby.err.contains("trust sign"), "{}", standby.err);
    assert_eq!(desk.states("CN-GD").len(), 3);
    let refused = desk.trust("sign", &[]);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("--root-key"), "{}", refused.err);
    let signed = desk.fine("sign", &["--root-key", kept.to_str().unwrap(), "--above", "9"]);
    assert!(signed.contains("published version 10"), "{signed}");
    assert_eq!(desk.states("CN-GD").len(), 4);
}

#[test]
fn verify_takes_a_signed_list_with_the_root_only() {
    let desk = Desk::new();
    let (list, root) = desk.fetch();
    let plain = desk.write("plain.json", desk.fine("export", &["--json"]));
    let verify = |more: &[&str]| run(&[&["verify", "nothing"], more].concat(), b"");
    for arguments in
        [&["--trust", &list[..], "--root", &root, "--min-version", "1"][..], &["--trust", &plain]]
    {
        let run = verify(arguments);
        assert_eq!((run.status, run.err.as_str()), (1, ""), "the list is taken, the text is no code");
    }
    let refused = |arguments: &[&str], why: &str| {
        let run = verify(arguments);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.contains(why), "{}", run.err);
    };
    refused(&["--trust", &list], "--root");
    refused(&["--trust", &plain, "--root", &root], "not signed");
    refused(&["--trust", &list, "--root", &root, "--min-version", "2"], "rolled back");
    refused(&["--trust", &list, "--root", &plain], "JWK");
    refused(&["--trust", &list, "--root", &root, "--at", "2126-01-01T00:00:00Z"], "expired");
    let (other, _) = Desk::new().fetch_into(&desk);
    refused(&["--trust", &other, "--root", &root], "not one of those given");
}

impl Desk {
    /// This installation's list, in a file of another one's checker.
    fn fetch_into(&self, other: &Self) -> (String, String) {
        let (list, root) = self.fetch();
        (
            other.write("other.jws", fs::read(list).unwrap()),
            other.write("other.json", fs::read(root).unwrap()),
        )
    }
}
