//! `/my-code/people/add`: who is it, and what shall this phone call them?

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use store::rows::companion::{Companion, Who};

use super::super::{CompanionError, add as adding, people};
use super::people::who_key;
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};

/// A name that fits in large letters on a phone, in characters.
const LONGEST_NAME: usize = 40;

/// Asks who is to be added.
#[derive(Template)]
#[template(path = "companion/add.html")]
pub struct AddPage {
    page: Page,
    called: String,
    who: String,
    /// How many companions a phone may have, where it has as many.
    full: Option<u8>,
    errors: FieldErrors,
}

impl AddPage {
    /// Empty, with every error, and on a phone that is full.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |full, errors| Self {
            page: page.clone().with_form(),
            called: String::new(),
            who: String::new(),
            full,
            errors,
        };
        let empty = read(page, &Fields::default(), &[]).expect_err("nothing was typed");
        let long = Fields::from_pairs([("name", "x".repeat(LONGEST_NAME + 1).as_str()), ("who", "child")]);
        let long = read(page, &long, &[]).expect_err("too long");
        let twice = Fields::from_pairs([("name", "Lena"), ("who", "child")]);
        let twice = read(page, &twice, &["lena".to_owned()]).expect_err("the name is taken");
        let none = FieldErrors::default;
        vec![
            sample(None, none()),
            sample(None, empty),
            sample(None, long),
            sample(None, twice),
            sample(Some(5), none()),
        ]
    }

    fn of(page: Page, fields: &Fields, full: Option<u8>, errors: FieldErrors) -> Self {
        let (called, who) = (fields.raw("name").to_owned(), fields.raw("who").to_owned());
        Self { page: page.about_phone().with_form(), called, who, full, errors }
    }

    fn whos(&self) -> Vec<(String, String)> {
        Who::ALL.into_iter().map(|who| (who.as_str().to_owned(), self.page.t(who_key(who)))).collect()
    }
}

/// Reads the form. Two people of one phone never have one name: it is all that tells them apart at a glance.
fn read(page: &Page, fields: &Fields, taken: &[String]) -> Result<Companion, FieldErrors> {
    let mut errors = FieldErrors::default();
    let who = Who::from_name(fields.get("who"));
    if who.is_none() {
        errors.add("who", page.t("people-error-who"));
    }
    let name = fields.get("name").split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        errors.add("name", page.t("people-error-name-empty"));
    } else if name.chars().count() > LONGEST_NAME {
        errors.add("name", page.t1("people-error-name-long", "max", LONGEST_NAME));
    } else if name.chars().any(char::is_control) {
        errors.add("name", page.t("people-error-name-control"));
    } else if taken.iter().any(|other| other.to_lowercase() == name.to_lowercase()) {
        errors.add("name", page.t("people-error-name-taken"));
    }
    match who {
        Some(who) if errors.is_empty() => Ok(Companion { name, who }),
        _ => Err(errors),
    }
}

/// What the people of the phone are called, and whether there is room for one more.
async fn taken(app: &App, device: &Device) -> Result<(Vec<String>, Option<u8>), Failure> {
    let people = people::list(app, device).await?;
    let most = app.settings.companions;
    let full = (people.len() > usize::from(most)).then_some(most);
    Ok((people.into_iter().filter_map(|person| person.name).collect(), full))
}

/// `GET /my-code/people/add`
pub async fn show(State(app): State<App>, device: Device, page: Page) -> Result<Response, Failure> {
    let (_, full) = taken(&app, &device).await?;
    page::show(&AddPage::of(page, &Fields::default(), full, FieldErrors::default()))
}

/// `POST /my-code/people/add`: a child under 14 needs a consent first, before anything of them is typed.
pub async fn add(
    State(app): State<App>,
    device: Device,
    page: Page,
    fields: Fields,
) -> Result<Response, Failure> {
    let (taken, full) = taken(&app, &device).await?;
    if let Some(language) = fields.language_switch() {
        let page = page.in_language(language);
        let mut response = page::show(&AddPage::of(page, &fields, full, FieldErrors::default()))?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let companion = match read(&page, &fields, &taken) {
        Ok(companion) => companion,
        Err(errors) => return page::show_invalid(&AddPage::of(page, &fields, full, errors)),
    };
    match adding::add(&app, device.phone, &companion).await {
        Ok(_) if companion.who == Who::Under14 => Ok(Redirect::to("/apply/consent").into_response()),
        Ok(_) => Ok(Redirect::to("/apply/kind").into_response()),
        Err(CompanionError::Full) => {
            let full = Some(app.settings.companions);
            page::show_invalid(&AddPage::of(page, &fields, full, FieldErrors::default()))
        }
        Err(error) => Err(error.into()),
    }
}
