//! `tongxing filing import`: a CSV of filings or permit records, straight into the register.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::{Clock as _, Entropy, IdSource};
use server::filing::import::{self, Encoding, ImportError, Options, Summary, Tools};
use server::words::{Language, Words};
use store::rows::import::Progress;
use store::rows::register::Actor;
use store::{StoreError, call, transact};

use crate::Finding;
use crate::assemble;
use crate::config::Place;
use crate::failure::Failure;
use crate::output::{Output, note};
use crate::system::{OsEntropy, SystemClock};

/// How many bad rows are printed; `--report` has them all.
const PRINTED: usize = 20;

/// Put filings on record.
#[derive(Debug, Subcommand)]
pub enum Filing {
    Import(Import),
}

/// Import a CSV of passports or permit records (columns: docs/filing-csv.md).
///
/// Good rows are imported, bad ones are named by line, field and reason. Importing a file again changes
/// nothing that is on file already; after an interruption, run the same command again. Exit status 1 when
/// rows were refused or stand in conflict with what is on file.
#[derive(Debug, Args)]
pub struct Import {
    #[command(flatten)]
    place: Place,
    /// The unit that files these records; made if there is none of this name
    #[arg(long, value_name = "UNIT")]
    unit: String,
    /// How the text of the file is encoded: utf-8 or gb18030
    #[arg(long, value_name = "ENCODING", default_value = "utf-8", value_parser = encoding)]
    encoding: Encoding,
    /// Write the whole report (line, field, reason) to this CSV file
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The file
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
}

fn encoding(text: &str) -> Result<Encoding, &'static str> {
    Encoding::from_name(text).ok_or("expected utf-8 or gb18030")
}

impl Filing {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let Self::Import(import) = self;
        let summary = assemble::block_on(import.run())?;
        let Progress { inserted, unchanged, conflicts, refused, .. } = summary.done;
        for row in summary.report.errors.iter().take(PRINTED) {
            let reason = row.reason(Words(Language::En));
            output.line(format!("{}:{}: {}: {reason}", import.file.display(), row.line, row.field))?;
        }
        let listed = summary.report.errors.len();
        if listed > PRINTED && import.report.is_none() {
            output.line(format!("… and {} more; --report FILE writes them all", listed - PRINTED))?;
        }
        let left_out = &summary.report.ignored_columns;
        if !left_out.is_empty() {
            output.line(format!("columns left out: {}", left_out.join(", ")))?;
        }
        output.line(format!(
            "{inserted} imported, {unchanged} on file already, {conflicts} in conflict, {refused} refused"
        ))?;
        Ok(if conflicts + refused == 0 { Finding::Fine } else { Finding::Wrong })
    }
}

impl Import {
    async fn run(&self) -> Result<Summary, Failure> {
        let cannot = |error: std::io::Error| {
            Failure::new(format!("cannot read {}: {error}", self.file.display()))
                .advice("check the path and that you may read the file")
        };
        let file = File::open(&self.file).map_err(cannot)?;
        if file.metadata().map_err(cannot)?.is_dir() {
            return Err(
                Failure::new(format!("{} is a folder", self.file.display())).advice("name the CSV file")
            );
        }
        let store = assemble::open(&self.place).await?;
        let ids = Arc::new(IdSource::default());
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let new_unit = ids.next(SystemClock.now(), &*entropy);
        let unit = transact!(store, "filing.unit", StoreError, |tx| {
            call!(tx, staff::unit(new_unit, &self.unit))
        })
        .map_err(|error| Failure::new(format!("the database failed: {error}")))?;
        let options = Options {
            file_name: self.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            encoding: self.encoding,
            actor: Actor { unit, staff: None, client: None },
        };
        let tools = Tools::new(store.clone(), Arc::new(SystemClock), entropy, ids);
        let summary = import::run(tools, options, file, |done, total| {
            note(&format!("{} of about {total} rows", done.rows_read));
        })
        .await;
        store.close().await;
        let summary = summary.map_err(|error| {
            let failure = Failure::new(format!("{}: {error}", self.file.display()));
            match error {
                ImportError::Header(_) => {
                    failure.advice("nothing was imported; mend the file, or see docs/filing-csv.md")
                }
                _ => failure
                    .advice("what was imported before stays; mend the cause and run the same command again"),
            }
        })?;
        if let Some(path) = &self.report {
            std::fs::write(path, summary.report.csv(Words(Language::En)))
                .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?;
        }
        Ok(summary)
    }
}
