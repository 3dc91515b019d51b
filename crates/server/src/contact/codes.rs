//! One-time codes: asking for one, and typing it. Limits hold for known and unknown contacts alike.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use domain::contact::Contact;
use domain::id::kind::{ApplicationId, DeviceSessionId};
use domain::{Entropy, Timestamp};
use store::rows::contact::{AskedCode, ContactLimit, Purpose, code_index};
use store::{StoreError, Tx, call, transact};

use super::{ASKED_AN_HOUR, HOUR, LIFE, SENT_AN_HOUR, TRIES, WRONG_AN_HOUR};
use crate::words::Language;
use crate::{App, message};

/// What came of asking for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It is on its way, or would be if the contact led anywhere.
    Sent,
    /// Enough codes were sent.
    Wait {
        /// From when on one can be asked for again.
        again_at: Timestamp,
    },
    /// Too many wrong codes were typed.
    Rest {
        /// From when on it can be tried again.
        again_at: Timestamp,
    },
}

/// What came of typing a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered<T> {
    /// It was right, and has now been used.
    Right(T),
    /// It was right, and used on this phone a moment ago: the button was pressed twice, or somebody went back. It has
    /// no effect any more.
    Again(T),
    /// It was not the one that was sent last.
    Wrong,
    /// It has ended, was used, was tried too often, or none was asked for.
    Ended,
    /// Too many wrong codes were typed for this contact.
    Rest {
        /// From when on it can be tried again.
        again_at: Timestamp,
    },
}

/// For whom a code is asked.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The phone that asks.
    pub device: DeviceSessionId,
    /// What for.
    pub purpose: Purpose,
    /// The contact that it is sent to.
    pub contact: &'a Contact,
    /// Whose contact it is to be, where one is confirmed.
    pub application: Option<ApplicationId>,
    /// The language of the page.
    pub language: Language,
}

/// The six digits that `typed` means: spaces, hyphens and full-width digits do not matter.
pub fn digits(typed: &str) -> Option<String> {
    let plain = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - 0xFEE0),
        _ => Some(c),
    };
    let text: String =
        typed.chars().filter(|c| !c.is_whitespace() && *c != '-').filter_map(plain).take(20).collect();
    (text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

fn draw(entropy: &dyn Entropy) -> String {
    format!("{:06}", entropy.below(1_000_000))
}

/// Sends a new code; older ones of the phone for this purpose are worth nothing from then on.
pub async fn ask(app: &App, request: &Request<'_>) -> Result<Asked, StoreError> {
    transact!(app.store, "contact.ask", StoreError, |tx| { ask_in(tx, app, request).await })
}

async fn ask_in(tx: &mut Tx, app: &App, request: &Request<'_>) -> Result<Asked, StoreError> {
    let (now, contact) = (app.now(), request.contact);
    let mut limit = recent(call!(tx, contact_code::limit(contact))?, now);
    if let Some(again_at) = rests_until(&limit) {
        return Ok(Asked::Rest { again_at });
    }
    if limit.sent.len() >= SENT_AN_HOUR {
        return Ok(Asked::Wait { again_at: limit.sent[limit.sent.len() - SENT_AN_HOUR].plus(HOUR) });
    }
    if call!(tx, contact_code::asked_since(request.device, now.minus(HOUR)))? >= ASKED_AN_HOUR {
        return Ok(Asked::Wait { again_at: now.plus(HOUR) });
    }
    let known = call!(tx, contact::leads(contact))?;
    let decoy = request.purpose == Purpose::Recover && !known;
    let (id, code) = (app.new_id(), draw(&*app.entropy));
    let asked = AskedCode {
        id,
        device: request.device,
        purpose: request.purpose,
        application: request.application,
        contact: contact.clone(),
        code: code_index(app.store.sealer(), id, &code),
        tries: 0,
        sent_at: now,
        expires_at: now.plus(LIFE),
        used_at: None,
    };
    call!(tx, contact_code::ask(&asked))?;
    message::enqueue_code(tx, app, request, (&code, asked.expires_at), decoy).await?;
    limit.sent.push(now);
    call!(tx, contact_code::set_limit(contact, &limit, now))?;
    Ok(Asked::Sent)
}

/// Judges what was typed on a phone, and counts it. Call it in the transaction of what a right code is for; that must
/// commit for a wrong one too, or its try would not count.
pub async fn check(
    tx: &mut Tx,
    app: &App,
    device: DeviceSessionId,
    purpose: Purpose,
    typed: &str,
) -> Result<Answered<AskedCode>, StoreError> {
    let now = app.now();
    let Some(asked) = call!(tx, contact_code::latest(device, purpose))? else { return Ok(Answered::Ended) };
    let mut limit = recent(call!(tx, contact_code::limit(&asked.contact))?, now);
    if let Some(again_at) = rests_until(&limit) {
        return Ok(Answered::Rest { again_at });
    }
    let given = code_index(app.store.sealer(), asked.id, typed);
    let is_right = verify_slices_are_equal(&given, &asked.code).is_ok();
    if !call!(tx, contact_code::try_once(asked.id, TRIES, now))? {
        let lately = asked.used_at.is_some_and(|at| now.since(at) < LIFE);
        return Ok(if is_right && lately { Answered::Again(asked) } else { Answered::Ended });
    }
    if !is_right {
        limit.wrong.push(now);
        call!(tx, contact_code::set_limit(&asked.contact, &limit, now))?;
        return Ok(Answered::Wrong);
    }
    let first = call!(tx, contact_code::use_up(asked.id, now))?;
    Ok(if first { Answered::Right(asked) } else { Answered::Ended })
}

/// What of a limit lies within the last hour.
fn recent(limit: ContactLimit, now: Timestamp) -> ContactLimit {
    let kept = |times: Vec<Timestamp>| times.into_iter().filter(|at| at.plus(HOUR) > now).collect();
    ContactLimit { sent: kept(limit.sent), wrong: kept(limit.wrong) }
}

fn rests_until(limit: &ContactLimit) -> Option<Timestamp> {
    let first = limit.wrong.len().checked_sub(WRONG_AN_HOUR)?;
    limit.wrong.get(first).map(|at| at.plus(HOUR))
}
