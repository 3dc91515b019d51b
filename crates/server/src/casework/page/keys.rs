//! `/staff/visit-keys`: the administrator hands in the units' public day keys, and sees until when they last.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use store::rows::visit_case::VisitKeyList;

use super::{hindered, sample};
use crate::App;
use crate::casework::keys::{self, Lasts, ListError, Standing};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::upload::Upload;
use crate::http::{Failure, Fields, Kind, Problem};

/// The lists and the form.
#[derive(Template)]
#[template(path = "casework/keys.html")]
pub struct KeysPage {
    page: Page,
    standing: Standing,
    half: String,
    errors: FieldErrors,
}

impl KeysPage {
    fn halves(&self) -> Vec<(&'static str, String)> {
        [("1", "visit-keys-half-1"), ("2", "visit-keys-half-2")]
            .map(|(value, key)| (value, self.page.t(key)))
            .into()
    }

    fn lasts(&self, one: &Lasts) -> String {
        lasts(&self.page, one)
    }

    fn days(&self, list: &VisitKeyList) -> String {
        days(&self.page, list)
    }

    fn state(&self, list: &VisitKeyList) -> String {
        self.page.t(format!("visit-keys-state-{}", state(list)))
    }

    fn may_withdraw(list: &VisitKeyList) -> bool {
        list.row.withdrawn_at.is_none()
    }

    /// Nothing, lists in each state, and each error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |standing, errors: FieldErrors| Self {
            page: page.clone(),
            standing,
            half: "1".to_owned(),
            errors,
        };
        let mut errors = FieldErrors::default();
        errors.add("half", page.t("visit-keys-error-half"));
        for error in [
            ListError::Unreadable("not a list of public day keys: a day has two keys".to_owned()),
            ListError::NoUnit("Unit".to_owned()),
            ListError::Over,
            ListError::Again,
            ListError::SameUnit,
        ] {
            errors.add("file", said(page, &error).unwrap_or_default());
        }
        errors.add("file", page.t("visit-keys-error-none"));
        vec![
            of(Standing { lists: Vec::new(), lasts: sample::lasts().into() }, FieldErrors::default()),
            of(sample::standing(), errors),
        ]
    }
}

/// Until when the keys of a half last.
pub(super) fn lasts(page: &Page, one: &Lasts) -> String {
    match one.until {
        None => page.t1("visit-keys-none", "half", one.half),
        Some(day) => page.t2("visit-keys-until", "half", one.half, "day", page.words.day(keys::date(day))),
    }
}

/// The days of a list.
pub(super) fn days(page: &Page, list: &VisitKeyList) -> String {
    let [from, until] = [list.first, list.last].map(|day| page.words.day(keys::date(day)));
    page.words.with("visit-keys-days", &[("first", from), ("last", until), ("days", list.days.to_string())])
}

/// The end of a locale key `visit-keys-state-…`.
pub(super) fn state(list: &VisitKeyList) -> &'static str {
    match (list.row.withdrawn_at, list.row.confirmed_at) {
        (Some(_), _) => "withdrawn",
        (None, Some(_)) => "confirmed",
        (None, None) => "waiting",
    }
}

/// What is said of a list that is not taken; nothing of a failing database.
fn said(page: &Page, error: &ListError) -> Option<String> {
    Some(match error {
        ListError::Unreadable(why) => page.t1("visit-keys-error-file", "why", why),
        ListError::NoUnit(unit) => page.t1("visit-keys-error-unit", "unit", unit),
        ListError::Over => page.t("visit-keys-error-over"),
        ListError::Again => page.t("visit-keys-error-again"),
        ListError::SameUnit => page.t("visit-keys-error-same"),
        ListError::Store(_) => return None,
    })
}

/// `GET /staff/visit-keys`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let standing = keys::standing(&app).await?;
    page::show(&KeysPage { page, standing, half: String::new(), errors: FieldErrors::default() })
}

/// `POST /staff/visit-keys`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    upload: Upload,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let half = upload.fields.get("half").to_owned();
    let number = match half.as_str() {
        "1" => Some(1),
        "2" => Some(2),
        _ => None,
    };
    if number.is_none() {
        errors.add("half", page.t("visit-keys-error-half"));
    }
    if upload.file.is_none() {
        errors.add("file", page.t("visit-keys-error-none"));
    }
    if let (Some(number), Some(file)) = (number, upload.file) {
        match keys::add(&app, &staff, number, &file.bytes).await {
            Ok(_) => return Ok(Redirect::to("/staff/visit-keys").into_response()),
            Err(error) => match said(&page, &error) {
                Some(message) => errors.add("file", message),
                None => return Err(error.into()),
            },
        }
    }
    let standing = keys::standing(&app).await?;
    page::show_invalid(&KeysPage { page, standing, half, errors })
}

/// `POST /staff/visit-keys/withdraw`
pub async fn withdraw(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    match keys::withdraw(&app, &staff, super::id(fields.get("list"))?).await {
        Ok(()) => Ok(Redirect::to("/staff/visit-keys").into_response()),
        Err(error) => hindered::or_failure(page, error, "/staff/visit-keys".to_owned(), ""),
    }
}

impl Problem for ListError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            _ => Kind::INVALID,
        }
    }
}
