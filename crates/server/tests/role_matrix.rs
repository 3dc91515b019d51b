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

/// Methods and paths.
type Asked = &'static [(&'static str, &'static str)];

/// Where the routes that give only one's own objects are shown to refuse those of others: the file under
/// `crates/server`, the test, and the methods and paths it asks. A capability adds its lines with its routes.
const OWN_OBJECTS_SHOWN_BY: &[(&str, &str, Asked)] = &[
    (
        "src/staff/tests.rs",
        "signing_in_leads_to_the_first_page_of_the_roles_and_signing_out_ends_it_on_the_server",
        &[("POST", "/staff/sign-out")],
    ),
    (
        "src/staff/tests.rs",
        "the_own_password_is_changed_with_the_current_one_and_ends_other_sessions",
        &[("GET", "/staff/account"), ("POST", "/staff/account"), ("POST", "/staff/account/sign-out")],
    ),
    (
        "src/application/tests/contact.rs",
        "no_phone_reaches_the_contact_of_another",
        &[
            ("GET", "/contact"),
            ("POST", "/contact"),
            ("POST", "/contact/remove"),
            ("GET", "/contact/code"),
            ("POST", "/contact/code"),
            ("POST", "/contact/again"),
            ("GET", "/recover/code"),
            ("POST", "/recover/code"),
            ("POST", "/recover/again"),
            ("GET", "/recover/choose"),
            ("POST", "/recover/choose"),
        ],
    ),
    (
        "src/application/tests.rs",
        "no_phone_reaches_the_answers_or_the_application_of_another",
        &[
            ("GET", "/apply/kind"),
            ("POST", "/apply/kind"),
            ("GET", "/apply/document"),
            ("POST", "/apply/document"),
            ("GET", "/apply/person"),
            ("POST", "/apply/person"),
            ("GET", "/apply/residence"),
            ("POST", "/apply/residence"),
            ("GET", "/apply/health"),
            ("POST", "/apply/health"),
            ("GET", "/apply/check"),
            ("POST", "/apply/check"),
            ("GET", "/apply/done"),
            ("POST", "/application/noted"),
            ("GET", "/application"),
            ("POST", "/application/correct"),
            ("POST", "/application/photo"),
            ("GET", "/application/withdraw"),
            ("POST", "/application/withdraw"),
        ],
    ),
    (
        "src/pass/tests.rs",
        "every_route_of_a_code_reaches_the_own_holder_alone",
        &[
            ("POST", "/api/v1/my-code/pass"),
            ("GET", "/my-code"),
            ("GET", "/my-code/print"),
            ("POST", "/my-code/print"),
            ("GET", "/my-code/picture"),
            ("GET", "/my-code/picture.png"),
            ("GET", "/my-code/print/{paper}"),
            ("GET", "/my-code/leave"),
            ("POST", "/my-code/leave"),
        ],
    ),
    (
        "src/pass/tests.rs",
        "a_notice_stays_until_it_is_read_and_only_its_holder_reads_it",
        &[("POST", "/my-code/notices")],
    ),
    (
        "src/checkpoint/tests/short.rs",
        "a_short_code_is_of_the_own_pass_alone_and_shown_once",
        &[
            ("GET", "/my-code/short-code"),
            ("POST", "/my-code/short-code"),
            ("POST", "/api/v1/my-code/short-code"),
        ],
    ),
    (
        "src/application/tests/data.rs",
        "the_page_and_the_file_say_everything_and_who_opened_it_by_unit_and_day_once_it_is_decided",
        &[("GET", "/my-data"), ("GET", "/my-data/export")],
    ),
    (
        "src/transparency/tests.rs",
        "a_holder_takes_away_the_proof_of_their_own_decision_and_nobody_elses",
        &[("GET", "/my-data/log/{leaf}")],
    ),
    (
        "src/application/tests/change.rs",
        "a_change_can_be_withdrawn_counts_as_an_attempt_and_needs_the_holders_phone",
        &[("GET", "/my-data/correct"), ("POST", "/my-data/correct")],
    ),
    (
        "src/companion/tests/moving.rs",
        "deleting_the_data_of_one_leaves_those_of_the_others",
        &[("GET", "/my-data/delete"), ("POST", "/my-data/delete")],
    ),
    (
        "src/holder/tests.rs",
        "a_phone_without_a_code_declares_nothing",
        &[("GET", "/my-code/health"), ("POST", "/my-code/health")],
    ),
    (
        "src/pass/tests/days.rs",
        "more_days_than_there_are_and_more_phones_keys_than_a_person_has_are_refused",
        &[("GET", "/my-code/offline"), ("POST", "/my-code/offline")],
    ),
    (
        "src/companion/tests.rs",
        "nobody_of_another_phone_is_ever_reached",
        &[
            ("GET", "/my-code/people"),
            ("POST", "/my-code/people/show"),
            ("GET", "/my-code/people/add"),
            ("POST", "/my-code/people/add"),
            ("GET", "/apply/consent"),
            ("POST", "/apply/consent"),
        ],
    ),
    (
        "src/partner/tests.rs",
        "a_grant_is_one_partners_one_functions_and_one_holders",
        &[
            ("POST", "/api/v1/partner/query"),
            ("POST", "/api/v1/partner/pass"),
            ("POST", "/api/v1/partner/health"),
            ("POST", "/api/v1/partner/trips"),
            ("POST", "/api/v1/partner/corrections"),
        ],
    ),
    (
        "src/partner/tests.rs",
        "nobody_sees_or_takes_back_what_another_phone_allowed",
        &[("GET", "/my-data/apps"), ("POST", "/my-data/apps")],
    ),
    (
        "src/holder/tests.rs",
        "a_trip_is_declared_seen_and_removed_by_its_holder_alone",
        &[("GET", "/my-code/trips"), ("POST", "/my-code/trips"), ("POST", "/my-code/trips/remove")],
    ),
    (
        "src/desk/tests.rs",
        "every_page_of_a_visit_is_about_its_person_alone",
        &[
            ("GET", "/desk/application"),
            ("GET", "/desk/application/withdraw"),
            ("POST", "/desk/application/withdraw"),
            ("GET", "/desk/apply/done"),
            ("GET", "/desk/slip"),
            ("GET", "/desk/my-code"),
            ("GET", "/desk/my-code/print"),
            ("POST", "/desk/my-code/print"),
            ("GET", "/desk/my-code/print/{paper}"),
            ("GET", "/desk/my-code/health"),
            ("POST", "/desk/my-code/health"),
            ("GET", "/desk/my-data"),
            ("GET", "/desk/my-data/correct"),
        ],
    ),
    (
        "src/desk/tests/back.rs",
        "with_the_code_on_the_slip_everything_goes_over_to_a_phone_and_the_desk_takes_nothing_back",
        &[("POST", "/desk/slip")],
    ),
    (
        "src/desk/tests/back.rs",
        "data_are_corrected_health_is_declared_and_the_code_is_closed_at_the_desk",
        &[
            ("POST", "/desk/my-data/correct"),
            ("GET", "/desk/my-data/delete"),
            ("POST", "/desk/my-data/delete"),
        ],
    ),
    (
        "src/desk/tests/forgetting.rs",
        "a_form_of_one_visit_and_a_request_without_one_reach_nobody",
        &[
            ("POST", "/desk/next"),
            ("GET", "/desk/apply"),
            ("POST", "/desk/apply"),
            ("GET", "/desk/apply/kind"),
            ("POST", "/desk/apply/kind"),
            ("GET", "/desk/apply/document"),
            ("POST", "/desk/apply/document"),
            ("GET", "/desk/apply/person"),
            ("POST", "/desk/apply/person"),
            ("GET", "/desk/apply/residence"),
            ("POST", "/desk/apply/residence"),
            ("GET", "/desk/apply/health"),
            ("POST", "/desk/apply/health"),
            ("GET", "/desk/apply/consent"),
            ("POST", "/desk/apply/consent"),
            ("GET", "/desk/apply/check"),
            ("POST", "/desk/apply/check"),
            ("POST", "/desk/application/correct"),
            ("POST", "/desk/application/photo"),
        ],
    ),
    (
        "src/checkpoint/tests/outbox.rs",
        "a_device_speaks_of_its_own_shifts_alone",
        &[("POST", "/api/v1/checkpoint/outbox"), ("POST", "/api/v1/checkpoint/check")],
    ),
    (
        "src/checkpoint/plain/tests.rs",
        "nobody_begins_or_ends_the_shift_of_another",
        &[("POST", "/check/shift"), ("POST", "/check/shift/end")],
    ),
    (
        "src/checkpoint/tests/outbox.rs",
        "a_session_tells_whose_it_is_and_nobody_elses",
        &[("GET", "/api/v1/checkpoint/session")],
    ),
    (
        "src/health/tests.rs",
        "a_report_is_one_officers_until_it_is_given_back_or_its_time_runs_out",
        &[
            ("POST", "/reports/{id}/renew"),
            ("POST", "/reports/{id}/release"),
            ("POST", "/reports/{id}/acknowledge"),
            ("POST", "/reports/{id}/outcome"),
            ("GET", "/reports/{id}/confirm"),
            ("POST", "/reports/{id}/confirm"),
        ],
    ),
    (
        "src/location/tests.rs",
        "nobody_reaches_the_location_of_another",
        &[
            ("GET", "/locations"),
            ("GET", "/locations/new"),
            ("GET", "/locations/posters"),
            ("GET", "/locations/posters/{file}"),
            ("GET", "/locations/{id}"),
            ("GET", "/locations/{id}/edit"),
            ("POST", "/locations/{id}/edit"),
            ("POST", "/locations/{id}/state"),
            ("POST", "/locations/{id}/entrances"),
            ("POST", "/locations/{id}/entrances/close"),
            ("POST", "/locations/{id}/managers"),
            ("POST", "/locations/{id}/managers/remove"),
            ("GET", "/locations/{id}/posters"),
            ("POST", "/locations/{id}/posters/rotate"),
            ("GET", "/locations/{id}/posters/{file}"),
            ("GET", "/locations/{id}/tablet"),
            ("POST", "/locations/{id}/tablet"),
            ("POST", "/locations/{id}/tablet/end"),
            ("GET", "/locations/{id}/inside"),
        ],
    ),
    (
        "src/location/tests.rs",
        "flags_are_shown_to_managers_and_to_administrators_and_each_marks_their_own_look",
        &[("GET", "/locations/flags"), ("POST", "/locations/flags")],
    ),
    (
        "src/location/tests.rs",
        "a_location_is_registered_approved_and_looked_at_again_when_it_is_another_place",
        &[("POST", "/locations/new")],
    ),
    (
        "src/location/tests/batch.rs",
        "a_file_registers_its_good_rows_once_and_names_the_bad_ones",
        &[
            ("GET", "/locations/batch"),
            ("POST", "/locations/batch"),
            ("GET", "/locations/batch/columns.csv"),
            ("GET", "/locations/batch/{id}"),
            ("GET", "/locations/batch/{id}/report.csv"),
        ],
    ),
    (
        "src/visit/tests/tickets.rs",
        "a_phone_gets_tickets_for_its_own_people_alone",
        &[("GET", "/api/v1/visits/tickets")],
    ),
    (
        "src/visit/tests/tickets.rs",
        "a_ticket_of_another_phone_or_changed_or_over_registers_nothing",
        &[("POST", "/api/v1/visits")],
    ),
    (
        "src/visit/tests/pages.rs",
        "whoever_has_no_code_is_told_what_to_do_and_nothing_is_registered",
        &[("GET", "/v/{code}"), ("POST", "/v/{code}")],
    ),
    (
        "src/visit/tests/door.rs",
        "nobody_registers_at_a_door_that_they_do_not_manage",
        &[("GET", "/locations/{id}/door"), ("POST", "/locations/{id}/door")],
    ),
    (
        "src/casework/tests/order.rs",
        "what_is_another_units_is_not_seen_and_a_task_is_one_officers",
        &[
            ("GET", "/cases"),
            ("GET", "/cases/{id}"),
            ("GET", "/cases/{id}/ask"),
            ("POST", "/cases/{id}/ask"),
            ("POST", "/cases/{id}/close"),
            ("POST", "/cases/{id}/code"),
            ("GET", "/cases/openings/{id}/shares"),
            ("GET", "/cases/openings/{id}/opened"),
            ("GET", "/cases/openings/{id}/records"),
            ("POST", "/cases/openings/{id}/opened"),
            ("POST", "/cases/openings/{id}/visits"),
            ("GET", "/cases/tasks"),
            ("GET", "/cases/tasks/{id}"),
            ("POST", "/cases/tasks/{id}/take"),
            ("POST", "/cases/tasks/{id}/release"),
            ("POST", "/cases/tasks/{id}/outcome"),
            ("GET", "/cases/keys"),
        ],
    ),
    (
        "src/casework/tests/keys.rs",
        "a_list_counts_once_its_own_unit_has_compared_the_fingerprint",
        &[("POST", "/cases/keys")],
    ),
    (
        "src/casework/tests/giving.rs",
        "a_diary_is_given_with_a_code_once_and_asked_for_with_one_click",
        &[("GET", "/donate"), ("POST", "/donate")],
    ),
    (
        "src/review/tests.rs",
        "what_one_reviewer_has_claimed_no_other_opens_renews_gives_back_or_decides",
        &[
            ("GET", "/review/{id}"),
            ("POST", "/review/{id}/renew"),
            ("POST", "/review/{id}/release"),
            ("GET", "/review/{id}/photo/{photo}"),
            ("POST", "/review/{id}/decide"),
        ],
    ),
];

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
        let partner = TestPartner::register(&server.app, "matrix").await;
        let device = TestDevice::enrolled(&server.app, "matrix").await;
        Self { server, router, bearer, health, partner, device }
    }

    async fn browser(&self, asker: Asker) -> Browser {
        match asker {
            Asker::Staff(Role::DeskOfficer) => self.desk().await,
            Asker::Staff(role) => self.server.signed_in("Unit", &[role]).await,
            Asker::Phone => self.phone().await,
            Asker::Nobody | Asker::Client | Asker::HealthClient | Asker::Partner | Asker::InspectorDevice => {
                Browser::default()
            }
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
