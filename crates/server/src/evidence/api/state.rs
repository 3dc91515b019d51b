//! `POST /api/v1/evidence`: one fact about one person.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::Timestamp;
use domain::colour::EvidenceSource;
use domain::id::kind::{EvidenceProposalId, HolderId};
use domain::matching::DocumentDetails;
use serde::{Deserialize, Serialize};
use store::rows::evidence::Stated;
use store::{Tx, transact};
use utoipa::ToSchema;

use crate::App;
use crate::evidence::propose::{self, Outcome};
use crate::evidence::typed::{API_TIME, Typed, Wrong};
use crate::evidence::{EvidenceError, Hindrance, person};
use crate::filing::api::{
    FieldProblem, Key, ProblemBody, SearchBody, answered, invalid, keep, parse, wrong_problem,
};
use crate::http::session::Client;
use crate::http::trace::TraceId;
use crate::http::{Failure, Page};
use crate::staff::By;

/// One fact about one person. Texts are read as the page reads them; times are RFC 3339.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactBody {
    /// The document by which the person is found.
    document: SearchBody,
    /// `case_confirmed`, `case_suspected`, `case_contact`, `case_asymptomatic`, `test_result`, `isolation_end` or `recovery`.
    #[schema(example = "test_result")]
    kind: String,
    /// Of a test: `positive`, `negative` or `inconclusive`.
    #[serde(default)]
    #[schema(example = "negative")]
    result: String,
    /// Of a test: `nucleic_acid` or `antibody`.
    #[serde(default)]
    #[schema(example = "nucleic_acid")]
    method: String,
    /// When it was so: of a test, when the sample was taken; of a close contact, the last contact.
    #[schema(example = "2026-11-23T20:00:00+08:00")]
    at: String,
    /// Until before when it counts; left out if only the rules end it.
    #[serde(default)]
    until: String,
    /// Where it stands in writing, 1 to 100 characters. The person sees it.
    #[schema(example = "2026-117")]
    reference: String,
    /// For whoever confirms it, at most 1000 characters.
    #[serde(default)]
    note: String,
}

impl FactBody {
    fn read(
        &self,
        page: &Page,
        now: Timestamp,
    ) -> Result<(DocumentDetails, Stated, String), Vec<FieldProblem>> {
        let typed = Typed::of(|name| match name {
            "kind" => &self.kind,
            "result" => &self.result,
            "method" => &self.method,
            "at" => &self.at,
            "until" => &self.until,
            "reference" => &self.reference,
            _ => &self.note,
        });
        match (self.document.judged(), typed.read(EvidenceSource::Api, now)) {
            (Ok(document), Ok(stated)) => Ok((document, stated, typed.note)),
            (document, stated) => {
                let wrong = document.err().unwrap_or_default();
                let mut problems = wrong_problem(page, &wrong, Some("document"));
                let of = |one: Wrong| {
                    FieldProblem::new(one.field(), one.code(), one.written(page.words, API_TIME))
                };
                problems.extend(stated.err().into_iter().flatten().map(of));
                Err(problems)
            }
        }
    }
}

/// What became of a fact at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactOutcome {
    /// It counts.
    Counts,
    /// It waits for a person of another unit.
    Waits,
    /// The document leads to no code.
    UnknownDocument,
}

/// What became of a fact at once.
#[derive(Serialize, ToSchema)]
pub struct FactOutcomeBody {
    /// What became of it.
    outcome: FactOutcome,
    /// To ask what becomes of it. None where the same fact was stated before, and where the document leads to no code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "0d3c5a7e91b2f446")]
    id: Option<String>,
}

impl FactOutcomeBody {
    const UNKNOWN: Self = Self { outcome: FactOutcome::UnknownDocument, id: None };

    fn new(outcome: FactOutcome, id: Option<EvidenceProposalId>) -> Self {
        Self { outcome, id: id.map(|id| id.to_string()) }
    }
}

/// States a fact about a person
///
/// For the unit of the client, as its officers do at `/evidence`: what would make the colour worse, now or later, and what
/// speaks against passing, waits until a person of another unit has confirmed it; everything else counts at once. The same
/// fact of the same time is stated once: then the answer has no `id`. `unknown_document` is kept under the key like any
/// answer: ask again with another key. A unit that is stopped is answered 409 for what would wait.
#[utoipa::path(
    post, path = "/api/v1/evidence", tag = "evidence", security(("client" = [])),
    params(("Idempotency-Key" = String, Header, description = "1 to 200 visible ASCII characters, new for each request; a repeated request is answered as the first time. Kept for two days.")),
    request_body = FactBody,
    responses(
        (status = 200, body = FactOutcomeBody),
        (status = 401, description = "No token of a client that may state evidence", body = ProblemBody),
        (status = 409, description = "The unit is stopped, or it cannot be taken now", body = ProblemBody),
        (status = 422, description = "A field is wrong, or the key was used for another request", body = ProblemBody)
    )
)]
pub async fn state(
    State(app): State<App>,
    client: Client,
    page: Page,
    Extension(trace): Extension<TraceId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let key = Key::of(&app, &client, &headers, "/api/v1/evidence", &body)?;
    let fact: FactBody = parse(&body)?;
    let (document, stated, note) = match fact.read(&page, app.now()) {
        Ok(read) => read,
        Err(problems) => return Ok(invalid(&page, &trace, problems)),
    };
    let by = By::client(&client);
    // Committed by itself: a search is on record also where nothing comes of it.
    let found = person::find(&app, by, &document).await?;
    transact!(app.store, "evidence.state", Failure, |tx| {
        if let Some(before) = answered(tx, &key).await? {
            return Ok(before);
        }
        let outcome = match found {
            Some(holder) => put(tx, &app, by, holder, (&stated, note.as_str())).await?,
            None => FactOutcomeBody::UNKNOWN,
        };
        keep(tx, &app, &key, &outcome).await
    })
}

async fn put(
    tx: &mut Tx,
    app: &App,
    by: By,
    holder: HolderId,
    (stated, note): (&Stated, &str),
) -> Result<FactOutcomeBody, EvidenceError> {
    let person = match person::opened(tx, app, by, holder).await {
        // Gone since they were found.
        Err(EvidenceError::NotFound) => return Ok(FactOutcomeBody::UNKNOWN),
        opened => opened?,
    };
    match propose::put(tx, app, by, &person, stated, note).await {
        Ok(Outcome::Counts(id)) => Ok(FactOutcomeBody::new(FactOutcome::Counts, Some(id))),
        Ok(Outcome::Waits(id)) => Ok(FactOutcomeBody::new(FactOutcome::Waits, Some(id))),
        Err(EvidenceError::Hindered(Hindrance::There)) => Ok(FactOutcomeBody::new(FactOutcome::Counts, None)),
        Err(EvidenceError::Hindered(Hindrance::Waiting)) => {
            Ok(FactOutcomeBody::new(FactOutcome::Waits, None))
        }
        Err(error) => Err(error),
    }
}
