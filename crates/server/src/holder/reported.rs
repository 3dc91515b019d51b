//! What inspectors reported about a holder and officers confirmed, as it is shown to the holder: units, never people, and
//! nothing of what officers wrote.

use serde::Serialize;
use store::rows::report::{EvidenceRow, ReportRow};
use store::{StoreError, Tx, call};

use super::data::Timed;

/// A report of an abnormal temperature, without what officers wrote about it.
#[derive(Serialize)]
pub struct Report {
    /// When it came in.
    pub received_at: Timed,
    /// The checkpoint.
    pub checkpoint: String,
    /// The inspector's unit.
    pub unit: String,
    /// The readings, in tenths of a degree Celsius.
    pub readings: Vec<domain::report::Reading>,
    /// From when on a temperature was abnormal then, in tenths of a degree Celsius.
    pub threshold: u16,
    /// What the inspector did.
    pub action: &'static str,
    /// How far it is.
    pub stage: &'static str,
    /// What became of it.
    pub outcome: Option<&'static str>,
    /// What happened to it.
    pub events: Vec<ReportHappened>,
}

/// Something that happened to a report.
#[derive(Serialize)]
pub struct ReportHappened {
    /// What.
    pub what: &'static str,
    /// The unit that did it, if one did.
    pub unit: Option<String>,
    /// When.
    pub at: Timed,
}

/// A temperature that a health officer confirmed.
#[derive(Serialize)]
pub struct Evidence {
    /// What kind of fact it is.
    pub kind: &'static str,
    /// Tenths of a degree Celsius.
    pub tenths: u16,
    /// Where it was taken.
    pub site: &'static str,
    /// When it was so.
    pub observed_at: Timed,
    /// When it was confirmed.
    pub added_at: Timed,
}

/// A report as it is shown.
pub async fn report(tx: &mut Tx, row: ReportRow) -> Result<Report, StoreError> {
    let events = call!(tx, report::events(row.id))?;
    let happened = |event: store::rows::report::ReportHappened| ReportHappened {
        what: event.kind.as_str(),
        unit: event.unit,
        at: Timed(event.at),
    };
    Ok(Report {
        received_at: Timed(row.received_at),
        checkpoint: row.place.name,
        unit: row.unit,
        readings: row.report.readings,
        threshold: row.report.threshold,
        action: row.report.action.as_str(),
        stage: row.stage.as_str(),
        outcome: row.done.map(|(_, outcome)| outcome.as_str()),
        events: events.into_iter().map(happened).collect(),
    })
}

/// A piece of evidence as it is shown.
pub fn evidence(row: &EvidenceRow) -> Evidence {
    Evidence {
        kind: row.kind.as_str(),
        tenths: row.detail.tenths,
        site: row.detail.site.as_str(),
        observed_at: Timed(row.observed_at),
        added_at: Timed(row.added_at),
    }
}
