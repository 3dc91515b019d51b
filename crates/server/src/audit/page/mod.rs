//! The pages of auditors, and the one on which administrators decide on their orders.

pub mod decide;
pub mod home;
pub mod order;
pub mod orders;
pub mod sample;

use axum::response::Response;
use domain::Timestamp;
use store::rows::audit_order::OrderRow;

use super::{AuditError, order as orders_of};
use crate::http::page::Page;
use crate::http::{Failure, hindered};

/// Hindered: the page with 409, which leads to `back`; anything else: the failure.
fn or_failure(page: Page, error: AuditError, back: &str) -> Result<Response, Failure> {
    let AuditError::Hindered(hindrance) = error else { return Err(error.into()) };
    hindered::show(page, hindrance.key(), back.to_owned(), "")
}

/// “1 November 2026 to 23 November 2026”
fn days(page: &Page, row: &OrderRow) -> String {
    let [from, until] = row.days.map(|day| page.words.day(Timestamp::of_day(day).local_date()));
    page.t2("audit-days", "from", from, "until", until)
}

/// How it stands, in a word or two, with the colour of its tag.
fn stage(page: &Page, row: &OrderRow, now: Timestamp) -> (String, &'static str) {
    let (key, tag) = match (&row.decided, orders_of::ends(row)) {
        (None, _) => ("audit-stage-waiting", "yellow"),
        (Some((_, false)), _) | (_, None) => ("audit-stage-refused", "grey"),
        (_, Some(ends)) if now >= ends => ("audit-stage-ended", "grey"),
        _ => ("audit-stage-granted", "green"),
    };
    (page.t(key), tag)
}
