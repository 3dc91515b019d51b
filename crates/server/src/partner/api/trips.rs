//! `POST /api/v1/partner/trips`: declares a trip of the holder (行程申报).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::partner::Function;
use domain::trip::{Transport, Trip, TripPlace};
use serde::{Deserialize, Serialize};
use store::transact;
use utoipa::ToSchema;

use super::{grant_id, read};
use crate::filing::api::ProblemBody;
use crate::holder::trip;
use crate::http::Failure;
use crate::http::session::Partner;
use crate::partner::{PartnerError, grant};
use crate::{App, consent};

/// A trip.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerTrip)]
pub struct Request {
    /// The grant.
    #[schema(example = "0d3c5a7e91b2f446")]
    grant: String,
    /// A code of GB/T 2260: of a prefecture of Hubei, or of another province.
    #[schema(example = "310000")]
    place: String,
    /// The first day, `YYYY-MM-DD`.
    #[schema(example = "2026-11-20")]
    from: String,
    /// The last day.
    #[schema(example = "2026-11-22")]
    to: String,
    /// `plane`, `train`, `coach`, `car`, `ship` or `other`.
    #[schema(example = "train")]
    transport: String,
}

/// It was declared.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerTripDeclared)]
pub struct Answer {
    /// The trip's name among those of the holder.
    #[schema(example = "0d3c5a7e91b2f446")]
    trip: String,
}

/// Declares a trip of the holder
///
/// The holder sees it, with the application that declared it, and can remove it. It makes no colour by itself.
#[utoipa::path(
    post, path = "/api/v1/partner/trips", tag = "partner", operation_id = "partner_trip",
    security(("partner" = [])), request_body = Request,
    responses(
        (status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, description = "There is no code, or as many trips are declared as are kept", body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody)
    )
)]
pub async fn declare(State(app): State<App>, partner: Partner, body: Bytes) -> Result<Json<Answer>, Failure> {
    let request: Request = read(&body)?;
    let (grant, trip) = (grant_id(&request.grant)?, trip_of(&app, &request)?);
    let id = transact!(app.store, "partner.trip", PartnerError, |tx| {
        let granted = grant::open_in(tx, &app, &partner, grant, Function::DeclareTrip).await?;
        let holder = granted.device.holder.ok_or(PartnerError::NoCode)?;
        trip::declare_in(tx, &app, holder, &trip, Some(partner.id), consent::PARTNER_VERSION).await
    })?;
    Ok(Json(Answer { trip: id.to_string() }))
}

fn trip_of(app: &App, request: &Request) -> Result<Trip, PartnerError> {
    let invalid = |text: &str| PartnerError::Invalid(text.to_owned());
    let day = |name: &str, text: &str| {
        text.parse().map_err(|_| invalid(&format!("{name}: expected a day as YYYY-MM-DD")))
    };
    let days = (day("from", &request.from)?, day("to", &request.to)?);
    let transport = Transport::from_name(&request.transport)
        .ok_or_else(|| invalid("transport: expected plane, train, coach, car, ship or other"))?;
    Ok(Trip::new(TripPlace::try_from(request.place.clone())?, days, transport, app.now().local_date())?)
}
