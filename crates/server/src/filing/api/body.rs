//! What requests and answers look like. Unknown members are refused, so that a misspelt one is not lost.

use domain::id::kind::FilingId;
use domain::matching::DocumentDetails;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Field, FieldProblem, Filed, Filing, FilingState, Wrong};
use crate::filing::entry::{Entry, judge_number};
use crate::http::{Failure, Kind};

/// A travel document. Texts are read as tolerantly as a clerk's form reads them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentBody {
    /// `passport`, `hk_macao_permit` or `taiwan_permit`.
    #[schema(example = "passport")]
    kind: String,
    /// Number as printed; spaces, hyphens and letter case do not matter.
    #[schema(example = "X12345678")]
    number: String,
    /// Issuing state, a code of ICAO 9303-3; permits may leave it out.
    #[serde(default)]
    #[schema(example = "UTO")]
    issuing_state: String,
    /// Family name, or the only name. May be left out if there is a Chinese name.
    #[serde(default)]
    #[schema(example = "ERIKSSON")]
    family_name: String,
    /// Given names.
    #[serde(default)]
    #[schema(example = "ANNA MARIA")]
    given_names: String,
    /// Name in Chinese characters.
    #[serde(default)]
    chinese_name: String,
    /// `YYYY-MM-DD`; `YYYY-MM` or `YYYY` if the document states no more.
    #[schema(example = "1974-08-12")]
    birth_date: String,
    /// `F`, `M` or `X`.
    #[serde(default)]
    #[schema(example = "F")]
    sex: String,
    /// Nationality, a code of ICAO 9303-3; permits may leave it out.
    #[serde(default)]
    #[schema(example = "UTO")]
    nationality: String,
    /// Last day on which the document is valid, `YYYY-MM-DD`.
    #[serde(default)]
    #[schema(example = "2031-04-15")]
    expiry_date: String,
}

impl DocumentBody {
    pub(super) fn entry(&self) -> Entry<'_> {
        Entry::of(|field| match field {
            Field::Kind => &self.kind,
            Field::Number => &self.number,
            Field::IssuingState => &self.issuing_state,
            Field::FamilyName => &self.family_name,
            Field::GivenNames => &self.given_names,
            Field::ChineseName => &self.chinese_name,
            Field::BirthDate => &self.birth_date,
            Field::Sex => &self.sex,
            Field::Nationality => &self.nationality,
            Field::ExpiryDate => &self.expiry_date,
        })
    }
}

/// Documents to file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchBody {
    /// 1 to 1000 documents.
    #[schema(min_items = 1, max_items = 1000)]
    pub(super) filings: Vec<DocumentBody>,
}

/// A document to look for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// `passport`, `hk_macao_permit` or `taiwan_permit`.
    #[schema(example = "passport")]
    kind: String,
    /// Number as printed.
    #[schema(example = "X12345678")]
    number: String,
    /// Issuing state; permits may leave it out.
    #[serde(default)]
    #[schema(example = "UTO")]
    issuing_state: String,
}

impl SearchBody {
    /// The document to look for.
    pub(crate) fn judged(&self) -> Result<DocumentDetails, Vec<Wrong>> {
        judge_number(|field| match field {
            Field::Kind => &self.kind,
            Field::Number => &self.number,
            _ => &self.issuing_state,
        })
    }
}

/// Other details for a filing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionBody {
    /// The version that was read.
    pub(super) version: i64,
    /// Why, 1 to 500 characters.
    pub(super) reason: String,
    /// All of the document, not only what changed.
    pub(super) filing: DocumentBody,
}

/// The end of a filing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalBody {
    /// The version that was read.
    pub(super) version: i64,
    /// Why, 1 to 500 characters.
    pub(super) reason: String,
}

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is on file now.
    Filed,
    /// It was on file already with the same details.
    Unchanged,
    /// It is on file with other details: correct that filing, or leave it.
    Conflict,
    /// A field is wrong.
    Refused,
}

/// What became of one document.
#[derive(Serialize, ToSchema)]
pub struct FiledBody {
    /// What became of it.
    outcome: Outcome,
    /// The filing: the new one, or the one that was there.
    #[schema(example = "0d3c5a7e91b2f446")]
    id: String,
}

impl FiledBody {
    pub(super) fn of(filed: &Filed) -> Self {
        let (outcome, id) = outcome(filed);
        Self { outcome, id: id.to_string() }
    }
}

const fn outcome(filed: &Filed) -> (Outcome, FilingId) {
    match filed {
        Filed::Inserted(id) => (Outcome::Filed, *id),
        Filed::Same(id) => (Outcome::Unchanged, *id),
        Filed::Conflict(id) => (Outcome::Conflict, *id),
    }
}

/// What became of one document of a batch.
#[derive(Serialize, ToSchema)]
pub struct RowOutcome {
    /// What became of it.
    outcome: Outcome,
    /// The filing, unless the document was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

impl RowOutcome {
    pub(super) fn filed(filed: &Filed) -> Self {
        let (outcome, id) = outcome(filed);
        Self { outcome, id: Some(id.to_string()), errors: Vec::new() }
    }

    pub(super) const fn refused(errors: Vec<FieldProblem>) -> Self {
        Self { outcome: Outcome::Refused, id: None, errors }
    }
}

/// What became of the documents of a batch, in their order.
#[derive(Serialize, ToSchema)]
pub struct BatchOutcome {
    /// One for each document.
    pub(super) filings: Vec<RowOutcome>,
}

/// Whether a filing counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is matched against.
    Active,
    /// Taken back.
    Withdrawn,
}

/// Whether a document is on file.
#[derive(Serialize, ToSchema)]
pub struct FoundBody {
    /// The filings of this document: one, or none.
    filings: Vec<FoundFiling>,
}

/// A filing, without what it says.
#[derive(Serialize, ToSchema)]
pub struct FoundFiling {
    #[schema(example = "0d3c5a7e91b2f446")]
    id: String,
    /// Rises by one with each change.
    version: i64,
    state: State,
    /// When it was filed, RFC 3339.
    #[schema(example = "2026-11-23T12:00:00Z")]
    filed_at: String,
}

impl FoundBody {
    pub(super) fn of(filing: Option<&Filing>) -> Self {
        let found = |filing: &Filing| FoundFiling {
            id: filing.id.to_string(),
            version: filing.version,
            state: if filing.state == FilingState::Active { State::Active } else { State::Withdrawn },
            filed_at: filing.origin.at.to_string(),
        };
        Self { filings: filing.into_iter().map(found).collect() }
    }
}

/// A filing's new version.
#[derive(Serialize, ToSchema)]
pub struct VersionBody {
    /// The filing.
    pub(super) id: String,
    /// Its version now.
    pub(super) version: i64,
}

/// Reads a JSON body. What the parser says may quote what was sent, so only the place is passed on, and the name
/// of a member that is missing: that one is ours.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let mut detail =
            format!("the body is not the JSON that is expected here: line {line}, column {column}");
        let said = error.to_string();
        let missing = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        if let Some(member) = missing {
            detail = format!("{detail}: the member {member} is missing");
        }
        Failure::of(Kind::BAD_REQUEST).because(detail)
    })
}

pub(super) fn filing_id(text: &str) -> Result<FilingId, Failure> {
    text.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))
}
