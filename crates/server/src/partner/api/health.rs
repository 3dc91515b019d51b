//! `POST /api/v1/partner/health`: declares the holder's health anew (健康申报).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::declaration::{HealthAnswers, Symptom};
use domain::partner::Function;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{grant_id, read};
use crate::App;
use crate::filing::api::ProblemBody;
use crate::holder::health::{self, HealthError};
use crate::http::Failure;
use crate::http::session::Partner;
use crate::partner::{PartnerError, grant};

/// The answers that the holder gave in the application.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerHealth)]
pub struct Request {
    /// The grant.
    #[schema(example = "0d3c5a7e91b2f446")]
    grant: String,
    /// Symptoms in the last 14 days: some of `fever`, `cough`, `breathless`, `fatigue`, `smell`, `diarrhoea`; or none.
    #[schema(example = json!([]))]
    symptoms: Vec<String>,
    /// Contact in the last 14 days with a person who was confirmed or suspected to be infected.
    contact: bool,
    /// Own diagnosis, confirmed or suspected, not yet declared over.
    diagnosed: bool,
    /// That the holder confirmed in the application that it is true: only `true` is taken.
    #[schema(example = true)]
    truthful: bool,
}

/// It counts from now on: ask for the pass anew.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerHealthDeclared)]
pub struct Answer {
    /// When, RFC 3339.
    declared_at: String,
    /// When it can be declared again, RFC 3339.
    again_at: String,
}

/// Declares the holder's health anew
///
/// Once a day (Asia/Shanghai), like the holder's own page, and only once for both. The rules decide the colour.
#[utoipa::path(
    post, path = "/api/v1/partner/health", tag = "partner", operation_id = "partner_health",
    security(("partner" = [])), request_body = Request,
    responses(
        (status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, description = "There is no code", body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, description = "Declared today already, or too many requests", body = ProblemBody)
    )
)]
pub async fn declare(State(app): State<App>, partner: Partner, body: Bytes) -> Result<Json<Answer>, Failure> {
    let request: Request = read(&body)?;
    let answers = answers(&request)?;
    let granted = grant::open(&app, &partner, grant_id(&request.grant)?, Function::DeclareHealth).await?;
    granted.device.holder.ok_or(PartnerError::NoCode)?;
    match health::declare(&app, &granted.device, &answers).await {
        Ok(_) => {
            let now = app.now();
            let again_at = domain::Timestamp::of_day(now.day() + 1);
            Ok(Json(Answer { declared_at: now.to_string(), again_at: again_at.to_string() }))
        }
        Err(HealthError::Today(taken)) => {
            let wait = taken.again_at.since(app.now()).as_secs() + 1;
            Err(Failure::from(PartnerError::Today(taken.at)).retry_after(wait))
        }
        Err(error) => Err(error.into()),
    }
}

fn answers(request: &Request) -> Result<HealthAnswers, PartnerError> {
    let invalid = |text: &str| PartnerError::Invalid(text.to_owned());
    if !request.truthful {
        return Err(invalid("truthful: the holder has to confirm it"));
    }
    let symptom = |name: &String| {
        let known = Symptom::ALL.into_iter().find(|symptom| symptom.as_str() == name);
        known.ok_or_else(|| {
            invalid("symptoms: expected some of fever, cough, breathless, fatigue, smell, diarrhoea")
        })
    };
    let symptoms = request.symptoms.iter().map(symptom).collect::<Result<_, _>>()?;
    Ok(HealthAnswers { symptoms, contact: request.contact, diagnosed: request.diagnosed })
}
