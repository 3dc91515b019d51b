//! `/figures`: how many applications were decided in time, for everyone.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use store::rows::review::Decided;

use crate::App;
use crate::http::Failure;
use crate::http::page::{self, Page};
use crate::review::figures::{Counted, DAYS, Figures};

/// What the page shows.
#[derive(Template)]
#[template(path = "review/figures.html")]
pub struct FiguresPage {
    page: Page,
    figures: Figures,
}

impl FiguresPage {
    fn days() -> u64 {
        DAYS
    }

    /// "97.3", or "100" without decimals.
    fn share(&self) -> Option<String> {
        self.figures
            .per_mille()
            .map(|m| if m == 1000 { "100".to_owned() } else { format!("{}.{}", m / 10, m % 10) })
    }

    /// Nothing decided yet, almost all in time, all in time.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |all, in_time, late_now| Self {
            page: page.clone(),
            figures: Figures {
                decided: Decided { all, in_time, late_now },
                counted_at: Timestamp::from_seconds(1_795_501_200),
            },
        };
        vec![sample(0, 0, 0), sample(4210, 4199, 3), sample(12, 12, 0)]
    }
}

/// `GET /figures`
pub async fn show(State(app): State<App>, page: Page, counted: Counted) -> Result<Response, Failure> {
    let figures = counted.figures(&app).await?;
    page::show(&FiguresPage { page, figures })
}
