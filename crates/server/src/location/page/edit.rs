//! `/locations/new` and `/locations/{id}/edit`: what a manager says of a location.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::LocationId;
use store::rows::location::{LocationDetails, LocationRow, LocationState};

use super::{Options, divisions, id_of, kinds, sample};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};
use crate::location::details::{self, Field, Wrong};
use crate::location::{LocationError, registry};

/// The form.
#[derive(Template)]
#[template(path = "location/edit.html")]
pub struct EditPage {
    page: Page,
    /// The location that is changed; none: a new one.
    id: Option<LocationId>,
    /// Whether people register there, who could not while a reviewer looks at it again.
    open: bool,
    typed: Fields,
    /// Whether the box is shown with which what the font lacks is taken as it is.
    lacking: bool,
    errors: FieldErrors,
}

impl EditPage {
    fn new(page: Page, of: Option<&LocationRow>, typed: Fields) -> Self {
        let open =
            of.is_some_and(|row| matches!(row.state, LocationState::Approved | LocationState::Suspended));
        let lacking = typed.has("svg_only", "yes");
        let id = of.map(|row| row.id);
        Self { page: page.with_form(), id, open, typed, lacking, errors: FieldErrors::default() }
    }

    fn wrong(mut self, wrong: &[Wrong]) -> Self {
        for one in wrong {
            self.lacking |= one.code == "lacking";
            self.errors.add(one.field.as_str(), one.reason(self.page.words));
        }
        self
    }

    fn conflict(mut self) -> Self {
        let message = self.page.t("location-changed-between");
        self.errors.add("name", message);
        self
    }

    fn action(&self) -> String {
        self.id.map_or_else(|| "/locations/new".to_owned(), |id| format!("/locations/{id}/edit"))
    }

    fn back(&self) -> String {
        self.id.map_or_else(|| "/locations".to_owned(), |id| format!("/locations/{id}"))
    }

    fn kinds(&self) -> Options {
        kinds(&self.page)
    }

    fn divisions(&self) -> Options {
        divisions(&self.page)
    }

    fn box_of(&self, field: &str, label: &str) -> Vec<(String, String, bool)> {
        vec![("yes".to_owned(), self.page.t(label), self.typed.has(field, "yes"))]
    }

    /// New and empty, with every error, with what the font lacks, one that is open, one that somebody else changed.
    pub fn samples(page: &Page) -> Vec<Self> {
        let row = sample::row(LocationState::Approved);
        let judged = |typed: &Fields| judge(typed).err().unwrap_or_default();
        let empty = Fields::default();
        let arabic = Fields::from_pairs([("name", "博物馆"), ("name_other", "متحف")]);
        let open = || Self::new(page.clone(), Some(&row), filled(&row.details, row.version));
        vec![
            Self::new(page.clone(), None, empty.clone()),
            Self::new(page.clone(), None, empty.clone()).wrong(&judged(&empty)),
            Self::new(page.clone(), None, arabic.clone()).wrong(&judged(&arabic)),
            open(),
            open().conflict(),
        ]
    }
}

fn judge(typed: &Fields) -> Result<LocationDetails, Vec<Wrong>> {
    details::judge(|field| match field {
        // Entrances have pages of their own.
        Field::Entrances => "",
        field => typed.raw(field.as_str()),
    })
}

/// The form of what is there.
fn filled(details: &LocationDetails, version: i64) -> Fields {
    let mut typed = Fields::from_pairs([
        ("name", details.name.clone()),
        ("name_other", details.name_other.clone().unwrap_or_default()),
        ("kind", details.kind.as_str().to_owned()),
        ("division", details.division.clone()),
        ("address", details.address.clone()),
        ("capacity", details.capacity.map(|number| number.to_string()).unwrap_or_default()),
        ("stay", details.stay.minutes().to_string()),
        ("version", version.to_string()),
    ]);
    if details.entry_rule {
        typed.set("entry_rule", "yes");
    }
    // What was taken once is known.
    if judge(&typed).is_err_and(|wrong| wrong.iter().all(|one| one.code == "lacking")) {
        typed.set("svg_only", "yes");
    }
    typed
}

/// `GET /locations/new`
pub async fn new(page: Page) -> Result<Response, Failure> {
    page::show(&EditPage::new(page, None, Fields::default()))
}

/// `POST /locations/new`
pub async fn add(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(chosen) = fields.language_switch() {
        let mut response = page::show(&EditPage::new(page.in_language(chosen), None, fields))?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    match judge(&fields) {
        Err(wrong) => page::show_invalid(&EditPage::new(page, None, fields).wrong(&wrong)),
        Ok(details) => {
            let id = registry::add(&app, &staff, details).await?;
            Ok(Redirect::to(&format!("/locations/{id}")).into_response())
        }
    }
}

/// `GET /locations/{id}/edit`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let row = registry::one(&app, &staff, id_of(&id)?).await?.row;
    let typed = filled(&row.details, row.version);
    page::show(&EditPage::new(page, Some(&row), typed))
}

/// `POST /locations/{id}/edit`
pub async fn change(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let row = registry::one(&app, &staff, id).await?.row;
    if let Some(chosen) = fields.language_switch() {
        let mut response = page::show(&EditPage::new(page.in_language(chosen), Some(&row), fields))?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let details = match judge(&fields) {
        Err(wrong) => return page::show_invalid(&EditPage::new(page, Some(&row), fields).wrong(&wrong)),
        Ok(details) => details,
    };
    let version = fields.get("version").parse().unwrap_or(-1);
    match registry::change(&app, &staff, id, version, &details).await {
        Ok(()) => Ok(Redirect::to(&format!("/locations/{id}")).into_response()),
        Err(LocationError::Changed) => {
            // What was typed stays; sent once more it counts, now that they know.
            fields.set("version", row.version.to_string());
            page::show_invalid(&EditPage::new(page, Some(&row), fields).conflict())
        }
        Err(error) => Err(error.into()),
    }
}
