//! `/audit/orders`: the orders there are, and the form that asks for one.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::id::kind::UnitId;
use store::rows::audit_order::{OrderRow, OrderWords};

use super::{days, sample, stage};
use crate::App;
use crate::audit::order::{self, LASTS, MOST_DAYS};
use crate::casework::case::TEXT_LENGTH;
use crate::casework::page::{did, text};
use crate::casework::when;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};

/// The longest reference.
const REFERENCE_LENGTH: usize = 100;

/// What was typed.
#[derive(Default, Clone)]
struct Typed {
    unit: String,
    from: String,
    until: String,
    reason: String,
    reference: String,
}

/// List and form.
#[derive(Template)]
#[template(path = "audit/orders.html")]
pub struct OrdersPage {
    page: Page,
    now: Timestamp,
    orders: Vec<OrderRow>,
    units: Vec<(String, String)>,
    typed: Typed,
    errors: FieldErrors,
}

impl OrdersPage {
    fn units(&self) -> Vec<(&str, String)> {
        let choose = std::iter::once(("", self.page.t("audit-choose")));
        choose.chain(self.units.iter().map(|(id, name)| (id.as_str(), name.clone()))).collect()
    }

    fn days(&self, row: &OrderRow) -> String {
        days(&self.page, row)
    }

    fn stage(&self, row: &OrderRow) -> (String, &'static str) {
        stage(&self.page, row, self.now)
    }

    fn asked(&self, row: &OrderRow) -> String {
        did(&self.page, &row.asked)
    }

    fn lead(&self) -> String {
        self.page.t1("audit-orders-lead", "days", LASTS.as_secs() / 86_400)
    }

    fn until_hint(&self) -> String {
        self.page.t1("audit-until-hint", "days", MOST_DAYS)
    }

    fn reason_hint(&self) -> String {
        self.page.t1("audit-reason-hint", "length", TEXT_LENGTH)
    }

    fn reference_hint(&self) -> String {
        self.page.t1("audit-reference-hint", "length", REFERENCE_LENGTH)
    }

    /// No order; each state, with every mistake.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut errors = FieldErrors::default();
        for (field, key) in [
            ("unit", "audit-error-unit"),
            ("from", "audit-error-day"),
            ("until", "audit-error-backwards"),
            ("until", "audit-error-long"),
            ("until", "audit-error-not-over"),
            ("reason", "audit-error-reason"),
            ("reference", "audit-error-reference"),
        ] {
            errors.add(field, page.t1(key, "days", MOST_DAYS));
        }
        let of = |orders, errors| Self {
            page: page.clone(),
            now: sample::NOW,
            orders,
            units: vec![("1".to_owned(), "Health Commission, Wuhan".to_owned())],
            typed: Typed::default(),
            errors,
        };
        vec![of(Vec::new(), FieldErrors::default()), of(sample::orders(), errors)]
    }
}

/// `GET /audit/orders`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let form = form(&app, page, Typed::default(), FieldErrors::default()).await?;
    page::show(&form)
}

/// `POST /audit/orders`
pub async fn ask(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    let typed = Typed {
        unit: fields.get("unit").to_owned(),
        from: fields.get("from").to_owned(),
        until: fields.get("until").to_owned(),
        reason: text(&fields, "reason"),
        reference: fields.get("reference").to_owned(),
    };
    let mut errors = FieldErrors::default();
    let unit = unit(&app, &page, &typed, &mut errors).await?;
    let days = read_days(&page, &typed, app.now(), &mut errors);
    words(&page, &typed, &mut errors);
    if let (Some(unit), Some(days), true) = (unit, days, errors.is_empty()) {
        let words = OrderWords { reason: typed.reason, reference: typed.reference };
        let id = order::ask(&app, &staff, (unit, days), words).await?;
        return Ok(Redirect::to(&format!("/audit/orders/{id}")).into_response());
    }
    page::show_invalid(&form(&app, page, typed, errors).await?)
}

async fn form(app: &App, page: Page, typed: Typed, errors: FieldErrors) -> Result<OrdersPage, Failure> {
    let (orders, units) = (order::list(app).await?, order::units(app).await?);
    let units = units.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    Ok(OrdersPage { page, now: app.now(), orders, units, typed, errors })
}

/// One of the units that there are.
async fn unit(
    app: &App,
    page: &Page,
    typed: &Typed,
    errors: &mut FieldErrors,
) -> Result<Option<UnitId>, Failure> {
    let units = order::units(app).await?;
    let unit = units.into_iter().map(|(id, _)| id).find(|id| id.to_string() == typed.unit);
    if unit.is_none() {
        errors.add("unit", page.t("audit-error-unit"));
    }
    Ok(unit)
}

/// The days, which are over, in their order, and not too many.
fn read_days(page: &Page, typed: &Typed, now: Timestamp, errors: &mut FieldErrors) -> Option<[i64; 2]> {
    let day = |text: &str| when::moment(&format!("{text}T00:00")).map(Timestamp::day);
    let (from, until) = (day(&typed.from), day(&typed.until));
    for (field, day) in [("from", from), ("until", until)] {
        if day.is_none() {
            errors.add(field, page.t("audit-error-day"));
        }
    }
    let (from, until) = from.zip(until)?;
    let wrong = if until < from {
        "audit-error-backwards"
    } else if until - from >= MOST_DAYS {
        "audit-error-long"
    } else if until >= now.day() {
        "audit-error-not-over"
    } else {
        return Some([from, until]);
    };
    errors.add("until", page.t1(wrong, "days", MOST_DAYS));
    None
}

fn words(page: &Page, typed: &Typed, errors: &mut FieldErrors) {
    for (field, text, most, missing) in [
        ("reason", &typed.reason, TEXT_LENGTH, "audit-error-reason"),
        ("reference", &typed.reference, REFERENCE_LENGTH, "audit-error-reference"),
    ] {
        if text.is_empty() {
            errors.add(field, page.t(missing));
        } else if text.chars().count() > most {
            errors.add(field, page.t1("case-error-long", "length", most));
        }
    }
}
