//! Destroying: counted, durable, overwritten; and killed at every step.

use std::fs;
use std::io::{Read as _, Seek as _};
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::desk::{COURT, Desk, HEALTH, date, kill, private, stopped_at, today};
use crate::sealing::Sealed;

#[test]
fn destroyed_days_are_counted_and_gone_and_the_former_file_is_overwritten() {
    let desk = Desk::new();
    let lists = [&desk.keys(HEALTH, "health", 20), &desk.keys(COURT, "court", 20)];
    let (old, kept) = (today() - 15, today() - 14);
    let shares = [old, kept].map(|day| Sealed::new(lists, &date(day), day).shares[0].clone());
    assert_eq!(desk.opens("health.keys", &shares[0]).status, 0);
    let sealed: Vec<String> = desk.json("health.keys")["keys"].as_array().unwrap()[..6]
        .iter()
        .map(|key| key["sealed"].as_str().unwrap().to_owned())
        .collect();
    // Whoever still has the former file open sees what is left where it stood.
    let mut former = fs::File::open(desk.path("health.keys")).unwrap();
    let length = former.metadata().unwrap().len();
    let destroy = ["destroy", "--key-file", "health.keys", "--before", &date(kept)];
    let done = desk.run(&destroy);
    assert_eq!(done.status, 0, "{}", done.err);
    let span = format!("destroyed 6 day keys of the unit {HEALTH}: {} to {}", date(today() - 20), date(old));
    assert!(done.out.starts_with(&span), "{}", done.out);
    assert!(
        done.out.contains(&format!("0 private halves before {}, 25 from then on", date(kept))),
        "{}",
        done.out
    );
    assert!(done.out.contains("does not reach") && done.out.contains("SSDs"), "{}", done.out);
    let mut left = Vec::new();
    former.rewind().unwrap();
    former.read_to_end(&mut left).unwrap();
    assert_eq!((left.len() as u64, left.iter().all(|byte| *byte == 0)), (length, true));
    let text = desk.read("health.keys");
    assert!(sealed.iter().all(|sealed| !text.contains(sealed)));
    assert_eq!(desk.days("health.keys").len(), 25);
    assert_eq!(fs::metadata(desk.path("health.keys")).unwrap().permissions().mode() & 0o7777, 0o600);
    let gone = desk.opens("health.keys", &shares[0]);
    assert!(gone.status == 1 && gone.err.contains("was destroyed"), "{}", gone.err);
    assert_eq!(desk.opens("health.keys", &shares[1]).status, 0);
    // Once more, and there is nothing to do.
    let again = desk.run(&destroy);
    assert!(again.status == 0 && again.out.contains("nothing was changed"), "{}", again.out);
    assert_eq!(desk.read("health.keys"), text);
    let list: Value = serde_json::from_str(&desk.run(&["public", "--key-file", "health.keys"]).out).unwrap();
    assert_eq!(list["keys"].as_array().unwrap().len(), 25);
}

#[test]
fn days_that_are_needed_are_not_destroyed_by_mistake() {
    let desk = Desk::new();
    desk.keys(HEALTH, "health", 20);
    let before = desk.read("health.keys");
    let destroy = |day: u32, more: &[&str]| {
        desk.run(&[&["destroy", "--key-file", "health.keys", "--before", &date(day)], more].concat())
    };
    let ahead = destroy(today() + 1, &["--early"]);
    assert!(ahead.status == 2 && ahead.err.contains("lies ahead"), "{}", ahead.err);
    let early = destroy(today() - 13, &[]);
    assert!(early.status == 2 && early.err.contains("--early"), "{}", early.err);
    fs::hard_link(desk.path("health.keys"), desk.path("second")).unwrap();
    let linked = destroy(today() - 14, &[]);
    assert!(linked.status == 2 && linked.err.contains("second name"), "{}", linked.err);
    fs::remove_file(desk.path("second")).unwrap();
    assert_eq!(desk.read("health.keys"), before);
    // By a symbolic link the file itself is changed, and not the link.
    std::os::unix::fs::symlink("health.keys", desk.path("link")).unwrap();
    let done = desk.run(&["destroy", "--key-file", "link", "--before", &date(today() - 14)]);
    assert_eq!((done.status, desk.days("health.keys").len()), (0, 25), "{}", done.err);
    assert!(desk.path("link").is_symlink());
    assert_eq!((destroy(today(), &["--early"]).status, desk.days("health.keys").len()), (0, 11));
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release build has no steps to stop at")]
fn killed_anywhere_while_it_destroys_the_file_is_the_one_before_or_the_one_after() {
    let desk = Desk::new();
    let lists = [&desk.keys(HEALTH, "health", 20), &desk.keys(COURT, "court", 20)];
    let share = Sealed::new(lists, &date(today()), today()).shares[0].clone();
    let whole = desk.read("health.keys");
    let destroy = ["destroy", "--key-file", "health.keys", "--before", &date(today() - 14)];
    let before = ["before-replacing", "half-written", "written", "synchronised"];
    for step in before.into_iter().chain(["renamed", "before-overwriting", "overwritten"]) {
        fs::remove_file(desk.path("health.keys")).unwrap();
        private(&desk.path("health.keys"), &whole);
        kill(stopped_at(&desk, step, &destroy));
        if before.contains(&step) {
            assert_eq!(desk.read("health.keys"), whole, "{step}");
        } else {
            assert_eq!(desk.days("health.keys").len(), 25, "{step}");
        }
        let opened = desk.opens("health.keys", &share);
        assert_eq!(opened.status, 0, "{step}: {}", opened.err);
        let again = desk.run(&destroy);
        assert_eq!((again.status, desk.days("health.keys").len()), (0, 25), "{step}: {}", again.err);
        assert!(!desk.path("health.keys.unfinished").exists(), "{step}");
    }
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release build has no steps to stop at")]
fn one_command_changes_the_file_at_a_time() {
    let desk = Desk::new();
    desk.keys(HEALTH, "health", 20);
    let destroy = ["destroy", "--key-file", "health.keys", "--before", &date(today() - 14)];
    let first = stopped_at(&desk, "before-replacing", &destroy);
    for second in [&destroy[..], &["public", "--key-file", "health.keys"]] {
        let refused = desk.run(second);
        assert!(refused.status == 2 && refused.err.contains("another command is using"), "{}", refused.err);
    }
    kill(first);
    assert_eq!(desk.run(&destroy).status, 0, "the lock ends with its process");
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release build has no steps to stop at")]
fn killed_while_keys_are_made_there_is_no_file_or_a_whole_one() {
    let desk = Desk::new();
    let from = date(today());
    let make = ["keys", "--unit", HEALTH, "--from", &from, "--days", "2", "--out", "health.keys"];
    for step in ["half-written", "written", "synchronised"] {
        kill(stopped_at(&desk, step, &make));
        assert!(!desk.path("health.keys").exists(), "{step}");
    }
    assert_eq!(desk.run(&make).status, 0);
    assert_eq!((desk.days("health.keys").len(), desk.path("health.keys.unfinished").exists()), (2, false));
}
