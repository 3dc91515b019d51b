//! Coming back, and going over to a phone.

use super::*;
use crate::desk::find::{MISSES_ABOUT, MISSES_OF_OFFICER};

/// The three that fit, some of them typed otherwise.
fn carried<'a>(reference: &'a str, otherwise: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("reference", reference)];
    fields.extend(DOCUMENT);
    for (name, text) in otherwise {
        fields.retain(|(n, _)| n != name);
        fields.push((name, text));
    }
    fields
}

async fn applied(server: &TestServer) -> (Browser, ApplicationRow) {
    file(server, &passport()).await;
    let mut officer = desk(server).await;
    let id = apply(server, &mut officer, &[]).await;
    let row = row(server, id).await;
    post(server, &mut officer, "/desk/next", &[]).await;
    (officer, row)
}

#[tokio::test]
async fn a_person_is_found_with_all_they_carry_and_nothing_less_and_each_attempt_is_recorded() {
    let server = TestServer::start().await;
    let (_, row) = applied(&server).await;
    let reference = row.reference.to_string();
    let mut officer = desk(&server).await;
    let wrong =
        [("number", "X12345679"), ("birth_day", "15"), ("birth_day", ""), ("reference", "HB-2222-2222")];
    let mut answers = Vec::new();
    for otherwise in wrong {
        let answer = come_back(&server, &mut officer, &carried(&reference, &[otherwise])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{otherwise:?}");
        answers.push(answer.text().contains("Nothing can be opened with these details"));
        assert!(visit(&server, &officer).await.is_none(), "{otherwise:?}");
    }
    assert_eq!(answers, [true, true, true, true], "the same words, whatever does not fit");
    let spaced = carried(&reference, &[("number", "x 1234 5678")]);
    let opened = come_back(&server, &mut officer, &spaced).await;
    assert_eq!(opened.location, "/desk", "{}", opened.text());
    assert!(server.get(&mut officer, "/desk").await.text().contains("href=\"/desk/my-code\""));
    let what = recorded(&server, "application", row.id.as_i64()).await;
    assert_eq!(what, ["desk_enter", "desk_miss", "desk_miss", "desk_miss", "desk_open"]);
    let page = server.get(&mut officer, "/desk/my-data").await.text();
    assert!(page.contains("Tried to open at a service desk"), "the person reads it: {page}");
    server.stop().await;
}

#[tokio::test]
async fn whoever_errs_too_often_is_stopped_with_a_number_and_with_all_numbers() {
    let server = TestServer::start().await;
    let (_, row) = applied(&server).await;
    let reference = row.reference.to_string();
    let mut officer = desk(&server).await;
    let wrong = carried(&reference, &[("birth_day", "15")]);
    for _ in 0..MISSES_ABOUT {
        assert_eq!(come_back(&server, &mut officer, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let mut colleague = desk(&server).await;
    let right = carried(&reference, &[]);
    for who in [&mut officer, &mut colleague] {
        let answer = come_back(&server, who, &right).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{}", answer.text());
        assert!(answer.text().contains("Too many attempts"));
    }
    // A number that nobody has is stopped as soon: it tells nothing.
    let unknown = carried("HB-2222-2222", &[]);
    let mut third = desk(&server).await;
    let mut last = StatusCode::OK;
    for _ in 0..=MISSES_ABOUT {
        last = come_back(&server, &mut third, &unknown).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // One officer, many numbers.
    for _ in MISSES_ABOUT..MISSES_OF_OFFICER {
        let number = domain::Reference::draw(&*server.app.entropy).to_string();
        let answer = come_back(&server, &mut third, &carried(&number, &[])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let number = domain::Reference::draw(&*server.app.entropy).to_string();
    let stopped = come_back(&server, &mut third, &carried(&number, &[])).await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    server.advance(Duration::from_hours(25));
    let mut next_day = desk(&server).await;
    assert_eq!(come_back(&server, &mut next_day, &right).await.location, "/desk");
    server.stop().await;
}

fn recovery_code(page: &str) -> String {
    let slip = page.split("<strong class=\"doc\"").nth(1).expect("a recovery code on the slip");
    slip.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn with_the_code_on_the_slip_everything_goes_over_to_a_phone_and_the_desk_takes_nothing_back() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let mut officer = desk(&server).await;
    let id = apply(&server, &mut officer, &[]).await;
    let reference = row(&server, id).await.reference.to_string();
    let slip = server.get(&mut officer, "/desk/slip").await.text();
    assert!(slip.contains(&reference) && !slip.contains("ERIKSSON") && !slip.contains("X12345678"), "{slip}");
    let first = recovery_code(&slip);
    assert_eq!(
        recovery_code(&server.get(&mut officer, "/desk/slip").await.text()),
        first,
        "the same at each look"
    );
    post(&server, &mut officer, "/desk/next", &[]).await;

    // The next visit does not show it again, and makes a new one on demand.
    assert_eq!(come_back(&server, &mut officer, &carried(&reference, &[])).await.location, "/desk");
    assert!(!server.get(&mut officer, "/desk/slip").await.text().contains("<strong class=\"doc\""));
    let renewed = post(&server, &mut officer, "/desk/slip", &[]).await;
    assert_eq!(renewed.location, "/desk/slip");
    let code = recovery_code(&server.get(&mut officer, "/desk/slip").await.text());
    assert_ne!(code, first);
    let mut phone = Browser::speaking("en");
    let refused = server.post(&mut phone, "/recover", &[("code", &first), ("person", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the one before is good no more");
    let opened = server.post(&mut phone, "/recover", &[("code", &code), ("person", "")]).await;
    assert_eq!(opened.location, "/application", "{}", opened.text());
    assert!(server.get(&mut phone, "/my-code").await.status.is_success());
    assert!(visit(&server, &officer).await.unwrap().holder.is_none(), "it has left the desk");

    // With a phone, the person is served at a desk all the same; the code stays on the phone.
    let hash = token_hash(&phone.cookies["tongxing-device"]);
    assert_eq!(come_back(&server, &mut officer, &carried(&reference, &[])).await.location, "/desk");
    let device = actors::device(&server.app, &hash).await.unwrap().unwrap();
    assert_eq!(visit(&server, &officer).await.unwrap().id, device.id);
    post(&server, &mut officer, "/desk/my-code/print", &[]).await;
    assert!(server.get(&mut officer, "/desk/my-code/print").await.text().contains("<svg"));
    assert!(!server.get(&mut officer, "/desk/slip").await.text().contains("<strong class=\"doc\""));
    assert_eq!(post(&server, &mut officer, "/desk/slip", &[]).await.status, StatusCode::CONFLICT);
    post(&server, &mut officer, "/desk/next", &[]).await;
    assert!(server.get(&mut phone, "/my-code").await.status.is_success());
    let page = server.get(&mut phone, "/my-data").await.text();
    for words in ["Opened at a service desk", "Printed at a service desk", "Gave a new recovery code"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_was_taken_off_a_phone_goes_on_at_a_desk() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let mut officer = desk(&server).await;
    let id = apply(&server, &mut officer, &[]).await;
    let reference = row(&server, id).await.reference.to_string();
    let code = recovery_code(&server.get(&mut officer, "/desk/slip").await.text());
    let mut phone = Browser::speaking("en");
    server.post(&mut phone, "/recover", &[("code", &code), ("person", "")]).await;
    server.post(&mut phone, "/my-code/leave", &[]).await;
    assert_eq!(come_back(&server, &mut officer, &carried(&reference, &[])).await.location, "/desk");
    let device = visit(&server, &officer).await.unwrap();
    assert_eq!((device.application, device.holder), (Some(id), row(&server, id).await.holder));
    assert!(
        server.get(&mut officer, "/desk/slip").await.text().contains("<strong class=\"doc\""),
        "a new code"
    );
    server.stop().await;
}

#[tokio::test]
async fn data_are_corrected_health_is_declared_and_the_code_is_closed_at_the_desk() {
    let server = TestServer::start().await;
    let (mut officer, before) = applied(&server).await;
    let reference = before.reference.to_string();
    come_back(&server, &mut officer, &carried(&reference, &[])).await;
    let fields = [("symptoms", "cough"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")];
    let declared = post(&server, &mut officer, "/desk/my-code/health", &fields).await;
    assert_eq!(declared.location, "/desk/my-code", "{}", declared.text());
    assert!(server.get(&mut officer, "/desk/my-code").await.text().contains("Yellow"));

    let start = post(&server, &mut officer, "/desk/my-data/correct", &[("why", "renewed")]).await;
    assert_eq!(start.location, "/desk/apply/document", "{}", start.text());
    let number = [
        ("number", "Y87654321"),
        ("issuing_state", "UTO"),
        ("expiry_day", "1"),
        ("expiry_month", "2"),
        ("expiry_year", "2035"),
    ];
    let next = post(&server, &mut officer, "/desk/apply/document", &number).await;
    assert_eq!(next.location, "/desk/apply/check", "{}", next.text());
    assert_eq!(post(&server, &mut officer, "/desk/apply/check", &[]).await.location, "/desk/apply/done");
    let page = server.get(&mut officer, "/desk/application").await.text();
    assert!(page.contains("href=\"/desk/my-code\""), "the code works meanwhile: {page}");

    let holder = before.holder.unwrap();
    let page = server.get(&mut officer, "/desk/my-data/delete").await.text();
    assert!(page.contains("action=\"/desk/my-data/delete\"") && !page.contains("my-code.js"), "{page}");
    let closed = post(&server, &mut officer, "/desk/my-data/delete", &[]).await;
    assert_eq!(closed.location, "/desk/closed");
    assert!(visit(&server, &officer).await.is_none());
    let left = read!(server.app.store, "test.left", StoreError, |tx| {
        Ok((call!(tx, application::by_id(before.id))?.is_some(), call!(tx, held::documents(holder))?.len()))
    });
    assert_eq!(left.unwrap(), (false, 0));
    let what = recorded(&server, "holder", holder.as_i64()).await;
    assert_eq!(what, ["desk_health", "desk_close"], "the record stays, with an id that leads nowhere");
    let again = come_back(&server, &mut officer, &carried(&reference, &[])).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    server.stop().await;
}
