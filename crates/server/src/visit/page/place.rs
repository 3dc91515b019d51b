//! `GET /v/{code}`: what a poster opens.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::Timestamp;
use serde::Deserialize;

use super::shown::{Shown, Visitor, scanned};
use crate::App;
use crate::http::address::ClientAddress;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Kind};
use crate::visit::networks;
use crate::visit::ticket::{self, Session};

/// What a poster opens.
#[derive(Template)]
#[template(path = "visit/place.html")]
pub struct PlacePage {
    page: Page,
    /// As it stood in the link.
    code: String,
    place: Shown,
    /// Whoever of the phone has a code.
    people: Vec<Visitor>,
    /// Whether the phone has applied, and has no code yet.
    applied: bool,
    note: Note,
    /// When the page was made, in seconds since 1970.
    made: i64,
}

/// Why the page is shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Note {
    /// It is not.
    #[default]
    None,
    /// The form was too old.
    Old,
    /// Nobody was ticked.
    Nobody,
}

impl Note {
    /// The name that addresses and locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Old => "old",
            Self::Nobody => "nobody",
        }
    }
}

/// `?note=…`
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    note: Note,
}

impl PlacePage {
    /// Nobody, somebody without a code, one person, several; an old poster; and each note.
    pub fn samples(page: &Page) -> Vec<Self> {
        let old = Some(Timestamp::from_seconds(1_795_435_200));
        let sample = |names: &[&str], applied, note, old| Self {
            page: page.clone(),
            code: "sample".to_owned(),
            place: Shown::sample(old),
            people: names.iter().map(|name| Visitor::sample(name)).collect(),
            applied,
            note,
            made: 0,
        };
        vec![
            sample(&[], false, Note::None, None),
            sample(&[], true, Note::None, old),
            sample(&[""], true, Note::Old, None),
            sample(&["", "Lena"], true, Note::Nobody, old),
        ]
    }
}

/// `GET /v/{code}`: registers nothing.
pub async fn show(
    State(app): State<App>,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
    ClientAddress(address): ClientAddress,
    page: Page,
    device: Option<Extension<Device>>,
    session: Result<Session, Failure>,
) -> Result<Response, Failure> {
    let scanned = scanned(&code).map_err(Failure::from);
    let place = match scanned {
        Ok(scanned) => app.places.by_code(&app, scanned).await.map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    let place = match place {
        // Guessing is slow from everywhere.
        Err(failure) if failure.kind == Kind::PLACE_UNKNOWN => {
            app.limits.write(address)?;
            return Err(failure);
        }
        other => other?,
    };
    // A picture that goes round is opened by many who register nothing.
    networks::scanned(&app, &place, address);
    let device = device.map(|Extension(device)| device);
    let people = match (device, session) {
        (Some(device), Ok(session)) => ticket::of_phone(&app, device.phone, session).await?.0,
        _ => Vec::new(),
    };
    page::show(&PlacePage {
        page: page.about_phone(),
        place: Shown::of(&place),
        people: people.into_iter().map(|person| Visitor::of(&app, person)).collect(),
        applied: device.is_some_and(|device| device.application.is_some()),
        note: asked.note,
        made: app.now().seconds(),
        code,
    })
}
