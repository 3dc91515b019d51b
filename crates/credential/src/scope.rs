//! What a verdict is good for: everything that a pass of ours opens, or entering the province only.
//!
//! The signed form of the national code is a pass in our own format by the issuer [`NATIONAL_ISSUER`] of the
//! trust list. It gets the same rows of the verdict's table, and recognises a person *for entry only*: its
//! colour says something else than ours (design section 6) and never becomes one of ours.

use crate::scan::Scan;

/// The name under which the trust list has the issuer of the national code's signed form.
pub const NATIONAL_ISSUER: &str = "CN";

/// What a verdict is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All that a pass of ours opens.
    Full,
    /// Entering the province, now; nothing afterwards.
    Entry,
}

impl Scope {
    /// The word that stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Entry => "entry",
        }
    }
}

impl Scan<'_> {
    /// What a verdict on this scan is good for, as the code says of itself: a national or foreign credential
    /// is for entry only, and so is one that begins like it and is damaged.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Foreign(_) | Self::Damaged(..) => Scope::Entry,
            scan if scan.is_national() => Scope::Entry,
            _ => Scope::Full,
        }
    }

    /// Whether it is a pass in the name of the national code, checked or not.
    pub fn is_national(&self) -> bool {
        self.pass().is_some_and(|pass| pass.claims().issuer == NATIONAL_ISSUER)
    }
}
