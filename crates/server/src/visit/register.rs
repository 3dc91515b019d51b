//! Registers entries and exits: of one person, or of several of one phone.
//!
//! Called by the API and by the pages. The decision that matters: whoever asks has been found by a ticket, a session or
//! a scanned pass before; what is done here reads nothing but where a location has an entry rule.

use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{HolderId, LocationId};
use domain::location::Slot;
use visits::{Kind, VisitId};

use super::quota::{SAME_SCAN, Scan, Taken};
use super::seal::Unsealed;
use super::ticket::{self, Leave, Session};
use super::{MOST_PEOPLE, VisitError, rule, writer};
use crate::App;
use crate::location::places::Place;

/// How far the clock of whoever registers may be from the server's.
pub const SKEW: Duration = Duration::from_mins(10);
/// How long after they left somebody may say so, or say that it was at another time.
pub const EXIT_AFTER: Duration = Duration::from_hours(24);

/// Somebody who enters or leaves.
#[derive(Clone, Copy)]
pub struct Person {
    /// Who.
    pub holder: HolderId,
    /// 16 random bytes, the same when the request is sent again.
    pub visit: VisitId,
}

/// Somebody who leaves, and from where.
#[derive(Clone, Copy)]
pub struct Leaver {
    /// Who, and the number of the exit.
    pub person: Person,
    /// From where.
    pub location: LocationId,
    /// When they came, where that is known.
    pub entered: Option<Timestamp>,
}

/// An entry that is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// The number of the entry.
    pub visit: VisitId,
    /// With which the same phone leaves.
    pub leave: String,
}

/// Registers an entry at `place` for these people of a phone, at the time that it says. Gives, in their order, what
/// each leaves with, and when they leave by themselves: after the usual stay.
pub async fn enter(
    app: &App,
    session: Session,
    place: &Place,
    at: Timestamp,
    people: &[Person],
) -> Result<(Vec<Entered>, Timestamp), VisitError> {
    let now = app.now();
    if now.since(at) > SKEW || at.since(now) > SKEW {
        return Err(VisitError::Time);
    }
    check_people(people)?;
    if place.entry_rule {
        for person in people {
            if !Box::pin(rule::lets_in(app, person.holder)).await? {
                return Err(VisitError::Rule);
            }
        }
    }
    let scans = people.iter().map(|person| (*person, place.location)).collect();
    register(app, session, (Kind::Entry, at, true), scans).await?;
    let entered = people.iter().map(|person| {
        let leave = Leave { holder: person.holder, location: place.location, entered: at };
        Entered { visit: person.visit, leave: ticket::issue_leave(app, session, leave) }
    });
    Ok((entered.collect(), at.plus(place.stay.span())))
}

/// Registers exits of people of a phone, at the time that it says: up to a day ago, and not before they came.
pub async fn leave(app: &App, session: Session, at: Timestamp, leavers: &[Leaver]) -> Result<(), VisitError> {
    exits(app, session, (at, true), leavers).await
}

/// The same of whoever said before that they left, at another time: it is another exit, and nobody more has left.
pub async fn correct(
    app: &App,
    session: Session,
    at: Timestamp,
    leavers: &[Leaver],
) -> Result<(), VisitError> {
    exits(app, session, (at, false), leavers).await
}

async fn exits(
    app: &App,
    session: Session,
    (at, counted): (Timestamp, bool),
    leavers: &[Leaver],
) -> Result<(), VisitError> {
    let now = app.now();
    // Whoever has the token of an entry may say later when they left; whoever has not leaves now.
    let early = |leaver: &Leaver| match leaver.entered {
        Some(entered) => at < entered,
        None => now.since(at) > SKEW,
    };
    if now.since(at) > EXIT_AFTER || at.since(now) > SKEW || leavers.iter().any(early) {
        return Err(VisitError::Time);
    }
    check_people(&leavers.iter().map(|leaver| leaver.person).collect::<Vec<_>>())?;
    let scans = leavers.iter().map(|leaver| (leaver.person, leaver.location)).collect();
    register(app, session, (Kind::Exit, at, counted), scans).await
}

fn check_people(people: &[Person]) -> Result<(), VisitError> {
    if !(1..=MOST_PEOPLE).contains(&people.len()) {
        return Err(VisitError::People);
    }
    let same = |at: &usize| people[..*at].iter().any(|other| other.visit == people[*at].visit);
    (0..people.len()).find(same).map_or(Ok(()), |at| Err(VisitError::SameId(at)))
}

/// Counts, writes, and returns after the commit. Of what is refused nothing counts.
///
/// Whoever goes away before the answer has counted all the same: what they sent is written.
async fn register(
    app: &App,
    session: Session,
    (kind, at, counted): (Kind, Timestamp, bool),
    scans: Vec<(Person, LocationId)>,
) -> Result<(), VisitError> {
    let (mut taken, mut visits) = (Vec::with_capacity(scans.len()), Vec::with_capacity(scans.len()));
    // Another time than now is a correction, or is said later: another exit. One of now that is sent again is the same.
    let now = app.now();
    let said_later = kind == Kind::Exit && (now.since(at) >= SAME_SCAN || at.since(now) >= SAME_SCAN);
    let slot = Slot::of(at);
    for (person, location) in scans {
        let holder = person.holder;
        let scan = Scan { session, holder, location, kind, slot: said_later.then_some(slot) };
        match app.visit.quota.take(app, scan) {
            Ok(None) => {}
            Ok(Some(one)) => {
                taken.push(one);
                visits.push(Unsealed { location, slot, visit: person.visit, kind, holder, counted });
            }
            Err(error) => return Err(given_back(app, &taken, error)),
        }
    }
    if visits.is_empty() {
        return Ok(());
    }
    let new = writer::append(app, visits).await.map_err(|error| given_back(app, &taken, error))?;
    let now = app.now();
    for (taken, new) in taken.into_iter().zip(new) {
        app.visit.quota.written(now, taken);
        if !new {
            app.visit.quota.give_back(taken);
        }
    }
    Ok(())
}

/// What was counted comes to nothing.
fn given_back(app: &App, taken: &[Taken], error: VisitError) -> VisitError {
    for one in taken {
        app.visit.quota.give_back(*one);
    }
    error
}
