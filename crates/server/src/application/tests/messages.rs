//! What applicants are told by their contact, and that it is no more than their page says.

use std::collections::HashSet;

use domain::Role;
use store::rows::outbox::{MessageKind, OutboxState};

use super::contact::{ask_to_recover, code, confirm, type_code};
use super::*;
use crate::application::own;
use crate::message::deliver::send_due;
use crate::message::tests::{Recorder, recorded};

/// Gives an application a confirmed contact.
async fn reach(server: &TestServer, id: ApplicationId, contact: &str) {
    let (app, contact) = (&server.app, contact.parse().unwrap());
    transact!(app.store, "test.contact", StoreError, |tx| {
        call!(tx, contact::set(app.new_id(), id, &contact, "en", app.now()))
    })
    .unwrap();
}

/// The subjects of what has been sent since the last time.
async fn told(server: &TestServer, mail: &Recorder) -> Vec<String> {
    send_due(&server.app).await.unwrap();
    mail.taken.lock().unwrap().drain(..).map(|message| message.subject).collect()
}

async fn advance_to(server: &TestServer, id: ApplicationId, next: Stage, event: EventKind) {
    let app = &server.app;
    transact!(app.store, "test.advance", ApplicationError, |tx| {
        let mut row = call!(tx, application::by_id(id))?.unwrap();
        transition::advance(tx, app, &mut row, next, event, None).await
    })
    .unwrap();
}

#[tokio::test]
async fn each_step_that_the_applicant_can_see_is_told_in_their_language_and_no_other() {
    let (server, mail, _) = recorded().await;
    let (mut browser, id) = apply(&server, &[("kind", "hk_macao_permit"), ("number", "H12345678")]).await;
    assert!(told(&server, &mail).await.is_empty(), "nobody to tell");
    reach(&server, id, "anna@example.org").await;
    advance_to(&server, id, Stage::NeedsInformation, EventKind::Asked).await;
    assert_eq!(told(&server, &mail).await, ["We need something from you"]);
    advance_to(&server, id, Stage::Review, EventKind::PhotoSent).await;
    assert!(told(&server, &mail).await.is_empty());
    advance_to(&server, id, Stage::Refused, EventKind::Refused).await;
    assert_eq!(told(&server, &mail).await, ["Your application was not approved"]);

    // They apply again on the same phone: they are reached where they were, in the language they now read.
    browser.cookies.insert("tongxing-language".to_owned(), "zh-Hans".to_owned());
    file(&server, &passport()).await;
    fill(&server, &mut browser, &[]).await;
    server.post(&mut browser, "/apply/check", &[]).await;
    let second = application_of(&server, &browser).await.unwrap();
    assert_ne!(second, id);
    matching::run(&server.app, second).await.unwrap();
    assert_eq!(told(&server, &mail).await, ["已收到您的申领", "您的健康码已可使用"]);
    server.stop().await;
}

/// The kinds of everything that has been written for somebody.
async fn written(server: &TestServer) -> HashSet<MessageKind> {
    let rows = store::read!(server.app.store, "test.written", StoreError, |tx| {
        call!(tx, outbox::list(None, 99))
    });
    rows.unwrap().into_iter().map(|row| row.kind).collect()
}

/// What a reviewer does at the desk.
pub(super) async fn decide(server: &TestServer, reviewer: &mut Browser, id: ApplicationId, decision: &str) {
    server.post(reviewer, &format!("/review/{id}/claim"), &[]).await;
    server.get(reviewer, &format!("/review/{id}")).await;
    let version = row(server, id).await.version.to_string();
    let fields = [("version", version.as_str()), ("decision", decision), ("message", "Please look again.")];
    let decided = server.post(reviewer, &format!("/review/{id}/decide"), &fields).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text());
}

/// Each kind of message is written by what happens through the pages; a kind that nothing writes fails here.
#[tokio::test]
async fn every_kind_of_message_is_written_by_what_it_tells_of() {
    let (server, mail, _) = recorded().await;
    let mut reviewer = server.signed_in("Wuhan", &[Role::Reviewer]).await;
    file(&server, &passport()).await;
    let (mut anna, first) = apply(&server, &[("birth_day", "15")]).await;
    confirm(&server, &mut anna, "anna@example.org", &mail).await;
    decide(&server, &mut reviewer, first, "ask-details").await;
    server.post(&mut anna, "/application/correct", &[]).await;
    fill(&server, &mut anna, &[]).await;
    server.post(&mut anna, "/apply/check", &[]).await;
    matching::run(&server.app, first).await.unwrap();
    apply(&server, &[]).await; // somebody else, with the same document
    let unwell = [("symptoms", "cough"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")];
    server.post(&mut anna, "/my-code/health", &unwell).await;
    let appeal = crate::appeal::tests::appealed(&server, &mut anna).await;
    crate::appeal::tests::answered(&server, &appeal).await;
    server.post(&mut anna, "/my-code/print", &[]).await;
    let (mut new, _) = ask_to_recover(&server, "anna@example.org").await;
    let right = code(&server, &mail).await;
    assert_eq!(type_code(&server, &mut new, "/recover/code", &right).await.location, "/application");
    let holder = row(&server, first).await.holder.unwrap();
    crate::casework::tests::task_for(&server, holder).await;
    server.advance(Duration::from_hours(13 * 24));
    crate::message::ending::tell(&server.app).await.unwrap();
    assert_eq!(crate::casework::tell::tell(&server.app).await.unwrap(), 1);
    server.post(&mut new, "/contact/remove", &[]).await;

    let (mut permit, second) = apply(&server, &[("kind", "hk_macao_permit"), ("number", "H12345678")]).await;
    confirm(&server, &mut permit, "paul@example.org", &mail).await;
    server.advance(25 * HOUR);
    jobs::run_due(&server.app).await.unwrap();
    let mut reviewer = server.signed_in("Wuhan", &[Role::Reviewer]).await;
    decide(&server, &mut reviewer, second, "refuse-no-answer").await;

    let written = written(&server).await;
    // What goes to the authority is of no application: `health::tests`.
    let of_people = MessageKind::EVERY.iter().filter(|kind| **kind != MessageKind::ReportsOverdue);
    let missing: Vec<_> = of_people.filter(|kind| !written.contains(kind)).collect();
    assert!(missing.is_empty(), "nothing writes {missing:?}");
    server.stop().await;
}

#[tokio::test]
async fn that_we_are_late_is_told_where_the_page_says_so_and_never_of_a_passport() {
    let (server, mail, _) = recorded().await;
    file(&server, &passport()).await;
    let (_, near) = apply(&server, &[("birth_day", "15")]).await;
    let (_, absent) = apply(&server, &[("number", "Y99999999")]).await;
    let (_, permit) = apply(&server, &[("kind", "hk_macao_permit"), ("number", "H12345678")]).await;
    for (id, contact) in
        [(near, "near@example.org"), (absent, "absent@example.org"), (permit, "permit@example.org")]
    {
        reach(&server, id, contact).await;
    }
    server.advance(25 * HOUR);
    jobs::run_due(&server.app).await.unwrap();
    assert!(
        row(&server, near).await.overdue_at.is_some(),
        "near is late too, which its applicant must not learn"
    );
    send_due(&server.app).await.unwrap();
    let taken = std::mem::take(&mut *mail.taken.lock().unwrap());
    let told: Vec<(&str, &str)> = taken.iter().map(|m| (m.to.as_str(), m.subject.as_str())).collect();
    assert_eq!(told, [("permit@example.org", "We are late with your application")]);
    server.stop().await;
}

#[tokio::test]
async fn a_holder_is_told_of_a_second_application_of_another_phone_and_of_another_colour() {
    let (server, mail, _) = recorded().await;
    file(&server, &passport()).await;
    let (_, first) = apply(&server, &[]).await;
    reach(&server, first, "anna@example.org").await;
    let (_, second) = apply(&server, &[]).await;
    reach(&server, second, "somebody@example.org").await;
    send_due(&server.app).await.unwrap();
    let taken = std::mem::take(&mut *mail.taken.lock().unwrap());
    assert_eq!(taken.len(), 1, "the second applicant is not the holder");
    assert_eq!(
        (taken[0].to.as_str(), taken[0].subject.as_str()),
        ("anna@example.org", "Somebody applied with your document")
    );
    assert!(!taken[0].text.contains("X12345678") && !taken[0].text.to_uppercase().contains("ERIKSSON"));

    let holder = row(&server, first).await.holder.unwrap();
    let app = &server.app;
    transact!(app.store, "test.decide", StoreError, |tx| {
        let declaration = call!(tx, application::declaration(first))?.unwrap();
        let mut answers = declaration.answers.clone();
        answers.contact = true;
        crate::pass::testing::declare(tx, app, holder, &answers).await?;
        crate::decision::decide_declared(tx, app, holder).await
    })
    .unwrap();
    assert_eq!(told(&server, &mail).await, ["Your code has changed"]);
    server.stop().await;
}

#[tokio::test]
async fn whoever_withdraws_is_told_nothing_more() {
    let (server, mail, _) = recorded().await;
    let (browser, id) = apply(&server, &[]).await;
    reach(&server, id, "anna@example.org").await;
    let device = device_of(&server, &browser).await.0;
    own::withdraw(&server.app, device, None, id).await.unwrap();
    assert!(told(&server, &mail).await.is_empty());
    let left = store::read!(server.app.store, "test.left", StoreError, |tx| {
        Ok((call!(tx, contact::of_application(id))?, call!(tx, outbox::list(Some(OutboxState::Waiting), 9))?))
    });
    assert_eq!(left.unwrap(), (None, Vec::new()));
    server.stop().await;
}

#[tokio::test]
async fn a_printed_pass_that_ends_soon_is_told_once() {
    let (server, mail, _) = recorded().await;
    file(&server, &passport()).await;
    let (mut browser, id) = apply(&server, &[]).await;
    reach(&server, id, "anna@example.org").await;
    server.post(&mut browser, "/my-code/print", &[]).await;
    let tell = || crate::message::ending::tell(&server.app);
    server.advance(11 * 24 * HOUR);
    assert_eq!(tell().await.unwrap(), 0, "three days are left");
    server.advance(25 * HOUR);
    assert_eq!((tell().await.unwrap(), tell().await.unwrap()), (1, 0));
    assert_eq!(told(&server, &mail).await, ["Your pass ends soon"]);
    server.advance(10 * HOUR);
    assert_eq!(tell().await.unwrap(), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_code_that_nobody_uses_is_told_of_before_it_is_erased() {
    let (server, mail, _) = recorded().await;
    file(&server, &passport()).await;
    let (_, id) = apply(&server, &[]).await;
    reach(&server, id, "anna@example.org").await;
    let tell = || crate::message::ending::tell(&server.app);
    server.advance(87 * 24 * HOUR);
    assert_eq!(tell().await.unwrap(), 0, "three days are left");
    server.advance(25 * HOUR);
    assert_eq!((tell().await.unwrap(), tell().await.unwrap()), (1, 0));
    assert_eq!(told(&server, &mail).await, ["Your pass ends soon"]);
    server.advance(48 * HOUR);
    assert_eq!(tell().await.unwrap(), 0, "it is over");
    server.stop().await;
}
