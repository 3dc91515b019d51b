//! Declaring one's health anew, at most once a day (Asia/Shanghai).
//!
//! The decision that matters: the colour is decided by the same rules as at applying, in the transaction that
//! writes the declaration; another colour withdraws every pass that shows the former one.

use domain::Timestamp;
use domain::declaration::HealthAnswers;
use domain::id::kind::{DeclarationId, HolderId};
use store::{StoreError, call, read, transact};

use crate::decision::{self, Decided};
use crate::http::session::Device;
use crate::http::{Kind, Problem};
use crate::{App, access, consent};

/// A day on which was declared already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// When it was declared.
    pub at: Timestamp,
    /// When it can be declared again: the next midnight in Shanghai.
    pub again_at: Timestamp,
}

impl Taken {
    fn new(at: Timestamp) -> Self {
        Self { at, again_at: Timestamp::of_day(at.day() + 1) }
    }
}

/// Why nothing was declared.
#[derive(Debug, thiserror::Error)]
pub enum HealthError {
    /// This phone has no code, or no longer.
    #[error("this phone has no code")]
    NoCode,
    /// The holder declared anew on this day already.
    #[error("declared already today")]
    Today(Taken),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for HealthError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoCode => Kind::CONFLICT,
            Self::Today(_) => Kind::TOO_MANY,
            Self::Store(error) => error.kind(),
        }
    }
}

/// The declaration of today, if there is one: until the next day there is no other.
pub async fn today(app: &App, holder: HolderId) -> Result<Option<Taken>, StoreError> {
    let day = app.now().day();
    let at = read!(app.store, "health.today", StoreError, |tx| { call!(tx, health::changed(holder, day)) })?;
    Ok(at.map(Taken::new))
}

/// Declares anew, and decides the colour from it.
pub async fn declare(app: &App, device: &Device, answers: &HealthAnswers) -> Result<Decided, HealthError> {
    let holder = device.holder.ok_or(HealthError::NoCode)?;
    transact!(app.store, "health.declare", HealthError, |tx| {
        let there = call!(tx, holder::lock(holder))?;
        if !there || !call!(tx, holder::is_open_on(device.id, holder))? {
            return Err(HealthError::NoCode);
        }
        let now = app.now();
        if !call!(tx, health::take_day(holder, now))? {
            let at = call!(tx, health::changed(holder, now.day()))?.unwrap_or(now);
            return Err(HealthError::Today(Taken::new(at)));
        }
        access::record_at_desk(tx, app, device.desk, "desk_health", "holder", holder).await?;
        let id: DeclarationId = app.new_id();
        call!(tx, health::declare(id, holder, answers, consent::VERSION, now))?;
        Ok(decision::decide_declared(tx, app, holder).await?)
    })
}
