//! Which foreign credentials are accepted on entering the province.
//!
//! The rule engine of the colours will bring real rule sets; until then there is one fixed mapping. A checker
//! that has loaded no rules accepts nothing: "no rules" was once shown as "valid" elsewhere.

use super::Statement;

/// The acceptance rules for foreign credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Acceptance {
    /// None are loaded: every foreign credential is CHECK, `no_rules`.
    NotLoaded,
    /// The fixed mapping: whatever is valid and does not say that the disease was found.
    #[default]
    Fixed,
}

impl Acceptance {
    /// Whether a credential with these statements is accepted for entry; `None` if there are no rules.
    pub fn accepts(self, statements: &[Statement]) -> Option<bool> {
        match self {
            Self::NotLoaded => None,
            Self::Fixed => Some(!statements.is_empty() && statements.iter().all(counts)),
        }
    }
}

fn counts(statement: &Statement) -> bool {
    match statement {
        Statement::Vaccination { .. } | Statement::Recovery { .. } | Statement::Cleared => true,
        Statement::Test { detected, .. } => *detected == Some(false),
        Statement::Other => false,
    }
}
