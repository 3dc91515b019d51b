//! `/demonstration`: sign-ins with their codes of this moment, and documents to apply with.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::cases::{KEY_UNITS, VisitKeys};
use super::people::{Document, TO_APPLY};
use super::{Demonstration, Enrolment, MadeApplication, MadeLocation, Person, SignIn};
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

/// A document to apply with, in the words and the order of the form.
pub struct ToApply {
    code: String,
    lines: Vec<(String, String)>,
}

impl ToApply {
    fn new(page: &Page, person: &Person) -> Self {
        let document = TO_APPLY.iter().find(|document| document.code == person.code);
        let lines = match document {
            Some(document) => lines(page, document),
            // Made by a program that had other people.
            None => vec![(page.t("apply-number"), person.document.clone())],
        };
        Self { code: person.code.clone(), lines }
    }
}

fn lines(page: &Page, document: &Document) -> Vec<(String, String)> {
    let state = format!("{} ({})", page.t(format!("state-{}", document.state)), document.state);
    let day = |(year, month, day): (&str, &str, &str)| {
        let iso = format!("{year}-{month:0>2}-{day:0>2}");
        iso.parse().map_or(iso, |date| page.words.day(date))
    };
    let typed = |text: &str| text.to_owned();
    let all = [
        (page.t("demonstration-kind"), page.t(format!("kind-{}", document.kind.replace('_', "-")))),
        (page.t("apply-number"), typed(document.number)),
        (page.t("apply-issuing-state"), state.clone()),
        (page.t("apply-expiry"), day(document.expiry)),
        (page.t("apply-family"), typed(document.family)),
        (page.t("apply-given"), typed(document.given)),
        (page.t("apply-chinese"), typed(document.chinese)),
        (page.t("apply-birth"), day(document.birth)),
        (page.t("apply-sex"), page.t(format!("sex-{}", document.sex.to_lowercase()))),
        (page.t("apply-nationality"), state),
    ];
    all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// What the page shows.
#[derive(Template)]
#[template(path = "demonstration/demonstration.html")]
pub struct DemonstrationPage {
    page: Page,
    sign_ins: Vec<Ready>,
    people: Vec<ToApply>,
    applications: Vec<MadeApplication>,
    locations: Vec<MadeLocation>,
    national: Vec<Sample>,
    enrolment: Option<Enrolment>,
    visit_keys: Option<VisitKeys>,
}

impl DemonstrationPage {
    fn new(page: Page, made: &Demonstration, now: domain::Timestamp) -> Self {
        let ready = |sign_in: &SignIn| Ready { code: sign_in.code_at(now), sign_in: sign_in.clone() };
        let people = made.people.iter().map(|person| ToApply::new(&page, person)).collect();
        Self {
            page,
            sign_ins: made.sign_ins.iter().map(ready).collect(),
            people,
            applications: made.applications.clone(),
            locations: made.locations.clone(),
            national: made.national.clone(),
            enrolment: made.enrolment.clone(),
            visit_keys: made.visit_keys.clone(),
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
            locations: vec![MadeLocation {
                name: text("江城农贸市场"),
                link: text("https://code.example/v/…"),
            }],
            national: PEOPLE
                .iter()
                .map(|p| Sample { state: p.state, code: text(p.code), pass: text("TX1:…") })
                .collect(),
            enrolment: Some(Enrolment { device: text("Demonstration phone 1"), code: text("7K3M 92QD") }),
            visit_keys: Some(VisitKeys {
                files: KEY_UNITS
                    .map(|(unit, login)| (text(unit), text(login), text("data/visit-keys-1.json")))
                    .into(),
                passphrase: text("…"),
            }),
        };
        vec![Self::new(page.clone(), &made, domain::Timestamp::from_seconds(1_795_435_200))]
    }
}

/// `GET /demonstration`; there is no such page where no demonstration was loaded.
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let made = app.shown_demonstration.0.get().ok_or(Failure::of(Kind::NOT_FOUND))?;
    page::show(&DemonstrationPage::new(page, made, app.now()))
}
