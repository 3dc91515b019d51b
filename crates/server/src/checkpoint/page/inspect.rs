//! `/inspect`: the shell of the inspector's application, and nothing of anybody.
//!
//! The browser keeps it and opens it without a network, so it is the same for everybody: no name, no session, no
//! token. What it knows comes later, from the endpoints that ask who asks. Every word that the scripts may need stands
//! in it; the service worker keeps one shell of each language.

use std::sync::LazyLock;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use credential::Reason;

use crate::http::page::{self, Page};
use crate::http::{Failure, Kind};
use crate::words::Language;

/// The words of the application: all of this file's are in the shell, under what follows `inspect-`.
const FILE: &str = include_str!("../../../../../locales/en/inspect.ftl");
static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let keys = FILE.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
    keys.filter_map(|key| key.strip_prefix("inspect-")).collect()
});

/// Words of the page without the application that it says too.
const SHARED: [&str; 30] = [
    "check-other-language",
    "check-verdict-pass",
    "check-verdict-pass-other",
    "check-verdict-check",
    "check-verdict-check-other",
    "check-verdict-stop",
    "check-verdict-stop-other",
    "check-pass-do",
    "check-items",
    "check-initials",
    "check-birthday",
    "check-birthday-date",
    "check-birthday-unknown",
    "check-document",
    "check-document-passport",
    "check-document-hk_macao_permit",
    "check-document-taiwan_permit",
    "check-last-four",
    "check-matches",
    "check-differs",
    "check-temperature-form",
    "check-temperature-range",
    "check-photo-none",
    "check-photo-several",
    "check-reason-short-unknown",
    "check-reason-short-away",
    "entry-only",
    "entry-pass-do",
    "entry-local-title",
    "entry-reason-national-off",
];

/// What the scripts fill in.
const SLOTS: [&str; 15] = [
    "time",
    "count",
    "hours",
    "minutes",
    "seconds",
    "reading",
    "threshold",
    "lowest",
    "highest",
    "name",
    "day",
    "month",
    "place",
    "limit",
    "code",
];

/// The shell.
#[derive(Template)]
#[template(path = "checkpoint/inspect.html")]
pub struct InspectPage {
    page: Page,
}

impl InspectPage {
    /// As it is for everybody.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self { page: page.clone() }]
    }

    fn names() -> &'static [&'static str] {
        &NAMES
    }

    fn shared() -> [&'static str; SHARED.len()] {
        SHARED
    }

    /// The reasons of verdicts, as locale keys end.
    fn reasons() -> Vec<String> {
        Reason::ALL.iter().map(|reason| reason.as_str().replace('_', "-")).collect()
    }

    /// The words for it where the code is one of others, if they differ.
    fn entry_words(&self, reason: &str) -> Option<String> {
        let key = format!("entry-reason-{reason}");
        self.page.words.has(&key).then_some(key)
    }

    /// Words with places for what the script fills in. The words are ours and hold no markup.
    fn slotted(&self, key: impl AsRef<str>) -> String {
        let slots = SLOTS.map(|name| (name, format!("<span data-slot=\"{name}\"></span>")));
        self.page.words.with(key.as_ref(), &slots)
    }
}

/// `GET /inspect`: in the visitor's language.
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&InspectPage { page })
}

/// `GET /inspect/in/{language}`: in this language, for the service worker, which keeps them all.
pub async fn show_in(Path(tag): Path<String>, page: Page) -> Result<Response, Failure> {
    let language = Language::from_tag(&tag).ok_or(Failure::of(Kind::NOT_FOUND))?;
    page::show(&InspectPage { page: page.in_language(language) })
}
