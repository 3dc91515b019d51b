//! `/my-code/offline`: days without the internet.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;

use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};
use crate::pass::ahead::{self, MOST_DAYS};

/// For how many days, of which it says until when each choice would last.
#[derive(Template)]
#[template(path = "pass/offline.html")]
pub struct OfflinePage {
    page: Page,
    now: Timestamp,
    until: Option<Timestamp>,
    days: String,
    errors: FieldErrors,
}

const CHOICES: [i64; 3] = [1, 3, MOST_DAYS];

impl OfflinePage {
    /// At first, with nothing chosen, and while days are fetched.
    pub fn samples(page: &Page) -> Vec<Self> {
        let now = Timestamp::from_seconds(1_795_435_200);
        let sample = |until| Self::of(page.clone(), now, until);
        let mut wrong = sample(None);
        wrong.errors.add("days", page.t("offline-error-days"));
        vec![sample(None), wrong, sample(Some(Timestamp::of_day(now.day() + MOST_DAYS)))]
    }

    fn of(page: Page, now: Timestamp, until: Option<Timestamp>) -> Self {
        let page = page.with_form();
        Self { page, now, until, days: String::new(), errors: FieldErrors::default() }
    }

    fn choices(&self) -> Vec<(String, String)> {
        let label = |days: i64| {
            let until = last_day(&self.page, Timestamp::of_day(self.now.day() + days));
            match days {
                1 => self.page.t1("offline-choice-one", "until", until),
                _ => self.page.t2("offline-choice", "days", days, "until", until),
            }
        };
        let mut all: Vec<_> = CHOICES.into_iter().map(|days| (days.to_string(), label(days))).collect();
        if self.until.is_some() {
            all.push(("0".to_owned(), self.page.t("offline-stop")));
        }
        all
    }
}

/// The day that ends at `until`: people say "Monday 24:00", not "Tuesday 0:00".
fn last_day(page: &Page, until: Timestamp) -> String {
    page.t1("offline-until", "date", page.words.date(until.minus(std::time::Duration::from_secs(1))))
}

/// `GET /my-code/offline`. A phone without a code is sent to its application.
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    if device.holder.is_none() {
        return Ok(Redirect::to("/application").into_response());
    }
    let until = ahead::wanted(&app, &device).await?;
    page::show(&OfflinePage::of(page, app.now(), until))
}

/// `POST /my-code/offline`: the code page then fetches the passes.
pub async fn choose(
    State(app): State<App>,
    page: Page,
    device: Device,
    fields: Fields,
) -> Result<Response, Failure> {
    let days = fields.get("days").to_owned();
    let shown = async |page: Page| -> Result<OfflinePage, Failure> {
        let until = ahead::wanted(&app, &device).await?;
        Ok(OfflinePage { days: days.clone(), ..OfflinePage::of(page, app.now(), until) })
    };
    if let Some(language) = fields.language_switch() {
        let mut response = page::show(&shown(page.in_language(language)).await?)?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    match days.parse::<i64>() {
        Ok(days) if (0..=MOST_DAYS).contains(&days) => {
            ahead::want(&app, &device, days).await?;
            Ok(Redirect::to("/my-code").into_response())
        }
        _ => {
            let mut shown = shown(page).await?;
            shown.errors.add("days", shown.page.t("offline-error-days"));
            page::show_invalid(&shown)
        }
    }
}
