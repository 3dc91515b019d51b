//! The API of the health authority's own system: what was reported, and what became of it.
//!
//! The decision that matters: no answer names anybody. `holder` is the same for two reports about one person, and
//! leads to a name only at the desk, where opening it is recorded by officer.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use domain::Timestamp;
use domain::report::{Shown, Subject};
use serde::{Deserialize, Serialize};
use store::rows::report::{FedReport, ReportRow};
use utoipa::ToSchema;

use super::export;
use crate::App;
use crate::filing::api::ProblemBody;
use crate::http::session::Client;
use crate::http::{Failure, Kind};

/// What the address says.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    after: String,
}

/// Reports in the order in which they changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportsBody {
    /// At most 200.
    reports: Vec<ReportBody>,
    /// The cursor to ask with next time. Where no report is given, it is the one that was sent.
    #[schema(example = "4711")]
    next: String,
    /// Whether there is more to ask for at once.
    more: bool,
}

/// One report as it stands. Times are RFC 3339 in UTC.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportBody {
    /// Its id, 16 hexadecimal digits.
    id: String,
    /// Rises with each change: the highest counts.
    version: i64,
    /// `open`, `taken`, `acknowledged` or `done`.
    stage: &'static str,
    /// `closed`, `followed_up` or `case`, once it is done.
    outcome: Option<&'static str>,
    /// When the last reading was taken.
    taken_at: String,
    /// When it came in.
    received_at: String,
    /// When it is to be acknowledged.
    due_at: String,
    /// When it was found that nobody had acknowledged it in time.
    escalated_at: Option<String>,
    /// When it was acknowledged.
    acknowledged_at: Option<String>,
    /// When it was done.
    done_at: Option<String>,
    /// When a health officer confirmed it as evidence.
    confirmed_at: Option<String>,
    /// Where it was made.
    checkpoint: CheckpointBody,
    /// The inspector's unit.
    unit: String,
    /// One or two readings; the last one counts.
    readings: Vec<ReadingBody>,
    /// The threshold then, in tenths of a degree Celsius.
    threshold: u16,
    /// What the inspector did: `fever_clinic`, `refused` or `released`.
    action: &'static str,
    /// The verdict on the code before the temperature, where there was one.
    verdict: Option<String>,
    /// Whose temperature it was.
    subject: SubjectBody,
    /// The same for all reports about one holder of a code; names nobody. None where no holder is known, or any more.
    holder: Option<String>,
    /// Whether it came in a file, from a device that is withdrawn.
    from_withdrawn_device: bool,
}

/// A checkpoint.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointBody {
    /// Its id, 16 hexadecimal digits.
    id: String,
    /// Its name.
    name: String,
    /// Where it is.
    place: String,
    /// `road`, `station`, `port` or `building`.
    kind: &'static str,
}

/// One reading.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadingBody {
    /// Tenths of a degree Celsius.
    tenths: u16,
    /// `forehead`, `ear` or `armpit`.
    site: &'static str,
    /// When.
    at: String,
}

/// What the person showed.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct SubjectBody {
    /// `pass`, `national`, `foreign`, `document` or `nobody`.
    kind: &'static str,
    /// The kind of document, where the inspector took it down.
    document: Option<&'static str>,
    /// The last characters of its number, where the inspector took them down.
    last_four: Option<String>,
}

impl From<FedReport> for ReportBody {
    fn from(FedReport { row, .. }: FedReport) -> Self {
        let ReportRow { report, place, .. } = row;
        let (done_at, outcome) = row.done.unzip();
        Self {
            id: row.id.to_string(),
            version: row.version,
            stage: row.stage.as_str(),
            outcome: outcome.map(domain::report::ReportOutcome::as_str),
            taken_at: row.taken_at.to_string(),
            received_at: row.received_at.to_string(),
            due_at: row.due_at.to_string(),
            escalated_at: row.escalated_at.map(text),
            acknowledged_at: row.acknowledged_at.map(text),
            done_at: done_at.map(text),
            confirmed_at: row.confirmed_at.map(text),
            checkpoint: CheckpointBody {
                id: place.checkpoint.to_string(),
                name: place.name,
                place: place.place,
                kind: place.kind.as_str(),
            },
            unit: row.unit,
            readings: report.readings.iter().map(reading).collect(),
            threshold: report.threshold,
            action: report.action.as_str(),
            verdict: report.verdict,
            subject: subject(report.subject),
            holder: row.holder.map(|holder| holder.to_string()),
            from_withdrawn_device: row.exported,
        }
    }
}

fn text(at: Timestamp) -> String {
    at.to_string()
}

fn reading(one: &domain::report::Reading) -> ReadingBody {
    ReadingBody {
        tenths: one.tenths,
        site: one.site.as_str(),
        at: Timestamp::from_seconds(one.at).to_string(),
    }
}

fn subject(subject: Subject) -> SubjectBody {
    let shown = |kind, shown: Shown| SubjectBody {
        kind,
        document: shown.document.map(domain::report::ShownDocument::as_str),
        last_four: shown.last_four,
    };
    match subject {
        Subject::Pass { .. } => SubjectBody { kind: "pass", ..SubjectBody::default() },
        Subject::National(it) => shown("national", it),
        Subject::Foreign { shown: it, .. } => shown("foreign", it),
        Subject::Document(it) => shown("document", it),
        Subject::Nobody => SubjectBody { kind: "nobody", ..SubjectBody::default() },
    }
}

/// Gives reports of abnormal temperatures
///
/// At most 200, in the order in which they changed, from after the cursor on. Keep `next`, and ask with it the next
/// time: no report and no change of one is left out or given twice. A report that has changed since comes again, with
/// a higher `version`. A cursor beyond the newest is refused: it is another database's, or from before a restore. Then
/// begin without one. What was given stays where it is: a report that is deleted here, 90 days after it was done, is
/// not called back.
#[utoipa::path(
    get, path = "/api/v1/reports", tag = "health", security(("client" = [])),
    params(("after" = Option<String>, Query, description = "The cursor of the last answer; none the first time")),
    responses(
        (status = 200, description = "Reports", body = ReportsBody),
        (status = 401, description = "No token of a client that may read reports", body = ProblemBody),
        (status = 422, description = "The cursor is none of ours", body = ProblemBody)
    )
)]
pub async fn reports(
    State(app): State<App>,
    client: Client,
    Query(Asked { after }): Query<Asked>,
) -> Result<Response, Failure> {
    let wrong = || Failure::of(Kind::INVALID).because("after: the cursor of an earlier answer, or nothing");
    let after: i64 = match after.as_str() {
        "" => 0,
        given => given.parse().ok().filter(|place| *place >= 0).ok_or_else(wrong)?,
    };
    let reports = export::after(&app, &client, after).await?.ok_or_else(wrong)?;
    let body = ReportsBody {
        next: reports.last().map_or(after, |last| last.feed).to_string(),
        more: i64::try_from(reports.len()) == Ok(export::PAGE),
        reports: reports.into_iter().map(ReportBody::from).collect(),
    };
    Ok(axum::Json(body).into_response())
}
