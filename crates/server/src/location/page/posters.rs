//! `/locations/{id}/posters`: the posters of one location, to print and to replace.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::location::Poster;
use paper::Missing;
use store::rows::location::{LocationRow, LocationState, PosterRow, Spot};

use super::{WHOLE, entrance_of, id_of, named, sample};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};
use crate::location::LocationError;
use crate::location::posters::{self, current};
use crate::location::print::{self, Form, lacking, saved_as};
use crate::location::registry::{self, Whole};

/// One poster: of the whole location, or of an entrance.
pub struct One {
    /// What paths and forms call it.
    spot: String,
    /// The entrance's name; none: the whole location.
    entrance: Option<String>,
    version: u32,
    made: String,
    /// What its link says.
    link: String,
    /// Characters that the font lacks: it has no PDF then.
    missing: Option<String>,
    /// Older versions that still open: which, and until when.
    old: Vec<(u32, String)>,
}

/// What the page shows.
#[derive(Template)]
#[template(path = "location/posters.html")]
pub struct PostersPage {
    page: Page,
    row: LocationRow,
    posters: Vec<One>,
    grace: String,
    /// The poster whose form had a wrong number of days.
    wrong: String,
    errors: FieldErrors,
}

impl PostersPage {
    fn new(mut page: Page, origin: &str, whole: &Whole, now: Timestamp) -> Self {
        page.path = format!("/locations/{}/posters", whole.row.id);
        let entrances = whole.entrances.iter().map(|one| (Some(one.id), Some(one.name.clone())));
        let spots = std::iter::once((None, None)).chain(entrances);
        let one = |(id, name): (Option<_>, Option<String>)| {
            let spot = Spot { location: whole.row.id, entrance: id, tablet: false };
            let newest = current(&whole.codes, spot)?;
            let row = PosterRow {
                code: newest.clone(),
                name: whole.row.details.name.clone(),
                name_other: whole.row.details.name_other.clone(),
                division: whole.row.details.division.clone(),
                address: whole.row.details.address.clone(),
                entrance: name.clone(),
            };
            let missing = lacking(&print::free_text(&row));
            let old = whole.codes.iter().filter(|code| code.spot() == spot);
            let old =
                old.filter_map(|code| code.poster.ends.filter(|ends| *ends > now).map(|ends| (code, ends)));
            Some(One {
                spot: named(id),
                entrance: name,
                version: newest.poster.version,
                made: page.words.day(newest.poster.made.local_date()),
                link: print::link(origin, &newest.code.to_string()),
                missing: (!missing.is_empty()).then(|| Missing(missing).to_string()),
                old: old.map(|(code, ends)| (code.poster.version, page.words.date_time(ends))).collect(),
            })
        };
        let posters = spots.filter_map(one).collect();
        let grace = (Poster::GRACE.as_secs() / 86_400).to_string();
        let (wrong, errors) = (String::new(), FieldErrors::default());
        Self { row: whole.row.clone(), posters, grace, wrong, errors, page }
    }

    fn open(&self) -> bool {
        self.row.state == LocationState::Approved
    }

    fn of_checkpoint(&self) -> bool {
        self.row.checkpoint.is_some()
    }

    fn most() -> u64 {
        Poster::LONGEST_GRACE.as_secs() / 86_400
    }

    fn grace_wrong(mut self, spot: &str) -> Self {
        spot.clone_into(&mut self.wrong);
        let message = self.page.t1("location-grace-wrong", "most", Self::most());
        self.errors.add("grace", message);
        self
    }

    /// Approved; with what the font lacks; waiting; with a time that is too long.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |whole: &Whole| Self::new(page.clone(), "https://code.example", whole, sample::AT);
        let approved = sample::whole(LocationState::Approved);
        let mut arabic = approved.clone();
        arabic.row.details.name_other = Some("متحف".to_owned());
        let waiting = sample::whole(LocationState::Waiting);
        vec![of(&approved), of(&arabic), of(&waiting), of(&approved).grace_wrong(WHOLE)]
    }
}

/// `GET /locations/{id}/posters`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let whole = registry::one(&app, &staff, id_of(&id)?).await?;
    page::show(&PostersPage::new(page, &app.settings.public_origin, &whole, app.now()))
}

/// How long the posters before still open, as the form says it; none: not a number of days that there may be.
fn grace(fields: &Fields) -> Option<Duration> {
    if fields.get("how") == "now" {
        return Some(Duration::ZERO);
    }
    let days: u64 = fields.get("grace").parse().ok()?;
    let grace = Duration::from_secs(days.checked_mul(86_400)?);
    (grace <= Poster::LONGEST_GRACE).then_some(grace)
}

/// `POST /locations/{id}/posters/rotate`
pub async fn rotate(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let Some(grace) = grace(&fields) else {
        let whole = registry::one(&app, &staff, id).await?;
        let again = PostersPage::new(page, &app.settings.public_origin, &whole, app.now());
        let typed = fields.raw("grace").to_owned();
        return page::show_invalid(&PostersPage { grace: typed, ..again.grace_wrong(fields.get("spot")) });
    };
    let spot = Spot { location: id, entrance: entrance_of(fields.get("spot"))?, tablet: false };
    let version = fields.get("version").parse().unwrap_or(0);
    match posters::rotate(&app, &staff, spot, version, grace).await {
        Ok(()) | Err(LocationError::NotNow) => {
            Ok(Redirect::to(&format!("/locations/{id}/posters")).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /locations/{id}/posters/{file}`: `whole-a4.pdf`, `<entrance>-svg`, `all-a6.zip`.
pub async fn file(
    State(app): State<App>,
    staff: Staff,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let (which, form) = file.split_once('-').ok_or(LocationError::Unknown)?;
    let form = Form::from_name(form).ok_or(LocationError::Unknown)?;
    let mut rows = posters::of_location(&app, &staff, id).await?;
    if which != "all" {
        let entrance = entrance_of(which)?;
        rows.retain(|row| row.code.entrance == entrance);
    }
    sent(&app, rows, form).await
}

/// The file as an answer. Its name says nothing of whose posters it has.
pub(super) async fn sent(app: &App, rows: Vec<PosterRow>, form: Form) -> Result<Response, Failure> {
    let bytes = print::file(&app.settings.public_origin, rows, form).await?;
    let name = saved_as("tongxing-posters", form, app.now());
    let headers = [
        (header::CONTENT_TYPE, form.content_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
