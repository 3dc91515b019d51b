//! Staff: added by an administrator's page, disabled at once, and recorded for the auditor.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use blackbox::{Account, Browser, Engine, Page, Place, Server};
use common::canary::{nothing_personal_is_left, strangers_learn_nothing};
use common::{Person, desk};
use regex::Regex;

const FILED: Person = Person::new("XT3318046", "DRAGOMIRESCU", "OLIMPIADA", ["21", "1", "1947"]);

on_both_engines!(staff);

async fn staff(engine: Engine) {
    let place = Place::new(engine).await;
    let administrator = place.staff("administrator", "Office", "administrator");
    let auditor = place.staff("auditor", "Audit", "auditor");
    let server = Server::start(&place).await;
    let desk = server.browser();
    desk.sign_in(&administrator).await;

    let page = desk.get("/staff/new").await;
    let wrong = desk.submit(&page, "/staff/new", &[("login", "new clerk!"), ("name", "")]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    let fields = [
        ("login", "new.clerk"),
        ("name", "New Clerk"),
        ("unit", "Entry and exit"),
        ("roles", "filing_officer"),
    ];
    let added = desk.submit(&page, "/staff/new", &fields).await;
    let account = shown_account(&added);

    let clerk = server.browser();
    clerk.sign_in(&account).await;
    desk::file(&clerk, &FILED).await;
    let search = clerk.get("/filing").await;
    let fields = [("by", "number"), ("kind", "passport"), ("number", FILED.number), ("issuing_state", "UTO")];
    let found = clerk.submit(&search, "/filing/search", &fields).await;
    assert!(found.html.contains(FILED.family));
    let link = Regex::new("href=\"(/filing/[0-9a-f]{8,})\"").unwrap();
    let view = link.captures(&found.html).expect("a link to the filing")[1].to_owned();
    assert!(clerk.get(&view).await.html.contains(FILED.family));
    assert_eq!(clerk.get("/staff").await.status.as_u16(), 403);
    assert_eq!(clerk.get("/audit/accesses").await.status.as_u16(), 403);

    let record = server.browser();
    record.sign_in(&auditor).await;
    let accesses = record.get("/audit/accesses").await;
    assert!(accesses.html.contains("New Clerk"), "who opened whose data is on record");
    assert!(!accesses.html.contains(FILED.family), "by its id, not by a name");
    assert_eq!(record.get(&view).await.status.as_u16(), 403, "auditors open no filings");

    disabling_ends_the_session(&desk, &clerk, &account).await;

    strangers_learn_nothing(&server, &[FILED]).await;
    server.stop();
    nothing_personal_is_left(&place, &[FILED]).await;
}

/// The account as the page shows it, once.
fn shown_account(page: &Page) -> Account {
    let values = Regex::new("<bdi class=\"(?:ref|doc)\" dir=\"ltr\" translate=\"no\">([^<]+)</bdi>").unwrap();
    let values: Vec<String> = values.captures_iter(&page.html).map(|found| found[1].to_owned()).collect();
    let [login, password, secret, ..] = &values[..] else { panic!("{} shows no account", page.path) };
    Account::new(login, password, secret)
}

async fn disabling_ends_the_session(desk: &Browser, clerk: &Browser, account: &Account) {
    let list = desk.get("/staff").await;
    let row = list.html.split("<tr").find(|row| row.contains(&account.login)).expect("a row");
    let person = row.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
    let page = desk.get(person).await;
    desk.submit(&page, &format!("{person}/disable"), &[]).await;
    assert_eq!(clerk.get("/filing").await.path, "/staff/sign-in", "the session has ended");
    let page = clerk.get("/staff/sign-in").await;
    let code = account.code(blackbox::now() + 30);
    let fields = [("login", account.login.as_str()), ("password", &account.password), ("code", &code)];
    let refused = clerk.submit(&page, "/staff/sign-in", &fields).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
}
