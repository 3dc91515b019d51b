//! The public day keys of the two units that open visits: handed in by an administrator, confirmed by the unit.
//!
//! The decision that matters: a list counts only once an officer of the unit has typed the fingerprint that their own
//! program shows. Whoever exchanged a key on the way would open that unit's shares; the fingerprint finds it.

use std::collections::BTreeSet;

use domain::Timestamp;
use domain::id::kind::VisitKeyListId;
use store::rows::visit::VisitKeyListRow;
use store::rows::visit_case::VisitKeyList;
use store::{StoreError, Tx, call, read, transact};
use visits::PublicList;

use super::error::hindered;
use super::{CaseError, Hindrance, leaf};
use crate::App;
use crate::http::session::Staff;
use crate::visit::keys::WARN_DAYS;

/// As many days ahead as are looked at: no list has more.
const LONGEST: i64 = 400;
/// Lists are shown until so long after their last day.
const SHOWN_AFTER: i64 = 30;

/// Why a list was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The file is none, or damaged; what is wrong, for whoever made it.
    #[error("{0}")]
    Unreadable(String),
    /// There is no unit of this name.
    #[error("there is no unit {0}")]
    NoUnit(String),
    /// All its days are over.
    #[error("all days of the list are over")]
    Over,
    /// The same list is there.
    #[error("the same list is there already")]
    Again,
    /// A list of this unit counts for the other half.
    #[error("the other half is this unit's already")]
    SameUnit,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The keys of one half, from today on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasts {
    /// 1 or 2.
    pub half: i64,
    /// The last day of those that follow one another from today on; none where today has no key.
    pub until: Option<i64>,
    /// Whether it is time to hand in the next list.
    pub soon: bool,
}

/// Lists, and until when keys last.
#[derive(Clone, Default)]
pub struct Standing {
    /// The lists, the newest first.
    pub lists: Vec<VisitKeyList>,
    /// Both halves.
    pub lasts: Vec<Lasts>,
}

/// How the keys stand.
pub async fn standing(app: &App) -> Result<Standing, StoreError> {
    let today = app.now().day();
    read!(app.store, "visit_keys.standing", StoreError, |tx| {
        let lists = call!(tx, visit_keys::lists(today - SHOWN_AFTER))?;
        Ok(Standing { lists, lasts: lasts(tx, today).await? })
    })
}

async fn lasts(tx: &mut Tx, today: i64) -> Result<Vec<Lasts>, StoreError> {
    let days: BTreeSet<(i64, i64)> =
        call!(tx, visit_keys::days(today, today + LONGEST))?.into_iter().collect();
    let lasts = |half: i64| {
        let until = (today..=today + LONGEST).take_while(|day| days.contains(&(*day, half))).last();
        Lasts { half, until, soon: until.is_none_or(|day| day < today + i64::from(WARN_DAYS)) }
    };
    Ok([1, 2].map(lasts).into())
}

/// Takes the file of `tongxing authority public` for a half. It counts once its unit has confirmed it.
pub async fn add(app: &App, staff: &Staff, half: i64, file: &[u8]) -> Result<VisitKeyListId, ListError> {
    let text = std::str::from_utf8(file).map_err(|_| ListError::Unreadable("not UTF-8".to_owned()))?;
    let list = PublicList::parse(text).map_err(|error| ListError::Unreadable(error.to_string()))?;
    let (now, id) = (app.now(), app.new_id());
    if i64::from(list.last_day().number()) < now.day() {
        return Err(ListError::Over);
    }
    let list = &list;
    transact!(app.store, "visit_keys.add", ListError, |tx| {
        let Some(unit) = call!(tx, visit_keys::unit(list.unit().as_str()))? else {
            return Err(ListError::NoUnit(list.unit().to_string()));
        };
        let fingerprint = list.fingerprint();
        let known = call!(tx, visit_keys::lists(now.day()))?;
        if known.iter().any(|one| is_same(one, half, &fingerprint)) {
            return Err(ListError::Again);
        }
        let days = days_of(list);
        if call!(tx, visit_keys::same_unit(half, unit, span(&days)))? {
            return Err(ListError::SameUnit);
        }
        let row = VisitKeyListRow {
            id,
            half,
            unit,
            fingerprint,
            added_at: now,
            added_by: staff.id,
            confirmed_at: None,
            confirmed_by: None,
            withdrawn_at: None,
        };
        call!(tx, visit_keys::add(&row, &days))?;
        crate::access::record(tx, app, staff, "add", "visit_key_list", id).await?;
        leaf::add(tx, app, staff, leaf::KEY_LIST, (id, "added", &row.fingerprint)).await?;
        Ok(id)
    })
}

fn is_same(one: &VisitKeyList, half: i64, fingerprint: &str) -> bool {
    one.row.withdrawn_at.is_none() && one.row.half == half && one.row.fingerprint == fingerprint
}

fn days_of(list: &PublicList) -> Vec<(i64, Vec<u8>)> {
    list.keys().iter().map(|key| (i64::from(key.day().number()), key.point().to_vec())).collect()
}

fn span(days: &[(i64, Vec<u8>)]) -> (i64, i64) {
    (days.first().map_or(0, |day| day.0), days.last().map_or(0, |day| day.0))
}

/// The officer compared the fingerprint: the list counts.
pub async fn confirm(app: &App, staff: &Staff, id: VisitKeyListId, typed: &str) -> Result<bool, CaseError> {
    let now = app.now();
    let confirmed = transact!(app.store, "visit_keys.confirm", CaseError, |tx| {
        let list = own(tx, staff, id).await?;
        if list.row.added_by == staff.id {
            return hindered(Hindrance::OwnList);
        }
        if list.row.confirmed_at.is_some() || list.row.withdrawn_at.is_some() {
            return hindered(Hindrance::ListDecided);
        }
        if bare(typed) != bare(&list.row.fingerprint) {
            return Ok(false);
        }
        if call!(tx, visit_keys::same_unit(list.row.half, list.row.unit, (list.first, list.last)))? {
            return hindered(Hindrance::ListSameUnit);
        }
        if !call!(tx, visit_keys::confirm(id, staff.id, now))? {
            return hindered(Hindrance::ListDecided);
        }
        crate::access::record(tx, app, staff, "confirm-list", "visit_key_list", id).await?;
        leaf::add(tx, app, staff, leaf::KEY_LIST, (id, "confirmed", &list.row.fingerprint)).await?;
        Ok(true)
    });
    changed(app).await;
    confirmed
}

/// What is sealed to from now on is read anew, and whoever watches the server sees at once how long keys last.
async fn changed(app: &App) {
    app.visit.keys.forget();
    if let Err(error) = crate::visit::keys::warn(app).await {
        tracing::error!(%error, "how long day keys last could not be read");
    }
}

/// Letters and digits alone: groups are for the eye.
fn bare(fingerprint: &str) -> String {
    fingerprint.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

async fn own(tx: &mut Tx, staff: &Staff, id: VisitKeyListId) -> Result<VisitKeyList, CaseError> {
    let list = call!(tx, visit_keys::one(id))?.filter(|list| list.row.unit == staff.unit);
    list.ok_or(CaseError::NotFound)
}

/// The list counts no more: nothing is sealed to its keys from now on. What was, opens as before.
pub async fn withdraw(app: &App, staff: &Staff, id: VisitKeyListId) -> Result<(), CaseError> {
    let now = app.now();
    let withdrawn = transact!(app.store, "visit_keys.withdraw", CaseError, |tx| {
        let list = call!(tx, visit_keys::one(id))?.ok_or(CaseError::NotFound)?;
        if !call!(tx, visit_keys::withdraw(id, now))? {
            return hindered(Hindrance::ListDecided);
        }
        crate::access::record(tx, app, staff, "withdraw", "visit_key_list", id).await?;
        leaf::add(tx, app, staff, leaf::KEY_LIST, (id, "withdrawn", &list.row.fingerprint)).await?;
        Ok(())
    });
    changed(app).await;
    withdrawn
}

/// A day as a date.
pub fn date(day: i64) -> jiff::civil::Date {
    Timestamp::of_day(day).local_date()
}
