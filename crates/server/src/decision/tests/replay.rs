//! A stored decision made again: from the evidence that counted at its moment, under the rule set that it names.

use domain::Timestamp;
use domain::colour::{self, Decision, Evidence, in_force, published};
use store::rows::application::DeclarationRow;
use store::rows::decision::DecisionRow;
use store::rows::evidence::EvidenceRow;
use store::rows::held::HeldDeclaration;

use crate::decision::declared;

/// All that was ever declared and stated about somebody.
#[derive(Default)]
pub struct Record {
    /// Declarations; those that the service has forgotten meanwhile too.
    pub declarations: Vec<HeldDeclaration>,
    /// Evidence, superseded too.
    pub evidence: Vec<EvidenceRow>,
}

impl Record {
    /// The declaration that was the newest then.
    fn declaration(&self, at: Timestamp) -> Option<DeclarationRow> {
        let before = self.declarations.iter().filter(|one| one.made_at <= at);
        let HeldDeclaration { id, answers, made_at, .. } = before.max_by_key(|one| one.id.as_i64())?.clone();
        Some(DeclarationRow { id, answers, made_at })
    }

    /// What counted then.
    fn counting(&self, at: Timestamp) -> Vec<Evidence> {
        let added = self.evidence.iter().filter(|row| row.added_at <= at);
        let rows = added.filter(|row| row.superseded.is_none_or(|superseded| superseded > at));
        rows.map(EvidenceRow::as_evidence).chain(self.declaration(at).as_ref().map(declared)).collect()
    }

    /// Makes a decision again, and says where it differs from what was stored.
    pub fn differs(&self, row: &DecisionRow) -> Option<String> {
        let at = row.decided_at;
        let set = in_force(published(), at).expect("a set was in force");
        let Decision { rule_set, colour, reasons, since, until, next: _, fired } =
            colour::decide(set, &self.counting(at), at).expect("the rules came to a result then");
        let until = until.map(|(at, _)| at);
        let declaration = self.declaration(at).map(|one| one.id);
        let same = row.rule_set == rule_set
            && (row.colour, row.since, row.until) == (colour, since, until)
            && (&row.reasons, &row.fired) == (&reasons, &fired)
            && row.declaration == declaration;
        let what = || {
            let stored = (row.colour, &row.reasons, row.since, row.until, row.declaration, &row.fired);
            format!("stored {stored:?}, made again {:?}", (colour, reasons, since, until, declaration, fired))
        };
        (!same).then(what)
    }
}
