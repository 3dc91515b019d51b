//! Where tests end the process: at a named step it says so and waits to be killed.
//!
//! Only in debug builds: in a release build nothing reads the variable, and [`reach`] is empty.

/// The step to stop at.
#[cfg(debug_assertions)]
pub const VARIABLE: &str = "TONGXING_TEST_STOP_AT";

/// A step has been reached.
#[cfg(debug_assertions)]
#[allow(clippy::disallowed_methods, reason = "not a setting: no release build has it")]
pub fn reach(step: &str) {
    if std::env::var_os(VARIABLE).is_some_and(|wanted| wanted == step) {
        crate::output::note(&format!("stopped at {step}"));
        loop {
            std::thread::park();
        }
    }
}

/// A step has been reached.
#[cfg(not(debug_assertions))]
pub const fn reach(_step: &str) {}
