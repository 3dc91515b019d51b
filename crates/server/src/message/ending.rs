//! Telling in time that a printed pass, a colour, or a code that nobody uses is about to end. A live pass renews itself
//! and is never told of.

use std::time::Duration;

use store::rows::outbox::MessageKind;
use store::{StoreError, call, read, transact};

use super::enqueue_for_holder;
use crate::App;
use crate::holder::erase::CODE_UNUSED;

/// So long before the end it is told.
pub const BEFORE: Duration = Duration::from_hours(48);
/// Told in one transaction.
const BATCH: i64 = 50;

/// Tells everybody whose pass, colour or code ends soon, once each; says how many.
pub async fn tell(app: &App) -> Result<usize, StoreError> {
    let mut told = 0;
    loop {
        let now = app.now();
        let ending = read!(app.store, "message.ending", StoreError, |tx| {
            let mut ending = call!(tx, outbox::ending(now, now.plus(BEFORE), BATCH))?;
            let unused = now.minus(CODE_UNUSED);
            for (holder, used) in call!(tx, outbox::codes_ending(unused, unused.plus(BEFORE), BATCH))? {
                ending.push(("code_ending", holder.as_i64(), holder, used.plus(CODE_UNUSED)));
            }
            Ok(ending)
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
