//! Codes in pictures: how many are read inside the declared envelope, how long that takes, and what is lost beyond.
//!
//! The pictures are drawn by what draws those of `cargo test -p picture`, and read by `picture::decode_qr`, the
//! function behind `tongxing verify --image` and the photo upload.

use std::io::Write as _;

use anyhow::{Result, ensure};

use crate::report::Figure;
use crate::stopwatch::time;

#[path = "../../crates/picture/tests/photograph/mod.rs"]
mod photograph;

use photograph::{Dice, Taking, envelope, photograph};

/// Pictures with every factor drawn at random.
const INSIDE: u64 = 1_200;
/// Pictures for each line of the other tables.
const LINE: u64 = 60;
/// Characters of a live code and of a printed pass, without those of the prefix: docs/pass-format.md section 1.
const LENGTHS: [usize; 2] = [528, 366];

struct Seen {
    taking: Taking,
    read: bool,
    milliseconds: f64,
}

/// The share that is read inside the envelope, and the time of it; prints the tables of each factor.
pub fn figures() -> Result<Vec<Figure>> {
    let inside: Vec<Seen> = (0..INSIDE).map(|seed| look(seed, |_| ())).collect::<Result<_>>()?;
    by_factor(&inside)?;
    alone()?;
    beyond()?;
    let mut taken: Vec<f64> = inside.iter().map(|seen| seen.milliseconds).collect();
    taken.sort_by(f64::total_cmp);
    let percentile = |share: usize| taken[taken.len() * share / 100];
    Ok(vec![
        Figure::new(
            "codes read from pictures of the envelope",
            (100.0 * share(&inside), "%"),
            (format!("{INSIDE} pictures, every factor at random"), 100.0),
            Some(0.99),
        ),
        Figure::new(
            "the same with any blur up to 1.6 pixels",
            (100.0 * share(&any_blur()?), "%"),
            (format!("{INSIDE} pictures, blur beyond 0.4 of a module too"), 100.0),
            None,
        ),
        Figure::at_most("time to read a picture, p50", (percentile(50), "ms"), 300.0),
        Figure::at_most("time to read a picture, p95", (percentile(95), "ms"), 300.0),
    ])
}

fn any_blur() -> Result<Vec<Seen>> {
    (0..INSIDE).map(|seed| look_at(seed, envelope::any_blur, |_| ())).collect()
}

/// Draws and reads one picture of the envelope, which `change` may take out of it.
fn look(seed: u64, change: impl Fn(&mut Taking)) -> Result<Seen> {
    look_at(seed, envelope::any, change)
}

fn look_at(seed: u64, any: fn(&mut Dice) -> Taking, change: impl Fn(&mut Taking)) -> Result<Seen> {
    let mut dice = Dice(seed);
    let text = dice.text("TX1:", LENGTHS[usize::try_from(seed % 2)?]);
    let mut taking = any(&mut dice);
    change(&mut taking);
    let file = photograph(&text, &taking, &mut dice);
    let (taken, texts) = time(|| ::picture::decode_qr(&file));
    let texts = texts?;
    ensure!(texts.iter().all(|read| *read == text), "a code was read that is not in the picture");
    Ok(Seen { taking, read: !texts.is_empty(), milliseconds: taken.as_secs_f64() * 1e3 })
}

#[allow(clippy::cast_precision_loss, reason = "a count of pictures")]
fn share(seen: &[Seen]) -> f64 {
    seen.iter().filter(|seen| seen.read).count() as f64 / seen.len().max(1) as f64
}

/// What a picture has of a factor.
type Of = fn(&Taking) -> f64;

/// A factor, its name, and what it is at the envelope's limit and one step beyond.
struct Factor {
    name: &'static str,
    of: Of,
    set: fn(&mut Taking, f64),
    limit: f64,
    beyond: f64,
}

const FACTORS: [Factor; 5] = [
    Factor {
        name: "module, pixels",
        of: |t| t.module,
        set: |t, v| t.module = v,
        limit: envelope::MODULE,
        beyond: 1.9,
    },
    Factor {
        name: "blur, pixels",
        of: |t| t.blur,
        set: |t, v| t.blur = v,
        limit: envelope::BLUR,
        beyond: 2.0,
    },
    Factor {
        name: "perspective",
        of: |t| t.perspective,
        set: |t, v| t.perspective = v,
        limit: envelope::PERSPECTIVE,
        beyond: 0.4,
    },
    Factor {
        name: "noise, levels",
        of: |t| t.noise,
        set: |t, v| t.noise = v,
        limit: envelope::NOISE,
        beyond: 32.0,
    },
    Factor {
        name: "contrast",
        of: |t| t.contrast,
        set: |t, v| t.contrast = v,
        limit: envelope::CONTRAST,
        beyond: 0.22,
    },
];

/// The pictures of the envelope in quarters of each factor, the easiest quarter first.
fn by_factor(inside: &[Seen]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "inside the envelope, every factor at random: read of each quarter of a factor, easiest first"
    )?;
    for factor in &FACTORS {
        let mut sorted: Vec<&Seen> = inside.iter().collect();
        sorted.sort_by(|a, b| (factor.of)(&a.taking).total_cmp(&(factor.of)(&b.taking)));
        if factor.limit < (factor.of)(&Taking::CLEAN) {
            sorted.reverse();
        }
        write!(out, "  {:<16}", factor.name)?;
        for quarter in sorted.chunks(inside.len().div_ceil(4)) {
            let read = quarter.iter().filter(|seen| seen.read).count();
            let (first, last) =
                ((factor.of)(&quarter[0].taking), quarter.last().map_or(0.0, |s| (factor.of)(&s.taking)));
            write!(out, "  {first:>5.2}..{last:<5.2} {read:>4} of {:<4}", quarter.len())?;
        }
        writeln!(out)?;
    }
    for (name, jpeg) in [("PNG", false), ("JPEG", true)] {
        let of: Vec<&Seen> = inside.iter().filter(|seen| seen.taking.jpeg.is_some() == jpeg).collect();
        writeln!(out, "  {name:<18}{} of {}", of.iter().filter(|seen| seen.read).count(), of.len())?;
    }
    Ok(())
}

/// Each factor at its limit, with nothing else wrong but a turn.
fn alone() -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "each factor alone at its limit, turned at random, the rest clean (module 4 pixels)")?;
    for factor in &FACTORS {
        let clean = |taking: &mut Taking| {
            *taking = Taking { turned: taking.turned, ..Taking::CLEAN };
            (factor.set)(taking, factor.limit);
        };
        line(&mut out, factor.name, factor.limit, clean)?;
    }
    Ok(())
}

/// Each factor at its limit and one step beyond, the others at random inside the envelope.
fn beyond() -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "each factor at its limit, and one step beyond, the others at random inside the envelope")?;
    for factor in &FACTORS {
        for value in [factor.limit, factor.beyond] {
            line(&mut out, factor.name, value, |taking| (factor.set)(taking, value))?;
        }
    }
    Ok(())
}

fn line(out: &mut impl std::io::Write, name: &str, value: f64, change: impl Fn(&mut Taking)) -> Result<()> {
    let seen: Vec<Seen> = (0..LINE).map(|seed| look(1_000_000 + seed, &change)).collect::<Result<_>>()?;
    writeln!(out, "  {name:<16}  {value:>5.2}  {:>5.1} % of {LINE}", 100.0 * share(&seen))?;
    Ok(())
}
