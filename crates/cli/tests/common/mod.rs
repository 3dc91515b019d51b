//! Drives the built binary, as a person or a script does.
#![allow(dead_code, reason = "each user takes a part")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "test support")]

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The vectors that every verifier is held to.
pub fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/pass.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A command without the settings of whoever runs the tests, but with a passphrase.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongxing"));
    command.args(arguments).env_clear().env("TONGXING_KEYS_PASSPHRASE_FILE", passphrase());
    command
}

/// A file with the passphrase of every test.
fn passphrase() -> &'static PathBuf {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| {
        let name = format!("passphrase-{}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        private(&path, "words for a test only");
        path
    })
}

/// Writes a file that only its owner may read.
pub fn private(path: &Path, content: &str) {
    let mut options = OpenOptions::new();
    let mut file = options.create(true).write(true).truncate(true).mode(0o600).open(path).unwrap();
    file.write_all(content.as_bytes()).unwrap();
}

/// What a run gave.
pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

pub fn run(arguments: &[&str], input: &[u8]) -> Run {
    run_as(&mut command(arguments), input)
}

/// Runs a command that may have settings of its own.
pub fn run_as(command: &mut Command, input: &[u8]) -> Run {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A command that does not read its input closes the pipe: that is its right.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let run = Run { status: status.code().expect("no signal"), out: text(stdout), err: text(stderr) };
    assert!(!run.err.contains("panicked"), "{command:?}: {}", run.err);
    run
}
