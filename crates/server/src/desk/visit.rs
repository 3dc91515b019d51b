//! Visits: how one begins, and what is forgotten when it ends.

use domain::id::kind::{DeskVisitId, DeviceSessionId};
use store::rows::desk::NewVisit;
use store::{StoreError, Tx, call, read, transact};
use zeroize::Zeroizing;

use crate::application::draft::Draft;
use crate::http::session::{Staff, VISIT_IDLE};
use crate::words::Language;
use crate::{App, consent};

/// Visits that one transaction ends.
const BATCH: i64 = 50;

/// Begins the visit of a person who agreed to the text in this language, with an empty draft. The visit before at the
/// same computer ends.
pub async fn begin(app: &App, staff: &Staff, language: Language) -> Result<(), StoreError> {
    let device: DeviceSessionId = app.new_id();
    let consent = Some(consent::VERSION.to_owned());
    let visit = NewVisit { made_session: true, consent, ..plain(app, staff, device, language) };
    let draft: Zeroizing<Vec<u8>> = Draft::default().plain();
    transact!(app.store, "desk.begin", StoreError, |tx| {
        end_left_open(tx, app, staff).await?;
        make_session(tx, app, device).await?;
        call!(tx, device::save_draft(device, Some(&draft), app.now()))?;
        call!(tx, desk::begin(&visit, app.now()))
    })
}

/// A visit to a session that is there, without a consent of its own.
pub fn plain(app: &App, staff: &Staff, device: DeviceSessionId, language: Language) -> NewVisit {
    NewVisit {
        id: app.new_id(),
        staff_session: staff.session,
        staff: staff.id,
        unit: staff.unit,
        device,
        made_session: false,
        application: None,
        consent: None,
        language: language.tag().to_owned(),
    }
}

/// A session that no cookie opens: random bytes stand where others have the hash of their token.
pub async fn make_session(tx: &mut Tx, app: &App, device: DeviceSessionId) -> Result<(), StoreError> {
    let nobodys: [u8; 32] = app.entropy.bytes();
    call!(tx, session::begin_device(device, &nobodys, app.now()))
}

/// Ends a visit: the next person comes.
pub async fn end(app: &App, id: DeskVisitId) -> Result<(), StoreError> {
    transact!(app.store, "desk.end", StoreError, |tx| { end_in(tx, app, id).await })
}

/// Ends what was left open at this computer.
pub async fn end_left_open(tx: &mut Tx, app: &App, staff: &Staff) -> Result<(), StoreError> {
    for id in call!(tx, desk::left_open(&staff.session))? {
        end_in(tx, app, id).await?;
    }
    Ok(())
}

/// Ends the visits that nobody used for ten minutes. Run by the job.
pub async fn end_idle(app: &App) -> Result<(), StoreError> {
    let since = app.now().minus(VISIT_IDLE);
    loop {
        let idle = read!(app.store, "desk.idle", StoreError, |tx| { call!(tx, desk::idle(since, BATCH)) })?;
        if idle.is_empty() {
            return Ok(());
        }
        let idle = &idle;
        transact!(app.store, "desk.end_idle", StoreError, |tx| {
            for id in idle {
                end_in(tx, app, *id).await?;
            }
            Ok(())
        })?;
    }
}

/// What was typed and not sent goes with the visit, and a recovery code that was shown is not shown again. On a
/// person's own phone both are theirs, and stay.
async fn end_in(tx: &mut Tx, app: &App, id: DeskVisitId) -> Result<(), StoreError> {
    let now = app.now();
    let Some(device) = call!(tx, desk::end(id, now))? else { return Ok(()) };
    if !call!(tx, desk::made_here(device))? {
        return Ok(());
    }
    let Some(state) = call!(tx, device::device_state(device))? else { return Ok(()) };
    if state.application.is_none() && state.holder.is_none() {
        return call!(tx, session::end_device(device));
    }
    call!(tx, device::save_draft(device, None, now))?;
    call!(tx, device::noted_recovery(device))
}
