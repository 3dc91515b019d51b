//! Rows of orders by which auditors are opened what one unit left in the public log.

use domain::Timestamp;
use domain::id::kind::{AuditDownloadId, AuditOrderId, StaffId, UnitId};
use serde::{Deserialize, Serialize};
use transparency::Leaf;

use super::decision::DecisionRow;
use super::visit_case::Did;
use crate::Place;

/// What an auditor asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// Its row.
    pub id: AuditOrderId,
    /// Whose commitments.
    pub unit: UnitId,
    /// The first and the last day, since 1970 in Asia/Shanghai.
    pub days: [i64; 2],
    /// Why, and where it stands in writing.
    pub words: OrderWords,
    /// When.
    pub at: Timestamp,
    /// By whom, and of which unit.
    pub by: (StaffId, UnitId),
}

/// What is typed of an order: sealed, for whoever types may name somebody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderWords {
    /// Why.
    pub reason: String,
    /// Where it stands in writing.
    pub reference: String,
}

/// An order as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// Its row.
    pub id: AuditOrderId,
    /// Whose commitments.
    pub unit: UnitId,
    /// That unit's name.
    pub unit_name: String,
    /// The first and the last day, since 1970 in Asia/Shanghai.
    pub days: [i64; 2],
    /// Why, and where it stands in writing.
    pub words: OrderWords,
    /// Who asked.
    pub asked: Did,
    /// Who decided, and whether it was granted.
    pub decided: Option<(Did, bool)>,
}

/// One handing out of the file of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewDownload {
    /// Its row.
    pub id: AuditDownloadId,
    /// Of which order.
    pub order: AuditOrderId,
    /// When.
    pub at: Timestamp,
    /// To whom, and of which unit.
    pub by: (StaffId, UnitId),
    /// How many leaves were opened.
    pub leaves: i64,
}

/// A leaf at its place, with its salt.
#[derive(Clone, PartialEq, Eq)]
pub struct SaltedLeaf {
    /// Its place in the log.
    pub place: u64,
    /// What the public sees of it.
    pub leaf: Leaf,
    /// Its salt.
    pub salt: [u8; 16],
}

/// A decision with its leaf.
#[derive(Clone, PartialEq, Eq)]
pub struct DecisionLeaf {
    /// What the leaf commits to.
    pub decision: DecisionRow,
    /// The leaf.
    pub leaf: SaltedLeaf,
}

pub(crate) const WORDS: fn(i64) -> Place = |row| Place { table: "audit_order", column: "words", row };
