//! `make bench`: prints every figure beside its reference, measured in the same run, and writes
//! `target/bench.json`. Figures are never asserted by tests: the machine is small and noisy.
//!
//! `make bench BENCH=pass` measures one part (pass, hc1, peers, application, report, visits, decisions, import, picture,
//! poster, opening, register); `BENCH="register 100000"` a smaller register, `BENCH="opening 1000000"` fewer visits.

mod application;
mod database;
mod decisions;
mod hc1;
mod import;
mod opening;
mod outbox;
mod pass;
mod peers;
mod picture;
mod poster;
mod register;
mod report;
mod stopwatch;
mod visits;

use std::path::Path;

use anyhow::{Context as _, Result};
use report::Figure;

#[allow(clippy::disallowed_methods, reason = "`make bench` names its PostgreSQL in the environment")]
fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let part = arguments.first().map(String::as_str);
    let rows = arguments.get(1).map_or(Ok(1_000_000), |rows| rows.parse()).context("rows is a number")?;
    let wanted = |name: &str| part.is_none_or(|part| part == name);
    let mut figures: Vec<Figure> = Vec::new();
    if wanted("pass") {
        figures.extend(pass::figures());
    }
    if wanted("pass") || part == Some("hc1") {
        figures.extend(hc1::figures());
    }
    if wanted("peers") {
        figures.extend(peers::figures()?);
    }
    if wanted("application") {
        figures.extend(application::figures(Path::new("target/release/tongxing"))?);
    }
    if wanted("report") {
        figures.extend(outbox::figures(blackbox::Engine::Sqlite)?);
        if std::env::var_os("TONGXING_TEST_POSTGRES").is_some() {
            figures.extend(outbox::figures(blackbox::Engine::Postgres)?);
        }
    }
    if wanted("visits") {
        figures.extend(visits::figures(blackbox::Engine::Sqlite)?);
        if std::env::var_os("TONGXING_TEST_POSTGRES").is_some() {
            figures.extend(visits::figures(blackbox::Engine::Postgres)?);
        }
    }
    if wanted("decisions") {
        figures.extend(decisions::evaluations()?);
        figures.extend(decisions::figures(blackbox::Engine::Sqlite)?);
        if std::env::var_os("TONGXING_TEST_POSTGRES").is_some() {
            figures.extend(decisions::figures(blackbox::Engine::Postgres)?);
        }
    }
    if wanted("import") {
        let rows = u32::try_from(rows).context("too many rows")?;
        figures.extend(import::figures(Path::new("target/release/tongxing"), rows)?);
    }
    if wanted("picture") {
        figures.extend(picture::figures()?);
    }
    if wanted("poster") {
        figures.extend(poster::figures()?);
    }
    if wanted("opening") {
        let visits = if arguments.len() > 1 { rows } else { 10_000_000 };
        figures.extend(opening::figures("sqlite", visits)?);
        if std::env::var_os("TONGXING_TEST_POSTGRES").is_some() {
            figures.extend(opening::figures("postgres", visits)?);
        }
    }
    if wanted("register") {
        figures.extend(register::figures("sqlite", rows)?);
        if std::env::var_os("TONGXING_TEST_POSTGRES").is_some() {
            figures.extend(register::figures("postgres", rows)?);
        }
    }
    report::publish(&figures, Path::new("target/bench.json"))?;
    Ok(())
}
