//! Opening the visits of one location and window among ten million, and what a hundred million would be.
//!
//! Measured by the store's own example in a process of its own.

use std::collections::HashMap;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::report::Figure;

/// An officer waits for it: less than a second.
const LIMIT: f64 = 1_000.0;

#[derive(Deserialize)]
struct Line {
    name: String,
    value: f64,
}

/// The figures of one engine with `visits` visits.
pub fn figures(engine: &str, visits: u64) -> Result<Vec<Figure>> {
    let output = Command::new("cargo")
        .args(["run", "--release", "--quiet", "--locked", "-p", "store", "--features", "testing"])
        .args(["--example", "opening_speed", "--", engine, &visits.to_string(), "--json"])
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be run")?;
    ensure!(output.status.success(), "the store's example opening_speed failed");
    let text = String::from_utf8_lossy(&output.stdout);
    let measured: HashMap<String, f64> = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok())
        .map(|line| (line.name, line.value))
        .collect();
    let value = |name: String| {
        measured.get(&format!("store {engine} {name}")).copied().with_context(|| format!("no figure {name}"))
    };
    let median = |size: u64| value(format!("opening among {size}, median"));
    let name = |what: String| format!("{engine}: {what}");
    let (small, large) = (median(visits / 10)?, median(visits)?);
    // From the measured growth: as much again for ten times as many.
    let next = large * (large / small).max(1.0);
    Ok(vec![
        Figure::at_most(
            name(format!("opening a location and four hours among {visits}")),
            (large, "ms"),
            LIMIT,
        ),
        Figure::at_most(
            name(format!("the slowest of 21 such openings among {visits}")),
            (value(format!("opening among {visits}, worst"))?, "ms"),
            LIMIT,
        ),
        Figure::at_most(
            name(format!("the same among {}, from that growth", visits * 10)),
            (next, "ms"),
            LIMIT,
        ),
        Figure::new(
            name(format!("visits that one opening gives among {visits}")),
            (value(format!("opening among {visits}, visits"))?, "visits"),
            (format!("among {}", visits / 10), value(format!("opening among {}, visits", visits / 10))?),
            None,
        ),
    ])
}
