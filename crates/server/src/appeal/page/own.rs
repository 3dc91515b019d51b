//! `/my-code/appeals/{id}`: how one's appeal stands, photos, the answer, and the way to the city.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::id::kind::HolderId;
use store::rows::appeal::{AppealLevel, AppealStage};

use super::{hindered, sample, words};
use crate::App;
use crate::appeal::file::{self, Own};
use crate::appeal::{PHOTOS, TEXT_LENGTH};
use crate::application::page::MAX_PHOTO;
use crate::casework::page::id;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::upload::Upload;
use crate::http::{Failure, Fields, Kind};

/// The appeal.
#[derive(Template)]
#[template(path = "appeal/own.html")]
pub struct OwnPage {
    page: Page,
    own: Own,
    now: Timestamp,
    statement: String,
    errors: FieldErrors,
}

impl OwnPage {
    fn waits(&self) -> bool {
        self.own.row.stage == AppealStage::Waiting
    }

    fn is_withdrawn(&self) -> bool {
        self.own.row.stage == AppealStage::Withdrawn
    }

    fn stage(&self) -> String {
        self.page.t(format!("appeal-stage-{}", self.own.row.stage.as_str()))
    }

    fn level(&self) -> String {
        self.page.t(format!("appeal-level-{}", self.own.row.level.as_str()))
    }

    fn says(&self) -> String {
        let row = &self.own.row;
        let due = self.page.words.date_time(row.due_at);
        match row.stage {
            AppealStage::Waiting if self.now > row.due_at => self.page.t1("appeal-late", "due", due),
            AppealStage::Waiting => self.page.t1("appeal-due", "due", due),
            stage => self.page.t(format!("appeal-says-{}", stage.as_str())),
        }
    }

    fn answered(&self) -> Option<String> {
        let did = self.own.row.by.as_ref()?;
        let at = self.page.words.date_time(did.at);
        Some(self.page.t2("appeal-answered", "unit", did.unit_name.clone(), "at", at))
    }

    fn photos(&self) -> Vec<String> {
        let sent = |at: &Timestamp| self.page.t1("appeal-photo-sent", "at", self.page.words.date_time(*at));
        self.own.photos.iter().map(sent).collect()
    }

    fn takes_photos(&self) -> bool {
        self.waits() && i64::try_from(self.own.photos.len()).is_ok_and(|sent| sent < PHOTOS)
    }

    fn city(&self) -> Option<String> {
        let until = self.own.city_until?;
        Some(self.page.t1("appeal-city-lead", "until", self.page.words.date_time(until)))
    }

    fn is_final(&self) -> bool {
        self.own.row.by.is_some() && self.own.row.level == AppealLevel::City
    }

    fn hint(&self) -> String {
        self.page.t1("appeal-statement-hint", "length", TEXT_LENGTH)
    }

    /// Waiting with a photo; late with one that was no picture; each answer; the city's; withdrawn.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |own, now, errors| Self { page: page.clone(), own, now, statement: String::new(), errors };
        let late = sample::NOW.plus(std::time::Duration::from_hours(30));
        let mut unreadable = FieldErrors::default();
        unreadable.add("photo", page.t("application-photo-unreadable"));
        let mut all = vec![of(sample::own(AppealStage::Waiting), late, unreadable)];
        let every = AppealStage::EVERY.iter().map(|stage| sample::own(*stage)).chain([sample::own_of_city()]);
        all.extend(every.map(|own| of(own, sample::NOW, FieldErrors::default())));
        all
    }
}

fn holder(device: &Device) -> Result<HolderId, Failure> {
    device.holder.ok_or(Failure::of(Kind::NOT_FOUND))
}

/// `GET /my-code/appeals/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    device: Device,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let own = file::own(&app, holder(&device)?, id(&path)?).await?;
    page::show(&OwnPage {
        page,
        own,
        now: app.now(),
        statement: String::new(),
        errors: FieldErrors::default(),
    })
}

/// `POST /my-code/appeals/{id}/photo`: what it is, its content says; what it carried beside the picture is dropped.
pub async fn photo(
    State(app): State<App>,
    page: Page,
    device: Device,
    Path(path): Path<String>,
    upload: Upload,
) -> Result<Response, Failure> {
    let (holder, id) = (holder(&device)?, id(&path)?);
    let wrong = match upload.file {
        None => "application-photo-missing",
        Some(file) if file.bytes.len() > MAX_PHOTO => "application-photo-too-large",
        Some(file) => {
            let cleaned = tokio::task::spawn_blocking(move || picture::reencode_jpeg(&file.bytes)).await;
            match cleaned {
                Ok(Ok(jpeg)) => {
                    return match file::add_photo(&app, holder, id, &jpeg).await {
                        Ok(()) => Ok(back(&path)),
                        Err(error) => hindered::or_failure(page, error, address(&path), ""),
                    };
                }
                _ => "application-photo-unreadable",
            }
        }
    };
    let mut errors = FieldErrors::default();
    errors.add("photo", page.t(wrong));
    let own = file::own(&app, holder, id).await?;
    page::show_invalid(&OwnPage { page, own, now: app.now(), statement: String::new(), errors })
}

/// `POST /my-code/appeals/{id}/city`
pub async fn city(
    State(app): State<App>,
    page: Page,
    device: Device,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let (holder, id) = (holder(&device)?, id(&path)?);
    let mut errors = FieldErrors::default();
    let statement = words(&page, &fields, "statement", "appeal-error-statement", &mut errors);
    if !errors.is_empty() {
        let own = file::own(&app, holder, id).await?;
        return page::show_invalid(&OwnPage { page, own, now: app.now(), statement, errors });
    }
    match file::ask_city(&app, holder, id, &statement).await {
        Ok(id) => Ok(back(&id.to_string())),
        Err(error) => hindered::or_failure(page, error, address(&path), &statement),
    }
}

/// `POST /my-code/appeals/{id}/withdraw`
pub async fn withdraw(
    State(app): State<App>,
    page: Page,
    device: Device,
    Path(path): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    match file::withdraw(&app, holder(&device)?, id(&path)?).await {
        Ok(()) => Ok(back(&path)),
        Err(error) => hindered::or_failure(page, error, address(&path), ""),
    }
}

fn address(id: &str) -> String {
    format!("/my-code/appeals/{id}")
}

fn back(id: &str) -> Response {
    Redirect::to(&address(id)).into_response()
}
