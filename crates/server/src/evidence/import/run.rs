//! Rows become facts that count, or that wait for another unit.

use domain::id::kind::EvidenceProposalId;

use super::read::{Bad, File, Good};
use crate::App;
use crate::evidence::propose::{self, Outcome};
use crate::evidence::{EvidenceError, Hindrance, person};
use crate::http::session::Staff;
use crate::staff::By;

/// A row, and what became of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Its line, from 1; the header is line 1.
    pub line: u64,
    /// What became of it.
    pub became: Became,
}

/// What became of a row.
#[derive(Debug, PartialEq, Eq)]
pub enum Became {
    /// It counts.
    Counts,
    /// It waits for another unit.
    Waits(EvidenceProposalId),
    /// The same was there, or it cannot be taken now.
    Hindered(Hindrance),
    /// Its document leads to no code.
    Unknown,
    /// It cannot be read.
    Bad(Vec<Bad>),
}

/// States what can be stated, row by row: what was committed stays, whatever comes after.
pub async fn run(app: &App, staff: &Staff, file: File) -> Result<Vec<Row>, EvidenceError> {
    let mut done = Vec::with_capacity(file.rows.len());
    for (line, row) in file.rows {
        let became = match row {
            Ok(good) => state(app, staff, &good).await?,
            Err(bad) => Became::Bad(bad),
        };
        done.push(Row { line, became });
    }
    Ok(done)
}

/// The search is committed by itself, as on the page: it is on record also where nothing comes of it.
async fn state(app: &App, staff: &Staff, good: &Good) -> Result<Became, EvidenceError> {
    let Some(holder) = person::find(app, By::from(staff), &good.document).await? else {
        return Ok(Became::Unknown);
    };
    match propose::add(app, staff, holder, &good.stated, &good.note).await {
        Ok(Outcome::Counts(_)) => Ok(Became::Counts),
        Ok(Outcome::Waits(id)) => Ok(Became::Waits(id)),
        Err(EvidenceError::Hindered(why)) => Ok(Became::Hindered(why)),
        // Gone since they were found.
        Err(EvidenceError::NotFound) => Ok(Became::Unknown),
        Err(error) => Err(error),
    }
}
