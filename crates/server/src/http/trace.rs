//! The outermost layer: a trace id for each request, one log line without personal data, the body of
//! failures, and the security headers.

use std::any::Any;

use axum::Json;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tracing::Instrument as _;

use super::page::{self, FailurePage, Page};
use super::{Audience, Failure, Kind, headers, language};
use crate::App;
use crate::words::Words;

/// The id under which the log knows this request; pages show it so that people can quote it.
#[derive(Debug, Clone)]
pub struct TraceId(pub String);

/// The pattern of the route that gave an answer, for the log line.
#[derive(Debug, Clone, Copy)]
pub struct Pattern(pub &'static str);

/// Runs a request, and writes its line. Logged are the route's pattern (never the path or the query),
/// method, status and duration.
pub async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let trace_id = TraceId(format!("{:016x}", u64::from_be_bytes(app.entropy.bytes())));
    request.extensions_mut().insert(trace_id.clone());
    let words = Words(language::of(&app.settings, request.headers()));
    let api = request.uri().path().starts_with("/api/");
    let method = request.method().clone();
    if method == Method::HEAD {
        *request.method_mut() = Method::GET;
    }
    let started = app.now();
    let span = tracing::info_span!("request", trace_id = %trace_id.0);
    let mut response = next.run(request).instrument(span).await;
    let failure = response.extensions_mut().remove::<Failure>().or_else(|| unhandled(&response));
    let internal = failure.as_ref().and_then(|f| f.internal.clone());
    if let Some(failure) = failure {
        response = body_of(&app, &failure, words, api, &trace_id, &response);
    }
    let route = response.extensions().get::<Pattern>().map_or("-", |pattern| pattern.0);
    let status = response.status().as_u16();
    let micros = u64::try_from(app.now().since(started).as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        let cause = internal.unwrap_or_default();
        tracing::error!(trace_id = %trace_id.0, %method, route, status, micros, cause, "request failed");
    } else {
        tracing::info!(trace_id = %trace_id.0, %method, route, status, micros, "request");
    }
    headers::secure(&mut response, app.settings.is_https());
    if method == Method::HEAD {
        response.extensions_mut().insert(OfHead);
    }
    response
}

/// The answer to a HEAD.
#[derive(Debug, Clone, Copy)]
struct OfHead;

/// HEAD is answered as GET is, packed or not, and then without its body (RFC 9110, section 9.3.2).
pub fn without_body_of_head(mut response: Response) -> Response {
    if response.extensions_mut().remove::<OfHead>().is_none() {
        return response;
    }
    if let Some(size) = response.body().size_hint().exact() {
        response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(size.into());
    }
    *response.body_mut() = Body::empty();
    response
}

/// Errors that axum itself answered (no such route, wrong method, unreadable body) get our words too.
fn unhandled(response: &Response) -> Option<Failure> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_ours(response) {
        return None;
    }
    let kind = Kind::ALL.iter().find(|kind| kind.status == status).copied();
    Some(Failure::of(kind.unwrap_or(if status.is_server_error() {
        Kind::INTERNAL
    } else {
        Kind::BAD_REQUEST
    })))
}

/// Pages and JSON are ours; axum's own errors are plain text or empty.
fn is_ours(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind.contains("json")
}

fn body_of(
    app: &App,
    failure: &Failure,
    words: Words,
    api: bool,
    trace_id: &TraceId,
    old: &Response,
) -> Response {
    let audience = old.extensions().get::<Audience>().copied().unwrap_or_default();
    let mut response = if api {
        problem(failure, words, audience, trace_id)
    } else {
        html(app, failure, words, audience, trace_id)
    };
    *response.status_mut() = failure.kind.status;
    for (name, value) in old.headers() {
        if !matches!(*name, header::CONTENT_TYPE | header::CONTENT_LENGTH) {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    *response.extensions_mut() = old.extensions().clone();
    response
}

/// `application/problem+json` (RFC 9457).
fn problem(failure: &Failure, words: Words, audience: Audience, trace_id: &TraceId) -> Response {
    let code = failure.kind.code;
    let detail = failure.detail.clone().unwrap_or_else(|| words.t(&audience.words(code)));
    let body = json!({
        "type": format!("/problems/{code}"),
        "title": words.t(&format!("problem-{code}-title")),
        "status": failure.kind.status.as_u16(),
        "detail": detail,
        "trace_id": trace_id.0,
    });
    let mut response = Json(body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

fn html(app: &App, failure: &Failure, words: Words, audience: Audience, trace_id: &TraceId) -> Response {
    let page = Page::plain(&app.settings, words.0);
    let (code, trace_id) = (failure.kind.code, trace_id.0.clone());
    let shown = page::show(&FailurePage { page, code, audience, trace_id });
    shown.unwrap_or_else(|_| failure.kind.status.into_response())
}

/// What a panicking handler answers. The panic's own text may hold anything: it is not logged.
pub fn panicked(_panic: Box<dyn Any + Send + 'static>) -> Response {
    Failure { internal: Some("panic".to_owned()), ..Failure::of(Kind::INTERNAL) }.into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Method, Request, StatusCode};

    use crate::testing::{Browser, TestServer};

    #[tokio::test]
    async fn a_head_is_told_what_a_get_is_told_and_has_no_body() {
        let server = TestServer::start().await;
        let paths = ["/", "/no-such-page", "/api/v1/no-such", "/.well-known/tongxing-root.json", "/assets/app.css"];
        for path in paths {
            for packing in ["identity", "gzip", "br"] {
                let ask = async |method: Method| {
                    let request = Request::builder().method(method).uri(path).header("accept-encoding", packing);
                    server.send(&mut Browser::default(), request, Body::empty()).await
                };
                let (get, head) = (ask(Method::GET).await, ask(Method::HEAD).await);
                assert_eq!((get.status, get.bytes.is_empty()), (head.status, false), "{path}");
                assert!(head.bytes.is_empty(), "{path} {packing}");
                assert_eq!(path.contains("no-such"), head.status == StatusCode::NOT_FOUND, "{path}");
                for name in ["content-type", "content-encoding", "etag", "cache-control", "vary"] {
                    assert_eq!(get.headers.get(name), head.headers.get(name), "{path} {packing}: {name}");
                }
                if let Some(length) = head.headers.get("content-length") {
                    assert_eq!(length.to_str().unwrap_or_default(), get.bytes.len().to_string(), "{path} {packing}");
                }
            }
        }
        server.stop().await;
    }
}
