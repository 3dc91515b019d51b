//! Colour decisions: from what was declared, under the published rule, to one colour with its reasons.
//!
//! Used when an application is issued and whenever a holder's declaration changes. The decision that
//! matters: nobody can set a colour. A decision is the answer of [`domain::declaration::decide`]; its row,
//! its leaf in the log and the withdrawal of the passes that showed the former colour are one transaction.

use domain::declaration::{Colour, ColourReason, FIRST_RULE_SET, HealthAnswers, decide};
use domain::id::kind::{DecisionId, DeclarationId, HolderId};
use serde::Serialize;
use store::rows::decision::DecisionRow;
use store::rows::log::Leaf;
use store::rows::outbox::MessageKind;
use store::rows::pass::WithdrawnFor;
use store::{StoreError, Tx, call};

use crate::pass::withdraw_for_holder;
use crate::{App, message};

/// The kind of the log's leaves that record decisions.
pub const LEAF_KIND: &str = "decision";

/// A decision just made.
#[derive(Clone, PartialEq, Eq)]
pub struct Decided {
    /// Its row.
    pub id: DecisionId,
    /// The colour.
    pub colour: Colour,
    /// Why.
    pub reasons: Vec<ColourReason>,
}

/// What a leaf commits to, as JSON without white space, members in this order. Whoever is given it with the
/// leaf's salt can check the leaf.
#[derive(Serialize)]
struct LeafContent<'a> {
    decision: DecisionId,
    holder: HolderId,
    colour: &'a str,
    reasons: &'a [ColourReason],
    rule_set: &'a str,
    /// `rule` where the rules decided by themselves; a unit once people add evidence.
    decided_by: &'a str,
}

/// Decides the colour of a holder from the declaration of the application that is being issued. Where the document
/// had a code before, the code moves with this decision: every pass of it is withdrawn first.
pub async fn decide_first(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    declaration: DeclarationId,
    answers: &HealthAnswers,
) -> Result<Decided, StoreError> {
    call!(tx, holder::lock(holder))?;
    let former = call!(tx, decision::current(holder))?.map(|row| row.colour);
    let (colour, reasons) = decide(answers);
    if let Some(former) = former {
        withdraw_for_holder(tx, app, holder, WithdrawnFor::AnotherDevice).await?;
        if former != colour {
            message::enqueue_for_holder(tx, app, holder, MessageKind::ColourChanged, None).await?;
        }
    }
    record(tx, app, holder, declaration, colour, reasons).await
}

/// Decides again, from a new declaration. Another colour withdraws every pass that shows the former one; the
/// phone is given a new pass when it next asks.
pub async fn decide_anew(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    declaration: DeclarationId,
    answers: &HealthAnswers,
) -> Result<Decided, StoreError> {
    call!(tx, holder::lock(holder))?;
    let former = call!(tx, decision::current(holder))?.map(|row| row.colour);
    let (colour, reasons) = decide(answers);
    let decided = record(tx, app, holder, declaration, colour, reasons).await?;
    if former.is_some_and(|former| former != colour) {
        withdraw_for_holder(tx, app, holder, WithdrawnFor::ColourChanged).await?;
        message::enqueue_for_holder(tx, app, holder, MessageKind::ColourChanged, None).await?;
    }
    Ok(decided)
}

/// Writes the decision and its leaf.
async fn record(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    declaration: DeclarationId,
    colour: Colour,
    reasons: Vec<ColourReason>,
) -> Result<Decided, StoreError> {
    let (id, now) = (app.new_id(), app.now());
    let content = content(id, holder, colour, &reasons, FIRST_RULE_SET);
    let rule_set = Some(FIRST_RULE_SET.to_owned());
    let leaf = Leaf::commit(app.new_id(), LEAF_KIND, rule_set, content.as_bytes(), now, &*app.entropy);
    call!(tx, log::append(&leaf))?;
    let row = DecisionRow {
        id,
        holder,
        colour,
        reasons: reasons.clone(),
        rule_set: FIRST_RULE_SET.to_owned(),
        declaration: Some(declaration),
        leaf: leaf.id,
        decided_at: now,
        until: None,
    };
    call!(tx, decision::insert(&row))?;
    Ok(Decided { id, colour, reasons })
}

/// What the leaf of a decision commits to: for its holder, who is given the salt too.
pub fn leaf_content(row: &DecisionRow) -> String {
    content(row.id, row.holder, row.colour, &row.reasons, &row.rule_set)
}

fn content(
    decision: DecisionId,
    holder: HolderId,
    colour: Colour,
    reasons: &[ColourReason],
    rule_set: &str,
) -> String {
    let colour = colour.as_str();
    let content = LeafContent { decision, holder, colour, reasons, rule_set, decided_by: "rule" };
    serde_json::to_string(&content).expect("texts and ids are JSON")
}
