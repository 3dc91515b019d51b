//! The register: importing filings, and finding near matches among ten thousand and a million.
//!
//! Measured by the store's own example in a process of its own, so that its memory can be told.

use std::collections::HashMap;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::report::Figure;

/// Rows a second that an import with all indexes must reach.
const IMPORT_FLOOR: f64 = 5_000.0;
/// MiB that an import of a million rows may take.
const MEMORY_LIMIT: f64 = 300.0;

#[derive(Deserialize)]
struct Line {
    name: String,
    value: f64,
}

/// The figures of one engine with `rows` filings.
pub fn figures(engine: &str, rows: u64) -> Result<Vec<Figure>> {
    let output = Command::new("cargo")
        .args(["run", "--release", "--quiet", "--locked", "-p", "store", "--features", "testing"])
        .args(["--example", "import_speed", "--", engine, &rows.to_string(), "20000", "--json"])
        .stderr(Stdio::inherit())
        .output()
        .context("cargo cannot be run")?;
    ensure!(output.status.success(), "the store's example import_speed failed");
    let text = String::from_utf8_lossy(&output.stdout);
    let measured: HashMap<String, f64> = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Line>(line).ok())
        .map(|line| (line.name, line.value))
        .collect();
    let value = |name: &str| {
        measured.get(&format!("store {engine} {name}")).copied().with_context(|| format!("no figure {name}"))
    };
    let (import, bare) = (value("import")?, value("bare insert")?);
    let name = |what: &str| format!("{engine}: {what}");
    let small = value("near look-up at 10000, median")?;
    let large = value(&format!("near look-up at {rows}, median"))?;
    Ok(vec![
        Figure::new(
            name(&format!("import {rows} filings, all indexes")),
            (import, "rows/s"),
            ("the same sealed rows into one SQLite table without indexes", bare),
            None,
        ),
        Figure::new(
            name("the same import against its floor"),
            (import, "rows/s"),
            ("floor of the issue", IMPORT_FLOOR),
            Some(1.0),
        ),
        Figure::at_most(name("peak memory of that import"), (value("peak memory")?, "MiB"), MEMORY_LIMIT),
        // Speeds, so that the ratio falls when the larger register is slower.
        Figure::new(
            name(&format!("near look-ups among {rows}")),
            (1e6 / large, "1/s"),
            ("the same among 10000", 1e6 / small),
            None,
        ),
        Figure::new(
            name("rows opened by one near look-up"),
            (value(&format!("near look-up at {rows}, opened"))?, "rows"),
            ("all rows", f64::from(u32::try_from(rows).unwrap_or(u32::MAX))),
            None,
        ),
    ])
}
