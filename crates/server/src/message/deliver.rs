//! The job that sends what stands in the outbox.
//!
//! Any number of servers may run it: rows are leased. A way that is down (no answer, no TLS, wrong password) ends the
//! round at once, and what was leased with it is given back untried; a message that its receiver refuses for good is
//! dead and shown to the administrator; everything else is tried again, later each time, until its time is over.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use domain::contact::Channel;
use store::rows::outbox::{FailureClass, OutboxRow};
use store::{StoreError, call, read, transact};

use super::render::render;
use super::transport::{Transport, is_of_the_way, may_pass};
use crate::App;

/// How often the outbox is looked at.
pub const EVERY: Duration = Duration::from_secs(2);
/// How long a server may take over what it leased before another one takes it: longer than a batch can last.
const LEASE: Duration = Duration::from_mins(5);
/// Messages leased at once; with [`super::transport::TIMEOUT`] each they end before their lease.
const BATCH: i64 = 10;
/// The pause after the first failure; it doubles with each.
const PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_mins(30);

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delivered {
    /// Handed over.
    pub sent: usize,
    /// To be tried again.
    pub again: usize,
    /// Given up.
    pub dead: usize,
}

/// Sends what is due, by both ways at the same time.
pub async fn send_due(app: &App) -> Result<Delivered, StoreError> {
    let (mail, text) = tokio::join!(send_channel(app, Channel::Mail), send_channel(app, Channel::Text));
    let (mail, text) = (mail?, text?);
    Ok(Delivered { sent: mail.sent + text.sent, again: mail.again + text.again, dead: mail.dead + text.dead })
}

/// Sends until `shutdown` is done; a message that is being handed over is finished first.
pub async fn forever(app: App, shutdown: impl Future<Output = ()> + Send) {
    tokio::pin!(shutdown);
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = &mut shutdown => return,
            _ = ticks.tick() => match send_due(&app).await {
                Ok(done) if done != Delivered::default() => tracing::info!(?done, "messages"),
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "messages could not be sent"),
            },
        }
    }
}

async fn send_channel(app: &App, channel: Channel) -> Result<Delivered, StoreError> {
    let mut done = Delivered::default();
    // Without a way out nothing is leased: what waits stays to be seen.
    let Some(transport) = app.messages.transport(channel) else { return Ok(done) };
    loop {
        let leased = claim(app, channel).await?;
        if leased.is_empty() {
            return Ok(done);
        }
        if !send_batch(app, transport, leased, &mut done).await? {
            return Ok(done);
        }
    }
}

async fn claim(app: &App, channel: Channel) -> Result<Vec<OutboxRow>, StoreError> {
    let now = app.now();
    let any = read!(app.store, "message.due", StoreError, |tx| { call!(tx, outbox::any_due(channel, now)) })?;
    if !any {
        return Ok(Vec::new());
    }
    transact!(app.store, "message.claim", StoreError, |tx| {
        call!(tx, outbox::claim(channel, now, now.plus(LEASE), BATCH))
    })
}

/// Sends what was leased; `false` if the way is down.
async fn send_batch(
    app: &App,
    transport: &Arc<dyn Transport>,
    leased: Vec<OutboxRow>,
    done: &mut Delivered,
) -> Result<bool, StoreError> {
    let mut rows = leased.into_iter();
    while let Some(row) = rows.next() {
        let outcome = send_one(app, transport, &row).await;
        note(app, &row, outcome, done).await?;
        if let Err(class) = outcome
            && is_of_the_way(class)
        {
            tracing::warn!(channel = row.channel.as_str(), why = class.as_str(), "messages do not get out");
            give_back(app, rows.collect()).await?;
            return Ok(false);
        }
    }
    Ok(true)
}

async fn send_one(app: &App, transport: &Arc<dyn Transport>, row: &OutboxRow) -> Result<(), FailureClass> {
    let content = row.content.as_ref().ok_or(FailureClass::Unwritable)?;
    let message =
        render((&app.settings).into(), row.id, row.kind, content).map_err(|_| FailureClass::Unwritable)?;
    transport.send(&message).await
}

async fn note(
    app: &App,
    row: &OutboxRow,
    outcome: Result<(), FailureClass>,
    done: &mut Delivered,
) -> Result<(), StoreError> {
    let now = app.now();
    let next = now.plus(pause(row.attempts));
    match outcome {
        Ok(()) => done.sent += 1,
        Err(class) if may_pass(class) && next < row.expires_at => done.again += 1,
        Err(_) => done.dead += 1,
    }
    transact!(app.store, "message.note", StoreError, |tx| {
        match outcome {
            Ok(()) => call!(tx, outbox::sent(row.id, now)),
            Err(class) if may_pass(class) && next < row.expires_at => {
                call!(tx, outbox::again(row.id, next, class))
            }
            Err(class) => call!(tx, outbox::dead(row.id, now, class)),
        }
    })
}

/// What was leased and not tried is due again after the shortest pause.
async fn give_back(app: &App, rows: Vec<OutboxRow>) -> Result<(), StoreError> {
    let next: Timestamp = app.now().plus(PAUSE);
    transact!(app.store, "message.give_back", StoreError, |tx| {
        for row in &rows {
            call!(tx, outbox::give_back(row.id, next))?;
        }
        Ok(())
    })
}

/// How long to wait after so many attempts.
fn pause(attempts: i64) -> Duration {
    let doubled = u32::try_from(attempts.clamp(1, 12) - 1).unwrap_or(0);
    (PAUSE * 2_u32.pow(doubled)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_half_an_hour() {
        let seconds = |attempts| pause(attempts).as_secs();
        assert_eq!([1, 2, 3, 4, 7, 8, 9, 1000].map(seconds), [15, 30, 60, 120, 960, 1800, 1800, 1800]);
        assert_eq!(seconds(0), 15, "whatever stands in the row");
    }
}
