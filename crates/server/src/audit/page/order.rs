//! `/audit/orders/{id}`: an order with its steps, and its file.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::Timestamp;
use store::rows::visit_case::Did;

use super::{days, or_failure, sample, stage};
use crate::App;
use crate::audit::file as handed_out;
use crate::audit::order::{self, View};
use crate::casework::page::{did, files, id};
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};

/// The order.
#[derive(Template)]
#[template(path = "audit/order.html")]
pub struct OrderPage {
    page: Page,
    now: Timestamp,
    view: View,
    /// Where people reach the service.
    origin: String,
}

impl OrderPage {
    fn days(&self) -> String {
        days(&self.page, &self.view.row)
    }

    fn stage(&self) -> (String, &'static str) {
        stage(&self.page, &self.view.row, self.now)
    }

    fn did(&self, one: &Did) -> String {
        did(&self.page, one)
    }

    fn ends(&self) -> Option<String> {
        order::ends(&self.view.row).map(|ends| self.page.words.date_time(ends))
    }

    fn command(&self) -> String {
        format!("tongxing log open order-{}.jsonl --log {}/log --key KEY", self.view.row.id, self.origin)
    }

    /// Waiting, granted and handed out, granted to somebody else, refused, ended.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |view| Self {
            page: page.clone(),
            now: sample::NOW,
            view,
            origin: "https://code.example.cn".to_owned(),
        };
        sample::views().into_iter().map(of).collect()
    }
}

/// `GET /audit/orders/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let view = order::view(&app, &staff, id(&path)?).await?;
    page::show(&OrderPage { page, now: app.now(), view, origin: app.settings.public_origin.clone() })
}

/// `POST /audit/orders/{id}/file`: each time it is recorded.
pub async fn file(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(path): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    match handed_out::hand_out(&app, &staff, id(&path)?).await {
        Ok(text) => files::file(&format!("order-{path}.jsonl"), text),
        Err(error) => or_failure(page, error, "/audit/orders"),
    }
}
