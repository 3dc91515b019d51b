//! Staff at a door: what they register, and how little they learn.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use credential::{Seconds, to_text};
use domain::Role;
use domain::id::kind::LocationId;
use store::rows::location::LocationRow;
use store::{StoreError, call, transact};
use visits::Kind;

use super::super::testing::{Seen, Units, add, counts, location_row, rows, visit_id};
use crate::http::actors;
use crate::http::session::token_hash;
use crate::pass::issue;
use crate::pass::testing::{HEALTHY, Phone, coughing, phone};
use crate::testing::{Answer, Browser, TestServer};

const BOUNDARY: &str = "door";

/// Somebody who manages this location.
async fn manager(server: &TestServer, location: LocationId) -> Browser {
    let browser = server.signed_in("Market", &[Role::LocationManager]).await;
    let hash = token_hash(&browser.cookies["tongxing-staff"]);
    let staff = actors::staff(&server.app, &hash).await.unwrap().expect("signed in").id;
    let now = server.app.now();
    transact!(server.app.store, "test.manager", StoreError, |tx| {
        call!(tx, location_people::add_manager(staff, location, staff, now))
    })
    .unwrap();
    browser
}

async fn door(server: &TestServer, entry_rule: bool) -> (LocationRow, Browser) {
    let mut row = location_row(&server.app);
    row.details.entry_rule = entry_rule;
    add(&server.app, row.clone(), |_| ()).await;
    let staff = manager(server, row.id).await;
    (row, staff)
}

/// Sends a scan as the page's form does.
async fn scan(
    server: &TestServer,
    staff: &mut Browser,
    location: LocationId,
    fields: &[(&str, &str)],
) -> Answer {
    let visit = visit_id(&server.app);
    scan_as(server, staff, location, &visit, fields).await
}

/// The same with a number of the test's own.
async fn scan_as(
    server: &TestServer,
    staff: &mut Browser,
    location: LocationId,
    visit: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let csrf = staff.csrf();
    let all = [("csrf", csrf.as_str()), ("visit", visit)].into_iter().chain(fields.iter().copied());
    let part = |(name, text): (&str, &str)| {
        format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let body: String = all.map(part).chain([format!("--{BOUNDARY}--\r\n")]).collect();
    let request = Request::builder()
        .method("POST")
        .uri(format!("/locations/{location}/door"))
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    server.send(staff, request, Body::from(body)).await
}

/// The code that a phone shows now.
async fn live(server: &TestServer, phone: &mut Phone) -> String {
    let pass = phone.pass(server).await;
    phone.show(&pass, Seconds::try_from(server.app.now().seconds()).unwrap())
}

#[tokio::test]
async fn a_live_code_comes_and_goes_and_nothing_is_said_of_its_holder() {
    let server = TestServer::start().await;
    let app = &server.app;
    let units = Units::confirmed(app, 2).await;
    let (market, mut staff) = door(&server, false).await;
    let mut anna = phone(&server, &coughing()).await;
    for (kind, counted) in [("entry", (1, 0)), ("exit", (1, 1))] {
        let code = live(&server, &mut anna).await;
        let done = scan(&server, &mut staff, market.id, &[("kind", kind), ("text", &code)]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text());
        assert_eq!(counts(app, market.id).await, counted, "{}", done.text());
        assert!(
            !done.text().contains("class=\"identity\"") && !done.text().contains("Yellow"),
            "{}",
            done.text()
        );
        server.advance(Duration::from_mins(10));
    }
    let seen: Vec<Seen> = units.open(app, &[market.id]).await;
    assert!(seen.iter().all(|seen| seen.holder == anna.holder), "{seen:?}");
    assert_eq!(seen.iter().filter(|seen| seen.kind == Kind::Exit).count(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_form_that_is_sent_again_is_one_visit_and_the_next_person_with_its_number_is_another() {
    let server = TestServer::start().await;
    let app = &server.app;
    let units = Units::confirmed(app, 2).await;
    let (market, mut staff) = door(&server, false).await;
    let [mut anna, mut berta] = [phone(&server, &HEALTHY).await, phone(&server, &HEALTHY).await];
    let codes = [live(&server, &mut anna).await, live(&server, &mut berta).await];
    let number = visit_id(app);
    for code in [&codes[0], &codes[0], &codes[1]] {
        let fields = [("kind", "entry"), ("text", code.as_str())];
        let done = scan_as(&server, &mut staff, market.id, &number, &fields).await;
        assert!(done.text().contains("data-signal=\"PASS\""), "{}", done.text());
    }
    assert_eq!(counts(app, market.id).await, (2, 0));
    let seen = units.open(app, &[market.id]).await;
    assert!([anna.holder, berta.holder].iter().all(|holder| seen.iter().any(|seen| seen.holder == *holder)));
    server.stop().await;
}

#[tokio::test]
async fn of_a_printed_pass_the_document_is_compared_first_and_a_picture_registers_nobody() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (market, mut staff) = door(&server, false).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let text = to_text(&issue::printed(app, &anna.device()).await.unwrap().signed);
    let asked = scan(&server, &mut staff, market.id, &[("kind", "entry"), ("text", &text)]).await;
    assert_eq!(asked.text().matches("<dd>").count(), 4, "{}", asked.text());
    assert!(rows(app, market.id).await.is_empty());
    let matches = [("kind", "entry"), ("text", text.as_str()), ("document_matches", "yes")];
    scan(&server, &mut staff, market.id, &matches).await;
    assert_eq!(counts(app, market.id).await, (1, 0));
    let old = live(&server, &mut anna).await;
    server.advance(Duration::from_mins(5));
    for bad in [old.as_str(), "TX1:nothing"] {
        let no = scan(&server, &mut staff, market.id, &[("kind", "exit"), ("text", bad)]).await;
        assert!(no.text().contains("role=\"alert\""), "{}", no.text());
    }
    let both = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--{BOUNDARY}\r\ncontent-disposition: \
         form-data; name=\"text\"\r\n\r\n{text}\r\n--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"photo\"; \
         filename=\"f.png\"\r\n\r\nx\r\n--{BOUNDARY}--\r\n",
        staff.csrf()
    );
    let request = Request::builder()
        .method("POST")
        .uri(format!("/locations/{}/door", market.id))
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    let both = server.send(&mut staff, request, Body::from(both)).await;
    assert!(both.text().contains("Leave one of them"), "{}", both.text());
    let empty = scan(&server, &mut staff, market.id, &[("kind", "exit"), ("text", " ")]).await;
    assert_eq!((empty.status, counts(app, market.id).await), (StatusCode::UNPROCESSABLE_ENTITY, (1, 0)));
    server.stop().await;
}

#[tokio::test]
async fn with_an_entry_rule_yellow_does_not_enter_and_leaves_all_the_same() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (market, mut staff) = door(&server, true).await;
    let [mut green, mut yellow] = [phone(&server, &HEALTHY).await, phone(&server, &coughing()).await];
    let code = live(&server, &mut yellow).await;
    let refused = scan(&server, &mut staff, market.id, &[("kind", "entry"), ("text", &code)]).await;
    assert!(
        refused.text().contains("role=\"alert\"") && !refused.text().contains("ellow"),
        "{}",
        refused.text()
    );
    assert!(rows(app, market.id).await.is_empty());
    scan(&server, &mut staff, market.id, &[("kind", "exit"), ("text", &code)]).await;
    let code = live(&server, &mut green).await;
    scan(&server, &mut staff, market.id, &[("kind", "entry"), ("text", &code)]).await;
    assert_eq!(counts(app, market.id).await, (1, 1));
    server.stop().await;
}

#[tokio::test]
async fn nobody_registers_at_a_door_that_they_do_not_manage() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (market, _) = door(&server, false).await;
    let (_, mut other) = door(&server, false).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let code = live(&server, &mut anna).await;
    let path = format!("/locations/{}/door", market.id);
    assert_eq!(server.get(&mut other, &path).await.status, StatusCode::NOT_FOUND);
    let scanned = scan(&server, &mut other, market.id, &[("kind", "entry"), ("text", &code)]).await;
    assert_eq!((scanned.status, rows(app, market.id).await.len()), (StatusCode::NOT_FOUND, 0));
    let mut inspector = server.signed_in("Gate", &[Role::Inspector]).await;
    assert_eq!(server.get(&mut inspector, &path).await.status, StatusCode::FORBIDDEN);
    server.stop().await;
}
