//! Rows of applications, of what happened to them, and of holders.

use std::time::Duration;

use documents::Kind;
use domain::application::{DueClock, Stage};
use domain::declaration::HealthAnswers;
use domain::id::kind::{
    ApplicationEventId, ApplicationId, DeclarationId, DeviceSessionId, FilingId, HolderId, StaffId,
};
use domain::matching::DocumentDetails;
use domain::residence::Residence;
use domain::{Reference, Timestamp};

use super::named;
use super::register;
use crate::seal::{Place, Sealer};

named! {
    /// What the match against the register found.
    Finding {
        /// It has not run yet.
        Unknown = "none",
        /// The same document, date of birth and name.
        Exact = "exact",
        /// A filing that a reviewer has to compare.
        Near = "near",
        /// Nothing like it.
        Absent = "absent",
        /// The document already leads to a holder.
        Further = "further",
    }
}

named! {
    /// Why a holder changes what stands of their document.
    ChangeKind {
        /// Something was wrong: what stood before leads to the holder no longer.
        Mistake = "mistake",
        /// The document was renewed: the former one goes on leading to the holder.
        Renewed = "renewed",
    }
}

named! {
    /// What a reviewer asked an applicant for.
    Asked {
        /// To check and correct what was typed.
        Details = "details",
        /// A photo of the document.
        Photo = "photo",
        /// To come to an entry-exit office.
        Visit = "visit",
    }
}

named! {
    /// What happened to an application.
    EventKind {
        /// It was sent for the first time.
        Submitted = "submitted",
        /// Nothing like it is on file: it waits for a filing.
        Waiting = "waiting",
        /// It went to the reviewers.
        Review = "review",
        /// A reviewer claimed it.
        Claimed = "claimed",
        /// A reviewer gave it back undecided.
        Released = "released",
        /// A reviewer asked the applicant for something.
        Asked = "asked",
        /// The applicant corrected the details.
        Corrected = "corrected",
        /// The applicant sent a photo.
        PhotoSent = "photo_sent",
        /// The code was issued.
        Issued = "issued",
        /// It was not approved.
        Refused = "refused",
        /// The applicant withdrew it.
        Withdrawn = "withdrawn",
        /// Twenty hours of its time have run.
        Escalated = "escalated",
        /// All of its time has run.
        Overdue = "overdue",
        /// It was opened on another phone with its recovery code.
        Recovered = "recovered",
    }
}

pub(crate) const DETAILS: fn(i64) -> Place = |row| Place { table: "application", column: "details", row };
pub(crate) const RESIDENCE: fn(i64) -> Place = |row| Place { table: "application", column: "residence", row };
pub(crate) const MESSAGE: fn(i64) -> Place = |row| Place { table: "application", column: "message", row };
pub(crate) const ANSWERS: fn(i64) -> Place = |row| Place { table: "declaration", column: "answers", row };
pub(crate) const IMAGE: fn(i64) -> Place = |row| Place { table: "photo", column: "image", row };
pub(crate) const DRAFT: fn(i64) -> Place = |row| Place { table: "device_session", column: "draft", row };
pub(crate) const RECOVERY_CODE: fn(i64) -> Place =
    |row| Place { table: "device_session", column: "recovery_code", row };

/// The keys under which a filing that arrives later finds the application.
pub fn waiting_keys(sealer: &Sealer, details: &DocumentDetails) -> Vec<i64> {
    register::candidate_keys(sealer, details)
}

/// An application as it stands. Everything but the immutable `id`, `reference` and `submitted_at` is written
/// back by `application::save`, which refuses when somebody else was first. `Debug` shows nothing of the person.
#[derive(Clone)]
pub struct ApplicationRow {
    /// Its row.
    pub id: ApplicationId,
    /// The number that people quote.
    pub reference: Reference,
    /// The phone that it belongs to.
    pub device: DeviceSessionId,
    /// The document as the applicant gave it.
    pub details: DocumentDetails,
    /// Where they stay and how they can be reached.
    pub residence: Residence,
    /// BCP 47 tag of the language that the applicant used.
    pub language: String,
    /// Where it stands for us.
    pub stage: Stage,
    /// What the match found.
    pub finding: Finding,
    /// The filing that the match found, exact or near.
    pub filing: Option<FilingId>,
    /// The version of that filing which was compared.
    pub filing_version: Option<i64>,
    /// The holder, once there is a code.
    pub holder: Option<HolderId>,
    /// When it was sent for the first time.
    pub submitted_at: Timestamp,
    /// When the details were last sent: then, or by a correction.
    pub sent_at: Timestamp,
    /// Its 24 hours.
    pub clock: DueClock,
    /// When it was escalated.
    pub escalated_at: Option<Timestamp>,
    /// When its time ran out.
    pub overdue_at: Option<Timestamp>,
    /// The reviewer who works on it.
    pub claimed_by: Option<StaffId>,
    /// Until when.
    pub claimed_until: Option<Timestamp>,
    /// What a reviewer asked for.
    pub asked: Option<Asked>,
    /// The reviewer's words to the applicant.
    pub message: Option<String>,
    /// Why it was not approved: a code with words in every language.
    pub refused_for: Option<String>,
    /// When it ended.
    pub decided_at: Option<Timestamp>,
    /// By whom; none where the match decided, or the applicant.
    pub decided_by: Option<StaffId>,
    /// The version of the text that the applicant agreed to.
    pub consent: Option<String>,
    /// The holder whose details it is to change, and why; none where it asks for a code.
    pub changes: Option<(HolderId, ChangeKind)>,
    /// Rises by one with each save.
    pub version: i64,
}

impl ApplicationRow {
    /// The kind of document.
    pub const fn kind(&self) -> Kind {
        self.details.kind()
    }

    /// A new application, sent at `now`.
    pub fn new(
        id: ApplicationId,
        reference: Reference,
        device: DeviceSessionId,
        details: DocumentDetails,
        residence: Residence,
        language: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            reference,
            device,
            details,
            residence,
            language: language.to_owned(),
            stage: Stage::Submitted,
            finding: Finding::Unknown,
            filing: None,
            filing_version: None,
            holder: None,
            submitted_at: now,
            sent_at: now,
            clock: DueClock::started(now),
            escalated_at: None,
            overdue_at: None,
            claimed_by: None,
            claimed_until: None,
            asked: None,
            message: None,
            refused_for: None,
            decided_at: None,
            decided_by: None,
            consent: None,
            changes: None,
            version: 1,
        }
    }
}

impl std::fmt::Debug for ApplicationRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApplicationRow")
            .field("id", &self.id)
            .field("stage", &self.stage)
            .field("finding", &self.finding)
            .field("clock", &self.clock)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Something that happened to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApplicationEvent {
    /// Its row.
    pub id: ApplicationEventId,
    /// To which application.
    pub application: ApplicationId,
    /// What.
    pub kind: EventKind,
    /// By whom, if by a member of staff.
    pub staff: Option<StaffId>,
    /// When.
    pub at: Timestamp,
}

impl ApplicationEvent {
    /// Whether a service desk did for the applicant what they would have done on a phone.
    pub const fn is_by_desk(&self) -> bool {
        let by_applicant = matches!(
            self.kind,
            EventKind::Submitted
                | EventKind::Corrected
                | EventKind::PhotoSent
                | EventKind::Withdrawn
                | EventKind::Recovered
        );
        by_applicant && self.staff.is_some()
    }
}

/// A declaration, opened.
#[derive(Debug, Clone)]
pub struct DeclarationRow {
    /// Its row.
    pub id: DeclarationId,
    /// What was answered.
    pub answers: HealthAnswers,
    /// When.
    pub made_at: Timestamp,
}

/// What a phone's session holds beside its token.
#[derive(Clone)]
pub struct DeviceState {
    /// What was typed and not yet sent, as the server wrote it; wiped when dropped.
    pub draft: Option<zeroize::Zeroizing<Vec<u8>>>,
    /// The application that it made last.
    pub application: Option<ApplicationId>,
    /// The holder whose code it may show.
    pub holder: Option<HolderId>,
    /// When another phone took over what this one held.
    pub moved_at: Option<Timestamp>,
    /// The new recovery code, until its owner has noted it.
    pub recovery_code: Option<String>,
}

/// An applicant's photo of their document.
#[derive(Clone)]
pub struct Photo {
    /// Its row.
    pub id: domain::id::kind::PhotoId,
    /// The JPEG.
    pub image: zeroize::Zeroizing<Vec<u8>>,
    /// When it was sent.
    pub at: Timestamp,
}

/// An undecided application whose time runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// Which.
    pub id: ApplicationId,
    /// When it is due.
    pub due_at: Timestamp,
    /// Whether that was noted already.
    pub escalated: bool,
    /// Whether it was noted that it is late.
    pub overdue: bool,
}

/// The microseconds that the database keeps of a span.
pub(crate) fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
