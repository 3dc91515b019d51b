//! Locations through the real router: registered, approved, printed, rotated, shown on tablets, counted.

mod batch;
mod posters;
mod tablet;

use axum::http::StatusCode;
use domain::Role;
use domain::id::kind::LocationId;
use store::rows::location::{LocationRow, LocationState};
use store::{StoreError, call, read};

use crate::testing::{Answer, Browser, TestServer};

/// What a manager types of a market.
const MARKET: [(&str, &str); 5] = [
    ("name", "江城市场"),
    ("name_other", "River Market"),
    ("kind", "market"),
    ("division", "420100"),
    ("address", "沿江路1号"),
];

async fn manager(server: &TestServer) -> Browser {
    server.signed_in("Managers", &[Role::LocationManager]).await
}

async fn register(server: &TestServer, browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    let answer = server.post(browser, "/locations/new", fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location
}

async fn row(server: &TestServer, path: &str) -> LocationRow {
    let id: LocationId = path.trim_start_matches("/locations/").parse().unwrap();
    read!(server.app.store, "test.row", StoreError, |tx| { call!(tx, location::one(id)) }).unwrap().unwrap()
}

/// The value of the first field of this name.
fn value_of(page: &Answer, name: &str) -> String {
    let text = page.text();
    let field =
        text.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("{name}: {text}"));
    field.split('"').next().unwrap().to_owned()
}

async fn decide(
    server: &TestServer,
    reviewer: &mut Browser,
    path: &str,
    decision: &[(&str, &str)],
) -> Answer {
    let path = path.replace("/locations/", "/review/locations/");
    let version = value_of(&server.get(reviewer, &path).await, "version");
    let fields: Vec<_> = decision.iter().copied().chain([("version", version.as_str())]).collect();
    server.post(reviewer, &path, &fields).await
}

async fn approved(server: &TestServer, browser: &mut Browser) -> String {
    let path = register(server, browser, &MARKET).await;
    let mut reviewer = server.signed_in("Review", &[Role::Reviewer]).await;
    let answer = decide(server, &mut reviewer, &path, &[("decision", "approve")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    path
}

fn with(change: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = MARKET.iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    kept.copied().chain(change.iter().copied()).collect()
}

#[tokio::test]
async fn a_manager_makes_their_own_account_under_a_name_that_no_member_of_staff_has() {
    let server = TestServer::start().await;
    let mut browser = Browser::default();
    let typed = [("name", "Li Si"), ("login", "Reviewer"), ("password", "correct horse battery staple")];
    let answer = server.post(&mut browser, "/locations/join", &typed).await;
    let text = answer.text();
    assert!(answer.status.is_success() && text.contains("place.reviewer"), "{text}");
    let secret = text.split("otpauth://totp/").nth(1).unwrap();
    assert!(secret.starts_with("Tongxing:place.reviewer"));
    let again = server.post(&mut browser, "/locations/join", &typed).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text().contains("There is an account") && again.text().contains("Li Si"));
    let weak = server.post(&mut browser, "/locations/join", &[("login", "x"), ("password", "short")]).await;
    assert!(weak.text().contains("3 to 40 characters"), "{}", weak.text());
    server.stop().await;
}

#[tokio::test]
async fn accounts_of_one_network_are_few() {
    let rates = crate::http::limits::Rates {
        joins_per_hour: std::num::NonZeroU32::new(1).unwrap(),
        ..crate::http::limits::Rates::default()
    };
    let server = TestServer::with_rates(rates, crate::message::Messages::default()).await;
    let mut browser = Browser::default();
    let ask = [("login", "!")];
    assert_eq!(
        server.post(&mut browser, "/locations/join", &ask).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        server.post(&mut browser, "/locations/join", &ask).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    server.stop().await;
}

#[tokio::test]
async fn a_location_is_registered_approved_and_looked_at_again_when_it_is_another_place() {
    let server = TestServer::start().await;
    let mut browser = manager(&server).await;
    let wrong =
        server.post(&mut browser, "/locations/new", &with(&[("name", "Market"), ("stay", "3")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = wrong.text();
    assert!(text.contains("no Chinese character") && text.contains("from 5 to 1440"), "{text}");
    assert!(text.contains("value=\"Market\"") && text.contains("沿江路1号"), "what was typed stays");

    let path = approved(&server, &mut browser).await;
    assert_eq!(row(&server, &path).await.state, LocationState::Approved);
    let edit = format!("{path}/edit");
    let version = value_of(&server.get(&mut browser, &edit).await, "version");
    let small = with(&[("capacity", "300"), ("stay", "45"), ("entry_rule", "yes")]);
    let fields: Vec<_> = small.iter().copied().chain([("version", version.as_str())]).collect();
    assert_eq!(server.post(&mut browser, &edit, &fields).await.location, path);
    let changed = row(&server, &path).await;
    assert_eq!((changed.state, changed.details.capacity), (LocationState::Approved, Some(300)));
    assert!(changed.details.entry_rule && changed.details.stay.minutes() == 45);

    let stale = server.post(&mut browser, &edit, &fields).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "somebody else was faster");
    let version = value_of(&stale, "version");
    let moved = with(&[("address", "沿江路2号")]);
    let fields: Vec<_> = moved.iter().copied().chain([("version", version.as_str())]).collect();
    assert_eq!(server.post(&mut browser, &edit, &fields).await.location, path);
    assert_eq!(row(&server, &path).await.state, LocationState::Waiting, "another place");
    server.stop().await;
}

#[tokio::test]
async fn a_refusal_says_why_and_nobody_decides_on_their_own() {
    let server = TestServer::start().await;
    let mut both = server.signed_in("Unit", &[Role::LocationManager, Role::Reviewer]).await;
    let path = register(&server, &mut both, &MARKET).await;
    let review = path.replace("/locations/", "/review/locations/");
    assert!(server.get(&mut both, &review).await.text().contains("Another reviewer decides"));
    let own = server.post(&mut both, &review, &[("decision", "approve"), ("version", "0")]).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    let value = format!("{}.0", path.trim_start_matches("/locations/"));
    server.post(&mut both, "/review/locations", &[("location", &value), ("decision", "approve")]).await;
    assert_eq!(row(&server, &path).await.state, LocationState::Waiting);

    let mut reviewer = server.signed_in("Review", &[Role::Reviewer]).await;
    let none = decide(&server, &mut reviewer, &path, &[("decision", "refuse")]).await;
    assert!(none.text().contains("what the manager has to change"), "{}", none.text());
    let reason = [("decision", "refuse"), ("reason", "Add the floor <3>")];
    assert_eq!(decide(&server, &mut reviewer, &path, &reason).await.status, StatusCode::SEE_OTHER);
    let seen = server.get(&mut both, &path).await.text();
    assert!(seen.contains("Add the floor &#60;3&#62;") || seen.contains("Add the floor &lt;3&gt;"), "{seen}");

    let fields: Vec<_> = with(&[("address", "沿江路1号3楼")]).into_iter().chain([("version", "1")]).collect();
    server.post(&mut both, &format!("{path}/edit"), &fields).await;
    assert_eq!(row(&server, &path).await.state, LocationState::Waiting, "it goes to a reviewer again");
    let value = format!("{}.2", path.trim_start_matches("/locations/"));
    server
        .post(
            &mut reviewer,
            "/review/locations",
            &[("location", &value), ("location", "nothing"), ("decision", "approve")],
        )
        .await;
    assert_eq!(row(&server, &path).await.state, LocationState::Approved, "ticked in the queue");
    let second = register(&server, &mut both, &with(&[("address", "沿江路9号")])).await;
    let value = format!("{}.0", second.trim_start_matches("/locations/"));
    let refuse = [("location", value.as_str()), ("decision", "refuse")];
    let none = server.post(&mut reviewer, "/review/locations", &refuse).await;
    assert!(none.text().contains("what the manager has to change"), "{}", none.text());
    let why: Vec<_> = refuse.iter().copied().chain([("reason", "Not there")]).collect();
    server.post(&mut reviewer, "/review/locations", &why).await;
    assert_eq!(row(&server, &second).await.reason.as_deref(), Some("Not there"));
    let empty = server.post(&mut reviewer, "/review/locations", &[("decision", "approve")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    server.stop().await;
}

#[tokio::test]
async fn a_location_is_suspended_resumed_and_closed_for_good() {
    let server = TestServer::start().await;
    let mut browser = manager(&server).await;
    let path = approved(&server, &mut browser).await;
    let state = format!("{path}/state");
    for (step, expected) in [
        ("resume", LocationState::Approved),
        ("suspend", LocationState::Suspended),
        ("suspend", LocationState::Suspended),
        ("resume", LocationState::Approved),
        ("nonsense", LocationState::Approved),
        ("close", LocationState::Closed),
        ("resume", LocationState::Closed),
    ] {
        assert_eq!(server.post(&mut browser, &state, &[("step", step)]).await.location, path, "{step}");
        assert_eq!(row(&server, &path).await.state, expected, "{step}");
    }
    let edit = server.post(&mut browser, &format!("{path}/edit"), &MARKET).await;
    assert_eq!(edit.status, StatusCode::CONFLICT);
    server.stop().await;
}

#[tokio::test]
async fn managers_share_a_location_and_the_last_one_stays() {
    let server = TestServer::start().await;
    let (mut one, mut other) = (manager(&server).await, Browser::default());
    let typed = [("name", "Wang Wu"), ("login", "wang"), ("password", "correct horse battery staple")];
    server.post(&mut other, "/locations/join", &typed).await;
    let path = register(&server, &mut one, &MARKET).await;
    let managers = format!("{path}/managers");
    let unknown = server.post(&mut one, &managers, &[("login", "reviewer")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let last = server.get(&mut one, &path).await;
    assert!(!last.text().contains("managers/remove"), "the last one cannot be removed");
    assert_eq!(server.post(&mut one, &managers, &[("login", " PLACE.wang ")]).await.location, path);
    let page = server.get(&mut one, &path).await.text();
    assert!(page.contains("Wang Wu") && page.contains("place.wang"));
    let ids: Vec<String> = page
        .split("name=\"manager\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    let remove = format!("{managers}/remove");
    assert_eq!(server.post(&mut one, &remove, &[("manager", &ids[1])]).await.location, path);
    let stays = server.post(&mut one, &remove, &[("manager", &ids[0])]).await;
    assert!(stays.text().contains("last manager"), "{}", stays.text());
    server.stop().await;
}

/// Every route that reaches one location, asked by a manager of another.
#[tokio::test]
async fn nobody_reaches_the_location_of_another() {
    let server = TestServer::start().await;
    let (mut own, mut other) = (manager(&server).await, manager(&server).await);
    let path = approved(&server, &mut own).await;
    let mut administrator = server.signed_in("Operations", &[Role::Administrator]).await;
    let reads = ["", "/edit", "/posters", "/posters/whole-a4.pdf", "/tablet", "/inside"];
    for end in reads {
        let answer = server.get(&mut other, &format!("{path}{end}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{end}");
        assert!(server.get(&mut own, &format!("{path}{end}")).await.status.is_success(), "{end}");
        let refused = server.get(&mut administrator, &format!("{path}{end}")).await;
        assert!(refused.status.is_client_error(), "{end}: administrators keep those of checkpoints alone");
    }
    let id = path.trim_start_matches("/locations/");
    for (end, fields) in [
        ("/edit", with(&[("version", "1")])),
        ("/state", vec![("step", "close")]),
        ("/entrances", vec![("entrance", "East gate")]),
        ("/entrances/close", vec![("entrance", id)]),
        ("/managers", vec![("login", "place.wang")]),
        ("/managers/remove", vec![("manager", id)]),
        ("/posters/rotate", vec![("spot", "whole"), ("version", "1"), ("how", "now")]),
        ("/tablet", vec![("spot", "whole")]),
        ("/tablet/end", vec![("spot", "whole")]),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, &**text)).collect();
        let answer = server.post(&mut other, &format!("{path}{end}"), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{end}");
    }
    assert_eq!(row(&server, &path).await.state, LocationState::Approved);
    assert!(!server.get(&mut other, "/locations").await.text().contains("江城市场"));
    assert!(server.get(&mut own, "/locations").await.text().contains("江城市场"));
    assert!(server.get(&mut own, "/locations/new").await.status.is_success());
    assert!(server.get(&mut other, "/locations/posters").await.text().contains("nothing to print"));
    assert_eq!(server.get(&mut other, "/locations/posters/1-a4.pdf").await.status, StatusCode::NOT_FOUND);
    server.stop().await;
}

#[tokio::test]
async fn a_checkpoint_gets_one_location_whose_entries_its_inspector_sees() {
    use domain::location::Slot;
    use store::rows::visit::VisitCount;
    use store::transact;

    let server = TestServer::start().await;
    let mut administrator = server.signed_in("Operations", &[Role::Administrator]).await;
    let add = [("name", "Hankou 3"), ("place", "Jianghan"), ("kind", "station")];
    server.post(&mut administrator, "/staff/checkpoints", &add).await;
    let page = server.get(&mut administrator, "/staff/checkpoints").await;
    let checkpoint = value_of(&page, "checkpoint");
    let give = [("checkpoint", checkpoint.as_str())];
    let first = server.post(&mut administrator, "/staff/checkpoints/code", &give).await.location;
    let again = server.post(&mut administrator, "/staff/checkpoints/code", &give).await.location;
    assert_eq!(first, again, "one location");
    assert!(server.get(&mut administrator, &first).await.text().contains("/v/"));
    let id: LocationId =
        first.trim_start_matches("/locations/").trim_end_matches("/posters").parse().unwrap();
    let count = VisitCount { location: id, slot: Slot::of(server.app.now()), entries: 7123, exits: 0 };
    transact!(server.app.store, "test.count", StoreError, |tx| { call!(tx, visit::count(&[count])) })
        .unwrap();
    assert!(server.get(&mut administrator, "/staff/checkpoints").await.text().contains("7123"));
    assert!(server.get(&mut administrator, &format!("/locations/{id}/inside")).await.text().contains("7123"));
    let mut inspector = server.signed_in("Gate", &[Role::Inspector]).await;
    server.post(&mut inspector, "/check/shift", &give).await;
    assert!(server.get(&mut inspector, "/check").await.text().contains("7123"));
    server.post(&mut administrator, "/staff/checkpoints/close", &give).await;
    let path = format!("/locations/{id}");
    assert_eq!(row(&server, &path).await.state, LocationState::Suspended, "closed with its checkpoint");
    server.post(&mut administrator, "/staff/checkpoints/reopen", &give).await;
    assert_eq!(row(&server, &path).await.state, LocationState::Approved);
    server.stop().await;
}

#[tokio::test]
async fn flags_are_shown_to_managers_and_to_administrators_and_each_marks_their_own_look() {
    use store::rows::location::{LocationFlagKind, LocationFlagRow};
    use store::transact;

    let server = TestServer::start().await;
    let mut own = manager(&server).await;
    let path = approved(&server, &mut own).await;
    let now = server.app.now();
    let flag = LocationFlagRow {
        id: server.app.new_id(),
        location: row(&server, &path).await.id,
        kind: LocationFlagKind::Networks,
        hour: now.seconds() / 3_600,
        number: 871,
        made_at: now,
        seen_at: None,
        checked_at: None,
    };
    transact!(server.app.store, "test.flag", StoreError, |tx| { call!(tx, location_flag::raise(&flag)) })
        .unwrap();
    let mut other = manager(&server).await;
    let id = flag.id.to_string();
    assert!(!server.get(&mut other, "/locations/flags").await.text().contains(&id));
    let theirs = server.post(&mut other, "/locations/flags", &[("flag", &id)]).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    assert!(server.get(&mut own, "/locations").await.text().contains("/locations/flags"));
    let mut administrator = server.signed_in("Operations", &[Role::Administrator]).await;
    for browser in [&mut own, &mut administrator] {
        assert!(server.get(browser, "/locations/flags").await.text().contains("871"));
        let seen = server.post(browser, "/locations/flags", &[("flag", &id)]).await;
        assert_eq!(seen.location, "/locations/flags", "{}", seen.text());
        assert!(!server.get(browser, "/locations/flags").await.text().contains("name=\"flag\""));
    }
    assert_eq!(row(&server, &path).await.state, LocationState::Approved, "it changes nothing");
    server.stop().await;
}
