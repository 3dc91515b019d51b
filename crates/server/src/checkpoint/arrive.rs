//! Writes what devices send: many requests' items in one transaction, each item once.
//!
//! The decision that matters: items may arrive in any order. What belongs to a shift whose beginning has not arrived is
//! put down to the inspector who was last known to work with that device; the beginning puts it right. It is refused
//! only where no such shift can ever have begun: nobody known signed in on that device within `apart` before it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::checkpoint::ClientId;
use domain::id::kind::{CheckpointId, HolderId, InspectorDeviceId};
use domain::report::Subject;
use domain::{Id, Timestamp};
use store::rows::checkpoint::{ArrivedItem, ConflictRow, Counts, ShiftRow};
use store::rows::report::NewReport;
use store::{StoreError, Tx, call, transact};

use super::abuse;
use super::content::Content;
use super::outbox::{OutboxError, Outcome, Reason};
use super::shift::{APART, LONGEST, SKEW};
use crate::App;
use crate::batch::{Batches, Limits};
use crate::health;

/// How much is gathered.
const LIMITS: Limits = Limits { waiting: 20_000, together: 500 };
/// A tally counts at most one person a second, three times what is noticed as more than anybody can check
/// ([`abuse::MOST_A_MINUTE`]), and as many more as clocks may be apart and a device may still count after its shift.
const ALLOWANCE: Duration = Duration::from_mins(10);

/// What is on its way to the database.
pub struct Arrivals(Batches<Arrival, Result<Vec<Outcome>, String>>);

impl Default for Arrivals {
    fn default() -> Self {
        Self(Batches::new(LIMITS))
    }
}

/// What one request brings.
#[derive(Clone)]
pub struct Arrival {
    /// Its items that are sound.
    pub items: Vec<Opened>,
    /// What to note of the device.
    pub seen: Option<Seen>,
}

/// That a device was heard of.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// Which.
    pub device: InspectorDeviceId,
    /// With which application.
    pub app: i64,
    /// How many items it still had to send.
    pub waiting: i64,
}

/// An item that is signed, opened and sound.
#[derive(Clone)]
pub struct Opened {
    /// Of which device.
    pub device: InspectorDeviceId,
    /// Whether it came in a file, from a device that is withdrawn.
    pub exported: bool,
    /// Its id.
    pub item: ClientId,
    /// Keyed, of the content.
    pub digest: [u8; 16],
    /// What it says.
    pub content: Content,
    /// The same, as it was sealed.
    pub plain: Vec<u8>,
    /// The id of the row that it makes, whichever that is.
    pub row: i64,
}

/// Writes what a request brings, with what others bring. Returns after the commit.
pub async fn write(app: &App, arrival: Arrival) -> Result<Vec<Outcome>, OutboxError> {
    let (writer, rows) = (app.clone(), arrival.items.len() + 1);
    let write = move |arrivals| {
        let app = writer.clone();
        async move { together(&app, arrivals).await }
    };
    let written = app.checkpoint.arrivals.0.append(arrival, rows, write).await?;
    written.map_err(OutboxError::Together)
}

/// One transaction for all; where that fails, one for each, so that nobody's items spoil the others'.
async fn together(app: &App, arrivals: Vec<Arrival>) -> Vec<Result<Vec<Outcome>, String>> {
    match commit(app, &arrivals).await {
        Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
        Err(error) if arrivals.len() == 1 => vec![Err(error.to_string())],
        Err(_) => {
            let mut each = Vec::with_capacity(arrivals.len());
            for arrival in arrivals {
                let one = commit(app, &[arrival]).await.map_err(|error| error.to_string());
                each.push(one.map(|mut outcomes| outcomes.remove(0)));
            }
            each
        }
    }
}

async fn commit(app: &App, arrivals: &[Arrival]) -> Result<Vec<Vec<Outcome>>, StoreError> {
    let items: Vec<&Opened> = arrivals.iter().flat_map(|arrival| &arrival.items).collect();
    let now = app.now();
    let outcomes = transact!(app.store, "checkpoint.arrive", StoreError, |tx| {
        for seen in arrivals.iter().filter_map(|arrival| arrival.seen) {
            call!(tx, checkpoint::seen(seen.device, seen.app, seen.waiting, now))?;
        }
        if items.is_empty() { Ok(Applied::default()) } else { apply(tx, app, &items, now).await }
    })?;
    let Applied { outcomes, scans } = outcomes;
    look_at(app, scans).await;
    let mut outcomes = outcomes.into_iter();
    Ok(arrivals.iter().map(|arrival| outcomes.by_ref().take(arrival.items.len()).collect()).collect())
}

/// What one transaction did.
#[derive(Default)]
struct Applied {
    outcomes: Vec<Outcome>,
    /// The scans that are new, to be looked at once they are durable.
    scans: Vec<NewScans>,
}

/// The scans of one minute.
struct NewScans {
    device: InspectorDeviceId,
    checkpoint: CheckpointId,
    minute: i64,
    count: u32,
    marks: Vec<[u8; 8]>,
}

/// Whether somebody scans as nobody checks. What was sent is durable already: it is never sent again for this.
async fn look_at(app: &App, scans: Vec<NewScans>) {
    for NewScans { device, checkpoint, minute, count, marks } in scans {
        if let Err(error) = abuse::noticed(app, device, checkpoint, minute, count, &marks).await {
            tracing::warn!(%error, "scans of a device could not be looked at");
        }
    }
}

async fn apply(tx: &mut Tx, app: &App, items: &[&Opened], now: Timestamp) -> Result<Applied, StoreError> {
    let mut shifts = Shifts { longest: app.settings.devices.shift, now: now.seconds(), ..Shifts::default() };
    shifts.read(tx, items).await?;
    let refused: Vec<Option<Reason>> = items.iter().map(|item| shifts.refuses(item)).collect();
    // Of two with one id the first is taken, and the second compared with it.
    let mut first = HashMap::new();
    for (at, item) in items.iter().enumerate().filter(|(at, _)| refused[*at].is_none()) {
        first.entry((item.device, item.item)).or_insert(at);
    }
    let mut order: Vec<usize> = first.values().copied().collect();
    order.sort_unstable();
    let rows: Vec<ArrivedItem> = order.iter().map(|at| items[*at].arrived()).collect();
    let new = if rows.is_empty() { HashSet::default() } else { call!(tx, arrival::take(&rows, now))? };
    let mut outcomes = Vec::with_capacity(items.len());
    let mut fresh = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let key = (item.device, item.item);
        outcomes.push(if let Some(reason) = refused[at] {
            Outcome::Refused(reason)
        } else if first[&key] == at && new.contains(&key) {
            fresh.push(*item);
            Outcome::Stored
        } else {
            compare(tx, item, now).await?
        });
    }
    let scans = keep(tx, app, &shifts, &fresh, now).await?;
    Ok(Applied { outcomes, scans })
}

/// The id came before: with the same content, or another.
async fn compare(tx: &mut Tx, item: &Opened, now: Timestamp) -> Result<Outcome, StoreError> {
    let before = call!(tx, arrival::came(item.device, item.item))?;
    if before.is_some_and(|(digest, _)| digest == item.digest) {
        return Ok(Outcome::Known);
    }
    let row = ConflictRow {
        id: Id::from_i64(item.row),
        device: item.device,
        item: item.item,
        digest: item.digest,
        content: item.plain.clone(),
        received_at: now,
        seen_at: None,
        report: None,
    };
    call!(tx, arrival::conflict(&row))?;
    Ok(Outcome::Conflict)
}

async fn keep(
    tx: &mut Tx,
    app: &App,
    shifts: &Shifts,
    fresh: &[&Opened],
    now: Timestamp,
) -> Result<Vec<NewScans>, StoreError> {
    for item in fresh {
        let shift = &shifts.known[&(item.device, item.content.shift())];
        let begun = shifts.is_new(shift.id) && call!(tx, shift::begin(shift, now))?;
        if matches!(item.content, Content::ShiftBegun { .. }) && !begun {
            call!(tx, shift::settle(shift))?;
        }
    }
    let passes: Vec<Vec<u8>> = fresh.iter().filter_map(|item| item.pass()).collect();
    let passes: Vec<&[u8]> = passes.iter().map(Vec::as_slice).collect();
    let holders: HashMap<Vec<u8>, HolderId> = call!(tx, pass::holders(&passes))?.into_iter().collect();
    let (mut reports, mut scans) = (Vec::new(), Vec::new());
    for item in fresh {
        let shift = &shifts.known[&(item.device, item.content.shift())];
        match &item.content {
            Content::Report { .. } => reports.extend(item.report(app, shift, &holders, now)),
            Content::Scans { minute, count, marks, .. } => {
                call!(tx, flag::scans(item.device, *minute, shift.checkpoint, *count))?;
                scans.push(NewScans {
                    device: item.device,
                    checkpoint: shift.checkpoint,
                    minute: *minute,
                    count: u32::try_from(*count).unwrap_or(u32::MAX),
                    marks: marks.iter().filter_map(|mark| mark_of(mark)).collect(),
                });
            }
            Content::ShiftEnded { at, .. } => {
                call!(tx, shift::end(shift.id, Timestamp::from_seconds(*at)))?;
            }
            Content::Tally { pass, check, stop, normal, abnormal, .. } => {
                let (passes, checks, stops) = (*pass, *check, *stop);
                let counts = Counts { passes, checks, stops, normal: *normal, abnormal: *abnormal };
                call!(tx, shift::count(shift.id, &counts))?;
            }
            Content::ShiftBegun { .. } => {}
        }
    }
    health::file_all(tx, app, &reports).await?;
    Ok(scans)
}

fn mark_of(text: &str) -> Option<[u8; 8]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

impl Opened {
    fn arrived(&self) -> ArrivedItem {
        let report = matches!(self.content, Content::Report { .. }).then_some(Id::from_i64(self.row));
        let kind = self.content.kind();
        ArrivedItem { device: self.device, item: self.item, digest: self.digest, kind, report }
    }

    fn pass(&self) -> Option<Vec<u8>> {
        match &self.content {
            Content::Report { report, .. } => match &report.subject {
                Subject::Pass { pass, .. } => URL_SAFE_NO_PAD.decode(pass).ok(),
                _ => None,
            },
            _ => None,
        }
    }

    fn report(
        &self,
        app: &App,
        shift: &ShiftRow,
        holders: &HashMap<Vec<u8>, HolderId>,
        now: Timestamp,
    ) -> Option<NewReport> {
        let Content::Report { at, report, .. } = &self.content else { return None };
        let taken_at = report.readings.last().map_or(*at, |reading| reading.at);
        Some(NewReport {
            id: Id::from_i64(self.row),
            holder: self.pass().and_then(|pass| holders.get(&pass).copied()),
            checkpoint: shift.checkpoint,
            shift: Some(shift.id),
            device: Some(self.device),
            staff: shift.staff,
            unit: shift.unit,
            exported: self.exported,
            report: report.clone(),
            taken_at: Timestamp::from_seconds(taken_at.clamp(0, now.seconds())),
            due_at: health::due(app),
        })
    }
}

/// The shifts of the items of one transaction: those that are known, and those that begin with it.
#[derive(Default)]
struct Shifts {
    known: HashMap<(InspectorDeviceId, ClientId), ShiftRow>,
    new: Vec<ClientId>,
    /// The longest one, in this installation.
    longest: Duration,
    /// In seconds since 1970.
    now: i64,
}

impl Shifts {
    fn is_new(&self, id: ClientId) -> bool {
        self.new.contains(&id)
    }

    /// Why an item of a shift is not taken: there is no such shift, or nobody can have counted as much in it.
    fn refuses(&self, item: &Opened) -> Option<Reason> {
        let Some(shift) = self.known.get(&(item.device, item.content.shift())) else {
            return Some(Reason::Shift);
        };
        let Content::Tally { at, pass, check, stop, normal, abnormal, .. } = &item.content else {
            return None;
        };
        // Since the sign-in: where a shift's beginning has not arrived, nothing later is known for certain.
        let since = Timestamp::from_seconds((*at).min(self.now)).since(shift.signed_in_at).min(self.longest);
        let most = i64::try_from((since + ALLOWANCE).as_secs()).unwrap_or(i64::MAX);
        let too_many = pass + check + stop > most || normal + abnormal > most;
        too_many.then_some(Reason::Content)
    }

    async fn read(&mut self, tx: &mut Tx, items: &[&Opened]) -> Result<(), StoreError> {
        let mut beginnings: Vec<&Opened> =
            items.iter().copied().filter(|item| matches!(item.content, Content::ShiftBegun { .. })).collect();
        beginnings.sort_by_key(|item| item.content.at());
        for item in beginnings {
            self.begin(tx, item).await?;
        }
        for item in items {
            let key = (item.device, item.content.shift());
            let begins = matches!(item.content, Content::ShiftBegun { .. });
            if begins || self.known.contains_key(&key) {
                continue;
            }
            match call!(tx, shift::one(key.1))? {
                Some(row) if row.device == Some(item.device) => {
                    self.known.insert(key, row);
                }
                Some(_) => {}
                None => self.guess(tx, item).await?,
            }
        }
        Ok(())
    }

    /// The shift that a `shift_begun` begins, if it may.
    async fn begin(&mut self, tx: &mut Tx, item: &Opened) -> Result<(), StoreError> {
        let Content::ShiftBegun { at, shift, parent, checkpoint } = &item.content else { return Ok(()) };
        let at = Timestamp::from_seconds(*at);
        let before = match self.known.get(&(item.device, parent.0)) {
            Some(row) => Some(row.clone()),
            None => call!(tx, shift::one(parent.0))?.filter(|row| row.device == Some(item.device)),
        };
        // The parent may arrive later: then the device's last shift that is known has the same inspector.
        let before = match before {
            None => call!(tx, shift::latest(item.device, at.plus(SKEW)))?.filter(|row| row.id != shift.0),
            before => before,
        };
        let Some(before) = before.filter(|row| at.seconds() <= row.signed_in_at.plus(APART).seconds()) else {
            return Ok(());
        };
        if call!(tx, checkpoint::one(*checkpoint))?.is_none() {
            return Ok(());
        }
        match call!(tx, shift::one(shift.0))? {
            Some(row) if row.device != Some(item.device) => return Ok(()),
            // It has begun: what begins it again elsewhere says nothing of what comes with it.
            Some(row) if !row.guessed => {
                self.known.insert((item.device, shift.0), row);
                return Ok(());
            }
            Some(_) => {}
            None => self.new.push(shift.0),
        }
        let row = follows(&before, shift.0, parent.0, *checkpoint, (at, at.plus(self.longest)));
        self.known.insert((item.device, shift.0), row);
        Ok(())
    }

    /// A shift whose beginning has not arrived.
    async fn guess(&mut self, tx: &mut Tx, item: &Opened) -> Result<(), StoreError> {
        let at = Timestamp::from_seconds(item.content.at());
        let before = call!(tx, shift::latest(item.device, at.plus(SKEW)))?;
        let latest = |row: &ShiftRow| row.signed_in_at.plus(APART).plus(LONGEST).seconds();
        let Some(before) = before.filter(|row| at.seconds() <= latest(row)) else { return Ok(()) };
        let id = item.content.shift();
        self.new.push(id);
        let times = (at, at.plus(self.longest));
        let row = follows(&before, id, before.id, before.checkpoint, times);
        self.known.insert((item.device, id), ShiftRow { guessed: true, ..row });
        Ok(())
    }
}

/// A shift that begins after another one of the same inspector on the same device.
fn follows(
    before: &ShiftRow,
    id: ClientId,
    parent: ClientId,
    checkpoint: CheckpointId,
    (begun_at, until): (Timestamp, Timestamp),
) -> ShiftRow {
    ShiftRow {
        id,
        checkpoint,
        parent: Some(parent),
        begun_at,
        until,
        ended_at: None,
        counts: Counts::default(),
        guessed: false,
        ..before.clone()
    }
}
