//! `POST /api/v1/partner/corrections`: asks to correct what stands of the holder's document (纠错).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use domain::application::ATTEMPTS_PER_DAY;
use domain::matching::DocumentDetails;
use domain::partner::Function;
use serde::{Deserialize, Serialize};
use store::rows::application::ChangeKind;
use utoipa::ToSchema;

use super::{grant_id, read};
use crate::App;
use crate::application::answers::Step;
use crate::application::draft::Draft;
use crate::application::{ApplicationError, change, submit};
use crate::filing::api::ProblemBody;
use crate::http::Failure;
use crate::http::session::Partner;
use crate::partner::passed::Document;
use crate::partner::{PartnerError, grant};
use crate::words::{Language, Words};

/// What is to be corrected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerCorrection)]
pub struct Request {
    /// The grant.
    #[schema(example = "0d3c5a7e91b2f446")]
    grant: String,
    /// `mistake`: what stands was never right. `renewed`: a new document takes its place, and both lead to the holder.
    #[schema(example = "mistake")]
    why: String,
    /// Only the members that change. For a renewed document number and expiry date must be there.
    document: Document,
}

/// It goes to the match, and to a reviewer where that does not settle it.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerCorrectionSent)]
pub struct Answer {
    /// `submitted`: ask with `query` how it stands.
    #[schema(example = "submitted")]
    state: &'static str,
}

/// Asks to correct what stands of the holder's document
///
/// It is matched and reviewed like the holder's own correction, and limited with it. The code works until then.
#[utoipa::path(
    post, path = "/api/v1/partner/corrections", tag = "partner", operation_id = "partner_correction",
    security(("partner" = [])), request_body = Request,
    responses(
        (status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, description = "There is no code, or something else is under way", body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)
    )
)]
pub async fn correct(State(app): State<App>, partner: Partner, body: Bytes) -> Result<Json<Answer>, Failure> {
    let request: Request = read(&body)?;
    let why = ChangeKind::from_name(&request.why)
        .ok_or_else(|| PartnerError::Invalid("why: expected mistake or renewed".to_owned()))?;
    let granted = grant::open(&app, &partner, grant_id(&request.grant)?, Function::Correct).await?;
    granted.device.holder.ok_or(PartnerError::NoCode)?;
    if change::under_way(&app, &granted.device).await? {
        return Err(PartnerError::Busy.into());
    }
    let mut draft = change::begun(&app, &granted.device, why).await?;
    let stands = details(&app, &draft);
    request.document.type_into(&mut draft.typed)?;
    complete(&app, &draft)?;
    if stands.is_some() && details(&app, &draft) == stands {
        return Err(PartnerError::Invalid("document: nothing of it changes".to_owned()).into());
    }
    match submit::submit_for(&app, granted.device.id, &draft, Language::En).await {
        Ok(_) => Ok(Json(Answer { state: "submitted" })),
        Err(ApplicationError::Occupied) => Err(PartnerError::Busy.into()),
        Err(error @ ApplicationError::TooManyAttempts { again_at }) => {
            let wait = again_at.since(app.now()).as_secs() + 1;
            let detail = format!("more than {ATTEMPTS_PER_DAY} attempts with this document today");
            Err(Failure::from(error).because(detail).retry_after(wait))
        }
        Err(error) => Err(error.into()),
    }
}

fn details(app: &App, draft: &Draft) -> Option<DocumentDetails> {
    draft.read(app.now().local_date(), Words(Language::En)).ok().map(|answers| answers.details)
}

/// Says what is wrong, by the names that the API has for it.
fn complete(app: &App, draft: &Draft) -> Result<(), PartnerError> {
    let (today, words) = (app.now().local_date(), Words(Language::En));
    let Err(step) = draft.read(today, words) else { return Ok(()) };
    let wrong = step.errors(&draft.typed, today, words).0;
    let said: Vec<String> =
        wrong.iter().map(|error| format!("document.{}: {}", member(error.field), error.message)).collect();
    Err(PartnerError::Invalid(if step == Step::Residence {
        "the holder's address has to be given anew on the page".to_owned()
    } else {
        said.join(" ")
    }))
}

fn member(field: &str) -> &str {
    match field {
        "family" => "family_name",
        "given" => "given_names",
        "chinese" => "chinese_name",
        "birth" => "birth_date",
        "expiry" => "expiry_date",
        other => other,
    }
}
