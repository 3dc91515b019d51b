//! The guides of the help section: which steps each has, and which picture goes with a step.
//!
//! The words are `help-<guide>-<step>-title` and `help-<guide>-<step>` of the locales. The pictures show our
//! own pages, one set for each language; `web/e2e/help-pictures.mjs` takes them under the names given here.

/// A guide, in the order of the list of guides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guide {
    /// What the service is, and where to read on.
    Index,
    /// Applying for a code.
    Apply,
    /// Showing it.
    Show,
    /// Checking one: for inspectors.
    Check,
    /// Filing passports: for holders and for public security.
    Filing,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The end of its locale keys.
    pub key: &'static str,
    /// Whether a picture `help/<language>/<guide>-<step>.webp` goes with it.
    pub picture: bool,
}

const fn shown(key: &'static str) -> Step {
    Step { key, picture: true }
}

const fn told(key: &'static str) -> Step {
    Step { key, picture: false }
}

impl Guide {
    /// Every guide.
    pub const ALL: [Self; 5] = [Self::Index, Self::Apply, Self::Show, Self::Check, Self::Filing];
    /// The guides that the first page leads to.
    pub const CHAPTERS: [Self; 4] = [Self::Apply, Self::Show, Self::Check, Self::Filing];

    /// Its name in paths and locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Apply => "apply",
            Self::Show => "show",
            Self::Check => "check",
            Self::Filing => "filing",
        }
    }

    /// Its steps.
    pub const fn steps(self) -> &'static [Step] {
        const APPLY: [Step; 5] =
            [shown("kind"), shown("document"), shown("person"), shown("answers"), shown("state")];
        const SHOW: [Step; 4] = [shown("code"), told("offline"), shown("print"), told("phone")];
        const CHECK: [Step; 4] = [shown("scan"), shown("verdict"), told("printed"), shown("temperature")];
        const FILING: [Step; 4] = [told("holder"), shown("new"), shown("import"), told("after")];
        match self {
            Self::Index => &[],
            Self::Apply => &APPLY,
            Self::Show => &SHOW,
            Self::Check => &CHECK,
            Self::Filing => &FILING,
        }
    }

    /// What it tells besides its steps: ends of locale keys with a `-title` and a text each.
    pub const fn notes(self) -> &'static [&'static str] {
        match self {
            Self::Index => &["who", "equal", "time", "gate", "national", "places", "data"],
            Self::Apply => &["received", "unconfirmed", "asked", "issued", "refused", "double"],
            Self::Show => &["green", "yellow", "red", "none", "unready", "picture"],
            Self::Check => &["pass", "check", "stop", "without", "seen"],
            Self::Filing => &["renewed", "search"],
        }
    }
}
