//! Rows of import runs.

use domain::Timestamp;
use domain::id::kind::{ImportBatchId, StaffId, UnitId};
use serde::{Deserialize, Serialize};

use super::named;
use super::register::Source;
use crate::seal::{Place, Sealer};

named! {
    /// How far an import is.
    ImportState {
        /// Under way, or cut short: running the same file again completes it.
        Running = "running",
        /// Every row has been read.
        Finished = "finished",
        /// The file could not be read to its end; what was imported stays.
        Failed = "failed",
    }
}

/// An import that begins.
#[derive(Clone)]
pub struct NewImport {
    /// Its row.
    pub id: ImportBatchId,
    /// The file's name. Sealed: files are named after people.
    pub file_name: String,
    /// [`file_hash`] of the file.
    pub content_hash: [u8; 16],
    /// `Csv` or `Api`.
    pub source: Source,
    /// Whose.
    pub unit: UnitId,
    /// Who began it.
    pub staff: Option<StaffId>,
    /// Rows in the file, where they are known beforehand.
    pub rows_total: Option<i64>,
    /// When.
    pub at: Timestamp,
}

/// What an import has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Rows read.
    pub rows_read: i64,
    /// New filings.
    pub inserted: i64,
    /// Rows that were on file already.
    pub unchanged: i64,
    /// Rows whose document is on file with other details.
    pub conflicts: i64,
    /// Rows that could not be read.
    pub refused: i64,
}

/// An import as it stands.
#[derive(Clone)]
pub struct Import {
    /// Its row.
    pub id: ImportBatchId,
    /// The file's name.
    pub file_name: String,
    /// How rows came in.
    pub source: Source,
    /// Whose.
    pub unit: UnitId,
    /// Who began it.
    pub staff: Option<StaffId>,
    /// How far it is.
    pub state: ImportState,
    /// Rows in the file, where known.
    pub rows_total: Option<i64>,
    /// What it has done.
    pub progress: Progress,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last got anywhere.
    pub updated_at: Timestamp,
}

pub(crate) const FILE_NAME: fn(i64) -> Place =
    |row| Place { table: "import_batch", column: "file_name", row };
pub(crate) const REPORT: fn(i64) -> Place = |row| Place { table: "import_batch", column: "report", row };

/// A keyed hash of a file's SHA-256 digest: tells a file that comes again.
pub fn file_hash(sealer: &Sealer, sha256: &[u8; 32]) -> [u8; 16] {
    sealer.index().exact("import_batch.content", &[sha256])
}
