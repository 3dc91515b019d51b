//! One application as its reviewer sees it: both sides, photos, history. Opening it is recorded.

use domain::Timestamp;
use domain::id::kind::{ApplicationId, PhotoId};
use domain::matching::DocumentDetails;
use store::rows::application::{ApplicationRow, ChangeKind, Finding};
use store::rows::register::FilingState;
use store::rows::review::{Happened, PhotoOf};
use store::{StoreError, Tx, call, transact};

use super::claims::own;
use super::error::ReviewError;
use crate::App;
use crate::http::session::Staff;

/// What an application is compared with.
#[derive(Clone)]
pub enum Other {
    /// A record that public security filed.
    Filed(DocumentDetails),
    /// The document of the holder who has a code already.
    Held(DocumentDetails),
}

impl Other {
    /// What that side says.
    pub const fn details(&self) -> &DocumentDetails {
        match self {
            Self::Filed(details) | Self::Held(details) => details,
        }
    }
}

/// An application, opened under its reviewer's claim. Personal: never printed.
#[derive(Clone)]
pub struct Case {
    /// The application.
    pub row: ApplicationRow,
    /// The other side, if there is one.
    pub other: Option<Other>,
    /// What stands of the holder who asks to change it, and whether the document was renewed.
    pub stands: Option<(DocumentDetails, ChangeKind)>,
    /// The photos that the applicant sent.
    pub photos: Vec<PhotoOf>,
    /// What happened so far.
    pub history: Vec<Happened>,
    /// When the claim ends unless it is prolonged.
    pub claimed_until: Timestamp,
}

/// Opens an application for the reviewer who has claimed it.
pub async fn open(app: &App, staff: &Staff, id: ApplicationId) -> Result<Case, ReviewError> {
    let now = app.now();
    transact!(app.store, "review.open", ReviewError, |tx| {
        let standing = own(tx, staff, id, now).await?;
        crate::access::record(tx, app, staff, "open", "application", id).await?;
        let row = call!(tx, application::by_id(id))?.ok_or(ReviewError::NotFound)?;
        Ok(Case {
            other: other(tx, &row).await?,
            stands: stands(tx, &row).await?,
            photos: call!(tx, review::photos(id))?,
            history: call!(tx, review::happened(id))?,
            claimed_until: standing.claimed.map_or(now, |claim| claim.until),
            row,
        })
    })
}

async fn stands(
    tx: &mut Tx,
    row: &ApplicationRow,
) -> Result<Option<(DocumentDetails, ChangeKind)>, StoreError> {
    let Some((holder, why)) = row.changes else { return Ok(None) };
    Ok(call!(tx, holder::document(holder))?.map(|document| (document, why)))
}

/// What to compare `row` with: for a further application the holder's document, else what the match found.
async fn other(tx: &mut Tx, row: &ApplicationRow) -> Result<Option<Other>, StoreError> {
    if row.finding == Finding::Further {
        let document = document(tx, row).await?;
        if let Some(holder) = call!(tx, holder::holder_of(&document))? {
            return Ok(call!(tx, holder::document(holder))?.map(Other::Held));
        }
    }
    Ok(filed(tx, row).await?.map(Other::Filed))
}

/// What is true of the document, if `row` is approved: what public security filed, where the applicant mistyped
/// it. A further application whose number is the holder's keeps what the applicant typed: the reviewer has compared
/// the rest.
pub async fn document(tx: &mut Tx, row: &ApplicationRow) -> Result<DocumentDetails, StoreError> {
    if row.finding == Finding::Further && call!(tx, holder::holder_of(&row.details))?.is_some() {
        return Ok(row.details.clone());
    }
    Ok(filed(tx, row).await?.unwrap_or_else(|| row.details.clone()))
}

/// The filing that the match found, unless it was withdrawn since.
async fn filed(tx: &mut Tx, row: &ApplicationRow) -> Result<Option<DocumentDetails>, StoreError> {
    let Some(id) = row.filing else { return Ok(None) };
    let filing = call!(tx, lookup::by_id(id))?.filter(|filing| filing.state == FilingState::Active);
    Ok(filing.map(|filing| filing.details))
}

/// A photo of an application, for the reviewer who has claimed it. Recorded like opening.
pub async fn photo(
    app: &App,
    staff: &Staff,
    application: ApplicationId,
    id: PhotoId,
) -> Result<Vec<u8>, ReviewError> {
    let now = app.now();
    transact!(app.store, "review.photo", ReviewError, |tx| {
        own(tx, staff, application, now).await?;
        crate::access::record(tx, app, staff, "open", "photo", id).await?;
        let image = call!(tx, review::photo(application, id))?.ok_or(ReviewError::NotFound)?;
        Ok(image.to_vec())
    })
}
