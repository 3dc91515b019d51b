//! `POST /v/{code}`: enters or leaves. Nothing is read but where the location has an entry rule.
//!
//! The form carries what shows who it is (tickets, or the tokens of an entry) and the numbers of the visits, so that a
//! form that is sent again because no answer came registers once. An old form is not taken: its numbers may have been
//! used, and what was entered an hour ago is no entry of now.

use std::net::IpAddr;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::declaration::Colour;
use visits::VisitId;

use super::place::Note;
use super::refused::{Refused, RefusedPage};
use super::registered::{Registered, RegisteredPage};
use super::shown::{Shown, Visitor, scanned};
use crate::App;
use crate::http::address::ClientAddress;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields, Kind};
use crate::location::places::Place;
use crate::visit::register::{self, Leaver, Person, SKEW};
use crate::visit::ticket::{self, Session, Ticket};
use crate::visit::{VisitError, networks, rule};

/// Who is on the form: two numbers and a ticket for each box that was ticked.
struct Asker {
    visitor: Visitor,
    ticket: Ticket,
    entry: VisitId,
    exit: VisitId,
}

/// `POST /v/{code}`
pub async fn submit(
    State(app): State<App>,
    session: Session,
    ClientAddress(address): ClientAddress,
    page: Page,
    Path(code): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    // A code that cannot be one is in no address of ours.
    scanned(&code)?;
    let made = fields.get("made").parse().map(Timestamp::from_seconds);
    let again = |note: Note| Ok(Redirect::to(&format!("/v/{code}?note={}", note.as_str())).into_response());
    let made = made.ok().filter(|made| app.now().since(*made) <= SKEW);
    let leaving = fields.all("leave").next().is_some();
    let Some(at) = made.or_else(|| leaving.then(|| app.now())) else { return again(Note::Old) };
    let frame = (page, code.clone());
    let done = if leaving {
        leave(&app, session, frame, &fields).await
    } else {
        let askers: Option<Vec<Asker>> =
            fields.all("who").map(|value| asker(&app, session, &fields, value)).collect();
        match askers {
            Some(askers) if askers.is_empty() => return again(Note::Nobody),
            Some(askers) if fields.get("kind") == "exit" => exit(&app, (session, at), frame, askers).await,
            Some(_) if fields.get("kind") != "entry" => Err(Failure::of(Kind::BAD_REQUEST)),
            Some(askers) => enter(&app, (session, address, at), frame, askers).await,
            None => Err(Failure::of(Kind::TICKET)),
        }
    };
    // Guessing is slow from everywhere: tickets, and codes.
    match done {
        Err(failure) if failure.kind == Kind::TICKET => {
            app.limits.write(address)?;
            again(Note::Old)
        }
        Err(failure) if failure.kind == Kind::PLACE_UNKNOWN => {
            app.limits.write(address)?;
            Err(failure)
        }
        other => other,
    }
}

/// Reads a box; `None` if its ticket is of another phone, changed or over.
fn asker(app: &App, session: Session, fields: &Fields, value: &str) -> Option<Asker> {
    let mut parts = value.splitn(4, '.');
    let (tag, entry, exit) = (parts.next()?, parts.next()?, parts.next()?);
    let ticket = ticket::open(app, session, parts.next()?)?;
    let name = fields.get(&format!("name-{tag}")).to_owned();
    let visitor = Visitor { tag: tag.to_owned(), name, value: value.to_owned() };
    Some(Asker { visitor, ticket, entry: VisitId::parse(entry)?, exit: VisitId::parse(exit)? })
}

/// The time of an entry is that of its form: sent again later, it is the same row.
async fn enter(
    app: &App,
    (session, address, at): (Session, IpAddr, Timestamp),
    frame: (Page, String),
    askers: Vec<Asker>,
) -> Result<Response, Failure> {
    let place = app.places.by_code(app, scanned(&frame.1)?).await?;
    let now = app.now();
    let people: Vec<Person> =
        askers.iter().map(|one| Person { holder: one.ticket.holder, visit: one.entry }).collect();
    let (entered, until) = match register::enter(app, session, &place, at, &people).await {
        Err(VisitError::Rule) => return refused(app, frame, &place, askers).await,
        entered => entered.map_err(|error| error.failure(now))?,
    };
    networks::scanned(app, &place, address);
    let registered = askers.into_iter().zip(entered).map(|(asker, entered)| Registered {
        tag: asker.visitor.tag,
        name: asker.visitor.name,
        leave: entered.leave,
        exit: asker.exit.to_string(),
    });
    let shown = Shown::of(&place);
    page::show(&RegisteredPage::entered(frame, shown, registered.collect(), now, until))
}

/// Says to each what to do, and offers the others to go on alone. Nothing was registered: their numbers are still good.
async fn refused(
    app: &App,
    frame: (Page, String),
    place: &Place,
    askers: Vec<Asker>,
) -> Result<Response, Failure> {
    let now = app.now();
    let (mut refused, mut others) = (Vec::new(), Vec::new());
    for Asker { visitor, ticket, .. } in askers {
        match rule::current(app, ticket.holder).await? {
            Some(decision) if decision.colour == Colour::Green => others.push(visitor),
            Some(decision) => {
                let (colour, reasons) = (decision.colour, decision.reasons);
                refused.push(Refused { visitor, colour, reasons });
            }
            None => refused.push(Refused { visitor, colour: Colour::None, reasons: Vec::new() }),
        }
    }
    let page = RefusedPage::new(frame, Shown::of(place), refused, others, now.seconds());
    let mut response = page::show(&page)?;
    *response.status_mut() = Kind::ENTRY_RULE.status;
    Ok(response)
}

/// From the poster: with the ticket, from wherever it hangs.
async fn exit(
    app: &App,
    of: (Session, Timestamp),
    frame: (Page, String),
    askers: Vec<Asker>,
) -> Result<Response, Failure> {
    let scanned = scanned(&frame.1)?;
    let location = app.places.left(app, scanned).await?;
    let leavers = askers.iter().map(|one| {
        let person = Person { holder: one.ticket.holder, visit: one.exit };
        Leaver { person, location, entered: None }
    });
    let leavers: Vec<Leaver> = leavers.collect();
    let people = askers.into_iter().map(|one| one.visitor).map(|one| (one.tag, one.name)).collect();
    gone(app, of, frame, &leavers, people).await
}

/// From the page of an entry: with what came with it.
async fn leave(
    app: &App,
    session: Session,
    frame: (Page, String),
    fields: &Fields,
) -> Result<Response, Failure> {
    let (mut leavers, mut people) = (Vec::new(), Vec::new());
    for value in fields.all("leave") {
        let mut parts = value.splitn(3, '.');
        let mut part = || parts.next().unwrap_or_default();
        let (tag, visit) = (part(), VisitId::parse(part()));
        let leave = ticket::open_leave(app, session, part());
        let (Some(visit), Some(leave)) = (visit, leave) else { return Err(Failure::of(Kind::TICKET)) };
        let person = Person { holder: leave.holder, visit };
        leavers.push(Leaver { person, location: leave.location, entered: Some(leave.entered) });
        people.push((tag.to_owned(), fields.get(&format!("name-{tag}")).to_owned()));
    }
    gone(app, (session, app.now()), frame, &leavers, people).await
}

async fn gone(
    app: &App,
    (session, at): (Session, Timestamp),
    frame: (Page, String),
    leavers: &[Leaver],
    people: Vec<(String, String)>,
) -> Result<Response, Failure> {
    let now = app.now();
    register::leave(app, session, at, leavers).await.map_err(|error| error.failure(now))?;
    let shown = match scanned(&frame.1) {
        Ok(scanned) => app.places.by_code(app, scanned).await.ok().map(|place| Shown::of(&place)),
        Err(_) => None,
    };
    let location = leavers.first().map(|leaver| leaver.location.to_string()).unwrap_or_default();
    let [leave, exit] = [const { String::new() }; 2];
    let person = |(tag, name)| Registered { tag, name, leave: leave.clone(), exit: exit.clone() };
    page::show(&RegisteredPage::left(frame, (location, shown), people.into_iter().map(person).collect(), now))
}
