//! What a rule says: where, which rule, what is wrong and how to mend it.

use std::fmt;

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the repository's root.
    pub path: String,
    /// Line from 1; 0 when the whole file is meant.
    pub line: usize,
    /// The rule's short name, as `tidy.toml` uses it.
    pub rule: &'static str,
    /// What is wrong, then how to mend it.
    pub what: String,
}

impl Finding {
    /// A finding of `rule` in `path`.
    pub fn new(rule: &'static str, path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.what)
    }
}
