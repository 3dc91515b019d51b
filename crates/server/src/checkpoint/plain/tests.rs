//! A shift without a device, through the real router: choosing, counting, the second reading, one report.

use std::time::Duration;

use axum::http::StatusCode;
use domain::Role;
use domain::checkpoint::CheckpointKind;
use domain::report::{Action, Report, Site, Subject};

use crate::checkpoint::admin::{By, Tools, places};
use crate::checkpoint::testing;
use crate::checkpoint::tests::{check, hidden, more};
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::{Answer, Browser, TestServer};

async fn inspector(server: &TestServer) -> Browser {
    let mut browser = server.signed_in("Gate 7", &[Role::Inspector]).await;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    browser
}

async fn checkpoint(server: &TestServer, name: &str) -> String {
    let tools = Tools::of(&server.app);
    let kind = Some(CheckpointKind::Station);
    places::add(tools, By::COMMAND_LINE, name, "Jianghan", kind).await.unwrap().to_string()
}

async fn begun(server: &TestServer) -> Browser {
    let mut browser = inspector(server).await;
    let id = checkpoint(server, "Hankou").await;
    let begun = server.post(&mut browser, "/check/shift", &[("checkpoint", &id)]).await;
    assert_eq!((begun.status, begun.location.as_str()), (StatusCode::SEE_OTHER, "/check"));
    browser
}

/// What a phone shows now.
async fn live_code(server: &TestServer) -> String {
    let mut phone = phone(server, &HEALTHY).await;
    let pass = phone.pass(server).await;
    phone.show(&pass, server.app.now().seconds().unsigned_abs())
}

/// PASS, CHECK, STOP, temperatures, abnormal ones, as the page shows them.
async fn counters(server: &TestServer, browser: &mut Browser) -> Vec<i64> {
    let html = server.get(browser, "/check").await.text();
    let (_, gate) = html.split_once("<section class=\"gate\"").expect("a shift");
    let numbers = gate.split("<dd>").skip(1).map(|rest| rest.split('<').next().unwrap_or_default());
    numbers.map(|number| number.parse().expect("a number")).collect()
}

const SECOND: [&str; 8] =
    ["check", "text", "scanned", "bond", "document_matches", "first", "first_site", "first_at"];

/// Sends the form of the second reading as the page gave it.
async fn second(server: &TestServer, browser: &mut Browser, page: &Answer, typed: &[(&str, &str)]) -> Answer {
    let carried: Vec<(&str, String)> = SECOND.iter().map(|name| (*name, hidden(page, name))).collect();
    let mut fields: Vec<(&str, &str)> = carried.iter().map(|(name, text)| (*name, text.as_str())).collect();
    fields.extend(typed);
    server.post(browser, "/check/report", &fields).await
}

/// What every report says.
async fn reports(server: &TestServer) -> Vec<Report> {
    testing::reports(&server.app).await.into_iter().map(|row| row.report).collect()
}

#[tokio::test]
async fn a_shift_begins_on_the_page_and_ends_by_button_sign_out_or_time() {
    let server = TestServer::start().await;
    let mut browser = inspector(&server).await;
    assert!(server.get(&mut browser, "/check").await.text().contains("No checkpoint has been set up"));
    let id = checkpoint(&server, "Hankou").await;
    assert!(server.get(&mut browser, "/check").await.text().contains("Hankou (station, Jianghan)"));
    let none = server.post(&mut browser, "/check/shift", &[("checkpoint", "")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("id=\"checkpoint-error\""));
    let working =
        async |browser: &mut Browser| server.get(browser, "/check").await.text().contains("Your shift");
    for end in ["/check/shift/end", "/staff/sign-out"] {
        server.post(&mut browser, "/check/shift", &[("checkpoint", &id)]).await;
        assert!(working(&mut browser).await, "{end}");
        server.post(&mut browser, end, &[]).await;
        assert!(!working(&mut browser).await, "{end}");
    }
    assert_eq!(server.rows().await["shift"], 2);
    server.stop().await;
}

#[tokio::test]
async fn nobody_begins_or_ends_the_shift_of_another() {
    let server = TestServer::start().await;
    let mut first = begun(&server).await;
    let mut second = inspector(&server).await;
    let working =
        async |browser: &mut Browser| server.get(browser, "/check").await.text().contains("Your shift");
    assert!(!working(&mut second).await);
    server.post(&mut second, "/check/shift/end", &[]).await;
    assert!(working(&mut first).await, "still the own one");
    let other = checkpoint(&server, "Wuchang").await;
    server.post(&mut second, "/check/shift", &[("checkpoint", &other)]).await;
    server.post(&mut first, "/check/shift/end", &[]).await;
    assert_eq!((working(&mut first).await, working(&mut second).await), (false, true));
    server.stop().await;
}

#[tokio::test]
async fn a_shift_is_over_after_twelve_hours_and_one_begins_where_another_ends() {
    let server = TestServer::start().await;
    let staff = crate::http::session::Staff {
        id: domain::Id::from_i64(1),
        name: "Test Person".to_owned(),
        unit: domain::Id::from_i64(1),
        roles: vec![Role::Inspector],
        session: [1; 32],
    };
    let [one, two] = [checkpoint(&server, "One").await, checkpoint(&server, "Two").await];
    let begin = async |id: &str| super::shift::begin(&server.app, &staff, id.parse().unwrap()).await;
    let first = begin(&one).await.unwrap();
    assert_eq!(begin(&one).await.unwrap().shift.id, first.shift.id, "twice pressed is once begun");
    let second = begin(&two).await.unwrap();
    let standing = async || super::shift::standing(&server.app, &staff).await.unwrap().0;
    assert_eq!(standing().await.unwrap().shift.id, second.shift.id);
    server.advance(Duration::from_hours(12));
    assert_eq!(standing().await, None);
    let tools = Tools::of(&server.app);
    places::close(tools, By::COMMAND_LINE, one.parse().unwrap()).await.unwrap();
    assert!(begin(&one).await.is_err(), "closed");
    places::reopen(tools, By::COMMAND_LINE, one.parse().unwrap()).await.unwrap();
    assert!(begin(&one).await.is_ok());
    server.stop().await;
}

#[tokio::test]
async fn a_check_counts_once_however_often_its_page_is_loaded() {
    let server = TestServer::start().await;
    let (code, mut browser) = (live_code(&server).await, begun(&server).await);
    let number = hidden(&server.get(&mut browser, "/check").await, "check");
    let scan = check(&server, &mut browser, &[("check", &number), ("text", &code)], b"").await;
    for _ in 0..2 {
        check(&server, &mut browser, &[("check", &number), ("text", &code)], b"").await;
    }
    assert_eq!(counters(&server, &mut browser).await, [1, 0, 0, 0, 0]);
    for _ in 0..2 {
        let html = more(&server, &mut browser, &scan, &[("temperature", "98.2F")]).await.text();
        assert!(html.contains("36.8 °C: below 37.3 °C"), "{html}");
    }
    assert_eq!(counters(&server, &mut browser).await, [1, 0, 0, 1, 0]);
    // Another code under the number of the same form is another check.
    check(&server, &mut browser, &[("check", &number), ("text", "TX1:NOTHING")], b"").await;
    assert_eq!(counters(&server, &mut browser).await, [1, 0, 1, 1, 0]);
    assert_eq!(server.rows().await["temperature_report"], 0);
    server.stop().await;
}

#[tokio::test]
async fn a_second_abnormal_reading_makes_one_report_of_the_pass() {
    let server = TestServer::start().await;
    let (code, mut browser) = (live_code(&server).await, begun(&server).await);
    let scan = [("text", code.as_str()), ("temperature", "37.8"), ("site", "ear")];
    let hot = check(&server, &mut browser, &scan, b"").await;
    assert!(hot.text().contains("verdict is-stop") && hot.text().contains("Measure again"));
    assert_eq!(server.rows().await["temperature_report"], 0, "one reading makes none");
    server.advance(Duration::from_mins(4));
    // What is missing is said, and what was typed stays.
    let wrong = second(&server, &mut browser, &hot, &[("second", "37.25")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("id=\"second-error\"") && wrong.text().contains("value=\"37.25\""));
    assert!(wrong.text().contains("verdict is-stop") && wrong.text().contains("class=\"identity\""));
    let switched =
        second(&server, &mut browser, &hot, &[("second", "37.9"), ("language", "en")]).await.text();
    assert!(switched.contains("verdict is-stop") && switched.contains("value=\"37.9\""), "{switched}");
    let wrong = second(&server, &mut browser, &wrong, &[("second", "37.9")]).await;
    assert!(wrong.text().contains("id=\"action-error\""));
    let typed = [("second", "37.9"), ("second_site", "armpit"), ("action", "fever_clinic")];
    let mut address = String::new();
    for _ in 0..3 {
        let done = second(&server, &mut browser, &hot, &typed).await;
        address = done.location;
        assert!(address.starts_with("/check/reported/fever_clinic?check="), "{address}");
    }
    let told = server.get(&mut browser, &address).await.text();
    assert!(told.contains("Report made") && told.contains("fever clinic"));
    assert!(told.contains("The verdict on the code was: PASS"), "{told}");
    // Without a report behind it an address claims none.
    let released = address.replace("fever_clinic", "released");
    for nothing in ["/check/reported/fever_clinic", "/check/reported/fever_clinic?check=AAAA", &released] {
        let answer = server.get(&mut browser, nothing).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/check"), "{nothing}");
    }
    let all = reports(&server).await;
    let [report] = &all[..] else { panic!("{} reports", all.len()) };
    let Subject::Pass { printed: false, .. } = &report.subject else { panic!("not of the pass") };
    assert_eq!((report.verdict.as_deref(), report.threshold), (Some("PASS"), 373));
    assert_eq!(report.action, Action::FeverClinic);
    let readings = report.readings.iter().map(|reading| (reading.tenths, reading.site));
    assert_eq!(readings.collect::<Vec<_>>(), [(378, Site::Ear), (379, Site::Armpit)]);
    assert_eq!(report.readings[1].at - report.readings[0].at, 240);
    let [row] = &testing::reports(&server.app).await[..] else { panic!("one report") };
    assert!(row.holder.is_some(), "the pass leads to its holder");
    assert_eq!(counters(&server, &mut browser).await[3..], [1, 1]);
    server.stop().await;
}

/// A list from before the scan does not last as long as a report may take; a newer one says no less of the scan.
#[tokio::test]
async fn a_report_that_takes_twenty_minutes_says_what_the_scan_gave() {
    let server = TestServer::start().await;
    let (code, mut browser) = (live_code(&server).await, begun(&server).await);
    let scan = [("text", code.as_str()), ("temperature", "37.8"), ("site", "ear")];
    let hot = check(&server, &mut browser, &scan, b"").await;
    server.advance(Duration::from_mins(20));
    let typed = [("second", "37.9"), ("second_site", "ear"), ("action", "refused")];
    let done = second(&server, &mut browser, &hot, &typed).await.location;
    assert!(done.starts_with("/check/reported/refused?check="), "{done}");
    let all = reports(&server).await;
    assert_eq!(all[0].verdict.as_deref(), Some("PASS"));
    server.stop().await;
}

/// What is not stored is said not to be: another answer, and another person, under the number of one check.
#[tokio::test]
async fn another_answer_for_the_same_check_is_refused_in_words_and_the_first_stands() {
    let server = TestServer::start().await;
    let mut browser = begun(&server).await;
    let number = hidden(&server.get(&mut browser, "/check/no-code").await, "check");
    let first = [("check", number.as_str()), ("last_four", "02C3"), ("temperature", "38.7")];
    let hot = server.post(&mut browser, "/check/no-code", &first).await;
    let let_through = [("second", "38.8"), ("action", "released"), ("last_four", "02C3")];
    let done = second(&server, &mut browser, &hot, &let_through).await;
    assert!(done.location.starts_with("/check/reported/released?check="), "{}", done.location);
    server.advance(Duration::from_mins(1));
    assert_eq!(
        second(&server, &mut browser, &hot, &let_through).await.location,
        done.location,
        "the same again"
    );
    let clinic = [("second", "39.8"), ("action", "fever_clinic"), ("last_four", "02C3")];
    let other_person = [("check", number.as_str()), ("last_four", "99K1"), ("temperature", "39.1")];
    let other = server.post(&mut browser, "/check/no-code", &other_person).await;
    let normal = [("second", "36.6")];
    let of_other = [("second", "39.2"), ("action", "refused"), ("last_four", "99K1")];
    for (page, typed) in [(&hot, &clinic[..]), (&hot, &normal), (&other, &of_other)] {
        let refused = second(&server, &mut browser, page, typed).await;
        let html = refused.text();
        assert_eq!(refused.status, StatusCode::CONFLICT, "{typed:?}");
        assert!(html.contains("Not stored") && !html.contains("Report made"), "{html}");
        assert!(html.contains("38.7 °C, 38.8 °C"), "{html}");
        assert!(html.contains("Let through") && html.contains("href=\"/check/no-code\""), "{html}");
    }
    let all = reports(&server).await;
    let [report] = &all[..] else { panic!("{} reports", all.len()) };
    let tenths: Vec<u16> = report.readings.iter().map(|reading| reading.tenths).collect();
    assert_eq!((report.action, tenths), (Action::Released, vec![387, 388]));
    assert_eq!(counters(&server, &mut browser).await, [0, 0, 0, 1, 1]);
    server.stop().await;
}

/// However long the person rests: the second reading changes the verdict only where it is too high.
#[tokio::test]
async fn a_normal_second_reading_after_a_rest_leaves_the_verdict_of_the_scan() {
    let server = TestServer::start().await;
    let (code, mut browser) = (live_code(&server).await, begun(&server).await);
    let hot = check(&server, &mut browser, &[("text", &code), ("temperature", "378")], b"").await;
    assert!(hot.text().contains("37.8 °C"), "three digits are tenths");
    server.advance(Duration::from_mins(25));
    let cool = second(&server, &mut browser, &hot, &[("second", "366")]).await;
    assert!(cool.text().contains("verdict is-pass") && cool.text().contains("36.6 °C: below 37.3 °C"));
    let switched = more(&server, &mut browser, &cool, &[("language", "en")]).await.text();
    assert!(switched.contains("verdict is-pass"), "{switched}");
    server.stop().await;
}

/// Staff and devices have no saved answers and no code: they read what became of what they sent.
#[tokio::test]
async fn failures_tell_staff_what_was_not_stored_and_where_to_sign_in() {
    let server = TestServer::start().await;
    let mut browser = begun(&server).await;
    let hot = server.post(&mut browser, "/check/no-code", &[("temperature", "38.0")]).await;
    let typed = [("second", "38.1"), ("action", "refused")];
    server.break_table("outbox_item").await;
    let failed = second(&server, &mut browser, &hot, &typed).await;
    assert!(failed.status.is_server_error(), "{}", failed.status);
    let html = failed.text();
    assert!(html.contains("not stored") && !html.contains("saved answers"), "{html}");
    let mut nobody = Browser::default();
    nobody.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let signed_out = second(&server, &mut nobody, &hot, &typed).await;
    assert_eq!(signed_out.status, StatusCode::UNAUTHORIZED);
    let html = signed_out.text();
    assert!(html.contains("href=\"/staff/sign-in\"") && html.contains("it was not stored"), "{html}");
    server.stop().await;
}

#[tokio::test]
async fn a_second_normal_reading_is_counted_and_reports_nothing() {
    let server = TestServer::start().await;
    let mut browser = begun(&server).await;
    let hot = check(&server, &mut browser, &[("text", "TX1:NOTHING"), ("temperature", "37.3")], b"").await;
    let cool = second(&server, &mut browser, &hot, &[("second", "37.2")]).await;
    assert_eq!(cool.status, StatusCode::OK);
    assert!(cool.text().contains("37.2 °C: below 37.3 °C") && cool.text().contains("verdict is-stop"));
    assert_eq!(counters(&server, &mut browser).await, [0, 0, 1, 1, 0]);
    assert_eq!(server.rows().await["temperature_report"], 0);
    server.stop().await;
}

#[tokio::test]
async fn a_person_without_a_code_is_measured_and_reported_too() {
    let server = TestServer::start().await;
    let mut browser = inspector(&server).await;
    let gate = checkpoint(&server, "Hankou").await;
    let person = [("document", "passport"), ("last_four", "02c3"), ("temperature", "100.4 F")];
    let long = server.post(&mut browser, "/check/no-code", &[("last_four", "E1234502C3")]).await;
    assert!(["last_four", "temperature"].iter().all(|id| long.text().contains(&format!("{id}-error"))));
    let hot = server.post(&mut browser, "/check/no-code", &person).await;
    assert!(hot.text().contains("38.0 °C"), "{}", hot.text());
    let typed = [("second", "38.1"), ("action", "refused"), ("document", "passport"), ("last_four", "02c3")];
    let nowhere = second(&server, &mut browser, &hot, &typed).await;
    assert!(nowhere.text().contains("id=\"checkpoint-error\""), "a report needs its place");
    let at = [&typed[..], &[("checkpoint", gate.as_str())]].concat();
    let done = second(&server, &mut browser, &hot, &at).await.location;
    assert!(done.starts_with("/check/reported/refused?check="), "{done}");
    let nothing = [("temperature", "38.0")];
    let hot = server.post(&mut browser, "/check/no-code", &nothing).await;
    second(&server, &mut browser, &hot, &[("second", "38.0"), ("action", "released")]).await;
    let said: Vec<String> =
        reports(&server).await.iter().map(|one| serde_json::to_string(&one.subject).unwrap()).collect();
    let document = r#"{"kind":"document","document":"passport","last_four":"02C3"}"#;
    assert_eq!(said, [document, r#"{"kind":"nobody"}"#]);
    let normal = server.post(&mut browser, "/check/no-code", &[("temperature", "36.6")]).await.text();
    assert!(normal.contains("36.6 °C: below 37.3 °C"));
    assert_eq!(counters(&server, &mut browser).await, [0, 0, 0, 3, 2]);
    server.stop().await;
}

#[tokio::test]
async fn switching_the_language_makes_no_report_and_keeps_what_was_typed() {
    let server = TestServer::start().await;
    let mut browser = begun(&server).await;
    let hot = server.post(&mut browser, "/check/no-code", &[("temperature", "38.0")]).await;
    let typed = [("second", "38.1"), ("action", "refused"), ("last_four", "02C3"), ("language", "zh-Hans")];
    let switched = second(&server, &mut browser, &hot, &typed).await;
    let html = switched.text();
    assert!(html.contains("请复测") && html.contains("value=\"38.1\"") && html.contains("value=\"02C3\""));
    assert_eq!(server.rows().await["temperature_report"], 0);
    server.stop().await;
}

/// Point 9: an inspector cannot look a person up. As far as a test can say it: of all routes that an inspector may use
/// and others may not, none has an address that names anybody, and none takes a name, a number or a date of birth; the
/// routes are these.
#[test]
fn no_route_of_inspectors_looks_a_person_up() {
    use crate::http::route::Access;
    let inspectors = |access| matches!(access, Access::Staff(roles) if roles.contains(&Role::Inspector));
    let mut paths: Vec<&str> = crate::endpoints()
        .iter()
        .filter(|endpoint| inspectors(endpoint.route.access))
        .map(|endpoint| endpoint.route.path)
        .filter(|path| !path.starts_with("/inspect") && !path.starts_with("/api/v1/checkpoint/"))
        .collect();
    paths.dedup();
    paths.sort_unstable();
    paths.dedup();
    let known = [
        "/check",
        "/check/no-code",
        "/check/report",
        "/check/reported/{action}",
        "/check/shift",
        "/check/shift/end",
    ];
    assert_eq!(paths, known, "a new route of inspectors: say here why it looks nobody up");
}

#[tokio::test]
async fn what_names_a_person_finds_nobody_for_an_inspector() {
    let server = TestServer::start().await;
    let phone = phone(&server, &HEALTHY).await;
    let mut browser = begun(&server).await;
    let number = format!("X{:08}", phone.holder.as_i64() % 100_000_000);
    let holder = phone.holder.to_string();
    let guesses = [number.as_str(), "Eriksson", "ERIKSSON ANNA MARIA", "1974-08-12", &holder];
    for typed in guesses {
        let found = check(&server, &mut browser, &[("text", typed)], b"").await.text();
        assert!(!found.contains("class=\"identity\""), "{typed}");
        let four = &number[5..];
        let person =
            [("document", "passport"), ("last_four", four), ("temperature", "36.6"), ("name", typed)];
        let html = server.post(&mut browser, "/check/no-code", &person).await.text();
        assert!(!html.contains("class=\"identity\"") && !html.contains("12 August"), "{typed}");
    }
    server.stop().await;
}
