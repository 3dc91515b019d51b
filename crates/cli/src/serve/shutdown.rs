//! When to stop.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Ready when the process is asked to stop: SIGTERM (service managers) or SIGINT (Ctrl-C). The handlers are
/// in place when this returns, before the first request.
pub fn signals() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
