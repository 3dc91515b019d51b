//! The log: lines for people on a terminal, JSON for machines, always on standard error.
//!
//! Only our own crates speak below warnings: what a library logs about a request could hold personal data.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt, registry};

use crate::config::LogLevel;

const OURS: [&str; 5] = ["tongxing", "server", "store", "domain", "picture"];

/// Starts logging. Called once, by the command that serves.
pub fn start(json: bool, level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let targets =
        OURS.iter().fold(Targets::new().with_default(level.min(LevelFilter::WARN)), |targets, ours| {
            targets.with_target(*ours, level)
        });
    // A log that nobody reads any more (a closed pipe) must not stop the service.
    let lines = fmt::layer().with_writer(io::stderr).log_internal_errors(false);
    let lines = if json {
        lines.json().flatten_event(true).boxed()
    } else {
        lines.with_ansi(io::stderr().is_terminal()).with_target(false).boxed()
    };
    // One filter for everything, not the layer's own: a library that only asks whether a level is enabled (`sqlx` on
    // PostgreSQL does, for each statement) would leave a layer's filter shut for the next event of its thread.
    // A second start (in a test) changes nothing.
    let _ = registry().with(lines).with(targets).try_init();
    // A panic's own text may hold anything, personal data too: where it happened is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}
