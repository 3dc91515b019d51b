//! Contacts: confirmed by a one-time code, changed, removed; and opening an application elsewhere with one. What an
//! attacker who guesses codes or contacts learns: nothing.

use std::num::NonZeroU32;
use std::sync::Arc;

use super::*;
use crate::contact::{LIFE, WRONG_AN_HOUR};
use crate::http::limits::Rates;
use crate::message::Messages;
use crate::message::deliver::send_due;
use crate::message::render::Rendered;
use crate::message::tests::{Recorder, recorded};

const ANNA: &str = "anna@example.org";

/// What has been sent since the last time.
async fn sent(server: &TestServer, recorder: &Recorder) -> Vec<Rendered> {
    send_due(&server.app).await.unwrap();
    std::mem::take(&mut *recorder.taken.lock().unwrap())
}

/// The code that was sent last.
pub(super) async fn code(server: &TestServer, recorder: &Recorder) -> String {
    let sent = sent(server, recorder).await;
    let text = &sent.last().expect("a message").text;
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6);
    digits.unwrap_or_else(|| panic!("no code in {text}")).to_owned()
}

/// Some code that is not this one.
fn other_than(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

pub(super) async fn type_code(server: &TestServer, browser: &mut Browser, path: &str, code: &str) -> Answer {
    server.post(browser, path, &[("code", code)]).await
}

/// Gives the application of a phone a contact, as its owner does.
pub(super) async fn confirm(server: &TestServer, browser: &mut Browser, contact: &str, recorder: &Recorder) {
    let asked = server.post(browser, "/contact", &[("contact", contact)]).await;
    assert_eq!(asked.location, "/contact/code", "{}", asked.text());
    let code = code(server, recorder).await;
    let done = type_code(server, browser, "/contact/code", &code).await;
    assert_eq!(done.location, "/contact", "{}", done.text());
}

/// A new phone that asks for a code to open what this contact leads to.
pub(super) async fn ask_to_recover(server: &TestServer, contact: &str) -> (Browser, Answer) {
    let mut browser = Browser::speaking("en");
    let answer = server.post(&mut browser, "/recover/contact", &[("contact", contact)]).await;
    (browser, answer)
}

#[tokio::test]
async fn a_contact_is_confirmed_changed_and_removed_and_the_former_is_told() {
    let (server, mail, text) = recorded().await;
    let (mut browser, _) = apply(&server, &[]).await;
    let offered = server.get(&mut browser, "/apply/done").await.text();
    assert!(offered.contains("href=\"/contact\""), "{offered}");
    let asked = server.post(&mut browser, "/contact", &[("contact", " Anna@Example.org ")]).await;
    assert_eq!((asked.status, asked.location.as_str()), (StatusCode::SEE_OTHER, "/contact/code"));
    let page = server.get(&mut browser, "/contact/code").await.text();
    assert!(
        page.contains("autocomplete=\"one-time-code\"") && page.contains("inputmode=\"numeric\""),
        "{page}"
    );
    assert!(page.contains(ANNA));
    assert!(!server.get(&mut browser, "/contact").await.text().contains(ANNA), "not before it is confirmed");
    let code = code(&server, &mail).await;
    let pasted = format!(" {} {} ", &code[..3], &code[3..]);
    assert_eq!(type_code(&server, &mut browser, "/contact/code", &pasted).await.location, "/contact");
    assert!(server.get(&mut browser, "/contact").await.text().contains(ANNA));
    let first = sent(&server, &mail).await;
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].subject, "We have received your application");

    confirm(&server, &mut browser, "+44 7512 345678", &text).await;
    let told: Vec<String> = sent(&server, &mail).await.into_iter().map(|m| m.subject).collect();
    assert_eq!(told, ["We no longer write to this address"]);
    let page = server.get(&mut browser, "/contact").await.text();
    assert!(page.contains("+44 7512 345678") && !page.contains(ANNA), "{page}");
    sent(&server, &text).await;
    server.post(&mut browser, "/contact/remove", &[]).await;
    assert!(sent(&server, &text).await[0].text.contains("was taken away"));
    assert!(!server.get(&mut browser, "/contact").await.text().contains("+44 7512 345678</bdi>"));
    server.stop().await;
}

/// Whoever presses twice, or goes back and sends again, lands where the code led; it has no other effect any more.
#[tokio::test]
async fn a_code_works_once_and_pressing_twice_is_no_error() {
    let (server, mail, _) = recorded().await;
    let (mut browser, _) = apply(&server, &[]).await;
    server.post(&mut browser, "/contact", &[("contact", ANNA)]).await;
    let right = code(&server, &mail).await;
    for _ in 0..2 {
        assert_eq!(type_code(&server, &mut browser, "/contact/code", &right).await.location, "/contact");
    }
    assert_eq!(sent(&server, &mail).await.len(), 1, "told once");
    let wrong = type_code(&server, &mut browser, "/contact/code", &other_than(&right)).await;
    assert!(wrong.text().contains("does not work any more"), "{}", wrong.text());
    server.post(&mut browser, "/contact/remove", &[]).await;
    let again = type_code(&server, &mut browser, "/contact/code", &right).await;
    assert!(again.text().contains("does not work any more"), "it confirms nothing a second time");
    assert!(!server.get(&mut browser, "/contact").await.text().contains(ANNA));
    confirm(&server, &mut browser, ANNA, &mail).await;

    let (mut new, _) = ask_to_recover(&server, ANNA).await;
    let right = code(&server, &mail).await;
    for _ in 0..2 {
        assert_eq!(type_code(&server, &mut new, "/recover/code", &right).await.location, "/application");
    }
    let subjects: Vec<String> = sent(&server, &mail).await.into_iter().map(|m| m.subject).collect();
    assert_eq!(subjects.iter().filter(|s| s.contains("another phone")).count(), 1, "{subjects:?}");
    // Taken back by its owner, the used code does not fetch it again.
    let recovery = recovery_code(&server.get(&mut new, "/application").await.text());
    server.post(&mut browser, "/recover", &[("code", &recovery)]).await;
    let again = type_code(&server, &mut new, "/recover/code", &right).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(application_of(&server, &new).await, None);
    server.stop().await;
}

/// Whoever helped to apply may have used another language than whoever gives the contact.
#[tokio::test]
async fn messages_are_in_the_language_in_which_the_contact_was_confirmed() {
    let (server, mail, _) = recorded().await;
    let (mut browser, _) = apply(&server, &[]).await;
    server.post(&mut browser, "/contact", &[("contact", ANNA)]).await;
    let right = code(&server, &mail).await;
    browser.cookies.insert("tongxing-language".to_owned(), "zh-Hant".to_owned());
    type_code(&server, &mut browser, "/contact/code", &right).await;
    let first = sent(&server, &mail).await;
    assert_eq!((first[0].language, first[0].subject.as_str()), ("zh-Hant", "已收到您的申領"));
    server.stop().await;
}

/// A change of the document has no contact of its own: the holder's is shown, told, replaced and removed.
#[tokio::test]
async fn the_contact_is_the_persons_also_while_they_change_their_document() {
    let (server, mail, _) = recorded().await;
    file(&server, &passport()).await;
    let (mut browser, _) = apply(&server, &[]).await;
    confirm(&server, &mut browser, ANNA, &mail).await;
    server.post(&mut browser, "/my-data/correct", &[("why", "mistake")]).await;
    let person: Vec<(&str, &str)> =
        TYPED.iter().filter(|(step, ..)| *step == "person").map(|(_, n, t)| (*n, *t)).collect();
    let person: Vec<(&str, &str)> =
        person.into_iter().map(|(n, t)| (n, if n == "birth_day" { "15" } else { t })).collect();
    server.post(&mut browser, "/apply/person", &person).await;
    assert_eq!(server.post(&mut browser, "/apply/check", &[]).await.location, "/apply/done");
    assert!(server.get(&mut browser, "/contact").await.text().contains(ANNA), "still shown");
    sent(&server, &mail).await;
    confirm(&server, &mut browser, "berta@example.org", &mail).await;
    let told = sent(&server, &mail).await;
    assert_eq!((told[0].to.as_str(), told[0].subject.as_str()), (ANNA, "We no longer write to this address"));
    let (mut stranger, _) = ask_to_recover(&server, ANNA).await;
    assert!(sent(&server, &mail).await.is_empty(), "the former one opens nothing");
    assert_eq!(
        type_code(&server, &mut stranger, "/recover/code", "000000").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let (mut new, _) = ask_to_recover(&server, "berta@example.org").await;
    let right = code(&server, &mail).await;
    assert_eq!(type_code(&server, &mut new, "/recover/code", &right).await.location, "/application");
    assert!(holder_on(&server, &new).await.is_some(), "it opens the code, not the change alone");
    server.stop().await;
}

#[tokio::test]
async fn a_network_asks_for_codes_only_so_often_whatever_phones_and_contacts_it_has() {
    let rates = Rates { codes_per_hour: NonZeroU32::new(3).unwrap(), ..Rates::default() };
    let mail = Arc::new(Recorder::default());
    let messages = Messages { mail: Some(mail.clone()), text: None };
    let server = TestServer::with_rates(rates, messages).await;
    for asked in 0..4 {
        let (_, answer) = ask_to_recover(&server, &format!("somebody{asked}@example.org")).await;
        let expected = if asked < 3 { StatusCode::SEE_OTHER } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(answer.status, expected, "{asked}");
    }
    let (mut browser, _) = apply(&server, &[]).await;
    for path in ["/contact", "/recover/contact"] {
        let answer = server.post(&mut browser, path, &[("contact", ANNA)]).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert!(answer.headers.contains_key("retry-after"));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_mistyped_contact_is_explained_and_kept() {
    let (server, _, _) = recorded().await;
    let (mut browser, _) = apply(&server, &[]).await;
    for (typed, said) in [
        ("", "Enter an e-mail address or a mobile number"),
        ("anna@example", "such as name@example.org"),
        ("+44 07512 345678", "Leave out the first 0 after the country code. Example: +44 7512 345678."),
        ("07512 345678", "Start with + and the country code"),
    ] {
        let mut stranger = Browser::speaking("en");
        for (browser, path) in [(&mut browser, "/contact"), (&mut stranger, "/recover/contact")] {
            let answer = server.post(browser, path, &[("contact", typed)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {typed}");
            let page = answer.text();
            assert!(page.contains(said) && page.contains(&format!("value=\"{typed}\"")), "{typed}: {page}");
        }
    }
    let switched =
        server.post(&mut browser, "/contact", &[("contact", "+44"), ("language", "zh-Hans")]).await;
    assert!(switched.text().contains("value=\"+44\"") && switched.text().contains("电子邮箱"));
    server.stop().await;
}

#[tokio::test]
async fn guessing_a_code_ends_it_and_then_lets_the_contact_rest() {
    let (server, mail, _) = recorded().await;
    let (mut owner, _) = apply(&server, &[]).await;
    confirm(&server, &mut owner, ANNA, &mail).await;
    let mut wrong = 0;
    let mut last = None;
    while wrong < WRONG_AN_HOUR {
        let (mut thief, asked) = ask_to_recover(&server, ANNA).await;
        assert_eq!(asked.location, "/recover/code", "{}", asked.text());
        let right = code(&server, &mail).await;
        for _ in 0..5 {
            let answer = type_code(&server, &mut thief, "/recover/code", &other_than(&right)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text().contains("not the code that we sent last"), "{}", answer.text());
            wrong += 1;
        }
        if wrong < WRONG_AN_HOUR {
            let right_at_last = type_code(&server, &mut thief, "/recover/code", &right).await;
            assert!(right_at_last.text().contains("does not work any more"), "five tries are all");
        }
        last = Some((thief, right));
    }
    let (mut thief, right) = last.unwrap();
    let rests = type_code(&server, &mut thief, "/recover/code", &right).await;
    assert_eq!(rests.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(rests.headers.contains_key("retry-after") && rests.text().contains("rests for a while"));
    let (_, asked) = ask_to_recover(&server, ANNA).await;
    assert_eq!(asked.status, StatusCode::TOO_MANY_REQUESTS, "nor is another code sent");
    assert!(sent(&server, &mail).await.is_empty());
    assert!(application_of(&server, &thief).await.is_none());

    server.advance(HOUR);
    let (mut owner, _) = ask_to_recover(&server, ANNA).await;
    let right = code(&server, &mail).await;
    assert_eq!(type_code(&server, &mut owner, "/recover/code", &right).await.location, "/application");
    server.stop().await;
}

#[tokio::test]
async fn codes_are_sent_to_a_contact_and_for_a_phone_only_so_often() {
    let (server, mail, _) = recorded().await;
    let (mut browser, _) = apply(&server, &[]).await;
    for sent in 0..5 {
        let path = if sent == 0 { "/contact" } else { "/contact/again" };
        let asked = server.post(&mut browser, path, &[("contact", ANNA)]).await;
        assert!(asked.location.starts_with("/contact/code"), "{sent}: {}", asked.text());
    }
    let sixth = server.post(&mut browser, "/contact/again", &[]).await;
    assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(sixth.text().contains("Enough codes were asked for"), "{}", sixth.text());
    assert_eq!(sent(&server, &mail).await.len(), 5);
    let (_, stranger) = ask_to_recover(&server, ANNA).await;
    assert_eq!(stranger.status, StatusCode::TOO_MANY_REQUESTS, "from wherever it is asked");
    for n in 0..5 {
        let contact = format!("somebody{n}@example.org");
        let asked = server.post(&mut browser, "/contact", &[("contact", &contact)]).await;
        assert_eq!(asked.location, "/contact/code");
    }
    let eleventh = server.post(&mut browser, "/contact", &[("contact", "else@example.org")]).await;
    assert_eq!(eleventh.status, StatusCode::TOO_MANY_REQUESTS, "one phone, whatever contacts");
    server.advance(HOUR);
    let later = server.post(&mut browser, "/contact", &[("contact", ANNA)]).await;
    assert_eq!(later.location, "/contact/code");
    server.stop().await;
}

/// Everything that somebody who types contacts can see: answers and, as far as rows tell it, work.
#[tokio::test]
async fn whether_a_contact_is_known_cannot_be_told() {
    let (server, mail, _) = recorded().await;
    let (mut owner, _) = apply(&server, &[]).await;
    confirm(&server, &mut owner, ANNA, &mail).await;
    sent(&server, &mail).await;
    let rows = async || {
        store::read!(server.app.store, "test.rows", StoreError, |tx| {
            let waiting = call!(tx, outbox::list(Some(store::rows::outbox::OutboxState::Waiting), 99))?;
            let decoys = call!(tx, outbox::list(Some(store::rows::outbox::OutboxState::Decoy), 99))?;
            Ok(waiting.len() + decoys.len())
        })
        .unwrap()
    };
    let mut seen = Vec::new();
    for contact in [ANNA, "who@example.org"] {
        let before = rows().await;
        let mut answers = Vec::new();
        let (mut browser, asked) = ask_to_recover(&server, contact).await;
        let written = rows().await - before;
        answers.push(asked);
        answers.push(server.get(&mut browser, "/recover/code").await);
        for code in ["000000", "12", "000001", "000002", "000003", "000004", "000005"] {
            answers.push(type_code(&server, &mut browser, "/recover/code", code).await);
        }
        answers.push(server.post(&mut browser, "/recover/again", &[]).await);
        let csrf = browser.csrf();
        let shown = |answer: &Answer| {
            let body = answer.text().replace(&csrf, "CSRF").replace(contact, "CONTACT");
            (answer.status, answer.location.clone(), body)
        };
        seen.push((written, answers.iter().map(shown).collect::<Vec<_>>()));
        sent(&server, &mail).await;
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].0, 1, "a row each");
    server.stop().await;
}

#[tokio::test]
async fn a_contact_opens_the_code_on_a_new_phone_and_the_former_one_says_so() {
    let (server, mail, _) = recorded().await;
    file(&server, &passport()).await;
    let (mut former, id) = apply(&server, &[]).await;
    confirm(&server, &mut former, ANNA, &mail).await;
    let holder = row(&server, id).await.holder.unwrap();
    let (mut new, asked) = ask_to_recover(&server, "ANNA@example.org").await;
    assert_eq!(asked.location, "/recover/code");
    let right = code(&server, &mail).await;
    let (mut stranger, _) = ask_to_recover(&server, "stranger@example.org").await;
    let bound = type_code(&server, &mut stranger, "/recover/code", &right).await;
    assert_eq!(
        bound.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a code is good on the phone that asked for it"
    );
    assert_eq!(type_code(&server, &mut new, "/recover/code", &right).await.location, "/application");
    assert_eq!(holder_on(&server, &new).await, Some(holder));
    assert_eq!(holder_on(&server, &former).await, None);
    assert!(server.get(&mut former, "/application").await.text().contains("Opened on another phone"));
    let told = sent(&server, &mail).await;
    assert_eq!(told[0].subject, "Your application was opened on another phone");
    assert!(
        recovery_code(&server.get(&mut new, "/application").await.text()).len() > 20,
        "with a new recovery code"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes_and_when_a_newer_one_is_sent() {
    let (server, mail, _) = recorded().await;
    let (mut owner, _) = apply(&server, &[]).await;
    confirm(&server, &mut owner, ANNA, &mail).await;
    let (mut new, _) = ask_to_recover(&server, ANNA).await;
    let first = code(&server, &mail).await;
    server.post(&mut new, "/recover/again", &[]).await;
    let second = code(&server, &mail).await;
    if first != second {
        let old = type_code(&server, &mut new, "/recover/code", &first).await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    server.advance(LIFE);
    let late = type_code(&server, &mut new, "/recover/code", &second).await;
    assert!(late.text().contains("does not work any more"), "{}", late.text());
    server.stop().await;
}

#[tokio::test]
async fn a_phone_that_holds_another_application_is_left_as_it_is() {
    let (server, mail, _) = recorded().await;
    file(&server, &passport()).await;
    let (mut owner, id) = apply(&server, &[]).await;
    confirm(&server, &mut owner, ANNA, &mail).await;
    let (mut other, others) = apply(&server, &[("number", "Y87654321")]).await;
    server.post(&mut other, "/recover/contact", &[("contact", ANNA)]).await;
    let right = code(&server, &mail).await;
    let refused = type_code(&server, &mut other, "/recover/code", &right).await;
    assert!(refused.text().contains("withdraw the application that is here first"), "{}", refused.text());
    assert_eq!(application_of(&server, &other).await, Some(others));
    server.post(&mut other, "/application/withdraw", &[]).await;
    assert_eq!(type_code(&server, &mut other, "/recover/code", &right).await.location, "/application");
    assert_eq!(application_of(&server, &other).await, Some(id));
    server.stop().await;
}

#[tokio::test]
async fn one_contact_of_several_people_asks_which_one_and_only_then() {
    let (server, mail, _) = recorded().await;
    let (mut mother, first) = apply(&server, &[]).await;
    confirm(&server, &mut mother, ANNA, &mail).await;
    let (mut child, second) = apply(&server, &[("number", "Y87654321")]).await;
    confirm(&server, &mut child, ANNA, &mail).await;
    let (mut new, _) = ask_to_recover(&server, ANNA).await;
    assert_eq!(
        server.get(&mut new, "/recover/choose").await.location,
        "/recover/contact",
        "not before the code"
    );
    let right = code(&server, &mail).await;
    assert_eq!(type_code(&server, &mut new, "/recover/code", &right).await.location, "/recover/choose");
    let page = server.get(&mut new, "/recover/choose").await.text();
    let (wanted, other) = (row(&server, first).await.reference, row(&server, second).await.reference);
    assert!(page.contains(&wanted.to_string()) && page.contains(&other.to_string()), "{page}");
    assert!(page.contains("AME") && page.contains("Passport"), "told apart by more than a number: {page}");
    let none = server.post(&mut new, "/recover/choose", &[]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text().contains("Choose one"));
    let chosen = server.post(&mut new, "/recover/choose", &[("reference", &wanted.to_string())]).await;
    assert_eq!(chosen.location, "/application");
    assert_eq!(application_of(&server, &new).await, Some(first));
    assert_eq!(application_of(&server, &child).await, Some(second));
    server.stop().await;
}

#[tokio::test]
async fn without_a_way_to_send_no_contact_is_asked_for() {
    let server = TestServer::start().await;
    let (mut browser, _) = apply(&server, &[]).await;
    for path in ["/apply/done", "/application", "/recover"] {
        let page = server.get(&mut browser, path).await.text();
        assert!(!page.contains("/contact\""), "{path}: {page}");
    }
    for path in ["/contact", "/recover/contact"] {
        assert_eq!(server.get(&mut browser, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let asked = server.post(&mut browser, "/contact", &[("contact", ANNA)]).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    server.stop().await;
}

#[tokio::test]
async fn no_phone_reaches_the_contact_of_another() {
    let (server, mail, _) = recorded().await;
    let (mut owner, id) = apply(&server, &[]).await;
    confirm(&server, &mut owner, ANNA, &mail).await;
    server.post(&mut owner, "/contact", &[("contact", "berta@example.org")]).await;
    let pending = code(&server, &mail).await;
    let (mut new, _) = ask_to_recover(&server, ANNA).await;
    let recovering = code(&server, &mail).await;

    let (mut other, others) = apply(&server, &[("number", "Y87654321")]).await;
    assert!(!server.get(&mut other, "/contact").await.text().contains("@example.org</bdi>"));
    for (path, back) in [("/contact/code", "/contact"), ("/recover/code", "/recover/contact")] {
        assert_eq!(server.get(&mut other, path).await.location, back);
        for right in [&pending, &recovering] {
            let answer = type_code(&server, &mut other, path, right).await;
            assert_eq!(answer.location, back, "{path}: nothing was asked for here");
        }
    }
    for (path, back) in [("/contact/again", "/contact"), ("/recover/again", "/recover/contact")] {
        assert_eq!(server.post(&mut other, path, &[]).await.location, back);
    }
    assert_eq!(server.get(&mut other, "/recover/choose").await.location, "/recover/contact");
    let reference = row(&server, id).await.reference.to_string();
    let chosen = server.post(&mut other, "/recover/choose", &[("reference", &reference)]).await;
    assert_eq!(chosen.location, "/recover/contact");
    server.post(&mut other, "/contact/remove", &[]).await;
    assert_eq!(application_of(&server, &other).await, Some(others));
    assert!(server.get(&mut owner, "/contact").await.text().contains(ANNA), "the owner's contact is there");
    assert_eq!(type_code(&server, &mut new, "/recover/code", &recovering).await.location, "/application");
    server.stop().await;
}
