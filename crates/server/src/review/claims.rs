//! Claims: who works on which application. A claim is a lease of [`CLAIM`], prolonged while its holder works;
//! two reviewers never hold one at the same time.

use domain::Timestamp;
use domain::application::{CLAIM, DUE, ESCALATE};
use domain::id::kind::ApplicationId;
use store::rows::application::{ApplicationEvent, EventKind, Finding};
use store::rows::review::{Queued, Standing, Waiting};
use store::{Tx, call, read, transact};

use super::error::{Hindrance, ReviewError};
use crate::App;
use crate::http::session::Staff;

/// The most rows that the queue shows: more than a shift decides.
pub const QUEUE_SHOWN: i64 = 100;

/// The queue and how much waits in it.
pub async fn queue(app: &App, finding: Option<Finding>) -> Result<(Vec<Queued>, Waiting), ReviewError> {
    let now = app.now();
    read!(app.store, "review.queue", ReviewError, |tx| {
        let rows = call!(tx, review::queue(finding, QUEUE_SHOWN))?;
        let waiting = call!(tx, review::waiting(now, now.plus(DUE.saturating_sub(ESCALATE))))?;
        Ok((rows, waiting))
    })
}

/// Claims one application, or says what stands in the way.
pub async fn claim(app: &App, staff: &Staff, id: ApplicationId) -> Result<(), ReviewError> {
    let now = app.now();
    transact!(app.store, "review.claim", ReviewError, |tx| {
        if call!(tx, review::claim(id, staff.id, now, now.plus(CLAIM)))? {
            return note(tx, app, staff, id, EventKind::Claimed).await;
        }
        let standing = standing(tx, id).await?;
        let hindrance = match hindrance(&standing, staff, now) {
            Some(hindrance @ Hindrance::Ended) => hindrance,
            _ if call!(tx, review::entered(id, staff.id))? => Hindrance::Entered,
            other => other.unwrap_or(Hindrance::Changed),
        };
        Err(ReviewError::Hindered(hindrance, standing.reference))
    })
}

/// Claims the most urgent application that nobody works on; `None` if there is none.
pub async fn claim_next(
    app: &App,
    staff: &Staff,
    finding: Option<Finding>,
) -> Result<Option<ApplicationId>, ReviewError> {
    let now = app.now();
    transact!(app.store, "review.claim_next", ReviewError, |tx| {
        let claimed = call!(tx, review::claim_next(staff.id, finding, now, now.plus(CLAIM)))?;
        if let Some(id) = claimed {
            note(tx, app, staff, id, EventKind::Claimed).await?;
        }
        Ok(claimed)
    })
}

/// Prolongs one's own claim, or says why it cannot be.
pub async fn renew(app: &App, staff: &Staff, id: ApplicationId) -> Result<(), ReviewError> {
    let now = app.now();
    transact!(app.store, "review.renew", ReviewError, |tx| {
        if call!(tx, review::renew(id, staff.id, now, now.plus(CLAIM)))? {
            return Ok(());
        }
        own(tx, staff, id, now).await.map(|_| ())
    })
}

/// Gives one's own claim back.
pub async fn release(app: &App, staff: &Staff, id: ApplicationId) -> Result<(), ReviewError> {
    transact!(app.store, "review.release", ReviewError, |tx| {
        if call!(tx, review::release(id, staff.id))? {
            note(tx, app, staff, id, EventKind::Released).await?;
        }
        Ok(())
    })
}

async fn note(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    application: ApplicationId,
    kind: EventKind,
) -> Result<(), ReviewError> {
    let event =
        ApplicationEvent { id: app.new_id(), application, kind, staff: Some(staff.id), at: app.now() };
    Ok(call!(tx, application::add_event(&event))?)
}

/// The application as it stands, if its claim is this reviewer's and still runs.
pub async fn own(
    tx: &mut Tx,
    staff: &Staff,
    id: ApplicationId,
    now: Timestamp,
) -> Result<Standing, ReviewError> {
    let standing = standing(tx, id).await?;
    match hindrance(&standing, staff, now) {
        None if call!(tx, review::entered(id, staff.id))? => {
            Err(ReviewError::Hindered(Hindrance::Entered, standing.reference))
        }
        None => Ok(standing),
        Some(hindrance) => Err(ReviewError::Hindered(hindrance, standing.reference)),
    }
}

async fn standing(tx: &mut Tx, id: ApplicationId) -> Result<Standing, ReviewError> {
    call!(tx, review::standing(id))?.ok_or(ReviewError::NotFound)
}

fn hindrance(standing: &Standing, staff: &Staff, now: Timestamp) -> Option<Hindrance> {
    if !standing.in_review {
        return Some(Hindrance::Ended);
    }
    match &standing.claimed {
        Some(claim) if claim.until > now && claim.staff == staff.id => None,
        Some(claim) if claim.until > now => {
            Some(Hindrance::Theirs { name: claim.name.clone(), until: claim.until })
        }
        Some(claim) if claim.staff == staff.id => Some(Hindrance::Lapsed),
        _ => Some(Hindrance::Unclaimed),
    }
}
