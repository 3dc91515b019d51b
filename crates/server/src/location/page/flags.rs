//! `/locations/flags`: what was noticed at locations, to managers of their own, to administrators of all.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Role, Timestamp};
use store::rows::location::{LocationFlagKind, LocationFlagRow};

use super::sample;
use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};
use crate::location::LocationError;
use crate::location::flags::{self, Named};

/// The list.
#[derive(Template)]
#[template(path = "location/flags.html")]
pub struct FlagsPage {
    page: Page,
    all: Vec<Named>,
    /// Whether an administrator looks at it.
    administrator: bool,
}

impl FlagsPage {
    fn what(&self, flag: &LocationFlagRow) -> String {
        self.page.t1(format!("location-flag-{}", flag.kind.as_str()), "number", flag.number)
    }

    fn when(&self, flag: &LocationFlagRow) -> String {
        self.page.words.date_time(Timestamp::from_seconds(flag.hour.saturating_mul(3_600)))
    }

    /// When they themselves have looked at it.
    fn seen(&self, flag: &LocationFlagRow) -> Option<String> {
        let at = if self.administrator { flag.checked_at } else { flag.seen_at };
        at.map(|at| self.page.words.date_time(at))
    }

    /// Nothing, and one of each kind, to a manager and to an administrator.
    pub fn samples(page: &Page) -> Vec<Self> {
        let flag = |kind: &LocationFlagKind| LocationFlagRow {
            id: domain::Id::from_i64(1),
            location: domain::Id::from_i64(31),
            kind: *kind,
            hour: sample::AT.seconds() / 3_600,
            number: 871,
            made_at: sample::AT,
            seen_at: (*kind == LocationFlagKind::Rush).then_some(sample::AT),
            checked_at: None,
        };
        let all: Vec<Named> =
            LocationFlagKind::EVERY.iter().map(|kind| (flag(kind), "江城市场".to_owned())).collect();
        let with = |all, administrator| Self { page: page.clone(), all, administrator };
        vec![with(Vec::new(), false), with(all.clone(), false), with(all, true)]
    }
}

/// `GET /locations/flags`
pub async fn show(State(app): State<App>, page: Page, staff: Staff) -> Result<Response, Failure> {
    let all = flags::list(&app, &staff).await?;
    page::show(&FlagsPage { page, all, administrator: staff.may(&[Role::Administrator]) })
}

/// `POST /locations/flags`: marks one as looked at.
pub async fn seen(State(app): State<App>, staff: Staff, fields: Fields) -> Result<Response, Failure> {
    let id = fields.get("flag").parse().map_err(|_| LocationError::Unknown)?;
    flags::seen(&app, &staff, id).await?;
    Ok(Redirect::to("/locations/flags").into_response())
}
