//! Checking EU DCCs beside other verifiers, on the same token in the same run (design section 13).
//!
//! The peers are programs of their own in `bench/peers`; they are asked in turn with us, round by round. One that
//! could not be installed has no row, and its line says so.

use std::hint::black_box;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{Observed, StatusLists, verify};
use serde_json::json;

use crate::hc1::Token;
use crate::report::Figure;
use crate::stopwatch::time;

const INSTALLED: &str = "target/peers";
const ROUNDS: usize = 7;
/// Name, how it is started, calls a round, and the least ratio.
type Known = (&'static str, fn() -> Command, u32, f64);
const PEERS: &[Known] = &[
    ("the crate dgc", dgc, 2_000, 1.15),
    ("PyPI cwt", cwt, 1_000, 2.5),
    ("npm @pathcheck/dcc-sdk", dcc_sdk, 100, 15.0),
];
/// `SubjectPublicKeyInfo` of a P-256 key, up to its point (RFC 5480).
const SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

fn dgc() -> Command {
    Command::new(Path::new(INSTALLED).join("dgc/release/peer-dgc"))
}

fn cwt() -> Command {
    let mut command = Command::new(Path::new(INSTALLED).join("cwt/bin/python"));
    command.arg("bench/peers/cwt/peer.py");
    command
}

fn dcc_sdk() -> Command {
    let mut command = Command::new("node");
    command.arg(Path::new(INSTALLED).join("dcc-sdk/peer.mjs"));
    command
}

/// A row for each peer that is there.
pub fn figures() -> Result<Vec<Figure>> {
    Command::new("bench/peers/install").status().context("bench/peers/install")?;
    // Peers look at the machine's clock.
    #[allow(clippy::disallowed_methods, reason = "benchmarks run in real time")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let token = Token::make(now);
    let file = write(&token)?;
    let mut rows = Vec::new();
    for (name, command, calls, floor) in PEERS {
        match Peer::start(command(), &file) {
            Ok(peer) => rows.push(beside(name, peer, *calls, *floor, &token, now)?),
            Err(error) => writeln!(std::io::stdout(), "no row for {name}: {error:#}")?,
        }
    }
    Ok(rows)
}

fn write(token: &Token) -> Result<PathBuf> {
    let spki = [&SPKI[..], &token.point].concat();
    let file = Path::new(INSTALLED).join("token.json");
    let content = json!({
        "text": token.text, "kid": STANDARD.encode(token.kid), "spki": STANDARD.encode(spki),
        "x": token.coordinate(1..33), "y": token.coordinate(33..65),
    });
    std::fs::write(&file, content.to_string())?;
    Ok(std::path::absolute(file)?)
}

fn beside(name: &str, mut peer: Peer, calls: u32, floor: f64, token: &Token, now: u64) -> Result<Figure> {
    let (trust, statuses, observed) = (token.trust(), StatusLists::default(), Observed::default());
    let ours = || {
        let mut buffer = Vec::new();
        let verdict =
            verify(black_box(&token.text), &mut buffer, &trust, &statuses, now, &observed).verdict();
        black_box(verdict);
    };
    let (mut our_rates, mut their_rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        our_rates.push(2_000.0 / time(|| (0..2_000).for_each(|_| ours())).0.as_secs_f64());
        their_rates.push(f64::from(calls) / peer.seconds(calls)?);
    }
    let median = |mut rates: Vec<f64>| {
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    };
    let title = format!("verify one EU DCC, beside {name}");
    Ok(Figure::new(title, (median(our_rates), "1/s"), (name, median(their_rates)), Some(floor)))
}

/// A peer at work.
struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts it and has it check the token once.
    fn start(mut command: Command, token: &Path) -> Result<Self> {
        command.arg(token).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("it is not installed")?;
        let input = child.stdin.take().context("its input")?;
        let output = BufReader::new(child.stdout.take().context("its output")?);
        let mut peer = Self { child, input, output };
        peer.seconds(1).context("it does not accept the token")?;
        Ok(peer)
    }

    fn seconds(&mut self, calls: u32) -> Result<f64> {
        writeln!(self.input, "{calls}")?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        answer.trim().parse().context("its answer is not a number of seconds")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
