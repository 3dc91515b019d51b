//! Every route × every kind of asker, asked of the real router with the real handlers: admitted or refused
//! exactly as the route's `Access` says, and as `docs/roles.csv` shows. A new route without a line fails.
//!
//! A marker between guard and handler notes in the answer that the guard let the request through, and which
//! failure the handler gave, so that a handler's own "not found" is not taken for a refusal.

use std::collections::BTreeMap;
use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use domain::Role;
use domain::id::kind::DeviceSessionId;
use server::checkpoint::testing::TestDevice;
use server::desk::visit;
use server::http::route::{Access, Endpoint, Object, Route, Scope, Verb};
use server::http::session::{new_token, token_hash};
use server::http::{Failure, actors, router};
use server::partner::testing::TestPartner;
use server::roles::{self, Asker, Outcome};
use server::staff::{Tools, client_add};
use server::testing::{Browser, TestServer};
use server::words::Language;
use store::{StoreError, call, transact};
use tower::ServiceExt as _;

#[path = "role_matrix/shown_by.rs"]
mod shown_by;

use shown_by::OWN_OBJECTS_SHOWN_BY;

const MARK: &str = "x-test-inside";

async fn mark(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let code = response.extensions().get::<Failure>().map_or("none", |failure| failure.kind.code);
    response.headers_mut().insert(MARK, HeaderValue::from_static(code));
    response
}

fn marked(endpoint: Endpoint) -> Endpoint {
    Endpoint { route: endpoint.route, handler: endpoint.handler.layer(from_fn(mark)) }
}

/// Who asks, with fresh sessions each time: some routes end the session that asks.
struct Askers {
    server: TestServer,
    router: Router,
    bearer: String,
    health: String,
    evidence: String,
    partner: TestPartner,
    device: TestDevice,
}

/// How one request is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    Right,
    WithoutToken,
    FromAnotherSite,
}

impl Askers {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let endpoints = server::endpoints().into_iter().map(marked).collect();
        let router = router::router(&server.app, endpoints);
        let bearer = client_add(Tools::of(&server.app), "matrix", "Unit", Scope::Filing).await;
        let bearer = bearer.expect("a client");
        let health = client_add(Tools::of(&server.app), "matrix-health", "Unit", Scope::Health).await;
        let health = health.expect("a client");
        let evidence = client_add(Tools::of(&server.app), "matrix-evidence", "Unit", Scope::Evidence).await;
        let evidence = evidence.expect("a client");
        let partner = TestPartner::register(&server.app, "matrix").await;
        let device = TestDevice::enrolled(&server.app, "matrix").await;
        Self { server, router, bearer, health, evidence, partner, device }
    }

    async fn browser(&self, asker: Asker) -> Browser {
        match asker {
            Asker::Staff(Role::DeskOfficer) => self.desk().await,
            Asker::Staff(role) => self.server.signed_in("Unit", &[role]).await,
            Asker::Phone => self.phone().await,
            Asker::Nobody
            | Asker::Client
            | Asker::HealthClient
            | Asker::EvidenceClient
            | Asker::Partner
            | Asker::InspectorDevice => Browser::default(),
        }
    }

    /// A desk officer, with a person's visit open.
    async fn desk(&self) -> Browser {
        let browser = self.server.signed_in("Unit", &[Role::DeskOfficer]).await;
        let hash = token_hash(&browser.cookies["tongxing-staff"]);
        let staff = actors::staff(&self.server.app, &hash).await.expect("a read").expect("signed in");
        visit::begin(&self.server.app, &staff, Language::En).await.expect("a visit");
        browser
    }

    async fn phone(&self) -> Browser {
        let app = &self.server.app;
        let (token, hash) = new_token(&*app.entropy);
        let (id, now): (DeviceSessionId, _) = (app.new_id(), app.now());
        transact!(app.store, "test.device", StoreError, |tx| {
            call!(tx, session::begin_device(id, &hash, now))
        })
        .expect("a device session");
        Browser { cookies: BTreeMap::from([("tongxing-device".to_owned(), token)]) }
    }

    async fn ask(&self, route: &Route, asker: Asker, sent: Sent) -> Response {
        let browser = self.browser(asker).await;
        let cookies: Vec<String> = browser.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let path = filled(route.path);
        // A partner and a device have no cookies and no forms: they sign what they send, to whatever route.
        let signed = match asker {
            Asker::Partner => Some(self.partner.signed(&self.server.app, &path, b"")),
            Asker::InspectorDevice => Some(self.device.signed(&self.server.app, &path, b"")),
            _ => None,
        };
        let signs = signed.is_some();
        let signed = signed.filter(|_| route.verb == Verb::Post);
        let mut request = signed
            .unwrap_or_else(|| Request::builder().uri(&path))
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, cookies.join("; "));
        let bearer = match asker {
            Asker::Client => Some(&self.bearer),
            Asker::HealthClient => Some(&self.health),
            Asker::EvidenceClient => Some(&self.evidence),
            _ => None,
        };
        if let Some(bearer) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        if sent == Sent::FromAnotherSite {
            request = request.header("sec-fetch-site", "cross-site");
        }
        let mut body = Body::empty();
        if route.verb == Verb::Post && !signs {
            let token = if sent == Sent::WithoutToken { String::new() } else { browser.csrf() };
            request = request.method(Method::POST).header("x-csrf-token", &token);
            if !route.is_api() {
                let (kind, form) = form(route, &token);
                request = request.header(header::CONTENT_TYPE, kind);
                body = Body::from(form);
            }
        }
        self.router
            .clone()
            .oneshot(request.body(body).expect("a request"))
            .await
            .expect("the router always answers")
    }
}

/// The form with nothing but the token, in the way that the route takes forms.
fn form(route: &Route, token: &str) -> (&'static str, String) {
    if !route.multipart {
        return ("application/x-www-form-urlencoded", format!("csrf={token}"));
    }
    let part = "Content-Disposition: form-data; name=\"csrf\"";
    ("multipart/form-data; boundary=b", format!("--b\r\n{part}\r\n\r\n{token}\r\n--b--\r\n"))
}

/// The path with every hole filled by an id that no row has.
fn filled(path: &str) -> String {
    let fill = |part: &str| match part {
        "{*name}" => "app.css".to_owned(),
        hole if hole.starts_with('{') => "7000000000000001".to_owned(),
        plain => plain.to_owned(),
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

fn inside(response: &Response) -> Option<&str> {
    response.headers().get(MARK).and_then(|code| code.to_str().ok())
}

fn outcome(route: &Route, asker: Asker, response: &Response) -> Outcome {
    let name = format!("{} {} by {}", roles::method(route.verb), route.path, asker.as_str());
    if inside(response).is_some() {
        assert!(!response.status().is_server_error(), "{name}: {}", response.status());
        return Outcome::Admitted;
    }
    let location = response.headers().get(header::LOCATION).map(|value| value.to_str().unwrap_or("?"));
    match (response.status(), location) {
        (StatusCode::SEE_OTHER, Some("/staff/sign-in")) => {
            assert!(route.verb == Verb::Get && !route.is_api(), "{name}: only pages send people on");
            Outcome::SignIn
        }
        (StatusCode::UNAUTHORIZED, None) => Outcome::SignIn,
        (StatusCode::FORBIDDEN, None) => Outcome::Refused,
        other => panic!("{name}: neither admitted nor refused, but {other:?}"),
    }
}

fn routes() -> Vec<Route> {
    server::endpoints().into_iter().map(|endpoint| endpoint.route).collect()
}

fn committed(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default()
}

#[tokio::test]
async fn every_route_admits_and_refuses_as_the_committed_table_says() {
    let askers = Askers::start().await;
    let mut seen = BTreeMap::new();
    for route in routes() {
        for asker in Asker::ALL {
            let response = askers.ask(&route, asker, Sent::Right).await;
            let got = outcome(&route, asker, &response);
            let name = (roles::method(route.verb), route.path, asker.as_str());
            assert_eq!(got, roles::expected(route.access, asker), "{name:?}");
            if got == Outcome::Admitted {
                assert_ne!(inside(&response), Some("forged"), "{name:?}: the right token is taken");
            }
            seen.insert(name, got);
        }
    }
    let table = roles::table(&routes(), |route, asker| {
        seen[&(roles::method(route.verb), route.path, asker.as_str())]
    });
    assert_eq!(table, committed("../../docs/roles.csv"), "run `make generated`, and look at what changed");
    askers.server.stop().await;
}

#[tokio::test]
async fn every_post_of_a_session_needs_its_token_and_every_post_our_own_site() {
    let askers = Askers::start().await;
    for route in routes().iter().filter(|route| route.verb == Verb::Post) {
        let asker = match route.access {
            // No browser holds these tokens and keys.
            Access::Client(_) | Access::Partner(_) | Access::InspectorDevice => continue,
            Access::Everyone => Asker::Nobody,
            Access::Device | Access::Ticket => Asker::Phone,
            Access::Visit => Asker::Staff(Role::DeskOfficer),
            Access::Staff(roles) => Asker::Staff(roles.first().copied().unwrap_or(Role::Inspector)),
        };
        let foreign = askers.ask(route, asker, Sent::FromAnotherSite).await;
        assert_eq!((foreign.status(), inside(&foreign)), (StatusCode::FORBIDDEN, None), "{}", route.path);
        // The ticket is in the body: tests of visits show that nothing is done without it.
        if !matches!(route.access, Access::Everyone | Access::Ticket) {
            let bare = askers.ask(route, asker, Sent::WithoutToken).await;
            assert_eq!(bare.status(), StatusCode::FORBIDDEN, "{} without a token", route.path);
            let by_handler = inside(&bare);
            assert!(matches!(by_handler, None | Some("forged")), "{}: {by_handler:?}", route.path);
        }
    }
    askers.server.stop().await;
}

/// The guard knows roles, not objects: where a route gives only one's own, a test of its capability shows it.
#[test]
fn every_route_to_own_objects_names_the_test_that_shows_it() {
    let own = [
        Object::OwnSession,
        Object::OwnPhone,
        Object::OwnVisit,
        Object::OwnClaim,
        Object::OwnUnit,
        Object::OwnOrder,
        Object::OwnAccount,
        Object::OwnGrant,
        Object::OwnDevice,
        Object::OwnLocation,
    ];
    for route in routes().iter().filter(|route| route.objects.iter().any(|object| own.contains(object))) {
        let method = roles::method(route.verb);
        let shows = |of: &[(&str, &str)]| of.contains(&(method, route.path));
        let entry = OWN_OBJECTS_SHOWN_BY.iter().find(|(.., of)| shows(of));
        let (file, test, _) = entry.unwrap_or_else(|| panic!("{method} {} names no test", route.path));
        assert!(committed(file).contains(&format!("fn {test}(")), "no test {test} in {file}");
    }
    for (method, path) in OWN_OBJECTS_SHOWN_BY.iter().flat_map(|(.., of)| *of) {
        let there = routes().iter().any(|r| (roles::method(r.verb), r.path) == (*method, *path));
        assert!(there, "{method} {path} is no route any more");
    }
}
