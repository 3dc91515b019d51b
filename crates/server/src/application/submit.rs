//! Sending an application: one transaction that either happened or did not.
//!
//! Sent twice, by two presses of the button or by a browser that tried again, it is one application: the draft is
//! taken in the transaction that writes the application, and whoever comes second finds none.

use std::time::Duration;

use documents::Number;
use domain::application::{ATTEMPTS_PER_DAY, Stage};
use domain::id::kind::{ApplicationId, DeviceSessionId, HolderId, StaffId};
use domain::{Reference, Timestamp};
use store::rows::application::{ApplicationRow, ChangeKind, DeviceState, EventKind};
use store::{Tx, call, transact};

use super::answers::Answers;
use super::draft::{self, Draft};
use super::recovery_code::RecoveryCode;
use super::{ApplicationError, matching, own, transition};
use crate::companion::consent;
use crate::http::session::AtDesk;
use crate::words::{Language, Words};
use crate::{App, access};

/// How long the phone can show a new recovery code, unless its owner says earlier that they noted it.
pub const RECOVERY_SHOWN: Duration = Duration::from_hours(24);
/// When the job matches an application whose background match did not come about.
const MATCH_BY: Duration = Duration::from_secs(10);

/// Sends the draft of a phone, or of a person at a service desk. Gives the application, also when it had been sent
/// already.
pub async fn submit(
    app: &App,
    device: DeviceSessionId,
    desk: Option<AtDesk>,
    language: Language,
) -> Result<ApplicationId, ApplicationError> {
    let id = transact!(app.store, "application.submit", ApplicationError, |tx| {
        let state = call!(tx, device::device_state(device))?.ok_or(ApplicationError::NotFound)?;
        let Some(draft) = Draft::of(&state) else {
            return state.application.ok_or(ApplicationError::Incomplete);
        };
        submit_in(tx, app, (device, desk), &state, &draft, language).await
    })?;
    match_in_background(app, id);
    Ok(id)
}

/// Sends a draft that somebody else wrote for the person of a phone. What that person is typing themselves is not
/// pushed aside.
pub async fn submit_for(
    app: &App,
    device: DeviceSessionId,
    draft: &Draft,
    language: Language,
) -> Result<ApplicationId, ApplicationError> {
    let id = transact!(app.store, "application.submit_for", ApplicationError, |tx| {
        let state = call!(tx, device::device_state(device))?.ok_or(ApplicationError::NotFound)?;
        if state.draft.is_some() {
            return Err(ApplicationError::Occupied);
        }
        submit_in(tx, app, (device, None), &state, draft, language).await
    })?;
    match_in_background(app, id);
    Ok(id)
}

async fn submit_in(
    tx: &mut Tx,
    app: &App,
    (device, desk): (DeviceSessionId, Option<AtDesk>),
    state: &DeviceState,
    draft: &Draft,
    language: Language,
) -> Result<ApplicationId, ApplicationError> {
    let today = app.now().local_date();
    let answers = draft.read(today, Words(language));
    let answers = answers.map_err(|_| ApplicationError::Incomplete)?;
    let corrected = draft::corrected(tx, device, draft).await?;
    if corrected.is_none()
        && let Some(id) = under_way(tx, device, state, draft).await?
    {
        call!(tx, device::save_draft(device, None, app.now()))?;
        return Ok(id);
    }
    if consent::is_needed(answers.details.birth_date, today)
        && !consent::is_given(tx, device, corrected.as_ref().map(|row| row.id)).await?
    {
        return Err(ApplicationError::NoConsent);
    }
    count_attempt(tx, app, &answers.details.number).await?;
    let id = match corrected {
        Some(row) => correct(tx, app, row, answers, desk).await?,
        None => match draft.changes {
            Some(change) if state.holder == Some(change.0) => {
                change_of_holder(tx, app, (device, desk), answers, language, change).await?
            }
            Some(_) => return Err(ApplicationError::NotAsked),
            None => create(tx, app, (device, desk), answers, language, state.application).await?,
        },
    };
    if let Some(desk) = desk {
        call!(tx, desk::link(desk.visit, id))?;
    }
    access::record_at_desk(tx, app, desk, "desk_enter", "application", id).await?;
    call!(tx, device::sent(device, id, app.now()))?;
    call!(tx, companion::link_consent(device, id))?;
    call!(tx, rematch::plan(id, app.now().plus(MATCH_BY)))?;
    Ok(id)
}

/// The application that this draft must not push aside. A change of a holder's document stands beside the application
/// that led to the code, but not beside another change.
async fn under_way(
    tx: &mut Tx,
    device: DeviceSessionId,
    state: &DeviceState,
    draft: &Draft,
) -> Result<Option<ApplicationId>, ApplicationError> {
    let Some(id) = own::under_way(tx, device, state).await? else { return Ok(None) };
    if draft.changes.is_none() {
        return Ok(Some(id));
    }
    let row = call!(tx, application::by_id(id))?;
    Ok(row.filter(|row| !row.stage.is_final()).map(|row| row.id))
}

/// The answer does not wait for the match: how long it takes must not tell what was found.
fn match_in_background(app: &App, id: ApplicationId) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = matching::run(&app, id).await {
            tracing::warn!(%error, "a match failed; the job will try again");
        }
    });
}

async fn create(
    tx: &mut Tx,
    app: &App,
    (device, desk): (DeviceSessionId, Option<AtDesk>),
    answers: Answers,
    language: Language,
    former: Option<ApplicationId>,
) -> Result<ApplicationId, ApplicationError> {
    let (id, now) = (app.new_id(), app.now());
    let reference = Reference::draw(&*app.entropy);
    let Answers { details, residence, health } = answers;
    let health = health.ok_or(ApplicationError::Incomplete)?;
    let mut row = ApplicationRow::new(id, reference, device, details, residence, language.tag(), now);
    row.consent = Some(crate::consent::VERSION.to_owned());
    call!(tx, application::insert(&row))?;
    call!(tx, application::declare(app.new_id(), id, None, &health, now))?;
    // Who applies again on the same phone, after a refusal, is still reached where they were.
    if let Some(former) = former {
        call!(tx, contact::carry(former, id))?;
    }
    transition::note(tx, app, &row, EventKind::Submitted, staff(desk)).await?;
    give_recovery_code(tx, app, id, device).await?;
    Ok(id)
}

/// A holder asks to change what stands of their document: matched and reviewed like any application, with the same
/// words and in the same time. There is no declaration, and the recovery code stays that of the first application.
async fn change_of_holder(
    tx: &mut Tx,
    app: &App,
    (device, desk): (DeviceSessionId, Option<AtDesk>),
    answers: Answers,
    language: Language,
    change: (HolderId, ChangeKind),
) -> Result<ApplicationId, ApplicationError> {
    let (id, now) = (app.new_id(), app.now());
    let reference = Reference::draw(&*app.entropy);
    let Answers { details, residence, .. } = answers;
    let mut row = ApplicationRow::new(id, reference, device, details, residence, language.tag(), now);
    row.consent = Some(crate::consent::VERSION.to_owned());
    row.changes = Some(change);
    call!(tx, application::insert(&row))?;
    transition::note(tx, app, &row, EventKind::Submitted, staff(desk)).await?;
    Ok(id)
}

/// The applicant mended what they had sent: it is matched anew, under the same reference number.
async fn correct(
    tx: &mut Tx,
    app: &App,
    mut row: ApplicationRow,
    answers: Answers,
    desk: Option<AtDesk>,
) -> Result<ApplicationId, ApplicationError> {
    let id = row.id;
    call!(tx, rematch::stop_waiting(id))?;
    row.details = answers.details;
    row.residence = answers.residence;
    row.sent_at = app.now();
    row.consent = Some(crate::consent::VERSION.to_owned());
    row.finding = store::rows::application::Finding::Unknown;
    (row.filing, row.filing_version) = (None, None);
    (row.asked, row.message) = (None, None);
    if let Some(health) = &answers.health {
        call!(tx, application::declare(app.new_id(), id, None, health, app.now()))?;
    }
    if row.stage == Stage::Submitted {
        transition::save(tx, &mut row).await?;
        transition::note(tx, app, &row, EventKind::Corrected, staff(desk)).await?;
    } else {
        transition::advance(tx, app, &mut row, Stage::Submitted, EventKind::Corrected, staff(desk)).await?;
    }
    Ok(id)
}

/// Makes the only recovery code of an application, to be shown on this phone.
pub async fn give_recovery_code(
    tx: &mut Tx,
    app: &App,
    id: ApplicationId,
    device: DeviceSessionId,
) -> Result<(), ApplicationError> {
    let code = RecoveryCode::draw(&*app.entropy);
    let (now, text) = (app.now(), code.to_string());
    let until = now.plus(RECOVERY_SHOWN);
    call!(tx, device::new_recovery(id, device, (&text, &code.hash()), now, until))?;
    Ok(())
}

/// Who did for the applicant what they would have done on a phone: never decides it.
pub fn staff(desk: Option<AtDesk>) -> Option<StaffId> {
    desk.map(|desk| desk.by.staff)
}

async fn count_attempt(tx: &mut Tx, app: &App, number: &Number) -> Result<(), ApplicationError> {
    let now = app.now();
    let made = call!(tx, application::count_attempt(number, now.day()))?;
    if made > i64::from(ATTEMPTS_PER_DAY) {
        return Err(ApplicationError::TooManyAttempts { again_at: Timestamp::of_day(now.day() + 1) });
    }
    Ok(())
}
