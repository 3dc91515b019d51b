//! What one input costs: the time of this thread on the processor, and memory above what was there before.
//!
//! Not the time that passes: the machine has other work, and a test must not fail for it.

use std::time::Duration;

use fuzz::targets::Target;
use rustix::time::{ClockId, clock_gettime};

use crate::MEMORY;

/// No input may take longer (check C8).
pub const SLOW: Duration = Duration::from_millis(100);
/// No input of at most 64 kB may take more memory, in bytes.
pub const LARGE: usize = 64 * 1024 * 1024;

/// How often an input that seems too slow is tried again, and what lies in between.
const RUNS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// The cost of one input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Processor time.
    pub time: Duration,
    /// Memory at its highest, in bytes.
    pub memory: usize,
}

/// Runs a target on an input.
pub fn measured(target: &Target, input: &[u8]) -> Cost {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let begun = processor();
    (target.run)(input);
    Cost { time: processor().saturating_sub(begun), memory: MEMORY.peak_usage().saturating_sub(before) }
}

/// The least time of several runs: what the input itself costs, without an interrupt or a cold cache. Where that would
/// be too much it is tried again for a while: processors are shared, and what others do is no fault of the input.
pub fn confirmed(target: &Target, input: &[u8]) -> Cost {
    let mut least = measured(target, input);
    for again in 0..RUNS {
        if again >= 2 {
            if least.time <= SLOW {
                break;
            }
            std::thread::sleep(PAUSE);
        }
        let cost = measured(target, input);
        least = if cost.time < least.time { cost } else { least };
    }
    least
}

fn processor() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}
