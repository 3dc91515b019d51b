//! The whole chain, as phones and checkers see it.

mod days;

use std::collections::HashSet;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use credential::{
    Colour, DeviceKey, Observed, Pass, Reason, Signer as _, StatusToken, Temperature, Verdict, to_text,
    verify,
};
use store::rows::notice::NoticeKind;
use store::rows::pass::WithdrawnFor;
use store::{StoreError, call, transact};

use super::testing::{
    Checker, HEALTHY, Phone, another_phone, coughing, declare, device_key, phone, status_path,
};
use super::withdraw_for_holder;
use crate::Settings;
use crate::testing::{Browser, TestServer};

const HOUR: Duration = Duration::from_hours(1);

fn judge(server: &TestServer, checker: &Checker, text: &str, matches: bool) -> (Verdict, Vec<Reason>) {
    let observed = Observed { document_matches: matches, threshold: Temperature(373), ..Observed::default() };
    let now = server.app.now().seconds().unsigned_abs();
    let mut buffer = Vec::new();
    let outcome = verify(text, &mut buffer, &checker.trust, &checker.statuses, now, &observed);
    (outcome.verdict(), outcome.reasons().to_vec())
}

fn now(server: &TestServer) -> u64 {
    server.app.now().seconds().unsigned_abs()
}

async fn withdraw(server: &TestServer, phone: &Phone, why: WithdrawnFor) {
    let (app, holder) = (&server.app, phone.holder);
    transact!(app.store, "test.withdraw", StoreError, |tx| {
        withdraw_for_holder(tx, app, holder, why).await
    })
    .unwrap();
}

#[tokio::test]
async fn a_live_pass_is_checked_with_the_published_lists_alone() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let mut checker = Checker::new(&server).await;
    let answer = phone.ask(&server).await.json();
    assert_eq!(answer["colour"], "green");
    assert_eq!(answer["reasons"], serde_json::json!(["declared_healthy"]));
    assert_eq!(answer["server_time"].to_string(), format!("{}.0", now(&server)));
    assert_eq!(answer["not_before"].as_u64().unwrap(), now(&server) - 60, "for checkers whose clock is slow");
    assert_eq!(answer["expires"].as_u64().unwrap(), now(&server) + 24 * 3600);
    let pass = phone.pass(&server).await;

    let live = phone.show(&pass, now(&server));
    assert_eq!(judge(&server, &checker, &live, false), (Verdict::Check, vec![Reason::StatusUnknown]));
    checker.fetch(&server, &pass).await;
    assert_eq!(judge(&server, &checker, &live, false), (Verdict::Pass, vec![]));
    assert_eq!(judge(&server, &checker, &to_text(&pass), false), (Verdict::Check, vec![Reason::Picture]));
    assert!(live.len() <= 528, "the budget of version 14: {}", live.len());

    let claims = *Pass::parse(&pass).unwrap().claims();
    assert_eq!((claims.initials, claims.birth.day, claims.birth.month), ("AME", 12, 8));
    assert_eq!(claims.device, Some(DeviceKey::from(&phone.key.public())));

    server.advance(Duration::from_secs(61));
    assert_eq!(judge(&server, &checker, &live, false), (Verdict::Check, vec![Reason::Picture]));
    let other = Phone { key: device_key(), ..phone };
    let stolen = other.show(&pass, now(&server));
    assert_eq!(judge(&server, &checker, &stolen, false).1, [Reason::LiveProof]);
    server.stop().await;
}

#[tokio::test]
async fn a_printed_pass_counts_beside_its_document_only_and_a_new_one_voids_it() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let mut checker = Checker::new(&server).await;
    let page = server.get(&mut phone.browser, "/my-code/print").await;
    assert!(!page.text().contains("<svg"), "looking issues nothing");

    let printed = async |phone: &mut Phone| {
        let answer = server.post(&mut phone.browser, "/my-code/print", &[]).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/my-code/print"));
        let device = phone.device();
        super::issue::printed_now(&server.app, device.holder.unwrap()).await.unwrap().unwrap().signed
    };
    let pass = printed(&mut phone).await;
    let text = to_text(&pass);
    checker.fetch(&server, &pass).await;
    assert_eq!(judge(&server, &checker, &text, false), (Verdict::Check, vec![Reason::MatchDocument]));
    assert_eq!(judge(&server, &checker, &text, true), (Verdict::Pass, vec![]));
    assert!(text.len() <= 366, "the budget of version 11: {}", text.len());
    assert_eq!(Pass::parse(&pass).unwrap().claims().expires, now(&server) + 14 * 86_400);

    let page = server.get(&mut phone.browser, "/my-code/print").await.text();
    assert!(
        page.contains("<svg class=\"qr\"")
            && page.contains("AME")
            && page.contains("Good until")
            && page.contains("须核对证件")
    );
    for word in ["Green", "Yellow", "Red"] {
        assert!(!page.contains(word), "paper shows no colour");
    }
    assert_eq!(
        server.get(&mut phone.browser, "/my-code/print").await.text(),
        page,
        "a reload shows the same"
    );

    let next = printed(&mut phone).await;
    assert_ne!(next, pass);
    checker.fetch(&server, &pass).await;
    assert_eq!(judge(&server, &checker, &text, true), (Verdict::Stop, vec![Reason::Withdrawn]));
    checker.fetch(&server, &next).await;
    assert_eq!(judge(&server, &checker, &to_text(&next), true).0, Verdict::Pass);
    server.stop().await;
}

#[tokio::test]
async fn another_colour_withdraws_live_and_printed_and_the_next_request_gives_the_new_one() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let mut checker = Checker::new(&server).await;
    let green = phone.pass(&server).await;
    checker.fetch(&server, &green).await;
    server.post(&mut phone.browser, "/my-code/print", &[]).await;

    let (app, holder) = (&server.app, phone.holder);
    let decide = async |answers: &domain::declaration::HealthAnswers| {
        transact!(app.store, "test.decide", StoreError, |tx| {
            declare(tx, app, holder, answers).await?;
            crate::decision::decide_declared(tx, app, holder).await
        })
        .unwrap()
    };
    decide(&HEALTHY).await;
    assert_eq!(phone.pass(&server).await, green, "the same colour changes nothing");
    decide(&coughing()).await;
    let live = phone.show(&green, now(&server));
    assert_eq!(judge(&server, &checker, &live, false).0, Verdict::Pass, "until the list is fetched anew");
    checker.fetch(&server, &green).await;
    assert_eq!(judge(&server, &checker, &live, false), (Verdict::Stop, vec![Reason::Withdrawn]));
    assert!(!server.get(&mut phone.browser, "/my-code/print").await.text().contains("<svg"));

    let answer = phone.ask(&server).await.json();
    assert_eq!(answer["colour"], "yellow");
    assert_eq!(answer["reasons"], serde_json::json!(["declared_symptoms"]));
    let yellow = phone.pass(&server).await;
    assert_eq!(Pass::parse(&yellow).unwrap().claims().colour, Colour::Yellow);
    let page = server.get(&mut phone.browser, "/my-code").await.text();
    assert!(page.contains("colour-word is-yellow") && page.contains("decides on the spot"), "{page}");
    server.stop().await;
}

#[tokio::test]
async fn a_good_pass_is_given_again_and_one_past_its_half_is_renewed() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let first = phone.pass(&server).await;
    server.advance(Duration::from_secs(12 * 3600 - 1));
    assert_eq!(phone.pass(&server).await, first);
    server.advance(Duration::from_secs(1));
    let second = phone.pass(&server).await;
    assert_ne!(second, first);
    let mut checker = Checker::new(&server).await;
    checker.fetch(&server, &first).await;
    let live = phone.show(&first, now(&server));
    assert_eq!(judge(&server, &checker, &live, false).0, Verdict::Pass, "its answer may have been lost");
    server.stop().await;
}

#[tokio::test]
async fn another_key_withdraws_the_former_pass_of_this_phone_alone() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let mut second_phone = another_phone(&server, phone.holder).await;
    let others = second_phone.pass(&server).await;
    let former = phone.pass(&server).await;
    phone.key = device_key();
    let new = phone.pass(&server).await;
    let mut checker = Checker::new(&server).await;
    checker.fetch(&server, &former).await;
    let verdict = |text: &str| judge(&server, &checker, text, false).0;
    assert_eq!(verdict(&phone.show(&new, now(&server))), Verdict::Pass);
    assert_eq!(verdict(&to_text(&former)), Verdict::Stop);
    assert_eq!(verdict(&second_phone.show(&others, now(&server))), Verdict::Pass);
    server.stop().await;
}

#[tokio::test]
async fn raced_requests_of_one_phone_give_one_pass() {
    let server = TestServer::start().await;
    let phone = phone(&server, &HEALTHY).await;
    let device = phone.device();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (app, key) = (server.app.clone(), phone.key.public());
            tokio::spawn(async move { super::issue::live(&app, &device, &key).await.unwrap().signed })
        })
        .collect();
    let mut passes = HashSet::new();
    for task in tasks {
        passes.insert(task.await.unwrap());
    }
    assert_eq!(passes.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn refusals_say_what_the_phone_has_to_do() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let pass = phone.pass(&server).await;
    let path = "/api/v1/my-code/pass";
    for wrong in ["", "AAAA", &"A".repeat(87)] {
        let body = serde_json::json!({ "device_key": wrong });
        let answer = server.post_json(&mut phone.browser, path, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let answer = server.post_json(&mut phone.browser, path, &serde_json::json!([])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = server.post_json(&mut Browser::default(), path, &serde_json::json!({})).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "no session");

    server.advance(Duration::from_secs(1));
    withdraw(&server, &phone, WithdrawnFor::Closed).await;
    assert_eq!(phone.ask(&server).await.status, StatusCode::GONE);
    let mut checker = Checker::new(&server).await;
    checker.fetch(&server, &pass).await;
    assert_eq!(judge(&server, &checker, &to_text(&pass), false).0, Verdict::Stop);

    let session = phone.session;
    transact!(server.app.store, "test.close", StoreError, |tx| { call!(tx, holder::open_on(session, None)) })
        .unwrap();
    assert_eq!(phone.ask(&server).await.status, StatusCode::CONFLICT);
    let answer = server.get(&mut phone.browser, "/my-code").await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/application"));
    server.stop().await;
}

#[tokio::test]
async fn a_phone_that_asks_with_ever_new_keys_is_slowed_down() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    for _ in 0..40 {
        phone.key = device_key();
        assert_eq!(phone.ask(&server).await.status, StatusCode::OK);
    }
    phone.key = device_key();
    let answer = phone.ask(&server).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers["retry-after"], "3600");
    server.advance(25 * HOUR);
    assert_eq!(phone.ask(&server).await.status, StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn published_lists_are_cached_and_answered_with_304() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let pass = phone.pass(&server).await;
    let well_known = |name| format!("/.well-known/tongxing-{name}");
    for path in [well_known("trust.jws"), well_known("root.json"), status_path(&server, &pass)] {
        let first = server.get(&mut Browser::default(), &path).await;
        assert_eq!(first.status, StatusCode::OK);
        assert!(first.headers["cache-control"].to_str().unwrap().contains("public"));
        let etag = first.headers["etag"].to_str().unwrap();
        let packed = Request::builder().uri(&path).header("accept-encoding", "gzip");
        let packed = server.send(&mut Browser::default(), packed, Body::empty()).await;
        assert_eq!((&packed.bytes, packed.headers.get("content-encoding")), (&first.bytes, None), "{path}");
        let request = Request::builder().uri(&path).header("if-none-match", format!("\"x\", W/{etag}"));
        let again = server.send(&mut Browser::default(), request, Body::empty()).await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
    }
    let path = status_path(&server, &pass);
    let fetch = async || server.get(&mut Browser::default(), &path).await;
    let first = fetch().await;
    assert_eq!(first.headers["content-type"], "application/statuslist+cwt");
    server.advance(Duration::from_secs(59));
    assert_eq!(fetch().await.bytes, first.bytes, "kept for a minute");
    server.advance(Duration::from_secs(1));
    let second = fetch().await;
    assert_ne!(second.bytes, first.bytes, "then signed anew");
    withdraw(&server, &phone, WithdrawnFor::Closed).await;
    assert_ne!(fetch().await.bytes, second.bytes, "a withdrawal is there at once");
    for unknown in ["/s/0", "/s/999", "/s/+1", "/s/01", "/s/x"] {
        assert_eq!(server.get(&mut Browser::default(), unknown).await.status, StatusCode::NOT_FOUND);
    }
    server.stop().await;
}

#[tokio::test]
async fn status_lists_are_had_as_cwt_or_jwt_and_the_index_names_them() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let pass = phone.pass(&server).await;
    let path = status_path(&server, &pass);
    withdraw(&server, &phone, WithdrawnFor::Closed).await;
    let fetch = async |accept: &str| {
        let request = Request::builder().uri(&path).header("accept", accept);
        server.send(&mut Browser::default(), request, Body::empty()).await
    };
    let (cwt, jwt) = ("application/statuslist+cwt", "application/statuslist+jwt");
    let both_ways = [
        (cwt, cwt),
        (jwt, jwt),
        ("text/html, */*;q=0.8", cwt),
        ("application/statuslist+cwt;q=0.5, application/statuslist+jwt", jwt),
        ("application/*, application/statuslist+jwt;q=0.1", cwt),
        ("image/png", cwt),
    ];
    let index = Pass::parse(&pass).unwrap().claims().status.index;
    for (accept, expected) in both_ways {
        let answer = fetch(accept).await;
        assert_eq!(answer.headers["content-type"], expected, "{accept}");
        assert_eq!(answer.headers["vary"], "accept");
        let token = StatusToken::parse(&answer.bytes).unwrap();
        token.verify(server.app.signers.signing().trust(), now(&server)).unwrap();
        assert_eq!(token.list().get(index), Ok(1), "{expected}");
    }
    assert_ne!(fetch(cwt).await.headers["etag"], fetch(jwt).await.headers["etag"]);
    let index = server.get(&mut Browser::default(), "/s").await.json();
    assert_eq!(
        index["status_lists"],
        serde_json::json!([format!("{}{path}", server.app.settings.public_origin)])
    );
    server.stop().await;
}

#[tokio::test]
async fn leaving_withdraws_the_live_pass_keeps_the_printed_one_and_ends_the_session() {
    let settings = Settings { public_origin: "https://code.example".to_owned(), ..Settings::for_tests() };
    let server = TestServer::with_settings(settings).await;
    let mut phone = phone(&server, &HEALTHY).await;
    let token = phone.browser.cookies.remove("tongxing-device").unwrap();
    let csrf = crate::http::csrf::CsrfToken::of_session(&token);
    phone.browser.cookies.insert("__Host-tongxing-device".to_owned(), token);
    let device = phone.device();
    let live = super::issue::live(&server.app, &device, &phone.key.public()).await.unwrap().signed;
    let printed = super::issue::printed(&server.app, &device).await.unwrap().signed;
    let mut checker = Checker::new(&server).await;

    assert_eq!(server.get(&mut phone.browser, "/my-code/leave").await.status, StatusCode::OK);
    let answer = server.post(&mut phone.browser, "/my-code/leave", &[("csrf", csrf.as_str())]).await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/my-code/left"));
    assert_eq!(answer.headers["clear-site-data"], "\"storage\"");
    assert!(phone.browser.cookies.is_empty(), "the cookie is gone");
    assert_eq!(server.get(&mut phone.browser, "/my-code").await.status, StatusCode::FORBIDDEN);
    for pass in [&live, &printed] {
        checker.fetch(&server, pass).await;
    }
    assert_eq!(judge(&server, &checker, &to_text(&live), false).0, Verdict::Stop);
    assert_eq!(judge(&server, &checker, &to_text(&printed), true).0, Verdict::Pass);
    // A request that was on its way when the session ended gets nothing.
    let late = super::issue::live(&server.app, &device, &device_key().public()).await;
    assert!(matches!(late, Err(super::issue::PassError::NoCode)));
    server.stop().await;
}

/// The paths name no holder: what a phone asks for is its own holder's, and another's code stays as it is.
#[tokio::test]
async fn every_route_of_a_code_reaches_the_own_holder_alone() {
    let server = TestServer::start().await;
    let mut owner = phone(&server, &HEALTHY).await;
    let mut stranger = phone(&server, &HEALTHY).await;
    let pass = owner.pass(&server).await;
    server.post(&mut owner.browser, "/my-code/print", &[]).await;
    let printed = server.get(&mut owner.browser, "/my-code/print").await.text();
    assert!(printed.contains("<svg class=\"qr\""));
    let number = format!("X{:08}", owner.holder.as_i64() % 100_000_000);
    let last_four = &number[number.len() - 4..];
    assert!(printed.contains(last_four));

    let none = server.get(&mut stranger.browser, "/my-code/print/a6.pdf").await;
    assert_eq!((none.status, none.location.as_str()), (StatusCode::SEE_OTHER, "/my-code/print"));
    let file = server.get(&mut owner.browser, "/my-code/print/a6.pdf").await;
    assert!(file.bytes.starts_with(b"%PDF"), "{}", file.status);
    assert_eq!(file.headers["cache-control"], "no-store");
    for path in ["/my-code/print/a5.pdf", "/my-code/print/a6", "/my-code/print/A6.pdf"] {
        assert_eq!(server.get(&mut owner.browser, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!server.get(&mut stranger.browser, "/my-code/print").await.text().contains("<svg class=\"qr\""));
    let picture = server.get(&mut owner.browser, "/my-code/picture.png").await;
    assert_eq!(
        (picture.status, &picture.headers["content-type"]),
        (StatusCode::OK, &"image/png".parse().unwrap())
    );
    assert_eq!(picture.headers["cache-control"], "no-store");
    assert_eq!(server.get(&mut stranger.browser, "/my-code/picture.png").await.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get(&mut stranger.browser, "/my-code/picture").await.location, "/my-code/print");
    let code = server.get(&mut stranger.browser, "/my-code").await.text();
    assert!(!code.contains(&number), "the owner's number");
    let theirs = stranger.pass(&server).await;
    let (theirs, owners) = (Pass::parse(&theirs).unwrap(), Pass::parse(&pass).unwrap());
    assert_ne!(theirs.claims().last_four, owners.claims().last_four);
    server.post(&mut stranger.browser, "/my-code/print", &[]).await;
    assert_ne!(server.get(&mut stranger.browser, "/my-code/print/a6.pdf").await.bytes, file.bytes);
    let again = server.get(&mut owner.browser, "/my-code/print/a6.pdf").await;
    assert_eq!(again.bytes, file.bytes, "looking makes no other");
    assert_eq!(server.get(&mut owner.browser, "/my-code/print").await.text(), printed, "not voided");
    assert_eq!(server.get(&mut stranger.browser, "/my-code/leave").await.status, StatusCode::OK);
    let left = server.post(&mut stranger.browser, "/my-code/leave", &[]).await;
    assert_eq!(left.location, "/my-code/left");
    assert_eq!(server.get(&mut stranger.browser, "/my-code").await.status, StatusCode::FORBIDDEN);

    let mut checker = Checker::new(&server).await;
    checker.fetch(&server, &pass).await;
    let shown = owner.show(&pass, now(&server));
    assert_eq!(judge(&server, &checker, &shown, false), (Verdict::Pass, vec![]), "the owner's is still good");
    server.stop().await;
}

#[tokio::test]
async fn a_notice_stays_until_it_is_read_and_only_its_holder_reads_it() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let mut stranger = super::testing::phone(&server, &HEALTHY).await;
    let (app, holder) = (&server.app, phone.holder);
    let (id, at) = (app.new_id(), app.now());
    transact!(app.store, "test.notice", StoreError, |tx| {
        call!(tx, notice::tell(id, holder, NoticeKind::SecondApplication, at))
    })
    .unwrap();
    let words = "Somebody applied with your document";
    let last = id.to_string();
    let read = [("last", last.as_str())];
    assert!(!server.get(&mut stranger.browser, "/my-code").await.text().contains(words));
    server.post(&mut stranger.browser, "/my-code/notices", &read).await;
    for _ in 0..2 {
        assert!(server.get(&mut phone.browser, "/my-code").await.text().contains(words));
    }
    server.post(&mut phone.browser, "/my-code/notices", &read).await;
    assert!(!server.get(&mut phone.browser, "/my-code").await.text().contains(words));
    server.stop().await;
}

#[tokio::test]
async fn the_code_page_holds_to_the_contract_of_the_script() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let mut other = super::testing::phone(&server, &HEALTHY).await;
    let page = server.get(&mut phone.browser, "/my-code").await.text();
    for part in ["panel", "colour", "box", "now", "life", "reasons", "announce", "notice"] {
        assert_eq!(page.matches(&format!("data-part=\"{part}\"")).count(), 1, "{part}");
    }
    let words = "colour-green colour-yellow colour-red colour-none colour-gone reason life label announce \
        preparing offline busy session clock broken expired withdrawn changed reason-declared_healthy";
    for word in words.split_whitespace() {
        assert_eq!(page.matches(&format!("<template data-word=\"{word}\">")).count(), 1, "{word}");
    }
    assert!(!page.contains("reason-declared_symptoms"), "the words of what stands alone: it is a light page");
    assert!(page.contains("Works without the internet until <span data-slot=\"until\"></span>"));
    assert!(page.contains(&format!("data-csrf=\"{}\"", phone.browser.csrf())));
    let holder =
        |page: &str| page.split("data-holder=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let again = server.get(&mut phone.browser, "/my-code").await.text();
    assert_eq!(holder(&page), holder(&again));
    assert_ne!(holder(&page), holder(&server.get(&mut other.browser, "/my-code").await.text()));
    server.stop().await;
}

#[tokio::test]
async fn a_code_that_moves_to_another_phone_leaves_no_good_pass_behind() {
    let server = TestServer::start().await;
    let mut former = phone(&server, &HEALTHY).await;
    let pass = former.pass(&server).await;
    let mut new = another_phone(&server, former.holder).await;
    server.advance(Duration::from_secs(1));
    let (app, holder) = (&server.app, former.holder);
    transact!(app.store, "test.decide", StoreError, |tx| {
        crate::decision::decide_first(tx, app, holder).await
    })
    .unwrap();
    let mut checker = Checker::new(&server).await;
    checker.fetch(&server, &pass).await;
    let verdict = |text: &str| judge(&server, &checker, text, false).0;
    assert_eq!(verdict(&former.show(&pass, now(&server))), Verdict::Stop);
    let moved = new.pass(&server).await;
    assert_eq!(verdict(&new.show(&moved, now(&server))), Verdict::Pass);
    server.stop().await;
}
