//! Finding filings without opening those that are not meant: by number, by birth date and name, and the
//! candidates of a near match.

use documents::{Kind, Number, PartialDate, PersonName, Similarity, StateCode};
use domain::Timestamp;
use domain::id::kind::{ApiClientId, FilingId, ImportBatchId, StaffId, UnitId};
use domain::matching::{DocumentDetails, person_terms};
use sqlx::Row as _;

use super::conn::Conn;
use super::{Row, dialect};
use crate::error::StoreError;
use crate::rows::register::{Actor, DETAILS, Filing, FilingState, Origin, Source, candidate_keys, keys_of};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[BY_ID, BY_LOOKUP, BY_KEYS];

macro_rules! columns {
    () => {
        "f.id, f.kind, f.details, f.source, f.batch_id, f.unit_id, f.staff_id, f.client_id, f.filed_at, \
         f.state, f.version"
    };
}

/// One filing.
pub const BY_ID: &str = concat!("SELECT ", columns!(), " FROM filing f WHERE f.id = $1");

/// The filing that counts for a document.
pub const BY_LOOKUP: &str =
    concat!("SELECT ", columns!(), " FROM filing f WHERE f.lookup = $1 AND f.state = 'active'");

/// The filings that share most keys. Not the first found: someone of a common name and birth date must not be
/// crowded out of the list when their number is nearly right.
pub const BY_KEYS: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM (SELECT filing_id, COUNT(*) AS shared FROM filing_candidate WHERE key ",
    among_1!(),
    " GROUP BY filing_id ORDER BY shared DESC, filing_id LIMIT $2) c \
      JOIN filing f ON f.id = c.filing_id WHERE f.state = 'active' ORDER BY c.shared DESC, f.id"
);

/// One filing, whatever its state.
pub async fn by_id(c: &mut Conn, id: FilingId) -> Result<Option<Filing>, StoreError> {
    let row = sqlx::query(BY_ID).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| filing(c, &row)).transpose()
}

/// The filing that counts for this document.
pub async fn by_number(
    c: &mut Conn,
    issuing_state: StateCode,
    number: &Number,
) -> Result<Option<Filing>, StoreError> {
    let parts = [number.kind().as_str(), issuing_state.as_str(), number.canonical()];
    let lookup = c.sealer().index().exact("filing.lookup", &parts.map(str::as_bytes));
    let row = sqlx::query(BY_LOOKUP).bind(&lookup[..]).fetch_optional(c.raw()).await?;
    row.map(|row| filing(c, &row)).transpose()
}

/// Filings of a person: the same date of birth, and a name that may be the same. At most `limit` are opened.
pub async fn by_birth_and_name(
    c: &mut Conn,
    birth_date: PartialDate,
    name: &PersonName,
    limit: i64,
) -> Result<Vec<Filing>, StoreError> {
    let keys = keys_of(c.sealer(), &person_terms(birth_date, name));
    let mut found = by_keys(c, &keys, limit).await?;
    found.retain(|filing| {
        filing.details.birth_date == birth_date
            && documents::compare(&filing.details.name, name) != Similarity::Different
    });
    Ok(found)
}

/// The filings that may be near to what an applicant typed, most alike first, at most `limit`: only these are
/// opened. `domain::matching::compare` decides.
pub async fn candidates(
    c: &mut Conn,
    details: &DocumentDetails,
    limit: i64,
) -> Result<Vec<Filing>, StoreError> {
    let keys = candidate_keys(c.sealer(), details);
    by_keys(c, &keys, limit).await
}

async fn by_keys(c: &mut Conn, keys: &[i64], limit: i64) -> Result<Vec<Filing>, StoreError> {
    let rows = sqlx::query(BY_KEYS).bind(dialect::list(keys)).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(|row| filing(c, row)).collect()
}

fn filing(c: &Conn, row: &Row) -> Result<Filing, StoreError> {
    let id: i64 = row.try_get("id")?;
    let wrong = |column| StoreError::inconsistent("filing", column, id);
    let kind: Kind = row.try_get::<&str, _>("kind")?.parse().map_err(|_| wrong("kind"))?;
    let details: DocumentDetails = c.sealer().open(DETAILS(id), row.try_get("details")?)?;
    if details.kind() != kind {
        return Err(wrong("kind"));
    }
    let origin = Origin {
        source: Source::from_name(row.try_get("source")?).ok_or_else(|| wrong("source"))?,
        batch: row.try_get::<Option<i64>, _>("batch_id")?.map(ImportBatchId::from_i64),
        actor: actor(row)?,
        at: Timestamp::from_micros(row.try_get("filed_at")?),
    };
    Ok(Filing {
        id: FilingId::from_i64(id),
        details,
        origin,
        state: FilingState::from_name(row.try_get("state")?).ok_or_else(|| wrong("state"))?,
        version: row.try_get("version")?,
    })
}

pub(super) fn actor(row: &Row) -> Result<Actor, StoreError> {
    Ok(Actor {
        unit: UnitId::from_i64(row.try_get("unit_id")?),
        staff: row.try_get::<Option<i64>, _>("staff_id")?.map(StaffId::from_i64),
        client: row.try_get::<Option<i64>, _>("client_id")?.map(ApiClientId::from_i64),
    })
}
