//! Filing through the real router on a real database.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::Role;
use domain::id::kind::{ApiClientId, UnitId};
use store::{StoreError, call, read};

use crate::testing::{Answer, Browser, TestServer};

mod api;
mod import;

/// An invented passport, as a form has it.
const PASSPORT: [(&str, &str); 9] = [
    ("kind", "passport"),
    ("number", "x12 345 678"),
    ("issuing_state", "uto"),
    ("family_name", "Eriksson"),
    ("given_names", "Anna Maria"),
    ("birth_date", "1974-08-12"),
    ("sex", "F"),
    ("nationality", "UTO"),
    ("expiry_date", "2031-04-15"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = PASSPORT.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes).copied().collect()
}

async fn officer(server: &TestServer) -> Browser {
    let mut browser = server.signed_in("Wuhan Public Security", &[Role::FilingOfficer]).await;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    browser
}

async fn filed(server: &TestServer, browser: &mut Browser, changes: &[(&str, &str)]) -> String {
    let mut fields = with(changes);
    fields.push(("action", "file"));
    let answer = server.post(browser, "/filing/new", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location.split('?').next().unwrap_or_default().to_owned()
}

fn shows(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert!(answer.text().contains(words), "no {words:?} in {}", answer.text());
}

#[tokio::test]
async fn only_filing_officers_open_these_pages() {
    let server = TestServer::start().await;
    let mut reviewer = server.signed_in("Desk", &[Role::Reviewer]).await;
    let mut nobody = Browser::default();
    for path in ["/filing", "/filing/new", "/filing/import", "/filing/0000000000000001"] {
        assert_eq!(server.get(&mut reviewer, path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(server.get(&mut nobody, path).await.location, "/staff/sign-in", "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_passport_is_checked_with_its_number_in_groups_and_then_filed() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    let mut fields = with(&[("number", "xO1234567")]);
    fields.push(("action", "check"));
    let check = server.post(&mut clerk, "/filing/new", &fields).await;
    shows(&check, 200, "XO1 234 567");
    shows(&check, 200, "Character 2 is “O”. Make sure it is not “0”.");
    let path = filed(&server, &mut clerk, &[("number", "xO1234567")]).await;
    let view = server.get(&mut clerk, &path).await;
    shows(&view, 200, "XO1 234 567"); // pointed out, never swapped
    shows(&view, 200, "Eriksson");
    server.stop().await;
}

#[tokio::test]
async fn wrong_fields_are_named_and_what_was_typed_stays() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    let fields = with(&[("number", "X12?"), ("birth_date", "12/08/1974"), ("family_name", "Müller-<x>")]);
    let answer = server.post(&mut clerk, "/filing/new", &fields).await;
    shows(&answer, 422, "Character 4 of the document number");
    shows(&answer, 422, "with the year first");
    shows(&answer, 422, "value=\"12/08/1974\"");
    assert!(!answer.text().contains("<x>"));
    server.stop().await;
}

#[tokio::test]
async fn the_language_switch_keeps_what_was_typed_and_files_nothing() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    let mut fields = with(&[("given_names", "Anna Typed")]);
    fields.push(("language", "zh-Hans"));
    let answer = server.post(&mut clerk, "/filing/new", &fields).await;
    shows(&answer, 200, "登记一份证件");
    shows(&answer, 200, "Anna Typed");
    fields.push(("stage", "check"));
    shows(&server.post(&mut clerk, "/filing/new", &fields).await, 200, "登记前核对");
    assert_eq!(count(&server).await, 0);
    server.stop().await;
}

async fn count(server: &TestServer) -> i64 {
    read!(server.app.store, "test.count", StoreError, |tx| { call!(tx, register::count()) }).unwrap().active
}

#[tokio::test]
async fn machine_readable_lines_fill_the_fields_or_say_where_they_are_wrong() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    let zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\r\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let read = |mrz: &str| vec![("mrz".to_owned(), mrz.to_owned()), ("action".to_owned(), "read".to_owned())];
    let send = async |mut clerk: Browser, mrz: &str| {
        let fields = read(mrz);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        server.post(&mut clerk, "/filing/new", &fields).await
    };
    let filled = send(clerk.clone(), zone).await;
    for text in ["value=\"L898902C3\"", "value=\"ERIKSSON\"", "value=\"1974-08-12\"", "value=\"2012-04-15\""]
    {
        shows(&filled, 200, text);
    }
    let bad = send(clerk.clone(), &zone.replace("L898902C36", "L8989O2C36")).await;
    shows(&bad, 422, "the check digit of the");
    shows(&bad, 422, "It would be right with “0” at position 6");
    shows(&send(clerk.clone(), "").await, 422, "Read or paste the lines first");
    // An expired document is pointed out, and may be filed: it was used at entry.
    let expired = with(&[("expiry_date", "2012-04-15"), ("action", "check")]);
    shows(&server.post(&mut clerk, "/filing/new", &expired).await, 200, "This document has expired");
    server.stop().await;
}

#[tokio::test]
async fn filing_again_changes_nothing_and_says_what_differs() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    let path = filed(&server, &mut clerk, &[]).await;
    let again = |changes: &[(&'static str, &'static str)]| {
        let mut fields = with(changes);
        fields.push(("action", "file"));
        fields
    };
    let same = server.post(&mut clerk, "/filing/new", &again(&[])).await;
    shows(&same, 200, "The filing has the same details");
    let other = server.post(&mut clerk, "/filing/new", &again(&[("given_names", "Ana Maria")])).await;
    shows(&other, 422, "<mark>Ana Maria</mark>");
    shows(&other, 422, "<mark>Anna Maria</mark>");
    shows(&other, 422, &format!("action=\"{path}/correct\""));
    assert_eq!(count(&server).await, 1);
    shows(&server.get(&mut clerk, &path).await, 200, "Anna Maria");
    // The offered correction opens with what was typed and the version that was shown.
    let mut start = with(&[("given_names", "Ana Maria")]);
    start.extend([("version", "1"), ("action", "start")]);
    let form = server.post(&mut clerk, &format!("{path}/correct"), &start).await;
    shows(&form, 200, "value=\"Ana Maria\"");
    server.stop().await;
}

#[tokio::test]
async fn a_correction_needs_a_reason_and_keeps_what_stood_before() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    let path = filed(&server, &mut clerk, &[]).await;
    let correct = format!("{path}/correct");
    let mut fields = with(&[("given_names", "Ana Maria"), ("version", "1")]);
    shows(&server.post(&mut clerk, &correct, &fields).await, 422, "Enter the reason");
    fields.push(("reason", "Typing error"));
    let answer = server.post(&mut clerk, &correct, &fields).await;
    assert_eq!(answer.location, format!("{path}?done=corrected"));
    let view = server.get(&mut clerk, &answer.location).await;
    for text in ["Ana Maria", "Anna Maria", "Typing error", "Test Person"] {
        shows(&view, 200, text);
    }
    // Made against a version that no longer stands.
    shows(&server.post(&mut clerk, &correct, &fields).await, 422, "Somebody changed or withdrew");
    // To the number of another filing.
    filed(&server, &mut clerk, &[("number", "X99999999")]).await;
    let taken = with(&[("number", "X99999999"), ("version", "2"), ("reason", "x")]);
    shows(&server.post(&mut clerk, &correct, &taken).await, 422, "Another filing has this number");
    server.stop().await;
}

#[tokio::test]
async fn a_withdrawn_filing_is_kept_and_its_document_may_be_filed_again() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    let path = filed(&server, &mut clerk, &[]).await;
    let withdraw = format!("{path}/withdraw");
    shows(&server.get(&mut clerk, &withdraw).await, 200, "X12 345 678");
    shows(&server.post(&mut clerk, &withdraw, &[("version", "1")]).await, 422, "Enter the reason");
    let answer =
        server.post(&mut clerk, &withdraw, &[("version", "1"), ("reason", "Filed by mistake")]).await;
    shows(&server.get(&mut clerk, &answer.location).await, 200, "Filed by mistake");
    assert_eq!(server.get(&mut clerk, &format!("{path}/correct")).await.status, StatusCode::GONE);
    let again = filed(&server, &mut clerk, &[]).await;
    assert_ne!(again, path);
    server.stop().await;
}

#[tokio::test]
async fn clerks_search_by_number_or_by_birth_date_and_name_and_it_is_recorded() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    let path = filed(&server, &mut clerk, &[]).await;
    shows(
        &server.get(&mut clerk, "/filing").await,
        200,
        "by document number, or by date of birth and full name",
    );
    let number = [("by", "number"), ("kind", "passport"), ("number", "X12345678"), ("issuing_state", "UTO")];
    shows(&server.post(&mut clerk, "/filing/search", &number).await, 200, &path);
    let person = [("by", "person"), ("birth_date", "1974-08-12"), ("name", "anna maria eriksson")];
    shows(&server.post(&mut clerk, "/filing/search", &person).await, 200, &path);
    shows(&server.post(&mut clerk, "/filing/search", &person[1..]).await, 200, &path); // Enter, no button
    let other = [("by", "person"), ("birth_date", "1974-08-13"), ("name", "anna maria eriksson")];
    shows(&server.post(&mut clerk, "/filing/search", &other).await, 200, "No filing matches");
    let empty = [("by", "person"), ("birth_date", ""), ("name", "")];
    shows(&server.post(&mut clerk, "/filing/search", &empty).await, 422, "Enter the name");
    shows(&server.get(&mut clerk, &path).await, 200, "Eriksson");
    assert_eq!(accesses(&server, &path[8..]).await, ["open", "search", "search", "search"]);
    assert_eq!(accesses(&server, "0000000000000000").await, ["search"]); // the one that found nothing
    server.stop().await;
}

/// What was done to a filing, newest first.
async fn accesses(server: &TestServer, id: &str) -> Vec<String> {
    let id: domain::id::kind::FilingId = id.parse().unwrap();
    let entries = read!(server.app.store, "test.accesses", StoreError, |tx| {
        call!(tx, access::by_object("filing", id.as_i64(), None, 100))
    });
    entries.unwrap().into_iter().map(|entry| entry.action).collect()
}

#[tokio::test]
async fn each_kind_of_permit_is_filed_and_found_with_and_without_its_count() {
    let server = TestServer::start().await;
    let mut clerk = officer(&server).await;
    for (kind, with_count, grouped) in
        [("hk_macao_permit", "H1234567802", "H 1234 5678"), ("taiwan_permit", "1234567801", "1234 5678")]
    {
        let permit = [("kind", kind), ("number", with_count), ("issuing_state", ""), ("nationality", "")];
        let path = filed(&server, &mut clerk, &permit).await;
        shows(&server.get(&mut clerk, &path).await, 200, grouped);
        let search = [("by", "number"), ("kind", kind), ("number", grouped)];
        shows(&server.post(&mut clerk, "/filing/search", &search).await, 200, &path);
    }
    server.stop().await;
}
