//! Rows of evidence: what counts, what somebody of another unit is still to look at, and the stops of units.

use domain::Timestamp;
use domain::colour::{Evidence, EvidenceKind, EvidenceSource, Fact};
use domain::id::kind::{
    EvidenceId, EvidenceProposalId, EvidenceStopId, HolderId, StaffId, TemperatureReportId, UnitId,
};
use domain::report::Site;
use serde::{Deserialize, Serialize};

use super::named;
use super::visit_case::Did;
use crate::Place;

/// What evidence says, and what it rests on. Personal: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Stated {
    /// What it says.
    pub fact: Fact,
    /// What its source calls it, such as the number of a case or of a laboratory's report.
    pub reference: Option<String>,
    /// Of a temperature: from when on it was abnormal then, in tenths of a degree Celsius.
    pub threshold: Option<u16>,
    /// Where it comes from.
    pub source: EvidenceSource,
    /// When it was so.
    pub at: Timestamp,
    /// Until before when it counts, where that was stated.
    pub until: Option<Timestamp>,
}

/// A dated fact about a holder, that their colour may rest on. Never edited. Personal: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct EvidenceRow {
    /// Its row.
    pub id: EvidenceId,
    /// About whom.
    pub holder: HolderId,
    /// What it comes from.
    pub origin: Origin,
    /// What it says.
    pub stated: Stated,
    /// When it was added.
    pub added_at: Timestamp,
    /// By whom, and of which unit. A machine client stands there under its own id, which no member of staff has.
    pub by: (StaffId, UnitId),
    /// Since when it counts no more.
    pub superseded: Option<Timestamp>,
}

/// What evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A report of a temperature.
    Report(TemperatureReportId),
    /// What an officer stated.
    Proposal(EvidenceProposalId),
}

impl EvidenceRow {
    /// As rules are given it.
    pub fn as_evidence(&self) -> Evidence {
        self.stated.as_evidence(self.id)
    }
}

impl Stated {
    /// As rules are given it, under this id.
    pub fn as_evidence(&self, id: EvidenceId) -> Evidence {
        Evidence {
            id,
            source: self.source,
            reference: self.reference.clone(),
            at: self.at,
            from: None,
            until: self.until,
            fact: self.fact.clone(),
        }
    }

    /// Its kind.
    pub const fn kind(&self) -> EvidenceKind {
        self.fact.kind()
    }
}

named! {
    /// How far a proposal is.
    ProposalStage {
        /// It needed nobody else, and counts.
        Alone = "alone",
        /// Nobody has looked at it.
        Waiting = "waiting",
        /// Somebody of another unit has confirmed it: it counts.
        Confirmed = "confirmed",
        /// Somebody of another unit has refused it.
        Refused = "refused",
        /// Its own unit has recalled it.
        Recalled = "recalled",
    }
}

/// What an officer states about a holder, or takes back.
#[derive(Clone, PartialEq, Eq)]
pub struct NewProposal {
    /// Its row.
    pub id: EvidenceProposalId,
    /// About whom.
    pub holder: HolderId,
    /// What is taken back; none where something is added.
    pub taken_back: Option<EvidenceId>,
    /// What is stated, or was.
    pub stated: Stated,
    /// Why, for whoever looks at it.
    pub note: String,
    /// [`ProposalStage::Alone`] or [`ProposalStage::Waiting`].
    pub stage: ProposalStage,
    /// When.
    pub at: Timestamp,
    /// By whom, and of which unit. A machine client stands there under its own id, which no member of staff has.
    pub by: (StaffId, UnitId),
}

impl NewProposal {
    /// The id of the evidence that comes of it.
    pub const fn evidence(&self) -> EvidenceId {
        EvidenceId::from_i64(self.id.as_i64())
    }
}

/// A proposal as it stands. Personal: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ProposalRow {
    /// Its row.
    pub id: EvidenceProposalId,
    /// About whom.
    pub holder: HolderId,
    /// What is taken back; none where something is added.
    pub taken_back: Option<EvidenceId>,
    /// What is stated, or was.
    pub stated: Stated,
    /// Why.
    pub note: String,
    /// How far it is.
    pub stage: ProposalStage,
    /// Who proposed it: an officer, or a machine client.
    pub proposed: Did,
    /// Who decided, or recalled it.
    pub decided: Option<Did>,
}

named! {
    /// Why a unit was stopped.
    StopReason {
        /// Too many changes within an hour.
        Hour = "hour",
        /// Far more than on its usual day.
        Day = "day",
    }
}

/// A stop of a unit's evidence that makes colours worse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopRow {
    /// Its row.
    pub id: EvidenceStopId,
    /// Which unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Why.
    pub reason: StopReason,
    /// How many changes there were then.
    pub changes: i64,
    /// When.
    pub made_at: Timestamp,
    /// Who of another unit looked and lifted it.
    pub lifted: Option<Did>,
    /// What they found.
    pub note: Option<String>,
}

/// What is sealed of evidence.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Detail {
    /// As it is written.
    Now {
        fact: Fact,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        threshold: Option<u16>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// As temperatures were before there was other evidence.
    Temperature { tenths: u16, site: Site, threshold: u16 },
}

impl Detail {
    pub(crate) fn of(stated: &Stated, note: &str) -> Self {
        Self::Now {
            fact: stated.fact.clone(),
            reference: stated.reference.clone(),
            threshold: stated.threshold,
            note: note.to_owned(),
        }
    }

    /// What it says, reference, threshold, note.
    pub(crate) fn parts(self) -> (Fact, Option<String>, Option<u16>, String) {
        match self {
            Self::Now { fact, reference, threshold, note } => (fact, reference, threshold, note),
            Self::Temperature { tenths, site, threshold } => {
                let fact = Fact::TemperatureReport { tenths, site, division: None };
                (fact, None, Some(threshold), String::new())
            }
        }
    }
}

pub(crate) const DETAIL: fn(i64) -> Place = |row| Place { table: "evidence", column: "detail", row };
pub(crate) const PROPOSED: fn(i64) -> Place =
    |row| Place { table: "evidence_proposal", column: "detail", row };
pub(crate) const STOP_NOTE: fn(i64) -> Place = |row| Place { table: "evidence_stop", column: "note", row };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_before_other_evidence_came_is_read() {
        let before = r#"{"tenths":384,"site":"ear","threshold":373}"#;
        let (fact, reference, threshold, note) = serde_json::from_str::<Detail>(before).unwrap().parts();
        assert!(fact == Fact::TemperatureReport { tenths: 384, site: Site::Ear, division: None });
        assert_eq!((reference, threshold, note), (None, Some(373), String::new()));
    }
}
