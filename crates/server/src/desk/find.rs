//! Coming back: a person's application is opened with what they carry, and with nothing else.
//!
//! The decision that matters: whatever does not fit, the answer is the same, and it is recorded. An officer learns
//! neither whether a reference number exists nor whose it is; and who tries and errs too often is stopped for a while.

use std::time::Duration;

use documents::{Number, PartialDate};
use domain::id::kind::{ApplicationId, DeviceSessionId};
use domain::matching::DocumentDetails;
use domain::{Id, Reference};
use store::rows::application::{ApplicationRow, EventKind};
use store::rows::desk::NewVisit;
use store::{StoreError, Tx, call, transact};

use super::visit;
use crate::application::{ApplicationError, submit, transition};
use crate::http::session::{Staff, token_hash};
use crate::words::Language;
use crate::{App, access};

/// Wrong attempts of one officer within an hour.
pub const MISSES_OF_OFFICER: i64 = 20;
/// Wrong attempts with one reference number within a day.
pub const MISSES_ABOUT: i64 = 5;

const MISS: &str = "desk_miss";
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// What a person carries: a slip, and their document.
#[derive(Clone)]
pub struct Proof {
    /// The number on the slip.
    pub reference: Reference,
    /// The number in the document, as typed.
    pub number: String,
    /// The date of birth in the document.
    pub birth: PartialDate,
}

impl Proof {
    fn is_of(&self, document: &DocumentDetails) -> bool {
        let number = Number::parse(document.kind(), &self.number);
        document.birth_date == self.birth
            && number.is_ok_and(|number| number.canonical() == document.number.canonical())
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The person's visit is open.
    Opened,
    /// Something does not fit.
    Nothing,
    /// Too often: nothing was looked at.
    TooOften,
}

/// Opens the visit of the person who carries `proof`. The visit before at the same computer ends.
pub async fn find(
    app: &App,
    staff: &Staff,
    proof: &Proof,
    language: Language,
) -> Result<Found, ApplicationError> {
    transact!(app.store, "desk.find", ApplicationError, |tx| {
        let row = call!(tx, application::by_reference(proof.reference))?;
        let (kind, object) = about(proof.reference, row.as_ref());
        let now = app.now();
        let missed = call!(tx, access::times_by_staff(staff.id, MISS, now.minus(HOUR)))?;
        let missed_here = call!(tx, access::times_about(kind, object.as_i64(), MISS, now.minus(DAY)))?;
        if missed >= MISSES_OF_OFFICER || missed_here >= MISSES_ABOUT {
            return Ok(Found::TooOften);
        }
        match row {
            Some(row) if proves(tx, &row, proof).await? => open(tx, app, staff, &row, language).await,
            _ => {
                access::record(tx, app, staff, MISS, kind, object).await?;
                Ok(Found::Nothing)
            }
        }
    })
}

/// What an attempt is recorded about: the application, or a number that no application has.
fn about(reference: Reference, row: Option<&ApplicationRow>) -> (&'static str, ApplicationId) {
    if let Some(row) = row {
        return ("application", row.id);
    }
    let hash = token_hash(&reference.to_string());
    let first = hash.first_chunk().copied().map_or(0, i64::from_be_bytes);
    ("reference", Id::from_i64(first & i64::MAX))
}

/// Whether `proof` is of the person of `row`: by the document of the application, or by one that leads to the same
/// holder since.
async fn proves(tx: &mut Tx, row: &ApplicationRow, proof: &Proof) -> Result<bool, StoreError> {
    if proof.is_of(&row.details) {
        return Ok(true);
    }
    let Some(holder) = row.holder.or(row.changes.map(|(holder, _)| holder)) else { return Ok(false) };
    Ok(call!(tx, held::documents(holder))?.iter().any(|one| proof.is_of(&one.details)))
}

async fn open(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    row: &ApplicationRow,
    language: Language,
) -> Result<Found, ApplicationError> {
    visit::end_left_open(tx, app, staff).await?;
    let (device, made_session) = match session_of(tx, row).await? {
        Some(device) => (device, false),
        None => (app.new_id(), true),
    };
    if made_session {
        visit::make_session(tx, app, device).await?;
        take_up(tx, app, staff, row.clone(), device).await?;
    }
    access::record(tx, app, staff, "desk_open", "application", row.id).await?;
    let plain = visit::plain(app, staff, device, language);
    let visit = NewVisit { made_session, application: Some(row.id), ..plain };
    call!(tx, desk::begin(&visit, app.now()))?;
    Ok(Found::Opened)
}

/// No phone and no desk has it any more: it was taken off a phone. It goes on here, with a new recovery code.
async fn take_up(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    mut row: ApplicationRow,
    device: DeviceSessionId,
) -> Result<(), ApplicationError> {
    call!(tx, device::move_to(row.id, row.holder, device, app.now()))?;
    row.device = device;
    transition::save(tx, &mut row).await?;
    transition::note(tx, app, &row, EventKind::Recovered, Some(staff.id)).await?;
    submit::give_recovery_code(tx, app, row.id, device).await
}

/// The session in which the person's application or code stands now. One that has gone over to something else since
/// is not theirs.
async fn session_of(tx: &mut Tx, row: &ApplicationRow) -> Result<Option<DeviceSessionId>, StoreError> {
    if let Some(holder) = row.holder
        && let Some(device) = call!(tx, desk::shows(holder))?
    {
        return Ok(Some(device));
    }
    let state = call!(tx, device::device_state(row.device))?;
    Ok(state.filter(|state| state.application == Some(row.id)).map(|_| row.device))
}
