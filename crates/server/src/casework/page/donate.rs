//! `/donate`: a person gives what their phone remembers, with the code that an officer read out. With script the diary of
//! this phone is ticked; without it, what is remembered is typed.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::donation::DonationCode;
use serde::Deserialize;
use store::rows::visit_case::Remembered;

use crate::App;
use crate::casework::donate::{self, GiveError, LONGEST, MOST};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields};

/// The form, or that it was given.
#[derive(Template)]
#[template(path = "casework/donate.html")]
pub struct DonatePage {
    page: Page,
    code: String,
    remembered: String,
    given: bool,
    errors: FieldErrors,
}

impl DonatePage {
    fn of(page: Page) -> Self {
        Self {
            page,
            code: String::new(),
            remembered: String::new(),
            given: false,
            errors: FieldErrors::default(),
        }
    }

    /// The form, with every mistake, and done.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut wrong = Self::of(page.clone());
        wrong.errors.add("code", page.t("donate-error-code"));
        wrong.errors.add("remembered", page.t("donate-error-nothing"));
        let given = Self { given: true, ..Self::of(page.clone()) };
        vec![Self::of(page.clone()), wrong, given]
    }
}

/// What the script sends of the diary's entries that were ticked.
#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    location: Option<String>,
    #[serde(default)]
    place: String,
    #[serde(default)]
    entered: Option<i64>,
    #[serde(default)]
    left: Option<i64>,
    #[serde(default)]
    note: String,
}

fn cut(text: &str) -> String {
    text.trim().chars().take(LONGEST).collect()
}

/// The ticked entries, and what was typed: a place a line. A longer line is several.
fn places(fields: &Fields) -> Vec<Remembered> {
    let entry = |text: &str| serde_json::from_str::<Entry>(text).ok();
    let ticked = fields.all("entry").filter_map(entry).map(|one| Remembered {
        location: one.location.filter(|id| id.parse::<domain::id::kind::LocationId>().is_ok()),
        place: cut(&one.place),
        entered: one.entered,
        left: one.left,
        note: cut(&one.note),
    });
    let typed = fields.get("remembered").lines().flat_map(pieces).map(|place| Remembered {
        location: None,
        place,
        entered: None,
        left: None,
        note: String::new(),
    });
    ticked.chain(typed).collect()
}

fn pieces(line: &str) -> Vec<String> {
    let all: Vec<char> = line.trim().chars().collect();
    all.chunks(LONGEST).map(|piece| piece.iter().collect()).collect()
}

/// `GET /donate`
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&DonatePage::of(page))
}

/// `POST /donate`
pub async fn submit(State(app): State<App>, page: Page, fields: Fields) -> Result<Response, Failure> {
    let mut form = DonatePage::of(page);
    fields.get("code").clone_into(&mut form.code);
    fields.get("remembered").clone_into(&mut form.remembered);
    let (code, places) = (form.code.parse::<DonationCode>(), places(&fields));
    if places.is_empty() {
        form.errors.add("remembered", form.page.t("donate-error-nothing"));
    }
    if places.len() > MOST {
        form.errors.add("remembered", form.page.t1("donate-error-many", "most", MOST));
    }
    match code {
        Ok(code) if form.errors.is_empty() => match donate::give(&app, code, &places).await {
            Ok(()) => return page::show(&DonatePage { given: true, ..DonatePage::of(form.page) }),
            Err(GiveError::Code) => form.errors.add("code", form.page.t("donate-error-code")),
            Err(GiveError::Store(error)) => return Err(error.into()),
        },
        Ok(_) => {}
        Err(_) => form.errors.add("code", form.page.t("donate-error-code")),
    }
    page::show_invalid(&form)
}
