//! Security headers, on every answer including errors (assurance.md, Security).

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; \
    manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types tongxing-worker";

/// For answers to programs, which show nothing: a phone fetches a pass at every gate, and each byte counts there.
const OF_PROGRAMS: [(HeaderName, &str); 1] = [(
    header::CONTENT_SECURITY_POLICY,
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)];

/// An answer with this extension is a page that plays films of ours: no other page may.
#[derive(Debug, Clone, Copy)]
pub struct PlaysMedia;

const FIXED: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
];
/// What only a page can break.
const OF_PAGES: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(), microphone=()"),
];
const TWO_YEARS: &str = "max-age=63072000; includeSubDomains";

/// Adds the headers. Pages are never stored by caches on the way unless their handler said otherwise.
pub fn secure(response: &mut Response, https: bool) {
    let plays_media = response.extensions().get::<PlaysMedia>().is_some();
    let headers = response.headers_mut();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let for_programs = kind.is_some_and(|kind| kind.starts_with("application/json"));
    let own = if for_programs { &OF_PROGRAMS[..] } else { &OF_PAGES[..] };
    for (name, value) in own.iter().cloned().chain(FIXED) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if plays_media {
        let policy = HeaderValue::from_str(&format!("{CONTENT_SECURITY_POLICY}; media-src 'self'"));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.expect("a policy is plain text"));
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TWO_YEARS));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
