//! The rules of the health officers' desk (issue 5, point 6), each through the real router.

mod queue;
mod reopen;
mod version;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::Role;
use domain::checkpoint::CheckpointKind;
use domain::id::kind::{CheckpointId, HolderId, TemperatureReportId};
use domain::report::{Action, Reading, Report, Shown, Site, Subject};
use http_body_util::BodyExt as _;
use serde_json::Value;
use store::rows::report::{NewReport, ReportEventKind as Kind, ReportRow};
use store::{StoreError, call, read, transact};

use crate::http::route::{Access, Scope};
use crate::jobs;
use crate::pass::testing::{HEALTHY, phone};
use crate::staff::{Tools, client_add};
use crate::testing::{Answer, Browser, TestServer};

const MINUTE: Duration = Duration::from_mins(1);
const XSS: &str = "O'<script>alert(1)</script>";

struct Desk {
    server: TestServer,
    gate: CheckpointId,
    wang: Browser,
    li: Browser,
}

impl Desk {
    async fn open() -> Self {
        Self::on(TestServer::start().await).await
    }

    async fn on(server: TestServer) -> Self {
        let (gate, now): (CheckpointId, _) = (server.app.new_id(), server.app.now());
        transact!(server.app.store, "test.checkpoint", StoreError, |tx| {
            call!(tx, checkpoint::add(gate, "North gate", "Wuhan", CheckpointKind::Station, now))
        })
        .unwrap();
        let wang = server.signed_in("Wuhan", &[Role::HealthOfficer]).await;
        let li = server.signed_in("Wuhan", &[Role::HealthOfficer]).await;
        Self { server, gate, wang, li }
    }

    async fn report(&self, holder: Option<HolderId>) -> TemperatureReportId {
        self.filed(holder, false).await
    }

    /// A report, or one that came in the file of a withdrawn device.
    async fn filed(&self, holder: Option<HolderId>, exported: bool) -> TemperatureReportId {
        let app = &self.server.app;
        let at = app.now();
        let reading = |tenths| Reading { tenths, site: Site::Ear, at: at.seconds() };
        let subject = match holder {
            Some(_) => Subject::Pass { pass: "AAECAwQFBgc".to_owned(), printed: false },
            None => Subject::Document(Shown { document: None, last_four: Some("02C3".to_owned()) }),
        };
        let readings = vec![reading(379), reading(384)];
        let report = Report { subject, verdict: None, readings, threshold: 373, action: Action::FeverClinic };
        let new = NewReport {
            id: app.new_id(),
            holder,
            checkpoint: self.gate,
            shift: None,
            device: None,
            staff: app.new_id(),
            unit: app.new_id(),
            exported,
            report,
            taken_at: at,
            due_at: super::due(app),
        };
        let filed = &new;
        transact!(app.store, "test.report", StoreError, |tx| { super::file(tx, app, filed.clone()).await })
            .unwrap();
        new.id
    }

    async fn row(&self, id: TemperatureReportId) -> ReportRow {
        read!(self.server.app.store, "test.row", StoreError, |tx| { call!(tx, report_desk::by_id(id)) })
            .unwrap()
            .unwrap()
    }

    async fn events(&self, id: TemperatureReportId) -> Vec<Kind> {
        let events =
            read!(self.server.app.store, "test.events", StoreError, |tx| { call!(tx, report::events(id)) });
        events.unwrap().into_iter().map(|event| event.kind).collect()
    }

    /// What an officer does with a report as it stands.
    async fn act(
        &self,
        who: &mut Browser,
        id: TemperatureReportId,
        what: &str,
        more: &[(&str, &str)],
    ) -> Answer {
        let version = self.row(id).await.version.to_string();
        let fields = [&[("version", version.as_str())], more].concat();
        self.server.post(who, &format!("/reports/{id}/{what}"), &fields).await
    }

    async fn page(&self, who: &mut Browser, path: &str) -> String {
        self.server.get(who, path).await.text()
    }
}

async fn export(server: &TestServer, token: &str, after: &str) -> Value {
    let path = format!("/api/v1/reports?after={after}");
    let request = Request::builder().uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = server.send(&mut Browser::default(), request, Body::empty()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// Ids and versions of an answer of the export.
fn given(answer: &Value) -> Vec<(String, i64)> {
    let one =
        |report: &Value| (report["id"].as_str().unwrap().to_owned(), report["version"].as_i64().unwrap());
    answer["reports"].as_array().unwrap().iter().map(one).collect()
}

#[tokio::test]
async fn a_report_is_one_officers_until_it_is_given_back_or_its_time_runs_out() {
    let mut desk = Desk::open().await;
    let (mut wang, mut li) = (desk.wang.clone(), desk.li.clone());
    let id = desk.report(None).await;
    assert_eq!(desk.act(&mut wang, id, "take", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.act(&mut wang, id, "take", &[]).await.status, StatusCode::SEE_OTHER, "a double click");
    assert_eq!(desk.events(id).await, [Kind::Received, Kind::Taken]);
    for what in ["take", "renew", "acknowledge", "confirm"] {
        let answer = desk.act(&mut li, id, what, &[]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{what}");
        assert!(answer.text().contains("Test Person"), "who has it: {}", answer.text());
    }
    let asked = desk.server.get(&mut li, &format!("/reports/{id}/confirm")).await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    let typed = desk.act(&mut li, id, "outcome", &[("outcome", "closed"), ("note", XSS)]).await;
    assert_eq!(typed.status, StatusCode::CONFLICT);
    assert!(typed.text().contains("&lt;script&gt;") || typed.text().contains("&#60;script&#62;"), "kept");
    desk.act(&mut li, id, "release", &[]).await;
    assert!(desk.row(id).await.claimed.is_some(), "only one's own is given back");
    desk.act(&mut wang, id, "release", &[]).await;
    assert_eq!(desk.act(&mut li, id, "take", &[]).await.status, StatusCode::SEE_OTHER);
    desk.server.advance(16 * MINUTE);
    assert_eq!(desk.act(&mut li, id, "acknowledge", &[]).await.status, StatusCode::CONFLICT, "it ran out");
    assert_eq!(desk.act(&mut wang, id, "take", &[]).await.status, StatusCode::SEE_OTHER);
    desk.li = li;
    desk.server.stop().await;
}

#[tokio::test]
async fn of_two_who_take_a_report_at_one_moment_one_has_it() {
    let desk = Desk::open().await;
    for _ in 0..20 {
        let id = desk.report(None).await;
        let path = format!("/reports/{id}/take");
        let (mut wang, mut li) = (desk.wang.clone(), desk.li.clone());
        let (one, other) =
            tokio::join!(desk.server.post(&mut wang, &path, &[]), desk.server.post(&mut li, &path, &[]));
        let mut both = [one.status, other.status];
        both.sort();
        assert_eq!(both, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
        assert_eq!(desk.events(id).await.len(), 2);
    }
    desk.server.stop().await;
}

#[tokio::test]
async fn acknowledged_followed_up_and_done_each_once() {
    let desk = Desk::open().await;
    let mut wang = desk.wang.clone();
    let id = desk.report(None).await;
    desk.act(&mut wang, id, "take", &[]).await;
    let old = desk.row(id).await.version;
    desk.server.advance(4 * MINUTE);
    assert_eq!(desk.act(&mut wang, id, "acknowledge", &[]).await.status, StatusCode::SEE_OTHER);
    let (path, version) = (format!("/reports/{id}/acknowledge"), old.to_string());
    let fields = [("version", version.as_str())];
    let again = desk.server.post(&mut wang, &path, &fields);
    assert_eq!(again.await.status, StatusCode::SEE_OTHER, "a double click");
    assert!(desk.page(&mut wang, "/reports").await.contains("half of them in 4 min"));
    let path = format!("/reports/{id}/outcome");
    let nothing = desk.server.post(&mut wang, &path, &[("note", "Called.")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text().contains("Called.") && nothing.text().contains("Choose what became of it"));
    let (old, fresh) = (old.to_string(), desk.row(id).await.version.to_string());
    let stale = [("version", old.as_str()), ("outcome", "case"), ("note", "Called.")];
    let stale = desk.server.post(&mut wang, &path, &stale).await;
    assert!(stale.status == StatusCode::CONFLICT && stale.text().contains("Called."), "typed text stays");
    let fields = [("version", fresh.as_str()), ("outcome", "followed_up"), ("note", "Called.")];
    for _ in 0..2 {
        assert_eq!(desk.server.post(&mut wang, &path, &fields).await.location, "/reports", "twice is once");
    }
    assert_eq!(desk.events(id).await, [Kind::Received, Kind::Taken, Kind::Acknowledged, Kind::FollowedUp]);
    let other = [("version", fresh.as_str()), ("outcome", "closed"), ("note", "")];
    assert_eq!(desk.server.post(&mut wang, &path, &other).await.status, StatusCode::CONFLICT, "it is done");
    assert!(desk.page(&mut wang, "/reports/done").await.contains("Followed up"));
    desk.server.advance(8 * 24 * 60 * MINUTE);
    let mut later = desk.server.signed_in("Wuhan", &[Role::HealthOfficer]).await;
    assert!(!desk.page(&mut later, "/reports/done").await.contains("Followed up"), "seven days");
    desk.server.stop().await;
}

#[tokio::test]
async fn whom_it_is_about_is_shown_to_who_has_it_and_every_opening_is_told() {
    let desk = Desk::open().await;
    let mut holder = phone(&desk.server, &HEALTHY).await;
    let id = desk.report(Some(holder.holder)).await;
    let (mut wang, mut li) = (desk.wang.clone(), desk.li.clone());
    let path = format!("/reports/{id}");
    desk.act(&mut wang, id, "take", &[]).await;
    assert!(desk.page(&mut wang, &path).await.contains("Anna Maria"));
    let theirs = desk.page(&mut li, &path).await;
    assert!(theirs.contains("38.4 °C") && !theirs.contains("Anna Maria"), "{theirs}");
    assert!(!desk.page(&mut wang, "/reports").await.contains("Anna Maria"));
    let data = desk.page(&mut holder.browser, "/my-data").await;
    assert!(data.contains("Report of a temperature") && data.contains("38.4 °C"), "{data}");
    let file: Value = desk.server.get(&mut holder.browser, "/my-data/export").await.json();
    assert_eq!(file["reports"][0]["readings"][1]["tenths"], 384);
    assert_eq!(
        file["accesses"].as_array().unwrap().iter().filter(|a| a["object"] == "temperature_report").count(),
        2
    );
    desk.server.stop().await;
}

#[tokio::test]
async fn confirmed_after_a_question_it_is_evidence_and_the_rules_decide() {
    let desk = Desk::open().await;
    let mut holder = phone(&desk.server, &HEALTHY).await;
    let mut wang = desk.wang.clone();
    let nobody = desk.report(None).await;
    desk.act(&mut wang, nobody, "take", &[]).await;
    assert_eq!(desk.act(&mut wang, nobody, "confirm", &[]).await.status, StatusCode::CONFLICT);

    assert_eq!(holder.ask(&desk.server).await.json()["colour"], "green");
    let id = desk.report(Some(holder.holder)).await;
    desk.act(&mut wang, id, "take", &[]).await;
    let asked = desk.page(&mut wang, &format!("/reports/{id}/confirm")).await;
    assert!(asked.contains("the published rules decide") && desk.row(id).await.confirmed_at.is_none());
    for _ in 0..2 {
        assert_eq!(desk.act(&mut wang, id, "confirm", &[]).await.status, StatusCode::SEE_OTHER);
    }
    let rows = desk.server.rows().await;
    assert_eq!((rows["evidence"], rows["decision"]), (1, 2), "once, however often it is sent");
    let answer = holder.ask(&desk.server).await.json();
    assert_eq!((&answer["colour"], &answer["reasons"][0]), (&"none".into(), &"fever_elsewhere".into()));
    let file: Value = desk.server.get(&mut holder.browser, "/my-data/export").await.json();
    let evidence = &file["evidence"][0];
    assert_eq!((&evidence["kind"], &evidence["tenths"]), (&"temperature_report".into(), &384.into()));
    assert_eq!((&evidence["unit"], &evidence["staff"]), (&"Wuhan".into(), &Value::Null));

    // Outside Wuhan there is no colour for seven days; then it is green by itself, and nobody did anything.
    desk.server.advance(Duration::from_mins(7 * 24 * 60 - 1));
    jobs::run_due(&desk.server.app).await.unwrap();
    assert_eq!(holder.ask(&desk.server).await.json()["colour"], "none");
    desk.server.advance(MINUTE);
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().lapsed, 1);
    assert_eq!(holder.ask(&desk.server).await.json()["colour"], "green");
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().lapsed, 0);

    desk.server.post(&mut holder.browser, "/my-data/delete", &[]).await;
    let rows = desk.server.rows().await;
    assert_eq!((rows["evidence"], rows["temperature_report"]), (0, 2), "the report leads to nobody");
    assert_eq!(desk.row(id).await.holder, None);
    desk.server.advance(crate::holder::erase::TEMPERATURE_KEPT + MINUTE);
    crate::holder::erase::forget_old(&desk.server.app).await.unwrap();
    let rows = desk.server.rows().await;
    assert_eq!((rows["temperature_report"], rows["report_event"]), (0, 0));
    desk.server.stop().await;
}

#[tokio::test]
async fn what_nobody_acknowledges_in_time_is_escalated_and_told_once() {
    let mut settings = crate::Settings::for_tests();
    settings.report_escalation = Some("desk@example.org".parse().unwrap());
    let desk = Desk::on(TestServer::with_settings(settings).await).await;
    let (late, known) = (desk.report(None).await, desk.report(None).await);
    let mut wang = desk.wang.clone();
    desk.act(&mut wang, known, "take", &[]).await;
    desk.act(&mut wang, known, "acknowledge", &[]).await;
    desk.server.advance(14 * MINUTE);
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().reports, 0);
    desk.server.advance(MINUTE);
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().reports, 1);
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().reports, 0, "once");
    assert!(desk.row(late).await.escalated_at.is_some() && desk.row(known).await.escalated_at.is_none());
    let page = desk.page(&mut wang, "/reports").await;
    let place = |id: TemperatureReportId| page.find(&format!("report-{id}")).unwrap();
    assert!(place(late) < place(known) && page.contains("Escalated"), "on top");
    let mails =
        read!(desk.server.app.store, "test.mails", StoreError, |tx| { call!(tx, outbox::list(None, 9)) });
    let mails = mails.unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].content.as_ref().unwrap().to.as_str(), "desk@example.org");
    desk.server.stop().await;
}

#[tokio::test]
async fn a_client_that_keeps_its_cursor_gets_every_change_once() {
    let desk = Desk::open().await;
    let server = &desk.server;
    let token = client_add(Tools::of(&server.app), "cdc", "Health", Scope::Health).await.unwrap();
    let (first, second) = (desk.report(None).await, desk.report(None).await);
    jobs::run_due(&server.app).await.unwrap();
    let one = export(server, &token, "").await;
    assert_eq!(given(&one), [(first.to_string(), 0), (second.to_string(), 0)]);
    assert_eq!(one["reports"][0]["subject"]["last_four"], "02C3");
    let cursor = one["next"].as_str().unwrap();
    assert_eq!(given(&export(server, &token, cursor).await), []);
    assert_eq!(export(server, &token, cursor).await["next"], cursor);
    let mut wang = desk.wang.clone();
    desk.act(&mut wang, first, "take", &[]).await;
    desk.act(&mut wang, first, "acknowledge", &[]).await;
    let third = desk.report(None).await;
    jobs::run_due(&server.app).await.unwrap();
    let two = export(server, &token, cursor).await;
    assert_eq!(given(&two), [(first.to_string(), 2), (third.to_string(), 0)]);
    assert_eq!(two["reports"][0]["stage"], "acknowledged");
    let opened = read!(server.app.store, "test.accesses", StoreError, |tx| {
        call!(tx, access::by_object("temperature_report", second.as_i64(), None, 9))
    });
    assert_eq!(opened.unwrap().iter().filter(|entry| entry.action == "export").count(), 1);
    for wrong in ["x", "-1", "1.5"] {
        let request = Request::builder()
            .uri(format!("/api/v1/reports?after={wrong}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = server.send(&mut Browser::default(), request, Body::empty()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    desk.server.stop().await;
}

#[tokio::test]
async fn public_security_and_every_other_role_read_no_report() {
    let server = TestServer::start().await;
    let filing = client_add(Tools::of(&server.app), "entry-exit", "Unit", Scope::Filing).await.unwrap();
    let routes: Vec<_> = crate::endpoints().into_iter().map(|endpoint| endpoint.route).collect();
    let of_reports = |path: &str| path.starts_with("/reports") || path.starts_with("/api/v1/reports");
    let mut asked = 0;
    for route in routes.iter().filter(|route| of_reports(route.path)) {
        match route.access {
            Access::Staff(roles) => assert_eq!(roles, [Role::HealthOfficer], "{}", route.path),
            Access::Client(scope) => assert_eq!(scope, Scope::Health, "{}", route.path),
            other => panic!("{}: {other:?}", route.path),
        }
        let path = route.path.replace("{id}", "7000000000000001");
        for role in Role::ALL.into_iter().filter(|role| *role != Role::HealthOfficer) {
            let mut browser = server.signed_in("Unit", &[role]).await;
            let answer = match route.verb {
                crate::http::route::Verb::Get => server.get(&mut browser, &path).await,
                crate::http::route::Verb::Post => server.post(&mut browser, &path, &[]).await,
            };
            let refused = [StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED];
            assert!(refused.contains(&answer.status), "{role} at {path}: {}", answer.status);
            asked += 1;
        }
        let request = Request::builder().uri(&path).header(header::AUTHORIZATION, format!("Bearer {filing}"));
        let request =
            if route.verb == crate::http::route::Verb::Post { request.method("POST") } else { request };
        let answer = server.send(&mut Browser::default(), request, Body::empty()).await;
        assert!(!answer.status.is_success(), "the filing system at {path}: {}", answer.status);
    }
    assert!(asked >= 12 * 6, "{asked}");
    server.stop().await;
}

/// Over a real socket: a report that comes in is told at once, without a word about it; a stop ends the connection.
#[tokio::test]
async fn an_open_queue_is_told_of_a_new_report_and_ends_with_session_and_server() {
    let desk = Desk::open().await;
    let app = desk.server.app.clone();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = crate::router(&app);
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let client = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new())
        .build_http::<Body>();
    let open = |browser: &Browser| {
        let cookie = format!("tongxing-staff={}", browser.cookies["tongxing-staff"]);
        let request = Request::builder()
            .uri(format!("http://{address}/reports/events"))
            .header(header::COOKIE, cookie)
            .body(Body::empty())
            .unwrap();
        client.request(request)
    };
    let wait = Duration::from_secs(15);
    let mut events = open(&desk.wang).await.unwrap();
    assert_eq!(events.headers()[header::CONTENT_TYPE], "text/event-stream");
    let first = tokio::time::timeout(wait, events.body_mut().frame()).await.unwrap().unwrap().unwrap();
    let first = first.into_data().unwrap();
    assert!(first.starts_with(b":") && first.ends_with(b"\n\n"), "a line without meaning comes first");
    tokio::time::sleep(Duration::from_millis(700)).await;
    let filed = tokio::time::Instant::now();
    desk.report(None).await;
    let told = tokio::time::timeout(wait, events.body_mut().frame()).await.unwrap().unwrap().unwrap();
    assert_eq!(told.into_data().unwrap().as_ref(), b"data: changed\n\n");
    assert!(filed.elapsed() < Duration::from_secs(2), "{:?}", filed.elapsed());

    let mut more = Vec::new();
    for _ in 1..super::live::CONNECTIONS {
        more.push(open(&desk.wang).await.unwrap());
    }
    assert_eq!(open(&desk.wang).await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
    let others = open(&desk.li).await.unwrap();
    assert_eq!((others.status(), app.live.connections()), (StatusCode::OK, super::live::CONNECTIONS + 1));

    let mut wang = desk.wang.clone();
    desk.server.post(&mut wang, "/staff/sign-out", &[]).await;
    let ended = tokio::time::timeout(wait, events.body_mut().collect()).await;
    assert!(ended.is_ok(), "signed out");
    let closing = others.into_body().collect();
    app.live.close();
    assert!(tokio::time::timeout(wait, closing).await.is_ok(), "the server waits for nobody");
    drop((events, more));
    serving.abort();
    desk.server.stop().await;
}

/// A report about `holder` that was taken and confirmed, for tests of other folders.
pub async fn confirmed(server: &TestServer, holder: HolderId) {
    let (gate, now): (CheckpointId, _) = (server.app.new_id(), server.app.now());
    let mut officer = server.signed_in("Health", &[Role::HealthOfficer]).await;
    let reading = Reading { tenths: 384, site: Site::Ear, at: now.seconds() };
    let new = NewReport {
        id: server.app.new_id(),
        holder: Some(holder),
        checkpoint: gate,
        shift: None,
        device: None,
        staff: server.app.new_id(),
        unit: server.app.new_id(),
        exported: false,
        report: Report {
            subject: Subject::Pass { pass: "AAECAwQFBgc".to_owned(), printed: false },
            verdict: None,
            readings: vec![reading],
            threshold: 373,
            action: Action::Refused,
        },
        taken_at: now,
        due_at: super::due(&server.app),
    };
    transact!(server.app.store, "test.confirmed", StoreError, |tx| {
        call!(tx, checkpoint::add(gate, "North gate", "Wuhan", CheckpointKind::Station, now))?;
        super::file(tx, &server.app, new.clone()).await
    })
    .unwrap();
    server.post(&mut officer, &format!("/reports/{}/take", new.id), &[]).await;
    let done = server.post(&mut officer, &format!("/reports/{}/confirm", new.id), &[("version", "1")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
}
