//! The one mapping table: the national platform's names and codes, and what they mean to us.
//!
//! The names of GB/T 38963 are not public, so they are data: `table.toml` beside this file speaks the language of
//! the reference server, and an installation gives a table of its own. What is not in the table is not
//! understood, and what is not understood never lets anybody in.

use std::collections::BTreeMap;

use credential::DocumentKind;
use serde::Deserialize;

/// Names of functions and fields, and the meaning of codes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// How the text of a code begins.
    pub code_prefix: String,
    /// The function "apply to call".
    pub apply: Apply,
    /// The function "verify code".
    pub verify: Verify,
    /// What the return codes mean.
    pub results: BTreeMap<String, ResultCode>,
    /// What the colours mean.
    pub colours: BTreeMap<String, NationalColour>,
    /// What the kinds of documents mean.
    pub documents: BTreeMap<String, NationalDocument>,
}

/// Names of "apply to call".
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "each stands for the field of its name; table.toml explains them")]
pub struct Apply {
    pub path: String,
    pub caller: String,
    pub purpose: String,
    pub purpose_entry: String,
    pub result: String,
    pub call: String,
    pub seconds: String,
}

/// Names of "verify code".
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "each stands for the field of its name; table.toml explains them")]
pub struct Verify {
    pub path: String,
    pub call: String,
    pub code: String,
    pub result: String,
    pub colour: String,
    pub valid_until: String,
    pub name: String,
    pub birth_date: String,
    pub document_kind: String,
    pub document_number: String,
}

/// What a return code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultCode {
    /// It was done.
    Done,
    /// No such code.
    UnknownCode,
    /// The code has ended.
    Expired,
    /// The code was withdrawn.
    Withdrawn,
    /// The call has ended: another one has to be applied for.
    CallEnded,
    /// The caller may not ask this.
    Refused,
    /// The platform has no time.
    Busy,
}

/// A colour of the national code. It says something else than ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NationalColour {
    /// Nothing found.
    Green,
    /// Platform data normal, but the temperature at a checkpoint was not.
    Yellow,
    /// Found.
    Red,
    /// Not decided.
    None,
}

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NationalDocument {
    /// A passport.
    Passport,
    /// A permit of Hong Kong and Macao residents.
    HkMacaoPermit,
    /// A permit of Taiwan residents.
    TaiwanPermit,
    /// One that our codes are not made for.
    Other,
}

impl NationalDocument {
    /// The kind among ours.
    pub const fn kind(self) -> Option<DocumentKind> {
        match self {
            Self::Passport => Some(DocumentKind::Passport),
            Self::HkMacaoPermit => Some(DocumentKind::HkMacaoPermit),
            Self::TaiwanPermit => Some(DocumentKind::TaiwanPermit),
            Self::Other => None,
        }
    }
}

/// A text that is not a mapping table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Not TOML of this form.
    #[error("not a mapping table: {0}")]
    Form(String),
    /// A beginning that is missing, or that belongs to another format.
    #[error("code_prefix must be 2 to 32 characters that no other code begins with")]
    Prefix,
    /// A path without its beginning.
    #[error("a path must begin with /")]
    Path,
}

const REFERENCE: &str = include_str!("table.toml");
const TAKEN: [&str; 5] = ["TX1:", "HC1:", "SHC:/", "NZCP:/", "{"];

impl Table {
    /// The table of the reference server.
    pub fn reference() -> Self {
        Self::parse(REFERENCE).expect("a test reads it")
    }

    /// Reads a table.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let table: Self =
            toml::from_str(text).map_err(|error| TableError::Form(error.message().to_owned()))?;
        let prefix = table.code_prefix.to_ascii_uppercase();
        let meets = |taken: &&str| prefix.starts_with(*taken) || taken.starts_with(&prefix);
        if !(2..=32).contains(&prefix.len()) || TAKEN.iter().any(meets) {
            return Err(TableError::Prefix);
        }
        let paths = [&table.apply.path, &table.verify.path];
        if paths.iter().all(|path| path.starts_with('/')) { Ok(table) } else { Err(TableError::Path) }
    }

    /// Whether a scanned text is a national code of the online form.
    pub fn is_code(&self, text: &str) -> bool {
        let prefix = text.trim().get(..self.code_prefix.len());
        prefix.is_some_and(|begins| begins.eq_ignore_ascii_case(&self.code_prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_table_is_whole_and_every_name_of_it_is_documented() {
        let table = Table::reference();
        assert!(table.is_code(" gjm:ABC") && !table.is_code("GJM") && !table.is_code("TX1:ABC"));
        let documented = include_str!("../../../../../docs/national-code.md");
        let lines = REFERENCE.lines().filter(|line| !line.starts_with('#'));
        let quoted =
            lines.flat_map(|line| line.split('#').next().unwrap_or_default().split('"').skip(1).step_by(2));
        let mut names = 0;
        for name in quoted {
            assert!(documented.contains(&format!("`{name}`")), "{name} is not in docs/national-code.md");
            names += 1;
        }
        assert!(names > 40, "{names}");
    }

    #[test]
    fn what_is_no_table_is_refused_with_what_is_wrong() {
        let wrong = |from: &str, to: &str| Table::parse(&REFERENCE.replace(from, to)).unwrap_err();
        assert!(matches!(Table::parse(""), Err(TableError::Form(_))));
        assert!(matches!(wrong("[results]", "[outcomes]"), TableError::Form(_)));
        assert!(matches!(wrong("\"busy\"", "\"sleepy\""), TableError::Form(_)));
        for taken in ["", "G", "TX1:", "TX", "hc1:9", "shc:/"] {
            assert_eq!(wrong("GJM:", taken), TableError::Prefix, "{taken}");
        }
        assert_eq!(wrong("\"/verify\"", "\"verify\""), TableError::Path);
    }
}
