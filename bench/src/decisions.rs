//! Colours: how many evaluations of the published rules one core makes, and how many decisions a second are durable with their
//! leaves. These beside the bare insert of as many bytes, a transaction each, on the same engine in the same run.
//!
//! Decisions are made by the server's own example in a process of its own: it needs the doubles of tests, which no binary
//! that is released may have.

use std::collections::HashMap;
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use blackbox::Engine;
use domain::colour::{Evidence, EvidenceSource, Fact, TestMethod, TestOutcome, decide, in_force, published};
use domain::{Id, Timestamp};
use serde::Deserialize;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::database::Database;
use crate::report::Figure;
use crate::stopwatch::rates;

/// Pieces of evidence: somebody who declared; who was ill; about whom much is on record.
const PIECES: [usize; 3] = [1, 5, 30];
const ROUNDS: usize = 3;
const CALLS: u32 = 1_000;
/// Decisions of a round.
const DECISIONS: usize = 4_000;
/// Officers, phones and jobs that have something decided at the same time.
const AT_ONCE: usize = 32;
/// 2026-06-01T00:00:00Z.
const NOW: Timestamp = Timestamp::from_seconds(1_780_272_000);
const DAY: Duration = Duration::from_hours(24);

/// Evaluations of the set in force, beside that of a person of whom nothing is known.
pub fn evaluations() -> Result<Vec<Figure>> {
    let set = in_force(published(), NOW).context("no rule set is in force")?;
    let mut figures = Vec::new();
    for pieces in PIECES {
        let given = record(pieces);
        ensure!(decide(set, &given, NOW).is_ok(), "the rules come to a result");
        let evaluate = |given: &[Evidence]| drop(black_box(decide(set, black_box(given), NOW)));
        let (rate, nothing) = rates(ROUNDS, CALLS, || evaluate(&given), || evaluate(&[]));
        let name = format!("evaluations of {} with {pieces} pieces of evidence, one core", set.name());
        figures.push(Figure::new(name, (rate, "1/s"), ("the same with nothing on record", nothing), None));
    }
    Ok(figures)
}

/// What stands about somebody after a contact, tests, a case and a recovery, again and again.
fn record(pieces: usize) -> Vec<Evidence> {
    let declared = Fact::Declaration { symptoms: Vec::new(), contact: false, diagnosed: false };
    let negative = Fact::TestResult { result: TestOutcome::Negative, method: TestMethod::NucleicAcid };
    let course = [Fact::CaseContact, negative, Fact::IsolationEnd, Fact::CaseConfirmed, Fact::Recovery];
    let facts = std::iter::once(declared).chain(course.into_iter().cycle());
    let piece = |(days, fact): (u32, Fact)| Evidence {
        id: Id::from_i64(days.into()),
        source: EvidenceSource::Office,
        reference: None,
        at: NOW.minus(DAY * (days + 1)),
        from: None,
        until: None,
        fact,
    };
    (0_u32..).zip(facts).map(piece).take(pieces).collect()
}

#[derive(Deserialize)]
struct Line {
    name: String,
    value: f64,
}

/// The figures of one engine: rounds of decisions and of bare inserts take turns.
pub fn figures(engine: Engine) -> Result<Vec<Figure>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let measured = decided(engine)?;
        let value = |name: &str| measured.get(name).copied().with_context(|| format!("no figure {name}"));
        ours.push(value("decisions")?);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred bytes")]
        let bytes = value("bytes")? as usize;
        bare.push(runtime.block_on(inserted(engine, bytes))?);
    }
    let name = format!("decisions, durable with their leaves ({engine:?}, {AT_ONCE} at once)");
    let reference = "bare inserts of as many bytes, a transaction each, as many at once";
    Ok(vec![Figure::new(name, (median(ours), "1/s"), (reference, median(bare)), None)])
}

/// Runs the server's example, in the profile of this program.
fn decided(engine: Engine) -> Result<HashMap<String, f64>> {
    let engine = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let profile: &[&str] = if cfg!(debug_assertions) { &[] } else { &["--release"] };
    let (decisions, at_once) = (DECISIONS.to_string(), AT_ONCE.to_string());
    let output = Command::new("cargo")
        .arg("run")
        .args(profile)
        .args(["--quiet", "--locked", "-p", "server", "--features", "testing"])
        .args(["--example", "decision_speed", "--", engine, &decisions, &at_once])
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be run")?;
    ensure!(output.status.success(), "the server's example decision_speed failed");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
    Ok(lines.map(|line| (line.name, line.value)).collect())
}

/// Rows of so many bytes a second.
async fn inserted(engine: Engine, bytes: usize) -> Result<f64> {
    let (database, body) = (Arc::new(Database::of(engine).await?), Arc::new(vec![0x5A; bytes]));
    let mut tasks = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..AT_ONCE {
        let (database, body) = (Arc::clone(&database), Arc::clone(&body));
        tasks.spawn(async move {
            for _ in 0..DECISIONS / AT_ONCE {
                database.write(&body).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done?;
    }
    let rows = u32::try_from(DECISIONS / AT_ONCE * AT_ONCE)?;
    Ok(f64::from(rows) / begun.elapsed().as_secs_f64())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
