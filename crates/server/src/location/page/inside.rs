//! `/locations/{id}/inside`: how many people are there now, and came by the hour. No identity.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::Timestamp;
use store::rows::location::LocationState;

use super::{id_of, sample};
use crate::App;
use crate::http::Failure;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::location::inside::{self, Inside};

/// What the page shows.
#[derive(Template)]
#[template(path = "location/inside.html")]
pub struct InsidePage {
    page: Page,
    counted: Inside,
    at: String,
}

impl InsidePage {
    fn new(page: Page, counted: Inside, now: Timestamp) -> Self {
        Self { at: page.words.date_time(now), page, counted }
    }

    fn full(&self) -> bool {
        self.counted.location.details.capacity.is_some_and(|most| self.counted.now >= i64::from(most))
    }

    fn of_checkpoint(&self) -> bool {
        self.counted.location.checkpoint.is_some()
    }

    /// Hour and entries, the latest first.
    fn hours(&self) -> Vec<(String, i64)> {
        let hour = |(at, entries): (usize, &i64)| (format!("{at:02}:00–{at:02}:59"), *entries);
        self.counted.hours.iter().enumerate().map(hour).rev().collect()
    }

    /// The most of an hour, for the bars.
    fn most(&self) -> i64 {
        self.counted.hours.iter().copied().max().unwrap_or(0).max(1)
    }

    /// Some inside; as many as it holds; nobody yet, in one without a limit.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |now, hours: &[i64], capacity| {
            let mut location = sample::row(LocationState::Approved);
            location.details.capacity = capacity;
            let counted = Inside { location, now, today: hours.iter().sum(), hours: hours.to_vec() };
            Self::new(page.clone(), counted, sample::AT)
        };
        vec![of(42, &[0, 0, 3, 55, 120], Some(300)), of(300, &[0, 410], Some(300)), of(0, &[0], None)]
    }
}

/// `GET /locations/{id}/inside`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let counted = inside::count(&app, &staff, id_of(&id)?).await?;
    page::show(&InsidePage::new(page, counted, app.now()))
}
