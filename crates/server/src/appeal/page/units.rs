//! `/staff/units`: which offices are a city's, and so look again at what a county's has answered.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Id;
use domain::id::kind::UnitId;
use store::rows::appeal::AppealLevel;
use store::{call, read, transact};

use crate::App;
use crate::appeal::AppealError;
use crate::casework::page::id;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};

/// The offices.
#[derive(Template)]
#[template(path = "appeal/units.html")]
pub struct UnitsPage {
    page: Page,
    units: Vec<(UnitId, String, AppealLevel)>,
}

impl UnitsPage {
    fn level(&self, unit: &(UnitId, String, AppealLevel)) -> String {
        self.page.t(format!("unit-level-{}", unit.2.as_str()))
    }

    fn is_city(unit: &(UnitId, String, AppealLevel)) -> bool {
        unit.2 == AppealLevel::City
    }

    fn has_city(&self) -> bool {
        self.units.iter().any(Self::is_city)
    }

    /// None of a city; one of each.
    pub fn samples(page: &Page) -> Vec<Self> {
        let unit = |id, name: &str, level| (Id::from_i64(id), name.to_owned(), level);
        let county = unit(1, "Health Office, Hongshan", AppealLevel::County);
        let city = unit(2, "Health Commission, Wuhan", AppealLevel::City);
        vec![
            Self { page: page.clone(), units: vec![county.clone()] },
            Self { page: page.clone(), units: vec![city, county] },
        ]
    }
}

/// `GET /staff/units`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let units = read!(app.store, "units", AppealError, |tx| { Ok(call!(tx, appeal::units())?) })?;
    page::show(&UnitsPage { page, units })
}

/// `POST /staff/units/{id}`
pub async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let unit: UnitId = id(&path)?;
    let Some(level) = AppealLevel::from_name(fields.get("level")) else {
        return Ok(Redirect::to("/staff/units").into_response());
    };
    transact!(app.store, "unit.level", AppealError, |tx| {
        if !call!(tx, appeal::set_level(unit, level))? {
            return Err(AppealError::NotFound);
        }
        crate::access::record(tx, &app, &staff, "change", "unit", unit).await?;
        Ok(())
    })?;
    Ok(Redirect::to("/staff/units").into_response())
}
