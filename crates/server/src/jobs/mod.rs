//! What happens by itself: matching again, escalation, overdue, forgetting what nobody went on with.
//!
//! Run by the server ([`forever`]) and by tests ([`run_due`], after moving the clock). Any number of servers may
//! run it at once: work is claimed by lease columns or checked again on the row, and each piece may run twice.

use std::future::Future;
use std::time::Duration;

use domain::Timestamp;
use domain::application::ESCALATE_BEFORE;
use domain::id::kind::ApplicationId;
use store::rows::application::EventKind;
use store::rows::rematch::Leased;
use store::{StoreError, call, transact};

use crate::application::{ApplicationError, matching, transition};
use crate::checkpoint::inspect::SCAN_LASTS;
use crate::checkpoint::outbox::OLDEST;
use crate::holder::erase::{Forgotten, forget_old};
use crate::http::limits::Limits;
use crate::http::session::{STAFF_ABSOLUTE, STAFF_IDLE};
use crate::message;
use crate::pass::short;
use crate::{App, audit, casework, decision, desk, evidence, figures, health, transparency, visit};

/// How often what has been kept for long enough is forgotten.
const FORGET_EVERY: Duration = Duration::from_hours(1);
/// How often the server looks for work.
const EVERY: Duration = Duration::from_secs(2);
/// How long one match may take before another server takes it over.
const LEASE: Duration = Duration::from_mins(1);
/// A match that failed is tried again after this long, times the attempts made.
const PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: u32 = 20;
/// Work of one kind in one round.
const BATCH: i64 = 50;
/// A draft that nobody went on with for this long is forgotten.
pub const DRAFT_KEPT: Duration = Duration::from_hours(14 * 24);
/// A pass is forgotten this long after its end: by then it is expired for every checker, however its clock goes.
pub const PASS_KEPT: Duration = Duration::from_hours(24);

/// For this long a client of the API that sends a request again gets the answer that it got.
pub const ANSWER_KEPT: Duration = Duration::from_hours(48);
/// So long a message that was sent, or given up, stays to be seen; of one that was sent only that it was.
pub const MESSAGE_KEPT: Duration = Duration::from_hours(14 * 24);
/// What is told once is remembered longer than anything that is told of can last.
const TOLD_KEPT: Duration = Duration::from_hours(60 * 24);
/// One-time codes and how often they were asked for are forgotten after this: the limits look back an hour.
pub const CODE_KEPT: Duration = Duration::from_hours(24);

/// The ids of what devices sent: longer than what they may still send, so that nothing counts twice.
pub const ITEM_KEPT: Duration = OLDEST.saturating_add(Duration::from_hours(2 * 24));
/// How many codes a device scanned in a minute, and what was noticed of it.
pub const SCANS_KEPT: Duration = Duration::from_hours(14 * 24);
/// The numbers of a shift; one that a report names stays as long as the report.
pub const SHIFT_KEPT: Duration = Duration::from_hours(90 * 24);
/// What was noticed at locations, and what became of files of them.
pub const LOCATION_KEPT: Duration = Duration::from_hours(90 * 24);

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Applications matched again.
    pub matched: usize,
    /// Matches that failed and will be tried again.
    pub failed: usize,
    /// Applications escalated.
    pub escalated: usize,
    /// Applications found to be late.
    pub overdue: usize,
    /// Reports of temperatures that nobody acknowledged in time.
    pub reports: usize,
    /// Changes of reports that have got their places in the export.
    pub fed: usize,
    /// People who were told that a visit of theirs was opened.
    pub told: usize,
    /// Colours that were decided again because something lapsed.
    pub lapsed: usize,
}

/// Does everything that is due, once, until nothing is left that this round can do.
pub async fn run_due(app: &App) -> Result<Round, ApplicationError> {
    let mut round = Round::default();
    rematch(app, &mut round).await?;
    watch_clocks(app, &mut round).await?;
    round.reports += health::escalate::escalate(app).await?;
    round.fed += health::export::feed(app).await?;
    round.told += casework::tell::tell(app).await?;
    round.lapsed += decision::run_due(app).await?;
    Ok(round)
}

/// Works until `shutdown` is done. Messages are sent beside the other work, which never waits for a mail server; and
/// leaves are sequenced beside it, which never waits for a match.
pub async fn forever(app: App, shutdown: impl Future<Output = ()> + Send) {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let stopping = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let work = work(app.clone(), stopping(stopped.clone()));
    let log = transparency::sequence::forever(app.clone(), stopping(stopped.clone()));
    let messages = message::deliver::forever(app, stopping(stopped));
    tokio::join!(work, messages, log, async {
        shutdown.await;
        let _ = stop.send(true);
    });
}

/// A round that fails is logged; the next one comes all the same.
async fn work(app: App, shutdown: impl Future<Output = ()> + Send) {
    tokio::pin!(shutdown);
    let (mut work, mut tidying) = (ticks(EVERY), ticks(Limits::TIDY_EVERY));
    let mut forgetting = ticks(FORGET_EVERY);
    loop {
        tokio::select! {
            () = &mut shutdown => return,
            _ = work.tick() => match run_due(&app).await {
                Ok(round) if round != Round::default() => tracing::info!(?round, "jobs"),
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "jobs failed"),
            },
            _ = tidying.tick() => {
                if let Err(error) = tidy(&app).await {
                    tracing::error!(%error, "tidying failed");
                }
                if let Err(error) = visit::every_minute(&app).await {
                    tracing::error!(%error, "nobody looked at how busy locations are");
                }
                if let Err(error) = message::ending::tell(&app).await {
                    tracing::error!(%error, "nobody could be told what ends soon");
                }
            },
            _ = forgetting.tick() => every_hour(&app).await,
        }
    }
}

/// Forgets what has been kept for long enough, and counts the days that are over.
async fn every_hour(app: &App) {
    match forget_old(app).await {
        Ok(done) if done != Forgotten::default() => tracing::info!(?done, "forgotten"),
        Ok(_) => {}
        Err(error) => tracing::error!(%error, "forgetting failed"),
    }
    if let Err(error) = visit::every_hour(app).await {
        tracing::error!(%error, "visits whose time is over could not be forgotten");
    }
    if let Err(error) = figures::count::days(app).await {
        tracing::error!(%error, "the public figures of a day could not be counted");
    }
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks
}

async fn rematch(app: &App, round: &mut Round) -> Result<(), StoreError> {
    loop {
        let now = app.now();
        let leased = transact!(app.store, "jobs.claim", StoreError, |tx| {
            call!(tx, rematch::claim(now, now.plus(LEASE), BATCH))
        })?;
        if leased.is_empty() {
            return Ok(());
        }
        for lease in leased {
            match matching::run_leased(app, lease.application, Some(lease)).await {
                Ok(_) => round.matched += 1,
                Err(error) => {
                    tracing::warn!(application = %lease.application, %error, "a match failed");
                    round.failed += 1;
                    try_again_later(app, lease).await?;
                }
            }
        }
    }
}

async fn try_again_later(app: &App, lease: Leased) -> Result<(), StoreError> {
    let attempts = u32::try_from(lease.attempts).unwrap_or(LONGEST_PAUSE).clamp(1, LONGEST_PAUSE);
    let at = app.now().plus(PAUSE * attempts);
    transact!(app.store, "jobs.again", StoreError, |tx| { call!(tx, rematch::again(lease.application, at)) })
}

/// Notes which applications run out of time.
async fn watch_clocks(app: &App, round: &mut Round) -> Result<(), ApplicationError> {
    let now = app.now();
    let soon = now.plus(ESCALATE_BEFORE);
    loop {
        let late = store::read!(app.store, "jobs.late", StoreError, |tx| {
            call!(tx, application::late(soon, now, BATCH))
        })?;
        if late.is_empty() {
            return Ok(());
        }
        for one in late {
            let (escalated, overdue) = note_lateness(app, one.id, now).await?;
            round.escalated += usize::from(escalated);
            round.overdue += usize::from(overdue);
        }
    }
}

/// Looks at the row again, since it may have been decided meanwhile; says what was new.
async fn note_lateness(
    app: &App,
    id: ApplicationId,
    now: Timestamp,
) -> Result<(bool, bool), ApplicationError> {
    transact!(app.store, "jobs.lateness", ApplicationError, |tx| {
        let mut row = call!(tx, application::by_id(id))?.ok_or(ApplicationError::NotFound)?;
        let running = row.stage.clock_runs();
        let escalate = running && row.escalated_at.is_none() && row.clock.is_to_escalate(now);
        let overdue = running && row.overdue_at.is_none() && row.clock.is_overdue(now);
        if escalate {
            row.escalated_at = Some(now);
            transition::note(tx, app, &row, EventKind::Escalated, None).await?;
        }
        if overdue {
            row.overdue_at = Some(now);
            transition::note(tx, app, &row, EventKind::Overdue, None).await?;
        }
        if escalate || overdue {
            transition::save(tx, &mut row).await?;
        }
        Ok((escalate, overdue))
    })
}

/// Removes sessions that have ended, recovery codes that nobody noted, drafts left behind, passes and answers that
/// nobody can ask for again, and the counts of networks that have been quiet.
pub async fn tidy(app: &App) -> Result<(), StoreError> {
    let now = app.now();
    transact!(app.store, "jobs.tidy", StoreError, |tx| {
        call!(tx, session::end_old_staff(now.minus(STAFF_ABSOLUTE), now.minus(STAFF_IDLE)))?;
        call!(tx, device::forget_old(now, now.minus(DRAFT_KEPT)))?;
        call!(tx, pass::retire(now.minus(PASS_KEPT)))?;
        call!(tx, idempotency::forget(now.minus(ANSWER_KEPT)))?;
        call!(tx, outbox::expire(now))?;
        call!(tx, outbox::forget(now.minus(MESSAGE_KEPT), now.minus(CODE_KEPT), now.minus(TOLD_KEPT)))?;
        call!(tx, grant::forget_entries(now))?;
        call!(tx, partner::forget_nonces(now))?;
        call!(tx, contact_code::forget(now.minus(CODE_KEPT)))?;
        call!(tx, short_code::forget(now.minus(SCAN_LASTS), now.minus(short::HOUR)))?;
        call!(tx, arrival::forget(now.minus(ITEM_KEPT)))?;
        call!(tx, flag::forget(now.minus(SCANS_KEPT)))?;
        call!(tx, shift::forget(now.minus(SHIFT_KEPT)))?;
        call!(tx, location_flag::forget(now.minus(LOCATION_KEPT)))?;
        call!(tx, location_batch::forget(now.minus(LOCATION_KEPT)))?;
        call!(tx, evidence_proposal::forget(now.minus(evidence::decide::KEPT)))?;
        call!(tx, evidence_stop::forget(now.minus(evidence::bulk::KEPT)))?;
        call!(tx, audit_order::forget(now.minus(audit::order::KEPT)))?;
        Ok(())
    })?;
    desk::visit::end_idle(app).await?;
    crate::partner::grant::end_over(app).await?;
    app.limits.tidy();
    Ok(())
}

#[cfg(test)]
mod tests;
