//! A folder of a unit, and the binary run in it.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use blackbox::PASSPHRASE;
use serde_json::Value;
use tempfile::TempDir;

pub const HEALTH: &str = "省疾控中心";
pub const COURT: &str = "Supervision office";

/// A folder of a unit, or of both.
pub struct Desk(TempDir);

pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

pub fn private(path: &Path, content: &str) {
    let mut options = fs::OpenOptions::new();
    let mut file = options.create(true).write(true).truncate(true).mode(0o600).open(path).unwrap();
    file.write_all(content.as_bytes()).unwrap();
}

impl Desk {
    pub fn new() -> Self {
        let desk = Self(TempDir::new().unwrap());
        private(&desk.path("phrase"), PASSPHRASE);
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(blackbox::binary());
        command.arg("authority").args(arguments).env_clear().current_dir(self.0.path()).stdin(Stdio::null());
        command.env("TONGXING_AUTHORITY_PASSPHRASE_FILE", self.path("phrase"));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        let word = |bytes| String::from_utf8(bytes).unwrap();
        let run =
            Run { status: output.status.code().unwrap(), out: word(output.stdout), err: word(output.stderr) };
        assert!(!run.err.contains("panicked") && !run.err.contains(PASSPHRASE), "{}", run.err);
        run
    }

    /// A month of keys, from so many days ago; gives the public list.
    pub fn keys(&self, unit: &str, name: &str, days_ago: u32) -> Value {
        let (keys, list) = (format!("{name}.keys"), format!("{name}.list"));
        let from = date(today() - days_ago);
        let made = self.run(&["keys", "--unit", unit, "--from", &from, "--out", &keys, "--public", &list]);
        assert_eq!((made.status, made.out.as_str()), (0, ""), "{}", made.err);
        serde_json::from_str(&self.read(&list)).unwrap()
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    pub fn write(&self, name: &str, lines: &[String]) {
        fs::write(self.path(name), lines.join("\n") + "\n").unwrap();
    }

    /// The days in a key file that have a private half.
    pub fn days(&self, name: &str) -> Vec<String> {
        let keys = self.json(name)["keys"].as_array().unwrap().clone();
        let kept = keys.iter().filter(|key| key["sealed"].is_string());
        kept.map(|key| key["day"].as_str().unwrap().to_owned()).collect()
    }

    /// Opens the share of a day with a key file.
    pub fn opens(&self, keys: &str, share: &str) -> Run {
        self.write("one.share", &[share.to_owned()]);
        self.run(&["open", "--key-file", keys, "--shares", "one.share"])
    }
}

/// The day in Asia/Shanghai, as days since 1970.
pub fn today() -> u32 {
    u32::try_from((blackbox::now() + 8 * 3600) / 86_400).unwrap()
}

pub fn date(day: u32) -> String {
    let at = format!("@{}", u64::from(day) * 86_400);
    let output = Command::new("date").args(["-u", "-d", &at, "+%F"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Starts a command that stops at a step, and waits until it is there.
pub fn stopped_at(desk: &Desk, step: &str, arguments: &[&str]) -> std::process::Child {
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

pub fn kill(mut child: std::process::Child) {
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
}
