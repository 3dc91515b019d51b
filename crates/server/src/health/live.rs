//! `GET /reports/events`: tells an open queue that it has changed, and nothing else.
//!
//! The decision that matters: the database is asked, not told. A report may come in by any server, so each server
//! that somebody watches looks at a few numbers twice a second, once for all who watch. An event says "changed" and no
//! more: what the queue holds is read by the page, with the session's own right.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use domain::Role;
use futures_util::stream;
use store::rows::report::QueueStamp;
use store::{StoreError, call, read};
use tokio::sync::watch;
use tokio::time::{Instant, Interval, interval};

use crate::App;
use crate::http::session::{STAFF_ABSOLUTE, STAFF_IDLE, Staff};
use crate::http::{Failure, Kind};

/// How often the numbers are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How often a line without meaning keeps the connection open, and the session is looked at again.
const PULSE: Duration = Duration::from_secs(10);
/// The most connections of one session: pages open beside each other.
pub const CONNECTIONS: usize = 4;

/// Who watches, and what they were told last. One for each server.
#[derive(Clone, Default)]
pub struct Live(Arc<Shared>);

#[derive(Default)]
struct Shared {
    closing: watch::Sender<bool>,
    open: Mutex<HashMap<[u8; 32], usize>>,
    last: tokio::sync::Mutex<Option<(Instant, QueueStamp)>>,
}

/// One connection, which gives its place back when it ends, however it ends.
struct Seat {
    live: Live,
    session: [u8; 32],
}

impl Live {
    /// Ends every connection: the server stops, and waits for none of them.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    fn sit(&self, session: [u8; 32]) -> Option<Seat> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(session).or_default();
        (*count < CONNECTIONS).then(|| {
            *count += 1;
            Seat { live: self.clone(), session }
        })
    }

    /// The numbers, read now if the last reading is too old. While one connection reads, others wait for it.
    async fn stamp(&self, app: &App) -> Result<QueueStamp, StoreError> {
        let mut last = self.0.last.lock().await;
        if let Some((_, stamp)) = last.as_ref().filter(|(at, _)| at.elapsed() < LOOK / 2) {
            return Ok(*stamp);
        }
        let stamp = read!(app.store, "report.stamp", StoreError, |tx| { call!(tx, report_desk::stamp()) })?;
        *last = Some((Instant::now(), stamp));
        Ok(stamp)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.live.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.session);
            }
        }
    }
}

struct Watching {
    app: App,
    seat: Seat,
    closing: watch::Receiver<bool>,
    seen: Option<QueueStamp>,
    look: Interval,
    pulse: Interval,
}

impl Watching {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if *self.closing.borrow() {
                return None;
            }
            tokio::select! {
                _ = self.closing.changed() => return None,
                _ = self.pulse.tick() => {}
                _ = self.look.tick() => {
                    // A database that is away for a moment is no news.
                    let Ok(stamp) = self.seat.live.stamp(&self.app).await else { continue };
                    let before = self.seen.replace(stamp);
                    if before.is_some_and(|before| before != stamp) {
                        return Some(Event::default().data("changed"));
                    }
                    continue;
                }
            }
            return self.is_signed_in().await.then(|| Event::default().comment(""));
        }
    }

    /// Whether the session still counts. Watching does not prolong it.
    async fn is_signed_in(&self) -> bool {
        let (now, session) = (self.app.now(), &self.seat.session);
        let (born, seen) = (now.minus(STAFF_ABSOLUTE), now.minus(STAFF_IDLE));
        let row = read!(self.app.store, "report.session", StoreError, |tx| {
            call!(tx, session::staff(session, born, seen))
        });
        let officer = |roles: &str| roles.split(',').any(|role| role == Role::HealthOfficer.as_str());
        row.map_or(true, |row| row.is_some_and(|row| officer(&row.roles)))
    }
}

/// `GET /reports/events`
pub async fn events(State(app): State<App>, staff: Staff) -> Result<Response, Failure> {
    let seat = app.live.sit(staff.session).ok_or(Failure::of(Kind::TOO_MANY))?;
    let closing = app.live.0.closing.subscribe();
    let (look, pulse) = (interval(LOOK), interval(PULSE));
    let watching = Watching { app, seat, closing, seen: None, look, pulse };
    let events = stream::unfold(watching, |mut watching| async move {
        let event = watching.next().await?;
        Some((Ok::<_, Infallible>(event), watching))
    });
    let headers = [("x-accel-buffering", "no")];
    Ok((headers, Sse::new(events)).into_response())
}
