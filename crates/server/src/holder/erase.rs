//! Forgetting: at the wish of the person, and by the job that keeps to the periods of [`PERIODS`].
//!
//! The decision that matters: there is one list of periods. The job works by it, the page shows it, and a test holds
//! `docs/retention.md` to it.

use std::time::Duration;

use domain::id::kind::{ApplicationId, HolderId};
use store::rows::pass::WithdrawnFor;
use store::{StoreError, Tx, call, transact};

use crate::App;
use crate::http::session::Device;
use crate::jobs::{CODE_KEPT, DRAFT_KEPT, MESSAGE_KEPT, PASS_KEPT};
use crate::pass::{leave_in, withdraw_for_holder};

const fn days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

/// A photo of a document goes with the decision; without one, after this.
pub const PHOTO_KEPT: Duration = days(30);
/// An application that was refused or withdrawn: for questions about it.
pub const ENDED_KEPT: Duration = days(30);
/// An application that waits for its applicant, or for a filing, and to which nobody came back.
pub const LEFT_KEPT: Duration = days(90);
/// A health declaration after it was made, once there is a newer one: the questions are about 14 days.
pub const DECLARATION_KEPT: Duration = days(14);
/// A trip after it was declared: twice the 14 days that the questions are about.
pub const TRIP_KEPT: Duration = days(28);
/// What an application was allowed, after it ended.
pub const GRANT_KEPT: Duration = days(30);
/// A colour that was decided, once there is a newer one: for questions and for an appeal.
pub const DECISION_KEPT: Duration = days(30);
/// A code of which no pass was asked for.
pub const CODE_UNUSED: Duration = days(90);
/// A notice that was read.
pub const NOTICE_READ: Duration = days(30);
/// A notice that was not.
pub const NOTICE_KEPT: Duration = days(90);
/// A phone's session that holds nothing.
pub const PHONE_KEPT: Duration = days(30);
/// How often was applied with a document, and declared, on a day.
pub const DAYS_KEPT: Duration = days(2);
/// The report of an import with the rows that could not be read.
pub const REPORT_KEPT: Duration = days(90);
/// A report of an abnormal temperature, after it was done: for questions, and for the authority's own system.
pub const TEMPERATURE_KEPT: Duration = days(90);
/// Evidence, after it was added.
pub const EVIDENCE_KEPT: Duration = days(90);
/// An appeal with its photos, after it was answered: for questions, and for asking the city.
pub const APPEAL_KEPT: Duration = days(30);
/// A case with its openings and the people who were contacted, after the last visits were asked for.
pub const VISIT_CASE_KEPT: Duration = days(90);
/// Who opened whose data.
pub const ACCESS_KEPT: Duration = days(3 * 366);

/// What is kept for how long. The names are those of `retention-<name>` and `retention-<name>-why` in the locales and
/// of the rows of `docs/retention.md`.
pub const PERIODS: [(&str, Duration); 22] = [
    ("draft", DRAFT_KEPT),
    ("photo", PHOTO_KEPT),
    ("ended", ENDED_KEPT),
    ("left", LEFT_KEPT),
    ("declaration", DECLARATION_KEPT),
    ("trip", TRIP_KEPT),
    ("grant", GRANT_KEPT),
    ("decision", DECISION_KEPT),
    ("pass", PASS_KEPT),
    ("code", CODE_UNUSED),
    ("notice", NOTICE_READ),
    ("notice-unread", NOTICE_KEPT),
    ("message", MESSAGE_KEPT),
    ("one-time-code", CODE_KEPT),
    ("phone", PHONE_KEPT),
    ("day", DAYS_KEPT),
    ("report", REPORT_KEPT),
    ("temperature", TEMPERATURE_KEPT),
    ("evidence", EVIDENCE_KEPT),
    ("appeal", APPEAL_KEPT),
    ("visit-case", VISIT_CASE_KEPT),
    ("access", ACCESS_KEPT),
];

/// Rows that one transaction forgets with all that hangs on them.
const BATCH: i64 = 50;

/// Erases everything about the person behind `device`, and ends its session: their code with every application that
/// led to it, else the application that the phone holds. What it showed counts no more. Companions leave the phone
/// with its owner, and keep what is theirs.
pub async fn erase(app: &App, device: &Device) -> Result<(), StoreError> {
    transact!(app.store, "holder.erase", StoreError, |tx| {
        erase_in(tx, app, device).await?;
        leave_in(tx, app, device).await
    })
}

/// Erases everything about the person behind `device`, in the transaction of its cause. The session stays, with
/// nothing in it.
pub async fn erase_in(tx: &mut Tx, app: &App, device: &Device) -> Result<(), StoreError> {
    if let Some(holder) = device.holder {
        erase_holder(tx, app, holder).await?;
    }
    if let Some(id) = device.application
        && call!(tx, application::by_id(id))?.is_some_and(|row| row.device == device.id)
    {
        call!(tx, erase::application(id))?;
    }
    Ok(())
}

async fn erase_holder(tx: &mut Tx, app: &App, holder: HolderId) -> Result<(), StoreError> {
    withdraw_for_holder(tx, app, holder, WithdrawnFor::Closed).await?;
    for row in call!(tx, held::applications(holder))? {
        call!(tx, erase::application(row.id))?;
    }
    call!(tx, erase::holder(holder, app.now()))
}

/// What one run forgot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Applications.
    pub applications: usize,
    /// Codes that nobody used.
    pub holders: usize,
    /// Decisions that newer ones have overtaken.
    pub decisions: usize,
    /// Rows of all other kinds.
    pub rows: u64,
}

/// Forgets what has been kept for long enough. Run by the job, and by tests after moving the clock.
pub async fn forget_old(app: &App) -> Result<Forgotten, StoreError> {
    let mut done = Forgotten { rows: rows(app).await?, ..Forgotten::default() };
    let now = app.now();
    loop {
        let old: Vec<ApplicationId> = store::read!(app.store, "retention.applications", StoreError, |tx| {
            call!(tx, erase::applications(now.minus(ENDED_KEPT), now.minus(LEFT_KEPT), BATCH))
        })?;
        if old.is_empty() {
            break;
        }
        done.applications += old.len();
        let old = &old;
        transact!(app.store, "retention.application", StoreError, |tx| {
            for id in old {
                call!(tx, erase::application(*id))?;
            }
            Ok(())
        })?;
    }
    loop {
        let unused = store::read!(app.store, "retention.unused", StoreError, |tx| {
            call!(tx, erase::unused(now.minus(CODE_UNUSED), BATCH))
        })?;
        if unused.is_empty() {
            break;
        }
        for holder in unused {
            transact!(app.store, "retention.holder", StoreError, |tx| {
                erase_holder(tx, app, holder).await
            })?;
            done.holders += 1;
        }
    }
    loop {
        let forgotten = transact!(app.store, "retention.decisions", StoreError, |tx| {
            call!(tx, erase::overtaken(now.minus(DECISION_KEPT), BATCH))
        })?;
        if forgotten == 0 {
            return Ok(done);
        }
        done.decisions += forgotten;
    }
}

/// What one statement forgets.
async fn rows(app: &App) -> Result<u64, StoreError> {
    let now = app.now();
    transact!(app.store, "retention.rows", StoreError, |tx| {
        let mut rows = call!(tx, erase::declarations(now.minus(DECLARATION_KEPT)))?;
        rows += call!(tx, trip::forget(now.minus(TRIP_KEPT)))?;
        rows += call!(tx, grant::forget(now.minus(GRANT_KEPT)))?;
        rows += call!(tx, erase::photos(now.minus(PHOTO_KEPT)))?;
        rows += call!(tx, erase::notices(now.minus(NOTICE_READ), now.minus(NOTICE_KEPT)))?;
        rows += call!(tx, erase::days(now.minus(DAYS_KEPT).day()))?;
        rows += call!(tx, erase::accesses(now.minus(ACCESS_KEPT)))?;
        rows += call!(tx, erase::phones(now.minus(PHONE_KEPT)))?;
        rows += call!(tx, erase::reports(now.minus(REPORT_KEPT)))?;
        rows += call!(tx, erase::temperatures(now.minus(TEMPERATURE_KEPT)))?;
        rows += call!(tx, erase::evidence(now.minus(EVIDENCE_KEPT)))?;
        rows += call!(tx, appeal::forget(now.minus(APPEAL_KEPT)))?;
        rows += call!(tx, desk::forget(now.minus(PHONE_KEPT)))?;
        rows += crate::casework::case::forget(tx, now).await?;
        Ok(rows + call!(tx, erase::remainders())?)
    })
}
