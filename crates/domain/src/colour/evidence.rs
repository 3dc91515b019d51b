//! Evidence: dated facts that a colour may rest on. A closed list of kinds; superseded, never edited.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Timestamp;
use crate::declaration::{HealthAnswers, Symptom};
use crate::id::kind::EvidenceId;
use crate::report::Site;
use crate::residence::Division;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// Each, in the order of pages.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The name of each, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($text,)*];

            /// The name that the database, rule sets and locale keys use.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The one of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// What kinds of evidence there are. A visit to a location is none.
    EvidenceKind {
        /// What the holder declared about their health; the newest counts.
        Declaration = "declaration",
        /// An abnormal temperature that a health officer has confirmed.
        TemperatureReport = "temperature_report",
        /// The holder is a confirmed case.
        CaseConfirmed = "case_confirmed",
        /// The holder is suspected to be a case.
        CaseSuspected = "case_suspected",
        /// The holder was in close contact with a case.
        CaseContact = "case_contact",
        /// The holder is infected and has no symptoms.
        CaseAsymptomatic = "case_asymptomatic",
        /// The result of a test.
        TestResult = "test_result",
        /// The holder's isolation has ended.
        IsolationEnd = "isolation_end",
        /// The holder is cured, or the disease was ruled out by a diagnosis.
        Recovery = "recovery",
    }
}

words! {
    /// Where evidence comes from.
    EvidenceSource {
        /// The holder, or who applies for them.
        Holder = "holder",
        /// A report from a checkpoint, confirmed by a health officer.
        Report = "report",
        /// An officer, on a page.
        Office = "office",
        /// A file that an officer imported.
        Import = "import",
        /// Another authority's system.
        Api = "api",
    }
}

words! {
    /// What a test found.
    TestOutcome {
        /// The infection.
        Positive = "positive",
        /// No infection.
        Negative = "negative",
        /// Neither.
        Inconclusive = "inconclusive",
    }
}

words! {
    /// What a test looks for.
    TestMethod {
        /// The virus itself (nucleic acid).
        NucleicAcid = "nucleic_acid",
        /// Antibodies, which stay after an infection.
        Antibody = "antibody",
    }
}

/// What evidence says. Health: never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// See [`EvidenceKind::Declaration`].
    Declaration {
        /// Symptoms in the last 14 days.
        symptoms: Vec<Symptom>,
        /// Contact with an infected person in the last 14 days.
        contact: bool,
        /// Own infection, not yet over.
        diagnosed: bool,
    },
    /// See [`EvidenceKind::TemperatureReport`].
    TemperatureReport {
        /// Tenths of a degree Celsius.
        tenths: u16,
        /// Where on the body it was taken.
        site: Site,
        /// Where in the province it was taken, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        division: Option<Division>,
    },
    /// See [`EvidenceKind::CaseConfirmed`].
    CaseConfirmed,
    /// See [`EvidenceKind::CaseSuspected`].
    CaseSuspected,
    /// See [`EvidenceKind::CaseContact`]; the time of the evidence is that of the last contact.
    CaseContact,
    /// See [`EvidenceKind::CaseAsymptomatic`].
    CaseAsymptomatic,
    /// See [`EvidenceKind::TestResult`]; the time of the evidence is that of the sample.
    TestResult {
        /// What it found.
        result: TestOutcome,
        /// What it looked for.
        method: TestMethod,
    },
    /// See [`EvidenceKind::IsolationEnd`].
    IsolationEnd,
    /// See [`EvidenceKind::Recovery`].
    Recovery,
}

impl Fact {
    /// Its kind.
    pub const fn kind(&self) -> EvidenceKind {
        match self {
            Self::Declaration { .. } => EvidenceKind::Declaration,
            Self::TemperatureReport { .. } => EvidenceKind::TemperatureReport,
            Self::CaseConfirmed => EvidenceKind::CaseConfirmed,
            Self::CaseSuspected => EvidenceKind::CaseSuspected,
            Self::CaseContact => EvidenceKind::CaseContact,
            Self::CaseAsymptomatic => EvidenceKind::CaseAsymptomatic,
            Self::TestResult { .. } => EvidenceKind::TestResult,
            Self::IsolationEnd => EvidenceKind::IsolationEnd,
            Self::Recovery => EvidenceKind::Recovery,
        }
    }

    /// Whether it speaks against passing, now or once it counts: nobody adds such a fact alone.
    pub fn is_adverse(&self) -> bool {
        match self {
            Self::Declaration { symptoms, contact, diagnosed } => {
                !symptoms.is_empty() || *contact || *diagnosed
            }
            Self::TemperatureReport { .. }
            | Self::CaseConfirmed
            | Self::CaseSuspected
            | Self::CaseContact
            | Self::CaseAsymptomatic => true,
            Self::TestResult { result, .. } => *result == TestOutcome::Positive,
            Self::IsolationEnd | Self::Recovery => false,
        }
    }
}

/// What was declared, as evidence.
impl From<&HealthAnswers> for Fact {
    fn from(answers: &HealthAnswers) -> Self {
        let HealthAnswers { symptoms, contact, diagnosed } = answers;
        Self::Declaration { symptoms: symptoms.clone(), contact: *contact, diagnosed: *diagnosed }
    }
}

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fact({})", self.kind().as_str())
    }
}

/// One piece of evidence about one holder. What has been superseded is not given to [`decide`](super::decide).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its row: decisions say by it what they rest on. No rule sees it.
    pub id: EvidenceId,
    /// Where it comes from.
    pub source: EvidenceSource,
    /// What the source calls it, such as the number of a case. No rule sees it.
    pub reference: Option<String>,
    /// When it was so; durations run from here.
    pub at: Timestamp,
    /// From when on it counts, where that is later or earlier than when it was so.
    pub from: Option<Timestamp>,
    /// Until before when it counts, where that was stated.
    pub until: Option<Timestamp>,
    /// What it says.
    pub fact: Fact,
}

impl Evidence {
    /// As rules and their examples write it; the row's id is the reference there.
    pub fn to_json(&self) -> Value {
        let stated = [("from", self.from), ("until", self.until)].into_iter();
        let stated: BTreeMap<_, _> =
            stated.filter_map(|(name, time)| Some((name, time?.to_string()))).collect();
        let mut json = json!({
            "at": self.at.to_string(), "source": self.source.as_str(), "reference": self.id.to_string(),
        });
        let fact = serde_json::to_value(&self.fact).expect("names, numbers and texts are JSON");
        let members = json.as_object_mut().expect("made as one");
        members.extend(stated.into_iter().map(|(name, time)| (name.to_owned(), time.into())));
        members.extend(fact.as_object().expect("a tagged fact is an object").clone());
        json
    }
}
