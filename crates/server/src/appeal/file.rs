//! What the person does: files an appeal against their colour, adds photos, asks the city after the county, withdraws.

use domain::Timestamp;
use domain::colour::Colour;
use domain::id::kind::{AppealId, DecisionId, HolderId};
use store::rows::appeal::{AppealLevel, AppealRow, AppealStage, NewAppeal};
use store::{Tx, call, read, transact};

use super::error::hindered;
use super::{AppealError, CITY_WITHIN, Hindrance, PHOTOS};
use crate::App;

/// An appeal as its holder sees it. Personal: never printed.
#[derive(Clone)]
pub struct Own {
    /// The appeal.
    pub row: AppealRow,
    /// When each photo was sent.
    pub photos: Vec<Timestamp>,
    /// Until when the city can be asked; none where it cannot.
    pub city_until: Option<Timestamp>,
    /// The appeal that asked the city, if there is one.
    pub later: Option<AppealId>,
}

/// What a person can do about the colour that they have now.
pub enum Now {
    /// Appeal.
    May,
    /// See the appeal that is or was about it.
    There(AppealId),
    /// Nothing: it is green.
    Green,
}

/// What a holder can do about their colour.
pub async fn now(app: &App, holder: HolderId) -> Result<Now, AppealError> {
    read!(app.store, "appeal.now", AppealError, |tx| {
        Ok(match may_file(tx, holder).await {
            Ok(_) => Now::May,
            Err(Refused::There(id)) => Now::There(id),
            Err(Refused::Error(AppealError::Hindered(_))) => Now::Green,
            Err(Refused::Error(error)) => return Err(error),
        })
    })
}

/// Why no appeal is filed.
enum Refused {
    There(AppealId),
    Error(AppealError),
}

impl<E: Into<AppealError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// The decision that an appeal would be against.
async fn may_file(tx: &mut Tx, holder: HolderId) -> Result<DecisionId, Refused> {
    let all = call!(tx, appeal::of_holder(holder)).map_err(AppealError::from)?;
    if let Some(waiting) = all.iter().find(|row| row.stage == AppealStage::Waiting) {
        return Err(Refused::There(waiting.id));
    }
    let current = call!(tx, decision::current(holder)).map_err(AppealError::from)?;
    let current = current.ok_or(AppealError::NotFound)?;
    let about = |row: &&AppealRow| row.decision == current.id && row.stage != AppealStage::Withdrawn;
    if let Some(answered) = all.iter().find(about) {
        return Err(Refused::There(answered.id));
    }
    if current.colour == Colour::Green {
        return Err(AppealError::Hindered(Hindrance::Green).into());
    }
    Ok(current.id)
}

/// Files an appeal against the colour that the holder has now; gives the one that is there, if there is one.
pub async fn file(app: &App, holder: HolderId, statement: &str) -> Result<AppealId, AppealError> {
    transact!(app.store, "appeal.file", AppealError, |tx| {
        call!(tx, holder::lock(holder))?;
        let decision = match may_file(tx, holder).await {
            Ok(decision) => decision,
            Err(Refused::There(id)) => return Ok(id),
            Err(Refused::Error(error)) => return Err(error),
        };
        add(tx, app, (holder, decision, None), AppealLevel::County, statement).await
    })
}

async fn add(
    tx: &mut Tx,
    app: &App,
    (holder, decision, former): (HolderId, DecisionId, Option<AppealId>),
    level: AppealLevel,
    statement: &str,
) -> Result<AppealId, AppealError> {
    let (id, filed_at): (AppealId, _) = (app.new_id(), app.now());
    let (statement, due_at) = (statement.to_owned(), filed_at.plus(app.settings.appeal_due));
    let new = NewAppeal { id, holder, decision, former, level, statement, filed_at, due_at };
    if call!(tx, appeal::add(&new))? { Ok(id) } else { hindered(Hindrance::Answered) }
}

/// One of the holder's own.
pub async fn own(app: &App, holder: HolderId, id: AppealId) -> Result<Own, AppealError> {
    let now = app.now();
    read!(app.store, "appeal.own", AppealError, |tx| {
        let row = of_holder(tx, holder, id).await?;
        let photos = call!(tx, appeal::photos(id))?.into_iter().map(|photo| photo.at).collect();
        let all = call!(tx, appeal::of_holder(holder))?;
        let later = all.iter().find(|later| later.former == Some(id)).map(|later| later.id);
        let current = call!(tx, decision::current(holder))?;
        let is_green = current.is_none_or(|current| current.colour == Colour::Green);
        let waits = all.iter().any(|row| row.stage == AppealStage::Waiting);
        let city_until =
            city_until(&row).filter(|until| now < *until && !is_green && !waits && later.is_none());
        Ok(Own { row, photos, city_until, later })
    })
}

/// Until when the city can be asked about the county's answer.
fn city_until(row: &AppealRow) -> Option<Timestamp> {
    let answered = row.by.is_some() && row.level == AppealLevel::County;
    row.ended_at.filter(|_| answered).map(|at| at.plus(CITY_WITHIN))
}

async fn of_holder(tx: &mut Tx, holder: HolderId, id: AppealId) -> Result<AppealRow, AppealError> {
    let row = call!(tx, appeal::one(id))?;
    row.filter(|row| row.holder == holder).ok_or(AppealError::NotFound)
}

/// Asks the city about the county's answer.
pub async fn ask_city(
    app: &App,
    holder: HolderId,
    id: AppealId,
    statement: &str,
) -> Result<AppealId, AppealError> {
    let now = app.now();
    transact!(app.store, "appeal.city", AppealError, |tx| {
        call!(tx, holder::lock(holder))?;
        let row = of_holder(tx, holder, id).await?;
        let all = call!(tx, appeal::of_holder(holder))?;
        if let Some(later) = all.iter().find(|later| later.former == Some(id)) {
            // Pressed twice.
            return Ok(later.id);
        }
        let current = call!(tx, decision::current(holder))?.ok_or(AppealError::NotFound)?;
        if current.colour == Colour::Green {
            return hindered(Hindrance::Green);
        }
        if city_until(&row).is_none_or(|until| until <= now) {
            return hindered(Hindrance::NoCity);
        }
        let about = (holder, row.decision, Some(id));
        let asked = add(tx, app, about, AppealLevel::City, statement).await?;
        call!(tx, appeal::hand_on(id, asked))?;
        Ok(asked)
    })
}

/// Keeps a photo of an appeal that waits.
pub async fn add_photo(app: &App, holder: HolderId, id: AppealId, jpeg: &[u8]) -> Result<(), AppealError> {
    let now = app.now();
    transact!(app.store, "appeal.photo", AppealError, |tx| {
        let row = of_holder(tx, holder, id).await?;
        if row.stage != AppealStage::Waiting {
            return hindered(Hindrance::Ended);
        }
        if !call!(tx, appeal::add_photo(app.new_id(), id, (jpeg, PHOTOS), now))? {
            return hindered(Hindrance::Photos);
        }
        Ok(())
    })
}

/// Withdraws one that waits.
pub async fn withdraw(app: &App, holder: HolderId, id: AppealId) -> Result<(), AppealError> {
    let now = app.now();
    transact!(app.store, "appeal.withdraw", AppealError, |tx| {
        let row = of_holder(tx, holder, id).await?;
        if row.stage != AppealStage::Withdrawn && !call!(tx, appeal::withdraw(id, holder, now))? {
            return hindered(Hindrance::Ended);
        }
        Ok(())
    })
}
