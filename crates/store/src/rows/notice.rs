//! What a holder is told on their phone.

use domain::Timestamp;
use domain::id::kind::NoticeId;

use super::named;

named! {
    /// What has happened; each has its words (`notice-<name>`).
    NoticeKind {
        /// Somebody else applied with a document of this holder; nothing has changed yet.
        SecondApplication = "second_application",
        /// A visit of this holder to a location was opened for a case.
        VisitOpened = "visit_opened",
        /// An appeal of this holder was answered.
        AppealAnswered = "appeal_answered",
    }
}

/// One notice that has not been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeRow {
    /// Its id; later ones have larger ids.
    pub id: NoticeId,
    /// What has happened.
    pub kind: NoticeKind,
    /// When.
    pub at: Timestamp,
}
