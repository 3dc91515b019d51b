//! `GET /metrics`: numbers for whoever watches the server, in Prometheus' text format.
//!
//! Answered on this machine only: whatever collects the numbers runs beside the server. The decision that matters: no
//! number has a label, so that none can be about a person or a place.

use std::fmt::Write as _;
use std::net::IpAddr;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::address::ClientAddress;
use super::route::{Access, Endpoint, Route};
use super::{Failure, Kind};
use crate::App;

/// The route.
pub fn endpoint() -> Endpoint {
    Endpoint::new(Route::get("/metrics", Access::Everyone), show)
}

async fn show(State(app): State<App>, address: ClientAddress) -> Result<Response, Failure> {
    if !IpAddr::is_loopback(&address.0.to_canonical()) {
        return Err(Failure::of(Kind::NOT_FOUND));
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text(&app)).into_response())
}

fn text(app: &App) -> String {
    let mut text = String::new();
    let mut put = |name: &str, kind: &str, help: &str, value: Option<i64>| {
        let Some(value) = value else { return };
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    };
    let counter = |number: u64| i64::try_from(number).ok();
    let (written, refused) = app.visit.writer.numbers();
    put("tongxing_visits_written_total", "counter", "Entries and exits written.", counter(written));
    put(
        "tongxing_visits_refused_total",
        "counter",
        "Requests refused because too much waited.",
        counter(refused),
    );
    let progress = app.visit.retention.progress();
    let (gone, last_run) = (progress.forgotten, progress.last_run);
    put("tongxing_visits_forgotten_total", "counter", "Visits whose time was over.", counter(gone.visits));
    put(
        "tongxing_visit_keys_forgotten_total",
        "counter",
        "Data keys whose time was over.",
        counter(gone.keys),
    );
    let seconds = last_run.map(domain::Timestamp::seconds);
    put(
        "tongxing_visits_forgetting_seconds",
        "gauge",
        "When the job that forgets visits last ended.",
        seconds,
    );
    let oldest = progress.oldest.map(|slot| slot.start().seconds());
    put(
        "tongxing_visits_oldest_seconds",
        "gauge",
        "The beginning of the oldest slot that has visits.",
        oldest,
    );
    let days = app.visit.days_left.known().map(i64::from);
    let help = "Days until both units' day keys run out, at most 8; 0 is today: then nobody registers.";
    put("tongxing_visit_key_days", "gauge", help, days);
    text
}
