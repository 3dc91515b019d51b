//! What an officer types of a fact, and what it says.

use domain::Timestamp;
use domain::colour::{EvidenceKind, EvidenceSource, Fact, TestMethod, TestOutcome};
use store::rows::evidence::Stated;

use super::REFERENCE_LENGTH;
use crate::casework::page::note;
use crate::casework::when::moment;
use crate::http::Fields;
use crate::http::fields::FieldErrors;
use crate::http::page::Page;

/// What was typed.
#[derive(Default, Clone)]
pub struct Typed {
    /// The kind of fact.
    pub kind: String,
    /// What a test found.
    pub result: String,
    /// How it was tested.
    pub method: String,
    /// When it was so.
    pub at: String,
    /// Until when it counts.
    pub until: String,
    /// Where it stands in writing.
    pub reference: String,
    /// For whoever confirms it.
    pub note: String,
}

impl Typed {
    /// From the fields of the form, with what is wrong with the note.
    pub fn of(page: &Page, fields: &Fields, errors: &mut FieldErrors) -> Self {
        let get = |name| fields.get(name).to_owned();
        Self {
            kind: get("kind"),
            result: get("result"),
            method: get("method"),
            at: get("at"),
            until: get("until"),
            reference: get("reference"),
            note: note(page, fields, None, errors),
        }
    }

    /// What it says, or every mistake with those that are known.
    pub fn read(&self, page: &Page, now: Timestamp, mut errors: FieldErrors) -> Result<Stated, FieldErrors> {
        let fact = self.fact(page, &mut errors);
        let at = moment(&self.at);
        match at {
            None => errors.add("at", page.t("evidence-error-at")),
            Some(at) if at > now => errors.add("at", page.t("evidence-error-future")),
            Some(_) => {}
        }
        let until = if self.until.is_empty() { None } else { Some(moment(&self.until)) };
        if let Some(until) = until
            && until.is_none_or(|until| at.is_some_and(|at| until <= at))
        {
            errors.add("until", page.t("evidence-error-until"));
        }
        if self.reference.is_empty() {
            errors.add("reference", page.t("evidence-error-reference"));
        } else if self.reference.chars().count() > REFERENCE_LENGTH {
            errors.add("reference", page.t1("case-error-long", "length", REFERENCE_LENGTH));
        }
        match (fact, at) {
            (Some(fact), Some(at)) if errors.is_empty() => Ok(Stated {
                fact,
                reference: Some(self.reference.clone()),
                threshold: None,
                source: EvidenceSource::Office,
                at,
                until: until.flatten(),
            }),
            _ => Err(errors),
        }
    }

    fn fact(&self, page: &Page, errors: &mut FieldErrors) -> Option<Fact> {
        let fact = match EvidenceKind::from_name(&self.kind) {
            Some(EvidenceKind::CaseConfirmed) => Fact::CaseConfirmed,
            Some(EvidenceKind::CaseSuspected) => Fact::CaseSuspected,
            Some(EvidenceKind::CaseContact) => Fact::CaseContact,
            Some(EvidenceKind::CaseAsymptomatic) => Fact::CaseAsymptomatic,
            Some(EvidenceKind::IsolationEnd) => Fact::IsolationEnd,
            Some(EvidenceKind::Recovery) => Fact::Recovery,
            Some(EvidenceKind::TestResult) => return self.test(page, errors),
            Some(EvidenceKind::Declaration | EvidenceKind::TemperatureReport) | None => {
                errors.add("kind", page.t("evidence-error-kind"));
                return None;
            }
        };
        // A result beside another kind: which of the two was meant is not guessed.
        if !self.result.is_empty() || !self.method.is_empty() {
            errors.add("result", page.t("evidence-error-no-test"));
        }
        Some(fact)
    }

    fn test(&self, page: &Page, errors: &mut FieldErrors) -> Option<Fact> {
        let (result, method) = (TestOutcome::from_name(&self.result), TestMethod::from_name(&self.method));
        if result.is_none() {
            errors.add("result", page.t("evidence-error-result"));
        }
        if method.is_none() {
            errors.add("method", page.t("evidence-error-method"));
        }
        Some(Fact::TestResult { result: result?, method: method? })
    }
}
