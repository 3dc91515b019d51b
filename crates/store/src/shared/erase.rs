//! Forgetting people: one application, one holder, and whatever has been kept for long enough.
//!
//! The decision that matters: what must outlive a person here says nothing of them any more. Their passes keep
//! their places in the status lists until they would have ended, so that they stay withdrawn; the leaves of the log
//! stay, without the salts that could prove what they were about; the record of accesses keeps ids that lead nowhere.

use domain::id::kind::{ApplicationId, HolderId, LogLeafId};
use domain::{Id, Timestamp};

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::held::Overtaken;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    LEAF_OF,
    SALTS_OF_APPLICATION,
    SALTS_OF_HOLDER,
    OVERTAKEN,
    FORGET_DECISION,
    ENDED_APPLICATIONS,
    LEFT_APPLICATIONS,
    UNUSED_HOLDERS,
    USED,
    ERASED,
    FORGET_HOLDERS_DECISIONS,
    FORGET_HOLDERS,
    OLD_DECLARATIONS,
    OLD_PHOTOS,
    OLD_NOTICES,
    OLD_ATTEMPTS,
    OLD_HEALTH_CHANGES,
    OLD_ACCESSES,
    OLD_PHONES,
    OLD_PLACES,
    OLD_REPORTS,
    OLD_TEMPERATURE_EVENTS,
    OLD_TEMPERATURES,
    OLD_EVIDENCE,
];

/// A leaf is about an application.
pub const LEAF_OF: &str = "INSERT INTO application_leaf (application_id, leaf_id) VALUES ($1, $2)";

/// Destroys the salts of the leaves about an application.
pub const SALTS_OF_APPLICATION: &str = "\
    UPDATE log_leaf SET salt = NULL WHERE id IN (SELECT leaf_id FROM application_leaf WHERE application_id = $1)";

/// Destroys the salts of the decisions about a holder, and of the answers to their appeals.
pub const SALTS_OF_HOLDER: &str = "UPDATE log_leaf SET salt = NULL WHERE id IN (SELECT leaf_id FROM decision WHERE holder_id = $1 \
     UNION SELECT leaf_id FROM appeal WHERE holder_id = $1)";

/// What stands of an application, in the order in which it can go. `$1` is the application.
pub const APPLICATION: &[&str] = &[
    "DELETE FROM application_leaf WHERE application_id = $1",
    "DELETE FROM application_candidate WHERE application_id = $1",
    "DELETE FROM rematch WHERE application_id = $1",
    "DELETE FROM photo WHERE application_id = $1",
    "DELETE FROM guardian_consent WHERE application_id = $1",
    "DELETE FROM desk_visit WHERE application_id = $1",
    "DELETE FROM contact WHERE application_id = $1",
    "DELETE FROM contact_code WHERE application_id = $1",
    "DELETE FROM outbox WHERE application_id = $1",
    "DELETE FROM recovery WHERE application_id = $1",
    "DELETE FROM application_event WHERE application_id = $1",
    "DELETE FROM declaration WHERE application_id = $1",
    "UPDATE device_session SET application_id = NULL, draft = NULL, recovery_code = NULL, recovery_until = NULL \
     WHERE application_id = $1",
    "DELETE FROM application WHERE id = $1",
];

/// What stands of a holder beside their applications. `$1` is the holder. Decisions that passes still refer to stay
/// without their content until these have ended.
pub const HOLDER: &[&str] = &[
    "DELETE FROM told WHERE (kind = 'pass_ending' AND about IN (SELECT id FROM pass WHERE holder_id = $1)) \
       OR (kind = 'colour_ending' AND about IN (SELECT id FROM decision WHERE holder_id = $1)) \
       OR (kind = 'code_ending' AND about = $1)",
    "DELETE FROM appeal_photo WHERE appeal_id IN (SELECT id FROM appeal WHERE holder_id = $1)",
    "DELETE FROM appeal WHERE holder_id = $1",
    "DELETE FROM evidence WHERE holder_id = $1",
    "DELETE FROM evidence_proposal WHERE holder_id = $1",
    "DELETE FROM colour_due WHERE holder_id = $1",
    "DELETE FROM visit_task WHERE holder_id = $1",
    // What inspectors reported is the health authority's; it leads to nobody any more.
    "UPDATE temperature_report SET holder_id = NULL, version = version + 1, feed = NULL WHERE holder_id = $1",
    "DELETE FROM declaration WHERE holder_id = $1",
    "DELETE FROM health_change WHERE holder_id = $1",
    "DELETE FROM trip WHERE holder_id = $1",
    "DELETE FROM partner_grant WHERE holder_id = $1 \
     OR device_session_id IN (SELECT id FROM device_session WHERE device_session.holder_id = $1)",
    "DELETE FROM notice WHERE holder_id = $1",
    "DELETE FROM holder_document WHERE holder_id = $1",
    "UPDATE decision SET colour = 'none', reasons = '[]', declaration_id = NULL, since_at = NULL, until_at = NULL, \
       fired = NULL, unit_id = NULL WHERE holder_id = $1",
    "DELETE FROM short_code WHERE pass_id IN (SELECT id FROM pass WHERE holder_id = $1)",
    "UPDATE pass SET signed = $2, device_key = NULL WHERE holder_id = $1",
    // Their place on another person's phone says what they are called there.
    "DELETE FROM guardian_consent WHERE application_id IS NULL AND device_session_id IN \
       (SELECT id FROM device_session WHERE holder_id = $1 AND guardian_id IS NOT NULL)",
    "DELETE FROM device_session WHERE holder_id = $1 AND guardian_id IS NOT NULL",
    "UPDATE device_session SET holder_id = NULL, application_id = NULL, draft = NULL, recovery_code = NULL, \
     recovery_until = NULL, offline_until = NULL WHERE holder_id = $1",
];

/// Decisions made before a time that a newer one has overtaken, that no pass shows, and that no appeal is about.
pub const OVERTAKEN: &str = "\
    SELECT decision.id, decision.leaf_id FROM decision WHERE decision.decided_at < $1 \
      AND EXISTS (SELECT 1 FROM decision AS newer \
                  WHERE newer.holder_id = decision.holder_id AND newer.id > decision.id) \
      AND NOT EXISTS (SELECT 1 FROM pass WHERE pass.decision_id = decision.id) \
      AND NOT EXISTS (SELECT 1 FROM appeal WHERE appeal.decision_id = decision.id) \
    ORDER BY decision.id LIMIT $2";

/// Forgets a decision.
pub const FORGET_DECISION: &str = "DELETE FROM decision WHERE id = $1";

/// Applications that ended in nothing before a time.
pub const ENDED_APPLICATIONS: &str = "\
    SELECT id FROM application WHERE stage IN ('refused', 'withdrawn') AND decided_at < $1 ORDER BY id LIMIT $2";

/// Applications that wait for their applicant, or for a filing, and were sent before a time.
pub const LEFT_APPLICATIONS: &str = "\
    SELECT id FROM application WHERE stage IN ('waiting', 'needs_information') AND sent_at < $1 \
    ORDER BY id LIMIT $2";

/// Holders who were given no pass since a time, and hold none that is good.
pub const UNUSED_HOLDERS: &str = "\
    SELECT id FROM holder WHERE COALESCE(used_at, created_at) < $1 AND erased_at IS NULL \
      AND NOT EXISTS (SELECT 1 FROM pass WHERE pass.holder_id = holder.id AND pass.expires_at > $1) \
    ORDER BY id LIMIT $2";

/// A pass was issued.
pub const USED: &str = "UPDATE holder SET used_at = $2 WHERE id = $1";

/// The holder was erased.
pub const ERASED: &str = "UPDATE holder SET erased_at = $2 WHERE id = $1";

/// The decisions of erased holders whose passes have all gone.
pub const FORGET_HOLDERS_DECISIONS: &str = "\
    DELETE FROM decision WHERE holder_id IN (SELECT id FROM holder WHERE erased_at IS NOT NULL) \
      AND NOT EXISTS (SELECT 1 FROM pass WHERE pass.holder_id = decision.holder_id)";

/// The rows of erased holders whose passes have all gone.
pub const FORGET_HOLDERS: &str = "\
    DELETE FROM holder WHERE erased_at IS NOT NULL \
      AND NOT EXISTS (SELECT 1 FROM pass WHERE pass.holder_id = holder.id)";

/// Declarations made before a time that a newer one has overtaken.
pub const OLD_DECLARATIONS: &str = "\
    DELETE FROM declaration WHERE made_at < $1 AND holder_id IS NOT NULL \
      AND EXISTS (SELECT 1 FROM declaration AS newer \
                  WHERE newer.holder_id = declaration.holder_id AND newer.id > declaration.id)";

/// Photos sent before a time.
pub const OLD_PHOTOS: &str = "DELETE FROM photo WHERE created_at < $1";

/// Notices read before a time, or written before another.
pub const OLD_NOTICES: &str = "DELETE FROM notice WHERE seen_at < $1 OR at < $2";

/// Attempts of days before one.
pub const OLD_ATTEMPTS: &str = "DELETE FROM attempt WHERE day < $1";

/// Days before one on which was declared.
pub const OLD_HEALTH_CHANGES: &str = "DELETE FROM health_change WHERE day < $1";

/// Accesses before a time.
pub const OLD_ACCESSES: &str = "DELETE FROM access_record WHERE at < $1";

/// Phones that hold nothing, for nobody, and were last written to before a time.
pub const OLD_PHONES: &str = "\
    DELETE FROM device_session WHERE application_id IS NULL AND holder_id IS NULL AND draft IS NULL \
      AND seen_at < $1 AND (moved_at IS NULL OR moved_at < $1) AND guardian_id IS NULL \
      AND NOT EXISTS (SELECT 1 FROM device_session AS companion WHERE companion.guardian_id = device_session.id)";

/// Places of companions that hold nothing, and were last written to before a time: they say what somebody is called.
pub const OLD_PLACES: &str = "\
    DELETE FROM device_session WHERE application_id IS NULL AND holder_id IS NULL AND draft IS NULL \
      AND seen_at < $1 AND (moved_at IS NULL OR moved_at < $1) AND guardian_id IS NOT NULL";

/// Reports of imports that ended before a time: they hold rows as they were typed.
pub const OLD_REPORTS: &str = "UPDATE import_batch SET report = NULL WHERE report IS NOT NULL AND updated_at < $1 AND state <> 'running'";

/// What happened to reports of temperatures that were done before a time, or came in and were never done.
pub const OLD_TEMPERATURE_EVENTS: &str = "\
    DELETE FROM report_event WHERE report_id IN \
      (SELECT id FROM temperature_report WHERE COALESCE(done_at, received_at) < $1)";

/// Those reports.
pub const OLD_TEMPERATURES: &str = "DELETE FROM temperature_report WHERE COALESCE(done_at, received_at) < $1";

/// Evidence that was added before a time, if it counts no more; or if there is nothing newer about its holder and their
/// colour is green: all of it goes together, and no colour changes because a part of what it rests on went.
pub const OLD_EVIDENCE: &str = "\
    DELETE FROM evidence WHERE added_at < $1 AND (superseded_at < $1 OR (superseded_at IS NULL \
      AND NOT EXISTS (SELECT 1 FROM evidence AS newer \
                  WHERE newer.holder_id = evidence.holder_id AND newer.added_at >= $1) \
      AND 'green' = (SELECT colour FROM decision WHERE decision.holder_id = evidence.holder_id \
                     ORDER BY decision.id DESC LIMIT 1)))";

/// Notes that a leaf is about an application.
pub async fn leaf_of(c: &mut Conn, application: ApplicationId, leaf: LogLeafId) -> Result<(), StoreError> {
    sqlx::query(LEAF_OF).bind(application.as_i64()).bind(leaf.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Notes that `holder` was given a pass.
pub async fn used(c: &mut Conn, holder: HolderId, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(USED).bind(holder.as_i64()).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Erases an application and everything that stands of it.
pub async fn application(c: &mut Conn, id: ApplicationId) -> Result<(), StoreError> {
    for statement in [SALTS_OF_APPLICATION].iter().chain(APPLICATION) {
        sqlx::query(*statement).bind(id.as_i64()).execute(c.raw()).await?;
    }
    Ok(())
}

/// Erases a holder and everything that stands of them but their applications. Their passes are withdrawn before.
pub async fn holder(c: &mut Conn, id: HolderId, now: Timestamp) -> Result<(), StoreError> {
    for statement in [SALTS_OF_HOLDER].iter().chain(HOLDER) {
        let query = sqlx::query(*statement).bind(id.as_i64());
        let query = if statement.contains("$2") { query.bind(Vec::<u8>::new()) } else { query };
        query.execute(c.raw()).await?;
    }
    sqlx::query(ERASED).bind(id.as_i64()).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Forgets up to `limit` decisions from before `before` that newer ones have overtaken; destroys the salts of their
/// leaves. Gives how many.
pub async fn overtaken(c: &mut Conn, before: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let query = sqlx::query_as(OVERTAKEN).bind(before.micros()).bind(limit);
    let rows: Vec<(i64, i64)> = query.fetch_all(c.raw()).await?;
    let rows: Vec<Overtaken> = rows
        .into_iter()
        .map(|(id, leaf)| Overtaken { id: Id::from_i64(id), leaf: Id::from_i64(leaf) })
        .collect();
    for row in &rows {
        super::log::erase(c, row.leaf).await?;
        sqlx::query(FORGET_DECISION).bind(row.id.as_i64()).execute(c.raw()).await?;
    }
    Ok(rows.len())
}

/// Applications that ended in nothing before `ended`, and those that nobody came back to since `left`.
pub async fn applications(
    c: &mut Conn,
    ended: Timestamp,
    left: Timestamp,
    limit: i64,
) -> Result<Vec<ApplicationId>, StoreError> {
    let mut all = Vec::new();
    for (statement, before) in [(ENDED_APPLICATIONS, ended), (LEFT_APPLICATIONS, left)] {
        let query = sqlx::query_scalar::<_, i64>(statement).bind(before.micros()).bind(limit);
        all.extend(query.fetch_all(c.raw()).await?.into_iter().map(ApplicationId::from_i64));
    }
    Ok(all)
}

/// Holders who were given no pass since `since`.
pub async fn unused(c: &mut Conn, since: Timestamp, limit: i64) -> Result<Vec<HolderId>, StoreError> {
    let query = sqlx::query_scalar::<_, i64>(UNUSED_HOLDERS).bind(since.micros()).bind(limit);
    Ok(query.fetch_all(c.raw()).await?.into_iter().map(HolderId::from_i64).collect())
}

/// Forgets the rows of erased holders whose passes have all gone.
pub async fn remainders(c: &mut Conn) -> Result<u64, StoreError> {
    sqlx::query(FORGET_HOLDERS_DECISIONS).execute(c.raw()).await?;
    Ok(sqlx::query(FORGET_HOLDERS).execute(c.raw()).await?.rows_affected())
}

/// Forgets declarations from before `before` that newer ones have overtaken.
pub async fn declarations(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(OLD_DECLARATIONS).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

/// Forgets photos sent before `before`.
pub async fn photos(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(OLD_PHOTOS).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

/// Forgets notices that were read before `read`, and unread ones from before `written`.
pub async fn notices(c: &mut Conn, read: Timestamp, written: Timestamp) -> Result<u64, StoreError> {
    let query = sqlx::query(OLD_NOTICES).bind(read.micros()).bind(written.micros());
    Ok(query.execute(c.raw()).await?.rows_affected())
}

/// Forgets how often was applied and declared on days before `day` (days since 1970, Asia/Shanghai).
pub async fn days(c: &mut Conn, day: i64) -> Result<u64, StoreError> {
    let attempts = sqlx::query(OLD_ATTEMPTS).bind(day).execute(c.raw()).await?.rows_affected();
    Ok(attempts + sqlx::query(OLD_HEALTH_CHANGES).bind(day).execute(c.raw()).await?.rows_affected())
}

/// Forgets accesses from before `before`.
pub async fn accesses(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(OLD_ACCESSES).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

/// Forgets phones, and places of companions on phones, that hold nothing since `since`.
pub async fn phones(c: &mut Conn, since: Timestamp) -> Result<u64, StoreError> {
    let places = sqlx::query(OLD_PLACES).bind(since.micros()).execute(c.raw()).await?.rows_affected();
    Ok(places + sqlx::query(OLD_PHONES).bind(since.micros()).execute(c.raw()).await?.rows_affected())
}

/// Forgets the reports of imports that ended before `before`.
pub async fn reports(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(OLD_REPORTS).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

/// Forgets reports of temperatures that were done before `done`, or came in before it and were never done.
pub async fn temperatures(c: &mut Conn, done: Timestamp) -> Result<u64, StoreError> {
    sqlx::query(OLD_TEMPERATURE_EVENTS).bind(done.micros()).execute(c.raw()).await?;
    Ok(sqlx::query(OLD_TEMPERATURES).bind(done.micros()).execute(c.raw()).await?.rows_affected())
}

/// Forgets evidence that was added before `before` and on which no colour rests.
pub async fn evidence(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(OLD_EVIDENCE).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}
