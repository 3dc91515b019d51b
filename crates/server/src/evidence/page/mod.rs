//! The pages of evidence by hand.

pub mod back;
pub mod hindered;
pub mod import;
pub mod list;
pub mod person;
pub mod proposal;
pub mod sample;
pub mod stops;

use domain::colour::{Colour, Fact};
use domain::matching::DocumentDetails;
use store::rows::evidence::Stated;

use crate::health::page::degrees;
use crate::http::page::Page;

/// What evidence says, in one line, without its time.
pub fn what(page: &Page, stated: &Stated) -> String {
    let kind = page.t(format!("evidence-kind-{}", stated.kind().as_str()));
    match &stated.fact {
        Fact::TemperatureReport { tenths, .. } => {
            page.t2("evidence-what", "kind", kind, "more", degrees(page, *tenths))
        }
        Fact::TestResult { result, method } => {
            let (method, result) = (method.as_str(), result.as_str());
            let more = page.t2(
                "evidence-test-line",
                "method",
                page.t(format!("evidence-method-{method}")),
                "result",
                page.t(format!("evidence-result-{result}")),
            );
            page.t2("evidence-what", "kind", kind, "more", more)
        }
        _ => kind,
    }
}

/// When it was so, and until when it counts where that was stated.
pub fn when(page: &Page, stated: &Stated) -> String {
    let at = page.words.date_time(stated.at);
    match stated.until {
        Some(until) => page.t2("evidence-when-until", "at", at, "until", page.words.date_time(until)),
        None => at,
    }
}

/// The name of a colour.
pub fn colour(page: &Page, colour: Colour) -> String {
    page.t(format!("my-code-colour-{}", colour.as_str()))
}

/// The name of a document's holder, as it stands there.
pub fn name(document: &DocumentDetails) -> String {
    let written = format!("{} {}", document.name.primary(), document.name.secondary()).trim().to_owned();
    if written.is_empty() { document.name.chinese().unwrap_or_default().to_owned() } else { written }
}
