//! What keeps a member of staff from doing something now, and the page that says so. None of it is a fault of the program;
//! what they had typed is still on the page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::Failure;
use super::page::{self, Page};
use crate::{appeal, audit, casework, evidence};

/// Makes an enum of hindrances with their names.
macro_rules! hindrances {
    ($keys:literal; $($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What stands in the way. None of it is a fault of the program.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Hindrance { $($(#[$doc])* $name,)* }

        impl Hindrance {
            /// Each, for the page that shows them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The locale key of its words; with `-title`, that of their heading.
            pub fn key(self) -> String {
                format!($keys, self.as_str())
            }
        }
    };
}
pub(crate) use hindrances;

/// What stands in the way.
#[derive(Template)]
#[template(path = "hindered.html")]
pub struct HinderedPage {
    page: Page,
    key: String,
    back: String,
    typed: String,
}

impl HinderedPage {
    /// Every hindrance; the first with a note that was typed in vain.
    pub fn samples(page: &Page) -> Vec<Self> {
        let cases = casework::Hindrance::ALL.iter().map(|one| (one.key(), "/cases"));
        let evidence = evidence::Hindrance::ALL.iter().map(|one| (one.key(), "/evidence"));
        let appeals = appeal::Hindrance::ALL.iter().map(|one| (one.key(), "/my-code/why"));
        let orders = audit::Hindrance::ALL.iter().map(|one| (one.key(), "/audit/orders"));
        let keys = cases.chain(evidence).chain(appeals).chain(orders);
        let of = |(number, (key, back)): (usize, (String, &str))| Self {
            page: page.clone(),
            key,
            back: back.to_owned(),
            typed: if number == 0 { "Reached by phone." } else { "" }.to_owned(),
        };
        keys.enumerate().map(of).collect()
    }
}

/// The page with 409, which leads to `back`, with what was typed.
pub fn show(page: Page, key: String, back: String, typed: &str) -> Result<Response, Failure> {
    let mut response = page::show(&HinderedPage { page, key, back, typed: typed.to_owned() })?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}
