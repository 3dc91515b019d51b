//! Entry from inside an application: what it passes on, the person's answer, and the way on.
//!
//! The decision that matters: what is passed on names a document, and a grant is about the holder of that document and
//! nobody else. A link that is sent to another person's phone opens nothing there: that phone shows another holder, and
//! a code that it applies for with another document is not the application's.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use domain::id::kind::{DeviceSessionId, GrantId};
use domain::partner::Functions;
use store::rows::partner::{EntryRow, NewGrant, PartnerRow};
use store::{Tx, call, read, transact};

use super::PartnerError;
use super::passed::Passed;
use crate::application::draft::{self, Draft};
use crate::http::session::{Device, Partner};
use crate::{App, consent};

/// A link counts for this long.
pub const LIFE: Duration = Duration::from_mins(10);
/// The most days that a grant may last.
pub const MOST_DAYS: i64 = 365;
/// How many days are asked for where the partner does not say.
pub const DEFAULT_DAYS: i64 = 90;

/// A link that a partner was given.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The grant that there will be, once the person has allowed it.
    pub id: GrantId,
    /// The link to open, for this person alone.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What a person is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The row.
    pub row: EntryRow,
    /// Who asks.
    pub partner: PartnerRow,
    /// What is passed on.
    pub passed: Passed,
}

/// What the phone has to do with the person that the link is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It holds nothing: what is passed on becomes a draft.
    New,
    /// It holds their code, or their application.
    Theirs,
    /// It holds somebody else's.
    SomebodyElses,
}

/// Keeps what a partner passes on, and gives the link to open.
pub async fn enter(
    app: &App,
    partner: &Partner,
    passed: Passed,
    functions: &Functions,
    days: i64,
) -> Result<Entered, PartnerError> {
    let passed = passed.checked()?;
    let wrong = |text: &str| Err(PartnerError::Invalid(text.to_owned()));
    if !(1..=MOST_DAYS).contains(&days) {
        return wrong("days: expected 1 to 365");
    }
    if functions.is_empty() || functions.iter().any(|one| !one.needs_grant()) {
        return wrong(
            "functions: expected some of query, make_code, declare_health, declare_trip and correct; the others need \
             no grant",
        );
    }
    if let Some(function) = functions.iter().find(|function| !partner.functions.has(*function)) {
        return Err(PartnerError::Invalid(format!(
            "functions: this partner is not registered for {}",
            function.as_str()
        )));
    }
    let token = URL_SAFE_NO_PAD.encode(app.entropy.bytes::<16>());
    let row = EntryRow {
        id: app.new_id(),
        partner: partner.id,
        passed: passed.plain(),
        functions: functions.clone(),
        days,
        expires_at: app.now().plus(LIFE),
    };
    let hash = hash(&token);
    transact!(app.store, "partner.enter", PartnerError, |tx| { Ok(call!(tx, grant::enter(&row, &hash))?) })?;
    let url = format!("{}/partner/{token}", app.settings.public_origin);
    Ok(Entered { id: row.id, url, expires_at: row.expires_at })
}

fn hash(token: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, format!("tongxing partner entry v1 {token}").as_bytes()).as_ref());
    hash
}

/// What the person behind this link is asked.
pub async fn asked(app: &App, token: &str) -> Result<Asked, PartnerError> {
    let hash = hash(token);
    read!(app.store, "partner.asked", PartnerError, |tx| { asked_in(tx, app, &hash).await })
}

async fn asked_in(tx: &mut Tx, app: &App, hash: &[u8; 32]) -> Result<Asked, PartnerError> {
    let row = call!(tx, grant::entry(hash, app.now()))?.ok_or(PartnerError::Over)?;
    let partner = call!(tx, partner::one(row.partner))?.ok_or(PartnerError::Over)?;
    let passed = Passed::read(&row.passed).ok_or(PartnerError::Over)?;
    if partner.suspended_at.is_some() { Err(PartnerError::Over) } else { Ok(Asked { row, partner, passed }) }
}

/// What the phone has to do with the person that the link is about. It learns nothing that it does not hold itself.
pub async fn stands(app: &App, device: Option<&Device>, asked: &Asked) -> Result<Stands, PartnerError> {
    let Some(device) = device else { return Ok(Stands::New) };
    read!(app.store, "partner.stands", PartnerError, |tx| { stands_in(tx, app, device, asked).await })
}

async fn stands_in(tx: &mut Tx, app: &App, device: &Device, asked: &Asked) -> Result<Stands, PartnerError> {
    let lookup = asked.passed.lookup(app.store.sealer())?;
    let theirs = |same| if same { Stands::Theirs } else { Stands::SomebodyElses };
    if let Some(holder) = device.holder {
        return Ok(theirs(call!(tx, grant::leads_to(&lookup, holder))?));
    }
    let row = match device.application {
        Some(id) => call!(tx, application::by_id(id))?.filter(|row| row.device == device.id),
        None => None,
    };
    Ok(match row.filter(|row| !row.stage.is_final()) {
        Some(row) => theirs(store::rows::register::lookup(app.store.sealer(), &row.details) == lookup),
        None => Stands::New,
    })
}

/// The person refuses: nothing of it stays.
pub async fn refuse(app: &App, token: &str) -> Result<PartnerRow, PartnerError> {
    let hash = hash(token);
    transact!(app.store, "partner.refuse", PartnerError, |tx| {
        let asked = asked_in(tx, app, &hash).await?;
        if call!(tx, grant::answer(asked.row.id))? { Ok(asked.partner) } else { Err(PartnerError::Over) }
    })
}

/// The person of `device` allows it. What was passed on becomes their draft, if the phone holds nothing; what had been
/// typed there before and is not passed on stays.
pub async fn allow(app: &App, token: &str, device: DeviceSessionId) -> Result<Stands, PartnerError> {
    let hash = hash(token);
    transact!(app.store, "partner.allow", PartnerError, |tx| {
        let asked = asked_in(tx, app, &hash).await?;
        let state = call!(tx, device::device_state(device))?.ok_or(PartnerError::Over)?;
        let whose = Device {
            id: device,
            phone: device,
            application: state.application,
            holder: state.holder,
            desk: None,
        };
        let stands = stands_in(tx, app, &whose, &asked).await?;
        if stands == Stands::SomebodyElses {
            return Err(PartnerError::OtherPerson);
        }
        if !call!(tx, grant::answer(asked.row.id))? {
            return Err(PartnerError::Over);
        }
        if stands == Stands::New {
            let draft = filled(Draft::of(&state), &asked.passed)?;
            draft::save_in(tx, app, device, &draft).await?;
        }
        call!(tx, grant::give(&new_grant(app, &asked, device)?))?;
        Ok(stands)
    })
}

fn new_grant(app: &App, asked: &Asked, device: DeviceSessionId) -> Result<NewGrant, PartnerError> {
    let days = u64::try_from(asked.row.days.clamp(1, MOST_DAYS)).unwrap_or(1);
    Ok(NewGrant {
        id: asked.row.id,
        partner: asked.partner.id,
        device,
        lookup: asked.passed.lookup(app.store.sealer())?,
        functions: asked.row.functions.clone(),
        text_version: consent::PARTNER_VERSION.to_owned(),
        given_at: app.now(),
        until: app.now().plus(Duration::from_hours(24 * days)),
    })
}

/// The draft with what is passed on typed into it. One that corrects something else is left behind: it was about a
/// phone that holds nothing now.
fn filled(before: Option<Draft>, passed: &Passed) -> Result<Draft, PartnerError> {
    let mut draft =
        before.filter(|draft| draft.corrects.is_none() && draft.changes.is_none()).unwrap_or_default();
    passed.document.type_into(&mut draft.typed)?;
    if !passed.phone.trim().is_empty() {
        draft.typed.set("phone", passed.phone.trim());
    }
    Ok(draft)
}
