//! The help pages.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use credential::{Reason, Temperature, Verdict};

use crate::App;
use crate::checkpoint::page::verdict::reason_words;
use crate::checkpoint::temperature;
use crate::help::film::{self, Recording, Scene};
use crate::help::guide::{Guide, Step};
use crate::http::headers::PlaysMedia;
use crate::http::page::{self, Page};
use crate::http::{Failure, assets};

/// A guide with its pictures.
#[derive(Template)]
#[template(path = "help/guide.html")]
pub struct GuidePage {
    page: Page,
    guide: Guide,
    threshold: Temperature,
}

impl GuidePage {
    /// Every guide.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |guide| Self { page: page.clone(), guide, threshold: credential::THRESHOLD };
        Guide::ALL.into_iter().map(sample).collect()
    }

    fn word(&self, end: &str) -> String {
        let key = format!("help-{}-{end}", self.guide.as_str());
        self.page.t1(key, "threshold", temperature::show(self.threshold))
    }

    /// The address of a step's picture, once it has been taken.
    fn picture(&self, step: &Step) -> Option<String> {
        let (language, guide) = (self.page.lang(), self.guide.as_str());
        let name = format!("help/{language}/{guide}-{}.webp", step.key);
        (step.picture && assets::exists(&name)).then(|| assets::url(&name))
    }

    /// The guide film, on the first page, once it has been recorded.
    fn recording(&self) -> Option<Recording> {
        if self.guide == Guide::Index { film::recording(self.page.words.0) } else { None }
    }

    /// Every scene with what is said during it.
    fn transcript(&self) -> Vec<String> {
        film::scenes().iter().map(|scene: &Scene| film::words(&self.page, scene)).collect()
    }

    /// What each reason means and what to do, in the words of the verdict page.
    fn reasons(&self) -> Vec<(&'static str, &'static str, String)> {
        let threshold = temperature::show(self.threshold);
        Reason::ALL
            .iter()
            .map(|&reason| {
                let words =
                    self.page.t2(reason_words(reason), "reading", &threshold, "threshold", &threshold);
                let (word, tag) = word_of(reason);
                (word, tag, words)
            })
            .collect()
    }
}

/// The verdict that a reason leads to, as locale keys have it, and the class of its tag.
fn word_of(reason: Reason) -> (&'static str, &'static str) {
    match reason.verdict() {
        Verdict::Pass => ("pass", "green"),
        Verdict::Check => ("check", "yellow"),
        Verdict::Stop => ("stop", "red"),
    }
}

fn show(app: &App, page: Page, guide: Guide) -> Result<Response, Failure> {
    page::show(&GuidePage { page, guide, threshold: app.settings.temperature_threshold })
}

/// `GET /help`
pub async fn index(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let mut response = show(&app, page, Guide::Index)?;
    response.extensions_mut().insert(PlaysMedia);
    Ok(response)
}

/// `GET /help/apply`
pub async fn apply(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    show(&app, page, Guide::Apply)
}

/// `GET /help/show`
pub async fn present(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    show(&app, page, Guide::Show)
}

/// `GET /help/check`
pub async fn check(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    show(&app, page, Guide::Check)
}

/// `GET /help/filing`
pub async fn filing(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    show(&app, page, Guide::Filing)
}
