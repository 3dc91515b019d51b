//! What phones and checkers see when the signing key changes: in its time, and in an emergency.

use std::time::Duration;

use credential::{KeyId, KeyState, Observed, Pass, Reason, StatusToken, Verdict, to_text, verify};

use super::testing::{Checker, HEALTHY, Phone, another_phone, phone, status_path};
use super::{IssuerError, Signing};
use crate::testing::{Browser, TestServer, signing};

fn judge(server: &TestServer, checker: &Checker, text: &str) -> (Verdict, Vec<Reason>) {
    let observed = Observed { document_matches: true, ..Observed::default() };
    let mut buffer = Vec::new();
    let outcome = verify(text, &mut buffer, &checker.trust, &checker.statuses, now(server), &observed);
    (outcome.verdict(), outcome.reasons().to_vec())
}

fn now(server: &TestServer) -> u64 {
    server.app.now().seconds().unsigned_abs()
}

fn key_of(pass: &[u8]) -> KeyId {
    Pass::parse(pass).unwrap().key_id()
}

/// A checker who has fetched both lists of this pass.
async fn checker(server: &TestServer, pass: &[u8]) -> Checker {
    let mut checker = Checker::new(server).await;
    checker.fetch(server, pass).await;
    checker
}

async fn print(server: &TestServer, phone: &mut Phone) -> Vec<u8> {
    server.post(&mut phone.browser, "/my-code/print", &[]).await;
    let now = server.app.now();
    let printed = super::issue::printed_now(&server.app, phone.holder).await.unwrap();
    printed.unwrap_or_else(|| panic!("a printed pass at {now}")).signed
}

#[tokio::test]
async fn after_a_rotation_new_passes_have_the_new_key_and_old_ones_live_to_their_end() {
    let server = TestServer::start().await;
    let mut first = phone(&server, &HEALTHY).await;
    let (old, paper) = (first.pass(&server).await, print(&server, &mut first).await);
    server.app.signers.replace(signing(2, 1, KeyState::Active)).unwrap();
    let key = server.app.signers.signing().signer().key_id();
    assert_ne!(key_of(&old), key);
    // Nobody is sent for a new pass while the old one is good, on the phone or on paper.
    assert_eq!(first.pass(&server).await, old);
    assert_eq!(super::issue::printed_now(&server.app, first.holder).await.unwrap().unwrap().signed, paper);
    let new = phone(&server, &HEALTHY).await.pass(&server).await;
    assert_eq!(key_of(&new), key);
    let checker = checker(&server, &old).await;
    assert_eq!(judge(&server, &checker, &first.show(&old, now(&server))), (Verdict::Pass, vec![]));
    // A checker that has the former trust list only takes what the standby key signs: that is what it is for.
    let list = server.get(&mut Browser::default(), &status_path(&server, &new)).await;
    let former = signing(1, 0, KeyState::Active);
    let token = StatusToken::parse(&list.bytes).unwrap();
    assert!(token.verify(former.trust(), now(&server)).is_ok());
    server.advance(Duration::from_hours(13));
    assert_eq!(key_of(&first.pass(&server).await), key, "the next one, in its time, is by the new key");
    server.stop().await;
}

#[tokio::test]
async fn after_an_emergency_the_old_key_counts_nowhere_and_phones_renew_by_themselves() {
    let server = TestServer::start().await;
    let mut holder = phone(&server, &HEALTHY).await;
    let (old, paper) = (holder.pass(&server).await, print(&server, &mut holder).await);
    let before = checker(&server, &old).await;
    let shown = holder.show(&old, now(&server));
    assert_eq!(judge(&server, &before, &shown), (Verdict::Pass, vec![]));

    server.app.signers.replace(signing(2, 1, KeyState::Withdrawn)).unwrap();
    let key = server.app.signers.signing().signer().key_id();
    // Both lists are the new ones with the next request: no cached one is older than the change.
    let mut after = checker(&server, &old).await;
    after.fetch(&server, &paper).await;
    assert_eq!(after.trust.version(), 2);
    let list = server.get(&mut Browser::default(), &status_path(&server, &old)).await;
    assert!(StatusToken::parse(&list.bytes).unwrap().verify(&after.trust, now(&server)).is_ok());
    assert_eq!(judge(&server, &after, &shown), (Verdict::Stop, vec![Reason::KeyInvalid]));
    assert_eq!(judge(&server, &after, &to_text(&paper)), (Verdict::Stop, vec![Reason::KeyInvalid]));
    let other = another_phone(&server, holder.holder).await.pass(&server).await;
    assert_eq!(key_of(&other), key);

    // The phone asks as it always does: it gets a pass that counts, long before the old one ends.
    let renewed = holder.pass(&server).await;
    assert!(renewed != old && key_of(&renewed) == key);
    after.fetch(&server, &renewed).await;
    assert_eq!(judge(&server, &after, &holder.show(&renewed, now(&server))), (Verdict::Pass, vec![]));
    assert_eq!(holder.pass(&server).await, renewed, "once");
    assert!(super::issue::printed_now(&server.app, holder.holder).await.unwrap().is_none(), "to print again");
    server.stop().await;
}

#[tokio::test]
async fn keys_that_do_not_fit_change_nothing_and_a_failed_reload_is_seen() {
    let server = TestServer::start().await;
    let app = &server.app;
    let ready = async || server.get(&mut Browser::default(), "/readyz").await;
    assert_eq!(ready().await.json(), serde_json::json!({"status": "ok", "national_code": "off"}));
    app.signers.replace(signing(5, 1, KeyState::Active)).unwrap();
    let key = app.signers.signing().signer().key_id();
    let older = app.signers.replace(signing(4, 0, KeyState::Active)).unwrap_err();
    assert_eq!(older, IssuerError::Older { served: 5, found: 4 });
    let others = signing(6, 0, KeyState::Active);
    let mut issuers = others.trust().issuers().to_vec();
    issuers[0].name = Some("CN-GD".to_owned());
    let trust = credential::TrustList::new(6, 0, issuers);
    let others = Signing::new(others.signer().clone(), trust, None).unwrap();
    assert!(matches!(app.signers.replace(others).unwrap_err(), IssuerError::OtherIssuer { .. }));
    assert_eq!(app.signers.signing().signer().key_id(), key);

    app.signers.could_not_reload(app.now());
    let since = app.now();
    server.advance(Duration::from_mins(1));
    app.signers.could_not_reload(app.now());
    let answer = ready().await;
    assert_eq!(answer.status, 200, "it goes on");
    assert_eq!(
        (&answer.json()["signing_keys"], &answer.json()["since"]),
        (&"not_reloaded".into(), &since.to_string().into())
    );
    app.signers.replace(signing(5, 1, KeyState::Active)).unwrap();
    assert_eq!(ready().await.json(), serde_json::json!({"status": "ok", "national_code": "off"}));
    server.stop().await;
}
