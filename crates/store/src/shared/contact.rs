//! Confirmed contacts: one an application, found by a blind index. Several applications may have the same one.

use domain::contact::{Channel, Contact};
use domain::id::kind::{ApplicationId, ContactId, HolderId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::contact::{ADDRESS, Reachable, lookup};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[SET, REMOVE, OF_APPLICATION, OF_HOLDER, LED_TO, LEADS, CARRY];

macro_rules! reachable {
    () => {
        "SELECT c.id, c.channel, c.address, a.id, a.reference, COALESCE(c.language, a.language), a.holder_id FROM contact c \
         JOIN application a ON a.id = c.application_id "
    };
}

/// Gives an application its contact.
pub const SET: &str = "\
    INSERT INTO contact (id, application_id, channel, address, lookup, confirmed_at, language) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// Takes the contact of an application away.
pub const REMOVE: &str = "DELETE FROM contact WHERE application_id = $1";

/// The contact of an application.
pub const OF_APPLICATION: &str = concat!(reachable!(), "WHERE c.application_id = $1");

/// The contacts of a holder.
pub const OF_HOLDER: &str = concat!(reachable!(), "WHERE a.holder_id = $1 ORDER BY c.id");

/// What a contact leads to: applications that have not ended in nothing, the newest first.
pub const LED_TO: &str = concat!(
    reachable!(),
    "WHERE c.lookup = $1 AND (a.holder_id IS NOT NULL OR a.stage NOT IN ('refused', 'withdrawn')) \
     ORDER BY a.id DESC LIMIT 20"
);

/// Whether a contact leads anywhere: opens nothing, so that it takes as long whether it does or not.
pub const LEADS: &str = "\
    SELECT COUNT(*) FROM contact c JOIN application a ON a.id = c.application_id \
    WHERE c.lookup = $1 AND (a.holder_id IS NOT NULL OR a.stage NOT IN ('refused', 'withdrawn'))";

/// The contact of an application is another one's now, and is written to in the language of that.
pub const CARRY: &str = "\
    UPDATE contact SET application_id = $2, language = NULL WHERE application_id = $1 \
      AND NOT EXISTS (SELECT 1 FROM contact other WHERE other.application_id = $2)";

/// Gives an application its contact, in the place of the one that it had. It was confirmed in `language`.
pub async fn set(
    c: &mut Conn,
    id: ContactId,
    application: ApplicationId,
    contact: &Contact,
    language: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    remove(c, application).await?;
    let address = c.sealer().seal(ADDRESS(id.as_i64()), contact);
    let index = lookup(c.sealer(), contact);
    sqlx::query(SET)
        .bind(id.as_i64())
        .bind(application.as_i64())
        .bind(contact.channel().as_str())
        .bind(address)
        .bind(&index[..])
        .bind(now.micros())
        .bind(language.to_owned())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Takes the contact of an application away; says whether there was one.
pub async fn remove(c: &mut Conn, application: ApplicationId) -> Result<bool, StoreError> {
    let done = sqlx::query(REMOVE).bind(application.as_i64()).execute(c.raw()).await?;
    Ok(done.rows_affected() > 0)
}

/// The contact of an application.
pub async fn of_application(c: &mut Conn, id: ApplicationId) -> Result<Option<Reachable>, StoreError> {
    let row = sqlx::query(OF_APPLICATION).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| reachable(c, &row)).transpose()
}

/// The contacts of a holder, one for each application that led to them and has one.
pub async fn of_holder(c: &mut Conn, holder: HolderId) -> Result<Vec<Reachable>, StoreError> {
    let rows = sqlx::query(OF_HOLDER).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| reachable(c, row)).collect()
}

/// The applications that a contact opens, the newest first: those that have not ended in nothing.
pub async fn led_to(c: &mut Conn, contact: &Contact) -> Result<Vec<Reachable>, StoreError> {
    let index = lookup(c.sealer(), contact);
    let rows = sqlx::query(LED_TO).bind(&index[..]).fetch_all(c.raw()).await?;
    rows.iter().map(|row| reachable(c, row)).collect()
}

/// Whether a contact opens anything, without opening it.
pub async fn leads(c: &mut Conn, contact: &Contact) -> Result<bool, StoreError> {
    let index = lookup(c.sealer(), contact);
    let count: i64 = sqlx::query_scalar(LEADS).bind(&index[..]).fetch_one(c.raw()).await?;
    Ok(count > 0)
}

/// The contact of `from` is `to`'s now, unless that has one: the same person applied again on the same phone.
pub async fn carry(c: &mut Conn, from: ApplicationId, to: ApplicationId) -> Result<(), StoreError> {
    sqlx::query(CARRY).bind(from.as_i64()).bind(to.as_i64()).execute(c.raw()).await?;
    Ok(())
}

fn reachable(c: &Conn, row: &Row) -> Result<Reachable, StoreError> {
    let id: i64 = row.try_get(0)?;
    let wrong = |column| StoreError::inconsistent("contact", column, id);
    let channel: String = row.try_get(1)?;
    let reference: String = row.try_get(4)?;
    Ok(Reachable {
        application: Id::from_i64(row.try_get(3)?),
        holder: row.try_get::<Option<i64>, _>(6)?.map(Id::from_i64),
        reference: reference.parse().map_err(|_| wrong("application.reference"))?,
        language: row.try_get(5)?,
        channel: Channel::from_name(&channel).ok_or_else(|| wrong("channel"))?,
        contact: c.sealer().open(ADDRESS(id), row.try_get(2)?)?,
    })
}
