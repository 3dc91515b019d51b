//! Days without the internet: live passes fetched ahead, each good for its own day (Asia/Shanghai).
//!
//! The decision that matters: they are ordinary live passes, bound to the same key and found by the same statements
//! that withdraw, so that one change of colour, another device or a closed code withdraws all of them at once. The
//! phone says until when it wants to do without; whenever it is online before that, what is missing is issued, with
//! another colour or another key too.

use credential::{DeviceKey, PublicKey};
use domain::Timestamp;
use domain::id::kind::HolderId;
use store::rows::decision::DecisionRow;
use store::rows::pass::PassRow;
use store::{StoreError, Tx, call, read, transact};

use super::identity::Identity;
use super::issue::{BACKDATED, Issued, PassError, begin, counting, ends, is_good, whole};
use super::place::{Order, place};
use super::withdraw::withdraw_ahead;
use crate::App;
use crate::http::session::Device;

/// The most days that can be fetched ahead, today among them.
pub const MOST_DAYS: i64 = 7;
/// The most passes ahead that one phone is given before they have ended: an honest one needs seven, and seven more
/// with each other colour or key.
const MOST_HELD: u64 = 70;

/// Says that the phone wants to do without the internet for `days` days from today, at most [`MOST_DAYS`]; with none
/// it wants no more, and what it fetched is withdrawn. Gives the end.
pub async fn want(app: &App, device: &Device, days: i64) -> Result<Option<Timestamp>, PassError> {
    let holder = device.holder.ok_or(PassError::NoCode)?;
    let days = days.clamp(0, MOST_DAYS);
    transact!(app.store, "pass.want_ahead", PassError, |tx| {
        begin(tx, device, holder).await?;
        let until = (days > 0).then(|| Timestamp::of_day(app.now().day() + days));
        if until.is_none() {
            withdraw_ahead(tx, app, device).await?;
        }
        call!(tx, device::want_offline(device.id, until))?;
        Ok(until)
    })
}

/// Until when the phone wants to do without the internet, if that has not passed.
pub async fn wanted(app: &App, device: &Device) -> Result<Option<Timestamp>, StoreError> {
    let until = read!(app.store, "pass.wanted_ahead", StoreError, |tx| {
        call!(tx, device::offline_until(device.id))
    })?;
    Ok(until.filter(|until| app.now() < *until))
}

/// The passes of the days that this phone wants, for this key, soonest first: those that it has, and new ones for
/// the days that lack one. Called after [`live`](super::issue::live), which has withdrawn what another key had.
pub async fn passes(app: &App, device: &Device, key: &PublicKey) -> Result<Vec<Issued>, PassError> {
    let holder = device.holder.ok_or(PassError::NoCode)?;
    let Some(until) = wanted(app, device).await? else { return Ok(Vec::new()) };
    let key = DeviceKey::from(key);
    let days = days(app.now(), until);
    let there =
        read!(app.store, "pass.ahead", StoreError, |tx| { held(tx, app, device, holder, &key).await })?;
    if days.iter().all(|day| of_day(&there, *day).is_some()) {
        return Ok(there.into_iter().map(Issued::from).collect());
    }
    transact!(app.store, "pass.issue_ahead", PassError, |tx| {
        begin(tx, device, holder).await?;
        let held = held(tx, app, device, holder, &key).await?;
        fill(tx, app, device, holder, key, &days, held).await
    })
}

/// The days from `now` to `until`, the first moment that is not wanted.
fn days(now: Timestamp, until: Timestamp) -> Vec<i64> {
    let today = now.day();
    (today..until.day().min(today + MOST_DAYS)).collect()
}

fn of_day(held: &[PassRow], day: i64) -> Option<&PassRow> {
    held.iter().find(|row| row.for_day == Some(day))
}

async fn held(
    tx: &mut Tx,
    app: &App,
    device: &Device,
    holder: HolderId,
    key: &DeviceKey,
) -> Result<Vec<PassRow>, StoreError> {
    let rows = call!(tx, pass::ahead(device.id, holder, app.now()))?;
    Ok(rows.into_iter().filter(|row| is_good(app, row, key)).collect())
}

async fn fill(
    tx: &mut Tx,
    app: &App,
    device: &Device,
    holder: HolderId,
    key: DeviceKey,
    days: &[i64],
    held: Vec<PassRow>,
) -> Result<Vec<Issued>, PassError> {
    let missing: Vec<i64> = days.iter().copied().filter(|day| of_day(&held, *day).is_none()).collect();
    let asked = call!(tx, pass::asked_ahead(device.id, app.now()))?;
    if asked + missing.len() as u64 > MOST_HELD {
        return Err(PassError::TooMany);
    }
    let decision = counting(tx, app, holder).await?;
    let document = call!(tx, holder::document(holder))?.ok_or(PassError::NoCode)?;
    let identity = Identity::of(&document);
    let mut all: Vec<Issued> = held.into_iter().map(Issued::from).collect();
    for day in missing {
        let whose = Whose { device, holder, decision: &decision, identity: &identity, key };
        match issue_for(tx, app, &whose, day).await {
            Ok(issued) => all.push(issued),
            // The decision or the key ends before that day does: the days before it are what there is.
            Err(PassError::NoCode) => break,
            Err(error) => return Err(error),
        }
    }
    all.sort_by_key(|issued| issued.expires_at);
    Ok(all)
}

/// What the passes of all days have in common.
struct Whose<'a> {
    device: &'a Device,
    holder: HolderId,
    decision: &'a DecisionRow,
    identity: &'a Identity,
    key: DeviceKey,
}

async fn issue_for(tx: &mut Tx, app: &App, whose: &Whose<'_>, day: i64) -> Result<Issued, PassError> {
    let Whose { device, holder, decision, identity, key } = *whose;
    let begins = Timestamp::of_day(day).max(app.now());
    let expires_at = ends(app, decision, Timestamp::of_day(day + 1), begins)?;
    let order = Order {
        holder,
        device: device.id,
        decision: decision.id,
        colour: decision.colour,
        identity,
        key: Some(key),
        for_day: Some(day),
        issued_at: whole(begins.minus(BACKDATED)),
        expires_at,
    };
    let new = place(tx, app, &order).await?;
    Ok(Issued {
        id: new.id,
        signed: new.signed,
        issued_at: new.issued_at,
        expires_at,
        colour: decision.colour,
        reasons: decision.reasons.clone(),
    })
}
