//! Keys in a PKCS#11 token (Debian's softhsm2), through the commands: made, listed, rotated, served.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Run, command, private, run_as};
use serde_json::Value;
use tempfile::TempDir;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

/// A token of this label, and commands that see it.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        assert!(Path::new(MODULE).exists(), "softhsm2 is not installed: `make test-tools` does that");
        let place = Self(tempfile::tempdir().unwrap());
        let tokens = place.path("tokens");
        fs::create_dir(&tokens).unwrap();
        fs::write(place.path("softhsm2.conf"), format!("directories.tokendir = {tokens}\n")).unwrap();
        private(Path::new(&place.path("pin")), "734512");
        let mut util = Command::new("softhsm2-util");
        util.args(["--init-token", "--free", "--label", "passes", "--so-pin", "987654", "--pin", "734512"]);
        assert!(util.env("SOFTHSM2_CONF", place.path("softhsm2.conf")).output().unwrap().status.success());
        place
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = command(arguments);
        command.env("SOFTHSM2_CONF", self.path("softhsm2.conf"));
        command.env("TONGXING_KEYS", self.path("keys")).env("TONGXING_PKCS11_PIN_FILE", self.path("pin"));
        run_as(&mut command, b"")
    }

    fn json(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path("keys/signing-keys.json")).unwrap()).unwrap()
    }
}

const INIT: [&str; 6] = ["keys", "init", "--pkcs11", MODULE, "--token-label", "passes"];

#[test]
fn keys_in_a_token_are_made_listed_and_changed_and_no_private_half_is_in_a_file() {
    let place = Place::new();
    let made = place.run(&INIT);
    assert_eq!(made.status, 0, "{}", made.err);
    let json = place.json();
    for key in json["keys"].as_array().unwrap() {
        assert!(key.get("sealed").is_none());
        assert_eq!(
            (&key["token"]["module"], &key["token"]["label"]),
            (&fs::canonicalize(MODULE).unwrap().to_str().unwrap().into(), &"passes".into())
        );
    }
    let current = json["keys"][0]["kid"].as_str().unwrap();
    let list = place.run(&["keys", "list"]);
    assert!(list.out.contains("in the token \"passes\""), "{}", list.out);
    let done = place.run(&["keys", "withdraw", current]);
    assert_eq!(done.status, 0, "{}", done.err);
    let json = place.json();
    assert_eq!(json["keys"].as_array().unwrap().len(), 3);
    assert!(json["keys"][2]["token"]["id"].is_string(), "the new standby key is in the token as well");
    // A token that is gone does not hold up the next emergency.
    fs::rename(place.path("tokens"), place.path("away")).unwrap();
    fs::create_dir(place.path("tokens")).unwrap();
    let second = json["keys"][1]["kid"].as_str().unwrap();
    let done = place.run(&["keys", "withdraw", second]);
    assert_eq!(done.status, 0, "{}", done.err);
    assert!(done.err.contains("no standby key is published"), "{}", done.err);
    assert_eq!(place.json()["keys"][2]["use"], "current");
}

#[test]
fn what_is_wrong_with_a_token_is_said_and_nothing_is_made() {
    let place = Place::new();
    let none = place.path("none.so");
    private(Path::new(&place.path("wrong")), "111111");
    let wrong = place.path("wrong");
    for (arguments, said) in [
        (vec!["keys", "init", "--pkcs11", &none, "--token-label", "passes"], "no PKCS#11 module"),
        (vec!["keys", "init", "--pkcs11", MODULE], "--token-label"),
        (
            vec!["keys", "init", "--pkcs11", MODULE, "--token-label", "other"],
            "no token with the label \"other\"",
        ),
        ([&INIT[..], &["--pin-file", &wrong]].concat(), "refused the PIN"),
    ] {
        let refused = place.run(&arguments);
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{arguments:?}: {}", refused.err);
        assert!(refused.err.contains(said) && !refused.err.contains("111111"), "{}", refused.err);
        assert!(!Path::new(&place.path("keys/signing-keys.json")).exists());
    }
    // The server says the same, and does not start.
    assert_eq!(place.run(&INIT).status, 0);
    let data = place.path("data");
    fs::create_dir(&data).unwrap();
    let serve = ["serve", "--data", &data, "--listen", "127.0.0.1:0", "--pin-file", &wrong];
    let refused = place.run(&serve);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("refused the PIN"), "{}", refused.err);
}
