//! Rows of colour decisions.

use domain::Timestamp;
use domain::declaration::{Colour, ColourReason};
use domain::id::kind::{DecisionId, DeclarationId, HolderId, LogLeafId};

/// One colour for one holder. The newest is the one that counts; none is ever changed.
#[derive(Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Its id; later decisions have larger ones.
    pub id: DecisionId,
    /// About whom.
    pub holder: HolderId,
    /// The colour.
    pub colour: Colour,
    /// Why, at least one.
    pub reasons: Vec<ColourReason>,
    /// Name and version of the rules that decided.
    pub rule_set: String,
    /// The declaration that it rests on, where it rests on one.
    pub declaration: Option<DeclarationId>,
    /// Its leaf in the log, written in the same transaction.
    pub leaf: LogLeafId,
    /// When.
    pub decided_at: Timestamp,
    /// Until when it counts, where the rules say so.
    pub until: Option<Timestamp>,
}

/// A colour is health: only the id is printed.
impl std::fmt::Debug for DecisionRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DecisionRow({})", self.id)
    }
}
