//! `/locations/batch`: many locations from one file, and what became of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use store::rows::location::LocationBatchRow;
use store::{StoreError, call, read};

use super::sample;
use crate::App;
use crate::filing::entry;
use crate::filing::import::Encoding;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::upload::Upload;
use crate::http::{Failure, Kind};
use crate::location::LocationError;
use crate::location::batch::{self, BadFile, BadRow, MOST_ROWS, Report, What, rows};
use crate::location::details::{Field, Wrong};

/// How many errors the page shows; the file to download has all.
const SHOWN: usize = 100;
/// How many files are listed.
const FILES: i64 = 20;

/// The form, and the manager's last files.
#[derive(Template)]
#[template(path = "location/batch.html")]
pub struct BatchPage {
    page: Page,
    encoding: &'static str,
    files: Vec<LocationBatchRow>,
    errors: FieldErrors,
}

impl BatchPage {
    fn new(page: Page, encoding: Encoding, files: Vec<LocationBatchRow>) -> Self {
        Self { page, encoding: encoding.as_str(), files, errors: FieldErrors::default() }
    }

    fn columns() -> String {
        Field::ALL.map(Field::as_str).join(", ")
    }

    fn most() -> usize {
        MOST_ROWS
    }

    fn encodings(&self) -> Vec<(&'static str, String)> {
        [Encoding::Utf8, Encoding::Gb18030]
            .map(|e| (e.as_str(), self.page.t(format!("filing-encoding-{}", e.as_str()))))
            .into()
    }

    fn when(&self, file: &LocationBatchRow) -> String {
        self.page.words.date_time(file.made_at)
    }

    fn wrong(mut self, message: String) -> Self {
        self.errors.add("file", message);
        self
    }

    /// Untouched; with files; with each error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |files| Self::new(page.clone(), Encoding::Utf8, files);
        let mut wrong = of(Vec::new()).wrong(page.t("filing-import-no-file"));
        for error in [
            BadFile::Empty,
            BadFile::Unreadable("row.quote"),
            BadFile::Missing(vec!["kind"]),
            BadFile::Twice("kind"),
            BadFile::Long,
        ] {
            wrong = wrong.wrong(words(page, &error));
        }
        vec![of(Vec::new()), of(vec![sample_row()]), wrong]
    }
}

fn sample_row() -> LocationBatchRow {
    LocationBatchRow {
        id: domain::Id::from_i64(51),
        staff: domain::Id::from_i64(21),
        made_at: sample::AT,
        rows_read: 1_200,
        added: 1_180,
        there: 12,
        refused: 8,
        report: String::new(),
    }
}

fn words(page: &Page, error: &BadFile) -> String {
    match error {
        BadFile::Empty => page.t("filing-import-empty"),
        BadFile::Unreadable(code) => {
            page.t1("filing-import-header-unreadable", "why", entry::reason(page.words, code, None, None))
        }
        BadFile::Missing(columns) => page.t1("filing-import-missing", "columns", columns.join(", ")),
        BadFile::Twice(column) => page.t1("filing-import-twice", "column", column),
        BadFile::Long => page.t1("location-batch-long", "most", MOST_ROWS),
    }
}

async fn files(app: &App, staff: &Staff) -> Result<Vec<LocationBatchRow>, StoreError> {
    read!(app.store, "location.batches", StoreError, |tx| {
        call!(tx, location_batch::of_staff(staff.id, FILES))
    })
}

/// `GET /locations/batch`
pub async fn show(State(app): State<App>, page: Page, staff: Staff) -> Result<Response, Failure> {
    page::show(&BatchPage::new(page, Encoding::Utf8, files(&app, &staff).await?))
}

/// `GET /locations/batch/columns.csv`: every column, and a row to overwrite.
pub async fn columns() -> Response {
    let names = Field::ALL.map(Field::as_str).join(",");
    let example = "江城市场,River Market,market,420100,沿江路1号,300,60,no,东门|西门,";
    csv("tongxing-locations.csv", format!("\u{feff}{names}\r\n{example}\r\n"))
}

fn csv(name: &str, content: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, content).into_response()
}

/// `POST /locations/batch`
pub async fn upload(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Upload { fields, file }: Upload,
) -> Result<Response, Failure> {
    let encoding = Encoding::from_name(fields.get("encoding")).unwrap_or_default();
    let read = match file {
        None => Err(page.t("filing-import-no-file")),
        Some(file) => rows(&file.bytes, encoding).map_err(|error| words(&page, &error)),
    };
    let read = match read {
        Ok(read) => read,
        Err(message) => {
            let again = BatchPage::new(page, encoding, files(&app, &staff).await?);
            return page::show_invalid(&again.wrong(message));
        }
    };
    // Goes on when the browser has gone: then the file need not be sent again.
    let run = tokio::spawn(async move { batch::run(&app, &staff, read).await });
    let id = run.await.map_err(|_| Failure::of(Kind::INTERNAL))??;
    Ok(Redirect::to(&format!("/locations/batch/{id}")).into_response())
}

/// What became of a file.
#[derive(Template)]
#[template(path = "location/batch_done.html")]
pub struct BatchDonePage {
    page: Page,
    file: LocationBatchRow,
    ignored: String,
    all: usize,
    rows: Vec<BadRow>,
}

impl BatchDonePage {
    fn new(page: Page, file: LocationBatchRow, report: Report) -> Self {
        let Report { errors, ignored } = report;
        let rows = errors.iter().take(SHOWN).cloned().collect();
        Self { page, file, ignored: ignored.join(", "), all: errors.len(), rows }
    }

    fn reason(&self, row: &BadRow) -> String {
        row.reason(self.page.words)
    }

    /// With errors of each sort, and without any.
    pub fn samples(page: &Page) -> Vec<Self> {
        let row = |line, what| BadRow { line, what };
        let errors = vec![
            row(7, What::Field(Wrong::new(Field::Kind, "kind"))),
            row(9, What::Row("row.quote".to_owned())),
            row(12, What::Differs),
        ];
        let report = Report { errors, ignored: vec!["colour".to_owned()] };
        let clean = LocationBatchRow { refused: 0, ..sample_row() };
        vec![Self::new(page.clone(), sample_row(), report), Self::new(page.clone(), clean, Report::default())]
    }
}

/// One of the manager's own files, with its report.
async fn opened(app: &App, staff: &Staff, id: &str) -> Result<(LocationBatchRow, Report), LocationError> {
    let id = id.parse().map_err(|_| LocationError::Unknown)?;
    let found = read!(app.store, "location.batch_open", LocationError, |tx| {
        Ok(call!(tx, location_batch::one(id, staff.id))?)
    })?;
    let file = found.ok_or(LocationError::Unknown)?;
    let report = serde_json::from_str(&file.report).unwrap_or_default();
    Ok((file, report))
}

/// `GET /locations/batch/{id}`
pub async fn one(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (file, report) = opened(&app, &staff, &id).await?;
    page::show(&BatchDonePage::new(page, file, report))
}

/// `GET /locations/batch/{id}/report.csv`: every error.
pub async fn report(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (file, report) = opened(&app, &staff, &id).await?;
    Ok(csv(&format!("locations-{}.csv", file.id), report.csv(page.words)))
}
