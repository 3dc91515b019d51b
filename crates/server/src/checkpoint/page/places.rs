//! `/staff/checkpoints`: the checkpoints, who works there, and adding one.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::checkpoint::CheckpointKind;
use domain::id::kind::{CheckpointId, LocationId};
use store::rows::checkpoint::{CheckpointRow, Counts};

use super::gate::kinds;
use crate::App;
use crate::checkpoint::admin::places::{self, Standing};
use crate::checkpoint::admin::{AdminError, By, Tools};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};
use crate::location::checkpoint::Registered;

/// The list and the form.
#[derive(Template)]
#[template(path = "checkpoint/places.html")]
pub struct PlacesPage {
    page: Page,
    all: Vec<Standing>,
    called: String,
    place: String,
    kind: String,
    errors: FieldErrors,
}

impl PlacesPage {
    fn of(page: Page, all: Vec<Standing>, fields: &Fields) -> Self {
        Self {
            all,
            called: fields.raw("name").to_owned(),
            place: fields.raw("place").to_owned(),
            kind: fields.raw("kind").to_owned(),
            errors: FieldErrors::default(),
            page: page.with_form(),
        }
    }

    fn kinds(&self) -> Vec<(String, String)> {
        kinds(&self.page)
    }

    fn kind(&self, kind: CheckpointKind) -> String {
        self.page.t(format!("checkpoint-kind-{}", kind.as_str()))
    }

    /// None, an open one beside a closed one, and every error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let at = Timestamp::from_seconds(1_795_435_200);
        let one = |id, name: &str, closed_at| Standing {
            checkpoint: CheckpointRow {
                id: CheckpointId::from_i64(id),
                name: name.to_owned(),
                place: "Jianghan".to_owned(),
                kind: CheckpointKind::Station,
                made_at: at,
                closed_at,
            },
            running: 2,
            today: Counts { passes: 1204, checks: 31, stops: 4, normal: 1230, abnormal: 3 },
            registered: (id == 1).then_some(Registered { location: LocationId::from_i64(31), today: 71 }),
        };
        let all = vec![
            one(1, "武昌站 1", None),
            one(2, "Tianhe Airport, hall 2", Some(at)),
            one(3, "汉口站 3", None),
        ];
        let mut wrong = Self::of(page.clone(), all.clone(), &Fields::from_pairs([("name", " ")]));
        let every = [
            AdminError::BadName,
            AdminError::BadPlace,
            AdminError::InvisibleName,
            AdminError::InvisiblePlace,
            AdminError::NoKind,
        ];
        for error in every {
            let (field, key) = error_words(&error).expect("an error of the form");
            wrong.errors.add(field, page.t(key));
        }
        let mut taken = Self::of(page.clone(), all.clone(), &Fields::default());
        taken.errors.add("name", page.t("checkpoints-name-taken"));
        let empty = Fields::default();
        vec![Self::of(page.clone(), Vec::new(), &empty), Self::of(page.clone(), all, &empty), wrong, taken]
    }
}

/// Field and locale key of an error that the person at the form can mend.
fn error_words(error: &AdminError) -> Option<(&'static str, &'static str)> {
    Some(match error {
        AdminError::BadName => ("name", "checkpoints-name-bad"),
        AdminError::BadPlace => ("place", "checkpoints-place-bad"),
        AdminError::InvisibleName => ("name", "checkpoints-name-invisible"),
        AdminError::InvisiblePlace => ("place", "checkpoints-place-invisible"),
        AdminError::NoKind => ("kind", "checkpoints-kind-none"),
        AdminError::NameTaken => ("name", "checkpoints-name-taken"),
        AdminError::Unknown | AdminError::Store(_) => return None,
    })
}

/// `GET /staff/checkpoints`
pub async fn list(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let all = places::list(Tools::of(&app)).await?;
    page::show(&PlacesPage::of(page, all, &Fields::default()))
}

/// `POST /staff/checkpoints`: adds one.
pub async fn add(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    let tools = Tools::of(&app);
    if let Some(chosen) = fields.language_switch() {
        let all = places::list(tools).await?;
        let mut response = page::show(&PlacesPage::of(page.in_language(chosen), all, &fields))?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let kind = CheckpointKind::from_name(fields.get("kind"));
    let (name, place) = (fields.get("name"), fields.get("place"));
    match places::add(tools, By::from(&staff), name, place, kind).await {
        Ok(_) => Ok(back()),
        Err(error) => again(&app, page, error, &fields).await,
    }
}

/// The page, with what the person at the form can mend.
async fn again(app: &App, page: Page, error: AdminError, fields: &Fields) -> Result<Response, Failure> {
    let Some((field, key)) = error_words(&error) else { return Err(error.into()) };
    let mut again = PlacesPage::of(page, places::list(Tools::of(app)).await?, fields);
    let message = again.page.t(key);
    again.errors.add(field, message);
    page::show_invalid(&again)
}

/// `POST /staff/checkpoints/close`
pub async fn close(State(app): State<App>, staff: Staff, fields: Fields) -> Result<Response, Failure> {
    let checkpoint = id(&fields)?;
    places::close(Tools::of(&app), By::from(&staff), checkpoint).await?;
    app.places.forget_checkpoint(checkpoint);
    Ok(back())
}

/// `POST /staff/checkpoints/reopen`
pub async fn reopen(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    let checkpoint = id(&fields)?;
    match places::reopen(Tools::of(&app), By::from(&staff), checkpoint).await {
        Ok(()) => {
            app.places.forget_checkpoint(checkpoint);
            Ok(back())
        }
        Err(error) => again(&app, page, error, &Fields::default()).await,
    }
}

fn id(fields: &Fields) -> Result<CheckpointId, AdminError> {
    fields.get("checkpoint").parse().map_err(|_| AdminError::Unknown)
}

fn back() -> Response {
    Redirect::to("/staff/checkpoints").into_response()
}
