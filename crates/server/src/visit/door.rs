//! Staff at a door register whom they scan: people without a phone, or whose phone does not read the poster.
//!
//! The decision that matters: the staff learn no more than the location asks for. Without an entry rule a genuine code
//! registers whatever its colour, and no colour is said; with one, whether this person may enter, and nothing of why. The
//! four items of a printed pass are shown once, to compare them with the document, and never of a live code.

use aws_lc_rs::digest::{SHA256, digest};
use credential::{Observed, Reason, Seconds};
use domain::Timestamp;
use domain::id::kind::{HolderId, LocationId};
use domain::location::Scanned;
use store::{StoreError, call, read};
use visits::{Kind, VisitId};

use super::VisitError;
use super::register::{self, Leaver, Person};
use super::ticket::Session;
use crate::App;
use crate::checkpoint::inspect::{Finding, Items, Source};
use crate::http::session::Staff;
use crate::location::places::{NotOpen, Place};
use crate::recognition;

/// What says which colour it is, or that it has none.
const COLOURS: [Reason; 3] = [Reason::Red, Reason::Yellow, Reason::NoColour];
/// What the document in hand answers.
const DOCUMENT: [Reason; 2] = [Reason::MatchDocument, Reason::ShortCode];

/// One scan at a door.
pub struct Scan<'a> {
    /// What was scanned or typed.
    pub text: &'a str,
    /// Whether the person comes or goes.
    pub kind: Kind,
    /// The number of the visit, the same when the form is sent again.
    pub visit: VisitId,
    /// Whether the document in hand is that of the pass.
    pub document_matches: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// The visit is registered, and durable.
    Registered(Kind),
    /// First these items are to be compared with the document.
    Compare(Items),
    /// The entry rule does not let this person in.
    Rule,
    /// It is no code by which anybody is registered.
    No(No),
}

impl Came {
    /// The verdict whose sound and shake the page gives it (`web/src/inspect/signals.ts`).
    pub const fn signal(&self) -> &'static str {
        match self {
            Self::Registered(_) => "PASS",
            Self::Compare(_) => "CHECK",
            Self::Rule | Self::No(_) => "STOP",
        }
    }
}

/// Why nobody was registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// It is no code of ours, or damaged.
    Unreadable,
    /// A picture of a live code, or one that was shown a while ago.
    Picture,
    /// It has ended, or was withdrawn.
    Over,
    /// A code of others, whose holder has none here.
    Others,
}

impl No {
    /// Each.
    pub const ALL: [Self; 4] = [Self::Unreadable, Self::Picture, Self::Over, Self::Others];

    /// The word in locale keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Picture => "picture",
            Self::Over => "over",
            Self::Others => "others",
        }
    }
}

/// The place at whose door this member of staff registers people; `None` if they do not manage it, or it has no poster.
pub async fn place(app: &App, staff: &Staff, location: LocationId) -> Result<Option<Place>, NotOpen> {
    let id = staff.id;
    let code =
        read!(app.store, "visit.door", StoreError, |tx| { call!(tx, location_door::code(id, location)) })?;
    match code {
        Some(code) => app.places.by_code(app, Scanned::Poster(code)).await.map(Some),
        None => Ok(None),
    }
}

/// Registers whoever's code was scanned, or says why not.
pub async fn scan(app: &App, staff: &Staff, place: &Place, scan: Scan<'_>) -> Result<Came, VisitError> {
    let now = app.now();
    let threshold = app.settings.temperature_threshold;
    let observed = Observed { document_matches: scan.document_matches, threshold, ..Observed::default() };
    let at = Seconds::try_from(now.seconds()).unwrap_or(0);
    let finding = recognition::inspect(app, scan.text, &observed, at, scan.document_matches).await;
    if let Some(no) = unusable(&finding) {
        return Ok(Came::No(no));
    }
    let Some(holder) = holder(app, &finding).await? else { return Ok(Came::No(No::Over)) };
    let has = |reasons: &[Reason]| finding.reasons.iter().any(|reason| reasons.contains(reason));
    if scan.kind == Kind::Entry {
        if place.entry_rule && has(&COLOURS) {
            return Ok(Came::Rule);
        }
        let items = finding.items.clone().filter(|_| has(&DOCUMENT) && !scan.document_matches);
        if let Some(items) = items {
            return Ok(Came::Compare(items));
        }
    }
    let visit = number(scan.visit, holder, scan.kind);
    register(app, staff, place, (scan.kind, now), Person { holder, visit }).await
}

/// The number of the visit: the form's, bound to who it is and whether they come or go. So a form that is sent again is the
/// same visit, and the next person is another one even where the form still has the number of the last. The form's number
/// is random and kept nowhere, so nothing leads from the visit to the person.
fn number(form: VisitId, holder: HolderId, kind: Kind) -> VisitId {
    let kind = match kind {
        Kind::Entry => 1,
        Kind::Exit => 2,
    };
    let all = [b"door", &form.0[..], &holder.as_i64().to_be_bytes(), &[kind]].concat();
    let mut number = [0; 16];
    number.copy_from_slice(&digest(&SHA256, &all).as_ref()[..16]);
    VisitId(number)
}

async fn register(
    app: &App,
    staff: &Staff,
    place: &Place,
    (kind, now): (Kind, Timestamp),
    person: Person,
) -> Result<Came, VisitError> {
    // What is counted by phone is counted here by who scans and whom they scan.
    let session = Session(staff.session);
    let done = match kind {
        Kind::Entry => register::enter(app, session, place, now, &[person]).await.map(|_| ()),
        Kind::Exit => {
            let leaver = Leaver { person, location: place.location, entered: None };
            register::leave(app, session, now, &[leaver]).await
        }
    };
    match done {
        // The colour has changed since the pass was made.
        Err(VisitError::Rule) => Ok(Came::Rule),
        done => done.map(|()| Came::Registered(kind)),
    }
}

/// Why a code registers nobody, whatever its colour and whoever holds it.
fn unusable(finding: &Finding) -> Option<No> {
    let other = |reason: &&Reason| !COLOURS.contains(reason) && !DOCUMENT.contains(reason);
    match finding.reasons.iter().find(other) {
        _ if !matches!(finding.source, Source::Ours | Source::Short(_)) => Some(No::Others),
        Some(Reason::Picture | Reason::Clock) => Some(No::Picture),
        Some(Reason::Expired | Reason::NotYetValid | Reason::Withdrawn | Reason::StatusUnknown) => {
            Some(No::Over)
        }
        Some(_) => Some(No::Unreadable),
        None => finding.pass.is_none().then_some(No::Unreadable),
    }
}

async fn holder(app: &App, finding: &Finding) -> Result<Option<HolderId>, StoreError> {
    let Some(pass) = finding.pass else { return Ok(None) };
    let found =
        read!(app.store, "visit.holder", StoreError, |tx| { call!(tx, pass::holders(&[&pass.id[..]])) })?;
    Ok(found.first().map(|(_, holder)| *holder))
}
