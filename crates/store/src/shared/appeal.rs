//! Appeals against colours: what people say, what they send with it, and what they are answered.
//!
//! The decision that matters: the statement that answers says itself that an appeal is answered once, and the one that files
//! that a person has one at a time.

use domain::id::kind::{AppealId, AppealPhotoId, DecisionId, EvidenceId, HolderId, StaffId, UnitId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use super::evidence_proposal::did;
use crate::error::StoreError;
use crate::rows::appeal::{
    ANSWER, Answer, AppealLevel, AppealPhoto, AppealRow, AppealStage, IMAGE, NewAppeal, QueuedAppeal,
    STATEMENT,
};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    ADD,
    ONE,
    OF_HOLDER,
    WAITING,
    COUNT,
    END,
    WITHDRAW,
    ADD_PHOTO,
    HAND_ON,
    PHOTOS,
    PHOTO,
    REVOKE,
    LEVEL,
    SET_LEVEL,
    UNITS,
    STATED_BY,
    FORGET_SALTS,
    FORGET_PHOTOS,
    FORGET,
];

/// Files one, unless another of the same person waits.
pub const ADD: &str = "\
    INSERT INTO appeal (id, holder_id, decision_id, former_id, level, statement, filed_at, due_at, stage) \
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, 'waiting' \
    WHERE NOT EXISTS (SELECT 1 FROM appeal WHERE holder_id = $2 AND stage = 'waiting')";

macro_rules! appeals {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.holder_id, a.decision_id, a.former_id, a.level, a.statement, a.filed_at, a.due_at, a.stage, \
               a.answer, a.ended_at, a.staff_id, COALESCE(s.name, ''), a.unit_id, COALESCE(u.name, '') \
             FROM appeal a LEFT JOIN staff s ON s.id = a.staff_id LEFT JOIN unit u ON u.id = a.unit_id ",
            $rest
        )
    };
}

/// One.
pub const ONE: &str = appeals!("WHERE a.id = $1");

/// Those of a holder, the newest first.
pub const OF_HOLDER: &str = appeals!("WHERE a.holder_id = $1 ORDER BY a.id DESC");

/// Those that wait, the most urgent first.
pub const WAITING: &str =
    "SELECT id, level, filed_at, due_at FROM appeal WHERE stage = 'waiting' ORDER BY due_at, id LIMIT $1";

/// How many wait, and how many of them are late.
pub const COUNT: &str = "\
    SELECT COUNT(*), COALESCE(SUM(CASE WHEN due_at < $1 THEN 1 ELSE 0 END), 0) FROM appeal WHERE stage = 'waiting'";

/// Answers one, once.
pub const END: &str = "\
    UPDATE appeal SET stage = $2, answer = $3, ended_at = $4, staff_id = $5, unit_id = $6, leaf_id = $7 \
    WHERE id = $1 AND stage = 'waiting'";

/// Withdrawn by its holder.
pub const WITHDRAW: &str = "UPDATE appeal SET stage = 'withdrawn', ended_at = $3 WHERE id = $1 AND holder_id = $2 AND stage = 'waiting'";

/// Keeps a photo, unless there are as many as an appeal takes, or it waits no more.
pub const ADD_PHOTO: &str = "\
    INSERT INTO appeal_photo (id, appeal_id, image, created_at) SELECT $1, $2, $3, $4 \
    WHERE (SELECT COUNT(*) FROM appeal_photo WHERE appeal_id = $2) < $5 \
      AND EXISTS (SELECT 1 FROM appeal WHERE id = $2 AND stage = 'waiting')";

/// The photos go with the case.
pub const HAND_ON: &str = "UPDATE appeal_photo SET appeal_id = $2 WHERE appeal_id = $1";

/// The photos of an appeal.
pub const PHOTOS: &str = "SELECT id, image, created_at FROM appeal_photo WHERE appeal_id = $1 ORDER BY id";

/// One photo of an appeal.
pub const PHOTO: &str = "SELECT id, image, created_at FROM appeal_photo WHERE appeal_id = $1 AND id = $2";

/// Marks a decision: what it rests on was wrong.
pub const REVOKE: &str =
    "UPDATE decision SET revoked_at = $3 WHERE id = $1 AND holder_id = $2 AND revoked_at IS NULL";

/// The level of a unit.
pub const LEVEL: &str = "SELECT level FROM unit WHERE id = $1";

/// Gives a unit a level.
pub const SET_LEVEL: &str = "UPDATE unit SET level = $2 WHERE id = $1";

/// Every unit that is none of a partner's.
pub const UNITS: &str =
    "SELECT id, name, level FROM unit WHERE id NOT IN (SELECT unit_id FROM partner) ORDER BY name";

/// Who stated a piece of evidence, of which unit, and who confirmed it.
pub const STATED_BY: &str = "\
    SELECT e.staff_id, e.unit_id, p.staff_id, p.decided_by FROM evidence e \
    LEFT JOIN evidence_proposal p ON p.id = e.source_id AND e.source <> 'report' WHERE e.id = $1";

/// Destroys the salts of the leaves of such appeals as [`FORGET`] forgets.
pub const FORGET_SALTS: &str = "\
    UPDATE log_leaf SET salt = NULL WHERE id IN (SELECT leaf_id FROM appeal WHERE ended_at < $1 \
      AND NOT EXISTS (SELECT 1 FROM appeal AS later WHERE later.former_id = appeal.id AND later.stage = 'waiting'))";

/// Forgets the photos of appeals that ended before a time and of which nothing is asked any more.
pub const FORGET_PHOTOS: &str = "\
    DELETE FROM appeal_photo WHERE appeal_id IN (SELECT id FROM appeal WHERE ended_at < $1 \
      AND NOT EXISTS (SELECT 1 FROM appeal AS later WHERE later.former_id = appeal.id AND later.stage = 'waiting'))";

/// Forgets such appeals.
pub const FORGET: &str = "\
    DELETE FROM appeal WHERE ended_at < $1 \
      AND NOT EXISTS (SELECT 1 FROM appeal AS later WHERE later.former_id = appeal.id AND later.stage = 'waiting')";

/// Files one; whether no other of the same person waited.
pub async fn add(c: &mut Conn, new: &NewAppeal) -> Result<bool, StoreError> {
    let statement = c.sealer().seal(STATEMENT(new.id.as_i64()), &new.statement);
    let query = sqlx::query(ADD)
        .bind(new.id.as_i64())
        .bind(new.holder.as_i64())
        .bind(new.decision.as_i64())
        .bind(new.former.map(Id::as_i64))
        .bind(new.level.as_str())
        .bind(statement)
        .bind(new.filed_at.micros())
        .bind(new.due_at.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// One.
pub async fn one(c: &mut Conn, id: AppealId) -> Result<Option<AppealRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| read(c, &row)).transpose()
}

/// Those of `holder`, the newest first.
pub async fn of_holder(c: &mut Conn, holder: HolderId) -> Result<Vec<AppealRow>, StoreError> {
    let rows = sqlx::query(OF_HOLDER).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| read(c, row)).collect()
}

/// Those that wait, the most urgent first.
pub async fn waiting(c: &mut Conn, limit: i64) -> Result<Vec<QueuedAppeal>, StoreError> {
    let rows: Vec<(i64, String, i64, i64)> = sqlx::query_as(WAITING).bind(limit).fetch_all(c.raw()).await?;
    let queued = |(id, level, filed_at, due_at): (i64, String, i64, i64)| {
        Ok(QueuedAppeal {
            id: Id::from_i64(id),
            level: AppealLevel::from_name(&level)
                .ok_or_else(|| StoreError::inconsistent("appeal", "level", id))?,
            filed_at: Timestamp::from_micros(filed_at),
            due_at: Timestamp::from_micros(due_at),
        })
    };
    rows.into_iter().map(queued).collect()
}

/// How many wait, and how many of them are late at `now`.
pub async fn count(c: &mut Conn, now: Timestamp) -> Result<(i64, i64), StoreError> {
    Ok(sqlx::query_as(COUNT).bind(now.micros()).fetch_one(c.raw()).await?)
}

/// Answers one; whether it waited.
pub async fn end(
    c: &mut Conn,
    id: AppealId,
    (staff, unit): (StaffId, UnitId),
    answer: &Answer,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let why = c.sealer().seal(ANSWER(id.as_i64()), &answer.why);
    let query = sqlx::query(END).bind(id.as_i64()).bind(answer.stage.as_str()).bind(why).bind(now.micros());
    let query = query.bind(staff.as_i64()).bind(unit.as_i64()).bind(answer.leaf.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Withdraws one of `holder`'s; whether it waited.
pub async fn withdraw(
    c: &mut Conn,
    id: AppealId,
    holder: HolderId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(WITHDRAW).bind(id.as_i64()).bind(holder.as_i64()).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Keeps a photo of an appeal that waits; whether there were fewer than `most`.
pub async fn add_photo(
    c: &mut Conn,
    id: AppealPhotoId,
    appeal: AppealId,
    (jpeg, most): (&[u8], i64),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let image = c.sealer().seal_bytes(IMAGE(id.as_i64()), jpeg);
    let query = sqlx::query(ADD_PHOTO).bind(id.as_i64()).bind(appeal.as_i64()).bind(image);
    Ok(query.bind(now.micros()).bind(most).execute(c.raw()).await?.rows_affected() == 1)
}

/// The photos of an appeal go on to the one that asks the city.
pub async fn hand_on(c: &mut Conn, from: AppealId, to: AppealId) -> Result<(), StoreError> {
    sqlx::query(HAND_ON).bind(from.as_i64()).bind(to.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// The photos of an appeal.
pub async fn photos(c: &mut Conn, appeal: AppealId) -> Result<Vec<AppealPhoto>, StoreError> {
    let rows = sqlx::query(PHOTOS).bind(appeal.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| photo_of(c, row)).collect()
}

/// One photo of an appeal.
pub async fn photo(
    c: &mut Conn,
    appeal: AppealId,
    id: AppealPhotoId,
) -> Result<Option<AppealPhoto>, StoreError> {
    let row = sqlx::query(PHOTO).bind(appeal.as_i64()).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| photo_of(c, &row)).transpose()
}

fn photo_of(c: &Conn, row: &Row) -> Result<AppealPhoto, StoreError> {
    let id: i64 = row.try_get(0)?;
    Ok(AppealPhoto {
        id: Id::from_i64(id),
        image: c.sealer().open_bytes(IMAGE(id), row.try_get(1)?)?,
        at: Timestamp::from_micros(row.try_get(2)?),
    })
}

/// Marks a decision of `holder`: what it rests on was wrong. It stays what it was.
pub async fn revoke(
    c: &mut Conn,
    decision: DecisionId,
    holder: HolderId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(REVOKE).bind(decision.as_i64()).bind(holder.as_i64()).bind(now.micros());
    query.execute(c.raw()).await?;
    Ok(())
}

/// The level of a unit.
pub async fn level(c: &mut Conn, unit: UnitId) -> Result<AppealLevel, StoreError> {
    let level: Option<String> = sqlx::query_scalar(LEVEL).bind(unit.as_i64()).fetch_optional(c.raw()).await?;
    level
        .and_then(|name| AppealLevel::from_name(&name))
        .ok_or_else(|| StoreError::inconsistent("unit", "level", unit.as_i64()))
}

/// Gives a unit a level; whether there is such a unit.
pub async fn set_level(c: &mut Conn, unit: UnitId, level: AppealLevel) -> Result<bool, StoreError> {
    let query = sqlx::query(SET_LEVEL).bind(unit.as_i64()).bind(level.as_str());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Every unit with its name and level.
pub async fn units(c: &mut Conn) -> Result<Vec<(UnitId, String, AppealLevel)>, StoreError> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(UNITS).fetch_all(c.raw()).await?;
    let unit = |(id, name, level): (i64, String, String)| {
        let level =
            AppealLevel::from_name(&level).ok_or_else(|| StoreError::inconsistent("unit", "level", id))?;
        Ok((Id::from_i64(id), name, level))
    };
    rows.into_iter().map(unit).collect()
}

/// The people who stated and confirmed a piece of evidence, and the unit that answers for it.
pub async fn stated_by(c: &mut Conn, id: EvidenceId) -> Result<Option<(Vec<StaffId>, UnitId)>, StoreError> {
    let row: Option<(i64, i64, Option<i64>, Option<i64>)> =
        sqlx::query_as(STATED_BY).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    Ok(row.map(|(by, unit, proposed, confirmed)| {
        let people = [Some(by), proposed, confirmed].into_iter().flatten().map(Id::from_i64).collect();
        (people, Id::from_i64(unit))
    }))
}

/// Forgets appeals that ended before a time, with their photos and what proves their leaves; gives how many rows.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    sqlx::query(FORGET_SALTS).bind(before.micros()).execute(c.raw()).await?;
    let photos = sqlx::query(FORGET_PHOTOS).bind(before.micros()).execute(c.raw()).await?.rows_affected();
    Ok(photos + sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

fn read(c: &Conn, row: &Row) -> Result<AppealRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let wrong = |column| StoreError::inconsistent("appeal", column, id);
    let former: Option<i64> = row.try_get(3)?;
    let (answer, ended_at): (Option<Vec<u8>>, Option<i64>) = (row.try_get(9)?, row.try_get(10)?);
    let by: Option<i64> = row.try_get(11)?;
    Ok(AppealRow {
        id: Id::from_i64(id),
        holder: Id::from_i64(row.try_get(1)?),
        decision: Id::from_i64(row.try_get(2)?),
        former: former.map(Id::from_i64),
        level: AppealLevel::from_name(row.try_get(4)?).ok_or_else(|| wrong("level"))?,
        statement: c.sealer().open(STATEMENT(id), row.try_get(5)?)?,
        filed_at: Timestamp::from_micros(row.try_get(6)?),
        due_at: Timestamp::from_micros(row.try_get(7)?),
        stage: AppealStage::from_name(row.try_get(8)?).ok_or_else(|| wrong("stage"))?,
        answer: answer.map(|sealed| c.sealer().open(ANSWER(id), &sealed)).transpose()?,
        ended_at: ended_at.map(Timestamp::from_micros),
        by: by.map(|_| did(row, 10)).transpose()?,
    })
}
