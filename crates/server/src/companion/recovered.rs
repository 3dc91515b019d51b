//! What becomes of the companions when their guardian's code is opened on another phone: they come along.
//!
//! Whoever lost a phone lost the codes of everybody on it, and mostly has only their own recovery code at hand. That
//! code opens no more than the lost phone did, and the person who has it consented and applied for the others. It
//! never brings anybody along who has a phone of their own: those hang on no other's any more.

use domain::id::kind::DeviceSessionId;
use store::rows::application::EventKind;
use store::rows::pass::WithdrawnFor;
use store::{Tx, call};

use crate::application::{ApplicationError, transition};
use crate::{App, pass};

/// Moves the companions of the phone `from` to the phone `to`, if both are phones of their own and `to` has room for
/// all of them; otherwise they stay, and each can be moved with their own recovery code. What the former phone showed
/// of them counts no more. Call it in the transaction of the recovery.
pub async fn bring_along(
    tx: &mut Tx,
    app: &App,
    from: DeviceSessionId,
    to: DeviceSessionId,
) -> Result<(), ApplicationError> {
    if from == to {
        return Ok(());
    }
    let now = app.now();
    let (Some(brought), Some(there)) =
        (call!(tx, companion::lock(from, now))?, call!(tx, companion::lock(to, now))?)
    else {
        return Ok(());
    };
    if brought == 0 || brought + there > u64::from(app.settings.companions) {
        return Ok(());
    }
    for person in call!(tx, companion::people(from))?.into_iter().filter(|person| person.id != from) {
        if let Some(holder) = person.holder {
            pass::withdraw_live(tx, app, holder, WithdrawnFor::AnotherDevice).await?;
        }
        if let Some(id) = person.application
            && let Some(row) = call!(tx, application::by_id(id))?
        {
            transition::note(tx, app, &row, EventKind::Recovered, None).await?;
        }
    }
    Ok(call!(tx, companion::bring(from, to))?)
}
