//! Pages of the health officers' desk.

mod said;
pub(crate) mod sample;

pub mod confirm;
pub mod done;
pub mod hindered;
pub mod queue;
pub mod reopen;
pub mod report;
pub mod version;

use std::time::Duration;

use domain::Timestamp;
use domain::report::Reading;
use store::rows::report::ReportRow;

use crate::http::Page;

/// “38.4 °C”.
pub fn degrees(page: &Page, tenths: u16) -> String {
    page.t1("report-degrees", "degrees", format!("{}.{}", tenths / 10, tenths % 10))
}

/// The last reading, which counts.
pub fn last(page: &Page, row: &ReportRow) -> String {
    row.report.readings.last().map(|last: &Reading| degrees(page, last.tenths)).unwrap_or_default()
}

/// “12 min left”, or by how much it is late; nothing once the clock stands.
pub fn time_left(page: &Page, row: &ReportRow, now: Timestamp) -> String {
    if row.acknowledged_at.is_some() {
        return String::new();
    }
    let late = row.due_at <= now;
    let span = if late { now.since(row.due_at) } else { row.due_at.since(now) };
    page.t1(if late { "report-late" } else { "report-left" }, "time", span_text(page, span))
}

/// “less than 1 minute”, “12 min”, “3 h 20 min”.
pub fn span_text(page: &Page, span: Duration) -> String {
    let minutes = span.as_secs() / 60;
    if minutes == 0 {
        return page.t("report-under-minute");
    }
    if minutes < 60 {
        return page.t1("report-minutes", "minutes", minutes);
    }
    page.t2("report-hours", "hours", minutes / 60, "minutes", minutes % 60)
}

/// Whether it should have been acknowledged by now.
pub fn is_overdue(row: &ReportRow, now: Timestamp) -> bool {
    row.done.is_none() && row.acknowledged_at.is_none() && row.due_at <= now
}
