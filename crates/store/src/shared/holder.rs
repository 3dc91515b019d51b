//! Holders, the documents that lead to them, and the phones that may show their code.

use domain::Timestamp;
use domain::id::kind::{DeviceSessionId, HolderId};
use domain::matching::DocumentDetails;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::holder::document_place;
use crate::rows::register::lookup;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[INSERT, HOLDER_OF, LINK, LINK_ANEW, UNLINK, DOCUMENT, LOCK, OPEN_ON, IS_OPEN_ON, WITH_DOCUMENTS];

/// Holders whom a document leads to, in the order of their ids.
pub const WITH_DOCUMENTS: &str = "SELECT DISTINCT holder_id FROM holder_document ORDER BY holder_id LIMIT $1";

/// A new holder.
pub const INSERT: &str = "INSERT INTO holder (id, created_at) VALUES ($1, $2)";

/// The holder that a document leads to.
pub const HOLDER_OF: &str = "SELECT holder_id FROM holder_document WHERE lookup = $1";

/// Lets a document lead to a holder; the details that a later application brought take the older ones' place.
pub const LINK: &str = "\
    INSERT INTO holder_document (lookup, holder_id, details, linked_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (lookup) DO UPDATE SET details = excluded.details \
    WHERE holder_document.holder_id = excluded.holder_id";

/// The same, and the document is the one that counts.
pub const LINK_ANEW: &str = "\
    INSERT INTO holder_document (lookup, holder_id, details, linked_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (lookup) DO UPDATE SET details = excluded.details, linked_at = excluded.linked_at \
    WHERE holder_document.holder_id = excluded.holder_id";

/// A document leads to a holder no longer.
pub const UNLINK: &str = "DELETE FROM holder_document WHERE lookup = $1 AND holder_id = $2";

/// The document that was linked to a holder last.
pub const DOCUMENT: &str =
    "SELECT details FROM holder_document WHERE holder_id = $1 ORDER BY linked_at DESC LIMIT 1";

/// Changes nothing, and makes two transactions about one holder wait for each other or be run again.
pub const LOCK: &str = "UPDATE holder SET created_at = created_at WHERE id = $1";

/// A phone may show a holder's code.
pub const OPEN_ON: &str = "UPDATE device_session SET holder_id = $2 WHERE id = $1";

/// Whether a phone may show a holder's code.
pub const IS_OPEN_ON: &str = "SELECT id FROM device_session WHERE id = $1 AND holder_id = $2";

/// Adds a holder.
pub async fn insert(c: &mut Conn, id: HolderId, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(INSERT).bind(id.as_i64()).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// The holder that this document leads to.
pub async fn holder_of(c: &mut Conn, details: &DocumentDetails) -> Result<Option<HolderId>, StoreError> {
    let key = lookup(c.sealer(), details);
    let id: Option<i64> = sqlx::query_scalar(HOLDER_OF).bind(&key[..]).fetch_optional(c.raw()).await?;
    Ok(id.map(HolderId::from_i64))
}

/// Lets a document lead to a holder; `false` if it already leads to another one. Its blind index is the primary
/// key: of two transactions that race for one document the second waits, and then runs again.
pub async fn link(
    c: &mut Conn,
    holder: HolderId,
    details: &DocumentDetails,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let key = lookup(c.sealer(), details);
    let sealed = c.sealer().seal(document_place(holder), details);
    let query = sqlx::query(LINK).bind(&key[..]).bind(holder.as_i64()).bind(sealed).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Lets a document lead to a holder and be the one that counts; `false` if it leads to another one.
pub async fn link_anew(
    c: &mut Conn,
    holder: HolderId,
    details: &DocumentDetails,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let key = lookup(c.sealer(), details);
    let sealed = c.sealer().seal(document_place(holder), details);
    let query = sqlx::query(LINK_ANEW).bind(&key[..]).bind(holder.as_i64()).bind(sealed).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// A document leads to `holder` no longer: it was a mistake.
pub async fn unlink(c: &mut Conn, holder: HolderId, details: &DocumentDetails) -> Result<(), StoreError> {
    let key = lookup(c.sealer(), details);
    sqlx::query(UNLINK).bind(&key[..]).bind(holder.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// The document that passes of `holder` are compared with: the one linked last.
pub async fn document(c: &mut Conn, holder: HolderId) -> Result<Option<DocumentDetails>, StoreError> {
    let sealed: Option<Vec<u8>> =
        sqlx::query_scalar(DOCUMENT).bind(holder.as_i64()).fetch_optional(c.raw()).await?;
    sealed.map(|sealed| Ok(c.sealer().open(document_place(holder), &sealed)?)).transpose()
}

/// Makes this transaction the only one about `holder`: whoever issues or withdraws a pass, or decides a colour,
/// calls it first, so that no pass of an old colour slips in beside its withdrawal. `false`: no such holder.
pub async fn lock(c: &mut Conn, holder: HolderId) -> Result<bool, StoreError> {
    let done = sqlx::query(LOCK).bind(holder.as_i64()).execute(c.raw()).await?;
    Ok(done.rows_affected() == 1)
}

/// Lets a phone show the code of `holder`; `None` takes it away.
pub async fn open_on(
    c: &mut Conn,
    device: DeviceSessionId,
    holder: Option<HolderId>,
) -> Result<(), StoreError> {
    sqlx::query(OPEN_ON).bind(device.as_i64()).bind(holder.map(domain::Id::as_i64)).execute(c.raw()).await?;
    Ok(())
}

/// Whether `device` may show the code of `holder`: asked again under [`lock`], where a session may just have ended.
pub async fn is_open_on(c: &mut Conn, device: DeviceSessionId, holder: HolderId) -> Result<bool, StoreError> {
    let query = sqlx::query_scalar(IS_OPEN_ON).bind(device.as_i64()).bind(holder.as_i64());
    let found: Option<i64> = query.fetch_optional(c.raw()).await?;
    Ok(found.is_some())
}

/// Holders whom a document leads to, in the order of their ids; at most `limit`.
pub async fn with_documents(c: &mut Conn, limit: i64) -> Result<Vec<HolderId>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(WITH_DOCUMENTS).bind(limit).fetch_all(c.raw()).await?;
    Ok(ids.into_iter().map(HolderId::from_i64).collect())
}
