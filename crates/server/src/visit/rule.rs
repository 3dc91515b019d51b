//! The entry rule of a location: where it asks for it, only whoever's colour is green enters.
//!
//! The decision that matters: only the holder is told why. A location scan never changes a colour: this reads it.

use domain::declaration::Colour;
use domain::id::kind::HolderId;
use store::rows::decision::DecisionRow;
use store::{StoreError, call, read};

use crate::App;

/// The newest decision about somebody, unless it is over. Reads the database.
pub async fn current(app: &App, holder: HolderId) -> Result<Option<DecisionRow>, StoreError> {
    let now = app.now();
    let decision = read!(app.store, "visit.rule", StoreError, |tx| { call!(tx, decision::current(holder)) })?;
    Ok(decision.filter(|decision| decision.until.is_none_or(|until| now < until)))
}

/// Whether the rule lets this person in: their newest colour is green. Reads the database.
pub async fn lets_in(app: &App, holder: HolderId) -> Result<bool, StoreError> {
    Ok(current(app, holder).await?.is_some_and(|decision| decision.colour == Colour::Green))
}
