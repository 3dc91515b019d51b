//! Each rule of the service desk, through the real router on a real database.

mod back;
mod forgetting;

use std::time::Duration;

use axum::http::StatusCode;
use documents::{Kind, Number, PersonName};
use domain::Role;
use domain::application::Stage;
use domain::id::kind::ApplicationId;
use domain::matching::DocumentDetails;
use store::rows::application::{ApplicationRow, EventKind, Finding};
use store::rows::held::HeldAccess;
use store::rows::register::{Actor, Origin, Prepared, Source};
use store::{StoreError, call, read, transact};

use crate::application::matching;
use crate::http::actors;
use crate::http::csrf::CsrfToken;
use crate::http::person::PersonTag;
use crate::http::session::{Device, Staff, token_hash};
use crate::testing::{Answer, Browser, TestServer};

/// What an officer types for an invented person; some tests change a field.
const TYPED: [(&str, &str, &str); 19] = [
    ("kind", "kind", "passport"),
    ("document", "number", "x 1234-5678"),
    ("document", "issuing_state", "UTO"),
    ("document", "expiry_day", "17"),
    ("document", "expiry_month", "5"),
    ("document", "expiry_year", "2031"),
    ("person", "family", "Eriksson"),
    ("person", "given", "Anna Maria"),
    ("person", "birth_day", "14"),
    ("person", "birth_month", "3"),
    ("person", "birth_year", "1980"),
    ("person", "sex", "F"),
    ("person", "nationality", "UTO"),
    ("residence", "division", "420100"),
    ("residence", "address", "1 Donghu Road"),
    ("health", "symptoms", "none"),
    ("health", "contact", "no"),
    ("health", "diagnosed", "no"),
    ("health", "truthful", "yes"),
];

/// What the person carries when they come back.
const DOCUMENT: [(&str, &str); 4] =
    [("number", "X12345678"), ("birth_day", "14"), ("birth_month", "3"), ("birth_year", "1980")];

fn passport() -> DocumentDetails {
    DocumentDetails {
        number: Number::parse(Kind::Passport, "X12345678").unwrap(),
        issuing_state: "UTO".parse().unwrap(),
        name: PersonName::new("ERIKSSON", "ANNA MARIA").unwrap(),
        birth_date: "1980-03-14".parse().unwrap(),
        nationality: "UTO".parse().unwrap(),
        sex: None,
        expiry: None,
    }
}

async fn file(server: &TestServer, details: &DocumentDetails) {
    let app = &server.app;
    let row = Prepared::new(app.store.sealer(), app.new_id(), details);
    let actor = Actor { unit: app.new_id(), staff: None, client: None };
    let origin = Origin { source: Source::Typed, batch: None, actor, at: app.now() };
    transact!(app.store, "test.file", StoreError, |tx| { call!(tx, register::file(&row, &origin)) }).unwrap();
}

/// A desk officer at their computer.
async fn desk(server: &TestServer) -> Browser {
    let mut browser = server.signed_in("Hankou service desk", &[Role::DeskOfficer]).await;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    browser
}

async fn staff(server: &TestServer, browser: &Browser) -> Staff {
    let hash = token_hash(&browser.cookies["tongxing-staff"]);
    actors::staff(&server.app, &hash).await.unwrap().unwrap()
}

async fn visit(server: &TestServer, browser: &Browser) -> Option<Device> {
    let staff = staff(server, browser).await;
    actors::visit(&server.app, &staff).await.unwrap().map(|(device, _)| device)
}

/// The token of the forms of the visit that is open.
async fn token(server: &TestServer, browser: &Browser) -> String {
    let device = visit(server, browser).await.expect("a visit is open");
    let tag = PersonTag::visitor(device.desk.unwrap().visit);
    CsrfToken::of_session(&browser.cookies["tongxing-staff"]).of_person(&tag).as_str().to_owned()
}

/// Sends a form of the visit that is open.
async fn post(server: &TestServer, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let token = token(server, browser).await;
    let mut fields = fields.to_vec();
    fields.push(("csrf", &token));
    server.post(browser, path, &fields).await
}

/// Takes the consent of whoever stands before the desk.
async fn begin(server: &TestServer, browser: &mut Browser) {
    let begun = server.post(browser, "/desk/new", &[("consent", "yes")]).await;
    assert_eq!(begun.location, "/desk/apply/kind", "{}", begun.text());
}

/// Types everything, with some fields typed otherwise; gives the last answer.
async fn fill(server: &TestServer, browser: &mut Browser, otherwise: &[(&str, &str)]) -> Answer {
    let mut last = None;
    for step in ["kind", "document", "person", "residence", "health"] {
        let typed = |(of, name, text): &(&str, &'static str, &'static str)| {
            let text = otherwise.iter().find(|(n, _)| n == name).map_or(*text, |(_, t)| t);
            (*of == step).then(|| (*name, text.to_owned()))
        };
        let fields: Vec<(&str, String)> = TYPED.iter().filter_map(typed).collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, t)| (*n, t.as_str())).collect();
        last = Some(post(server, browser, &format!("/desk/apply/{step}"), &fields).await);
    }
    last.unwrap()
}

/// A person comes, consents, and applies at the desk; the match has run.
async fn apply(server: &TestServer, browser: &mut Browser, otherwise: &[(&str, &str)]) -> ApplicationId {
    begin(server, browser).await;
    let last = fill(server, browser, otherwise).await;
    assert_eq!(last.location, "/desk/apply/check", "{}", last.text());
    let sent = post(server, browser, "/desk/apply/check", &[]).await;
    assert_eq!(sent.location, "/desk/apply/done", "{}", sent.text());
    let id = visit(server, browser).await.unwrap().application.unwrap();
    matching::run(&server.app, id).await.unwrap();
    id
}

async fn row(server: &TestServer, id: ApplicationId) -> ApplicationRow {
    let row = read!(server.app.store, "test.row", StoreError, |tx| { call!(tx, application::by_id(id)) });
    row.unwrap().unwrap()
}

/// Somebody comes back with a slip and a document.
async fn come_back(server: &TestServer, browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    server.post(browser, "/desk/find", fields).await
}

/// What was recorded about an object, oldest first.
async fn recorded(server: &TestServer, kind: &str, object: i64) -> Vec<String> {
    let accesses: Vec<HeldAccess> = read!(server.app.store, "test.accesses", StoreError, |tx| {
        call!(tx, held::accesses(kind, object, 100))
    })
    .unwrap();
    accesses.into_iter().rev().map(|access| access.action).collect()
}

#[tokio::test]
async fn nothing_is_typed_before_the_person_agrees_and_who_took_the_consent_is_recorded() {
    let server = TestServer::start().await;
    let mut officer = desk(&server).await;
    assert_eq!(server.get(&mut officer, "/desk/apply/kind").await.location, "/desk/ended");
    let unticked = server.post(&mut officer, "/desk/new", &[]).await;
    assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(visit(&server, &officer).await.is_none());

    let id = apply(&server, &mut officer, &[]).await;
    let who = staff(&server, &officer).await;
    let events =
        read!(server.app.store, "test.events", StoreError, |tx| { call!(tx, application::events(id)) });
    let sent = events.unwrap().into_iter().find(|event| event.kind == EventKind::Submitted).unwrap();
    assert_eq!((sent.staff, sent.is_by_desk()), (Some(who.id), true));
    let visits =
        read!(server.app.store, "test.visits", StoreError, |tx| { call!(tx, desk::of_application(id)) });
    let visits = visits.unwrap();
    assert_eq!(visits.len(), 1);
    assert_eq!(visits[0].consent.as_deref(), Some(crate::consent::VERSION));
    let page = server.get(&mut officer, "/desk/my-data").await.text();
    for words in ["Visits to service desks", "Hankou service desk", "with the help of a service desk"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("Entered at a service desk"), "told at once, before anything is decided: {page}");
    assert!(!page.contains("/my-data/export"), "no file stays on a shared computer");
    server.stop().await;
}

#[tokio::test]
async fn what_is_on_file_is_issued_at_the_desk_printed_and_printed_again() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let mut officer = desk(&server).await;
    let id = apply(&server, &mut officer, &[("number", "X12345678")]).await;
    let issued = row(&server, id).await;
    assert_eq!((issued.stage, issued.finding), (Stage::Issued, Finding::Exact));
    let page = server.get(&mut officer, "/desk/application").await.text();
    assert!(page.contains("Your code is ready") && page.contains("href=\"/desk/my-code\""), "{page}");
    assert!(page.contains("href=\"/desk/slip\""), "{page}");
    let page = server.get(&mut officer, "/desk/my-code").await.text();
    assert!(page.contains("Green") && page.contains("/desk/my-code/print"), "{page}");
    assert!(
        !server.get(&mut officer, "/desk/my-code/print").await.text().contains("<svg"),
        "looking prints nothing"
    );

    let holder = issued.holder.unwrap();
    let passes = async || {
        read!(server.app.store, "test.passes", StoreError, |tx| { call!(tx, held::passes(holder)) }).unwrap()
    };
    let printed = post(&server, &mut officer, "/desk/my-code/print", &[]).await;
    assert_eq!(printed.location, "/desk/my-code/print");
    let page = server.get(&mut officer, "/desk/my-code/print").await.text();
    assert!(page.contains("<svg") && page.contains("pass-card"), "{page}");
    assert!(page.contains("action=\"/desk/my-code/print\""), "{page}");
    let first = passes().await;
    assert_eq!(first.len(), 1);
    let days = first[0].expires_at.since(first[0].issued_at).as_secs() / 86_400;
    assert_eq!((days, first[0].withdrawn), (14, None));
    post(&server, &mut officer, "/desk/my-code/print", &[]).await;
    let both = passes().await;
    assert_eq!((both.len(), both[0].withdrawn.is_none(), both[1].withdrawn.is_some()), (2, true, true));
    assert_eq!(recorded(&server, "holder", holder.as_i64()).await, ["desk_print", "desk_print"]);
    assert_eq!(recorded(&server, "application", id.as_i64()).await, ["desk_enter"]);
    let page = server.get(&mut officer, "/desk/my-data").await.text();
    assert!(page.contains("Printed at a service desk"), "{page}");
    server.stop().await;
}

/// The page without what differs between any two visits.
fn plain(page: &str, reference: &str, token: &str) -> String {
    let session = token.split('.').next().unwrap();
    let page = page.replace(reference, "REFERENCE").replace(token, "TOKEN").replace(session, "SESSION");
    let codes = page
        .split("<strong class=\"doc\"")
        .map(|part| part.split_once("</strong>").map_or(part, |(_, rest)| rest));
    codes.collect()
}

#[tokio::test]
async fn near_not_on_file_and_a_wrong_birth_date_look_the_same_to_the_officer_too() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let mut applied = Vec::new();
    for otherwise in [("number", "X12345679"), ("number", "Q99999999"), ("birth_day", "15")] {
        let mut officer = desk(&server).await;
        let id = apply(&server, &mut officer, &[otherwise]).await;
        applied.push((officer, id));
    }
    server.advance(Duration::from_secs(6));
    let mut pages: Vec<Vec<String>> = Vec::new();
    for (officer, id) in &mut applied {
        let (reference, token) =
            (row(&server, *id).await.reference.to_string(), token(&server, officer).await);
        let mut seen = Vec::new();
        for path in
            ["/desk/application", "/desk/apply/done", "/desk/slip", "/desk/application/withdraw", "/desk"]
        {
            seen.push(plain(&server.get(officer, path).await.text(), &reference, &token));
        }
        assert!(
            seen[0].contains("could not confirm") && seen[2].contains("need not apply again"),
            "{}",
            seen[2]
        );
        pages.push(seen);
    }
    assert!(pages.iter().all(|seen| *seen == pages[0]));
    server.stop().await;
}

#[tokio::test]
async fn a_document_is_applied_for_five_times_a_day_at_a_desk_as_anywhere() {
    let server = TestServer::start().await;
    let mut officer = desk(&server).await;
    for _ in 0..5 {
        apply(&server, &mut officer, &[]).await;
    }
    begin(&server, &mut officer).await;
    fill(&server, &mut officer, &[]).await;
    let sixth = post(&server, &mut officer, "/desk/apply/check", &[]).await;
    assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(sixth.text().contains("href=\"/desk/apply/check\""), "{}", sixth.text());
    server.stop().await;
}

#[tokio::test]
async fn a_document_that_has_a_code_goes_to_review_and_the_code_stays_where_it_is() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let mut officer = desk(&server).await;
    let first = row(&server, apply(&server, &mut officer, &[]).await).await;
    let second = row(&server, apply(&server, &mut officer, &[]).await).await;
    assert_eq!((second.stage, second.finding), (Stage::Review, Finding::Further));
    assert_eq!(visit(&server, &officer).await.unwrap().holder, None);
    let shows = read!(server.app.store, "test.shows", StoreError, |tx| {
        call!(tx, desk::shows(first.holder.unwrap()))
    });
    assert_eq!(shows.unwrap(), Some(first.device));
    server.stop().await;
}

#[tokio::test]
async fn nobody_decides_what_they_entered_at_the_desk() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let both = [Role::DeskOfficer, Role::Reviewer];
    let mut officer = server.signed_in("Hankou service desk", &both).await;
    officer.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let id = apply(&server, &mut officer, &[("birth_day", "15")]).await;
    assert_eq!(row(&server, id).await.stage, Stage::Review);

    let claimed = server.post(&mut officer, &format!("/review/{id}/claim"), &[]).await;
    assert_eq!(claimed.status, StatusCode::CONFLICT);
    assert!(claimed.text().contains("You entered this application yourself"), "{}", claimed.text());
    let next = server.post(&mut officer, "/review/next", &[]).await;
    assert!(!next.location.contains(&id.to_string()), "it is not given to them: {}", next.location);
    let version = row(&server, id).await.version.to_string();
    let fields = [("version", version.as_str()), ("decision", "approve"), ("message", "")];
    let decided = server.post(&mut officer, &format!("/review/{id}/decide"), &fields).await;
    assert!(decided.status.is_client_error(), "{}", decided.status);
    assert_eq!(row(&server, id).await.stage, Stage::Review);

    // Not even with a claim, which nothing of ours would give them.
    let who = staff(&server, &officer).await;
    let until = server.app.now().plus(Duration::from_mins(15));
    transact!(server.app.store, "test.claim", StoreError, |tx| {
        let mut row = call!(tx, application::by_id(id))?.unwrap();
        (row.claimed_by, row.claimed_until) = (Some(who.id), Some(until));
        call!(tx, application::save(&mut row))
    })
    .unwrap();
    let version = row(&server, id).await.version.to_string();
    let fields = [("version", version.as_str()), ("decision", "approve"), ("message", "")];
    let decided = server.post(&mut officer, &format!("/review/{id}/decide"), &fields).await;
    assert_eq!(decided.status, StatusCode::CONFLICT);
    assert!(!server.get(&mut officer, &format!("/review/{id}")).await.status.is_success());
    assert_eq!(row(&server, id).await.stage, Stage::Review);

    server.advance(Duration::from_mins(16));
    let mut colleague = server.signed_in("Review", &[Role::Reviewer]).await;
    let next = server.post(&mut colleague, "/review/next", &[]).await;
    assert_eq!(next.location, format!("/review/{id}"));
    let version = row(&server, id).await.version.to_string();
    let fields = [("version", version.as_str()), ("decision", "approve"), ("message", "")];
    server.post(&mut colleague, &format!("/review/{id}/decide"), &fields).await;
    assert_eq!(row(&server, id).await.stage, Stage::Issued);
    server.stop().await;
}

#[tokio::test]
async fn a_childs_guardian_consents_at_the_desk_and_who_took_it_is_recorded() {
    let server = TestServer::start().await;
    let mut officer = desk(&server).await;
    begin(&server, &mut officer).await;
    fill(&server, &mut officer, &[("birth_year", "2018")]).await;
    let check = server.get(&mut officer, "/desk/apply/check").await;
    assert_eq!(check.location, "/desk/apply/consent");
    let sent = post(&server, &mut officer, "/desk/apply/check", &[]).await;
    assert_eq!(sent.location, "/desk/apply/consent", "not sent without it");
    let page = server.get(&mut officer, "/desk/apply/consent").await.text();
    assert!(page.contains("action=\"/desk/apply/consent\"") && !page.contains("/my-code/leave"), "{page}");
    post(&server, &mut officer, "/desk/apply/consent", &[("consent", "yes")]).await;
    let sent = post(&server, &mut officer, "/desk/apply/check", &[]).await;
    assert_eq!(sent.location, "/desk/apply/done", "{}", sent.text());
    let device = visit(&server, &officer).await.unwrap();
    let consents = read!(server.app.store, "test.consents", StoreError, |tx| {
        call!(tx, companion::consents(device.id, device.application))
    });
    let who = staff(&server, &officer).await;
    assert_eq!(consents.unwrap()[0].taken_by, Some(who.id));
    server.stop().await;
}

#[tokio::test]
async fn every_page_of_a_visit_is_about_its_person_alone() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (mut one, mut two) = (desk(&server).await, desk(&server).await);
    let hers = apply(&server, &mut one, &[]).await;
    let his = apply(&server, &mut two, &[("number", "Q99999999"), ("given", "Pemberton")]).await;
    let (hers, his) = (row(&server, hers).await, row(&server, his).await);
    for path in
        ["/desk/application", "/desk/slip", "/desk/my-data", "/desk/apply/done", "/desk/application/withdraw"]
    {
        let page = server.get(&mut two, path).await.text();
        assert!(!page.contains(&hers.reference.to_string()), "{path}: {page}");
        let page = server.get(&mut one, path).await.text();
        assert!(!page.contains(&his.reference.to_string()) && !page.contains("Pemberton"), "{path}: {page}");
    }
    for path in ["/desk/my-code", "/desk/my-code/print", "/desk/my-code/health", "/desk/my-data/correct"] {
        let answer = server.get(&mut two, path).await;
        assert_eq!(answer.location, "/desk/application", "{path}: the other one has no code");
    }
    for path in ["/desk/my-code/print", "/desk/my-code/health"] {
        let fields = [("symptoms", "cough"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")];
        assert_eq!(post(&server, &mut two, path, &fields).await.status, StatusCode::CONFLICT, "{path}");
    }
    post(&server, &mut two, "/desk/application/withdraw", &[]).await;
    assert_eq!(row(&server, hers.id).await.stage, Stage::Issued);
    assert_eq!(row(&server, his.id).await.stage, Stage::Withdrawn);
    assert_eq!(recorded(&server, "application", his.id.as_i64()).await, ["desk_enter", "desk_withdraw"]);

    // The visit is one computer's: the same officer at another one has none.
    let who = staff(&server, &one).await;
    let (elsewhere, hash) = crate::http::session::new_token(&*server.app.entropy);
    transact!(server.app.store, "test.session", StoreError, |tx| {
        call!(tx, session::begin_staff(&hash, who.id, server.app.now()))
    })
    .unwrap();
    let mut other = Browser::default();
    other.cookies.insert("tongxing-staff".to_owned(), elsewhere);
    assert_eq!(server.get(&mut other, "/desk/application").await.location, "/desk/ended");
    // And a phone's pages know nothing of it.
    assert_eq!(server.get(&mut one, "/application").await.status, StatusCode::FORBIDDEN);
    server.stop().await;
}
