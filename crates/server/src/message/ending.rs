//! Telling in time that a printed pass, or a colour, is about to end. A live pass renews itself and is never told of.

use std::time::Duration;

use store::rows::outbox::MessageKind;
use store::{StoreError, call, read, transact};

use super::enqueue_for_holder;
use crate::App;

/// So long before the end it is told.
pub const BEFORE: Duration = Duration::from_hours(48);
/// Told in one transaction.
const BATCH: i64 = 50;

/// Tells everybody whose pass or colour ends soon, once each; says how many.
pub async fn tell(app: &App) -> Result<usize, StoreError> {
    let mut told = 0;
    loop {
        let now = app.now();
        let ending = read!(app.store, "message.ending", StoreError, |tx| {
            call!(tx, outbox::ending(now, now.plus(BEFORE), BATCH))
        })?;
        if ending.is_empty() {
            return Ok(told);
        }
        told += transact!(app.store, "message.tell_ending", StoreError, |tx| {
            let mut told = 0;
            for (name, about, holder, end) in &ending {
                if call!(tx, outbox::tell_once(name, *about, now))? {
                    enqueue_for_holder(tx, app, *holder, MessageKind::Ending, Some(*end)).await?;
                    told += 1;
                }
            }
            Ok(told)
        })?;
    }
}
