//! `/my-code/people`: whose code does the phone show? A list with large names, and explicit switching.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::application::Shown;
use domain::id::kind::DeviceSessionId;
use store::rows::companion::Who;

use super::super::people::{self, Person, Standing};
use crate::App;
use crate::http::page::{self, Page};
use crate::http::person::PersonTag;
use crate::http::session::Device;
use crate::http::{Failure, Fields};

/// The people of the phone. It does not say whom the phone shows: it is kept for use without a network, where that may
/// have changed since.
#[derive(Template)]
#[template(path = "companion/people.html")]
pub struct PeoplePage {
    page: Page,
    people: Vec<Person>,
    /// How many companions a phone may have.
    most: u8,
}

impl PeoplePage {
    /// One person; several in every state; as many as there may be.
    pub fn samples(page: &Page) -> Vec<Self> {
        let names = ["奶奶", "Lena", "Opa Wilhelm-Friedrich Großmann"];
        let person = |number: i64, standing, who: Option<Who>| Person {
            tag: who.map_or(PersonTag::OWNER, |_| PersonTag::companion(DeviceSessionId::from_i64(number))),
            name: who.map(|_| names[usize::try_from(number % 3).unwrap_or_default()].to_owned()),
            who,
            grown: who == Some(Who::Child),
            document: if number % 2 == 0 { "ANNA MARIA ERIKSSON".to_owned() } else { String::new() },
            standing,
            told: number == 2,
        };
        let sample = |people: Vec<Person>, most| Self { page: page.clone(), people, most };
        let states = [Shown::Submitted, Shown::Checking, Shown::Overdue, Shown::NeedsInformation]
            .into_iter()
            .chain([Shown::NotConfirmed, Shown::NotApproved, Shown::Withdrawn])
            .map(Standing::Applied)
            .chain([Standing::Nothing, Standing::Begun, Standing::Moved, Standing::Ready]);
        let mut all = vec![person(0, Standing::Ready, None)];
        let alone = sample(all.clone(), 5);
        for (number, standing) in (1..).zip(states) {
            let who = Who::ALL[usize::try_from(number).unwrap_or_default() % Who::ALL.len()];
            all.push(person(number, standing, Some(who)));
        }
        let most = u8::try_from(all.len() - 1).unwrap_or(u8::MAX);
        let some = sample(all[..4].to_vec(), 5);
        vec![alone, some, sample(all, most)]
    }

    /// Whether one more can be added.
    fn has_room(&self) -> bool {
        self.people.len() <= usize::from(self.most)
    }

    fn title(&self) -> String {
        self.page.t(if self.people.len() > 1 { "people-title" } else { "people-title-alone" })
    }

    fn name(&self, person: &Person) -> String {
        person.name.clone().unwrap_or_else(|| self.page.t("people-owner"))
    }

    fn who(&self, person: &Person) -> String {
        person.who.map(|who| self.page.t(who_key(who))).unwrap_or_default()
    }

    fn state(&self, person: &Person) -> String {
        self.page.t(format!("people-state-{}", person.standing.as_str()))
    }
}

/// The locale key of who somebody is.
pub(super) fn who_key(who: Who) -> String {
    format!("people-who-{}", who.as_str().replace('_', "-"))
}

/// `GET /my-code/people`
pub async fn show(State(app): State<App>, device: Device, page: Page) -> Result<Response, Failure> {
    let people = people::list(&app, &device).await?;
    page::show(&PeoplePage { page: page.about_phone(), people, most: app.settings.companions })
}

/// `POST /my-code/people/show`: another person from now on; then to their code, or to where they are taken off the
/// phone.
pub async fn switch(State(app): State<App>, device: Device, fields: Fields) -> Result<Response, Failure> {
    people::switch(&app, device.phone, &PersonTag::given(fields.raw("to"))).await?;
    let next = if fields.raw("next") == "leave" { "/my-code/leave" } else { "/my-code" };
    Ok(Redirect::to(next).into_response())
}
