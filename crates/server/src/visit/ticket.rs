//! What a phone holds so that the server need not look up who it is: a ticket to enter, and a token to leave.
//!
//! The decision that matters: both are sealed by the server and bound to the phone's cookie. A ticket of another phone
//! opens nothing, and whoever copies the database can make none. A ticket is good for [`LASTS`] after the session was
//! read: so long somebody may still register whose session has ended meanwhile.
//!
//! Bytes: what it is (1) · nonce (12) · AES-256-GCM of its content with tag; associated data = label, what it is, SHA-256
//! of the cookie. In base64url.

use std::sync::OnceLock;
use std::time::Duration;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::kind::{DeviceSessionId, HolderId, LocationId};
use domain::location::Stay;
use domain::{Id, Timestamp};
use store::{StoreError, call, read};

use super::register::EXIT_AFTER;
use crate::App;
use crate::companion::people::tag_of;
use crate::http::cookie::CookieKind;
use crate::http::person::PersonTag;
use crate::http::session::token_hash;
use crate::http::{Failure, Kind};

/// How long a ticket is good.
pub const LASTS: Duration = Duration::from_hours(12);
/// How long somebody may say that they left: a day after the longest usual stay.
pub const LEAVE_LASTS: Duration = EXIT_AFTER.saturating_add(Duration::from_mins(Stay::MOST as u64));

const LABEL: &str = "tongxing visit ticket v1";
/// The first byte: kind 4 or 5, version 1.
const TICKET: u8 = 0x41;
const LEAVE: u8 = 0x51;
/// Holder and time; and in a token to leave, the location.
const TICKET_PLAIN: usize = 16;
const LEAVE_PLAIN: usize = 24;

/// The phone's session: SHA-256 of its cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session(pub [u8; 32]);

/// Who may enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// Whose entry it is.
    pub holder: HolderId,
    /// Until when it is good.
    pub until: Timestamp,
}

/// Who may leave, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leave {
    /// Whose exit it is.
    pub holder: HolderId,
    /// Where they entered.
    pub location: LocationId,
    /// When, to the second.
    pub entered: Timestamp,
}

/// A person of the phone who has a code, with their ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfPerson {
    /// Their name in forms.
    pub tag: PersonTag,
    /// What a companion is called on this phone; `None` for the phone's owner.
    pub name: Option<String>,
    /// Their ticket.
    pub ticket: String,
}

/// The keys that seal tickets, derived from the data keys of the store at first use: all servers of an installation have
/// the same. The first seals, all open.
#[derive(Default)]
pub struct Tickets(OnceLock<Vec<LessSafeKey>>);

impl Session {
    /// From the value of the phone's cookie.
    pub fn of_cookie(value: &str) -> Self {
        Self(token_hash(value))
    }
}

/// Of whoever asks, whether or not the session is known: a ticket shows that it was.
impl FromRequestParts<App> for Session {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        if let Some(session) = parts.extensions.get::<Self>() {
            return Ok(*session);
        }
        let cookie = CookieKind::Device.read(&app.settings, &parts.headers);
        cookie.map(|value| Self::of_cookie(&value)).ok_or(Failure::of(Kind::NO_SESSION))
    }
}

/// The tickets of all people of a phone who have codes, its owner first; good until the time beside them.
pub async fn of_phone(
    app: &App,
    phone: DeviceSessionId,
    session: Session,
) -> Result<(Vec<OfPerson>, Timestamp), StoreError> {
    let people = read!(app.store, "visit.people", StoreError, |tx| { call!(tx, companion::people(phone)) })?;
    let until = app.now().plus(LASTS);
    let one = |row: store::rows::companion::PersonRow| {
        let ticket = issue(app, session, Ticket { holder: row.holder?, until });
        let name = row.companion.map(|companion| companion.name);
        Some(OfPerson { tag: tag_of(phone, row.id), name, ticket })
    };
    Ok((people.into_iter().filter_map(one).collect(), until))
}

/// A ticket as the phone gets it.
pub fn issue(app: &App, session: Session, ticket: Ticket) -> String {
    let content = [ticket.holder.as_i64(), ticket.until.seconds()].map(i64::to_be_bytes).concat();
    seal(app, TICKET, session, &content)
}

/// Whose ticket it is; `None` if it is of another phone, changed or over.
pub fn open(app: &App, session: Session, text: &str) -> Option<Ticket> {
    let [holder, until] = numbers(&open_bytes::<TICKET_PLAIN>(app, TICKET, session, text)?);
    let ticket = Ticket { holder: Id::from_i64(holder), until: Timestamp::from_seconds(until) };
    (app.now() < ticket.until).then_some(ticket)
}

/// A token to leave, as the phone gets it with the answer to an entry.
pub fn issue_leave(app: &App, session: Session, leave: Leave) -> String {
    let numbers = [leave.holder.as_i64(), leave.location.as_i64(), leave.entered.seconds()];
    seal(app, LEAVE, session, &numbers.map(i64::to_be_bytes).concat())
}

/// Who leaves from where; `None` if it is of another phone, changed or over.
pub fn open_leave(app: &App, session: Session, text: &str) -> Option<Leave> {
    let [holder, location, entered] = numbers(&open_bytes::<LEAVE_PLAIN>(app, LEAVE, session, text)?);
    let leave = Leave {
        holder: Id::from_i64(holder),
        location: Id::from_i64(location),
        entered: Timestamp::from_seconds(entered),
    };
    (app.now().since(leave.entered) < LEAVE_LASTS).then_some(leave)
}

fn numbers<const N: usize>(bytes: &[u8]) -> [i64; N] {
    let mut numbers = [0; N];
    for (number, bytes) in numbers.iter_mut().zip(bytes.chunks_exact(8)) {
        *number = i64::from_be_bytes(bytes.try_into().expect("eight bytes"));
    }
    numbers
}

fn keys(app: &App) -> &[LessSafeKey] {
    let key = |secret: &[u8]| {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, secret).expect("32 bytes are a key of AES-256"))
    };
    let secrets = || app.store.sealer().derived(LABEL);
    app.visit.tickets.0.get_or_init(|| secrets().iter().map(|secret| key(&**secret)).collect())
}

fn associated(what: u8, session: Session) -> [u8; LABEL.len() + 33] {
    let mut bytes = [0; LABEL.len() + 33];
    bytes[..LABEL.len()].copy_from_slice(LABEL.as_bytes());
    bytes[LABEL.len()] = what;
    bytes[LABEL.len() + 1..].copy_from_slice(&session.0);
    bytes
}

fn seal(app: &App, what: u8, session: Session, content: &[u8]) -> String {
    let nonce: [u8; NONCE_LEN] = app.entropy.bytes();
    let mut bytes = Vec::with_capacity(1 + NONCE_LEN + content.len() + 16);
    bytes.push(what);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(content);
    let (nonce, aad) = (Nonce::assume_unique_for_key(nonce), Aad::from(associated(what, session)));
    let sealed = keys(app)[0].seal_in_place_separate_tag(nonce, aad, &mut bytes[1 + NONCE_LEN..]);
    bytes.extend_from_slice(sealed.expect("a ticket is far below 64 GiB").as_ref());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn open_bytes<const N: usize>(app: &App, what: u8, session: Session, text: &str) -> Option<[u8; N]> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    if bytes.len() != 1 + NONCE_LEN + N + 16 || bytes[0] != what {
        return None;
    }
    let (nonce, sealed) = bytes[1..].split_first_chunk::<NONCE_LEN>()?;
    keys(app).iter().find_map(|key| {
        let (mut sealed, nonce) = (sealed.to_vec(), Nonce::assume_unique_for_key(*nonce));
        let plain = key.open_in_place(nonce, Aad::from(associated(what, session)), &mut sealed).ok()?;
        (&*plain).try_into().ok()
    })
}
