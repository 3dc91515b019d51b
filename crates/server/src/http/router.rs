//! Makes the router from the list of routes.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use tower::{Layer as _, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate, SizeAbove};

use super::guard::guarded;
use super::route::{Endpoint, Route};
use super::{Failure, Kind, trace};
use crate::App;

/// An answer of this size goes out in one packet, packed or not.
const ONE_PACKET: u64 = 1_200;

/// A film is packed already, and a part of it is counted in its own bytes.
fn worth_packing() -> impl Predicate {
    DefaultPredicate::new()
        .and(SizeAbove::new(ONE_PACKET))
        .and(NotForContentType::const_new("video/"))
        .and(untagged)
}

/// What has a strong `ETag` is that, byte for byte (RFC 9110 section 8.8.1): packed, it would be something else under
/// the same tag. Such files are packed or signed already.
fn untagged(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key(header::ETAG)
}

/// The whole service: every endpoint behind its guard, and the layers that all answers pass.
///
/// The layers stand around the router and not in it: each layer that a router is given copies all that is below it for
/// every request, and so does each of those. Together that was a tenth of what a check-in costs.
pub fn router(app: &App, endpoints: Vec<Endpoint>) -> Router {
    let mut router = Router::new();
    for endpoint in endpoints {
        let (Route { path, .. }, handler) = guarded(endpoint, app);
        router = router.route(path, handler);
    }
    let router = router
        .fallback(|| async { Failure::of(Kind::NOT_FOUND) })
        .method_not_allowed_fallback(|| async { Failure::of(Kind::METHOD) })
        .with_state(app.clone());
    let caught = CatchPanicLayer::custom(trace::panicked).layer(router);
    let traced = from_fn_with_state(app.clone(), trace::layer).layer(caught);
    let packed = CompressionLayer::new().compress_when(worth_packing()).layer(traced);
    let bare = ServiceExt::<Request>::map_response(packed, |answer: Response<_>| {
        trace::without_body_of_head(answer.map(Body::new))
    });
    Router::new().fallback_service(bare)
}
