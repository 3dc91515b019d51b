//! What is held about a person, as it is shown to them.

use domain::Timestamp;
use domain::contact::{Channel, Contact};
use domain::declaration::HealthAnswers;
use domain::id::kind::{DecisionId, DeclarationId, LogLeafId};
use domain::matching::DocumentDetails;

use super::companion::Companion;
use super::contact::Purpose;
use super::notice::NoticeKind;
use super::outbox::{MessageKind, OutboxState};
use super::pass::{PassKind, WithdrawnFor};

/// A document that leads to a holder.
#[derive(Debug, Clone)]
pub struct HeldDocument {
    /// What it says.
    pub details: DocumentDetails,
    /// When it was linked.
    pub linked_at: Timestamp,
}

/// A declaration, opened.
#[derive(Debug, Clone)]
pub struct HeldDeclaration {
    /// Its row.
    pub id: DeclarationId,
    /// What was answered.
    pub answers: HealthAnswers,
    /// When.
    pub made_at: Timestamp,
    /// The version of the text that was agreed to, where it is recorded with the declaration.
    pub consent: Option<String>,
}

/// A leaf of the log, with what opens its commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLeaf {
    /// SHA-256 over label, salt and content.
    pub commitment: Vec<u8>,
    /// The salt; none once it was destroyed.
    pub salt: Option<Vec<u8>>,
}

/// A pass, without its signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPass {
    /// Live or printed.
    pub kind: PassKind,
    /// From when on it is good.
    pub issued_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When and why it was withdrawn, if it was.
    pub withdrawn: Option<(Timestamp, WithdrawnFor)>,
    /// Whether it was fetched ahead for one day.
    pub ahead: bool,
}

/// A notice, read or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldNotice {
    /// What has happened.
    pub kind: NoticeKind,
    /// When.
    pub at: Timestamp,
    /// When it was read.
    pub seen_at: Option<Timestamp>,
}

/// A phone that shows the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPhone {
    /// Since when.
    pub since: Timestamp,
    /// Until when it wants to do without the internet.
    pub offline_until: Option<Timestamp>,
    /// What its owner said of them, where it is another person's phone.
    pub companion: Option<Companion>,
}

/// A message that was written, without what it said: that is kept until it is sent only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMessage {
    /// What it told.
    pub kind: MessageKind,
    /// By which way.
    pub channel: Channel,
    /// What became of it.
    pub state: OutboxState,
    /// When it was written.
    pub at: Timestamp,
}

/// A one-time code that a phone asked for, without the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCode {
    /// What for.
    pub purpose: Purpose,
    /// To which contact, known or not.
    pub contact: Contact,
    /// When.
    pub at: Timestamp,
}

/// One opening of a person's data, without who in the unit it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldAccess {
    /// The unit.
    pub unit: String,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub action: String,
    /// What to.
    pub object_kind: String,
}

/// A decision that has been overtaken, and its leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overtaken {
    /// Its row.
    pub id: DecisionId,
    /// Its leaf.
    pub leaf: LogLeafId,
}
