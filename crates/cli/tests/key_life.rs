//! How signing keys come and go: refusals, states, one command at a time, and `kill -9` at every step.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Run, command, private, run, run_as};
use serde_json::Value;
use tempfile::TempDir;

/// A folder with keys.
struct Keys {
    above: TempDir,
    folder: PathBuf,
}

impl Keys {
    fn new() -> Self {
        let above = tempfile::tempdir().unwrap();
        let keys = Self { folder: above.path().join("keys"), above };
        assert_eq!(keys.run("init", &[]).status, 0);
        keys
    }

    fn arguments<'a>(&'a self, name: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        [&["keys", name, "--keys", self.folder.to_str().unwrap()], more].concat()
    }

    fn run(&self, name: &str, more: &[&str]) -> Run {
        run(&self.arguments(name, more), b"")
    }

    fn file(&self) -> PathBuf {
        self.folder.join("signing-keys.json")
    }

    fn json(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.file()).unwrap()).unwrap()
    }

    /// Key and use, in the order of the file.
    fn uses(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let json = self.json();
        json["keys"].as_array().unwrap().iter().map(|key| (text(&key["kid"]), text(&key["use"]))).collect()
    }

    fn kid(&self, r#use: &str) -> String {
        self.uses().into_iter().find(|(_, is)| is == r#use).unwrap().0
    }

    /// As if everything in the file had been written so long ago.
    fn age(&self, hours: i64) {
        let mut json = self.json();
        for key in json["keys"].as_array_mut().unwrap() {
            for name in ["published", "not_before", "ended"] {
                if let Some(at) = key[name].as_str() {
                    let at: jiff::Timestamp = at.parse().unwrap();
                    key[name] = (at - jiff::SignedDuration::from_hours(hours)).to_string().into();
                }
            }
        }
        private(&self.file(), &json.to_string());
    }

    /// The whole state is one that the program itself takes: the server could start with it.
    fn assert_whole(&self, at: &str) {
        let list = self.run("list", &[]);
        assert_eq!(list.status, 0, "{at}: {}", list.err);
        // Opens every key that is kept: the passphrase is tried on all of them.
        let added = self.run("add-standby", &[]);
        assert_eq!(added.status, 0, "{at}: {}", added.err);
    }
}

#[test]
fn rotation_waits_for_a_day_and_old_keys_go_when_their_passes_have_ended() {
    let keys = Keys::new();
    let before = fs::read_to_string(keys.file()).unwrap();
    let early = keys.run("rotate", &[]);
    assert_eq!((early.status, early.out.as_str()), (2, ""));
    assert!(early.err.contains("may sign from 20") && early.err.contains("withdraw"), "{}", early.err);
    assert_eq!(fs::read_to_string(keys.file()).unwrap(), before, "a refusal changes nothing");
    let (current, standby) = (keys.kid("current"), keys.kid("standby"));
    keys.age(24);
    let done = keys.run("rotate", &[]);
    assert_eq!(done.status, 0, "{}", done.err);
    assert!(done.out.contains(&format!("{standby} signs from now on")), "{}", done.out);
    assert_eq!(keys.kid("current"), standby);
    assert_eq!(keys.kid("retired"), current);
    assert_eq!(keys.json()["version"], 2);
    assert!(keys.json()["keys"][0].get("sealed").is_none(), "it signs no more, so it is not kept");
    assert_eq!(keys.run("tidy", &[]).out, "nothing has ended\n");
    keys.age(15 * 24 + 1);
    assert!(keys.run("tidy", &[]).out.contains(&format!("{current} has ended")));
    assert_eq!(keys.uses().iter().map(|(_, is)| is.as_str()).collect::<Vec<_>>(), ["current", "standby"]);
}

#[test]
fn an_emergency_changes_keys_at_once_and_the_trust_list_says_so() {
    let keys = Keys::new();
    let (current, standby) = (keys.kid("current"), keys.kid("standby"));
    let done = keys.run("withdraw", &[&current]);
    assert_eq!(done.status, 0, "{}", done.err);
    assert_eq!((keys.kid("current"), keys.kid("withdrawn")), (standby, current.clone()));
    let trust: Value = serde_json::from_str(&keys.run("trust", &[]).out).unwrap();
    let listed = trust["issuers"][0]["keys"].as_array().unwrap();
    let state = |kid: &str| &listed.iter().find(|key| key["kid"] == kid).unwrap()["state"];
    assert_eq!(state(&current), "withdrawn");
    assert_eq!(
        (state(&keys.kid("current")), state(&keys.kid("standby"))),
        (&"active".into(), &"active".into())
    );
    let again = keys.run("withdraw", &[&current]);
    assert!(again.status == 2 && again.err.contains("withdrawn already"), "{}", again.err);
    let unknown = keys.run("withdraw", &["AAAAAAAAAAA"]);
    assert!(unknown.status == 2 && unknown.err.contains("keys list"), "{}", unknown.err);
}

#[test]
fn a_wrong_passphrase_changes_nothing() {
    let keys = Keys::new();
    let before = fs::read_to_string(keys.file()).unwrap();
    let wrong = keys.above.path().join("wrong");
    private(&wrong, "words for another test");
    let wrong = wrong.to_str().unwrap();
    let current = keys.kid("current");
    for (name, more) in [("add-standby", &[][..]), ("withdraw", &[current.as_str()])] {
        let refused = keys.run(name, &[&["--passphrase-file", wrong], more].concat());
        assert_eq!((refused.status, refused.out.as_str()), (2, ""), "{name}");
        assert!(refused.err.contains("passphrase is wrong"), "{}", refused.err);
        assert!(!refused.err.contains("words for"), "{}", refused.err);
        assert_eq!(fs::read_to_string(keys.file()).unwrap(), before);
    }
    // Nobody to ask, and no file: said, not waited for.
    let mut unasked = command(&keys.arguments("add-standby", &[]));
    let unasked = run_as(unasked.env_remove("TONGXING_KEYS_PASSPHRASE_FILE"), b"");
    assert_eq!(unasked.status, 2);
    assert!(unasked.err.contains("TONGXING_KEYS_PASSPHRASE_FILE"), "{}", unasked.err);
    assert_eq!(fs::read_to_string(keys.file()).unwrap(), before);
}

/// Starts a command that stops at a step, kills it there with SIGKILL, and gives what it had said.
fn killed_at(keys: &Keys, step: &str, name: &str, more: &[&str]) -> String {
    let mut child = command(&keys.arguments(name, more))
        .env("TONGXING_TEST_STOP_AT", step)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    while !said.contains("stopped at") {
        assert_ne!(errors.read_line(&mut said).unwrap(), 0, "{name} did not come to {step}: {said}");
    }
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    said
}

const BEFORE: [&str; 4] = ["before-replacing", "half-written", "written", "synchronised"];
const AFTER: [&str; 2] = ["renamed", "after-replacing"];

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release build has no steps to stop at")]
fn killed_at_any_step_the_file_is_the_one_before_or_the_one_after() {
    for (name, hours) in [("rotate", 24), ("withdraw", 0), ("add-standby", 0), ("retire", 0), ("tidy", 0)] {
        for step in BEFORE.into_iter().chain(AFTER) {
            let keys = Keys::new();
            keys.age(hours);
            if name == "tidy" {
                keys.age(24);
                assert_eq!(keys.run("rotate", &[]).status, 0);
                keys.age(16 * 24);
            }
            let more = match name {
                "withdraw" => vec![keys.kid("current")],
                "retire" => vec![keys.kid("standby")],
                _ => vec![],
            };
            let more: Vec<&str> = more.iter().map(String::as_str).collect();
            let before = keys.json();
            killed_at(&keys, step, name, &more);
            let (found, at) = (keys.json(), format!("{name} killed at {step}"));
            if BEFORE.contains(&step) {
                assert_eq!(found, before, "{at}");
            } else {
                assert_eq!(found["version"], before["version"].as_u64().unwrap() + 1, "{at}");
                assert_ne!(found["keys"], before["keys"], "{at}");
            }
            keys.assert_whole(&at);
            // And nothing lies about that the next change has not cleared away.
            let left = names(&keys.folder);
            let ours = ["data-keys.json", "log-key.json", "root-key.json", "root.json", "signing-keys.json"];
            let all = [&ours[..], &["signing-keys.lock", "trust.json", "trust.jws"]].concat();
            assert_eq!(left, all, "{at}");
        }
    }
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release build has no steps to stop at")]
fn a_withdrawal_killed_before_the_list_was_signed_is_published_by_its_repetition() {
    let keys = Keys::new();
    let kid = keys.kid("current");
    // What checkers are given: the second part of the signed list.
    let published = || {
        let signed = fs::read_to_string(keys.folder.join("trust.jws")).unwrap();
        let payload = URL_SAFE_NO_PAD.decode(signed.split('.').nth(1).unwrap()).unwrap();
        let list: Value = serde_json::from_slice(&payload).unwrap();
        let all = list["issuers"][0]["keys"].as_array().unwrap().clone();
        all.into_iter().find(|key| key["kid"] == kid.as_str()).unwrap()["state"].clone()
    };
    let listed = || run(&["trust", "list", "--keys", keys.folder.to_str().unwrap()], b"").err;
    assert!(!listed().contains("not published yet"));
    killed_at(&keys, "after-replacing", "withdraw", &[&kid]);
    assert_eq!(published(), "active", "the list was not reached");
    assert!(listed().contains("not published yet"), "{}", listed());
    let again = keys.run("withdraw", &[&kid]);
    assert!(again.status == 2 && again.err.contains("withdrawn already"), "{}", again.err);
    assert_eq!(published(), "withdrawn");
    assert!(!listed().contains("not published yet"));
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release build has no steps to stop at")]
fn killed_while_keys_are_made_there_are_none_or_the_file_is_whole() {
    for step in BEFORE.into_iter().skip(1) {
        let above = tempfile::tempdir().unwrap();
        let keys = Keys { folder: above.path().join("keys"), above };
        killed_at(&keys, step, "init", &[]);
        assert!(!keys.file().exists(), "{step}");
        assert_eq!(keys.run("init", &[]).status, 0, "{step}: it can be made again");
        keys.assert_whole(step);
    }
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release build has no steps to stop at")]
fn a_second_command_is_refused_while_the_first_is_under_way() {
    let keys = Keys::new();
    let mut first = command(&keys.arguments("add-standby", &[]))
        .env("TONGXING_TEST_STOP_AT", "before-replacing")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(first.stderr.take().unwrap()).read_line(&mut said).unwrap();
    let second = keys.run("add-standby", &[]);
    assert_eq!((second.status, second.out.as_str()), (2, ""));
    assert!(second.err.contains("another command is changing the keys"), "{}", second.err);
    assert_eq!(keys.run("list", &[]).status, 0, "reading waits for nobody");
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(keys.run("add-standby", &[]).status, 0, "the lock ends with its process");
}

#[test]
fn of_many_commands_at_once_each_is_carried_out_whole_or_refused() {
    let keys = Keys::new();
    let carried_out = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| keys.run("add-standby", &[]).status == 0)).collect();
        all.into_iter().map(|one| one.join().unwrap()).filter(|done| *done).count()
    });
    assert!(carried_out >= 1);
    assert_eq!(keys.json()["version"], 1 + carried_out);
    assert_eq!(keys.uses().len(), 2 + carried_out);
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
