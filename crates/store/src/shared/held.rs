//! Everything that is held about a person, read for that person.
//!
//! The decision that matters: whoever adds a table about people adds its statement here and to `erase`, so that
//! what is shown, what is exported and what is deleted are the same.

use domain::contact::{Channel, Contact};
use domain::id::kind::{ApplicationId, DeviceSessionId, HolderId, LogLeafId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::companion::{ConsentColumns, consent_row};
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::application::{ANSWERS, ApplicationRow};
use crate::rows::companion::{COMPANION, Companion, ConsentRow};
use crate::rows::contact::{ASKED_ADDRESS, Purpose};
use crate::rows::decision::DecisionRow;
use crate::rows::held::{
    HeldAccess, HeldCode, HeldDeclaration, HeldDocument, HeldLeaf, HeldMessage, HeldNotice, HeldPass,
    HeldPhone,
};
use crate::rows::holder::document_place;
use crate::rows::notice::NoticeKind;
use crate::rows::outbox::{MessageKind, OutboxState};
use crate::rows::pass::{PassKind, WithdrawnFor};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    APPLICATIONS,
    DOCUMENTS,
    OF_HOLDER,
    OF_APPLICATION,
    CONSENTS,
    MESSAGES,
    CODES,
    DECISIONS,
    LEAF,
    PASSES,
    NOTICES,
    PHONES,
    ACCESSES,
];

/// The applications that led to a holder, or are to change what stands of them.
pub const APPLICATIONS: &str =
    "SELECT id FROM application WHERE holder_id = $1 OR changes_holder = $1 ORDER BY id";

/// The documents that lead to a holder.
pub const DOCUMENTS: &str =
    "SELECT details, linked_at FROM holder_document WHERE holder_id = $1 ORDER BY linked_at DESC";

/// The declarations of a holder.
pub const OF_HOLDER: &str =
    "SELECT id, answers, made_at, consent FROM declaration WHERE holder_id = $1 ORDER BY id DESC";

/// The declarations of an application that has led to no holder.
pub const OF_APPLICATION: &str = "\
    SELECT id, answers, made_at, consent FROM declaration WHERE application_id = $1 AND holder_id IS NULL \
    ORDER BY id DESC";

/// The consents of a parent or guardian to an application.
pub const CONSENTS: &str = "SELECT version, language, made_at, taken_by FROM guardian_consent WHERE application_id = $1 ORDER BY id DESC";

/// The messages about an application that were written and are not forgotten yet.
pub const MESSAGES: &str = "\
    SELECT id, kind, channel, state, created_at FROM outbox WHERE application_id = $1 ORDER BY id DESC";

/// The one-time codes that a phone asked for.
pub const CODES: &str = "\
    SELECT id, purpose, address, sent_at FROM contact_code WHERE device_session_id = $1 ORDER BY id DESC";

/// The decisions about a holder.
pub const DECISIONS: &str = "\
    SELECT id, colour, reasons, rule_set, declaration_id, leaf_id, decided_at, until_at, since_at, fired, unit_id, \
      revoked_at FROM decision WHERE holder_id = $1 ORDER BY id DESC";

/// A leaf of the log.
pub const LEAF: &str = "SELECT commitment, salt FROM log_leaf WHERE id = $1";

/// The passes of a holder.
pub const PASSES: &str = "\
    SELECT id, kind, issued_at, expires_at, withdrawn_at, withdrawn_for, for_day IS NOT NULL FROM pass \
    WHERE holder_id = $1 ORDER BY id DESC";

/// The notices to a holder.
pub const NOTICES: &str = "SELECT id, kind, at, seen_at FROM notice WHERE holder_id = $1 ORDER BY id DESC";

/// The phones that show a holder's code; what was begun at a service desk is on no phone.
pub const PHONES: &str = "\
    SELECT id, created_at, offline_until, companion FROM device_session \
     WHERE (holder_id = $1 OR id = $2) \
      AND NOT EXISTS (SELECT 1 FROM desk_visit v WHERE v.device_session_id = device_session.id AND v.made_session = 1) \
    ORDER BY id";

/// Who opened an object, the newest first.
pub const ACCESSES: &str = "\
    SELECT unit.name, access_record.at, access_record.action, access_record.object_kind \
    FROM access_record JOIN unit ON unit.id = access_record.unit_id \
    WHERE access_record.object_kind = $1 AND access_record.object_id = $2 ORDER BY access_record.id DESC LIMIT $3";

/// The applications that led to `holder`, or are to change what stands of them, oldest first.
pub async fn applications(c: &mut Conn, holder: HolderId) -> Result<Vec<ApplicationRow>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(APPLICATIONS).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.extend(super::application::by_id(c, ApplicationId::from_i64(id)).await?);
    }
    Ok(rows)
}

/// The documents that lead to `holder`, the one linked last first.
pub async fn documents(c: &mut Conn, holder: HolderId) -> Result<Vec<HeldDocument>, StoreError> {
    let rows: Vec<(Vec<u8>, i64)> =
        sqlx::query_as(DOCUMENTS).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    let document = |(sealed, linked_at): (Vec<u8>, i64)| {
        Ok(HeldDocument {
            details: c.sealer().open(document_place(holder), &sealed)?,
            linked_at: Timestamp::from_micros(linked_at),
        })
    };
    rows.into_iter().map(document).collect()
}

/// The declarations of `holder`, the newest first.
pub async fn declarations(c: &mut Conn, holder: HolderId) -> Result<Vec<HeldDeclaration>, StoreError> {
    let rows = sqlx::query(OF_HOLDER).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| declaration(c, row)).collect()
}

/// The declarations of an application that has led to no holder, the newest first.
pub async fn declarations_of(c: &mut Conn, id: ApplicationId) -> Result<Vec<HeldDeclaration>, StoreError> {
    let rows = sqlx::query(OF_APPLICATION).bind(id.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| declaration(c, row)).collect()
}

fn declaration(c: &Conn, row: &Row) -> Result<HeldDeclaration, StoreError> {
    let id: i64 = row.try_get(0)?;
    Ok(HeldDeclaration {
        id: Id::from_i64(id),
        answers: c.sealer().open(ANSWERS(id), row.try_get(1)?)?,
        made_at: Timestamp::from_micros(row.try_get(2)?),
        consent: row.try_get(3)?,
    })
}

/// The consents of a parent or guardian to an application, the newest first.
pub async fn consents(c: &mut Conn, id: ApplicationId) -> Result<Vec<ConsentRow>, StoreError> {
    let query = sqlx::query_as(CONSENTS).bind(id.as_i64());
    let rows: Vec<ConsentColumns> = query.fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(consent_row).collect())
}

/// The messages about an application, the newest first.
pub async fn messages(c: &mut Conn, id: ApplicationId) -> Result<Vec<HeldMessage>, StoreError> {
    let query = sqlx::query_as(MESSAGES).bind(id.as_i64());
    let rows: Vec<(i64, String, String, String, i64)> = query.fetch_all(c.raw()).await?;
    let message = |(id, kind, channel, state, at): (i64, String, String, String, i64)| {
        let wrong = |column| StoreError::inconsistent("outbox", column, id);
        Ok(HeldMessage {
            kind: MessageKind::from_name(&kind).ok_or_else(|| wrong("kind"))?,
            channel: Channel::from_name(&channel).ok_or_else(|| wrong("channel"))?,
            state: OutboxState::from_name(&state).ok_or_else(|| wrong("state"))?,
            at: Timestamp::from_micros(at),
        })
    };
    rows.into_iter().map(message).collect()
}

/// The one-time codes that `device` asked for, the newest first.
pub async fn codes(c: &mut Conn, device: DeviceSessionId) -> Result<Vec<HeldCode>, StoreError> {
    let rows = sqlx::query(CODES).bind(device.as_i64()).fetch_all(c.raw()).await?;
    let code = |row: &Row| {
        let id: i64 = row.try_get(0)?;
        let purpose = Purpose::from_name(&row.try_get::<String, _>(1)?);
        let contact: Contact = c.sealer().open(ASKED_ADDRESS(id), row.try_get(2)?)?;
        Ok(HeldCode {
            purpose: purpose.ok_or_else(|| StoreError::inconsistent("contact_code", "purpose", id))?,
            contact,
            at: Timestamp::from_micros(row.try_get(3)?),
        })
    };
    rows.iter().map(code).collect()
}

/// The decisions about `holder`, the newest first.
pub async fn decisions(c: &mut Conn, holder: HolderId) -> Result<Vec<DecisionRow>, StoreError> {
    let rows = sqlx::query(DECISIONS).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| super::decision::read(holder, row)).collect()
}

/// A leaf of the log.
pub async fn leaf(c: &mut Conn, id: LogLeafId) -> Result<Option<HeldLeaf>, StoreError> {
    let row: Option<(Vec<u8>, Option<Vec<u8>>)> =
        sqlx::query_as(LEAF).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    Ok(row.map(|(commitment, salt)| HeldLeaf { commitment, salt }))
}

/// The passes of `holder`, the newest first.
pub async fn passes(c: &mut Conn, holder: HolderId) -> Result<Vec<HeldPass>, StoreError> {
    type Row = (i64, String, i64, i64, Option<i64>, Option<String>, bool);
    let rows: Vec<Row> = sqlx::query_as(PASSES).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    let pass = |(id, kind, issued_at, expires_at, withdrawn_at, withdrawn_for, ahead): Row| {
        let wrong = |column| StoreError::inconsistent("pass", column, id);
        let why =
            withdrawn_for.map(|why| WithdrawnFor::from_name(&why).ok_or_else(|| wrong("withdrawn_for")));
        Ok(HeldPass {
            kind: PassKind::from_name(&kind).ok_or_else(|| wrong("kind"))?,
            issued_at: Timestamp::from_micros(issued_at),
            expires_at: Timestamp::from_micros(expires_at),
            withdrawn: withdrawn_at.map(Timestamp::from_micros).zip(why.transpose()?),
            ahead,
        })
    };
    rows.into_iter().map(pass).collect()
}

/// The notices to `holder`, the newest first.
pub async fn notices(c: &mut Conn, holder: HolderId) -> Result<Vec<HeldNotice>, StoreError> {
    type Row = (i64, String, i64, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(NOTICES).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    let notice = |(id, kind, at, seen_at): Row| {
        let kind = NoticeKind::from_name(&kind);
        Ok(HeldNotice {
            kind: kind.ok_or_else(|| StoreError::inconsistent("notice", "kind", id))?,
            at: Timestamp::from_micros(at),
            seen_at: seen_at.map(Timestamp::from_micros),
        })
    };
    rows.into_iter().map(notice).collect()
}

/// The phones that show the code of `holder`, and `device` itself.
pub async fn phones(
    c: &mut Conn,
    holder: Option<HolderId>,
    device: DeviceSessionId,
) -> Result<Vec<HeldPhone>, StoreError> {
    type Row = (i64, i64, Option<i64>, Option<Vec<u8>>);
    let query = sqlx::query_as(PHONES).bind(holder.map(Id::as_i64)).bind(device.as_i64());
    let rows: Vec<Row> = query.fetch_all(c.raw()).await?;
    let phone = |(id, since, offline, sealed): Row| {
        let companion: Option<Companion> =
            sealed.map(|sealed| c.sealer().open(COMPANION(id), &sealed)).transpose()?;
        Ok(HeldPhone {
            since: Timestamp::from_micros(since),
            offline_until: offline.map(Timestamp::from_micros),
            companion,
        })
    };
    rows.into_iter().map(phone).collect()
}

/// Who opened an object, the newest first, at most `limit`.
pub async fn accesses(
    c: &mut Conn,
    object_kind: &str,
    object: i64,
    limit: i64,
) -> Result<Vec<HeldAccess>, StoreError> {
    let query = sqlx::query_as(ACCESSES).bind(object_kind.to_owned()).bind(object).bind(limit);
    let rows: Vec<(String, i64, String, String)> = query.fetch_all(c.raw()).await?;
    let access = |(unit, at, action, object_kind)| HeldAccess {
        unit,
        at: Timestamp::from_micros(at),
        action,
        object_kind,
    };
    Ok(rows.into_iter().map(access).collect())
}
