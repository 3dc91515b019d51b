//! `/staff/devices`: the devices that inspectors use, enrolment codes, withdrawing.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::id::kind::InspectorDeviceId;
use store::rows::checkpoint::InspectorDeviceRow;

use crate::App;
use crate::checkpoint::admin::{AdminError, By, Tools, devices};
use crate::checkpoint::enrolment::{EnrolmentCode, LIFE};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};

/// The list and the form.
#[derive(Template)]
#[template(path = "checkpoint/devices.html")]
pub struct DevicesPage {
    page: Page,
    devices: Vec<InspectorDeviceRow>,
    called: String,
    errors: FieldErrors,
    now: Timestamp,
}

/// An enrolment code, shown once.
#[derive(Template)]
#[template(path = "checkpoint/enrolment.html")]
pub struct EnrolmentPage {
    page: Page,
    device: String,
    code: String,
    until: String,
}

/// Whether it is really to be withdrawn.
#[derive(Template)]
#[template(path = "checkpoint/withdraw.html")]
pub struct WithdrawPage {
    page: Page,
    device: InspectorDeviceRow,
}

impl DevicesPage {
    fn of(page: Page, devices: Vec<InspectorDeviceRow>, fields: &Fields, now: Timestamp) -> Self {
        let called = fields.raw("name").to_owned();
        Self { page: page.with_form(), devices, called, errors: FieldErrors::default(), now }
    }

    #[allow(clippy::ref_option, reason = "templates hand on references")]
    fn time(&self, at: &Option<Timestamp>) -> String {
        at.map_or_else(|| self.page.t("devices-never"), |at| self.page.words.date_time(at))
    }

    fn number(&self, number: Option<i64>) -> String {
        number.map_or_else(|| self.page.t("devices-never"), |number| number.to_string())
    }

    /// Locale key and colour of a device's state.
    fn state(&self, device: &InspectorDeviceRow) -> (&'static str, &'static str) {
        if device.withdrawn_at.is_some() {
            ("devices-withdrawn", "grey")
        } else if device.enrolled_at.is_some() {
            ("devices-enrolled", "green")
        } else if device.code_until.is_some_and(|until| until > self.now) {
            ("devices-waits", "yellow")
        } else {
            ("devices-over", "red")
        }
    }

    /// None; one of each state; the errors.
    pub fn samples(page: &Page) -> Vec<Self> {
        let at = Timestamp::from_seconds(1_795_435_200);
        let later = at.plus(LIFE);
        let bare = sample("Gate 3, phone 2");
        let enrolled = InspectorDeviceRow {
            enrolled_at: Some(at),
            code_until: None,
            seen_at: Some(at),
            app: Some(1),
            waiting: Some(12),
            ..bare.clone()
        };
        let withdrawn = InspectorDeviceRow { withdrawn_at: Some(at), ..enrolled.clone() };
        let over = InspectorDeviceRow { code_until: Some(at), ..bare.clone() };
        let waits = InspectorDeviceRow { code_until: Some(later), ..bare };
        let of = |devices| Self::of(page.clone(), devices, &Fields::default(), at);
        let mut wrong = of(Vec::new());
        for error in [AdminError::BadName, AdminError::InvisibleName, AdminError::NameTaken] {
            wrong.errors.add("name", page.t(error_words(&error).expect("an error of the form")));
        }
        vec![of(Vec::new()), of(vec![enrolled, waits, over, withdrawn]), wrong]
    }
}

fn sample(name: &str) -> InspectorDeviceRow {
    InspectorDeviceRow {
        id: InspectorDeviceId::from_i64(1),
        name: name.to_owned(),
        code_until: None,
        public_key: None,
        made_at: Timestamp::from_seconds(1_795_435_200),
        enrolled_at: None,
        enrolled_by: None,
        seen_at: None,
        app: None,
        waiting: None,
        withdrawn_at: None,
    }
}

impl EnrolmentPage {
    fn of(page: Page, device: String, code: &EnrolmentCode, now: Timestamp) -> Self {
        let until = page.words.date_time(now.plus(LIFE));
        Self { page, device, code: code.grouped(), until }
    }

    /// One code.
    pub fn samples(page: &Page) -> Vec<Self> {
        let code = EnrolmentCode::read("7K3M 92QD").expect("a code");
        let at = Timestamp::from_seconds(1_795_435_200);
        vec![Self::of(page.clone(), "Gate 3, phone 2".to_owned(), &code, at)]
    }
}

impl WithdrawPage {
    /// One device.
    pub fn samples(page: &Page) -> Vec<Self> {
        let waiting = InspectorDeviceRow { waiting: Some(12), ..sample("Gate 3, phone 2") };
        vec![
            Self { page: page.clone(), device: sample("Gate 3, phone 2") },
            Self { page: page.clone(), device: waiting },
        ]
    }
}

fn error_words(error: &AdminError) -> Option<&'static str> {
    match error {
        AdminError::BadName => Some("devices-name-bad"),
        AdminError::InvisibleName => Some("devices-name-invisible"),
        AdminError::NameTaken => Some("devices-name-taken"),
        _ => None,
    }
}

/// `GET /staff/devices`
pub async fn list(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let all = devices::list(Tools::of(&app)).await?;
    page::show(&DevicesPage::of(page, all, &Fields::default(), app.now()))
}

/// `POST /staff/devices`: names one, and shows its code.
pub async fn add(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    let tools = Tools::of(&app);
    if let Some(chosen) = fields.language_switch() {
        let all = devices::list(tools).await?;
        let again = DevicesPage::of(page.in_language(chosen), all, &fields, app.now());
        let mut response = page::show(&again)?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    match devices::add(tools, By::from(&staff), fields.get("name")).await {
        Ok((id, code)) => {
            let name = devices::one(tools, id).await?.name;
            page::show(&EnrolmentPage::of(page, name, &code, app.now()))
        }
        Err(error) => {
            let Some(key) = error_words(&error) else { return Err(error.into()) };
            let mut again = DevicesPage::of(page, devices::list(tools).await?, &fields, app.now());
            let message = again.page.t(key);
            again.errors.add("name", message);
            page::show_invalid(&again)
        }
    }
}

/// `POST /staff/devices/code`: another code.
pub async fn new_code(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    let (tools, id) = (Tools::of(&app), id(&fields)?);
    let code = devices::new_code(tools, By::from(&staff), id).await?;
    let name = devices::one(tools, id).await?.name;
    page::show(&EnrolmentPage::of(page, name, &code, app.now()))
}

/// `POST /staff/devices/withdraw`: asks first; with `sure` it does.
pub async fn withdraw(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    let (tools, id) = (Tools::of(&app), id(&fields)?);
    if fields.get("sure") != "yes" {
        return page::show(&WithdrawPage { page, device: devices::one(tools, id).await? });
    }
    devices::withdraw(tools, By::from(&staff), id).await?;
    Ok(Redirect::to("/staff/devices").into_response())
}

fn id(fields: &Fields) -> Result<InspectorDeviceId, AdminError> {
    fields.get("device").parse().map_err(|_| AdminError::Unknown)
}
