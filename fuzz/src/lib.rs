//! Hostile bytes for every parser of foreign bytes (check C8).
//!
//! Two drivers run the same functions: `fuzz` (src/main.rs), which changes seeds at random on any toolchain, for
//! seconds in `make test` and a minute each in `make soak`; and `guided` (src/bin/guided.rs), libFuzzer with
//! coverage guidance, for hours in `make fuzz`. The decision that matters: **a target is one function of bytes**
//! that knows nothing of its driver, and says with `assert!` what has to hold for all bytes. Panics are the
//! drivers' matter, time and memory the first one's.

pub mod targets;
pub mod wrap;
