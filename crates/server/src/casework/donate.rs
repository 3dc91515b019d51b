//! What a case remembers, given from their phone's diary: the officer reads out a code, the person types it.

use aws_lc_rs::digest::{SHA256, digest};
use domain::donation::DonationCode;
use domain::id::kind::VisitCaseId;
use store::rows::visit_case::Remembered;
use store::{StoreError, call, transact};

use super::{CaseError, case};
use crate::App;
use crate::http::session::Staff;

/// The most places that are given at once: 14 days, many a day.
pub const MOST: usize = 400;
/// The longest name of a place, and the longest note, in characters.
pub const LONGEST: usize = 300;

/// Why nothing was given.
#[derive(Debug, thiserror::Error)]
pub enum GiveError {
    /// No such code counts: mistyped, used, or over.
    #[error("no such code counts")]
    Code,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the database keeps of a code: it is drawn at random, counts once and for an hour.
fn hash(code: DonationCode) -> [u8; 32] {
    let text = format!("tongxing donation v1 {code}");
    digest(&SHA256, text.as_bytes()).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// A new code for a case, to be read out.
pub async fn make_code(app: &App, staff: &Staff, id: VisitCaseId) -> Result<DonationCode, CaseError> {
    let code = DonationCode::draw(&*app.entropy);
    let until = app.now().plus(DonationCode::LIFE);
    transact!(app.store, "donation.code", CaseError, |tx| {
        case::own_open(tx, staff, id).await?;
        call!(tx, visit_donation::add(app.new_id(), id, &hash(code), staff.id, until))?;
        crate::access::record(tx, app, staff, "donation-code", "visit_case", id).await?;
        Ok(code)
    })
}

/// Gives places to the case of a code.
pub async fn give(app: &App, code: DonationCode, places: &[Remembered]) -> Result<(), GiveError> {
    let now = app.now();
    transact!(app.store, "donation.give", GiveError, |tx| {
        let id = call!(tx, visit_donation::by_code(&hash(code), now))?.ok_or(GiveError::Code)?;
        if call!(tx, visit_donation::give(id, places, now))? { Ok(()) } else { Err(GiveError::Code) }
    })
}
