//! A shift without a device, through the real router: choosing, counting, the second reading, one report.

use std::time::Duration;

use axum::http::StatusCode;
use domain::Role;
use domain::checkpoint::CheckpointKind;
use domain::report::{Action, Report, Site, Subject};

use crate::checkpoint::admin::{By, Tools, places};
use crate::checkpoint::testing;
use crate::checkpoint::tests::check;
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

/// The text of a hidden field.
fn hidden(answer: &Answer, name: &str) -> String {
    let html = answer.text();
    let field = format!("name=\"{name}\" value=\"");
    let rest = html.split_once(&field).unwrap_or_else(|| panic!("no {name} in {html}")).1;
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// PASS, CHECK, STOP, temperatures, abnormal ones, as the page shows them.
async fn counters(server: &TestServer, browser: &mut Browser) -> Vec<i64> {
    let html = server.get(browser, "/check").await.text();
    let (_, gate) = html.split_once("<section class=\"gate\"").expect("a shift");
    let numbers = gate.split("<dd>").skip(1).map(|rest| rest.split('<').next().unwrap_or_default());
    numbers.map(|number| number.parse().expect("a number")).collect()
}

const SECOND: [&str; 7] = ["check", "text", "scanned", "document_matches", "first", "first_site", "first_at"];

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
    let mut phone = phone(&server, &HEALTHY).await;
    let pass = phone.pass(&server).await;
    let code = phone.show(&pass, server.app.now().seconds().unsigned_abs());
    let mut browser = begun(&server).await;
    let number = hidden(&server.get(&mut browser, "/check").await, "check");
    for _ in 0..3 {
        check(&server, &mut browser, &[("check", &number), ("text", &code)], b"").await;
    }
    assert_eq!(counters(&server, &mut browser).await, [1, 0, 0, 0, 0]);
    let scanned = server.app.now().seconds().to_string();
    for _ in 0..2 {
        let fields =
            [("check", number.as_str()), ("text", &code), ("scanned", &scanned), ("temperature", "98.2F")];
        let html = check(&server, &mut browser, &fields, b"").await.text();
        assert!(html.contains("36.8 °C: below 37.3 °C"), "{html}");
    }
    assert_eq!(counters(&server, &mut browser).await, [1, 0, 0, 1, 0]);
    check(&server, &mut browser, &[("text", "TX1:NOTHING")], b"").await;
    assert_eq!(counters(&server, &mut browser).await, [1, 0, 1, 1, 0]);
    assert_eq!(server.rows().await["temperature_report"], 0);
    server.stop().await;
}

#[tokio::test]
async fn a_second_abnormal_reading_makes_one_report_of_the_pass() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let pass = phone.pass(&server).await;
    let code = phone.show(&pass, server.app.now().seconds().unsigned_abs());
    let mut browser = begun(&server).await;
    let scan = [("text", code.as_str()), ("temperature", "37.8"), ("site", "ear")];
    let hot = check(&server, &mut browser, &scan, b"").await;
    assert!(hot.text().contains("verdict is-stop") && hot.text().contains("Measure again"));
    assert_eq!(server.rows().await["temperature_report"], 0, "one reading makes none");
    server.advance(Duration::from_mins(4));
    // What is missing is said, and what was typed stays.
    let wrong = second(&server, &mut browser, &hot, &[("second", "37.25")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("id=\"second-error\"") && wrong.text().contains("value=\"37.25\""));
    let wrong = second(&server, &mut browser, &wrong, &[("second", "37.9")]).await;
    assert!(wrong.text().contains("id=\"action-error\""));
    let typed = [("second", "37.9"), ("second_site", "armpit"), ("action", "fever_clinic")];
    for _ in 0..3 {
        let done = second(&server, &mut browser, &hot, &typed).await;
        assert_eq!(done.location, "/check/reported/fever_clinic");
    }
    let told = server.get(&mut browser, "/check/reported/fever_clinic").await.text();
    assert!(told.contains("Report made") && told.contains("fever clinic"));
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
    let mut phone = phone(&server, &HEALTHY).await;
    let pass = phone.pass(&server).await;
    let code = phone.show(&pass, server.app.now().seconds().unsigned_abs());
    let mut browser = begun(&server).await;
    let scan = [("text", code.as_str()), ("temperature", "37.8"), ("site", "ear")];
    let hot = check(&server, &mut browser, &scan, b"").await;
    server.advance(Duration::from_mins(20));
    let typed = [("second", "37.9"), ("second_site", "ear"), ("action", "refused")];
    assert_eq!(second(&server, &mut browser, &hot, &typed).await.location, "/check/reported/refused");
    let all = reports(&server).await;
    assert_eq!(all[0].verdict.as_deref(), Some("PASS"));
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
    assert!(
        long.text().contains("id=\"last_four-error\"") && long.text().contains("id=\"temperature-error\"")
    );
    let hot = server.post(&mut browser, "/check/no-code", &person).await;
    assert!(hot.text().contains("38.0 °C"), "{}", hot.text());
    let typed = [("second", "38.1"), ("action", "refused"), ("document", "passport"), ("last_four", "02c3")];
    let nowhere = second(&server, &mut browser, &hot, &typed).await;
    assert!(nowhere.text().contains("id=\"checkpoint-error\""), "a report needs its place");
    let at = [&typed[..], &[("checkpoint", gate.as_str())]].concat();
    assert_eq!(second(&server, &mut browser, &hot, &at).await.location, "/check/reported/refused");
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
