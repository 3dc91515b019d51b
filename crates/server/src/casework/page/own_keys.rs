//! `/cases/keys`: an officer of the unit compares the fingerprint of the list that the administrator handed in. The page
//! does not show it: it is typed from the unit's own program, and the server compares.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use store::rows::visit_case::VisitKeyList;

use super::{Officer, hindered, keys as keys_page, sample};
use crate::App;
use crate::casework::keys;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields};

/// The unit's lists.
#[derive(Template)]
#[template(path = "casework/own_keys.html")]
pub struct OwnKeysPage {
    page: Page,
    lists: Vec<VisitKeyList>,
    typed: String,
    errors: FieldErrors,
}

impl OwnKeysPage {
    /// What shows the fingerprint.
    const COMMAND: &'static str = "tongxing authority public --key-file KEY-FILE";

    fn days(&self, list: &VisitKeyList) -> String {
        keys_page::days(&self.page, list)
    }

    /// The one that is to be confirmed next: there is one field for a fingerprint.
    fn is_next(&self, list: &VisitKeyList) -> bool {
        let waits = |one: &&VisitKeyList| one.row.confirmed_at.is_none() && one.row.withdrawn_at.is_none();
        self.lists.iter().find(waits).is_some_and(|next| next.row.id == list.row.id)
    }

    fn state(&self, list: &VisitKeyList) -> String {
        self.page.t(format!("visit-keys-state-{}", keys_page::state(list)))
    }

    /// Nothing, and lists in each state with a wrong fingerprint.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut errors = FieldErrors::default();
        errors.add("fingerprint", page.t("visit-keys-error-fingerprint"));
        let (typed, lists) = ("ab12".to_owned(), sample::standing().lists);
        vec![
            Self {
                page: page.clone(),
                lists: Vec::new(),
                typed: String::new(),
                errors: FieldErrors::default(),
            },
            Self { page: page.clone(), lists, typed, errors },
        ]
    }
}

async fn of(app: &App, officer: &Officer) -> Result<Vec<VisitKeyList>, Failure> {
    let lists = keys::standing(app).await?.lists;
    Ok(lists.into_iter().filter(|list| list.row.unit == officer.0.unit).collect())
}

/// `GET /cases/keys`
pub async fn show(State(app): State<App>, page: Page, officer: Officer) -> Result<Response, Failure> {
    let lists = of(&app, &officer).await?;
    page::show(&OwnKeysPage { page, lists, typed: String::new(), errors: FieldErrors::default() })
}

/// `POST /cases/keys`
pub async fn confirm(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    fields: Fields,
) -> Result<Response, Failure> {
    let typed = fields.get("fingerprint").to_owned();
    match keys::confirm(&app, &officer.0, super::id(fields.get("list"))?, &typed).await {
        Ok(true) => Ok(Redirect::to("/cases/keys").into_response()),
        Ok(false) => {
            let mut errors = FieldErrors::default();
            errors.add("fingerprint", page.t("visit-keys-error-fingerprint"));
            let lists = of(&app, &officer).await?;
            page::show_invalid(&OwnKeysPage { page, lists, typed, errors })
        }
        Err(error) => hindered::or_failure(page, error, "/cases/keys".to_owned(), &typed),
    }
}
