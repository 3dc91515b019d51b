//! Shares and records: what opens, and what is said of what does not.

use std::fs;

use serde_json::{Value, json};

use crate::desk::{COURT, Desk, HEALTH, date, private, today};
use crate::sealing::{Sealed, bytes, text};

#[test]
fn both_units_together_open_what_was_sealed_to_them_and_one_opens_nothing() {
    let desk = Desk::new();
    let lists = [&desk.keys(HEALTH, "health", 3), &desk.keys(COURT, "court", 0)];
    let days = [today(), today() + 1, today() + 27];
    let sealed = days.map(|day| Sealed::new(lists, &date(day), day));
    let holders = ["0123456789abcdef", "a", "thirty bytes, as many as it is"];
    let records: Vec<Value> =
        sealed.iter().zip(holders).map(|(key, holder)| key.record(u64::MAX, 7, holder.as_bytes())).collect();
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    assert!(lines.iter().all(|line| line.len() == lines[0].len()), "of one length");
    desk.write("records", &lines);
    for (half, name) in ["health.shares", "court.shares"].into_iter().enumerate() {
        desk.write(name, &sealed.iter().map(|key| key.shares[half].clone()).collect::<Vec<_>>());
    }
    let opened = desk.run(&["open", "--key-file", "health.keys", "--shares", "health.shares"]);
    assert_eq!((opened.status, opened.out.lines().count()), (0, 3), "{}", opened.err);
    assert!(opened.err.contains("opened 3 of 3 shares"), "{}", opened.err);
    fs::write(desk.path("health.opened"), &opened.out).unwrap();

    let alone = desk.run(&["open", "--opened", "health.opened", "--records", "records"]);
    assert_eq!((alone.status, alone.out.as_str()), (1, ""));
    let said = format!("only the share of {HEALTH} is here: the other unit's is missing");
    assert_eq!(alone.err.matches(&said).count(), 3, "{}", alone.err);

    let court = ["open", "--key-file", "court.keys", "--shares", "court.shares"];
    let both = desk.run(&[&court[..], &["--opened", "health.opened", "--records", "records"]].concat());
    assert_eq!(both.status, 0, "{}", both.err);
    assert!(both.err.contains("opened 3 of 3 records"), "{}", both.err);
    let visits: Vec<Value> = both.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for ((visit, record), holder) in visits.iter().zip(&records).zip(holders) {
        let expected = json!({
            "location": "ffffffffffffffff", "slot": 7, "visit": record["visit"], "kind": "entry",
            "holder": text(holder.as_bytes()),
        });
        assert_eq!(*visit, expected);
    }
    // The same with both opened files, as a script of a third person would.
    fs::write(desk.path("court.opened"), desk.run(&court).out).unwrap();
    let files = ["--opened", "court.opened", "--opened", "health.opened", "--records", "records"];
    assert_eq!(desk.run(&[&["open"], &files[..]].concat()).out, both.out);
}

#[test]
fn what_does_not_open_is_named_by_its_line_and_the_rest_opens() {
    let desk = Desk::new();
    let lists = [&desk.keys(HEALTH, "health", 20), &desk.keys(COURT, "court", 20)];
    let day = today();
    let share = |ago: u32| Sealed::new(lists, &date(day - ago), day - ago);
    let (sealed, old) = (share(0), share(18));
    let destroyed = ["destroy", "--key-file", "health.keys", "--before", &date(day - 14)];
    assert_eq!(desk.run(&destroyed).status, 0);
    let elsewhere = Desk::new();
    let (other, later) = (elsewhere.keys(HEALTH, "other", 0), elsewhere.keys(HEALTH, "later", 0));
    let strange = Sealed::new([&other, lists[1]], &date(day), day);
    let beyond = Sealed::new([&later, &elsewhere.keys(COURT, "x", 0)], &date(day + 30), day + 30);
    let mut changed: Value = serde_json::from_str(&sealed.shares[0]).unwrap();
    let mut inside = bytes(&changed["share"]);
    *inside.last_mut().unwrap() ^= 1;
    changed["share"] = text(&inside).into();
    let lines = [
        sealed.shares[0].clone(),
        sealed.shares[1].clone(),
        old.shares[0].clone(),
        strange.shares[0].clone(),
        beyond.shares[0].clone(),
        changed.to_string(),
        "{\"share\":\"EQ\"}".to_owned(),
        "not JSON".to_owned(),
    ];
    desk.write("shares", &lines);
    let run = desk.run(&["open", "--key-file", "health.keys", "--shares", "shares"]);
    assert_eq!((run.status, run.out.lines().count()), (1, 1), "{}", run.err);
    let expected = [
        format!("shares line 2: the share is for the unit {COURT}, and the key is of the unit {HEALTH}"),
        format!("shares line 3: the key for {} was destroyed", date(day - 18)),
        format!("shares line 4: the share of {} was wrapped to another key of this unit", date(day)),
        format!("shares line 5: the file has no key for {}: it was made for", date(day + 30)),
        format!("shares line 6: the share of data key {} was changed", text(&sealed.id)),
        "shares line 7: not a wrapped share of version 1: it is too short".to_owned(),
        "shares line 8: not a line of this file".to_owned(),
        "opened 1 of 8 shares".to_owned(),
    ];
    let said: Vec<&str> = run.err.lines().collect();
    assert_eq!(said.len(), expected.len(), "{}", run.err);
    for (said, expected) in said.iter().zip(&expected) {
        assert!(said.starts_with(expected.as_str()), "{said}\n  is not {expected}");
    }
}

#[test]
fn a_moved_record_is_refused_and_the_others_open() {
    let desk = Desk::new();
    let lists = [&desk.keys(HEALTH, "health", 0), &desk.keys(COURT, "court", 0)];
    let (sealed, unknown) =
        (Sealed::new(lists, &date(today()), today()), Sealed::new(lists, &date(today()), today()));
    desk.write("health.shares", &sealed.shares[..1]);
    desk.write("court.shares", &sealed.shares[1..]);
    let (whole, other) = (sealed.record(1, 5, b"persona-1"), sealed.record(2, 6, b"persona-2"));
    let with = |name: &str| {
        let mut moved = whole.clone();
        moved[name] = other[name].clone();
        moved.to_string()
    };
    let mut records = vec![whole.to_string(), other.to_string()];
    records.extend(["location", "slot", "visit", "record"].map(with));
    records.push(unknown.record(1, 5, b"persona-1").to_string());
    desk.write("records", &records);
    let opened = desk.run(&["open", "--key-file", "health.keys", "--shares", "health.shares"]);
    fs::write(desk.path("opened"), opened.out).unwrap();
    let court = ["open", "--key-file", "court.keys", "--shares", "court.shares", "--opened", "opened"];
    let run = desk.run(&[&court[..], &["--records", "records"]].concat());
    assert_eq!((run.status, run.out.lines().count()), (1, 2), "{}", run.err);
    let moved =
        format!("the record does not open with data key {}: it was changed, or moved", text(&sealed.id));
    assert_eq!(run.err.matches(&moved).count(), 4, "{}", run.err);
    assert!(run.err.contains(&format!("no share of data key {} is here", text(&unknown.id))), "{}", run.err);
    for person in ["persona", &text(b"persona-1"), &text(b"persona-2")] {
        assert!(!run.err.contains(person), "{}", run.err);
    }
}

#[test]
fn garbage_and_a_wrong_passphrase_are_told_and_change_nothing() {
    let desk = Desk::new();
    let lists = [&desk.keys(HEALTH, "health", 20), &desk.keys(COURT, "court", 20)];
    let sealed = Sealed::new(lists, &date(today()), today());
    private(&desk.path("wrong"), "words for another test");
    desk.write("shares", &sealed.shares[..1]);
    let open = ["open", "--key-file", "health.keys", "--shares", "shares"];
    let run = desk.run(&[&open[..], &["--passphrase-file", "wrong"]].concat());
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    assert!(run.err.contains("passphrase is wrong") && run.err.lines().count() == 1, "{}", run.err);
    // A file whose one key was exchanged with that of another day.
    let mut mixed = desk.json("health.keys");
    let (at, there) = (20, mixed["keys"][3]["sealed"].clone());
    mixed["keys"][at]["sealed"] = there;
    private(&desk.path("mixed"), &mixed.to_string());
    let run = desk.opens("mixed", &sealed.shares[0]);
    assert!(run.status == 1 && run.err.contains("the file was changed"), "{}", run.err);
    let whole = desk.read("health.keys");
    let keys_of = |from: &str, to: &str| whole.replacen(from, to, 1);
    let garbage = [
        String::new(),
        "garbage".to_owned(),
        "{}".to_owned(),
        whole[..whole.len() / 2].to_owned(),
        keys_of("keys-1", "keys-2"),
        keys_of("\"kid\": \"", "\"kid\": \"A"),
        keys_of("\"public\": \"B", "\"public\": \"C"),
        keys_of("argon2id", "scrypt"),
        desk.read("health.list"),
    ];
    for content in &garbage {
        private(&desk.path("bad"), content);
        let run = desk.opens("bad", &sealed.shares[0]);
        assert!(run.status == 2 && run.out.is_empty(), "{content:.40}: {}", run.err);
        let day = date(today() - 14);
        let run = desk.run(&["destroy", "--key-file", "bad", "--before", &day]);
        assert!(run.status == 2 || content.contains("scrypt"), "{content:.40}: {}", run.err);
        if run.status == 2 {
            assert_eq!(desk.read("bad"), *content, "a refusal changes nothing");
        }
    }
    let long = vec![b'x'; 2_000_000];
    for bad in [&b"\xFF\xFE\n"[..], &long, b"\n\n", b"{\"share\":17}\n"] {
        fs::write(desk.path("shares"), bad).unwrap();
        let run = desk.run(&open);
        assert_eq!((run.status, run.out.as_str()), (1, ""), "{}", run.err);
        assert!(run.err.len() < 1_000 && run.err.contains("shares line 1: "), "{}", run.err);
    }
    assert_eq!(desk.run(&["open", "--key-file", "health.keys", "--shares", "missing"]).status, 2);
    assert_eq!(desk.run(&["open", "--key-file", "health.keys"]).status, 2);
    assert_eq!(desk.run(&["open"]).status, 2);
    assert_eq!(desk.read("health.keys"), whole);
}
