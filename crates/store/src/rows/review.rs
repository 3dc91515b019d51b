//! Rows of the review desk: the queue, claims, and what happened to an application.

use documents::Kind;
use domain::Timestamp;
use domain::id::kind::{ApplicationId, PhotoId, StaffId};

use super::application::{EventKind, Finding};

/// Who works on an application, until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedBy {
    /// Who.
    pub staff: StaffId,
    /// The name that pages show.
    pub name: String,
    /// When the claim ends unless it is renewed.
    pub until: Timestamp,
}

/// An application in the queue. It holds nothing of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Which.
    pub id: ApplicationId,
    /// Its reference number.
    pub reference: String,
    /// The kind of document.
    pub kind: Kind,
    /// What the match found, and so why a person decides.
    pub finding: Finding,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// When the job escalated it.
    pub escalated_at: Option<Timestamp>,
    /// Who works on it; the claim may have ended.
    pub claimed: Option<ClaimedBy>,
}

/// How much waits in the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// All of it.
    pub all: i64,
    /// What is past its due time.
    pub overdue: i64,
    /// What is due before a given time, overdue included.
    pub urgent: i64,
}

/// How an application stands for somebody who wants to work on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its reference number.
    pub reference: String,
    /// Whether a reviewer is to decide it.
    pub in_review: bool,
    /// Rises with each change.
    pub version: i64,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// Who works on it; the claim may have ended.
    pub claimed: Option<ClaimedBy>,
}

/// Something that happened to an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What.
    pub kind: EventKind,
    /// Who did it, if a member of staff.
    pub staff: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A photo of a document: only that there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhotoOf {
    /// Which.
    pub id: PhotoId,
    /// When it was sent.
    pub at: Timestamp,
}
