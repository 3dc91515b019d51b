//! The beginning: what is needed, and the button that starts.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::DeviceSessionId;
use store::{StoreError, call, read, transact};

use super::super::{ApplicationError, draft, own};
use crate::App;
use crate::http::cookie::{self, CookieKind};
use crate::http::page::{self, Page};
use crate::http::session::{Device, new_token};
use crate::http::{Failure, Fields};

/// What one needs, and the button that starts.
#[derive(Template)]
#[template(path = "application/apply.html")]
pub struct ApplyPage {
    page: Page,
    /// Whether the phone holds an application that has not ended in nothing.
    has_application: bool,
    /// Whether something typed waits to be gone on with.
    has_draft: bool,
}

impl ApplyPage {
    /// A new phone, one with a draft, one with an application.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |has_application, has_draft| Self { page: page.clone(), has_application, has_draft };
        vec![sample(false, false), sample(false, true), sample(true, false)]
    }
}

/// `GET /apply`
pub async fn show(
    State(app): State<App>,
    page: Page,
    device: Option<Extension<Device>>,
) -> Result<Response, Failure> {
    let device = device.map(|Extension(device)| device);
    let has_application = under_way(&app, device).await?;
    let has_draft = match device {
        Some(device) => draft::load(&app, device.id).await?.is_some(),
        None => false,
    };
    page::show(&ApplyPage { page, has_application, has_draft })
}

/// `POST /apply`: gives the phone a session and a draft.
pub async fn start(
    State(app): State<App>,
    device: Option<Extension<Device>>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let device = device.map(|Extension(device)| device);
    if under_way(&app, device).await? {
        return Ok(Redirect::to("/application").into_response());
    }
    let mut response = Redirect::to("/apply/kind").into_response();
    let id = match device {
        Some(device) => device.id,
        None => begin_session(&app, &mut response).await?,
    };
    draft::start(&app, id).await?;
    Ok(response)
}

/// Whether the phone holds an application, other than one that was refused or withdrawn.
async fn under_way(app: &App, device: Option<Device>) -> Result<bool, ApplicationError> {
    let Some(device) = device else { return Ok(false) };
    read!(app.store, "application.under_way", ApplicationError, |tx| {
        let state = call!(tx, device::device_state(device.id))?.ok_or(ApplicationError::NotFound)?;
        Ok(own::under_way(tx, device.id, &state).await?.is_some())
    })
}

/// A new device session; its cookie goes into `response`.
pub async fn begin_session(app: &App, response: &mut Response) -> Result<DeviceSessionId, StoreError> {
    let (token, hash) = new_token(&*app.entropy);
    let id = app.new_id();
    transact!(app.store, "application.session", StoreError, |tx| {
        call!(tx, session::begin_device(id, &hash, app.now()))
    })?;
    cookie::append(response, &CookieKind::Device.set(&app.settings, token));
    Ok(id)
}
