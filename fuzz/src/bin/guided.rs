//! `guided`: the same targets under libFuzzer, which keeps what reaches new code. `make fuzz` starts it with the
//! flags that this needs.
#![no_main]

use std::sync::OnceLock;

use fuzz::targets::{Target, named};
use libfuzzer_sys::fuzz_target;

/// libFuzzer takes the command line for itself.
const NAME: &str = "TONGXING_FUZZ_TARGET";

#[allow(clippy::disallowed_methods, reason = "the only way in that libFuzzer leaves")]
fn target() -> &'static Target {
    static TARGET: OnceLock<&Target> = OnceLock::new();
    TARGET.get_or_init(|| {
        let name = std::env::var(NAME).unwrap_or_default();
        named(&name).unwrap_or_else(|| panic!("{NAME} names no target: {name:?}"))
    })
}

fuzz_target!(|data: &[u8]| (target().run)(data));
