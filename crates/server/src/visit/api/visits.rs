//! `POST /api/v1/visits`: somebody enters or leaves.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::Timestamp;
use domain::location::Scanned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use visits::VisitId;

use crate::App;
use crate::filing::api::{ProblemBody, parse};
use crate::http::address::ClientAddress;
use crate::http::{Failure, Kind};
use crate::location::places::NotOpen;
use crate::visit::register::{self, Entered, Leaver, Person};
use crate::visit::ticket::{self, Session};
use crate::visit::{VisitError, networks};

/// Who enters or leaves.
#[derive(Deserialize, ToSchema)]
#[schema(as = Visits)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Whether they come or go.
    kind: KindBody,
    /// When, in seconds since 1970: an entry within 10 minutes of the server's clock, an exit up to a day ago.
    #[schema(example = 1_795_435_200)]
    at: i64,
    /// What the link of the poster or tablet ends in. Who leaves with a token of their entry needs none.
    #[serde(default)]
    code: Option<String>,
    /// Of an exit: that they said before that they left, at another time. It is sealed like any exit, and not counted.
    #[serde(default)]
    corrects: bool,
    /// 1 to 21 people of one phone.
    #[schema(min_items = 1, max_items = 21)]
    people: Vec<PersonBody>,
}

/// Whether they come or go.
#[derive(Deserialize, ToSchema, Clone, Copy, PartialEq, Eq)]
#[schema(as = VisitKind)]
#[serde(rename_all = "snake_case")]
pub enum KindBody {
    /// They come.
    Entry,
    /// They go.
    Exit,
}

/// One of them.
#[derive(Deserialize, ToSchema)]
#[schema(as = VisitPerson)]
#[serde(deny_unknown_fields)]
pub struct PersonBody {
    /// 16 random bytes in base64url, drawn for this entry or exit. When no answer came it is sent again unchanged: it is
    /// registered once.
    #[schema(example = "AAECAwQFBgcICQoLDA0ODw")]
    visit: String,
    /// The person's ticket, of `/api/v1/visits/tickets` or of the page of the poster.
    #[serde(default)]
    ticket: Option<String>,
    /// Of an exit: the token that came with the entry. It needs neither ticket nor code.
    #[serde(default)]
    leave: Option<String>,
}

/// What is registered now. It is durable.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitsAnswer)]
pub struct Answer {
    /// The server's time, in seconds since 1970.
    time: i64,
    /// Of an entry: when they leave by themselves, after the usual stay, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    /// In the order of the people.
    people: Vec<PersonAnswer>,
}

/// One of them.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitsPersonAnswer)]
pub struct PersonAnswer {
    /// The visit.
    visit: String,
    /// Of an entry: with which the same phone leaves, up to a day after the longest usual stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    leave: Option<String>,
}

/// Registers that people of a phone enter or leave
///
/// What is answered with 200 is durable, and there once however often it is sent; at the limit of a day it may be 429, and
/// is there all the same. On 503 nothing was registered: send it
/// again, unchanged, after the time that the answer says. The problem's type says what is wrong with a code:
/// `place-unknown`, `place-ended`, `place-stale`, `place-waiting`, `place-suspended`, `place-closed`.
#[utoipa::path(
    post, path = "/api/v1/visits", tag = "visit", operation_id = "visit_register", security(("session" = [])),
    request_body = Body,
    responses(
        (status = 200, body = Answer), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 410, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)
    )
)]
pub async fn register(
    State(app): State<App>,
    session: Session,
    address: ClientAddress,
    body: Bytes,
) -> Result<Json<Answer>, Failure> {
    let asked: Body = parse(&body)?;
    let answered = match asked.kind {
        KindBody::Entry => enter(&app, session, address, &asked).await,
        KindBody::Exit => leave(&app, session, &asked).await,
    };
    // Guessing is slow from everywhere: tickets, and codes.
    if let Err(failure) = &answered
        && [Kind::TICKET, Kind::PLACE_UNKNOWN, Kind::PLACE_STALE].contains(&failure.kind)
    {
        app.limits.write(address.0)?;
    }
    answered.map(Json)
}

async fn enter(app: &App, session: Session, address: ClientAddress, asked: &Body) -> Result<Answer, Failure> {
    let people = asked.people.iter().enumerate();
    let people = people.map(|(at, one)| one.by_ticket(app, session, at)).collect::<Result<Vec<_>, _>>()?;
    let code =
        asked.code.as_deref().ok_or_else(|| invalid("code: missing; an entry needs the code of a poster"))?;
    let place = app.places.by_code(app, scanned(code)?).await?;
    let at = Timestamp::from_seconds(asked.at);
    let entered = register::enter(app, session, &place, at, &people).await;
    let (entered, until) = entered.map_err(|error| error.failure(app.now()))?;
    networks::scanned(app, &place, address.0);
    let person = |Entered { visit, leave }| PersonAnswer { visit: visit.to_string(), leave: Some(leave) };
    let people = entered.into_iter().map(person).collect();
    Ok(Answer { time: app.now().seconds(), until: Some(until.seconds()), people })
}

async fn leave(app: &App, session: Session, asked: &Body) -> Result<Answer, Failure> {
    let mut leavers = Vec::with_capacity(asked.people.len());
    for (at, one) in asked.people.iter().enumerate() {
        leavers.push(if let Some(token) = &one.leave {
            let leave = ticket::open_leave(app, session, token).ok_or(VisitError::Ticket)?;
            let person = Person { holder: leave.holder, visit: one.visit(at)? };
            Leaver { person, location: leave.location, entered: Some(leave.entered) }
        } else {
            let person = one.by_ticket(app, session, at)?;
            let without =
                || format!("people[{at}].leave: missing; without it an exit needs a code and a ticket");
            let code = asked.code.as_deref().ok_or_else(|| invalid(without()))?;
            let location = app.places.left(app, scanned(code)?).await?;
            Leaver { person, location, entered: None }
        });
    }
    let at = Timestamp::from_seconds(asked.at);
    let left = if asked.corrects {
        register::correct(app, session, at, &leavers).await
    } else {
        register::leave(app, session, at, &leavers).await
    };
    left.map_err(|error| error.failure(app.now()))?;
    let person = |one: &Leaver| PersonAnswer { visit: one.person.visit.to_string(), leave: None };
    let people = leavers.iter().map(person).collect();
    Ok(Answer { time: app.now().seconds(), until: None, people })
}

impl PersonBody {
    fn visit(&self, at: usize) -> Result<VisitId, Failure> {
        VisitId::parse(&self.visit)
            .ok_or_else(|| invalid(format!("people[{at}].visit: expected 16 bytes in base64url")))
    }

    fn by_ticket(&self, app: &App, session: Session, at: usize) -> Result<Person, Failure> {
        let visit = self.visit(at)?;
        let text = self.ticket.as_deref();
        let text = text.ok_or_else(|| invalid(format!("people[{at}].ticket: missing")))?;
        let ticket = ticket::open(app, session, text).ok_or(VisitError::Ticket)?;
        Ok(Person { holder: ticket.holder, visit })
    }
}

/// A code that cannot be one leads nowhere, as one that nobody has.
fn scanned(code: &str) -> Result<Scanned, NotOpen> {
    code.parse().map_err(|_| NotOpen::Unknown)
}

fn invalid(detail: impl Into<String>) -> Failure {
    Failure::of(Kind::INVALID).because(detail)
}
