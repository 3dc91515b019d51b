//! What inspectors reported about a holder, and what their colour rests on, as it is shown to the holder: units, never
//! people, and nothing of what officers wrote to each other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use store::rows::appeal::{AppealPhoto, AppealRow};
use store::rows::evidence::{EvidenceRow, ProposalRow, Stated};
use store::rows::report::ReportRow;
use store::{StoreError, Tx, call};

use super::data::{Photo, Timed};

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

/// A dated fact that the colour may rest on.
#[derive(Serialize)]
pub struct Evidence {
    /// What it says: its kind, and the members of its kind.
    #[serde(flatten)]
    pub fact: domain::colour::Fact,
    /// Where it stands in writing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The unit that stated or confirmed it.
    pub unit: Option<String>,
    /// When it was so.
    pub observed_at: Timed,
    /// Until when it counts, where that was stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timed>,
    /// Since when it counts.
    pub added_at: Timed,
    /// Since when it counts no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_at: Option<Timed>,
    /// As pages say it.
    #[serde(skip)]
    pub stated: Stated,
}

/// What an office proposed: nothing of it counts unless it was confirmed.
#[derive(Serialize)]
pub struct Proposal {
    /// What it says: its kind, and the members of its kind.
    #[serde(flatten)]
    pub fact: domain::colour::Fact,
    /// Whether it is to be taken back.
    pub taken_back: bool,
    /// Where it stands in writing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When it was so.
    pub observed_at: Timed,
    /// Until when it is to count, where that was stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timed>,
    /// The unit that proposed it.
    pub unit: String,
    /// When.
    pub proposed_at: Timed,
    /// `alone`, `waiting`, `confirmed`, `refused` or `recalled`.
    pub stage: &'static str,
    /// The unit that decided, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<(String, Timed)>,
    /// As pages say it.
    #[serde(skip)]
    pub stated: Stated,
}

/// An appeal against a colour.
#[derive(Serialize)]
pub struct Appeal {
    /// `county` or `city`: who was asked.
    pub level: &'static str,
    /// When it was filed.
    pub filed_at: Timed,
    /// Until when it was to be answered.
    pub due_at: Timed,
    /// What was said.
    pub statement: String,
    /// The photos, as JPEG in base64.
    pub photos: Vec<Photo>,
    /// `waiting`, `stands`, `corrected`, `changed` or `withdrawn`.
    pub stage: &'static str,
    /// What was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// The unit that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// When it was answered or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timed>,
}

/// An appeal as it is shown: with the unit, never the person, that answered.
pub async fn appeal(tx: &mut Tx, row: AppealRow) -> Result<Appeal, StoreError> {
    let photos = call!(tx, appeal::photos(row.id))?;
    let photo = |one: &AppealPhoto| Photo { at: Timed(one.at), jpeg: STANDARD.encode(&*one.image) };
    Ok(Appeal {
        level: row.level.as_str(),
        filed_at: Timed(row.filed_at),
        due_at: Timed(row.due_at),
        statement: row.statement,
        photos: photos.iter().map(photo).collect(),
        stage: row.stage.as_str(),
        answer: row.answer,
        unit: row.by.map(|did| did.unit_name),
        ended_at: row.ended_at.map(Timed),
    })
}

/// A proposal as it is shown.
pub fn proposal(row: ProposalRow) -> Proposal {
    Proposal {
        fact: row.stated.fact.clone(),
        taken_back: row.taken_back.is_some(),
        reference: row.stated.reference.clone(),
        observed_at: Timed(row.stated.at),
        until: row.stated.until.map(Timed),
        unit: row.proposed.unit_name,
        proposed_at: Timed(row.proposed.at),
        stage: row.stage.as_str(),
        decided: row.decided.map(|did| (did.unit_name, Timed(did.at))),
        stated: row.stated,
    }
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

/// A piece of evidence as it is shown: with the unit, never the person, who stated it.
pub async fn evidence(tx: &mut Tx, row: EvidenceRow) -> Result<Evidence, StoreError> {
    Ok(Evidence {
        unit: call!(tx, evidence::unit_name(row.by.1))?,
        fact: row.stated.fact.clone(),
        reference: row.stated.reference.clone(),
        observed_at: Timed(row.stated.at),
        until: row.stated.until.map(Timed),
        added_at: Timed(row.added_at),
        superseded_at: row.superseded.map(Timed),
        stated: row.stated,
    })
}
