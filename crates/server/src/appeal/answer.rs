//! What a health officer does: looks at an appeal, and answers it.
//!
//! The decision that matters: whoever had a part in what the colour rests on answers nothing about it. That is read from the
//! evidence itself, in the transaction that answers.

use domain::id::kind::{AppealId, AppealPhotoId, DecisionId, EvidenceId, HolderId, LogLeafId, UnitId};
use serde::Serialize;
use store::rows::appeal::{Answer, AppealLevel, AppealPhoto, AppealRow, AppealStage, QueuedAppeal};
use store::rows::decision::DecisionRow;
use store::rows::evidence::EvidenceRow;
use store::rows::log::Leaf;
use store::rows::notice::NoticeKind;
use store::rows::outbox::MessageKind;
use store::{StoreError, Tx, call, read, transact};

use super::error::hindered;
use super::{AppealError, Hindrance, LEAF_KIND};
use crate::App;
use crate::evidence::person::{self, Person};
use crate::evidence::propose;
use crate::http::session::Staff;
use crate::message::enqueue_for_holder;

/// The most rows of the list.
const SHOWN: i64 = 100;

/// An appeal, opened for an officer. Personal: never printed.
#[derive(Clone)]
pub struct Case {
    /// The appeal.
    pub row: AppealRow,
    /// Whom it is about.
    pub person: Person,
    /// The decision that is appealed against.
    pub decision: DecisionRow,
    /// What it rests on that offices stated; taken back since or not.
    pub grounds: Vec<EvidenceRow>,
    /// The photos, without the pictures.
    pub photos: Vec<AppealPhotoId>,
    /// What the county answered, where the city is asked.
    pub former: Option<AppealRow>,
    /// Why this officer does not answer it.
    pub hindered: Option<Hindrance>,
}

/// What an officer answers.
pub struct Typed {
    /// `Stands`, `Corrected` or `Changed`.
    pub stage: AppealStage,
    /// Why, for the person.
    pub why: String,
    /// Where something was wrong: what.
    pub wrong: Vec<EvidenceId>,
}

/// The appeals that wait, the most urgent first.
pub async fn list(app: &App) -> Result<Vec<QueuedAppeal>, StoreError> {
    read!(app.store, "appeal.list", StoreError, |tx| { call!(tx, appeal::waiting(SHOWN)) })
}

/// Opens an appeal; it is recorded, for the person and for auditors.
pub async fn open(app: &App, staff: &Staff, id: AppealId) -> Result<Case, AppealError> {
    transact!(app.store, "appeal.open", AppealError, |tx| {
        let case = case(tx, staff, id).await?;
        crate::access::record(tx, app, staff, "open", "appeal", id).await?;
        crate::access::record(tx, app, staff, "open", "holder", case.row.holder).await?;
        Ok(case)
    })
}

/// One photo of an appeal.
pub async fn photo(
    app: &App,
    staff: &Staff,
    appeal: AppealId,
    id: AppealPhotoId,
) -> Result<AppealPhoto, AppealError> {
    transact!(app.store, "appeal.open_photo", AppealError, |tx| {
        crate::access::record(tx, app, staff, "open", "appeal-photo", id).await?;
        call!(tx, appeal::photo(appeal, id))?.ok_or(AppealError::NotFound)
    })
}

async fn case(tx: &mut Tx, staff: &Staff, id: AppealId) -> Result<Case, AppealError> {
    let row = call!(tx, appeal::one(id))?.ok_or(AppealError::NotFound)?;
    let person = person::of(tx, row.holder).await?;
    let decision = call!(tx, decision::one(row.holder, row.decision))?.ok_or(AppealError::NotFound)?;
    let decides = |id: EvidenceId| decision.fired.iter().any(|one| one.decides && one.evidence == Some(id));
    let grounds = person.known.rows.iter().filter(|one| decides(one.id)).cloned().collect();
    let photos = call!(tx, appeal::photos(id))?.into_iter().map(|photo| photo.id).collect();
    let former = match row.former {
        Some(former) => call!(tx, appeal::one(former))?,
        None => None,
    };
    let mut case = Case { row, person, decision, grounds, photos, former, hindered: None };
    case.hindered = hindrance(tx, staff, &case).await?;
    Ok(case)
}

/// Why this officer does not answer it: it is answered, they had a part in it, or it is the city's.
async fn hindrance(tx: &mut Tx, staff: &Staff, case: &Case) -> Result<Option<Hindrance>, StoreError> {
    if case.row.stage != AppealStage::Waiting {
        return Ok(Some(Hindrance::Ended));
    }
    let first = case.row.level == AppealLevel::County;
    for ground in &case.grounds {
        let Some((people, unit)) = call!(tx, appeal::stated_by(ground.id))? else { continue };
        // A city's office may be the only one of its city: there another person is enough.
        if people.contains(&staff.id) || (first && unit == staff.unit) {
            return Ok(Some(Hindrance::Involved));
        }
    }
    let answered = case.former.as_ref().and_then(|former| former.by.as_ref());
    if answered.is_some_and(|did| did.by == staff.id || did.unit == staff.unit) {
        return Ok(Some(Hindrance::Involved));
    }
    let is_city = call!(tx, appeal::level(staff.unit))? == AppealLevel::City;
    Ok((!first && !is_city).then_some(Hindrance::NotCity))
}

/// Answers an appeal: takes back what was wrong, lets the rules decide, and tells the person.
pub async fn answer(app: &App, staff: &Staff, id: AppealId, typed: &Typed) -> Result<(), AppealError> {
    let now = app.now();
    transact!(app.store, "appeal.answer", AppealError, |tx| {
        let row = call!(tx, appeal::one(id))?.ok_or(AppealError::NotFound)?;
        call!(tx, holder::lock(row.holder))?;
        let case = case(tx, staff, id).await?;
        if let Some(why) = case.hindered {
            return hindered(why);
        }
        match typed.stage {
            AppealStage::Corrected => correct(tx, app, staff, &case, typed).await?,
            AppealStage::Changed if !is_better(&case) => return hindered(Hindrance::NotBetter),
            _ => {}
        }
        let leaf = leaf(tx, app, &case.row, typed.stage, staff.unit).await?;
        let answer = Answer { stage: typed.stage, why: typed.why.clone(), leaf };
        if !call!(tx, appeal::end(id, (staff.id, staff.unit), &answer, now))? {
            return hindered(Hindrance::Ended);
        }
        crate::access::record(tx, app, staff, "answer", "appeal", id).await?;
        call!(tx, notice::tell(app.new_id(), case.row.holder, NoticeKind::AppealAnswered, now))?;
        enqueue_for_holder(tx, app, case.row.holder, MessageKind::AppealAnswered, Some(now)).await?;
        Ok(())
    })
}

/// Whether the colour is better now than the one that was appealed against.
fn is_better(case: &Case) -> bool {
    case.person.decision.colour.severity() < case.decision.colour.severity()
}

/// Takes back what was wrong, and marks every decision that rested on it. Which of it counts no more already, because its
/// office was faster, is left as it is.
async fn correct(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    case: &Case,
    typed: &Typed,
) -> Result<(), AppealError> {
    let is_ground = |id: &EvidenceId| case.grounds.iter().any(|ground| ground.id == *id);
    if typed.wrong.is_empty() || !typed.wrong.iter().all(is_ground) {
        return hindered(Hindrance::NotWrong);
    }
    let wrong = case.grounds.iter().filter(|ground| typed.wrong.contains(&ground.id));
    for ground in wrong.filter(|ground| ground.superseded.is_none()) {
        propose::correct(tx, app, staff, ground, &typed.why).await?;
    }
    let rested = |row: &DecisionRow| {
        row.fired.iter().any(|one| one.decides && one.evidence.is_some_and(|id| typed.wrong.contains(&id)))
    };
    for row in call!(tx, held::decisions(case.row.holder))?.iter().filter(|row| rested(row)) {
        call!(tx, appeal::revoke(row.id, case.row.holder, app.now()))?;
    }
    Ok(())
}

/// What a leaf commits to, as JSON without white space, members in this order.
#[derive(Serialize)]
struct LeafContent<'a> {
    appeal: AppealId,
    holder: HolderId,
    decision: DecisionId,
    level: &'a str,
    /// `stands`, `corrected` or `changed`.
    outcome: &'a str,
    unit: UnitId,
}

async fn leaf(
    tx: &mut Tx,
    app: &App,
    row: &AppealRow,
    outcome: AppealStage,
    unit: UnitId,
) -> Result<LogLeafId, StoreError> {
    let content = leaf_content(row, outcome, unit);
    let leaf = Leaf::commit(app.new_id(), LEAF_KIND, None, content.as_bytes(), app.now(), &*app.entropy);
    call!(tx, log::append(&leaf))?;
    Ok(leaf.id)
}

/// What the leaf of an answer commits to.
pub fn leaf_content(row: &AppealRow, outcome: AppealStage, unit: UnitId) -> String {
    let content = LeafContent {
        appeal: row.id,
        holder: row.holder,
        decision: row.decision,
        level: row.level.as_str(),
        outcome: outcome.as_str(),
        unit,
    };
    serde_json::to_string(&content).expect("ids and names are JSON")
}
