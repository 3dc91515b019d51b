//! A location with an entry rule does not let everybody in who asked: nothing was registered.
//!
//! The decision that matters: the page says large what to do, and the reason only to whoever unfolds it: the staff who
//! look at the screen learn no more than that the rule does not let this person in.

use askama::Template;
use domain::declaration::Colour;

use super::shown::{Shown, Visitor};
use crate::http::page::Page;

/// Nothing was registered, and what to do.
#[derive(Template)]
#[template(path = "visit/refused.html")]
pub struct RefusedPage {
    page: Page,
    code: String,
    place: Shown,
    /// Whom the rule does not let in.
    refused: Vec<Refused>,
    /// Whom it lets in, who may go on alone.
    others: Vec<Visitor>,
    made: i64,
}

/// Whom the rule does not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Who.
    pub visitor: Visitor,
    /// Their colour now; none where it has ended.
    pub colour: Colour,
    /// Why, for their own eyes.
    pub reasons: Vec<String>,
}

impl RefusedPage {
    /// The page.
    pub fn new(
        (page, code): (Page, String),
        place: Shown,
        refused: Vec<Refused>,
        others: Vec<Visitor>,
        made: i64,
    ) -> Self {
        Self { page: page.about_phone(), code, place, refused, others, made }
    }

    /// Each colour; alone, and beside somebody who may enter.
    pub fn samples(page: &Page) -> Vec<Self> {
        let refused = |name: &str, colour, reasons: &[&str]| Refused {
            visitor: Visitor::sample(name),
            colour,
            reasons: reasons.iter().map(|code| (*code).to_owned()).collect(),
        };
        let page = || (page.clone(), "sample".to_owned());
        let symptoms = ["declared_symptoms"];
        let (red, none) = (refused("Lena", Colour::Red, &symptoms), refused("", Colour::None, &[]));
        vec![
            Self::new(page(), Shown::sample(None), vec![refused("", Colour::Yellow, &symptoms)], vec![], 0),
            Self::new(page(), Shown::sample(None), vec![red, none], vec![Visitor::sample("Oma")], 0),
        ]
    }
}
