//! How an application stands: each state with its words and its next step.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use documents::Kind;
use domain::Timestamp;
use domain::application::{Shown, Stage, shown};
use domain::id::kind::ApplicationId;
use store::rows::application::{ApplicationEvent, ApplicationRow, Asked, EventKind};

use super::super::{ApplicationError, draft, own};
use super::recovery_panel::RecoveryPanel;
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::upload::Upload;
use crate::http::{Failure, Fields};

/// How an application stands.
#[derive(Template)]
#[template(path = "application/state.html")]
pub struct StatePage {
    page: Page,
    reference: String,
    shown: Shown,
    due: String,
    asked: Option<Asked>,
    message: String,
    refused_for: String,
    history: Vec<(String, String)>,
    recovery: RecoveryPanel,
    errors: FieldErrors,
    /// It is to change the document of a holder, whose code works meanwhile.
    changes: bool,
}

/// Asks whether to withdraw.
#[derive(Template)]
#[template(path = "application/withdraw.html")]
pub struct WithdrawPage {
    page: Page,
    reference: String,
}

/// Another phone took over what this one held.
#[derive(Template)]
#[template(path = "application/moved.html")]
pub struct MovedPage {
    page: Page,
    at: String,
}

impl StatePage {
    /// Every state, and every question of a reviewer.
    pub fn samples(page: &Page) -> Vec<Self> {
        let at = page.words.date_time(Timestamp::from_seconds(1_795_435_200));
        let sample = |shown, asked: Option<Asked>, refused_for: &str| Self {
            page: page.clone(),
            reference: "HB-7K3M-92QD".to_owned(),
            shown,
            due: page.words.date_time(Timestamp::from_seconds(1_795_521_600)),
            asked,
            message: asked.map(|_| "Please send page 2 as well.".to_owned()).unwrap_or_default(),
            refused_for: refused_for.to_owned(),
            history: vec![(page.t("application-event-submitted"), at.clone())],
            recovery: RecoveryPanel { code: String::new(), back: "/application" },
            errors: FieldErrors::default(),
            changes: false,
        };
        let states = [
            Shown::Submitted,
            Shown::Checking,
            Shown::Overdue,
            Shown::NotConfirmed,
            Shown::Issued,
            Shown::NotApproved,
            Shown::Withdrawn,
        ];
        let asked = [Asked::Details, Asked::Photo, Asked::Visit];
        let mut all: Vec<Self> = states.into_iter().map(|shown| sample(shown, None, "")).collect();
        all.extend(asked.into_iter().map(|asked| sample(Shown::NeedsInformation, Some(asked), "")));
        let mut wrong_file = sample(Shown::NeedsInformation, Some(Asked::Photo), "");
        wrong_file.errors.add("photo", page.t("application-photo-unreadable"));
        all.push(wrong_file);
        all.extend(states.map(|shown| Self { changes: true, ..sample(shown, None, "") }));
        all
    }

    fn of(page: Page, row: &ApplicationRow, events: &[ApplicationEvent], now: Timestamp) -> Self {
        let history = events.iter().filter_map(|event| told(&page, event)).collect();
        Self {
            reference: row.reference.to_string(),
            shown: shown(row.stage, row.kind(), row.sent_at, row.clock.due_at, now),
            due: row.clock.due_at.map(|due| page.words.date_time(due)).unwrap_or_default(),
            asked: row.asked,
            message: row.message.clone().unwrap_or_default(),
            refused_for: row.refused_for.clone().unwrap_or_default(),
            history,
            recovery: RecoveryPanel { code: String::new(), back: "/application" },
            errors: FieldErrors::default(),
            changes: row.changes.is_some(),
            page,
        }
    }

    fn title(&self) -> String {
        match (self.changes, self.shown) {
            (true, Shown::Issued) => self.page.t("change-issued-title"),
            _ => self.page.t(format!("application-{}-title", self.shown.as_str())),
        }
    }

    fn is(&self, name: &str) -> bool {
        self.shown.as_str() == name
    }

    fn asks(&self, what: &str) -> bool {
        self.is("needs-information") && self.asked.is_some_and(|asked| asked.as_str() == what)
    }

    fn may_correct(&self) -> bool {
        self.is("not-confirmed") || self.asks("details")
    }

    fn may_withdraw(&self) -> bool {
        !matches!(self.shown, Shown::Issued | Shown::NotApproved | Shown::Withdrawn)
    }

    /// The panel's colour says the same as its words, and never more.
    fn tone(&self) -> &'static str {
        match self.shown {
            Shown::Issued => "good",
            Shown::NotApproved => "bad",
            Shown::NotConfirmed | Shown::NeedsInformation | Shown::Overdue => "warn",
            _ => "",
        }
    }
}

/// What the applicant is told of an event. That an application waits, or went to a reviewer, would tell what the
/// match found: it is not shown.
fn told(page: &Page, event: &ApplicationEvent) -> Option<(String, String)> {
    let key = match event.kind {
        EventKind::Submitted => "application-event-submitted",
        EventKind::Asked => "application-event-asked",
        EventKind::Corrected => "application-event-corrected",
        EventKind::PhotoSent => "application-event-photo-sent",
        EventKind::Issued => "application-event-issued",
        EventKind::Refused => "application-event-refused",
        EventKind::Withdrawn => "application-event-withdrawn",
        EventKind::Recovered => "application-event-recovered",
        EventKind::Waiting
        | EventKind::Review
        | EventKind::Claimed
        | EventKind::Released
        | EventKind::Escalated
        | EventKind::Overdue => return None,
    };
    let text = page.t(key);
    let text = if event.is_by_desk() { page.t1("application-event-at-desk", "event", text) } else { text };
    Some((text, page.words.date_time(event.at)))
}

impl WithdrawPage {
    /// One.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self { page: page.clone(), reference: "HB-7K3M-92QD".to_owned() }]
    }
}

impl MovedPage {
    /// One.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self { page: page.clone(), at: page.words.date_time(Timestamp::from_seconds(1_795_435_200)) }]
    }
}

/// The application of a phone, or nothing of the kind.
fn of_device(device: Device) -> Result<ApplicationId, ApplicationError> {
    device.application.ok_or(ApplicationError::NotFound)
}

/// `GET /application`
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let state = draft::state(&app, device.id).await?;
    let Some(id) = state.application else {
        if state.holder.is_some() {
            return Ok(Redirect::to("/my-code").into_response());
        }
        return match state.moved_at {
            Some(at) => page::show(&MovedPage { at: page.words.date_time(at), page }),
            None => Ok(Redirect::to("/apply").into_response()),
        };
    };
    let (row, events) = own::open(&app, device.id, id).await?;
    let mut shown = StatePage::of(page, &row, &events, app.now());
    shown.recovery.code = state.recovery_code.unwrap_or_default();
    page::show(&shown)
}

/// `POST /application/correct`: opens the answers again, to be changed and sent once more.
pub async fn correct(State(app): State<App>, device: Device, _fields: Fields) -> Result<Response, Failure> {
    let (row, _) = own::open(&app, device.id, of_device(device)?).await?;
    if row.stage.is_final() {
        return Err(ApplicationError::NotAsked.into());
    }
    draft::correct(&app, device.id, &row).await.map_err(ApplicationError::from)?;
    let first = if row.kind() == Kind::Passport { "/apply/document" } else { "/apply/kind" };
    Ok(Redirect::to(first).into_response())
}

/// `POST /application/photo`: what it is, its content says; what it carried beside the picture is dropped.
pub async fn photo(
    State(app): State<App>,
    page: Page,
    device: Device,
    upload: Upload,
) -> Result<Response, Failure> {
    let id = of_device(device)?;
    let Some(file) = upload.file else {
        return refuse_photo(&app, page, device, id, "application-photo-missing").await;
    };
    if file.bytes.len() > super::MAX_PHOTO {
        return refuse_photo(&app, page, device, id, "application-photo-too-large").await;
    }
    let cleaned = tokio::task::spawn_blocking(move || picture::reencode_jpeg(&file.bytes)).await;
    let Ok(Ok(jpeg)) = cleaned else {
        return refuse_photo(&app, page, device, id, "application-photo-unreadable").await;
    };
    own::answer_with_photo(&app, device.id, device.desk, id, &jpeg).await?;
    Ok(Redirect::to("/application").into_response())
}

async fn refuse_photo(
    app: &App,
    page: Page,
    device: Device,
    id: ApplicationId,
    key: &str,
) -> Result<Response, Failure> {
    let (row, events) = own::open(app, device.id, id).await?;
    let message = page.t(key);
    let mut shown = StatePage::of(page, &row, &events, app.now());
    shown.errors.add("photo", message);
    page::show_invalid(&shown)
}

/// `GET /application/withdraw`
pub async fn ask_withdraw(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let (row, _) = own::open(&app, device.id, of_device(device)?).await?;
    if !row.stage.may_become(Stage::Withdrawn) {
        return Ok(Redirect::to("/application").into_response());
    }
    page::show(&WithdrawPage { page, reference: row.reference.to_string() })
}

/// `POST /application/withdraw`
pub async fn withdraw(State(app): State<App>, device: Device, _fields: Fields) -> Result<Response, Failure> {
    own::withdraw(&app, device.id, device.desk, of_device(device)?).await?;
    Ok(Redirect::to("/application").into_response())
}
