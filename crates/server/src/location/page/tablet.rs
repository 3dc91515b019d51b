//! `/tablet`: what a tablet at a door shows; and the page on which a manager sets one up.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use paper::Code;
use store::rows::location::{LocationRow, LocationState, Spot};

use super::{entrance_of, id_of, named, sample};
use crate::App;
use crate::http::cookie::{self, CookieKind};
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, Kind};
use crate::location::LocationError;
use crate::location::posters::current;
use crate::location::print::link;
use crate::location::registry::{self, Whole};
use crate::location::tablet::{self, Today};
use crate::staff::{Tools, sign_in};
use crate::words::{Language, Words};

/// Setting one up.
#[derive(Template)]
#[template(path = "location/tablet_set_up.html")]
pub struct SetUpPage {
    page: Page,
    row: LocationRow,
    /// What forms call it, the entrance's name, and whether a tablet shows its code.
    spots: Vec<(String, Option<String>, bool)>,
}

impl SetUpPage {
    fn new(page: Page, whole: &Whole) -> Self {
        let entrances = whole.entrances.iter().map(|one| (Some(one.id), Some(one.name.clone())));
        let spot = |(entrance, name): (Option<_>, Option<String>)| {
            let spot = Spot { location: whole.row.id, entrance, tablet: true };
            (named(entrance), name, current(&whole.codes, spot).is_some())
        };
        let spots = std::iter::once((None, None)).chain(entrances).map(spot).collect();
        Self { page, row: whole.row.clone(), spots }
    }

    fn open(&self) -> bool {
        self.row.state == LocationState::Approved
    }

    fn of_checkpoint(&self) -> bool {
        self.row.checkpoint.is_some()
    }

    /// Approved, and not.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |state| Self::new(page.clone(), &sample::whole(state));
        vec![of(LocationState::Approved), of(LocationState::Waiting)]
    }
}

/// What a tablet shows, in Chinese and English together, as a poster does.
#[derive(Template)]
#[template(path = "location/tablet.html")]
pub struct TabletPage {
    page: Page,
    shown: Option<Shown>,
}

struct Shown {
    title: String,
    other: Option<String>,
    entrance: Option<String>,
    /// Whether people register here now.
    open: bool,
    svg: String,
    typed: String,
    day: String,
    /// Until another code takes its place.
    seconds: u64,
}

/// How often a tablet asks again at least: so it learns that its location was suspended.
const AGAIN: u64 = 300;

impl TabletPage {
    fn words() -> [Words; 2] {
        [Words(Language::ZhHans), Words(Language::En)]
    }

    fn again(&self) -> u64 {
        self.shown.as_ref().map_or(AGAIN, |shown| (shown.seconds + 1).min(AGAIN))
    }

    /// Open, suspended, and a browser that is no tablet.
    pub fn samples(page: &Page) -> Vec<Self> {
        let svg = || Code::link("https://code.example/v/…").map(|code| code.svg("")).unwrap_or_default();
        let shown = |open| Shown {
            title: "江城市场".to_owned(),
            other: Some("River Market".to_owned()),
            entrance: Some("东门".to_owned()),
            open,
            svg: svg(),
            typed: "code.example/v/…".to_owned(),
            day: "2026-11-23".to_owned(),
            seconds: 3_600,
        };
        let with = |shown| Self { page: page.clone(), shown };
        vec![with(Some(shown(true))), with(Some(shown(false))), with(None)]
    }
}

fn shown(app: &App, today: Today, now: Timestamp) -> Result<Shown, Failure> {
    let link = link(&app.settings.public_origin, &today.shown.to_string());
    let code = Code::link(&link).map_err(|_| Failure::of(Kind::INTERNAL))?;
    let typed = link.split_once("://").map_or(link.as_str(), |(_, typed)| typed).to_owned();
    Ok(Shown {
        title: today.location.details.name,
        other: today.location.details.name_other,
        entrance: today.entrance,
        open: today.location.state == LocationState::Approved,
        svg: code.svg(&Words(Language::ZhHans).t("location-tablet-code")),
        typed,
        day: now.local_date().to_string(),
        seconds: today.until.since(now).as_secs(),
    })
}

/// `GET /tablet`
pub async fn show(State(app): State<App>, page: Page, headers: HeaderMap) -> Result<Response, Failure> {
    let today = match CookieKind::Tablet.read(&app.settings, &headers) {
        Some(token) => tablet::today(&app, &token).await?,
        None => None,
    };
    let shown = today.map(|today| shown(&app, today, app.now())).transpose()?;
    page::show(&TabletPage { page, shown })
}

/// `GET /locations/{id}/tablet`
pub async fn set_up(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let whole = registry::one(&app, &staff, id_of(&id)?).await?;
    page::show(&SetUpPage::new(page, &whole))
}

/// `POST /locations/{id}/tablet`: this browser shows the code from now on, and whoever set it up is signed out of it.
pub async fn begin(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    match tablet::begin(&app, &staff, id, entrance_of(fields.get("spot"))?).await {
        Ok(token) => {
            sign_in::sign_out(Tools::of(&app), &staff).await?;
            let mut response = Redirect::to("/tablet").into_response();
            cookie::append(&mut response, &CookieKind::Tablet.set(&app.settings, token));
            cookie::append(&mut response, &CookieKind::Staff.clear(&app.settings));
            Ok(response)
        }
        Err(LocationError::NotNow) => Ok(back(&id.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// `POST /locations/{id}/tablet/end`: whatever browser shows the code shows nothing from now on.
pub async fn end(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    tablet::end(&app, &staff, id, entrance_of(fields.get("spot"))?).await?;
    Ok(back(&id.to_string()))
}

fn back(id: &str) -> Response {
    Redirect::to(&format!("/locations/{id}/tablet")).into_response()
}
