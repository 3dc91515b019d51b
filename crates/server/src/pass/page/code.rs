//! `/my-code`: the page that the browser turns into a living code (markup: `web/README.md`).

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use domain::declaration::Colour;
use domain::id::kind::{DeviceSessionId, HolderId, NoticeId};
use serde::Deserialize;
use store::rows::notice::{NoticeKind, NoticeRow};
use store::{StoreError, call, read, transact};

use crate::App;
use crate::companion::people::tag_of;
use crate::http::actors;
use crate::http::page::{self, Page};
use crate::http::person::PersonTag;
use crate::http::session::Device;
use crate::http::{Failure, Fields, Kind};
use crate::pass::identity::Identity;

/// What the code page shows.
#[derive(Template)]
#[template(path = "pass/code.html")]
pub struct CodePage {
    page: Page,
    /// Differs between holders, and tells nothing of them.
    holder: String,
    /// The people of the phone who have codes, each `tag:holder`; empty where there is one person only.
    people: String,
    initials: String,
    colour: Colour,
    reasons: Vec<String>,
    decided_at: Timestamp,
    loaded_at: Timestamp,
    notices: Vec<NoticeRow>,
}

impl CodePage {
    /// Every colour, without and with notices.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |colour, reasons: &[&str], notices: &[NoticeKind]| Self {
            page: page.clone(),
            holder: "sample".to_owned(),
            people: String::new(),
            initials: "AME".to_owned(),
            colour,
            reasons: reasons.iter().map(|code| (*code).to_owned()).collect(),
            decided_at: Timestamp::from_seconds(1_795_435_200),
            loaded_at: Timestamp::from_seconds(1_795_438_800),
            notices: notices
                .iter()
                .map(|kind| NoticeRow {
                    id: NoticeId::from_i64(1),
                    kind: *kind,
                    at: Timestamp::from_seconds(1_795_435_200),
                })
                .collect(),
        };
        let ill = ["declared_symptoms", "declared_contact", "declared_diagnosis"];
        vec![
            sample(Colour::Green, &["declared_healthy"], &[]),
            sample(Colour::Yellow, &ill, &[NoticeKind::SecondApplication]),
            sample(Colour::Red, &["confirmed_case"], &[]),
            sample(Colour::None, &["fever_elsewhere"], &[]),
        ]
    }

    /// Words with places for what the script fills in. The words are ours and hold no markup.
    fn slotted(&self, key: impl AsRef<str>) -> String {
        let slot = |name: &str| format!("<span data-slot=\"{name}\"></span>");
        let mut slots =
            ["until", "hours", "minutes", "day", "seconds"].map(|name| (name, slot(name))).to_vec();
        slots.push(("address", "<bdi dir=\"ltr\" translate=\"no\" data-slot=\"address\"></bdi>".to_owned()));
        self.page.words.with(key.as_ref(), &slots)
    }

    /// The newest notice: those up to it are marked as seen.
    fn last_notice(&self) -> String {
        self.notices.first().map(|notice| notice.id.to_string()).unwrap_or_default()
    }
}

/// `GET /my-code?person=…`: whose page it is to be, for the service worker, which keeps one for each person of the
/// phone. Nobody else's is ever found.
#[derive(Deserialize)]
pub struct Asked {
    person: Option<String>,
}

/// `GET /my-code`. A phone without a code is sent to its application.
pub async fn show(
    State(app): State<App>,
    device: Device,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let (device, page) = match asked.person {
        None => (device, page),
        Some(tag) => {
            let found = actors::person(&app, device.phone, &PersonTag::given(&tag)).await?;
            let (device, whose) = found.ok_or(Failure::of(Kind::NOT_FOUND))?;
            (device, page.of_person(whose))
        }
    };
    let Some(holder) = device.holder else { return Ok(Redirect::to("/application").into_response()) };
    let (decision, document, notices) = read!(app.store, "pass.page", StoreError, |tx| {
        let decision = call!(tx, decision::current(holder))?;
        let document = call!(tx, holder::document(holder))?;
        Ok((decision, document, call!(tx, notice::unseen(holder))?))
    })?;
    let (Some(decision), Some(document)) = (decision, document) else {
        return Ok(Redirect::to("/application").into_response());
    };
    page::show(&CodePage {
        holder: kept_as(device.id, device.holder),
        people: people_with_codes(&app, &page, &device).await?,
        initials: Identity::of(&document).initials,
        colour: decision.colour,
        reasons: decision.reasons,
        decided_at: decision.decided_at,
        loaded_at: app.now(),
        notices,
        page,
    })
}

/// For the script and the service worker, which keep passes and pages for everybody whom the phone can show.
async fn people_with_codes(app: &App, page: &Page, device: &Device) -> Result<String, StoreError> {
    if !page.whose.as_ref().is_some_and(|whose| whose.shared) {
        return Ok(String::new());
    }
    let phone = device.phone;
    let people = read!(app.store, "pass.people", StoreError, |tx| { call!(tx, companion::people(phone)) })?;
    let with_code = people.iter().filter(|person| person.holder.is_some());
    let names = with_code
        .map(|person| format!("{}:{}", tag_of(phone, person.id).as_str(), kept_as(person.id, person.holder)));
    Ok(names.collect::<Vec<_>>().join(" "))
}

/// `POST /my-code/notices`: they have been read.
pub async fn notices_seen(
    State(app): State<App>,
    device: Device,
    fields: Fields,
) -> Result<Redirect, Failure> {
    let holder = device.holder.ok_or(Failure::of(Kind::CONFLICT))?;
    let last: NoticeId = fields.get("last").parse().map_err(|_| Failure::of(Kind::BAD_REQUEST))?;
    let now = app.now();
    transact!(app.store, "notice.seen", StoreError, |tx| { call!(tx, notice::seen(holder, last, now)) })?;
    Ok(Redirect::to("/my-code"))
}

/// A name for what the phone keeps: another session or holder, another name.
pub fn kept_as(session: DeviceSessionId, holder: Option<HolderId>) -> String {
    let ids = format!("tongxing phone v1 {session} {holder:?}");
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, ids.as_bytes()).as_ref()[..16])
}
