//! `/locations/{id}`: one location, what belongs to it, and what its managers do with it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::{LocationEntranceId, LocationId, StaffId};
use domain::location::NameField;
use store::rows::location::{LocationRow, LocationState};

use super::{address, id_of, kind_words, sample, state};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};
use crate::location::LocationError;
use crate::location::details::{self, Field, Wrong};
use crate::location::people::{self, MOST};
use crate::location::registry::{self, Step, Whole};

/// What the page shows.
#[derive(Template)]
#[template(path = "location/one.html")]
pub struct OnePage {
    page: Page,
    row: LocationRow,
    whole: Whole,
    /// Who looks at it.
    own: StaffId,
    /// Whether what was typed is taken although the font lacks some of it.
    lacking: bool,
    typed: Fields,
    errors: FieldErrors,
}

impl OnePage {
    fn new(mut page: Page, whole: Whole, own: StaffId) -> Self {
        // What was refused was sent to another path, which nobody can go back to.
        page.path = format!("/locations/{}", whole.row.id);
        let (typed, errors) = (Fields::default(), FieldErrors::default());
        Self { page, row: whole.row.clone(), whole, own, lacking: false, typed, errors }
    }

    fn tag(&self) -> (&'static str, &'static str) {
        state(self.row.state)
    }

    fn kind(&self) -> String {
        kind_words(&self.page, self.row.details.kind)
    }

    fn address(&self) -> String {
        address(&self.page, &self.row)
    }

    fn is(&self, name: &str) -> bool {
        self.row.state.as_str() == name
    }

    fn may(&self, name: &str) -> bool {
        Step::from_name(name).is_some_and(|step| step.after(self.row.state).is_some())
    }

    /// Each state; with every error of its small forms.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of =
            |state: &LocationState| Self::new(page.clone(), sample::whole(*state), StaffId::from_i64(21));
        let mut all: Vec<Self> = LocationState::EVERY.iter().map(of).collect();
        let mut wrong = OnePage { lacking: true, ..of(&LocationState::Approved) };
        let missing = details::name(Field::Entrances, NameField::Entrance, "", false).err();
        wrong.errors.add("entrance", missing.map(|one| one.reason(page.words)).unwrap_or_default());
        for error in [LocationError::NoManager, LocationError::LastManager, LocationError::TooMany] {
            let (field, message) = words(page, &error).unwrap_or_default();
            wrong.errors.add(field, message);
        }
        all.push(wrong);
        all
    }
}

/// Field and words of what a manager can mend.
fn words(page: &Page, error: &LocationError) -> Option<(&'static str, String)> {
    Some(match error {
        LocationError::NoManager => ("login", page.t("location-no-manager")),
        LocationError::LastManager => ("login", page.t("location-last-manager")),
        LocationError::TooMany => ("entrance", page.t1("location-too-many", "most", MOST)),
        _ => return None,
    })
}

/// `GET /locations/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let whole = registry::one(&app, &staff, id_of(&id)?).await?;
    page::show(&OnePage::new(page, whole, staff.id))
}

/// Back to the location, or its page with what is wrong. Whatever cannot be done any more, because it was done, leads
/// back too: the page says where things stand.
async fn answer(
    app: &App,
    page: Page,
    staff: &Staff,
    id: LocationId,
    outcome: Result<(), LocationError>,
    fields: Fields,
) -> Result<Response, Failure> {
    let error = match outcome {
        Ok(()) | Err(LocationError::NotNow | LocationError::Changed) => {
            return Ok(Redirect::to(&format!("/locations/{id}")).into_response());
        }
        Err(error) => error,
    };
    let Some((field, message)) = words(&page, &error) else { return Err(error.into()) };
    page::show_invalid(&again(app, page, staff, id, (field, message), fields).await?)
}

async fn again(
    app: &App,
    page: Page,
    staff: &Staff,
    id: LocationId,
    (field, message): (&'static str, String),
    fields: Fields,
) -> Result<OnePage, Failure> {
    let whole = registry::one(app, staff, id).await?;
    let mut again = OnePage { typed: fields, ..OnePage::new(page, whole, staff.id) };
    again.errors.add(field, message);
    Ok(again)
}

/// `POST /locations/{id}/state`: suspends, resumes, closes.
pub async fn set_state(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let outcome = match Step::from_name(fields.get("step")) {
        Some(step) => registry::step(&app, &staff, id, step).await,
        None => registry::one(&app, &staff, id).await.map(drop),
    };
    answer(&app, page, &staff, id, outcome, fields).await
}

/// `POST /locations/{id}/entrances`
pub async fn add_entrance(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let known = fields.has("svg_only", "yes");
    let name = details::name(Field::Entrances, NameField::Entrance, fields.raw("entrance"), known);
    match name {
        Err(wrong) => {
            let message = Wrong::reason(&wrong, page.words);
            let again = again(&app, page, &staff, id, ("entrance", message), fields).await?;
            page::show_invalid(&OnePage { lacking: wrong.code == "lacking", ..again })
        }
        Ok(name) => {
            let outcome = people::add_entrance(&app, &staff, id, &name).await.map(drop);
            answer(&app, page, &staff, id, outcome, fields).await
        }
    }
}

/// `POST /locations/{id}/entrances/close`
pub async fn close_entrance(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let entrance: LocationEntranceId = fields.get("entrance").parse().map_err(|_| LocationError::Unknown)?;
    let outcome = people::close_entrance(&app, &staff, id, entrance).await;
    answer(&app, page, &staff, id, outcome, Fields::default()).await
}

/// `POST /locations/{id}/managers`
pub async fn add_manager(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let outcome = people::add(&app, &staff, id, fields.get("login")).await;
    answer(&app, page, &staff, id, outcome, fields).await
}

/// `POST /locations/{id}/managers/remove`
pub async fn remove_manager(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let other: StaffId = fields.get("manager").parse().map_err(|_| LocationError::Unknown)?;
    match people::remove(&app, &staff, id, other).await {
        Ok(()) if other == staff.id => Ok(Redirect::to("/locations").into_response()),
        outcome => answer(&app, page, &staff, id, outcome, Fields::default()).await,
    }
}
