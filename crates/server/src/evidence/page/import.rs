//! `/evidence/import`: facts about many people from one file. Works without script; handed in again it states nothing twice,
//! so the answer is the result itself, and nothing of the file is kept.

use std::fmt::Write as _;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::id::kind::EvidenceProposalId;

use crate::App;
use crate::casework::page::Officer;
use crate::evidence::import::{self, Bad, BadFile, Became, COLUMNS, File, MOST_ROWS, Row, rows};
use crate::evidence::propose::by_hand;
use crate::evidence::typed::{FILE_TIME, Wrong};
use crate::evidence::{Hindrance, bulk};
use crate::filing::entry::{self, Field};
use crate::filing::import::{Encoding, HeaderError};
use crate::filing::page::import::{csv_file, header_message};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::upload::Upload;
use crate::http::{Failure, Kind};

/// The form.
#[derive(Template)]
#[template(path = "evidence/import.html")]
pub struct ImportPage {
    page: Page,
    /// Whether the own unit is stopped.
    stopped: bool,
    encoding: &'static str,
    errors: FieldErrors,
}

impl ImportPage {
    fn columns() -> String {
        COLUMNS.join(", ")
    }

    fn lead(&self) -> String {
        self.page.t1("evidence-import-lead", "most", MOST_ROWS)
    }

    fn kinds() -> String {
        by_hand().map(domain::colour::EvidenceKind::as_str).collect::<Vec<_>>().join(", ")
    }

    fn times(&self) -> String {
        self.page.t1("evidence-import-times", "time", FILE_TIME)
    }

    fn encodings(&self) -> Vec<(&'static str, String)> {
        [Encoding::Utf8, Encoding::Gb18030]
            .map(|e| (e.as_str(), self.page.t(format!("filing-encoding-{}", e.as_str()))))
            .into()
    }

    /// Untouched; of a unit that is stopped, with each error of a file.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut errors = FieldErrors::default();
        errors.add("file", page.t("filing-import-no-file"));
        for error in [BadFile::Header(HeaderError::Missing(vec!["at"])), BadFile::Long] {
            errors.add("file", words(page, &error));
        }
        let of =
            |stopped, errors| Self { page: page.clone(), stopped, encoding: Encoding::Utf8.as_str(), errors };
        vec![of(false, FieldErrors::default()), of(true, errors)]
    }
}

fn words(page: &Page, error: &BadFile) -> String {
    match error {
        BadFile::Header(error) => header_message(page, error),
        BadFile::Long => page.t1("location-batch-long", "most", MOST_ROWS),
    }
}

/// `GET /evidence/import`
pub async fn show(State(app): State<App>, page: Page, officer: Officer) -> Result<Response, Failure> {
    let stopped = bulk::stopped(&app, officer.0.unit).await?;
    let encoding = Encoding::default().as_str();
    page::show(&ImportPage { page, stopped, encoding, errors: FieldErrors::default() })
}

/// `GET /evidence/import/columns.csv`: every column, and nothing else.
pub async fn columns() -> Response {
    csv_file("tongxing-evidence.csv", format!("\u{feff}{}\r\n", COLUMNS.join(",")))
}

/// `POST /evidence/import`
pub async fn upload(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Upload { fields, file }: Upload,
) -> Result<Response, Failure> {
    let encoding = Encoding::from_name(fields.get("encoding")).unwrap_or_default();
    let read = match file {
        None => Err(page.t("filing-import-no-file")),
        Some(file) => rows(&file.bytes, encoding, app.now()).map_err(|error| words(&page, &error)),
    };
    match read {
        Err(message) => {
            let mut errors = FieldErrors::default();
            errors.add("file", message);
            let stopped = bulk::stopped(&app, officer.0.unit).await?;
            page::show_invalid(&ImportPage { page, stopped, encoding: encoding.as_str(), errors })
        }
        Ok(File { rows, ignored }) => {
            let file = File { rows, ignored: Vec::new() };
            // Goes on when the browser has gone: then the same file tells that all is there.
            let run = tokio::spawn(async move { import::run(&app, &officer.0, file).await });
            let rows = run.await.map_err(|_| Failure::of(Kind::INTERNAL))??;
            page::show(&ImportedPage { page, rows, ignored: ignored.join(", ") })
        }
    }
}

/// What became of a file.
#[derive(Template)]
#[template(path = "evidence/imported.html")]
pub struct ImportedPage {
    page: Page,
    rows: Vec<Row>,
    ignored: String,
}

/// One line of the report.
struct Told {
    line: u64,
    column: &'static str,
    words: String,
    /// The proposal that waits.
    waits: Option<EvidenceProposalId>,
}

impl ImportedPage {
    fn count(&self, is: impl Fn(&Became) -> bool) -> usize {
        self.rows.iter().filter(|row| is(&row.became)).count()
    }

    fn counting(&self) -> usize {
        self.count(|became| *became == Became::Counts)
    }

    fn waiting(&self) -> usize {
        self.count(|became| matches!(became, Became::Waits(_)))
    }

    fn there(&self) -> usize {
        self.count(is_there)
    }

    fn refused(&self) -> usize {
        self.count(|became| !is_taken(became))
    }

    /// What was not taken, each mistake of it.
    fn bad(&self) -> Vec<Told> {
        self.lines(|became| !is_taken(became))
    }

    /// What was taken, or was there.
    fn good(&self) -> Vec<Told> {
        self.lines(is_taken)
    }

    fn lines(&self, is: impl Fn(&Became) -> bool) -> Vec<Told> {
        self.rows.iter().filter(|row| is(&row.became)).flat_map(|row| self.of_row(row)).collect()
    }

    fn of_row(&self, row: &Row) -> Vec<Told> {
        let words = self.page.words;
        let of = |column, words| Told { line: row.line, column, words, waits: None };
        match &row.became {
            Became::Counts => vec![of("", words.t("evidence-import-counts"))],
            Became::Waits(id) => vec![Told { waits: Some(*id), ..of("", words.t("evidence-stage-waiting")) }],
            Became::Hindered(Hindrance::Stopped) => vec![of("", words.t("evidence-unit-stopped"))],
            Became::Hindered(why) if is_there(&row.became) => {
                vec![of("", words.t(&format!("{}-title", why.key())))]
            }
            Became::Hindered(why) => vec![of("", words.t(&why.key()))],
            Became::Unknown => vec![of("number", words.t("evidence-error-nobody"))],
            Became::Bad(all) => all.iter().map(|bad| of(bad.column(), bad.reason(words))).collect(),
        }
    }

    /// All of it as a CSV file, in the page itself: there is nowhere to fetch it from.
    fn report(&self) -> String {
        let mut csv = String::from("\u{feff}line,column,became\r\n");
        for Told { line, column, words, .. } in self.lines(|_| true) {
            let _ = write!(csv, "{line},{column},\"{}\"\r\n", words.replace('"', "\"\""));
        }
        format!("data:text/csv;charset=utf-8;base64,{}", STANDARD.encode(csv))
    }

    /// With rows of each sort; with nothing to mend.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |all: Vec<Became>, ignored: &str| Self {
            page: page.clone(),
            rows: (2..).zip(all).map(|(line, became)| Row { line, became }).collect(),
            ignored: ignored.to_owned(),
        };
        let waits = || Became::Waits(EvidenceProposalId::from_i64(5));
        let document = entry::Wrong::new(Field::Kind, "kind.unknown");
        let bad = vec![
            Became::Counts,
            waits(),
            Became::Bad(vec![Bad::Document(document), Bad::Fact(Wrong::Kind), Bad::Fact(Wrong::At)]),
            Became::Bad(vec![Bad::Row("row.quote")]),
            Became::Bad([Wrong::Result, Wrong::Method, Wrong::NoTest, Wrong::Until].map(Bad::Fact).into()),
            Became::Unknown,
        ];
        let hindered = Hindrance::ALL.iter().map(|why| Became::Hindered(*why));
        let mixed = bad.into_iter().chain(hindered).collect();
        vec![of(mixed, "colour"), of(vec![Became::Counts, waits()], ""), of(Vec::new(), "")]
    }
}

const fn is_there(became: &Became) -> bool {
    matches!(became, Became::Hindered(Hindrance::There | Hindrance::Waiting))
}

const fn is_taken(became: &Became) -> bool {
    matches!(became, Became::Counts | Became::Waits(_)) || is_there(became)
}
