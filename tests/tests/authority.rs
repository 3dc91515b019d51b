//! The units that open visits: their keys made, used and destroyed by the binary, on what somebody else has sealed.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "common/sealing.rs"]
mod sealing;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blackbox::PASSPHRASE;
use sealing::{Sealed, bytes, listed, text};
use serde_json::{Value, json};
use tempfile::TempDir;

const HEALTH: &str = "省疾控中心";
const COURT: &str = "Supervision office";

/// A folder of a unit, or of both.
struct Desk(TempDir);

struct Run {
    status: i32,
    out: String,
    err: String,
}

fn private(path: &Path, content: &str) {
    let mut options = fs::OpenOptions::new();
    let mut file = options.create(true).write(true).truncate(true).mode(0o600).open(path).unwrap();
    file.write_all(content.as_bytes()).unwrap();
}

impl Desk {
    fn new() -> Self {
        let desk = Self(TempDir::new().unwrap());
        private(&desk.path("phrase"), PASSPHRASE);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(blackbox::binary());
        command.arg("authority").args(arguments).env_clear().current_dir(self.0.path()).stdin(Stdio::null());
        command.env("TONGXING_AUTHORITY_PASSPHRASE_FILE", self.path("phrase"));
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        let word = |bytes| String::from_utf8(bytes).unwrap();
        let run =
            Run { status: output.status.code().unwrap(), out: word(output.stdout), err: word(output.stderr) };
        assert!(!run.err.contains("panicked") && !run.err.contains(PASSPHRASE), "{}", run.err);
        run
    }

    /// A month of keys, from so many days ago; gives the public list.
    fn keys(&self, unit: &str, name: &str, days_ago: u32) -> Value {
        let (keys, list) = (format!("{name}.keys"), format!("{name}.list"));
        let from = date(today() - days_ago);
        let made = self.run(&["keys", "--unit", unit, "--from", &from, "--out", &keys, "--public", &list]);
        assert_eq!((made.status, made.out.as_str()), (0, ""), "{}", made.err);
        serde_json::from_str(&self.read(&list)).unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    fn write(&self, name: &str, lines: &[String]) {
        fs::write(self.path(name), lines.join("\n") + "\n").unwrap();
    }

    /// The days in a key file that have a private half.
    fn days(&self, name: &str) -> Vec<String> {
        let keys = self.json(name)["keys"].as_array().unwrap().clone();
        let kept = keys.iter().filter(|key| key["sealed"].is_string());
        kept.map(|key| key["day"].as_str().unwrap().to_owned()).collect()
    }

    /// Opens the share of a day with a key file.
    fn opens(&self, keys: &str, share: &str) -> Run {
        self.write("one.share", &[share.to_owned()]);
        self.run(&["open", "--key-file", keys, "--shares", "one.share"])
    }
}

/// The day in Asia/Shanghai, as days since 1970.
fn today() -> u32 {
    u32::try_from((blackbox::now() + 8 * 3600) / 86_400).unwrap()
}

fn date(day: u32) -> String {
    let at = format!("@{}", u64::from(day) * 86_400);
    let output = Command::new("date").args(["-u", "-d", &at, "+%F"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

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

/// Starts a command that stops at a step, and waits until it is there.
fn stopped_at(desk: &Desk, step: &str, arguments: &[&str]) -> std::process::Child {
    let mut child = desk
        .command(arguments)
        .env("TONGXING_TEST_STOP_AT", step)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut said, mut errors) = (String::new(), BufReader::new(child.stderr.take().unwrap()));
    while !said.contains("stopped at") {
        assert_ne!(errors.read_line(&mut said).unwrap(), 0, "it did not come to {step}: {said}");
    }
    child
}

fn kill(mut child: std::process::Child) {
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
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
