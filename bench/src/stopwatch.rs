//! Measuring: alternating rounds, so that a busy moment of the machine falls on both sides alike.

use std::time::{Duration, Instant};

/// How long `work` took.
#[allow(clippy::disallowed_methods, reason = "benchmarks are where real time is measured")]
pub fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let result = work();
    (begun.elapsed(), result)
}

/// In how many turns a round is done: a turn is so short that whatever else runs falls on both sides.
const TURNS: u32 = 10;

/// Calls per second of two kinds of work, done in short turns; each rate is the median turn's.
pub fn rates(rounds: usize, calls: u32, mut one: impl FnMut(), mut other: impl FnMut()) -> (f64, f64) {
    let calls = calls.div_ceil(TURNS);
    let turn = |work: &mut dyn FnMut()| {
        let (taken, ()) = time(|| (0..calls).for_each(|_| work()));
        f64::from(calls) / taken.as_secs_f64()
    };
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..rounds * TURNS as usize {
        ones.push(turn(&mut one));
        others.push(turn(&mut other));
    }
    (median(ones), median(others))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
