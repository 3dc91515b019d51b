//! The leaves that cases leave in the log: every step of an opening, and every list of day keys.
//!
//! A leaf commits to ids, and never to a person, a place or a word of an officer. Its content is JSON without white
//! space, members in the order in which they stand here.

use domain::Id;
use domain::id::kind::{StaffId, UnitId};
use serde::Serialize;
use store::rows::log::Leaf;
use store::{StoreError, Tx, call};

use crate::App;
use crate::http::session::Staff;

/// Asked for.
pub const ASKED: &str = "visit_opening_asked";
/// Approved or refused.
pub const DECIDED: &str = "visit_opening_decided";
/// One unit's shares, or all that there was, is opened.
pub const OPENED: &str = "visit_opening_opened";
/// A list of day keys was handed in, confirmed or withdrawn.
pub const KEY_LIST: &str = "visit_key_list";

#[derive(Serialize)]
struct Content<'a> {
    object: String,
    step: &'a str,
    staff: StaffId,
    unit: UnitId,
    /// What was decided, how many were opened, or the fingerprint of a list.
    detail: &'a str,
}

/// Adds the leaf of a step, in the transaction that takes it.
pub async fn add<T>(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    kind: &'static str,
    (object, step, detail): (Id<T>, &str, &str),
) -> Result<(), StoreError> {
    let content = Content { object: object.to_string(), step, staff: staff.id, unit: staff.unit, detail };
    let content = serde_json::to_vec(&content).expect("ids and texts are JSON");
    let leaf = Leaf::commit(app.new_id(), kind, None, &content, app.now(), &*app.entropy);
    call!(tx, log::append(&leaf))
}
