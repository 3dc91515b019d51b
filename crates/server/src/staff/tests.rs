//! Rules of accounts and of signing in, through the real router.

use std::time::Duration;

use axum::http::StatusCode;
use domain::Role;

use super::{
    Added, By, NewAccount, StaffError, Tools, account as own_account, add, administer, one_time, sign_in,
};
use crate::http::session::Staff;
use crate::testing::{Answer, Browser, TestServer};

const MINUTE: Duration = Duration::from_mins(1);

async fn account(server: &TestServer, login: &str, roles: &[Role]) -> Added {
    let new = NewAccount {
        login: login.to_owned(),
        name: "Test Person".to_owned(),
        unit: "Unit".to_owned(),
        roles: roles.to_vec(),
        password: None,
    };
    add(Tools::of(&server.app), By::COMMAND_LINE, new).await.expect("a new account")
}

fn code(server: &TestServer, added: &Added) -> String {
    one_time::code_at(&added.totp_secret, server.app.now())
}

async fn try_sign_in(
    server: &TestServer,
    browser: &mut Browser,
    login: &str,
    password: &str,
    code: &str,
) -> Answer {
    let fields = [("login", login), ("password", password), ("code", code)];
    server.post(browser, "/staff/sign-in", &fields).await
}

async fn signed_in(server: &TestServer, added: &Added) -> Browser {
    let mut browser = Browser::default();
    let code = code(server, added);
    let answer = try_sign_in(server, &mut browser, &added.login, &added.password, &code).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    browser
}

async fn is_live(server: &TestServer, browser: &mut Browser) -> bool {
    let answer = server.get(browser, "/staff/account").await;
    assert!(answer.status.is_success() || answer.location == "/staff/sign-in", "{answer:?}");
    answer.status.is_success()
}

#[tokio::test]
async fn signing_in_leads_to_the_first_page_of_the_roles_and_signing_out_ends_it_on_the_server() {
    let server = TestServer::start().await;
    for (login, role, first) in [
        ("filer", Role::FilingOfficer, "/filing"),
        ("reviewer", Role::Reviewer, "/review"),
        ("inspector", Role::Inspector, "/inspect"),
        ("admin", Role::Administrator, "/staff"),
        ("auditor", Role::Auditor, "/audit"),
    ] {
        let added = account(&server, login, &[role]).await;
        let (mut browser, now) = (Browser::default(), code(&server, &added));
        let typed = format!(" {} ", login.to_uppercase());
        let answer = try_sign_in(&server, &mut browser, &typed, &added.password, &now).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, first));
        let mut thief = browser.clone();
        assert!(is_live(&server, &mut thief).await);
        let answer = server.post(&mut browser, "/staff/sign-out", &[]).await;
        assert_eq!(answer.location, "/staff/sign-in");
        assert!(!browser.cookies.contains_key("tongxing-staff"));
        assert!(!is_live(&server, &mut thief).await, "the session ended on the server");
    }
    server.stop().await;
}

#[tokio::test]
async fn whatever_is_wrong_the_page_is_the_same() {
    let server = TestServer::start().await;
    let right = account(&server, "li.si", &[Role::Reviewer]).await;
    let off = account(&server, "off", &[Role::Reviewer]).await;
    administer::disable(Tools::of(&server.app), By::COMMAND_LINE, off.id).await.unwrap();
    let now = code(&server, &right);
    let stale = one_time::code_at(&right.totp_secret, server.app.now().minus(2 * MINUTE));
    let mut pages = std::collections::BTreeSet::new();
    for (login, password, code) in [
        ("li.si", "wrong", now.as_str()),
        ("li.si", &right.password, &stale),
        ("li.si", &right.password, ""),
        ("nobody", &right.password, &now),
        ("off", &off.password, &self::code(&server, &off)),
        ("", "", ""),
    ] {
        let answer = try_sign_in(&server, &mut Browser::default(), login, password, code).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!answer.headers.contains_key("set-cookie"));
        assert!(password.is_empty() || !answer.text().contains(password), "the password is not shown again");
        pages.insert(answer.text().replace(&format!("value=\"{login}\""), "value=\"\""));
    }
    assert_eq!(pages.len(), 1, "{pages:#?}");
    server.stop().await;
}

#[tokio::test]
async fn each_code_works_once_even_within_its_time() {
    let server = TestServer::start().await;
    let added = account(&server, "li.si", &[Role::Reviewer]).await;
    let now = code(&server, &added);
    signed_in(&server, &added).await;
    let again = try_sign_in(&server, &mut Browser::default(), "li.si", &added.password, &now).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    server.advance(Duration::from_secs(30));
    signed_in(&server, &added).await;
    // Two browsers with one fresh code at the same moment: one gets in.
    server.advance(Duration::from_secs(30));
    let now = code(&server, &added);
    let (mut one, mut two) = (Browser::default(), Browser::default());
    let (one, two) = tokio::join!(
        try_sign_in(&server, &mut one, "li.si", &added.password, &now),
        try_sign_in(&server, &mut two, "li.si", &added.password, &now)
    );
    let let_in = [one, two].iter().filter(|a| a.status == StatusCode::SEE_OTHER).count();
    assert_eq!(let_in, 1);
    server.stop().await;
}

#[tokio::test]
async fn ten_wrong_attempts_lock_known_and_unknown_logins_alike_for_fifteen_minutes() {
    let server = TestServer::start().await;
    let added = account(&server, "li.si", &[Role::Reviewer]).await;
    let mut locked_pages = Vec::new();
    for login in ["li.si", "nobody"] {
        for attempt in 1..=10 {
            let answer = try_sign_in(&server, &mut Browser::default(), login, "wrong", "000000").await;
            assert_eq!(answer.text().contains("rests for a while"), attempt == 10, "{attempt}");
        }
        let now = code(&server, &added);
        let answer = try_sign_in(&server, &mut Browser::default(), login, &added.password, &now).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "locked for the right password, too");
        assert!(answer.text().contains("again from 20:15"), "{}", answer.text());
        locked_pages.push(answer.text().replace(&format!("value=\"{login}\""), ""));
    }
    assert_eq!(locked_pages[0], locked_pages[1]);
    server.advance(Duration::from_secs(15 * 60 - 1));
    let now = code(&server, &added);
    let answer = try_sign_in(&server, &mut Browser::default(), "li.si", &added.password, &now).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    server.advance(Duration::from_secs(1));
    signed_in(&server, &added).await;
    server.stop().await;
}

#[tokio::test]
async fn a_right_sign_in_forgets_the_wrong_ones_before() {
    let server = TestServer::start().await;
    let added = account(&server, "li.si", &[Role::Reviewer]).await;
    for _ in 0..2 {
        for _ in 0..9 {
            try_sign_in(&server, &mut Browser::default(), "li.si", "wrong", "000000").await;
        }
        signed_in(&server, &added).await;
        server.advance(MINUTE);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_session_ends_after_thirty_idle_minutes_and_after_twelve_hours_whatever_happens() {
    let server = TestServer::start().await;
    let added = account(&server, "li.si", &[Role::Reviewer]).await;
    let mut idle = signed_in(&server, &added).await;
    server.advance(29 * MINUTE);
    assert!(is_live(&server, &mut idle).await);
    server.advance(29 * MINUTE);
    assert!(is_live(&server, &mut idle).await, "being used keeps it");
    server.advance(30 * MINUTE);
    assert!(!is_live(&server, &mut idle).await);
    let mut busy = signed_in(&server, &added).await;
    for _ in 0..35 {
        server.advance(20 * MINUTE);
        assert!(is_live(&server, &mut busy).await);
    }
    server.advance(20 * MINUTE);
    assert!(!is_live(&server, &mut busy).await, "twelve hours are the end");
    server.stop().await;
}

#[tokio::test]
async fn disabling_ends_live_sessions_at_once_and_enabling_lets_in_again() {
    let server = TestServer::start().await;
    let added = account(&server, "li.si", &[Role::Reviewer]).await;
    let mut browser = signed_in(&server, &added).await;
    let mut admin = server.signed_in("Unit", &[Role::Administrator]).await;
    let answer = server.post(&mut admin, &format!("/staff/{}/disable", added.id), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(!is_live(&server, &mut browser).await);
    let page = server.get(&mut admin, &format!("/staff/{}", added.id)).await.text();
    assert!(page.contains("Disabled"));
    server.advance(MINUTE);
    server.post(&mut admin, &format!("/staff/{}/enable", added.id), &[]).await;
    assert!(!is_live(&server, &mut browser).await, "the old session does not come back");
    signed_in(&server, &added).await;
    server.stop().await;
}

#[tokio::test]
async fn administrators_cannot_shut_themselves_or_everybody_out() {
    let server = TestServer::start().await;
    let first = account(&server, "first", &[Role::Administrator, Role::Auditor]).await;
    let mut browser = signed_in(&server, &first).await;
    let own = format!("/staff/{}", first.id);
    let answer = server.post(&mut browser, &format!("{own}/disable"), &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("name", "Test Person"), ("unit", "Unit"), ("roles", "auditor")];
    let answer = server.post(&mut browser, &own, &fields).await;
    assert!(answer.text().contains("take the administrator role from yourself"), "{}", answer.text());
    let answer = server.post(&mut browser, &format!("{own}/password"), &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "not without the current one");
    assert!(answer.text().contains("with the current one"), "{}", answer.text());
    assert!(is_live(&server, &mut browser).await);
    // From the command line it is the last one that is kept.
    let tools = Tools::of(&server.app);
    let refused = administer::disable(tools, By::COMMAND_LINE, first.id).await;
    assert!(matches!(refused, Err(StaffError::LastAdministrator)), "{refused:?}");
    let second = account(&server, "second", &[Role::Administrator]).await;
    administer::disable(tools, By::COMMAND_LINE, first.id).await.unwrap();
    let change = administer::change(tools, By::COMMAND_LINE, second.id, "B", "Unit", &[Role::Auditor]).await;
    assert!(matches!(change, Err(StaffError::LastAdministrator)), "{change:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_reset_is_shown_once_and_replaces_what_was() {
    let server = TestServer::start().await;
    let added = account(&server, "li.si", &[Role::Reviewer]).await;
    let mut browser = signed_in(&server, &added).await;
    let mut admin = server.signed_in("Unit", &[Role::Administrator]).await;
    let page = server.post(&mut admin, &format!("/staff/{}/password", added.id), &[]).await.text();
    assert!(!is_live(&server, &mut browser).await);
    let shown = between(&page, "class=\"ref\" dir=\"ltr\" translate=\"no\">", "<");
    let secret = {
        server.post(&mut admin, &format!("/staff/{}/codes", added.id), &[]).await;
        let found = store::read!(server.app.store, "test.secret", StaffError, |tx| {
            Ok(store::call!(tx, staff::credentials("li.si"))?)
        });
        found.unwrap().unwrap().totp_secret.to_vec()
    };
    assert_ne!(secret, added.totp_secret);
    server.advance(MINUTE);
    let (old_code, new_code) = (code(&server, &added), one_time::code_at(&secret, server.app.now()));
    for (password, code, let_in) in [
        (added.password.as_str(), new_code.as_str(), false),
        (shown, &old_code, false),
        (shown, &new_code, true),
    ] {
        let answer = try_sign_in(&server, &mut Browser::default(), "li.si", password, code).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, let_in);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_own_password_is_changed_with_the_current_one_and_ends_other_sessions() {
    let server = TestServer::start().await;
    let added = account(&server, "li.si", &[Role::Reviewer]).await;
    let mut other = signed_in(&server, &added).await;
    server.advance(MINUTE);
    let mut browser = signed_in(&server, &added).await;
    let page = server.get(&mut browser, "/staff/account").await.text();
    assert!(page.contains("this one included: 2"), "{page}");
    let fresh = "ferry lantern orchid";
    for (current, new, words) in [
        (added.password.as_str(), "short", "at least 15 characters"),
        (&added.password, "li.si li.si li.si", "easy to guess"),
        ("wrong", fresh, "current password is not right"),
    ] {
        let answer = server.post(&mut browser, "/staff/account", &[("current", current), ("new", new)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    let fields = [("current", added.password.as_str()), ("new", fresh)];
    let answer = server.post(&mut browser, "/staff/account", &fields).await;
    assert_eq!(answer.location, "/staff/account?changed");
    assert!(is_live(&server, &mut browser).await);
    assert!(!is_live(&server, &mut other).await);
    server.advance(MINUTE);
    let now = code(&server, &added);
    let answer = try_sign_in(&server, &mut other, "li.si", fresh, &now).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    server.post(&mut browser, "/staff/account/sign-out", &[]).await;
    assert!(!is_live(&server, &mut other).await, "everywhere is everywhere");
    server.stop().await;
}

#[tokio::test]
async fn wrong_passwords_sent_at_once_lock_before_the_right_one_among_them_changes_anything() {
    let server = TestServer::start().await;
    let added = account(&server, "li.si", &[Role::Reviewer]).await;
    let (name, unit) = ("Test Person".to_owned(), domain::Id::from_i64(1));
    let staff = Staff { id: added.id, name, unit, roles: vec![Role::Reviewer], session: [0; 32] };
    let tools = Tools::of(&server.app);
    let (current, fresh) = (added.password.as_str(), "ferry lantern orchid");
    let note = || sign_in::note_failure(tools, "li.si", StaffError::WrongPassword);
    for _ in 1..sign_in::MOST_FAILURES {
        note().await;
    }
    // The right one is looked at, then two passwords are hashed; the wrong one that locks comes in between.
    let right = own_account::change_password(tools, &staff, current, fresh);
    let (changed, _) = tokio::join!(right, note());
    assert!(matches!(changed, Err(StaffError::Locked(_))), "{changed:?}");
    server.stop().await;
}

#[tokio::test]
async fn an_account_added_by_page_can_sign_in_and_all_of_it_is_on_record() {
    let server = TestServer::start().await;
    let mut admin = server.signed_in("Unit", &[Role::Administrator, Role::Auditor]).await;
    let fields = [("name", "Li Si"), ("login", "Li.Si"), ("unit", "New unit"), ("roles", "inspector")];
    let page = server.post(&mut admin, "/staff/new", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let page = page.text();
    let password = between(&page, "class=\"ref\" dir=\"ltr\" translate=\"no\">", "<");
    assert!(page.contains("otpauth://totp/Tongxing:li.si?secret=") && page.contains("data:image/svg+xml"));
    assert_eq!(password.len(), 24);
    let taken = server.post(&mut admin, "/staff/new", &fields).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.text().contains("value=\"Li Si\""), "what was typed is kept");
    assert!(server.get(&mut admin, "/staff").await.text().contains("New unit"));
    let record = server.get(&mut admin, "/audit/accesses").await.text();
    assert!(record.contains("Added") && record.contains("Test Person"), "{record}");
    let about = between(&record, "?kind=staff&amp;object=", "\"").to_owned();
    let one = server.get(&mut admin, &format!("/audit/accesses?kind=staff&object={about}")).await;
    assert_eq!(one.text().matches("<th scope=\"row\">").count(), 1);
    server.stop().await;
}

#[tokio::test]
async fn the_record_of_accesses_turns_its_pages_newest_first() {
    let server = TestServer::start().await;
    let tools = Tools::of(&server.app);
    let added = account(&server, "li.si", &[Role::Reviewer]).await;
    for number in 0..crate::access::PAGE {
        server.advance(MINUTE);
        let name = format!("Name {number}");
        let by = By { staff: added.id, unit: domain::Id::from_i64(1) };
        let tools = Tools { now: server.app.now(), ..tools };
        administer::change(tools, by, added.id, &name, "Unit", &[Role::Reviewer]).await.unwrap();
    }
    let mut auditor = server.signed_in("Unit", &[Role::Auditor]).await;
    let first = server.get(&mut auditor, "/audit/accesses").await.text();
    assert_eq!(first.matches("<th scope=\"row\">").count(), crate::access::PAGE);
    assert!(first.contains("Changed") && !first.contains("Added"), "newest first");
    let older = between(&first, "href=\"?before=", "\"");
    let second = server.get(&mut auditor, &format!("/audit/accesses?before={older}")).await.text();
    assert_eq!(second.matches("<th scope=\"row\">").count(), 1);
    assert!(second.contains("Command line of the server"));
    let own = server.get(&mut auditor, &format!("/audit/accesses?staff={}", added.id)).await.text();
    assert!(own.contains("Changed") && !own.contains("Command line"));
    assert_eq!(server.get(&mut auditor, "/audit/accesses?staff=x").await.status, StatusCode::NOT_FOUND);
    server.stop().await;
}

#[tokio::test]
async fn a_machine_client_is_let_in_by_its_token_until_it_is_disabled() {
    use crate::http::{actors, route::Scope, session::token_hash};
    let server = TestServer::start().await;
    let tools = Tools::of(&server.app);
    let token = super::client_add(tools, "entry-exit", "Unit", Scope::Filing).await.unwrap();
    let again = super::client_add(tools, "entry-exit", "Unit", Scope::Filing).await;
    assert!(matches!(again, Err(StaffError::ClientTaken)));
    let hash = token_hash(&token);
    assert!(actors::client(&server.app, &hash, Scope::Filing).await.unwrap().is_some());
    super::client_disable(tools, "entry-exit").await.unwrap();
    assert!(actors::client(&server.app, &hash, Scope::Filing).await.unwrap().is_none());
    let listed = super::client_list(tools).await.unwrap();
    assert!(listed.len() == 1 && listed[0].disabled_at.is_some());
    server.stop().await;
}

/// What stands in `text` between two marks.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}")).1;
    rest.split(to).next().unwrap_or_default()
}
