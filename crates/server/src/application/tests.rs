//! Each rule of applying, through the real router on a real database.

mod change;
mod contact;
mod data;
mod desk;
mod messages;
mod phones;
mod ten_thousand;

use std::time::Duration;

use axum::http::StatusCode;
use credential::{Observed, Reason, Temperature, verify};
use documents::{Kind, Number, PersonName};
use domain::application::Stage;
use domain::id::kind::{ApplicationId, DeviceSessionId, HolderId, StaffId};
use domain::matching::DocumentDetails;
use store::rows::application::{ApplicationRow, Asked, EventKind, Finding};
use store::rows::notice::NoticeKind;
use store::rows::register::{Actor, Origin, Prepared, Source};
use store::{StoreError, call, transact};

use super::{ApplicationError, matching, transition};
use crate::http::session::token_hash;
use crate::jobs;
use crate::pass::testing::{Checker, Phone, device_key};
use crate::testing::{Answer, Browser, TestServer};

const HOUR: Duration = Duration::from_hours(1);

/// What an invented person types; some tests change a field.
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

fn document(kind: Kind, number: &str) -> DocumentDetails {
    let state = if kind == Kind::Passport { "UTO" } else { "CHN" };
    DocumentDetails {
        number: Number::parse(kind, number).unwrap(),
        issuing_state: state.parse().unwrap(),
        name: PersonName::new("ERIKSSON", "ANNA MARIA").unwrap(),
        birth_date: "1980-03-14".parse().unwrap(),
        nationality: "UTO".parse().unwrap(),
        sex: None,
        expiry: None,
    }
}

fn passport() -> DocumentDetails {
    document(Kind::Passport, "X12345678")
}

async fn file(server: &TestServer, details: &DocumentDetails) {
    let app = &server.app;
    let row = Prepared::new(app.store.sealer(), app.new_id(), details);
    let actor = Actor { unit: app.new_id(), staff: None, client: None };
    let origin = Origin { source: Source::Typed, batch: None, actor, at: app.now() };
    transact!(app.store, "test.file", StoreError, |tx| { call!(tx, register::file(&row, &origin)) }).unwrap();
}

/// Fills in every page, with some fields typed otherwise; gives the last answer.
async fn fill(server: &TestServer, browser: &mut Browser, otherwise: &[(&str, &str)]) -> Answer {
    server.post(browser, "/apply", &[]).await;
    let mut last = None;
    for step in ["kind", "document", "person", "residence", "health"] {
        let typed = |(of, name, text): &(&str, &'static str, &'static str)| {
            let text = otherwise.iter().find(|(n, _)| n == name).map_or(*text, |(_, t)| t);
            (*of == step).then(|| (*name, text.to_owned()))
        };
        let fields: Vec<(&str, String)> = TYPED.iter().filter_map(typed).collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, t)| (*n, t.as_str())).collect();
        last = Some(server.post(browser, &format!("/apply/{step}"), &fields).await);
    }
    last.unwrap()
}

async fn apply(server: &TestServer, otherwise: &[(&str, &str)]) -> (Browser, ApplicationId) {
    let mut browser = Browser::speaking("en");
    let last = fill(server, &mut browser, otherwise).await;
    assert_eq!(last.location, "/apply/check", "{}", last.text());
    let sent = server.post(&mut browser, "/apply/check", &[]).await;
    assert_eq!(sent.location, "/apply/done", "{}", sent.text());
    let id = application_of(server, &browser).await.unwrap();
    matching::run(&server.app, id).await.unwrap();
    (browser, id)
}

async fn device_of(server: &TestServer, browser: &Browser) -> (DeviceSessionId, Option<ApplicationId>) {
    let hash = token_hash(&browser.cookies["tongxing-device"]);
    let device = crate::http::actors::device(&server.app, &hash).await.unwrap().unwrap();
    (device.id, device.application)
}

async fn application_of(server: &TestServer, browser: &Browser) -> Option<ApplicationId> {
    device_of(server, browser).await.1
}

async fn row(server: &TestServer, id: ApplicationId) -> ApplicationRow {
    store::read!(server.app.store, "test.row", StoreError, |tx| { call!(tx, application::by_id(id)) })
        .unwrap()
        .unwrap()
}

/// What a reviewer does, without the desk.
async fn ask(server: &TestServer, id: ApplicationId, asked: Asked) {
    let app = &server.app;
    let staff: StaffId = app.new_id();
    transact!(app.store, "test.ask", ApplicationError, |tx| {
        let mut row = call!(tx, application::by_id(id))?.unwrap();
        row.asked = Some(asked);
        transition::advance(tx, app, &mut row, Stage::NeedsInformation, EventKind::Asked, Some(staff)).await
    })
    .unwrap();
}

#[tokio::test]
async fn exact_is_issued_at_once_without_anybody_asking() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let mut browser = Browser::speaking("en");
    fill(&server, &mut browser, &[("family", "eriksson"), ("given", "ANNA-MARIA")]).await;
    server.post(&mut browser, "/apply/check", &[]).await;
    for _ in 0..200 {
        if server.get(&mut browser, "/application").await.text().contains("href=\"/my-code\"") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let page = server.get(&mut browser, "/application").await.text();
    assert!(page.contains("Your code is ready"), "{page}");
    let row = row(&server, application_of(&server, &browser).await.unwrap()).await;
    assert_eq!((row.stage, row.finding), (Stage::Issued, Finding::Exact));
    let held = store::read!(server.app.store, "test.held", StoreError, |tx| {
        let decision = call!(tx, decision::current(row.holder.unwrap()))?;
        Ok((decision.unwrap().colour, call!(tx, holder::holder_of(&passport()))?))
    });
    assert_eq!(held.unwrap(), (domain::declaration::Colour::Green, row.holder));
    server.stop().await;
}

/// The page without what differs between any two applications: reference number, times and token.
fn plain(page: &str, reference: &str, csrf: &str) -> String {
    page.replace(reference, "REFERENCE").replace(csrf, "TOKEN")
}

#[tokio::test]
async fn near_not_on_file_and_wrong_birth_date_look_the_same() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let mut applications = Vec::new();
    for otherwise in [("number", "X12345679"), ("number", "Q99999999"), ("birth_day", "15")] {
        applications.push(apply(&server, &[otherwise]).await);
    }
    let stages = [Stage::Review, Stage::Waiting, Stage::Review];
    for (moment, words) in
        [(0, "Application received"), (6, "could not confirm"), (50 * 3600, "could not confirm")]
    {
        server.advance(Duration::from_secs(moment));
        jobs::run_due(&server.app).await.unwrap();
        let mut pages = Vec::new();
        for ((browser, id), stage) in applications.iter_mut().zip(stages) {
            let row = row(&server, *id).await;
            assert_eq!(row.stage, stage);
            let mut answers = Vec::new();
            for path in ["/application", "/apply/done", "/application/withdraw", "/apply", "/"] {
                let answer = server.get(browser, path).await;
                answers.push((
                    answer.status,
                    plain(&answer.text(), &row.reference.to_string(), &browser.csrf()),
                ));
            }
            assert!(answers[0].1.contains(words), "{}", answers[0].1);
            pages.push(answers.into_iter().map(|(s, t)| (s, without_code(&t))).collect::<Vec<_>>());
        }
        assert!(pages.iter().all(|p| *p == pages[0]), "after {moment} s");
    }
    server.stop().await;
}

/// Recovery codes are random: each page has its own.
fn without_code(page: &str) -> String {
    let Some((before, rest)) = page.split_once("<strong class=\"ref\" dir=\"ltr\" translate=\"no\">") else {
        return page.to_owned();
    };
    let after = rest.split_once("</strong>").map_or("", |(_, after)| after);
    format!("{before}{}", without_code(after))
}

#[tokio::test]
async fn a_filing_that_arrives_later_issues_by_itself() {
    let server = TestServer::start().await;
    let (mut browser, id) = apply(&server, &[]).await;
    assert_eq!(row(&server, id).await.stage, Stage::Waiting);
    server.advance(3 * HOUR);
    assert_eq!(row(&server, id).await.clock.due_at, None, "the clock stands while we wait");
    file(&server, &passport()).await;
    jobs::run_due(&server.app).await.unwrap();
    assert_eq!(row(&server, id).await.stage, Stage::Issued);
    assert!(server.get(&mut browser, "/application").await.text().contains("Your code is ready"));
    assert_eq!(jobs::run_due(&server.app).await.unwrap().matched, 0, "nothing is left to do");
    server.stop().await;
}

/// A filing and an application that are written at the same moment may not see one another on PostgreSQL.
#[tokio::test]
async fn whoever_waits_is_looked_at_again_a_minute_later_whether_matched_at_once_or_by_the_job() {
    let server = TestServer::start().await;
    let (_, at_once) = apply(&server, &[]).await;
    assert_eq!(
        jobs::run_due(&server.app).await.unwrap().matched,
        0,
        "a look now would be as blind as the first"
    );
    server.advance(Duration::from_secs(61));
    assert_eq!(jobs::run_due(&server.app).await.unwrap().matched, 1);
    assert_eq!(row(&server, at_once).await.stage, Stage::Waiting);
    assert_eq!(jobs::run_due(&server.app).await.unwrap().matched, 0, "once");

    let id = at_once;
    let mut submitted = row(&server, id).await;
    submitted.stage = Stage::Submitted;
    let now = server.app.now();
    transact!(server.app.store, "test.again", StoreError, |tx| {
        let mut saved = submitted.clone();
        assert!(call!(tx, application::save(&mut saved))?);
        call!(tx, rematch::plan(id, now))
    })
    .unwrap();
    assert_eq!(jobs::run_due(&server.app).await.unwrap().matched, 1, "the job does the first match");
    assert_eq!(row(&server, id).await.stage, Stage::Waiting);
    server.advance(Duration::from_secs(59));
    assert_eq!(jobs::run_due(&server.app).await.unwrap().matched, 0);
    server.advance(Duration::from_secs(2));
    assert_eq!(jobs::run_due(&server.app).await.unwrap().matched, 1, "and the second look");
    server.stop().await;
}

#[tokio::test]
async fn a_further_application_is_reviewed_and_tells_the_first_phone_and_withdraws_nothing() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (first, _) = apply(&server, &[]).await;
    let (mut second, id) = apply(&server, &[]).await;
    let further = row(&server, id).await;
    assert_eq!((further.stage, further.finding), (Stage::Review, Finding::Further));
    server.advance(Duration::from_secs(6));
    assert!(server.get(&mut second, "/application").await.text().contains("could not confirm"));
    let hash = token_hash(&first.cookies["tongxing-device"]);
    let holder = crate::http::actors::device(&server.app, &hash).await.unwrap().unwrap().holder.unwrap();
    let told =
        store::read!(server.app.store, "test.told", StoreError, |tx| { call!(tx, notice::unseen(holder)) })
            .unwrap();
    assert_eq!(told.iter().map(|n| n.kind).collect::<Vec<_>>(), [NoticeKind::SecondApplication]);
    // Approved by a reviewer, the code moves, and the first phone is told why it is gone.
    let app = &server.app;
    transact!(app.store, "test.approve", ApplicationError, |tx| {
        let mut row = call!(tx, application::by_id(id))?.unwrap();
        let document = row.details.clone();
        super::issue::approve(tx, app, &mut row, &document, Some(app.new_id())).await
    })
    .unwrap();
    let mut first = first;
    assert!(server.get(&mut first, "/application").await.text().contains("another phone"));
    assert!(server.get(&mut second, "/application").await.text().contains("Your code is ready"));
    server.stop().await;
}

#[tokio::test]
async fn two_applications_that_race_for_one_document_give_one_holder() {
    let server = TestServer::start().await;
    let (_, one) = apply(&server, &[]).await;
    let (_, two) = apply(&server, &[]).await;
    file(&server, &passport()).await;
    let (a, b) = tokio::join!(matching::run(&server.app, one), matching::run(&server.app, two));
    let mut stages = [a.unwrap(), b.unwrap()];
    stages.sort_by_key(|stage| stage.as_str());
    assert_eq!(stages, [Stage::Issued, Stage::Review]);
    server.stop().await;
}

#[tokio::test]
async fn sent_twice_it_is_one_application() {
    let server = TestServer::start().await;
    let mut browser = Browser::speaking("en");
    fill(&server, &mut browser, &[]).await;
    let mut again = browser.clone();
    let both = tokio::join!(
        server.post(&mut browser, "/apply/check", &[]),
        server.post(&mut again, "/apply/check", &[])
    );
    assert_eq!((both.0.location.as_str(), both.1.location.as_str()), ("/apply/done", "/apply/done"));
    let first = server.get(&mut browser, "/apply/done").await.text();
    assert_eq!(first, server.get(&mut again, "/apply/done").await.text(), "it survives a reload");
    let id = application_of(&server, &browser).await.unwrap();
    let events = store::read!(server.app.store, "test.events", StoreError, |tx| {
        call!(tx, application::events(id))
    })
    .unwrap();
    assert_eq!(events.iter().filter(|e| e.kind == EventKind::Submitted).count(), 1);
    server.stop().await;
}

#[tokio::test]
async fn five_attempts_a_day_for_a_document_from_all_phones_together() {
    let server = TestServer::start().await;
    for _ in 0..5 {
        apply(&server, &[]).await;
    }
    let mut browser = Browser::speaking("en");
    fill(&server, &mut browser, &[("number", "X12345678")]).await;
    let refused = server.post(&mut browser, "/apply/check", &[]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.text().contains("00:00 on Tuesday 24 November"), "{}", refused.text());
    assert_eq!(refused.headers["retry-after"], "14401"); // START is 20:00 in Shanghai
    server.advance(4 * HOUR);
    let sent = server.post(&mut browser, "/apply/check", &[]).await;
    assert_eq!(sent.location, "/apply/done", "the draft was kept, and a new day has begun");
    server.stop().await;
}

#[tokio::test]
async fn what_was_typed_survives_errors_languages_and_a_closed_browser() {
    let server = TestServer::start().await;
    let mut browser = Browser::speaking("en");
    server.post(&mut browser, "/apply", &[]).await;
    server.post(&mut browser, "/apply/kind", &[("kind", "passport")]).await;
    let wrong =
        [("number", "L898902C3"), ("issuing_state", "UTO"), ("expiry_day", "15"), ("expiry_month", "4")];
    let wrong = [&wrong[..], &[("expiry_year", "2012")]].concat();
    let answer = server.post(&mut browser, "/apply/document", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("has expired. Apply with your new document"), "{}", answer.text());
    assert!(answer.text().contains("value=\"L898902C3\""));
    let switched = [&wrong[..], &[("language", "zh-Hant")]].concat();
    let answer = server.post(&mut browser, "/apply/document", &switched).await;
    assert!(answer.status.is_success() && answer.text().contains("您的證件"));
    assert!(answer.text().contains("value=\"L898902C3\"") && !answer.text().contains("role=\"alert\""));
    let page = server.get(&mut browser, "/apply/document").await.text();
    assert!(page.contains("value=\"L898902C3\"") && page.contains("value=\"2012\""));
    server.stop().await;
}

#[tokio::test]
async fn names_of_any_shape_are_taken_and_the_icao_specimen_is_refused_as_expired() {
    let server = TestServer::start().await;
    for (family, given) in [("o'Brien-van der Berg", ""), ("", "Suharto"), ("Ñandú", &"Ann ".repeat(29))] {
        let mut browser = Browser::speaking("en");
        let last = fill(&server, &mut browser, &[("family", family), ("given", given)]).await;
        assert_eq!(last.location, "/apply/check", "{family} {given}");
    }
    let mut browser = Browser::speaking("en");
    server.post(&mut browser, "/apply", &[]).await;
    server.post(&mut browser, "/apply/kind", &[("kind", "passport")]).await;
    let mrz = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let answer = server.post(&mut browser, "/apply/document", &[("mrz", mrz)]).await;
    assert!(answer.text().contains("valid until 15 April 2012 and has expired"), "{}", answer.text());
    let misread = mrz.replace("7408122", "7408123");
    let answer = server.post(&mut browser, "/apply/document", &[("mrz", &misread)]).await;
    assert!(answer.text().contains("the check digit of the date of birth does not fit"), "{}", answer.text());
    server.stop().await;
}

fn recovery_code(page: &str) -> String {
    let at = page.split("<section class=\"notice\"").nth(1).expect("the panel");
    let code = at.split("translate=\"no\">").nth(1).expect("a code");
    code.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_recovery_code_moves_the_application_once_and_the_old_phone_is_told() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (mut old, _) = apply(&server, &[]).await;
    let code = recovery_code(&server.get(&mut old, "/apply/done").await.text());
    let noted = server.post(&mut old, "/application/noted", &[("return", "/apply/done")]).await;
    assert_eq!(noted.location, "/apply/done");
    assert!(
        !server.get(&mut old, "/apply/done").await.text().contains(&code),
        "noted, it is not shown again"
    );
    let mut new = Browser::speaking("en");
    let slip = server.post(&mut new, "/recover", &[("code", &code.replace('-', "")[1..])]).await;
    assert_eq!(slip.status, StatusCode::UNPROCESSABLE_ENTITY);
    let moved = server.post(&mut new, "/recover", &[("code", &code.to_lowercase().replace('-', " "))]).await;
    assert_eq!(moved.location, "/application", "{}", moved.text());
    let page = server.get(&mut new, "/application").await.text();
    assert!(page.contains("Your code is ready"));
    assert_ne!(recovery_code(&page), code, "a new code took its place");
    assert!(server.get(&mut old, "/application").await.text().contains("Opened on another phone"));
    let mut thief = Browser::speaking("en");
    let again = server.post(&mut thief, "/recover", &[("code", &code)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text().contains("opens nothing, or it was used already"));
    server.stop().await;
}

#[tokio::test]
async fn what_the_former_phone_showed_is_withdrawn_and_the_code_can_come_back() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (old, _) = apply(&server, &[]).await;
    let (session, holder) = (device_of(&server, &old).await.0, holder_on(&server, &old).await);
    let mut old = Phone { holder: holder.unwrap(), session, browser: old, key: device_key() };
    let shown = old.pass(&server).await;
    let mut checker = Checker::new(&server).await;
    server.advance(Duration::from_secs(1));

    let code = recovery_code(&server.get(&mut old.browser, "/application").await.text());
    let mut new = Browser::speaking("en");
    server.post(&mut new, "/recover", &[("code", &code)]).await;
    checker.fetch(&server, &shown).await;
    assert_eq!(reasons(&server, &checker, &old, &shown), [Reason::Withdrawn]);
    assert_eq!(old.ask(&server).await.status, StatusCode::CONFLICT, "the former phone has no code");
    let session = device_of(&server, &new).await.0;
    let mut new = Phone { holder: old.holder, session, browser: new, key: device_key() };
    let moved = new.pass(&server).await;
    assert_eq!(reasons(&server, &checker, &new, &moved), []);

    let code = recovery_code(&server.get(&mut new.browser, "/application").await.text());
    server.advance(Duration::from_secs(1));
    server.post(&mut old.browser, "/recover", &[("code", &code)]).await;
    let back = old.pass(&server).await;
    checker.fetch(&server, &back).await;
    assert_eq!(reasons(&server, &checker, &old, &back), []);
    assert_eq!(reasons(&server, &checker, &new, &moved), [Reason::Withdrawn]);
    server.stop().await;
}

async fn holder_on(server: &TestServer, browser: &Browser) -> Option<HolderId> {
    let hash = token_hash(&browser.cookies["tongxing-device"]);
    crate::http::actors::device(&server.app, &hash).await.unwrap().unwrap().holder
}

fn reasons(server: &TestServer, checker: &Checker, phone: &Phone, pass: &[u8]) -> Vec<Reason> {
    let now = server.app.now().seconds().unsigned_abs();
    let observed = Observed { threshold: Temperature(373), ..Observed::default() };
    let text = phone.show(pass, now);
    verify(&text, &mut Vec::new(), &checker.trust, &checker.statuses, now, &observed).reasons().to_vec()
}

#[tokio::test]
async fn a_phone_sees_only_its_own_application_and_a_lost_session_is_led_to_recovery() {
    let server = TestServer::start().await;
    let (_, _) = apply(&server, &[]).await;
    let mut stranger = Browser::speaking("en");
    let answer = server.get(&mut stranger, "/application").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text().contains("/recover"));
    server.post(&mut stranger, "/apply", &[]).await;
    assert_eq!(server.get(&mut stranger, "/application").await.location, "/apply");
    assert_eq!(server.post(&mut stranger, "/application/withdraw", &[]).await.status, StatusCode::NOT_FOUND);
    server.stop().await;
}

/// The paths name no application: whatever another phone asks for or sends, it gets and changes its own.
#[tokio::test]
async fn no_phone_reaches_the_answers_or_the_application_of_another() {
    let server = TestServer::start().await;
    let (owner, id) = apply(&server, &PERMIT).await;
    ask(&server, id, Asked::Photo).await;
    let before = row(&server, id).await;
    let secrets = [before.reference.to_string(), "Eriksson".to_owned(), "H12345678".to_owned()];
    let mut stranger = Browser::speaking("en");
    server.post(&mut stranger, "/apply", &[]).await;
    let steps = ["kind", "document", "person", "residence", "health", "check", "done"];
    let pages = steps.map(|step| format!("/apply/{step}"));
    for path in pages.iter().map(String::as_str).chain(["/application", "/application/withdraw"]) {
        let text = server.get(&mut stranger, path).await.text();
        assert!(secrets.iter().all(|secret| !text.contains(secret)), "{path} shows another's");
    }
    let posts = ["/apply/check", "/application/noted", "/application/correct", "/application/withdraw"];
    for path in pages[..5].iter().map(String::as_str).chain(posts) {
        let answer = server.post(&mut stranger, path, &[("return", "/apply/done")]).await;
        assert!(!answer.status.is_server_error(), "{path}");
    }
    assert_eq!(send_photo(&server, &mut stranger, &one_pixel_png()).await.status, StatusCode::NOT_FOUND);
    let after = row(&server, id).await;
    assert_eq!((after.stage, after.version), (before.stage, before.version), "nothing of it changed");
    let mut owner = owner;
    let done = server.get(&mut owner, "/apply/done").await;
    assert!(done.text().contains(&secrets[0]), "its own phone still has it: {}", done.text());
    server.stop().await;
}

const PERMIT: [(&str, &str); 2] = [("kind", "hk_macao_permit"), ("number", "H12345678")];

#[tokio::test]
async fn a_permit_is_matched_where_a_register_is_loaded_and_reviewed_where_not() {
    let server = TestServer::start().await;
    let (mut browser, id) = apply(&server, &PERMIT).await;
    assert_eq!(row(&server, id).await.stage, Stage::Review);
    server.advance(Duration::from_secs(6));
    let page = server.get(&mut browser, "/application").await.text();
    assert!(page.contains("We will decide by 20:00 on Tuesday 24 November"), "{page}");
    file(&server, &document(Kind::HkMacaoPermit, "H87654321")).await;
    let (_, exact) = apply(&server, &[PERMIT[0], ("number", "H8765 4321 01")]).await;
    assert_eq!(row(&server, exact).await.stage, Stage::Issued);
    server.stop().await;
}

#[tokio::test]
async fn jobs_escalate_at_20_hours_and_find_us_late_at_24_once_each() {
    let server = TestServer::start().await;
    let (mut browser, id) = apply(&server, &PERMIT).await;
    server.advance(19 * HOUR);
    assert_eq!(jobs::run_due(&server.app).await.unwrap().escalated, 0);
    server.advance(HOUR);
    let round = jobs::run_due(&server.app).await.unwrap();
    assert_eq!((round.escalated, round.overdue), (1, 0));
    server.advance(4 * HOUR);
    let round = jobs::run_due(&server.app).await.unwrap();
    assert_eq!((round.escalated, round.overdue), (0, 1));
    assert_eq!(jobs::run_due(&server.app).await.unwrap(), jobs::Round::default(), "nothing twice");
    let row = row(&server, id).await;
    assert!(row.escalated_at.is_some() && row.overdue_at.is_some());
    assert!(server.get(&mut browser, "/application").await.text().contains("We are late"));
    server.stop().await;
}

#[tokio::test]
async fn a_question_stops_the_clock_and_corrected_details_are_matched_anew() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (mut browser, id) = apply(&server, &[("birth_day", "15")]).await;
    let due = row(&server, id).await.clock.due_at.unwrap();
    ask(&server, id, Asked::Details).await;
    server.advance(30 * HOUR);
    assert_eq!(jobs::run_due(&server.app).await.unwrap().overdue, 0, "we wait for the applicant");
    assert!(server.get(&mut browser, "/application").await.text().contains("check your details"));
    let first = server.post(&mut browser, "/application/correct", &[]).await;
    assert_eq!(first.location, "/apply/document");
    let person: Vec<(&str, &str)> =
        TYPED.iter().filter(|(step, ..)| *step == "person").map(|(_, n, t)| (*n, *t)).collect();
    server.post(&mut browser, "/apply/person", &person).await;
    let health: Vec<(&str, &str)> =
        TYPED.iter().filter(|(step, ..)| *step == "health").map(|(_, n, t)| (*n, *t)).collect();
    let last = server.post(&mut browser, "/apply/health", &health).await;
    assert_eq!(last.location, "/apply/check");
    server.post(&mut browser, "/apply/check", &[]).await;
    assert_eq!(application_of(&server, &browser).await, Some(id), "the same application");
    matching::run(&server.app, id).await.unwrap();
    let row = row(&server, id).await;
    assert_eq!((row.stage, row.clock.due_at), (Stage::Issued, Some(due.plus(30 * HOUR))));
    server.stop().await;
}

#[tokio::test]
async fn a_photo_is_kept_sealed_only_when_asked_for_and_until_the_decision() {
    let server = TestServer::start().await;
    let (mut browser, id) = apply(&server, &PERMIT).await;
    let png = one_pixel_png();
    assert_eq!(send_photo(&server, &mut browser, &png).await.status, StatusCode::CONFLICT);
    ask(&server, id, Asked::Photo).await;
    let refused = send_photo(&server, &mut browser, b"GIF89a not a picture").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("could not read this picture"));
    assert_eq!(send_photo(&server, &mut browser, &png).await.location, "/application");
    assert_eq!(row(&server, id).await.stage, Stage::Review);
    let photos = || async {
        store::read!(server.app.store, "test.photos", StoreError, |tx| { call!(tx, application::photos(id)) })
            .unwrap()
    };
    assert!(photos().await[0].image.starts_with(&[0xFF, 0xD8, 0xFF]), "re-encoded as JPEG");
    server.post(&mut browser, "/application/withdraw", &[]).await;
    assert_eq!(row(&server, id).await.stage, Stage::Withdrawn);
    assert!(photos().await.is_empty());
    server.stop().await;
}

async fn send_photo(server: &TestServer, browser: &mut Browser, bytes: &[u8]) -> Answer {
    server.post_photo(browser, "/application/photo", bytes).await
}

/// A grey pixel (PNG, 1 × 1).
pub(crate) fn one_pixel_png() -> Vec<u8> {
    use base64::Engine as _;
    let text = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

#[tokio::test]
async fn a_draft_that_nobody_goes_on_with_is_forgotten_after_two_weeks() {
    let server = TestServer::start().await;
    let mut browser = Browser::speaking("en");
    server.post(&mut browser, "/apply", &[]).await;
    server.post(&mut browser, "/apply/kind", &[("kind", "passport")]).await;
    server.advance(jobs::DRAFT_KEPT.checked_sub(HOUR).unwrap());
    jobs::tidy(&server.app).await.unwrap();
    assert!(server.get(&mut browser, "/apply/kind").await.status.is_success());
    server.advance(2 * HOUR);
    jobs::tidy(&server.app).await.unwrap();
    assert_eq!(server.get(&mut browser, "/apply/kind").await.location, "/apply");
    server.stop().await;
}
