//! The people of a phone, and how each of them stands.

use domain::Timestamp;
use domain::application::{Shown, shown};
use domain::id::kind::DeviceSessionId;
use store::rows::companion::{PersonRow, Who};
use store::{StoreError, Tx, call, read, transact};

use super::{CompanionError, consent};
use crate::App;
use crate::http::person::PersonTag;
use crate::http::session::Device;

/// How a person of the phone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was begun.
    Nothing,
    /// Something was typed and not sent.
    Begun,
    /// The application stands there.
    Applied(Shown),
    /// There is a code.
    Ready,
    /// Another phone took over what was here.
    Moved,
}

impl Standing {
    /// The name that locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Begun => "begun",
            Self::Applied(shown) => shown.as_str(),
            Self::Ready => "issued",
            Self::Moved => "moved",
        }
    }
}

/// One of the people of a phone, as the list shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their name in forms.
    pub tag: PersonTag,
    /// What they are called here; `None` for the phone's owner.
    pub name: Option<String>,
    /// Who they are; `None` for the owner. A child who has turned 14 is no child under 14 any more.
    pub who: Option<Who>,
    /// Whether they were added as a child under 14, and decide themselves by now.
    pub grown: bool,
    /// The name in the document that they applied with; empty before that.
    pub document: String,
    /// How they stand.
    pub standing: Standing,
    /// Whether they have been told something that nobody has read.
    pub told: bool,
}

/// The people of the phone, its owner first.
pub async fn list(app: &App, device: &Device) -> Result<Vec<Person>, StoreError> {
    let now = app.now();
    read!(app.store, "companion.list", StoreError, |tx| {
        let mut people = Vec::new();
        for row in call!(tx, companion::people(device.phone))? {
            people.push(person(tx, device, row, now).await?);
        }
        Ok(people)
    })
}

async fn person(tx: &mut Tx, device: &Device, row: PersonRow, now: Timestamp) -> Result<Person, StoreError> {
    let application = match row.application {
        Some(id) => call!(tx, application::by_id(id))?.filter(|application| application.device == row.id),
        None => None,
    };
    let told = match row.holder {
        Some(holder) => !call!(tx, notice::unseen(holder))?.is_empty(),
        None => false,
    };
    let standing = match &application {
        _ if row.holder.is_some() => Standing::Ready,
        Some(a) => Standing::Applied(shown(a.stage, a.kind(), a.sent_at, a.clock.due_at, now)),
        None if row.has_draft => Standing::Begun,
        None if row.moved_at.is_some() => Standing::Moved,
        None => Standing::Nothing,
    };
    let details = application.map(|application| application.details);
    let birth = details.as_ref().map(|details| details.birth_date);
    let name = details.map(|details| details.name);
    let document = name.map(|name| format!("{} {}", name.secondary(), name.primary()).trim().to_owned());
    let (called, who) = row.companion.map(|companion| (companion.name, companion.who)).unzip();
    let is_grown = |birth| who == Some(Who::Under14) && !consent::is_needed(birth, now.local_date());
    let grown = birth.is_some_and(is_grown);
    Ok(Person {
        tag: tag_of(device.phone, row.id),
        name: called,
        who: if grown { Some(Who::Child) } else { who },
        grown,
        document: document.unwrap_or_default(),
        standing,
        told,
    })
}

/// The name in forms of somebody on this phone.
pub fn tag_of(phone: DeviceSessionId, person: DeviceSessionId) -> PersonTag {
    if person == phone { PersonTag::OWNER } else { PersonTag::companion(person) }
}

/// Shows this person from now on. Nobody of another phone is ever found.
pub async fn switch(app: &App, phone: DeviceSessionId, to: &PersonTag) -> Result<(), CompanionError> {
    transact!(app.store, "companion.switch", CompanionError, |tx| {
        let people = call!(tx, companion::people(phone))?;
        let found = people.iter().find(|row| tag_of(phone, row.id) == *to).ok_or(CompanionError::NotFound)?;
        let shown = Some(found.id).filter(|id| *id != phone);
        Ok(call!(tx, companion::show(phone, shown))?)
    })
}
