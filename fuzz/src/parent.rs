//! Starts a process for each target, as many at once as there are cores, and keeps what made one fail.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use fuzz::targets::Target;

use crate::child::noted;
use crate::seeds::root;

/// How much longer than asked a process may live before its input counts as one that never ends.
const GRACE: Duration = Duration::from_mins(1);

/// Runs these targets, and says whether all held.
pub fn run(targets: &[&'static Target], seconds: u64, seed: u64) -> Result<bool> {
    let work = root().join("../target/fuzz-inputs");
    std::fs::create_dir_all(&work).context("making a folder for inputs")?;
    println!("{} targets, {seconds} s each, seed {seed}", targets.len());
    let (waiting, failed) = (Mutex::new(targets.iter()), Mutex::new(Vec::new()));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(target) = next(&waiting) {
                    if let Err(error) = one(target, seconds, seed, &work) {
                        println!("{:<12} FAILED: {error:#}", target.name);
                        failed.lock().expect("no thread panics").push(target.name);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no thread panics");
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    Ok(failed.is_empty())
}

fn next<'a>(waiting: &Mutex<std::slice::Iter<'a, &'static Target>>) -> Option<&'a &'static Target> {
    waiting.lock().expect("no thread panics").next()
}

/// One target in its process; an error names the input that it failed on, and how to try it again.
fn one(target: &Target, seconds: u64, seed: u64, work: &Path) -> Result<()> {
    let current = work.join(target.name);
    let program = std::env::current_exe().context("finding this program")?;
    let mut command = Command::new(program);
    command.args(["one", target.name, &seconds.to_string(), &seed.to_string()]).arg(&current);
    let mut child = command.stdin(Stdio::null()).spawn().context("starting a process")?;
    let how = match waited(&mut child, Duration::from_secs(seconds) + GRACE)? {
        Some(status) if status.success() => return Ok(()),
        Some(status) => status.to_string(),
        None => "it did not end".to_owned(),
    };
    let input = noted(&current).context("it failed before the first input")?;
    let file = kept(target.name, &input)?;
    let again = format!("cargo run -p fuzz -- reproduce {} {}", target.name, file.display());
    anyhow::bail!("{how}\n    {again}");
}

/// How it ended; `None` if it had to be ended.
fn waited(child: &mut Child, longest: Duration) -> Result<Option<std::process::ExitStatus>> {
    let begun = now();
    loop {
        if let Some(status) = child.try_wait().context("waiting")? {
            return Ok(Some(status));
        }
        if now() - begun > longest {
            child.kill().context("ending a process")?;
            child.wait().context("waiting")?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Keeps an input under a name that is the same for the same bytes (FNV-1a).
fn kept(target: &str, input: &[u8]) -> Result<PathBuf> {
    let folder = root().join("failures");
    std::fs::create_dir_all(&folder).context("making fuzz/failures")?;
    let hash = input.iter().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let file = folder.join(format!("{target}-{hash:016x}"));
    std::fs::write(&file, input).context("keeping the input")?;
    Ok(file)
}

#[allow(clippy::disallowed_methods, reason = "a process that never ends is a matter of real time")]
fn now() -> Instant {
    Instant::now()
}
