//! `/demonstration`: sign-ins with their codes of this moment, and documents to apply with.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{Demonstration, MadeApplication, Person, SignIn};
use crate::App;
use crate::http::page::{self, Page};
use crate::http::{Failure, Kind};
use crate::recognition::reference::{PEOPLE, Sample};

/// A sign-in with its code of this moment.
pub struct Ready {
    sign_in: SignIn,
    code: String,
}

impl Ready {
    fn role_key(&self) -> String {
        format!("role-{}", self.sign_in.role.replace('_', "-"))
    }
}

/// What the page shows.
#[derive(Template)]
#[template(path = "demonstration/demonstration.html")]
pub struct DemonstrationPage {
    page: Page,
    sign_ins: Vec<Ready>,
    people: Vec<Person>,
    applications: Vec<MadeApplication>,
    national: Vec<Sample>,
}

impl DemonstrationPage {
    fn new(page: Page, made: &Demonstration, now: domain::Timestamp) -> Self {
        let ready = |sign_in: &SignIn| Ready { code: sign_in.code_at(now), sign_in: sign_in.clone() };
        Self {
            page,
            sign_ins: made.sign_ins.iter().map(ready).collect(),
            people: made.people.clone(),
            applications: made.applications.clone(),
            national: made.national.clone(),
        }
    }

    /// One of each.
    pub fn samples(page: &Page) -> Vec<Self> {
        let text = |text: &str| text.to_owned();
        let sign_in = SignIn {
            role: text("filing_officer"),
            login: text("reviewer"),
            password: text("not-a-password"),
            totp_secret: vec![0; 20],
        };
        let application = |code: &str| MadeApplication {
            code: text(code),
            name: text("Utopia Tester"),
            recovery_code: text("…"),
        };
        let made = Demonstration {
            sign_ins: vec![sign_in],
            people: super::people::TO_APPLY
                .iter()
                .map(|d| Person { code: text(d.code), document: text(d.number) })
                .collect(),
            applications: super::people::MADE.iter().map(|m| application(m.document.code)).collect(),
            national: PEOPLE
                .iter()
                .map(|p| Sample { state: p.state, code: text(p.code), pass: text("TX1:…") })
                .collect(),
        };
        vec![Self::new(page.clone(), &made, domain::Timestamp::from_seconds(1_795_435_200))]
    }
}

/// `GET /demonstration`; there is no such page where no demonstration was loaded.
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let made = app.shown_demonstration.0.get().ok_or(Failure::of(Kind::NOT_FOUND))?;
    page::show(&DemonstrationPage::new(page, made, app.now()))
}
