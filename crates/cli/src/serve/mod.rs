//! Listening: one router on plain HTTP or TLS, until it is told to stop.
//!
//! Used by `tongxing serve`. The decision that matters: a stop is graceful. Nothing new is taken, what has
//! begun gets [`GRACE`] to finish, and only then does the process end, so that no acknowledged work and no
//! half answer is lost to a restart.

pub mod addresses;
pub mod authority;
pub mod log;
pub mod reload;
pub mod shutdown;
pub mod tls;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;

use crate::failure::Failure;
use tls::Tls;

/// How long requests that have begun may take to finish after a stop.
pub const GRACE: Duration = Duration::from_secs(10);
/// How long a client may take to send its request's head.
const HEAD: Duration = Duration::from_secs(10);
const PING: Duration = Duration::from_secs(30);
const STREAMS: u32 = 128;

/// Takes the address, or says what stands in the way.
pub fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listener.map_err(|error| {
        let failure = Failure::new(format!("cannot listen on {address}: {error}"));
        match error.kind() {
            io::ErrorKind::AddrInUse => failure.advice(
                "another program has this port: stop it, or choose another with --listen (TONGXING_LISTEN)",
            ),
            io::ErrorKind::PermissionDenied => failure.advice(
                "ports below 1024 need special rights: choose another with --listen (TONGXING_LISTEN)",
            ),
            io::ErrorKind::AddrNotAvailable => failure
                .advice("this machine has no such address: choose another with --listen (TONGXING_LISTEN)"),
            _ => failure.advice("choose another address with --listen (TONGXING_LISTEN)"),
        }
    })
}

/// Serves until `stop` is ready and what had begun is finished. Handlers get `ConnectInfo<SocketAddr>`.
pub async fn run(
    listener: TcpListener,
    tls: Tls,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let handle = Handle::new();
    let stopping = tokio::spawn(stop_on(stop, handle.clone()));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let ended = match tls {
        Tls::Off => match axum_server::from_tcp(listener) {
            Ok(mut server) => {
                set_limits(server.http_builder());
                server.handle(handle).serve(service).await
            }
            Err(error) => Err(error),
        },
        Tls::On(kept) => match axum_server::from_tcp_rustls(listener, kept.config()) {
            Ok(mut server) => {
                set_limits(server.http_builder());
                let renewing = tokio::spawn(kept.renew());
                let end = server.handle(handle).serve(service).await;
                renewing.abort();
                end
            }
            Err(error) => Err(error),
        },
    };
    stopping.abort();
    ended.map_err(|error| Failure::new(format!("the server stopped: {error}")))
}

async fn stop_on(stop: impl Future<Output = ()>, handle: Handle<SocketAddr>) {
    stop.await;
    tracing::info!(open_connections = handle.connection_count(), "stopping: finishing what has begun");
    handle.graceful_shutdown(Some(GRACE));
}

/// Clients that send nothing, or never read, do not hold a connection for ever.
fn set_limits(builder: &mut Builder<TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(PING).max_concurrent_streams(STREAMS);
}

#[cfg(test)]
mod tests;
