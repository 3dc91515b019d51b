//! Issuing: a live pass for a phone's key, a printed pass for paper.

use std::time::Duration;

use credential::{DeviceKey, Pass, PublicKey};
use domain::Timestamp;
use domain::declaration::Colour;
use domain::id::kind::{DeviceSessionId, GrantId, HolderId, PartnerId, PassId};
use store::rows::decision::DecisionRow;
use store::rows::pass::{PassKind, PassRow, WithdrawnFor};
use store::{StoreError, Tx, call, read, transact};

use super::identity::Identity;
use super::place::{Order, PlaceError, place, seconds};
use super::withdraw::{withdraw_kind, withdraw_other_keys};
use crate::http::session::Device;
use crate::http::{Kind, Problem};
use crate::{App, access};

/// How long a live pass is good.
pub const LIVE: Duration = Duration::from_hours(24);
/// With less left than this a phone is given a new one.
pub const RENEW_BELOW: Duration = Duration::from_hours(12);
/// How long a printed pass is good.
pub const PRINTED: Duration = Duration::from_hours(14 * 24);
/// Checkers give no leeway: a pass begins a little before it is issued, for those whose clock is slow.
pub(super) const BACKDATED: Duration = Duration::from_mins(1);
/// The most passes of a kind that one phone is given in a day: honest ones need two.
const MOST_A_DAY: u64 = 40;
const DAY: Duration = Duration::from_hours(24);

/// A pass, and what its page says beside it.
#[derive(Clone)]
pub struct Issued {
    /// Its row.
    pub id: PassId,
    /// The signed bytes.
    pub signed: Vec<u8>,
    /// From when on it is good.
    pub issued_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// Its colour.
    pub colour: Colour,
    /// The codes of the reasons for it.
    pub reasons: Vec<String>,
}

/// Why no pass was issued.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// This phone has no code to show, or no longer.
    #[error("this phone has no code")]
    NoCode,
    /// The code was closed, or moved to another phone.
    #[error("the code was withdrawn")]
    Withdrawn,
    /// More than an honest phone asks for.
    #[error("too many passes for one phone")]
    TooMany,
    /// The current signing key is outside its validity.
    #[error("the signing key is not valid now")]
    KeyInvalid,
    /// Signing or writing failed.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for PassError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoCode => Kind::CONFLICT,
            Self::Withdrawn => Kind::GONE,
            Self::TooMany => Kind::TOO_MANY,
            Self::Place(PlaceError::Store(error)) | Self::Store(error) => error.kind(),
            Self::KeyInvalid | Self::Place(_) => Kind::INTERNAL,
        }
    }
}

/// The live pass of this phone for this key: the one it has while that is good for long enough, else a new one.
/// Another key than before withdraws the former pass.
pub async fn live(app: &App, device: &Device, key: &PublicKey) -> Result<Issued, PassError> {
    live_of(app, device, None, key).await
}

/// The live pass that a partner shows for a holder, bound to the key of the partner's own application. It stands beside
/// that of the phone's page: a grant is a phone of its own, and what withdraws all passes of a holder withdraws both.
pub async fn for_grant(
    app: &App,
    holder: HolderId,
    (partner, grant): (PartnerId, GrantId),
    key: &PublicKey,
) -> Result<Issued, PassError> {
    let id = session_of(grant);
    let device = Device { id, phone: id, application: None, holder: Some(holder), desk: None };
    live_of(app, &device, Some((partner, grant)), key).await
}

/// What stands for a grant where a pass says which phone asked for it: ids are never the same.
pub(super) const fn session_of(grant: GrantId) -> DeviceSessionId {
    DeviceSessionId::from_i64(grant.as_i64())
}

async fn live_of(
    app: &App,
    device: &Device,
    grant: Option<(PartnerId, GrantId)>,
    key: &PublicKey,
) -> Result<Issued, PassError> {
    let holder = device.holder.ok_or(PassError::NoCode)?;
    let key = DeviceKey::from(key);
    let latest = read!(app.store, "pass.latest", PassError, |tx| {
        Ok(call!(tx, pass::latest_live(device.id, holder))?)
    })?;
    if let Some(row) = latest.filter(|row| is_reusable(app, row, &key)) {
        return Ok(row.into());
    }
    transact!(app.store, "pass.issue_live", PassError, |tx| {
        match grant {
            None => begin(tx, device, holder).await?,
            Some(grant) => begin_for_grant(tx, app, grant, holder).await?,
        }
        let latest = call!(tx, pass::latest_live(device.id, holder))?;
        match latest {
            // Another request of this phone was faster.
            Some(row) if is_reusable(app, &row, &key) => Ok(row.into()),
            Some(row) if is_ended(&row) => Err(PassError::Withdrawn),
            // A phone that lost its key shows it with another one: what the former key was given counts no more.
            _ => {
                withdraw_other_keys(tx, app, device, &key).await?;
                issue(tx, app, device, holder, Some(key)).await
            }
        }
    })
}

/// A new printed pass. The one before stops being good.
pub async fn printed(app: &App, device: &Device) -> Result<Issued, PassError> {
    let holder = device.holder.ok_or(PassError::NoCode)?;
    transact!(app.store, "pass.issue_printed", PassError, |tx| {
        begin(tx, device, holder).await?;
        access::record_at_desk(tx, app, device.desk, "desk_print", "holder", holder).await?;
        withdraw_kind(tx, app, holder, PassKind::Printed, WithdrawnFor::Reissued).await?;
        issue(tx, app, device, holder, None).await
    })
}

/// The printed pass that is good now, as it was issued.
pub async fn printed_now(app: &App, holder: HolderId) -> Result<Option<Issued>, PassError> {
    let row = read!(app.store, "pass.printed", StoreError, |tx| { call!(tx, pass::latest_printed(holder)) })?;
    Ok(row.filter(|row| counts(app, row)).map(Issued::from))
}

/// The pass that a short code of this phone stands for: the live one, else the printed one. A phone whose browser
/// makes no code may have neither: it gets a printed pass, which voids nothing, since none is good.
pub(super) async fn for_short_code(
    tx: &mut Tx,
    app: &App,
    device: &Device,
    holder: HolderId,
) -> Result<PassId, PassError> {
    let live = call!(tx, pass::latest_live(device.id, holder))?;
    if live.as_ref().is_some_and(is_ended) {
        return Err(PassError::Withdrawn);
    }
    if let Some(row) = live.filter(|row| counts(app, row)) {
        return Ok(row.id);
    }
    match call!(tx, pass::latest_printed(holder))?.filter(|row| counts(app, row)) {
        Some(row) => Ok(row.id),
        None => Ok(issue(tx, app, device, holder, None).await?.id),
    }
}

/// Makes the transaction the only one about the holder, and asks again whether the phone may.
pub(super) async fn begin(tx: &mut Tx, device: &Device, holder: HolderId) -> Result<(), PassError> {
    let there = call!(tx, holder::lock(holder))?;
    if !there || !call!(tx, holder::is_open_on(device.id, holder))? {
        return Err(PassError::NoCode);
    }
    Ok(())
}

/// The same for a grant, which may just have been ended.
async fn begin_for_grant(
    tx: &mut Tx,
    app: &App,
    (partner, grant): (PartnerId, GrantId),
    holder: HolderId,
) -> Result<(), PassError> {
    let there = call!(tx, holder::lock(holder))?;
    let row = call!(tx, grant::in_force(grant, partner, app.now()))?;
    let stands = row.is_some_and(|row| row.holder == Some(holder) && row.shown == Some(holder));
    if there && stands { Ok(()) } else { Err(PassError::NoCode) }
}

async fn issue(
    tx: &mut Tx,
    app: &App,
    device: &Device,
    holder: HolderId,
    key: Option<DeviceKey>,
) -> Result<Issued, PassError> {
    let now = app.now();
    let (kind, life) = if key.is_some() { (PassKind::Live, LIVE) } else { (PassKind::Printed, PRINTED) };
    if call!(tx, pass::asked(device.id, kind, now.minus(DAY)))? >= MOST_A_DAY {
        return Err(PassError::TooMany);
    }
    let decision = counting(tx, app, holder).await?;
    let document = call!(tx, holder::document(holder))?.ok_or(PassError::NoCode)?;
    let expires_at = ends(app, &decision, now.plus(life), now)?;
    let order = Order {
        holder,
        device: device.id,
        decision: decision.id,
        colour: decision.colour,
        identity: &Identity::of(&document),
        key,
        for_day: None,
        issued_at: whole(now.minus(BACKDATED)),
        expires_at,
    };
    let new = place(tx, app, &order).await?;
    call!(tx, erase::used(holder, now))?;
    Ok(Issued {
        id: new.id,
        signed: new.signed,
        issued_at: new.issued_at,
        expires_at,
        colour: decision.colour,
        reasons: decision.reasons,
    })
}

/// The decision that counts. One that ended a moment ago is made again here: the job that does it comes a little later,
/// and nobody is without a code in between.
pub(super) async fn counting(tx: &mut Tx, app: &App, holder: HolderId) -> Result<DecisionRow, PassError> {
    let row = call!(tx, decision::current(holder))?.ok_or(PassError::NoCode)?;
    if row.until.is_none_or(|until| app.now() < until) {
        return Ok(row);
    }
    crate::decision::decide_again(tx, app, holder).await?;
    call!(tx, decision::current(holder))?.ok_or(PassError::NoCode)
}

/// A pass outlives neither its decision nor its key. One that would begin at `from`, later than `now`, after
/// either has ended is not issued.
pub(super) fn ends(
    app: &App,
    decision: &DecisionRow,
    wanted: Timestamp,
    from: Timestamp,
) -> Result<Timestamp, PassError> {
    let key = app.signers.signing().good_until(seconds(app.now())).ok_or(PassError::KeyInvalid)?;
    let key = Timestamp::from_seconds(i64::try_from(key).unwrap_or(i64::MAX));
    let end = decision.until.map_or(wanted, |until| until.min(wanted)).min(key);
    if from < end { Ok(whole(end)) } else { Err(PassError::NoCode) }
}

/// Passes carry whole seconds: rows say the same.
pub(super) fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_seconds(at.seconds())
}

fn is_reusable(app: &App, row: &PassRow, key: &DeviceKey) -> bool {
    row.expires_at.since(app.now()) > RENEW_BELOW && is_good(app, row, key)
}

/// Not withdrawn, not ended, and not overtaken by anything.
fn counts(app: &App, row: &PassRow) -> bool {
    row.withdrawn.is_none() && app.now() < row.expires_at && is_ours(app, row)
}

/// Bound to this key, not withdrawn, and not overtaken by anything.
pub(super) fn is_good(app: &App, row: &PassRow, key: &DeviceKey) -> bool {
    row.withdrawn.is_none() && row.device_key.as_deref() == Some(&key.compressed()[..]) && is_ours(app, row)
}

/// Signed by a key that counts now, in the colour that counts now, and with a status list that is served here. A key
/// that only signs no more is good to the end of its passes; one that was withdrawn is not, and its passes are given
/// anew at the next contact. A service that moved to another address would otherwise go on giving out passes that
/// nobody can check.
fn is_ours(app: &App, row: &PassRow) -> bool {
    let (signing, now) = (app.signers.signing(), seconds(app.now()));
    Pass::parse(&row.signed).is_ok_and(|pass| {
        signing.trust().named(&pass.key_id().0).any(|(_, key)| key.valid(now))
            && pass.claims().colour.as_str() == row.colour.as_str()
            && super::lists::at(app, pass.claims().status.uri).is_some()
    })
}

/// Closed, and nothing was decided since. A code that moved to another phone and came back is not ended.
fn is_ended(row: &PassRow) -> bool {
    row.withdrawn.is_some_and(|(at, why)| why == WithdrawnFor::Closed && at > row.decided_at)
}

impl From<PassRow> for Issued {
    fn from(row: PassRow) -> Self {
        let PassRow { id, signed, issued_at, expires_at, colour, reasons, .. } = row;
        Self { id, signed, issued_at, expires_at, colour, reasons }
    }
}
