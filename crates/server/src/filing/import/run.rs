//! A run from the first look at the file to its report.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use domain::id::kind::{FilingId, ImportBatchId};
use domain::{Clock, Entropy, IdSource};
use store::rows::import::{ImportState, NewImport, Progress, file_hash};
use store::rows::register::{Actor, Filed, Origin, Source};
use store::{Store, StoreError, call, transact};
use tokio::sync::mpsc;

use super::batches::{self, Batch};
use super::header::{Columns, HeaderError, ReadError};
use super::lines::{Encoding, Lines};
use super::report::{Report, sum};
use crate::App;
use crate::filing::CONFLICT;
use crate::http::{Kind, Problem};

const BUFFER: usize = 256 * 1024;
/// How often a batch is written before the run gives up.
const WRITES: u32 = 4;

/// What a run works with.
#[derive(Clone)]
pub struct Tools {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    ids: Arc<dyn Fn() -> FilingId + Send + Sync>,
}

impl Tools {
    /// For a process that has no server, such as the command line.
    pub fn new(store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, ids: Arc<IdSource>) -> Self {
        let (now, random) = (clock.clone(), entropy.clone());
        Self { store, clock, entropy, ids: Arc::new(move || ids.next(now.now(), &*random)) }
    }

    /// Those of a server.
    pub fn of(app: &App) -> Self {
        let source = app.clone();
        Self {
            store: app.store.clone(),
            clock: app.clock.clone(),
            entropy: app.entropy.clone(),
            ids: Arc::new(move || source.new_id()),
        }
    }

    pub(super) fn new_id(&self) -> FilingId {
        (self.ids)()
    }

    /// The randomness that the run draws from.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }
}

/// What is imported, and for whom.
#[derive(Clone)]
pub struct Options {
    /// The file's name, for the list of runs.
    pub file_name: String,
    /// How its text is encoded.
    pub encoding: Encoding,
    /// Who imports. A command-line run has a unit and nobody else.
    pub actor: Actor,
}

/// Why a run could not begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file has no header of ours.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The file could not be read to its end. What was imported before stays.
    #[error("the file cannot be read")]
    File(#[from] std::io::Error),
    /// The database failed. What was imported before stays.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ReadError> for ImportError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Header(error) => Self::Header(error),
            ReadError::File(error) => Self::File(error),
        }
    }
}

impl Problem for ImportError {
    fn kind(&self) -> Kind {
        match self {
            Self::Header(_) => Kind::INVALID,
            Self::File(_) => Kind::INTERNAL,
            Self::Store(error) => error.kind(),
        }
    }

    fn detail(&self) -> Option<String> {
        matches!(self, Self::Header(_)).then(|| self.to_string())
    }
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The run.
    pub id: ImportBatchId,
    /// Its counts.
    pub done: Progress,
    /// The rows that it could not take.
    pub report: Report,
}

/// A run that has begun: the header is ours and the run is on record.
pub struct Running<R> {
    /// The run.
    pub id: ImportBatchId,
    /// Rows in the file, counted by its line breaks: an estimate where fields contain some.
    pub rows_total: i64,
    tools: Tools,
    options: Options,
    lines: Lines<BufReader<R>>,
    columns: Columns,
}

/// Imports a whole file. `progress` is called after each committed batch with the counts and the number of rows
/// that the file seems to have. Reads the file twice: once to know it again, once for its rows.
pub async fn run<R: Read + Seek + Send + 'static>(
    tools: Tools,
    options: Options,
    file: R,
    progress: impl FnMut(Progress, i64) + Send,
) -> Result<Summary, ImportError> {
    begin(tools, options, file).await?.finish(progress).await
}

/// Looks at the header and puts the run on record.
pub async fn begin<R: Read + Seek + Send + 'static>(
    tools: Tools,
    options: Options,
    file: R,
) -> Result<Running<R>, ImportError> {
    let encoding = options.encoding;
    let looked = tokio::task::spawn_blocking(move || look(file, encoding)).await;
    let (lines, columns, rows_total, digest) =
        looked.map_err(|_| std::io::Error::other("the reading thread stopped"))??;
    let id = ImportBatchId::from_i64(tools.new_id().as_i64());
    let new = NewImport {
        id,
        file_name: options.file_name.clone(),
        content_hash: file_hash(tools.store.sealer(), &digest),
        source: Source::Csv,
        unit: options.actor.unit,
        staff: options.actor.staff,
        rows_total: Some(rows_total),
        at: tools.clock.now(),
    };
    transact!(tools.store, "import.start", StoreError, |tx| { call!(tx, import::start(&new)) })?;
    Ok(Running { id, rows_total, tools, options, lines, columns })
}

type Looked<R> = (Lines<BufReader<R>>, Columns, i64, [u8; 32]);

fn look<R: Read + Seek>(mut file: R, encoding: Encoding) -> Result<Looked<R>, ReadError> {
    let mut digest = Context::new(&SHA256);
    let (mut breaks, mut last) = (0, b'\n');
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(end) = read.checked_sub(1) else { break };
        digest.update(&buffer[..read]);
        breaks += buffer[..read].split(|b| *b == b'\n').count() - 1;
        last = buffer[end];
    }
    let rows = breaks + usize::from(last != b'\n');
    let hash = digest.finish().as_ref().try_into().unwrap_or([0; 32]);
    file.seek(SeekFrom::Start(0))?;
    let mut lines = Lines::new(BufReader::with_capacity(BUFFER, file), encoding, b',');
    let columns = Columns::read(&mut lines)?;
    Ok((lines, columns, i64::try_from(rows).unwrap_or(i64::MAX).saturating_sub(1).max(0), hash))
}

impl<R: Read + Send + 'static> Running<R> {
    /// Imports the rows. One batch is read while the one before is written, and no more than that are in memory.
    pub async fn finish(
        self,
        mut progress: impl FnMut(Progress, i64) + Send,
    ) -> Result<Summary, ImportError> {
        let Self { id, rows_total, tools, options, lines, columns } = self;
        let mut report = Report { ignored_columns: columns.ignored().to_vec(), ..Report::default() };
        let (sender, mut batches) = mpsc::channel(1);
        let reading = tools.clone();
        let reader = tokio::task::spawn_blocking(move || {
            batches::read(&reading, lines, &columns, |batch| sender.blocking_send(batch).is_ok())
        });
        let mut done = Progress::default();
        while let Some(batch) = batches.recv().await {
            let (step, found) = match write(&tools, id, &options, batch).await {
                Ok(written) => written,
                Err(error) => {
                    drop(batches);
                    // The database may still answer this one; if not, the run shows as cut short.
                    let _ = end(&tools, id, ImportState::Failed, &report).await;
                    return Err(error.into());
                }
            };
            done = sum(done, step);
            report.append(found);
            progress(done, rows_total);
        }
        let read = reader.await.unwrap_or_else(|_| Err(std::io::Error::other("the reading thread stopped")));
        let state = if read.is_ok() { ImportState::Finished } else { ImportState::Failed };
        end(&tools, id, state, &report).await?;
        read?;
        Ok(Summary { id, done, report })
    }
}

/// Writes one batch. Where another process drew one of its ids in the same microsecond, or filed one of its numbers
/// a moment ago, it is written again with ids of its own.
async fn write(
    tools: &Tools,
    id: ImportBatchId,
    options: &Options,
    mut batch: Batch,
) -> Result<(Progress, Report), StoreError> {
    for _ in 1..WRITES {
        match write_once(tools, id, options, &batch).await {
            Err(error) if error.is_unique() => batch.draw_anew(tools),
            other => return other,
        }
    }
    write_once(tools, id, options, &batch).await
}

/// Writes one batch and its counts in one transaction.
async fn write_once(
    tools: &Tools,
    id: ImportBatchId,
    options: &Options,
    batch: &Batch,
) -> Result<(Progress, Report), StoreError> {
    let now = tools.clock.now();
    let origin = Origin { source: Source::Csv, batch: Some(id), actor: options.actor, at: now };
    let (done, outcomes) = transact!(tools.store, "import.batch", StoreError, |tx| {
        let outcomes = call!(tx, register::file_batch(&batch.rows, &origin))?;
        let count = |wanted: fn(&Filed) -> bool| {
            i64::try_from(outcomes.iter().filter(|filed| wanted(filed)).count()).unwrap_or(i64::MAX)
        };
        let done = Progress {
            rows_read: batch.read,
            inserted: count(|filed| matches!(filed, Filed::Inserted(_))),
            unchanged: count(|filed| matches!(filed, Filed::Same(_))),
            conflicts: count(|filed| matches!(filed, Filed::Conflict(_))),
            refused: batch.refused,
        };
        call!(tx, import::advance(id, done, now))?;
        Ok((done, outcomes))
    })?;
    let mut report = batch.report.clone();
    for (line, _) in
        batch.lines.iter().zip(&outcomes).filter(|(_, filed)| matches!(filed, Filed::Conflict(_)))
    {
        report.whole_row(*line, CONFLICT);
    }
    report.errors.sort_by_key(|row| row.line);
    Ok((done, report))
}

async fn end(
    tools: &Tools,
    id: ImportBatchId,
    state: ImportState,
    report: &Report,
) -> Result<(), StoreError> {
    let now = tools.clock.now();
    transact!(tools.store, "import.finish", StoreError, |tx| {
        call!(tx, import::finish(id, state, report, now))
    })
}
