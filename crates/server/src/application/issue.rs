//! The end that everybody hopes for: the document leads to a holder, and the holder has a colour.
//!
//! Used by the match (exact) and by the review desk (approved). Everything happens in the caller's transaction:
//! holder, document, declaration, decision with its log leaf, event, and the phone that may show the code. Whoever
//! else waits for the same document is marked for another look: it is a further application from now on.

use domain::application::Stage;
use domain::id::kind::{HolderId, StaffId};
use domain::matching::DocumentDetails;
use store::rows::application::{ApplicationRow, EventKind, waiting_keys};
use store::{Tx, call};

use super::{ApplicationError, transition};
use crate::App;

/// Approves `row`: its holder has a code from now on. `document` is what is true of the document: what the
/// applicant typed where it matched exactly, the filing where a reviewer found that the applicant had mistyped.
/// `by` is the reviewer.
///
/// A document that already leads to a holder leads to the same one: the code moves to the new phone, and the
/// older ones are told. A phone that meanwhile holds something else is not given the code: it opens where the
/// recovery code is typed.
pub async fn approve(
    tx: &mut Tx,
    app: &App,
    row: &mut ApplicationRow,
    document: &DocumentDetails,
    by: Option<StaffId>,
) -> Result<HolderId, ApplicationError> {
    if let Some((holder, why)) = row.changes {
        return super::change::approve(tx, app, row, document, (holder, why), by).await;
    }
    let now = app.now();
    if call!(tx, application::declaration(row.id))?.is_none() {
        return Err(ApplicationError::NoDeclaration);
    }
    let holder = holder_of(tx, app, document).await?;
    if !call!(tx, holder::link(holder, document, now))? {
        return Err(ApplicationError::OtherHolder);
    }
    call!(tx, device::move_holder_away(holder, row.device, now))?;
    crate::partner::grant::end_elsewhere(tx, app, holder, row.device).await?;
    call!(tx, application::give_declarations(row.id, holder))?;
    crate::decision::decide_first(tx, app, holder).await?;
    call!(tx, device::open_for(row.device, row.id, holder))?;
    call!(tx, rematch::mark(&waiting_keys(app.store.sealer(), document), now))?;
    row.holder = Some(holder);
    transition::advance(tx, app, row, Stage::Issued, EventKind::Issued, by).await?;
    Ok(holder)
}

/// The holder that the document leads to, or a new one. Of two applications that race for one document the
/// second meets the document's unique key, runs again, and finds the holder of the first.
async fn holder_of(tx: &mut Tx, app: &App, document: &DocumentDetails) -> Result<HolderId, ApplicationError> {
    if let Some(known) = call!(tx, holder::holder_of(document))? {
        return Ok(known);
    }
    let holder = app.new_id();
    call!(tx, holder::insert(holder, app.now()))?;
    Ok(holder)
}
