//! The reading half of a run, on a thread of its own: lines are judged, sealed and indexed here, while the batch
//! before is being written.

use std::io::BufRead;

use domain::matching::DocumentDetails;
use store::rows::register::Prepared;

use super::header::Columns;
use super::lines::{Lines, Read, Record};
use super::report::Report;
use super::run::Tools;
use crate::filing::entry::judge;

/// Rows of one transaction. Larger ones write the indexes a little better and hold the database longer.
pub(super) const BATCH: usize = 10_000;

/// Rows ready to be written, with their lines.
#[derive(Default)]
pub(super) struct Batch {
    pub rows: Vec<Prepared>,
    /// What they were made of: a row id is sealed into its row, so that another id means another row.
    pub details: Vec<DocumentDetails>,
    pub lines: Vec<u64>,
    /// Rows read, the bad ones included.
    pub read: i64,
    /// Rows that could not be read.
    pub refused: i64,
    /// What was wrong with them.
    pub report: Report,
}

impl Batch {
    /// Gives every row a new id.
    pub(super) fn draw_anew(&mut self, tools: &Tools) {
        let prepare = |details| Prepared::new(tools.store.sealer(), tools.new_id(), details);
        self.rows = self.details.iter().map(prepare).collect();
    }

    fn refuse(&mut self, line: u64, code: &str) {
        self.read += 1;
        self.refused += 1;
        self.report.whole_row(line, code);
    }
}

/// Reads the file's rows batch by batch and hands each to `send`; stops early when that says so.
pub(super) fn read<R: BufRead>(
    tools: &Tools,
    mut lines: Lines<R>,
    columns: &Columns,
    mut send: impl FnMut(Batch) -> bool,
) -> std::io::Result<()> {
    let today = tools.clock.now().local_date();
    let (mut record, mut batch) = (Record::default(), Batch::default());
    loop {
        match lines.read(&mut record)? {
            Read::End => break,
            Read::Bad(line, code) => batch.refuse(line, code),
            Read::Record(line) => match columns.entry(&record) {
                Err(code) => batch.refuse(line, code),
                Ok(entry) => match judge(&entry, today) {
                    Ok(details) => push(tools, &mut batch, line, details),
                    Err(errors) => {
                        batch.read += 1;
                        batch.refused += 1;
                        for wrong in &errors {
                            batch.report.wrong(line, wrong);
                        }
                    }
                },
            },
        }
        let full = batch.rows.len() == BATCH || batch.report.errors.len() >= BATCH;
        if full && !send(std::mem::take(&mut batch)) {
            return Ok(());
        }
    }
    if batch.read > 0 {
        send(batch);
    }
    Ok(())
}

fn push(tools: &Tools, batch: &mut Batch, line: u64, details: DocumentDetails) {
    batch.rows.push(Prepared::new(tools.store.sealer(), tools.new_id(), &details));
    batch.details.push(details);
    batch.lines.push(line);
    batch.read += 1;
}
