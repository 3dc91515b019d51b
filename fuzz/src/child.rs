//! One target in this process: try, measure, and stop at the first input that fails.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fuzz::targets::Target;

use crate::dice::Dice;
use crate::meter::{Cost, LARGE, SLOW, confirmed, measured};
use crate::mutate::Mutator;
use crate::seeds;

/// So many inputs between two looks at the clock.
const TURN: u64 = 64;

/// Runs a target for so many seconds, and prints its line. False if an input was too slow or too large; an input
/// that panics ends the process. Either way `current` holds the input that was tried last.
pub fn run(target: &Target, seconds: u64, seed: u64, current: &Path) -> Result<bool> {
    let seeds = seeds::of(target.name)?;
    ensure!(!seeds.is_empty(), "no seeds in fuzz/seeds/{}: run `cargo run -p fuzz -- seeds`", target.name);
    let slowest = current.with_extension("slowest");
    let current = OpenOptions::new().write(true).create(true).truncate(true).open(current);
    let current = current.context("writing down inputs")?;
    let mutator = Mutator { seeds: &seeds, words: target.words, longest: target.longest };
    let (mut dice, mut input, mut worst) = (Dice::new(seed, target.name), Vec::new(), Cost::default());
    let (begun, length) = (now(), Duration::from_secs(seconds));
    let mut count = 0;
    while count % TURN != 0 || now() - begun < length {
        match seeds.get(usize::try_from(count).unwrap_or(usize::MAX)) {
            Some(seed) => input.clone_from(seed),
            None => mutator.next(&mut input, &mut dice),
        }
        note(&current, &input)?;
        let mut cost = measured(target, &input);
        if cost.time > SLOW / 4 && cost.time > worst.time {
            cost = confirmed(target, &input);
            std::fs::write(&slowest, &input).context("keeping the slowest input")?;
        }
        count += 1;
        worst = Cost { time: worst.time.max(cost.time), memory: worst.memory.max(cost.memory) };
        if cost.time > SLOW || cost.memory > LARGE {
            println!("{:<12} {}", target.name, said(cost));
            return Ok(false);
        }
    }
    let rate = count / (now() - begun).as_secs().max(1);
    println!("{:<12} {count:>9} inputs {rate:>7}/s   worst: {}", target.name, said(worst));
    Ok(true)
}

/// One file, once, and what it took. A panic is seen as one.
pub fn reproduce(target: &Target, file: &Path) -> Result<bool> {
    let input = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let cost = confirmed(target, &input);
    println!("{:<12} {} bytes: {}", target.name, input.len(), said(cost));
    Ok(cost.time <= SLOW && cost.memory <= LARGE)
}

/// Writes an input down before it is tried: its length, then itself.
fn note(current: &File, input: &[u8]) -> Result<()> {
    let length = u64::try_from(input.len()).context("a length fits")?;
    current.write_all_at(&[&length.to_le_bytes(), input].concat(), 0).context("writing down an input")
}

/// The input that a process wrote down last; `None` if it wrote none.
pub fn noted(current: &Path) -> Option<Vec<u8>> {
    let bytes = std::fs::read(current).ok()?;
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    rest.get(..usize::try_from(u64::from_le_bytes(*length)).ok()?).map(<[u8]>::to_vec)
}

#[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn said(cost: Cost) -> String {
    let slow = if cost.time > SLOW { " TOO SLOW" } else { "" };
    let large = if cost.memory > LARGE { " TOO MUCH MEMORY" } else { "" };
    let memory = cost.memory as f64 / 1024.0;
    format!("{:>6.1} ms{slow} {memory:>8.0} KiB{large}", cost.time.as_secs_f64() * 1e3)
}

#[allow(clippy::disallowed_methods, reason = "how long to go on is a matter of real time")]
fn now() -> Instant {
    Instant::now()
}
