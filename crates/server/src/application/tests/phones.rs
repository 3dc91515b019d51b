//! What a phone holds: one person's application, and nothing of another's; and it can always apply again.

use super::super::draft::{self, Draft};
use super::*;

const NEAR: [(&str, &str); 1] = [("birth_day", "15")];

/// Applies with a near miss, and opens the answers to correct them.
async fn correcting(server: &TestServer) -> (Browser, ApplicationId) {
    file(server, &passport()).await;
    let (mut browser, id) = apply(server, &NEAR).await;
    server.advance(Duration::from_secs(6));
    let first = server.post(&mut browser, "/application/correct", &[]).await;
    assert_eq!(first.location, "/apply/document");
    (browser, id)
}

/// Fills everything in and sends it; gives the application that the phone then holds.
async fn apply_again(server: &TestServer, browser: &mut Browser) -> ApplicationId {
    assert_eq!(fill(server, browser, &NEAR).await.location, "/apply/check");
    let sent = server.post(browser, "/apply/check", &[]).await;
    assert_eq!((sent.status, sent.location.as_str()), (StatusCode::SEE_OTHER, "/apply/done"));
    application_of(server, browser).await.unwrap()
}

async fn draft_on(server: &TestServer, browser: &Browser) -> Option<Draft> {
    draft::load(&server.app, device_of(server, browser).await.0).await.unwrap()
}

#[tokio::test]
async fn whoever_withdraws_while_correcting_can_apply_again() {
    let server = TestServer::start().await;
    let (mut browser, id) = correcting(&server).await;
    server.post(&mut browser, "/application/withdraw", &[]).await;
    assert!(draft_on(&server, &browser).await.is_none());
    assert_ne!(apply_again(&server, &mut browser).await, id);
    assert_eq!(row(&server, id).await.stage, Stage::Withdrawn, "the old one stays what it was");
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_refused_while_correcting_can_apply_again() {
    let server = TestServer::start().await;
    let (mut browser, id) = correcting(&server).await;
    let app = &server.app;
    transact!(app.store, "test.refuse", ApplicationError, |tx| {
        let mut row = call!(tx, application::by_id(id))?.unwrap();
        transition::advance(tx, app, &mut row, Stage::Refused, EventKind::Refused, None).await
    })
    .unwrap();
    assert!(draft_on(&server, &browser).await.is_none());
    assert_ne!(apply_again(&server, &mut browser).await, id);
    server.stop().await;
}

/// A draft that an older program left, both where the applicant starts again and where they go on with it.
#[tokio::test]
async fn a_correction_that_outlived_its_application_becomes_a_new_one() {
    let server = TestServer::start().await;
    for starts_again in [true, false] {
        let (mut browser, id) = apply(&server, &NEAR).await;
        server.post(&mut browser, "/application/withdraw", &[]).await;
        let device = device_of(&server, &browser).await.0;
        draft::correct(&server.app, device, &row(&server, id).await).await.unwrap();
        if starts_again {
            server.post(&mut browser, "/apply", &[]).await;
            let draft = draft_on(&server, &browser).await.unwrap();
            assert!(draft.corrects.is_none() && draft.typed.get("number").is_empty());
            assert_ne!(apply_again(&server, &mut browser).await, id);
            continue;
        }
        let health: Vec<(&str, &str)> =
            TYPED.iter().filter(|(step, ..)| *step == "health").map(|(_, n, t)| (*n, *t)).collect();
        let last = server.post(&mut browser, "/apply/health", &health).await;
        assert_eq!(last.location, "/apply/check");
        assert_eq!(server.post(&mut browser, "/apply/check", &[]).await.location, "/apply/done");
        assert_ne!(application_of(&server, &browser).await, Some(id));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_code_issued_while_correcting_is_shown_and_nothing_more_is_sent() {
    let server = TestServer::start().await;
    let (mut browser, id) = apply(&server, &[]).await;
    server.advance(Duration::from_secs(6));
    server.post(&mut browser, "/application/correct", &[]).await;
    file(&server, &passport()).await;
    jobs::run_due(&server.app).await.unwrap();
    assert_eq!(row(&server, id).await.stage, Stage::Issued);
    assert_eq!(server.post(&mut browser, "/apply/check", &[]).await.location, "/apply/done");
    assert_eq!(application_of(&server, &browser).await, Some(id));
    assert_eq!(holder_on(&server, &browser).await, row(&server, id).await.holder);
    server.stop().await;
}

#[tokio::test]
async fn a_lost_phone_shows_nothing_of_the_person_after_a_recovery_even_while_correcting() {
    let server = TestServer::start().await;
    let (mut lost, _) = correcting(&server).await;
    assert!(server.get(&mut lost, "/apply/person").await.text().to_uppercase().contains("ERIKSSON"));
    let code = recovery_code(&server.get(&mut lost, "/application").await.text());
    let mut new = Browser::speaking("en");
    assert_eq!(server.post(&mut new, "/recover", &[("code", &code)]).await.location, "/application");
    for path in ["/apply/person", "/apply/document", "/apply/residence", "/apply/check"] {
        let answer = server.get(&mut lost, path).await;
        assert_eq!(answer.location, "/apply", "{path}: {}", answer.text());
        assert!(!answer.text().to_uppercase().contains("ERIKSSON"), "{path}");
    }
    apply_again(&server, &mut lost).await;
    server.stop().await;
}

#[tokio::test]
async fn a_recovery_code_never_pushes_another_persons_application_off_a_phone() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    file(&server, &document(Kind::Passport, "Y87654321")).await;
    let (mut phone_a, a) = apply(&server, &[]).await;
    let (mut phone_b, b) = apply(&server, &[("number", "Y87654321"), ("birth_day", "15")]).await;
    let code = recovery_code(&server.get(&mut phone_a, "/application").await.text());
    let warned = server.get(&mut phone_b, "/recover").await.text();
    assert!(warned.contains("it can hold one only"), "{warned}");
    let refused = server.post(&mut phone_b, "/recover", &[("code", &code)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("withdraw the application that is here first"), "{}", refused.text());
    assert_eq!(application_of(&server, &phone_b).await, Some(b));
    assert_eq!(application_of(&server, &phone_a).await, Some(a));
    assert_eq!(holder_on(&server, &phone_a).await, row(&server, a).await.holder);

    let own = server.post(&mut phone_a, "/recover", &[("code", &code)]).await;
    assert_eq!(own.location, "/application", "it was not used up, and one's own phone may have it");
    let code = recovery_code(&server.get(&mut phone_a, "/application").await.text());
    server.post(&mut phone_b, "/application/withdraw", &[]).await;
    assert_eq!(server.post(&mut phone_b, "/recover", &[("code", &code)]).await.location, "/application");
    assert_eq!(holder_on(&server, &phone_b).await, row(&server, a).await.holder);
    server.stop().await;
}

#[tokio::test]
async fn what_was_typed_and_not_sent_is_not_lost_without_a_warning() {
    let server = TestServer::start().await;
    let mut browser = Browser::speaking("en");
    let warning = "not yet sent is deleted";
    assert!(!server.get(&mut browser, "/recover").await.text().contains(warning));
    server.post(&mut browser, "/apply", &[]).await;
    server.post(&mut browser, "/apply/kind", &[("kind", "passport")]).await;
    assert!(server.get(&mut browser, "/recover").await.text().contains(warning));
    let mistyped = server.post(&mut browser, "/recover", &[("code", "ABC")]).await;
    assert!(mistyped.text().contains(warning));
    assert!(draft_on(&server, &browser).await.is_some(), "a slip deletes nothing");
    server.stop().await;
}
