//! What each unit is handed of an approved opening, and what it hands back.
//!
//! The decision that matters: a unit is handed the shares that were wrapped to it, and nothing else, until the other
//! unit's opened ones are there; records and the other's opened shares go to the second alone, and to another person
//! than whoever opened the first. [`turn`] is the one place that says so; everything here asks it.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::time::Duration;

use domain::id::kind::{HolderId, LocationId, VisitOpeningId};
use domain::location::Slot;
use store::rows::visit::{VisitKeyRow, VisitRow};
use store::rows::visit_case::{NewTask, OpeningRow, Seen};
use store::{StoreError, Tx, call, read, transact};
use visits::{DataKeyId, Half, Header, SealedRecord, UnitName, VisitId, WrappedShare, lines};
use zeroize::Zeroizing;

use super::error::hindered;
use super::{CaseError, Hindrance, leaf};
use crate::App;
use crate::http::session::Staff;

/// Opened shares to which the other unit does not come are forgotten after this.
pub const FIRST_KEPT: Duration = Duration::from_hours(72);

/// What an officer may do with an approved opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Open this half, the first to be opened. Once it is, it may be handed in again.
    First(i64),
    /// The same; it was handed in already.
    Again(i64),
    /// Open this half, and with the other one the records.
    Second(i64),
}

impl Turn {
    const fn half(self) -> i64 {
        match self {
            Self::First(half) | Self::Again(half) | Self::Second(half) => half,
        }
    }
}

/// What this officer may do now, or what stands in the way.
pub fn turn(row: &OpeningRow, staff: &Staff) -> Result<Turn, Hindrance> {
    if row.opened.is_some() {
        return Err(Hindrance::Opened);
    }
    if row.case_closed {
        return Err(Hindrance::Closed);
    }
    if !row.decided.as_ref().is_some_and(|(_, approved)| *approved) {
        return Err(Hindrance::NotApproved);
    }
    let parties = row.parties.as_ref().ok_or(Hindrance::NotApproved)?;
    let half = parties.iter().zip(1..).find(|(party, _)| party.unit == staff.unit).map(|(_, half)| half);
    let half = half.ok_or(Hindrance::OtherUnits)?;
    match row.opened_first {
        None => Ok(Turn::First(half)),
        Some(first) if first.half == half => Ok(Turn::Again(half)),
        Some(first) if first.by == staff.id => Err(Hindrance::SamePerson),
        Some(_) => Ok(Turn::Second(half)),
    }
}

/// The records of a window and the data keys that sealed them.
pub struct Material {
    /// The records.
    pub records: Vec<VisitRow>,
    keys: Vec<VisitKeyRow>,
}

impl Material {
    /// Whose the two halves of all its keys are.
    pub fn parties(&self) -> Result<Option<[UnitName; 2]>, CaseError> {
        let mut found: Option<[UnitName; 2]> = None;
        for key in &self.keys {
            let [one, two] = [0, 1].map(|half| header(key, half).map(|header| header.unit));
            let (Some(one), Some(two)) = (one, two) else { return Err(damaged(key).into()) };
            let units = [one, two];
            if found.as_ref().is_some_and(|found| *found != units) {
                return hindered(Hindrance::UnitsChange);
            }
            found = Some(units);
        }
        Ok(found)
    }

    /// The headers of one half, by data key.
    fn headers(&self, half: i64) -> HashMap<DataKeyId, Header> {
        let at = usize::from(half == 2);
        self.keys.iter().filter_map(|key| Some((DataKeyId(key.id), header(key, at)?))).collect()
    }
}

fn damaged(key: &VisitKeyRow) -> StoreError {
    StoreError::inconsistent("visit_key", "first_share", key.minute)
}

fn header(key: &VisitKeyRow, at: usize) -> Option<Header> {
    WrappedShare::parse(&key.shares[at]).ok().map(|share| share.header().clone())
}

/// Reads what was sealed at a location from one slot to another.
pub async fn material(
    tx: &mut Tx,
    (location, first, last): (LocationId, Slot, Slot),
) -> Result<Material, StoreError> {
    let records = call!(tx, visit::window(location, first, last))?;
    let ids: HashSet<[u8; 16]> = records.iter().map(|row| row.key).collect();
    let ids: Vec<&[u8]> = ids.iter().map(|id| &id[..]).collect();
    let keys = call!(tx, visit_opening::keys(&ids))?;
    Ok(Material { records, keys })
}

async fn of(
    tx: &mut Tx,
    staff: &Staff,
    id: VisitOpeningId,
) -> Result<(OpeningRow, Turn, Material), CaseError> {
    let row = call!(tx, visit_opening::one(id))?.ok_or(CaseError::NotFound)?;
    let turn = turn(&row, staff).map_err(CaseError::Hindered)?;
    let material = material(tx, (row.location, row.first, row.last)).await?;
    Ok((row, turn, material))
}

/// Notes that something of an opening is handed out, if it still is this officer's turn to have it.
///
/// What is handed out was read before: a window has up to tens of thousands of records, and while one transaction writes,
/// nobody checks in.
async fn noted(
    app: &App,
    staff: &Staff,
    id: VisitOpeningId,
    what: &'static str,
    was: Turn,
) -> Result<(), CaseError> {
    transact!(app.store, "opening.hand_out", CaseError, |tx| {
        still(tx, staff, id, was).await?;
        Ok(crate::access::record(tx, app, staff, what, "visit_opening", id).await?)
    })
}

/// Whether it is still the same turn: another officer may have been faster.
async fn still(tx: &mut Tx, staff: &Staff, id: VisitOpeningId, was: Turn) -> Result<(), CaseError> {
    let row = call!(tx, visit_opening::one(id))?.ok_or(CaseError::NotFound)?;
    let now = turn(&row, staff).map_err(CaseError::Hindered)?;
    if now == was { Ok(()) } else { hindered(Hindrance::OtherFirst) }
}

/// The wrapped shares of the officer's unit, a line each.
pub async fn shares(app: &App, staff: &Staff, id: VisitOpeningId) -> Result<String, CaseError> {
    let (row, turn, material) =
        read!(app.store, "opening.shares", CaseError, |tx| { of(tx, staff, id).await })?;
    let at = usize::from(turn.half() == 2);
    let unit = row.parties.as_ref().map(|parties| parties[at].name.clone()).unwrap_or_default();
    let mut text = String::new();
    for key in &material.keys {
        let share = WrappedShare::parse(&key.shares[at]).map_err(|_| damaged(key))?;
        // Never the share of another unit, whatever the row says.
        if share.header().unit.as_str() == unit {
            let _ = writeln!(text, "{}", lines::share_line(&share));
        }
    }
    noted(app, staff, id, "fetch-shares", turn).await?;
    Ok(text)
}

/// The other unit's opened shares, a line each: for the second alone.
pub async fn opened(app: &App, staff: &Staff, id: VisitOpeningId) -> Result<Zeroizing<String>, CaseError> {
    let (turn, _, text) = second(app, staff, id).await?;
    noted(app, staff, id, "fetch-opened", turn).await?;
    Ok(text)
}

/// What the second officer is handed: the records, and the shares that the first unit has opened.
async fn second(
    app: &App,
    staff: &Staff,
    id: VisitOpeningId,
) -> Result<(Turn, Material, Zeroizing<String>), CaseError> {
    let (turn, material, bytes) = read!(app.store, "opening.second", CaseError, |tx| {
        let (_, turn, material) = of(tx, staff, id).await?;
        if !matches!(turn, Turn::Second(_)) {
            return hindered(Hindrance::OtherFirst);
        }
        let first = call!(tx, visit_opening::first(id))?;
        Ok((turn, material, first.ok_or(CaseError::Hindered(Hindrance::OtherFirst))?))
    })?;
    let text = String::from_utf8(bytes.to_vec());
    let text = text.map_err(|_| StoreError::inconsistent("visit_opening", "first_opened", id.as_i64()))?;
    Ok((turn, material, Zeroizing::new(text)))
}

/// The records whose first shares are opened, a line each: for the second alone.
pub async fn records(app: &App, staff: &Staff, id: VisitOpeningId) -> Result<String, CaseError> {
    let (turn, material, first) = second(app, staff, id).await?;
    let opened: HashSet<[u8; 16]> = first
        .lines()
        .filter_map(|line| lines::read_opened(line).ok())
        .map(|share| share.header().context.id.0)
        .collect();
    let mut text = String::new();
    for row in material.records.iter().filter(|row| opened.contains(&row.key)) {
        let wrong = || StoreError::inconsistent("visit", "record", row.location.as_i64());
        let record = SealedRecord::parse(&row.record).map_err(|_| wrong())?;
        let place = place(row).ok_or_else(wrong)?;
        let _ = writeln!(text, "{}", lines::record_line(DataKeyId(row.key), &place, &record));
    }
    noted(app, staff, id, "fetch-records", turn).await?;
    Ok(text)
}

fn place(row: &VisitRow) -> Option<visits::Place> {
    let slot = u32::try_from(row.slot.number()).ok().and_then(visits::Slot::new)?;
    Some(visits::Place { location: visits::Location(row.location.as_i64()), slot, visit: VisitId(row.id) })
}

/// What became of a file that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// How many lines were taken.
    pub taken: usize,
    /// How many were no line of such a file.
    pub unreadable: usize,
    /// How many there are in all of what was asked for.
    pub of: usize,
}

/// Takes the shares that the first unit has opened, and keeps them sealed until the opening is done.
pub async fn hand_in_opened(
    app: &App,
    staff: &Staff,
    id: VisitOpeningId,
    file: &str,
) -> Result<Taken, CaseError> {
    let now = app.now();
    let (_, turn, material) =
        read!(app.store, "opening.hand_in_opened", CaseError, |tx| { of(tx, staff, id).await })?;
    if matches!(turn, Turn::Second(_)) {
        return hindered(Hindrance::OtherFirst);
    }
    let (text, taken) = opened_shares(&material.headers(turn.half()), turn, file)?;
    transact!(app.store, "opening.open_first", CaseError, |tx| {
        still(tx, staff, id, turn).await?;
        if !call!(tx, visit_opening::open_first(id, turn.half(), text.as_bytes(), staff.id, now))? {
            return hindered(Hindrance::Opened);
        }
        crate::access::record(tx, app, staff, "open-shares", "visit_opening", id).await?;
        let (step, count) = (format!("half-{}", turn.half()), taken.taken.to_string());
        leaf::add(tx, app, staff, leaf::OPENED, (id, &step, &count)).await?;
        Ok(taken)
    })
}

/// The lines of a file that are opened shares of this window's keys, each once.
fn opened_shares(
    headers: &HashMap<DataKeyId, Header>,
    turn: Turn,
    file: &str,
) -> Result<(Zeroizing<String>, Taken), CaseError> {
    let half = if turn.half() == 1 { Half::First } else { Half::Second };
    let (mut seen, mut text, mut unreadable) = (HashSet::new(), Zeroizing::new(String::new()), 0);
    for line in file.lines().filter(|line| !line.trim().is_empty()) {
        let Ok(share) = lines::read_opened(line) else {
            unreadable += 1;
            continue;
        };
        let header = share.header();
        if header.half != half || headers.get(&header.context.id) != Some(header) {
            return hindered(Hindrance::ForeignShares);
        }
        if seen.insert(header.context.id) {
            let _ = writeln!(text, "{}", lines::opened_line(&share));
        }
    }
    let taken = Taken { taken: seen.len(), unreadable, of: headers.len() };
    if taken.taken == 0 { hindered(Hindrance::NothingUsable) } else { Ok((text, taken)) }
}

/// Takes what the records held: the people who were there become tasks, and the opening is done.
pub async fn hand_in_visits(
    app: &App,
    staff: &Staff,
    id: VisitOpeningId,
    file: &str,
) -> Result<Taken, CaseError> {
    let now = app.now();
    let (turn, material, _) = second(app, staff, id).await?;
    let (people, taken) = people(&material, file)?;
    let counts = (number(taken.taken), number(taken.of));
    transact!(app.store, "opening.hand_in_visits", CaseError, |tx| {
        still(tx, staff, id, turn).await?;
        if !call!(tx, visit_opening::finish(id, Some(staff.id), counts, now))? {
            return hindered(Hindrance::Opened);
        }
        crate::access::record(tx, app, staff, "open-visits", "visit_opening", id).await?;
        leaf::add(tx, app, staff, leaf::OPENED, (id, "visits", &taken.taken.to_string())).await?;
        for (holder, seen) in people.clone() {
            let task = NewTask { id: app.new_id(), opening: id, holder, seen, at: now };
            if call!(tx, visit_task::add(&task))? {
                crate::access::record(tx, app, staff, "open-visits", "holder", holder).await?;
            }
        }
        Ok(taken)
    })
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// People, and when they came and went.
type People = Vec<(HolderId, Vec<Seen>)>;

/// Who was there, each once, with when they came and went; in the order of their ids, which tells nothing.
fn people(material: &Material, file: &str) -> Result<(People, Taken), CaseError> {
    let places: HashSet<_> =
        material.records.iter().filter_map(place).map(|it| (it.location, it.slot, it.visit)).collect();
    let (mut known, mut unreadable) = (HashSet::new(), 0);
    let mut people: HashMap<i64, Vec<Seen>> = HashMap::new();
    for line in file.lines().filter(|line| !line.trim().is_empty()) {
        let visit = lines::read_visit(line).ok();
        let holder = visit.as_ref().and_then(|(_, visit)| visit.holder.as_bytes().try_into().ok());
        let (Some((place, visit)), Some(holder)) = (visit, holder) else {
            unreadable += 1;
            continue;
        };
        let at = (place.location, place.slot, place.visit);
        if !places.contains(&at) || !known.insert(at) {
            return hindered(Hindrance::ForeignVisits);
        }
        let seen = Seen { slot: i64::from(place.slot.number()), entry: visit.kind == visits::Kind::Entry };
        people.entry(i64::from_be_bytes(holder)).or_default().push(seen);
    }
    let taken = Taken { taken: known.len(), unreadable, of: material.records.len() };
    if taken.taken == 0 {
        return hindered(Hindrance::NothingUsable);
    }
    let mut people: People = people.into_iter().map(|(id, seen)| (HolderId::from_i64(id), seen)).collect();
    people.sort_by_key(|(id, _)| *id);
    for (_, seen) in &mut people {
        seen.sort_by_key(|one| (one.slot, !one.entry));
    }
    Ok((people, taken))
}
