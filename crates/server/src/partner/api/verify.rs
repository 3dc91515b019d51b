//! `POST /api/v1/partner/verify`: the verdict on a scanned code (check code, 验码).
//!
//! The decision that matters: nothing of it is kept, not even that it was asked, but the count. It says no more than an
//! inspector's page: verdict, reasons, and the items to compare with the document in hand.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use credential::{Observed, Scope, StatusLists, Verdict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::read;
use crate::App;
use crate::checkpoint::inspect::{Items, bounded, inspect};
use crate::checkpoint::{short, temperature};
use crate::filing::api::ProblemBody;
use crate::http::Failure;
use crate::http::session::Partner;
use crate::partner::PartnerError;
use crate::recognition;

/// A scan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartnerScan)]
pub struct Request {
    /// The text of the code, as it was scanned.
    #[schema(example = "TX1:…")]
    text: String,
    /// A temperature that was taken, in degrees Celsius with one decimal.
    #[serde(default)]
    #[schema(example = "36.6")]
    temperature: String,
    /// Whether the document in hand was compared with a printed pass.
    #[serde(default)]
    document_matches: bool,
}

/// The verdict.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerVerdict)]
pub struct Answer {
    /// `pass`, `check` or `stop`.
    #[schema(example = "pass")]
    verdict: &'static str,
    /// Why, in the order of the table of verdicts; nothing for a pass.
    reasons: Vec<&'static str>,
    /// `full`, or `entry`: a code of others, good for entering the province only.
    #[schema(example = "full")]
    scope: &'static str,
    /// What to compare with the document in hand; only where the code's signature holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<ItemsBody>,
}

/// What a code says of its holder, and no more. Parts that the code does not say are left out.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerItems)]
pub struct ItemsBody {
    /// Initials.
    initials: String,
    /// Day of birth, 0 where unknown.
    birth_day: u8,
    /// Month of birth, 0 where unknown.
    birth_month: u8,
    /// Kind of document.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'static str>,
    /// The last four characters of its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_four: Option<String>,
}

impl From<Items> for ItemsBody {
    fn from(items: Items) -> Self {
        Self {
            initials: items.initials,
            birth_day: items.birth.day,
            birth_month: items.birth.month,
            document: items.document.map(credential::DocumentKind::as_str),
            last_four: items.last_four,
        }
    }
}

/// The verdict on a scanned code
///
/// Needs no grant: whoever shows a code wants it checked. Nothing is kept of it.
#[utoipa::path(
    post, path = "/api/v1/partner/verify", tag = "partner", operation_id = "partner_verify",
    security(("partner" = [])), request_body = Request,
    responses(
        (status = 200, body = Answer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)
    )
)]
pub async fn verify(State(app): State<App>, _partner: Partner, body: Bytes) -> Result<Json<Answer>, Failure> {
    let request: Request = read(&body)?;
    let text = bounded(&request.text);
    if text.is_empty() {
        return Err(PartnerError::Invalid("text: it is empty".to_owned()).into());
    }
    let reading = temperature::read(&request.temperature).map_err(|_| {
        PartnerError::Invalid("temperature: expected 34.0 to 43.0 with one decimal".to_owned())
    })?;
    let threshold = app.settings.temperature_threshold;
    let document_matches = request.document_matches;
    let observed = Observed { document_matches, temperature: reading, threshold, ..Observed::default() };
    let now = app.now().seconds().unsigned_abs();
    let finding = if short::read(&text).is_some() {
        // Only signed-in inspectors look short codes up: here one is a code that could not be looked up.
        let (trust, statuses) = (app.signers.signing(), StatusLists::default());
        inspect(&text, &observed, trust.trust(), &statuses, now)
    } else {
        recognition::inspect(&app, &text, &observed, now, false).await
    };
    let verdict = match finding.verdict {
        Verdict::Pass => "pass",
        Verdict::Check => "check",
        Verdict::Stop => "stop",
    };
    let reasons: Vec<&'static str> = finding.reasons.iter().map(|reason| reason.as_str()).collect();
    // The count of checks; nothing of the code.
    let kind = finding.source.record_kind();
    tracing::info!(verdict, reasons = reasons.join(","), kind, source = "partner", "checked");
    let scope = if finding.scope == Scope::Full { "full" } else { "entry" };
    Ok(Json(Answer { verdict, reasons, scope, items: finding.items.map(ItemsBody::from) }))
}
