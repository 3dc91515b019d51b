//! `GET /api/v1/visits/tickets`: with what the people of a phone register for the next hours.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::filing::api::ProblemBody;
use crate::http::Failure;
use crate::http::session::Device;
use crate::visit::ticket::{self, Session};

/// The people of the phone who have codes.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitTickets)]
pub struct Answer {
    /// The server's time, in seconds since 1970.
    time: i64,
    /// Until when the tickets are good, in seconds since 1970.
    until: i64,
    /// The phone's owner first.
    people: Vec<PersonAnswer>,
}

/// One of them.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitTicket)]
pub struct PersonAnswer {
    /// Their name in forms; empty for the phone's owner.
    person: String,
    /// What a companion is called on this phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Good on this phone alone.
    ticket: String,
}

/// Gives tickets to everybody of the phone who has a code
///
/// With a ticket a visit is registered without another look at the session.
#[utoipa::path(
    get, path = "/api/v1/visits/tickets", tag = "visit", operation_id = "visit_tickets",
    security(("session" = [])),
    responses((status = 200, body = Answer), (status = 403, body = ProblemBody), (status = 503, body = ProblemBody))
)]
pub async fn show(State(app): State<App>, device: Device, session: Session) -> Result<Json<Answer>, Failure> {
    let (people, until) = ticket::of_phone(&app, device.phone, session).await?;
    let person = |one: ticket::OfPerson| PersonAnswer {
        person: one.tag.as_str().to_owned(),
        name: one.name,
        ticket: one.ticket,
    };
    let people = people.into_iter().map(person).collect();
    Ok(Json(Answer { time: app.now().seconds(), until: until.seconds(), people }))
}
