//! `/locations/posters`: the posters of all approved locations of a manager, in a few files.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use paper::Missing;
use store::rows::location::PosterRow;

use super::{posters::sent, sample};
use crate::App;
use crate::http::Failure;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::location::LocationError;
use crate::location::posters::{self, PART};
use crate::location::print::{Form, free_text, lacking};

/// How many names with characters that the font lacks are shown.
const NAMED: usize = 100;

/// What the page shows.
#[derive(Template)]
#[template(path = "location/all_posters.html")]
pub struct AllPostersPage {
    page: Page,
    count: i64,
    /// Names of locations whose posters have no PDF, and the characters that the font lacks.
    lacking: Vec<(String, String)>,
}

impl AllPostersPage {
    /// Number (from 1), first and last poster of each file.
    fn parts(&self) -> Vec<(i64, i64, i64)> {
        let parts = (self.count + PART - 1) / PART;
        (0..parts).map(|part| (part + 1, part * PART + 1, ((part + 1) * PART).min(self.count))).collect()
    }

    /// None; some; several files, with what the font lacks.
    pub fn samples(page: &Page) -> Vec<Self> {
        let odd = sample::poster("鿫博物馆 متحف");
        let with = |count, lacking| Self { page: page.clone(), count, lacking };
        vec![with(0, Vec::new()), with(12, Vec::new()), with(2_345, note(&odd).into_iter().collect())]
    }
}

/// The name and what the font lacks, if it lacks anything.
fn note(row: &PosterRow) -> Option<(String, String)> {
    let missing = lacking(&free_text(row));
    (!missing.is_empty()).then(|| (row.name.clone(), Missing(missing).to_string()))
}

/// `GET /locations/posters`
pub async fn show(State(app): State<App>, page: Page, staff: Staff) -> Result<Response, Failure> {
    let count = posters::count(&app, &staff).await?;
    let mut all = Vec::new();
    for part in 0..(count + PART - 1) / PART {
        all.extend(posters::part(&app, &staff, part).await?.iter().filter_map(note));
    }
    all.truncate(NAMED);
    page::show(&AllPostersPage { page, count, lacking: all })
}

/// `GET /locations/posters/{file}`: `1-a4.pdf` has the first thousand.
pub async fn file(
    State(app): State<App>,
    staff: Staff,
    Path(file): Path<String>,
) -> Result<Response, Failure> {
    let (number, form) = file.split_once('-').ok_or(LocationError::Unknown)?;
    let form = Form::from_name(form).filter(|form| *form != Form::Svg).ok_or(LocationError::Unknown)?;
    let number: i64 = number.parse().map_err(|_| LocationError::Unknown)?;
    let part = (1..=10_000).contains(&number).then_some(number - 1).ok_or(LocationError::Unknown)?;
    sent(&app, posters::part(&app, &staff, part).await?, form).await
}
