//! Colour decisions: from the evidence about a holder, under the published rule set in force, to one colour with its
//! reasons.
//!
//! Used when an application is issued, when a holder declares anew, when evidence is added or taken back, and by the job
//! that looks at what lapses. The decision that matters: **nobody can set a colour**. A decision is the answer of
//! [`domain::colour::decide`] to all evidence that counts; its row, its leaf in the log and the withdrawal of the passes
//! that showed the former colour are one transaction.

mod lapse;
pub mod page;
#[cfg(test)]
pub(crate) mod tests;

use domain::Timestamp;
use domain::colour::{self, Colour, Decision, Evidence, in_force, published};
use domain::id::kind::{DecisionId, EvidenceId, HolderId, UnitId};
use serde::Serialize;
use store::rows::application::DeclarationRow;
use store::rows::decision::DecisionRow;
use store::rows::evidence::EvidenceRow;
use store::rows::log::Leaf;
use store::rows::outbox::MessageKind;
use store::rows::pass::WithdrawnFor;
use store::{StoreError, Tx, call};

use crate::http::route::{Access, Endpoint, Object, Route};
use crate::pass::withdraw_for_holder;
use crate::{App, message};

pub use lapse::run as run_due;

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let own = |route: Route| route.objects(&[Object::OwnSession]);
    vec![
        Endpoint::new(own(Route::get("/my-code/why", Access::Device)), page::why),
        Endpoint::new(Route::get("/rules/{file}", Access::Everyone), page::rule_set),
    ]
}

/// The kind of the log's leaves that record decisions.
pub const LEAF_KIND: &str = "decision";
/// When a colour that could not be decided is tried again.
const AGAIN: std::time::Duration = std::time::Duration::from_hours(1);

/// A decision just made.
#[derive(Clone, PartialEq, Eq)]
pub struct Decided {
    /// Its row.
    pub id: DecisionId,
    /// The colour.
    pub colour: Colour,
    /// Why, as the codes of reasons.
    pub reasons: Vec<String>,
}

/// What a leaf commits to, as JSON without white space, members in this order. Whoever is given it with the
/// leaf's salt can check the leaf.
#[derive(Serialize)]
struct LeafContent<'a> {
    decision: DecisionId,
    holder: HolderId,
    colour: &'a str,
    reasons: &'a [String],
    rule_set: &'a str,
    /// `rule` where no office stated what it rests on; else the unit that did.
    decided_by: &'a str,
}

/// Decides the colour of a holder whose application is being issued. Where the document had a code before, the code moves
/// with this decision: every pass of it is withdrawn first.
pub async fn decide_first(tx: &mut Tx, app: &App, holder: HolderId) -> Result<Decided, StoreError> {
    call!(tx, holder::lock(holder))?;
    if call!(tx, decision::current(holder))?.is_some() {
        withdraw_for_holder(tx, app, holder, WithdrawnFor::AnotherDevice).await?;
    }
    decide_declared(tx, app, holder).await
}

/// Decides from a new declaration.
pub async fn decide_declared(tx: &mut Tx, app: &App, holder: HolderId) -> Result<Decided, StoreError> {
    let decided = decide(tx, app, holder).await?;
    decided.ok_or_else(|| StoreError::inconsistent("decision", "evidence", holder.as_i64()))
}

/// Decides anew, because something was declared, stated or taken back. Another colour withdraws every pass that shows the
/// former one; the phone is given a new pass when it next asks. Nothing where the rules come to no result: the former
/// colour stays, and the operator is told.
pub async fn decide(tx: &mut Tx, app: &App, holder: HolderId) -> Result<Option<Decided>, StoreError> {
    decide_if(tx, app, holder, |_, _| true).await
}

/// Decides again, because time has passed; nothing where it changed nothing.
pub async fn decide_again(tx: &mut Tx, app: &App, holder: HolderId) -> Result<Option<Decided>, StoreError> {
    decide_if(tx, app, holder, |former, decision| !is_same(former, decision)).await
}

async fn decide_if(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    is_new: fn(&DecisionRow, &Decision) -> bool,
) -> Result<Option<Decided>, StoreError> {
    // Nothing is decided about somebody who was deleted meanwhile.
    if !call!(tx, holder::lock(holder))? || call!(tx, holder::document(holder))?.is_none() {
        return Ok(None);
    }
    let former = call!(tx, decision::current(holder))?;
    let (known, now) = (known(tx, holder).await?, app.now());
    let decision = match of(&known.evidence(), now) {
        Ok(decision) => decision,
        Err(why) => {
            tracing::error!(%why, "the rules gave no colour: the former one stays");
            call!(tx, evidence::put_due(holder, Some(now.plus(AGAIN))))?;
            return Ok(None);
        }
    };
    call!(tx, evidence::put_due(holder, decision.next))?;
    if former.as_ref().is_some_and(|former| !is_new(former, &decision)) {
        return Ok(None);
    }
    let decided = record(tx, app, holder, &known, decision).await?;
    if former.is_some_and(|former| former.colour != decided.colour) {
        withdraw_for_holder(tx, app, holder, WithdrawnFor::ColourChanged).await?;
        message::enqueue_for_holder(tx, app, holder, MessageKind::ColourChanged, None).await?;
    }
    Ok(Some(decided))
}

/// What colours rest on.
#[derive(Clone, Default)]
pub struct Known {
    /// The newest declaration.
    pub declaration: Option<DeclarationRow>,
    /// What offices stated, the newest first; what counts no more too.
    pub rows: Vec<EvidenceRow>,
}

impl Known {
    /// All that counts, the newest declaration too.
    pub fn evidence(&self) -> Vec<Evidence> {
        let counting = self.rows.iter().filter(|row| row.superseded.is_none());
        counting.map(EvidenceRow::as_evidence).chain(self.declaration.as_ref().map(declared)).collect()
    }

    /// The unit on whose evidence a decision rests: of several that of what was added last; none where it is a declaration,
    /// or nothing.
    fn office(&self, decision: &Decision) -> Option<UnitId> {
        let deciding = |row: &&EvidenceRow| {
            decision.fired.iter().any(|fired| fired.decides && fired.evidence == Some(row.id))
        };
        self.rows.iter().find(deciding).map(|row| row.by.1)
    }
}

/// What is known of a holder.
pub async fn known(tx: &mut Tx, holder: HolderId) -> Result<Known, StoreError> {
    let declaration = call!(tx, health::current(holder))?;
    Ok(Known { declaration, rows: call!(tx, evidence::of_holder(holder))? })
}

/// A declaration as evidence: its row's id is the evidence's.
fn declared(row: &DeclarationRow) -> Evidence {
    Evidence {
        id: EvidenceId::from_i64(row.id.as_i64()),
        source: colour::EvidenceSource::Holder,
        reference: None,
        at: row.made_at,
        from: None,
        until: None,
        fact: (&row.answers).into(),
    }
}

/// What the rule set in force makes of evidence.
pub fn of(evidence: &[Evidence], now: Timestamp) -> Result<Decision, String> {
    let set = in_force(published(), now).ok_or("no rule set is in force")?;
    colour::decide(set, evidence, now).map_err(|why| why.to_string())
}

fn is_same(row: &DecisionRow, decision: &Decision) -> bool {
    row.colour == decision.colour
        && row.reasons == decision.reasons
        && row.rule_set == decision.rule_set
        && row.until == decision.until.map(|(at, _)| at)
        && row.fired == decision.fired
}

/// Writes the decision and its leaf.
async fn record(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    known: &Known,
    decision: Decision,
) -> Result<Decided, StoreError> {
    let (now, unit) = (app.now(), known.office(&decision));
    let row = DecisionRow {
        id: app.new_id(),
        holder,
        colour: decision.colour,
        reasons: decision.reasons,
        rule_set: decision.rule_set,
        declaration: known.declaration.as_ref().map(|row| row.id),
        leaf: app.new_id(),
        decided_at: now,
        until: decision.until.map(|(at, _)| at),
        since: decision.since,
        fired: decision.fired,
        unit,
        revoked: None,
    };
    let (content, rule_set) = (leaf_content(&row), Some(row.rule_set.clone()));
    let leaf = Leaf::commit(row.leaf, LEAF_KIND, rule_set, content.as_bytes(), now, &*app.entropy);
    call!(tx, log::append(&leaf))?;
    call!(tx, decision::insert(&row))?;
    Ok(Decided { id: row.id, colour: row.colour, reasons: row.reasons })
}

/// What the leaf of a decision commits to: for its holder, who is given the salt too.
pub fn leaf_content(row: &DecisionRow) -> String {
    let decided_by = row.unit.map_or_else(|| "rule".to_owned(), |unit| unit.to_string());
    let content = LeafContent {
        decision: row.id,
        holder: row.holder,
        colour: row.colour.as_str(),
        reasons: &row.reasons,
        rule_set: &row.rule_set,
        decided_by: &decided_by,
    };
    serde_json::to_string(&content).expect("texts and ids are JSON")
}
