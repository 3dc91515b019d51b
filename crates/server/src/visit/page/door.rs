//! `/locations/{id}/door`: staff at a door scan people's codes, with a scanner, a photo or the keyboard.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use credential::{BirthDay, DocumentKind};
use domain::id::kind::LocationId;
use visits::{Kind as VisitKind, VisitId};

use super::shown::Shown;
use crate::App;
use crate::checkpoint::inspect::{Items, bounded};
use crate::checkpoint::page::check::count_short_code;
use crate::checkpoint::page::verdict::birthday;
use crate::checkpoint::photo;
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::upload::Upload;
use crate::http::{Failure, Fields, Kind, language};
use crate::location::places::Place;
use crate::visit::door::{self, Came, No, Scan};

/// The form of the next scan, and what came of the last one.
#[derive(Template)]
#[template(path = "visit/door.html")]
pub struct DoorPage {
    page: Page,
    id: String,
    place: Shown,
    errors: FieldErrors,
    /// Whether the next scan is of somebody who goes.
    leaving: bool,
    /// The number of the next visit.
    visit: String,
    came: Option<Came>,
    /// What was scanned and the number of its visit, while its document is compared.
    compared: Option<(String, String)>,
    /// When it was registered, as on a clock.
    at: String,
}

impl DoorPage {
    /// Empty, with each outcome, and with each thing that can be wrong.
    pub fn samples(page: &Page) -> Vec<Self> {
        let items = Items {
            initials: "AME".to_owned(),
            birth: BirthDay { day: 12, month: 8 },
            document: Some(DocumentKind::Passport),
            last_four: Some("902C".to_owned()),
        };
        let outcomes = [
            None,
            Some(Came::Registered(VisitKind::Entry)),
            Some(Came::Registered(VisitKind::Exit)),
            Some(Came::Compare(items)),
            Some(Came::Rule),
        ];
        let sample = |came: Option<Came>, wrong: Option<(&'static str, String)>| {
            let mut errors = FieldErrors::default();
            if let Some((field, key)) = wrong {
                errors.add(field, page.t(key));
            }
            let compared =
                matches!(came, Some(Came::Compare(_))).then(|| ("code".to_owned(), "id".to_owned()));
            let [visit, at, id] = ["visit", "14:20", "7"].map(ToOwned::to_owned);
            let (page, place) = (page.clone().with_form(), Shown::sample(None));
            Self { page, id, place, errors, leaving: false, visit, came, compared, at }
        };
        let photos = ["none", "several", "too-large", "too-many-pixels", "format", "damaged"];
        let mut all: Vec<Self> = outcomes.into_iter().map(|came| sample(came, None)).collect();
        all.extend(No::ALL.map(|no| sample(Some(Came::No(no)), None)));
        all.push(sample(None, Some(("text", "check-text-empty".to_owned()))));
        all.push(sample(None, Some(("photo", "door-both".to_owned()))));
        all.extend(photos.map(|word| sample(None, Some(("photo", format!("check-photo-{word}"))))));
        all
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn birthday(&self, birth: &BirthDay) -> String {
        birthday(&self.page, *birth)
    }
}

/// The place of the path, and who asks.
struct Door {
    id: String,
    staff: Staff,
    place: Place,
}

impl Door {
    async fn open(app: &App, staff: Staff, id: String) -> Result<Self, Failure> {
        let location: LocationId = id.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))?;
        let place = door::place(app, &staff, location).await?.ok_or(Failure::of(Kind::NOT_FOUND))?;
        Ok(Self { id, staff, place })
    }

    fn page(&self, app: &App, page: Page, leaving: bool) -> DoorPage {
        let (id, place) = (self.id.clone(), Shown::of(&self.place));
        let local = app.now().local();
        DoorPage {
            page: page.with_form(),
            id,
            place,
            errors: FieldErrors::default(),
            leaving,
            visit: VisitId(app.entropy.bytes()).to_string(),
            came: None,
            compared: None,
            at: format!("{:02}:{:02}", local.hour(), local.minute()),
        }
    }

    fn wrong(
        &self,
        app: &App,
        page: Page,
        leaving: bool,
        (field, key): (&'static str, &str),
    ) -> Result<Response, Failure> {
        let mut errors = FieldErrors::default();
        errors.add(field, page.t(key));
        page::show_invalid(&DoorPage { errors, ..self.page(app, page, leaving) })
    }
}

/// `GET /locations/{id}/door`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let door = Door::open(&app, staff, id).await?;
    page::show(&door.page(&app, page, false))
}

/// `POST /locations/{id}/door`: somebody's code was scanned.
pub async fn scan(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    ClientAddress(address): ClientAddress,
    upload: Result<Upload, Failure>,
) -> Result<Response, Failure> {
    // Whoever has no token of ours learns nothing of the place either.
    let upload = match upload {
        Err(failure) if failure.kind != Kind::TOO_LARGE => return Err(failure),
        upload => upload.ok(),
    };
    let door = Door::open(&app, staff, id).await?;
    // The photo: nothing else of the form can be so large.
    let Some(Upload { fields, file }) = upload else {
        let mut response = door.wrong(&app, page, false, ("photo", "check-photo-too-large"))?;
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(response);
    };
    let leaving = fields.get("kind") == "exit";
    if let Some(chosen) = fields.language_switch() {
        let mut response = page::show(&door.page(&app, page.in_language(chosen), leaving))?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let text = match file {
        // Whose exit it would be is nobody's to guess.
        Some(_) if !fields.get("text").trim().is_empty() => {
            return door.wrong(&app, page, leaving, ("photo", "door-both"));
        }
        Some(file) => match photo::read(file.bytes).await {
            Ok(text) => bounded(&text),
            Err(error) => {
                let key = format!("check-photo-{}", error.word());
                return door.wrong(&app, page, leaving, ("photo", &key));
            }
        },
        None => bounded(fields.get("text")),
    };
    if text.is_empty() {
        return door.wrong(&app, page, leaving, ("text", "check-text-empty"));
    }
    let visit = VisitId::parse(fields.get("visit")).ok_or(Failure::of(Kind::BAD_REQUEST))?;
    count_short_code(&app, &page, address, &text)?;
    let came = register(&app, &door, &fields, (&text, visit), leaving).await?;
    let compared = matches!(came, Came::Compare(_)).then(|| (text, visit.to_string()));
    page::show(&DoorPage { came: Some(came), compared, ..door.page(&app, page, leaving) })
}

async fn register(
    app: &App,
    door: &Door,
    fields: &Fields,
    (text, visit): (&str, VisitId),
    leaving: bool,
) -> Result<Came, Failure> {
    let kind = if leaving { VisitKind::Exit } else { VisitKind::Entry };
    let document_matches = fields.get("document_matches") == "yes";
    let scan = Scan { text, kind, visit, document_matches };
    let came = door::scan(app, &door.staff, &door.place, scan).await;
    came.map_err(|error| error.failure(app.now()))
}
