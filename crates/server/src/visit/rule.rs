//! The entry rule of a location: where it asks for it, only whoever's pass is PASS enters.
//!
//! The decision that matters: only the holder is told why. A location scan never changes a colour: this reads it.

use domain::declaration::Colour;
use domain::id::kind::HolderId;
use store::{StoreError, call, read};

use crate::App;

/// Whether the rule lets this person in: their newest colour is green. Reads the database.
pub async fn lets_in(app: &App, holder: HolderId) -> Result<bool, StoreError> {
    let now = app.now();
    let decision = read!(app.store, "visit.rule", StoreError, |tx| { call!(tx, decision::current(holder)) })?;
    let green = decision.filter(|decision| decision.until.is_none_or(|until| now < until));
    Ok(green.is_some_and(|decision| decision.colour == Colour::Green))
}
