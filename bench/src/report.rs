//! One figure beside its reference, and the table and file that they end in.

use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

/// One figure. The machine is noisy and small: what counts is the ratio, measured in one run.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What it stands beside.
    pub reference: String,
    /// The reference's value, in the same unit.
    pub reference_value: f64,
    /// `value / reference_value`.
    pub ratio: f64,
    /// The least ratio (design section 13, or the issue that asks for it); `None` where it is only shown.
    pub floor: Option<f64>,
    /// Whether the ratio reaches the floor.
    pub holds: bool,
}

impl Figure {
    /// A figure beside its reference.
    pub fn new(
        name: impl Into<String>,
        (value, unit): (f64, &'static str),
        (reference, reference_value): (impl Into<String>, f64),
        floor: Option<f64>,
    ) -> Self {
        let ratio = value / reference_value;
        let holds = floor.is_none_or(|floor| ratio >= floor);
        Self {
            name: name.into(),
            value,
            unit,
            reference: reference.into(),
            reference_value,
            ratio,
            floor,
            holds,
        }
    }

    /// A figure that must not exceed a limit (time, memory): the limit is the reference, the ratio is
    /// `limit / value`, and the floor is 1.
    pub fn at_most(name: impl Into<String>, (value, unit): (f64, &'static str), limit: f64) -> Self {
        let name = name.into();
        Self {
            name,
            value,
            unit,
            reference: "limit".to_owned(),
            reference_value: limit,
            ratio: limit / value,
            floor: Some(1.0),
            holds: value <= limit,
        }
    }
}

/// Prints the table, and writes the figures as a JSON list.
pub fn publish(figures: &[Figure], path: &Path) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<58} {:>14} {:<8} {:>14} {:>8} {:>7}",
        "figure", "value", "unit", "reference", "ratio", "floor"
    )?;
    for figure in figures {
        let floor = figure.floor.map_or_else(|| "-".to_owned(), |floor| format!("{floor:.2}"));
        let mark = if figure.holds { "" } else { "  BELOW" };
        writeln!(
            out,
            "{:<58} {:>14.1} {:<8} {:>14.1} {:>8.3} {:>7}{mark}",
            figure.name, figure.value, figure.unit, figure.reference_value, figure.ratio, floor
        )?;
        writeln!(out, "    beside: {}", figure.reference)?;
    }
    std::fs::write(path, serde_json::to_vec_pretty(figures)?)
}
