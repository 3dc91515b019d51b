//! Rows of colour decisions.

use domain::Timestamp;
use domain::colour::{Colour, Fired};
use domain::id::kind::{DecisionId, DeclarationId, HolderId, LogLeafId, UnitId};

/// One colour for one holder. The newest is the one that counts; none is ever changed but by being revoked.
#[derive(Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Its id; later decisions have larger ones.
    pub id: DecisionId,
    /// About whom.
    pub holder: HolderId,
    /// The colour.
    pub colour: Colour,
    /// The codes of the reasons for it, at least one; each has words in every language (`reason-<code>`).
    pub reasons: Vec<String>,
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
    /// Since when the colour has been this one, where that could be found out.
    pub since: Option<Timestamp>,
    /// Every rule that held, and on which evidence; empty in decisions from before they were kept.
    pub fired: Vec<Fired>,
    /// The unit that stated or confirmed what it rests on; none where no office did.
    pub unit: Option<UnitId>,
    /// Since when an appeal has found that what it rests on was wrong. It stays what it was.
    pub revoked: Option<Timestamp>,
}

/// A colour is health: only the id is printed.
impl std::fmt::Debug for DecisionRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DecisionRow({})", self.id)
    }
}
