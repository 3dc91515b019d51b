//! Messages on their way.

use domain::Timestamp;
use domain::contact::{Channel, Contact};
use domain::id::kind::OutboxId;
use serde::{Deserialize, Serialize};

use super::named;
use crate::seal::Place;

pub(crate) const CONTENT: fn(i64) -> Place = |row| Place { table: "outbox", column: "content", row };

named! {
    /// What a message tells; each has its words (`message-<name>`).
    MessageKind {
        /// The code that proves a contact.
        OneTimeCode = "one_time_code",
        /// An application came in.
        Received = "received",
        /// A reviewer asked for something.
        NeedsInformation = "needs_information",
        /// There is a code.
        Issued = "issued",
        /// The application was not approved.
        Refused = "refused",
        /// We are late.
        Overdue = "overdue",
        /// A printed pass, a colour, or a code that nobody uses is about to end.
        Ending = "ending",
        /// The colour is another one.
        ColourChanged = "colour_changed",
        /// Somebody else applied with the same document.
        SecondApplication = "second_application",
        /// The code was opened on another phone.
        Moved = "moved",
        /// This contact is not the application's any more.
        ContactChanged = "contact_changed",
        /// Reports of temperatures were not acknowledged in time: to the authority, about nobody.
        ReportsOverdue = "reports_overdue",
        /// A visit of the holder to a location was opened for a case.
        VisitOpened = "visit_opened",
        /// An appeal of the holder was answered.
        AppealAnswered = "appeal_answered",
    }
}

named! {
    /// Where a message stands.
    OutboxState {
        /// To be sent.
        Waiting = "waiting",
        /// The mail server, or the gateway, took it.
        Sent = "sent",
        /// It will not be sent unless an administrator says so.
        Dead = "dead",
        /// It stands for a message to nobody, so that writing it takes as long as writing one to somebody.
        Decoy = "decoy",
    }
}

named! {
    /// Why a message was not sent. Never more than the class: what a server answers may name people.
    FailureClass {
        /// Nobody answered, or the connection broke.
        Unreachable = "unreachable",
        /// TLS could not be agreed on, or the certificate does not count.
        Tls = "tls",
        /// Our name and password, or our signature, were not accepted.
        Credentials = "credentials",
        /// The server asked to come again later.
        Later = "later",
        /// The server refused it for good: there is no such recipient, or it will not carry it.
        Refused = "refused",
        /// Its time was over before it could be sent.
        Expired = "expired",
        /// It could not be written as a message.
        Unwritable = "unwritable",
    }
}

/// To whom, in which language, and the facts of which the text is made when it is sent. Never a document number,
/// never anything about health. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageContent {
    /// To whom.
    pub to: Contact,
    /// BCP 47 tag of the recipient's language.
    pub language: String,
    /// The application's number, where it is about one.
    pub reference: Option<String>,
    /// The time that it is about, in microseconds.
    pub at: Option<i64>,
    /// The one-time code.
    pub code: Option<String>,
}

impl std::fmt::Debug for MessageContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MessageContent(…)")
    }
}

/// A message as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its row.
    pub id: OutboxId,
    /// What it tells.
    pub kind: MessageKind,
    /// By which way it goes.
    pub channel: Channel,
    /// What it is made of; gone once it was sent.
    pub content: Option<MessageContent>,
    /// Where it stands.
    pub state: OutboxState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// From when on it is not worth sending.
    pub expires_at: Timestamp,
    /// Why it was not sent the last time.
    pub failure: Option<FailureClass>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// How many messages wait, and how many are dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxCounts {
    /// To be sent.
    pub waiting: i64,
    /// Dead.
    pub dead: i64,
}
