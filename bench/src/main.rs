//! `make bench`: prints every figure beside its reference, measured in the same run, and writes
//! `target/bench.json`. Figures are never asserted by tests: the machine is small and noisy.

mod pass;
mod report;
mod stopwatch;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let figures = pass::figures();
    report::publish(&figures, Path::new("target/bench.json"))
}
