//! Problems with fields (RFC 9457 with the member `errors`): which field, which code, how to mend it.

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::filing::entry::{Wrong, reason};
use crate::http::trace::TraceId;
use crate::http::{Kind, Page};

/// `application/problem+json`.
#[derive(Serialize, ToSchema)]
pub struct ProblemBody {
    /// What kind of problem; stable.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid")]
    kind: String,
    /// The kind in words.
    title: String,
    /// The status code.
    status: u16,
    /// What is wrong and how to mend it.
    detail: String,
    /// To quote to whoever runs the service.
    trace_id: String,
    /// Which fields are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

/// One wrong field.
#[derive(Serialize, ToSchema)]
pub struct FieldProblem {
    /// The member, as a path: `number`, `filing.number`.
    #[schema(example = "number")]
    field: String,
    /// What is wrong; stable.
    #[schema(example = "number.character")]
    code: &'static str,
    /// At which character, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    /// In words, in the language of `Accept-Language`.
    detail: String,
}

impl FieldProblem {
    /// One that has its own words.
    pub(crate) fn new(field: &str, code: &'static str, detail: String) -> Self {
        Self { field: field.to_owned(), code, position: None, detail }
    }
}

pub(crate) fn wrong_problem(page: &Page, wrong: &[Wrong], within: Option<&str>) -> Vec<FieldProblem> {
    let problem = |one: &Wrong| {
        let name = one.field.as_str();
        let field = within.map_or_else(|| name.to_owned(), |outer| format!("{outer}.{name}"));
        FieldProblem { field, code: one.code, position: one.position, detail: one.message(page.words) }
    };
    wrong.iter().map(problem).collect()
}

pub(super) fn reason_problem(page: &Page, code: &'static str) -> FieldProblem {
    FieldProblem::new("reason", code, reason(page.words, code, None, None))
}

pub(crate) fn invalid(page: &Page, trace: &TraceId, errors: Vec<FieldProblem>) -> Response {
    let Kind { code, status } = Kind::INVALID;
    let named: Vec<String> = errors.iter().map(|e| format!("{}: {}", e.field, e.detail)).collect();
    let body = ProblemBody {
        kind: format!("/problems/{code}"),
        title: page.t(format!("problem-{code}-title")),
        status: status.as_u16(),
        detail: named.join(" "),
        trace_id: trace.0.clone(),
        errors,
    };
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
