//! `GET /diary`: where the phone was. The page has no data: a script of the phone shows what the phone alone keeps.

use askama::Template;
use axum::response::Response;

use crate::http::Failure;
use crate::http::page::{self, Page};

/// The diary, empty.
#[derive(Template)]
#[template(path = "visit/diary.html")]
pub struct DiaryPage {
    page: Page,
}

impl DiaryPage {
    /// The page; what a phone shows in it is the script's.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self { page: page.clone() }]
    }

    /// Words with places for what the script fills in. The words are ours and hold no markup.
    fn slotted(&self, key: &str) -> String {
        let slot = |name: &str| format!("<span data-slot=\"{name}\"></span>");
        self.page.words.with(key, &["time", "place"].map(|name| (name, slot(name))))
    }
}

/// `GET /diary`: the same for everybody, and kept by the phone for use without a network.
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&DiaryPage { page: page.about_phone() })
}
