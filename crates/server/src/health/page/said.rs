//! What a report says, in words.

use domain::Timestamp;
use domain::report::{Reading, Report, Shown, Subject};

use super::degrees;
use crate::http::Page;

/// “38.4 °C, forehead, at 14:20”.
pub fn reading(page: &Page, one: &Reading) -> String {
    let site = page.t(format!("report-site-{}", one.site.as_str()));
    let at = page.words.date_time(Timestamp::from_seconds(one.at));
    page.words.with("report-reading", &[("degrees", degrees(page, one.tenths)), ("site", site), ("at", at)])
}

/// What the inspector did.
pub fn action(page: &Page, report: &Report) -> String {
    page.t(format!("report-action-{}", report.action.as_str().replace('_', "-")))
}

/// What the person showed.
pub fn subject(page: &Page, report: &Report) -> String {
    let kind = match &report.subject {
        Subject::Pass { printed: false, .. } => "pass",
        Subject::Pass { printed: true, .. } => "printed",
        Subject::National(_) => "national",
        Subject::Foreign { .. } => "foreign",
        Subject::Document(_) => "document",
        Subject::Nobody => "nobody",
    };
    page.t(format!("report-subject-{kind}"))
}

/// What was taken down of a document.
pub fn shown(report: &Report) -> Option<&Shown> {
    match &report.subject {
        Subject::National(shown) | Subject::Foreign { shown, .. } | Subject::Document(shown) => Some(shown),
        Subject::Pass { .. } | Subject::Nobody => None,
    }
}

/// The kind of document that was taken down.
pub fn document(page: &Page, report: &Report) -> Option<String> {
    let kind = shown(report)?.document?;
    Some(page.t(format!("report-document-{}", kind.as_str().replace('_', "-"))))
}
