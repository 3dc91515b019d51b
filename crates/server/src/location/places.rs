//! What a scanned code leads to, kept in memory: registering an entry reads nothing.
//!
//! The decision that matters: what was read is good for [`LASTS`], and forgotten at once where this server changes it
//! ([`Places::forget`]). Another server may so long let people in at a location that was suspended here. Codes that
//! lead nowhere are not kept: whoever makes them up pushes no location out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{CheckpointId, LocationId};
use domain::location::{Daily, DailyKey, LocationCode, Poster, Scanned, Standing, Stay};
use store::rows::location::{CodeRow, LocationRow, LocationState};
use store::{StoreError, call, read};

use crate::App;
use crate::http::{Kind, Problem};

/// How long what was read is good.
pub const LASTS: Duration = Duration::from_mins(1);
/// Codes that are kept at most, twice: about 400 bytes each.
const MOST: usize = 20_000;

/// What scanned codes lead to.
#[derive(Default)]
pub struct Places {
    memory: Mutex<Memory>,
    tablets: OnceLock<DailyKey>,
}

/// Two generations: when the young one is full, it becomes the old one, and what nobody scans any more goes.
#[derive(Default)]
struct Memory {
    young: HashMap<LocationCode, Kept>,
    old: HashMap<LocationCode, Kept>,
    /// Rises when something is forgotten: what was read before then is not kept.
    changes: u64,
}

#[derive(Clone)]
struct Kept {
    read_at: Timestamp,
    found: Arc<Found>,
}

/// All that the rows say of a code.
struct Found {
    tablet: bool,
    poster: Poster,
    state: LocationState,
    entrance_closed: bool,
    /// As somebody is told who scans the current poster.
    place: Place,
}

/// What people are told of the place of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Its name in Chinese.
    pub name: String,
    /// Its name in another language.
    pub name_other: Option<String>,
    /// What its entrance is called; none: the code is of the whole location.
    pub entrance_name: Option<String>,
}

/// A place where people register now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which location.
    pub location: LocationId,
    /// The poster or tablet that was scanned.
    pub code: LocationCode,
    /// What it is called.
    pub details: Arc<Details>,
    /// How long people usually stay.
    pub stay: Stay,
    /// Whether only somebody whose colour is green registers an entry.
    pub entry_rule: bool,
    /// The checkpoint at which people register by themselves.
    pub checkpoint: Option<CheckpointId>,
    /// Whether the poster is the current one. Never `Ended`.
    pub standing: Standing,
}

/// Why nobody registers with a code.
#[derive(Debug, thiserror::Error)]
pub enum NotOpen {
    /// There is no such code, or it is a tablet's without its tail.
    #[error("no location has this code")]
    Unknown,
    /// The poster was replaced, and its time is over; or its entrance is closed.
    #[error("this poster was replaced: scan the new one")]
    Ended,
    /// A tablet's code of another day.
    #[error("this code was of another day: scan the tablet again")]
    Stale,
    /// Nobody has approved the location, or somebody has refused it.
    #[error("the location is not approved")]
    NotApproved,
    /// For a while nobody registers there.
    #[error("the location is suspended")]
    Suspended,
    /// For good.
    #[error("the location is closed")]
    Closed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for NotOpen {
    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::PLACE_UNKNOWN,
            Self::Ended => Kind::PLACE_ENDED,
            Self::Stale => Kind::PLACE_STALE,
            Self::NotApproved => Kind::PLACE_WAITING,
            Self::Suspended => Kind::PLACE_SUSPENDED,
            Self::Closed => Kind::PLACE_CLOSED,
            Self::Store(error) => error.kind(),
        }
    }
}

impl Places {
    /// The place at which somebody who scanned this may enter.
    pub async fn by_code(&self, app: &App, scanned: Scanned) -> Result<Place, NotOpen> {
        let found = self.found(app, scanned).await?;
        let standing = found.poster.standing(app.now());
        match found.state {
            LocationState::Waiting | LocationState::Refused => return Err(NotOpen::NotApproved),
            LocationState::Suspended => return Err(NotOpen::Suspended),
            LocationState::Closed => return Err(NotOpen::Closed),
            LocationState::Approved => {}
        }
        if standing == Standing::Ended || found.entrance_closed {
            return Err(NotOpen::Ended);
        }
        Ok(Place { standing, ..found.place.clone() })
    }

    /// The location that somebody who scanned this leaves: also where nobody enters any more.
    pub async fn left(&self, app: &App, scanned: Scanned) -> Result<LocationId, NotOpen> {
        Ok(self.found(app, scanned).await?.place.location)
    }

    /// Forgets what is known of a location: it was changed.
    pub fn forget(&self, location: LocationId) {
        let mut memory = self.lock();
        memory.changes += 1;
        let other = |kept: &Kept| kept.found.place.location != location;
        memory.young.retain(|_, kept| other(kept));
        memory.old.retain(|_, kept| other(kept));
    }

    /// Forgets what is known of the location of a checkpoint, which was closed or opened again.
    pub fn forget_checkpoint(&self, checkpoint: CheckpointId) {
        let mut memory = self.lock();
        memory.changes += 1;
        let other = |kept: &Kept| kept.found.place.checkpoint != Some(checkpoint);
        memory.young.retain(|_, kept| other(kept));
        memory.old.retain(|_, kept| other(kept));
    }

    async fn found(&self, app: &App, scanned: Scanned) -> Result<Arc<Found>, NotOpen> {
        let (code, shown) = match scanned {
            Scanned::Poster(code) => (code, None),
            Scanned::Tablet(shown) => (shown.code, Some(shown)),
        };
        let now = app.now();
        let kept = self.lock().kept(code, now);
        let found = match kept {
            Some(found) => found,
            // Seldom: its state is on the heap, so that those who read nothing do not carry it about.
            None => Box::pin(self.read(app, code, now)).await?.ok_or(NotOpen::Unknown)?,
        };
        match shown {
            // Without its tail a tablet's code counts for nothing, nor does a poster's with one.
            None if found.tablet => Err(NotOpen::Unknown),
            Some(_) if !found.tablet => Err(NotOpen::Unknown),
            Some(shown) => {
                let key = self.tablets.get_or_init(|| super::daily_key(&app.store));
                if key.check(shown, now) == Daily::Good { Ok(found) } else { Err(NotOpen::Stale) }
            }
            None => Ok(found),
        }
    }

    async fn read(
        &self,
        app: &App,
        code: LocationCode,
        now: Timestamp,
    ) -> Result<Option<Arc<Found>>, StoreError> {
        let changes = self.lock().changes;
        let rows = read!(app.store, "location.code", StoreError, |tx| {
            let Some(row) = call!(tx, location::by_code(code))? else { return Ok(None) };
            let entrance = match row.entrance {
                Some(id) => call!(tx, place::entrance(id))?,
                None => None,
            };
            let location = call!(tx, location::one(row.location))?;
            Ok(location.map(|location| (row, location, entrance)))
        })?;
        let Some((code_row, location, entrance)) = rows else { return Ok(None) };
        let found = Arc::new(Found::of(&code_row, location, entrance));
        let mut memory = self.lock();
        if memory.changes == changes {
            memory.keep(code, Kept { read_at: now, found: Arc::clone(&found) });
        }
        Ok(Some(found))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Found {
    fn of(code: &CodeRow, location: LocationRow, entrance_name: Option<String>) -> Self {
        let entrance_closed = code.entrance.is_some() && entrance_name.is_none();
        let details = location.details;
        let names = Details { name: details.name, name_other: details.name_other, entrance_name };
        let place = Place {
            location: location.id,
            code: code.code,
            details: Arc::new(names),
            stay: details.stay,
            entry_rule: details.entry_rule,
            checkpoint: location.checkpoint,
            standing: Standing::Current,
        };
        Self { tablet: code.tablet, poster: code.poster, state: location.state, entrance_closed, place }
    }
}

impl Memory {
    fn kept(&mut self, code: LocationCode, now: Timestamp) -> Option<Arc<Found>> {
        let good = |kept: &&Kept| now.since(kept.read_at) < LASTS && now >= kept.read_at;
        if let Some(kept) = self.young.get(&code).filter(good) {
            return Some(Arc::clone(&kept.found));
        }
        let kept = self.old.remove(&code).filter(|kept| good(&kept))?;
        let found = Arc::clone(&kept.found);
        self.keep(code, kept);
        Some(found)
    }

    fn keep(&mut self, code: LocationCode, kept: Kept) {
        if self.young.len() >= MOST {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(code, kept);
    }
}
