//! `/my-data/apps`: which applications may act for the person of this phone, until when; and taking it back.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::id::kind::GrantId;
use store::rows::partner::HeldGrant;

use super::may;
use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields};
use crate::partner::{PartnerError, grant};

/// What was allowed.
#[derive(Template)]
#[template(path = "partner/apps.html")]
pub struct AppsPage {
    page: Page,
    grants: Vec<Shown>,
    has_code: bool,
}

struct Shown {
    id: String,
    app: String,
    back: String,
    functions: Vec<String>,
    given: String,
    until: String,
    ended: Option<String>,
}

impl AppsPage {
    /// Nothing, and one that counts beside one that was ended.
    pub fn samples(page: &Page) -> Vec<Self> {
        let at = Timestamp::from_seconds(1_795_435_200);
        let grant = |name: &str, ended_at| HeldGrant {
            id: GrantId::from_i64(1),
            partner: name.to_owned(),
            return_address: "https://app.example/back".to_owned(),
            functions: "query,make_code".parse().unwrap_or_default(),
            text_version: "partner-1".to_owned(),
            given_at: at,
            until: at.plus(std::time::Duration::from_hours(24 * 90)),
            ended_at,
        };
        let both = [grant("鄂汇办", None), grant("Example Pay", Some(at))];
        vec![Self::of(page.clone(), &[], at, false), Self::of(page.clone(), &both, at, true)]
    }

    fn of(page: Page, grants: &[HeldGrant], now: Timestamp, has_code: bool) -> Self {
        let shown = |grant: &HeldGrant| Shown {
            id: grant.id.to_string(),
            app: grant.partner.clone(),
            back: grant.return_address.clone(),
            functions: may(&page, &grant.functions),
            given: page.words.date_time(grant.given_at),
            until: page.words.date_time(grant.until),
            ended: (!grant.is_in_force(now))
                .then(|| page.words.date_time(grant.ended_at.unwrap_or(grant.until))),
        };
        Self { grants: grants.iter().map(shown).collect(), has_code, page }
    }
}

/// `GET /my-data/apps`
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let grants = grant::of(&app, &device).await?;
    page::show(&AppsPage::of(page, &grants, app.now(), device.holder.is_some()))
}

/// `POST /my-data/apps`: takes it back. Whoever presses twice has done it once.
pub async fn end(State(app): State<App>, device: Device, fields: Fields) -> Result<Response, Failure> {
    let id = fields.get("grant").parse().map_err(|_| PartnerError::Unknown)?;
    match grant::end(&app, &device, id).await {
        Ok(()) => {}
        Err(PartnerError::Unknown) => {
            let own = grant::of(&app, &device).await?;
            if !own.iter().any(|grant| grant.id == id) {
                return Err(PartnerError::Unknown.into());
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to("/my-data/apps").into_response())
}
