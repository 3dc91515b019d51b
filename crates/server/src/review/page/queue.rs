//! The queue: what waits for a reviewer, most urgent first. No names: those stand behind a claim.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::application::{DUE, ESCALATE};
use domain::id::kind::{ApplicationId, StaffId};
use serde::Deserialize;
use store::rows::review::{ClaimedBy, Finding, Queued, Waiting};

use super::hindered;
use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};
use crate::review::claims;

/// What the queue can be narrowed to.
pub const FINDINGS: [Finding; 3] = [Finding::Near, Finding::Further, Finding::Absent];

/// The queue.
#[derive(Template)]
#[template(path = "review/queue.html")]
pub struct QueuePage {
    page: Page,
    staff: StaffId,
    finding: Option<Finding>,
    rows: Vec<Queued>,
    waiting: Waiting,
    now: Timestamp,
    nothing_free: bool,
}

impl QueuePage {
    fn findings(&self) -> [Finding; 3] {
        FINDINGS
    }

    fn finding_name(&self) -> &'static str {
        self.finding.map_or("", Finding::as_str)
    }

    fn is_overdue(&self, row: &Queued) -> bool {
        row.due_at.is_some_and(|due| due <= self.now)
    }

    fn is_escalated(&self, row: &Queued) -> bool {
        let late = row.due_at.is_some_and(|due| due <= self.now.plus(DUE - ESCALATE));
        !self.is_overdue(row) && (late || row.escalated_at.is_some())
    }

    /// "3 h 20 min left", or by how much it is late.
    fn time_left(&self, row: &Queued) -> String {
        let Some(due) = row.due_at else { return String::new() };
        let (key, span) = if due > self.now {
            ("review-time-left", due.since(self.now))
        } else {
            ("review-time-late", self.now.since(due))
        };
        let (hours, minutes) = hours_and_minutes(span);
        self.page.t2(key, "hours", hours, "minutes", minutes)
    }

    fn claim_of<'a>(&self, row: &'a Queued) -> Option<&'a ClaimedBy> {
        row.claimed.as_ref().filter(|claim| claim.until > self.now)
    }

    fn is_mine(&self, claim: &ClaimedBy) -> bool {
        claim.staff == self.staff
    }

    fn more(&self) -> bool {
        self.rows.len() >= usize::try_from(claims::QUEUE_SHOWN).unwrap_or(usize::MAX)
    }

    /// Empty; and one row of each kind: overdue, escalated and claimed by another, one's own, free.
    pub fn samples(page: &Page) -> Vec<Self> {
        let now = Timestamp::from_seconds(1_795_435_200);
        let hour = |h: u64| Duration::from_secs(h * 3600 + 1200);
        let claim = |staff, name: &str| {
            Some(ClaimedBy { staff: StaffId::from_i64(staff), name: name.to_owned(), until: now.plus(hour(0)) })
        };
        let row = |id, reference: &str, kind, finding, due_at, claimed| Queued {
            id: ApplicationId::from_i64(id),
            reference: reference.to_owned(),
            kind,
            finding: Some(finding),
            due_at: Some(due_at),
            escalated_at: None,
            claimed,
        };
        use documents::Kind::{HkMacaoPermit, Passport, TaiwanPermit};
        let rows = vec![
            row(1, "HB-7K3M-92QD", Passport, Finding::Near, now.minus(hour(2)), None),
            row(2, "HB-2X9P-44TE", HkMacaoPermit, Finding::Absent, now.plus(hour(3)), claim(8, "Li Ying")),
            row(3, "HB-M3QW-8R5Y", Passport, Finding::Further, now.plus(hour(9)), claim(7, "Wang Fang")),
            row(4, "HB-6ZTA-N7KC", TaiwanPermit, Finding::Absent, now.plus(hour(23)), None),
        ];
        let full = Self {
            page: page.clone(),
            staff: StaffId::from_i64(7),
            finding: None,
            waiting: Waiting { all: 4, overdue: 1, urgent: 2 },
            rows,
            now,
            nothing_free: false,
        };
        let empty = Self {
            page: page.clone(),
            rows: Vec::new(),
            finding: Some(Finding::Near),
            waiting: Waiting::default(),
            nothing_free: true,
            ..full
        };
        let full = Self::samples_full(page, now, &empty);
        vec![full, empty]
    }
}

/// Whole hours, and the minutes beyond them.
fn hours_and_minutes(span: Duration) -> (u64, u64) {
    let minutes = span.as_secs() / 60;
    (minutes / 60, minutes % 60)
}
