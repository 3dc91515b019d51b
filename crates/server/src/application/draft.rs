//! What was typed and not yet sent. Kept on the server, sealed, with every post: it survives an error, a change of
//! language and a browser that was closed.

use domain::id::kind::{ApplicationId, DeviceSessionId, HolderId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::rows::application::{ApplicationRow, ChangeKind, DeviceState};
use store::{StoreError, Tx, call, transact};
use zeroize::Zeroizing;

use super::ApplicationError;
use super::answers::{self, Answers, Step};
use crate::App;
use crate::http::Fields;
use crate::words::Words;

/// A draft: the fields of all steps, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Draft {
    /// What was typed.
    pub typed: Fields,
    /// The application whose details are being corrected, if it was sent already.
    pub corrects: Option<ApplicationId>,
    /// The holder whose document it is to change, and why, if it asks for no code.
    #[serde(default)]
    pub changes: Option<(HolderId, ChangeKind)>,
}

impl Draft {
    /// Takes over what was posted on `step`, and leaves the other steps alone.
    pub fn keep(&mut self, step: Step, posted: &Fields) {
        self.typed.replace(step.fields(), posted);
    }

    /// What was typed, read; health is not asked where a document is changed: that has its own page, once a day.
    pub fn read(&self, today: Date, words: Words) -> Result<Answers, Step> {
        if self.changes.is_some() {
            let (details, residence) = answers::read_details(&self.typed, today, words)?;
            return Ok(Answers { details, residence, health: None });
        }
        answers::read(&self.typed, today, words)
    }

    /// Reads the draft of a phone. One that an older program wrote in another form is gone.
    pub fn of(state: &DeviceState) -> Option<Self> {
        state.draft.as_ref().and_then(|plain| serde_json::from_slice(plain).ok())
    }

    /// The draft as it is kept, for sealing.
    pub fn plain(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).expect("a draft has text keys only"))
    }
}

/// What a phone holds.
pub async fn state(app: &App, device: DeviceSessionId) -> Result<DeviceState, ApplicationError> {
    let state = store::read!(app.store, "application.device", StoreError, |tx| {
        call!(tx, device::device_state(device))
    })?;
    state.ok_or(ApplicationError::NotFound)
}

/// The draft of a phone.
pub async fn load(app: &App, device: DeviceSessionId) -> Result<Option<Draft>, ApplicationError> {
    Ok(Draft::of(&state(app, device).await?))
}

/// Keeps the draft of a phone.
pub async fn save(app: &App, device: DeviceSessionId, draft: &Draft) -> Result<(), StoreError> {
    transact!(app.store, "application.draft", StoreError, |tx| { save_in(tx, app, device, draft).await })
}

/// The same in the transaction of its cause.
pub async fn save_in(
    tx: &mut Tx,
    app: &App,
    device: DeviceSessionId,
    draft: &Draft,
) -> Result<(), StoreError> {
    let plain = draft.plain();
    call!(tx, device::save_draft(device, Some(&plain), app.now()))
}

/// Starts a draft, unless the phone has one already that can still be sent.
pub async fn start(app: &App, device: DeviceSessionId) -> Result<(), ApplicationError> {
    transact!(app.store, "application.start", ApplicationError, |tx| {
        let state = call!(tx, device::device_state(device))?.ok_or(ApplicationError::NotFound)?;
        if let Some(draft) = Draft::of(&state)
            && (draft.corrects.is_none() || corrected(tx, device, &draft).await?.is_some())
        {
            return Ok(());
        }
        Ok(save_in(tx, app, device, &Draft::default()).await?)
    })
}

/// The application that a draft corrects, as long as it can be: not when it has ended, or is another phone's now.
pub async fn corrected(
    tx: &mut Tx,
    device: DeviceSessionId,
    draft: &Draft,
) -> Result<Option<ApplicationRow>, StoreError> {
    let Some(id) = draft.corrects else { return Ok(None) };
    let row = call!(tx, application::by_id(id))?;
    Ok(row.filter(|row| row.device == device && !row.stage.is_final()))
}

/// Starts a draft from what was sent, to correct it. The health answers are asked for again.
pub async fn correct(app: &App, device: DeviceSessionId, row: &ApplicationRow) -> Result<(), StoreError> {
    let draft = Draft { typed: answers::typed_again(row), corrects: Some(row.id), changes: row.changes };
    save(app, device, &draft).await
}
