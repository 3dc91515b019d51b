//! Rows of the register: filings as they are written, found and changed.

use documents::Kind;
use domain::Timestamp;
use domain::id::kind::{ApiClientId, FilingId, ImportBatchId, RevisionId, StaffId, UnitId};
use domain::matching::{self, DocumentDetails, Term};

use super::named;
use crate::seal::{Place, Sealer};

named! {
    /// How a filing came in.
    Source {
        /// A clerk typed it, or pasted a machine-readable zone.
        Typed = "typed",
        /// A CSV import.
        Csv = "csv",
        /// The public-security system, through the API.
        Api = "api",
    }
}

named! {
    /// Whether a filing counts.
    FilingState {
        /// It is matched against.
        Active = "active",
        /// Taken back; kept for its history.
        Withdrawn = "withdrawn",
    }
}

named! {
    /// What ended a version of a filing.
    Change {
        /// Other details took its place.
        Correction = "correction",
        /// The filing was taken back.
        Withdrawal = "withdrawal",
    }
}

/// Who acts: a member of staff, or a machine client, of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Their unit.
    pub unit: UnitId,
    /// The member of staff, if one.
    pub staff: Option<StaffId>,
    /// The machine client, if one.
    pub client: Option<ApiClientId>,
}

/// Where filings written together come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// How.
    pub source: Source,
    /// In which import.
    pub batch: Option<ImportBatchId>,
    /// By whom.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
}

/// A filing ready to be written: sealed and indexed. Making one costs some twenty microseconds of CPU, so large
/// batches are prepared on a blocking thread, before the transaction that writes them.
#[derive(Clone)]
pub struct Prepared {
    pub(crate) id: FilingId,
    pub(crate) kind: Kind,
    pub(crate) lookup: [u8; 16],
    pub(crate) details: Vec<u8>,
    pub(crate) content_hash: [u8; 16],
    pub(crate) candidates: Vec<i64>,
}

pub(crate) const DETAILS: fn(i64) -> Place = |row| Place { table: "filing", column: "details", row };
pub(crate) const OLD_DETAILS: fn(i64) -> Place =
    |row| Place { table: "filing_history", column: "details", row };
pub(crate) const REASON: fn(i64) -> Place = |row| Place { table: "filing_history", column: "reason", row };

impl Prepared {
    /// The sealed details, as they will stand in the row.
    pub fn sealed_details(&self) -> &[u8] {
        &self.details
    }

    /// Seals and indexes `details` for the row `id`.
    pub fn new(sealer: &Sealer, id: FilingId, details: &DocumentDetails) -> Self {
        Self {
            id,
            kind: details.kind(),
            lookup: lookup(sealer, details),
            details: sealer.seal(DETAILS(id.as_i64()), details),
            content_hash: content_hash(sealer, details),
            candidates: candidate_keys(sealer, details),
        }
    }

    /// The row.
    pub const fn id(&self) -> FilingId {
        self.id
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({})", self.id)
    }
}

/// The blind index of the match key: kind, issuing state, canonical number.
pub fn lookup(sealer: &Sealer, details: &DocumentDetails) -> [u8; 16] {
    let parts = [details.kind().as_str(), details.issuing_state.as_str(), details.number.canonical()];
    sealer.index().exact("filing.lookup", &parts.map(str::as_bytes))
}

/// A keyed hash of everything in the details: tells whether a row that comes again is the same.
pub fn content_hash(sealer: &Sealer, details: &DocumentDetails) -> [u8; 16] {
    let content = zeroize::Zeroizing::new(serde_json::to_vec(details).expect("details have text keys only"));
    sealer.index().exact("filing.content", &[&content])
}

/// The keys of the candidate index for `details`: number, each variant of it without one character, birth date
/// with each name key. Sorted, each once. An application of these details is found by the same keys.
pub fn candidate_keys(sealer: &Sealer, details: &DocumentDetails) -> Vec<i64> {
    keys_of(sealer, &matching::candidate_terms(details))
}

pub(crate) fn keys_of(sealer: &Sealer, terms: &[Term]) -> Vec<i64> {
    let key = |term: &Term| {
        let parts: Vec<&[u8]> = term.parts.iter().map(String::as_bytes).collect();
        sealer.index().candidate(term.label, &parts)
    };
    let mut keys: Vec<i64> = terms.iter().map(key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// What became of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filed {
    /// It is on file now.
    Inserted(FilingId),
    /// It was on file already with the same details.
    Same(FilingId),
    /// The document is on file with other details: correct that filing, or leave it.
    Conflict(FilingId),
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// Done; this is the new version.
    Now(i64),
    /// There is no such filing.
    Unknown,
    /// It is withdrawn, or somebody else changed it since it was read.
    Stale,
    /// Another active filing has the number that it would get.
    Taken(FilingId),
}

/// Who changes a filing, when and why.
#[derive(Clone)]
pub struct Revision {
    /// The row that keeps the old version.
    pub id: RevisionId,
    /// The version that the change was made against.
    pub expected_version: i64,
    /// By whom.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// Why, in the clerk's words. Sealed.
    pub reason: String,
}

/// A filing as it stands. `Debug` shows no details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Its row.
    pub id: FilingId,
    /// What it says.
    pub details: DocumentDetails,
    /// Where it came from.
    pub origin: Origin,
    /// Whether it counts.
    pub state: FilingState,
    /// Rises by one with each change.
    pub version: i64,
}

/// A version of a filing that a change ended.
#[derive(Clone)]
pub struct OldVersion {
    /// Its number.
    pub version: i64,
    /// What it said.
    pub details: DocumentDetails,
    /// What ended it.
    pub change: Change,
    /// Why.
    pub reason: String,
    /// Who ended it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Filings that count.
    pub active: i64,
    /// Filings taken back.
    pub withdrawn: i64,
}
