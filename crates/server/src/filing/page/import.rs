//! `/filing/import`: send a CSV file, watch it being imported, read what could not be taken.
//!
//! The file streams into a temporary file that has no name (it is gone when closed, also when the process is
//! killed) and that only this process can open. The run goes on after the answer; the page of the run
//! reloads itself until it has ended, without script.

use std::fs::File;
use std::time::Duration;

use askama::Template;
use axum::extract::multipart::Field as Part;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::ImportBatchId;
use store::rows::import::{Import, ImportState, Progress};
use store::{StoreError, call, read};
use tokio::io::AsyncWriteExt as _;

use super::super::entry::Field;
use super::label;
use crate::App;
use crate::filing::import::{self, BadRow, Encoding, HeaderError, ImportError, Options, Report, Tools};
use crate::filing::register::acting;
use crate::http::fields::FieldErrors;
use crate::http::page;
use crate::http::session::Staff;
use crate::http::upload::{Parts, unreadable};
use crate::http::{Failure, Kind, Page};

/// A run that has not got anywhere for this long was cut short: a batch may wait 20 s for another writer.
const CUT_SHORT: Duration = Duration::from_secs(30);
/// How many errors the page shows; the file to download has all that are listed.
const SHOWN: usize = 100;
/// How many runs are listed.
const RUNS: i64 = 20;

/// The form, and the unit's last runs.
#[derive(Template)]
#[template(path = "filing/import.html")]
pub struct ImportPage {
    page: Page,
    /// Names of the columns.
    columns: String,
    encoding: &'static str,
    encodings: Vec<(&'static str, String)>,
    errors: FieldErrors,
    runs: Vec<RunRow>,
}

struct RunRow {
    id: ImportBatchId,
    file: String,
    started: String,
    state: &'static str,
    done: Progress,
}

impl RunRow {
    fn new(page: &Page, app_now: domain::Timestamp, run: &Import) -> Self {
        Self {
            id: run.id,
            file: run.file_name.clone(),
            started: page.words.date_time(run.started_at),
            state: state_key(run, app_now),
            done: run.progress,
        }
    }
}

fn state_key(run: &Import, now: domain::Timestamp) -> &'static str {
    match run.state {
        ImportState::Running if now.since(run.updated_at) > CUT_SHORT => "filing-run-cut-short",
        ImportState::Running => "filing-run-running",
        ImportState::Finished => "filing-run-finished",
        ImportState::Failed => "filing-run-failed",
    }
}

impl ImportPage {
    fn new(page: Page, encoding: Encoding, errors: FieldErrors, runs: Vec<RunRow>) -> Self {
        let encodings = [Encoding::Utf8, Encoding::Gb18030]
            .map(|e| (e.as_str(), page.t(format!("filing-encoding-{}", e.as_str()))));
        let columns = Field::ALL.map(Field::as_str).join(", ");
        Self { columns, encoding: encoding.as_str(), encodings: encodings.to_vec(), page, errors, runs }
    }

    /// Without runs; with one of each state; with each error of a file.
    pub fn samples(page: &Page) -> Vec<Self> {
        let states =
            ["filing-run-running", "filing-run-finished", "filing-run-failed", "filing-run-cut-short"];
        let run = |state| RunRow {
            id: ImportBatchId::from_i64(1),
            file: "entry-2026-11-22.csv".to_owned(),
            started: page.words.date_time(domain::Timestamp::from_seconds(1_795_435_200)),
            state,
            done: Progress { rows_read: 1200, inserted: 1180, unchanged: 12, conflicts: 3, refused: 5 },
        };
        let mut errors = FieldErrors::default();
        for error in [
            HeaderError::Empty,
            HeaderError::Unreadable("row.quote"),
            HeaderError::Missing(vec!["number"]),
            HeaderError::Twice("number"),
        ] {
            errors.add("file", header_message(page, &error));
        }
        errors.add("file", page.t("filing-import-no-file"));
        let sample = |errors, runs| Self::new(page.clone(), Encoding::Utf8, errors, runs);
        vec![
            sample(FieldErrors::default(), Vec::new()),
            sample(FieldErrors::default(), states.map(run).into()),
            sample(errors, Vec::new()),
        ]
    }
}

/// What is wrong with a header, in words.
pub(crate) fn header_message(page: &Page, error: &HeaderError) -> String {
    match error {
        HeaderError::Empty => page.t("filing-import-empty"),
        HeaderError::Unreadable(code) => {
            let why = super::super::entry::reason(page.words, code, None, None);
            page.t1("filing-import-header-unreadable", "why", why)
        }
        HeaderError::Missing(columns) => page.t1("filing-import-missing", "columns", columns.join(", ")),
        HeaderError::Twice(column) => page.t1("filing-import-twice", "column", column),
    }
}

async fn runs(app: &App, staff: &Staff, page: &Page) -> Result<Vec<RunRow>, StoreError> {
    let runs =
        read!(app.store, "import.list", StoreError, |tx| { call!(tx, import::of_unit(staff.unit, RUNS)) })?;
    Ok(runs.iter().map(|run| RunRow::new(page, app.now(), run)).collect())
}

/// `GET /filing/import`
pub async fn show(State(app): State<App>, staff: Staff, page: Page) -> Result<Response, Failure> {
    let runs = runs(&app, &staff, &page).await?;
    page::show(&ImportPage::new(page, Encoding::Utf8, FieldErrors::default(), runs))
}

/// `GET /filing/import/columns.csv`: an empty file with every column.
pub async fn columns() -> Response {
    let names = Field::ALL.map(Field::as_str).join(",");
    csv_file("tongxing-filings.csv", format!("\u{feff}{names}\r\n"))
}

struct Sent {
    encoding: Encoding,
    file: Option<(String, File)>,
}

/// `POST /filing/import`
pub async fn upload(
    State(app): State<App>,
    staff: Staff,
    page: Page,
    parts: Parts,
) -> Result<Response, Failure> {
    let sent = receive(parts).await?;
    let Some((file_name, file)) = sent.file else {
        let message = page.t("filing-import-no-file");
        return again(&app, &staff, page, sent.encoding, message).await;
    };
    let options = Options { file_name, encoding: sent.encoding, actor: acting(&staff) };
    match import::begin(Tools::of(&app), options, file).await {
        Err(ImportError::Header(error)) => {
            let message = header_message(&page, &error);
            again(&app, &staff, page, sent.encoding, message).await
        }
        Err(error) => Err(error.into()),
        Ok(running) => {
            let id = running.id;
            tokio::spawn(async move {
                if let Err(error) = running.finish(|_, _| ()).await {
                    tracing::error!(run = %id, %error, "import stopped");
                }
            });
            Ok(Redirect::to(&format!("/filing/import/{id}")).into_response())
        }
    }
}

/// The form again, with what is wrong with the file.
async fn again(
    app: &App,
    staff: &Staff,
    page: Page,
    encoding: Encoding,
    message: String,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    errors.add("file", message);
    let runs = runs(app, staff, &page).await?;
    page::show_invalid(&ImportPage::new(page, encoding, errors, runs))
}

/// Takes the form in the order of its fields.
async fn receive(mut parts: Parts) -> Result<Sent, Failure> {
    let mut sent = Sent { encoding: Encoding::Utf8, file: None };
    while let Some(part) = parts.next().await? {
        match part.name() {
            Some("encoding") => {
                let text = part.text().await.map_err(|e| unreadable(&e))?;
                sent.encoding = Encoding::from_name(&text).unwrap_or_default();
            }
            Some("file") => sent.file = store_file(part).await?,
            _ => {}
        }
    }
    Ok(sent)
}

/// Streams the file to the disk; `None` if none was chosen.
async fn store_file(mut part: Part<'_>) -> Result<Option<(String, File)>, Failure> {
    let name: String = part.file_name().unwrap_or_default().chars().take(200).collect();
    let file = tempfile::tempfile().map_err(|e| disk(&e))?;
    let mut file = tokio::fs::File::from_std(file);
    let mut length = 0;
    while let Some(chunk) = part.chunk().await.map_err(|e| unreadable(&e))? {
        length += chunk.len();
        file.write_all(&chunk).await.map_err(|e| disk(&e))?;
    }
    file.flush().await.map_err(|e| disk(&e))?;
    if name.is_empty() && length == 0 {
        return Ok(None);
    }
    Ok(Some((name, file.into_std().await)))
}

fn disk(error: &std::io::Error) -> Failure {
    Failure { internal: Some(format!("temporary file: {error}")), ..Failure::of(Kind::INTERNAL) }
}

/// One run: how far it is, or its report.
#[derive(Template)]
#[template(path = "filing/run.html")]
pub struct RunPage {
    page: Page,
    id: ImportBatchId,
    file: String,
    state: &'static str,
    running: bool,
    total: i64,
    done: Progress,
    listed: usize,
    unlisted: u64,
    ignored: String,
    rows: Vec<RowLine>,
}

struct RowLine {
    line: u64,
    field: String,
    reason: String,
}

impl RunPage {
    fn new(page: Page, now: domain::Timestamp, run: &Import, report: &Report) -> Self {
        let state = state_key(run, now);
        let row = |bad: &BadRow| RowLine {
            line: bad.line,
            field: Field::from_name(&bad.field).map(|field| label(&page, field)).unwrap_or_default(),
            reason: bad.reason(page.words),
        };
        let rows = report.errors.iter().take(SHOWN).map(row).collect();
        Self {
            id: run.id,
            file: run.file_name.clone(),
            state,
            running: state == "filing-run-running",
            total: run.rows_total.unwrap_or(0).max(run.progress.rows_read),
            done: run.progress,
            listed: report.errors.len(),
            unlisted: report.unlisted,
            ignored: report.ignored_columns.join(", "),
            rows,
            page,
        }
    }

    /// How many errors there are, the unlisted ones included.
    fn all(&self) -> u64 {
        self.unlisted + self.listed as u64
    }

    fn percent(&self) -> i64 {
        self.done.rows_read * 100 / self.total.max(1)
    }

    /// Running; cut short; finished with errors; finished without.
    pub fn samples(page: &Page) -> Vec<Self> {
        let row = |line, field: &str, code: &str| BadRow {
            line,
            field: field.to_owned(),
            code: code.to_owned(),
            position: Some(4),
        };
        let errors =
            vec![row(7, "number", "number.lookalike"), row(9, "", "row.quote"), row(12, "", "conflict")];
        let ignored_columns = vec!["office".to_owned()];
        let report = Report { errors, unlisted: 8, ignored_columns };
        let at = domain::Timestamp::from_seconds(1_795_435_200);
        let progress = Progress { rows_read: 1200, inserted: 1180, unchanged: 12, conflicts: 3, refused: 5 };
        let sample = |state, now, progress, report: &Report| {
            let run = Import {
                id: ImportBatchId::from_i64(1),
                file_name: "entry-2026-11-22.csv".to_owned(),
                source: store::rows::register::Source::Csv,
                unit: domain::Id::from_i64(1),
                staff: None,
                state,
                rows_total: Some(3000),
                progress,
                started_at: at,
                updated_at: at,
            };
            Self::new(page.clone(), now, &run, report)
        };
        let clean = Progress { conflicts: 0, refused: 0, ..progress };
        let none = Report::default();
        vec![
            sample(ImportState::Running, at, progress, &none),
            sample(ImportState::Running, at.plus(2 * CUT_SHORT), progress, &none),
            sample(ImportState::Finished, at, progress, &report),
            sample(ImportState::Finished, at, clean, &none),
            sample(ImportState::Failed, at, clean, &none),
        ]
    }
}

/// A run of the clerk's own unit with its report; those of others are not there.
async fn opened(app: &App, staff: &Staff, id: &str) -> Result<(Import, Report), Failure> {
    let id: ImportBatchId = id.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))?;
    let (run, report) = read!(app.store, "import.open", StoreError, |tx| {
        let run = call!(tx, import::get(id))?;
        let report: Option<Report> = call!(tx, import::report(id))?;
        Ok((run, report))
    })?;
    let run = run.filter(|run| run.unit == staff.unit).ok_or(Failure::of(Kind::NOT_FOUND))?;
    Ok((run, report.unwrap_or_default()))
}

/// `GET /filing/import/{id}`
pub async fn run(
    State(app): State<App>,
    staff: Staff,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (run, report) = opened(&app, &staff, &id).await?;
    page::show(&RunPage::new(page, app.now(), &run, &report))
}

/// `GET /filing/import/{id}/report.csv`
pub async fn report(
    State(app): State<App>,
    staff: Staff,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (run, report) = opened(&app, &staff, &id).await?;
    Ok(csv_file(&format!("import-{}.csv", run.id), report.csv(page.words)))
}

/// A CSV file to download.
pub(crate) fn csv_file(name: &str, content: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, content).into_response()
}
