//! What is held about a person: shown, taken away, deleted, and forgotten when its time is over.

use axum::http::StatusCode;
use domain::Role;
use serde_json::Value;
use store::rows::access::Access;

use super::*;
use crate::holder::erase::{
    ACCESS_KEPT, CODE_UNUSED, DECISION_KEPT, DECLARATION_KEPT, ENDED_KEPT, LEFT_KEPT, NOTICE_READ, PERIODS,
    PHONE_KEPT, PHOTO_KEPT, forget_old,
};

const SECOND: Duration = Duration::from_secs(1);
const COUGH: [(&str, &str); 4] =
    [("symptoms", "cough"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")];

async fn export(server: &TestServer, browser: &mut Browser) -> Value {
    let answer = server.get(browser, "/my-data/export").await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

async fn refuse(server: &TestServer, id: ApplicationId) {
    let app = &server.app;
    transact!(app.store, "test.refuse", ApplicationError, |tx| {
        let mut row = call!(tx, application::by_id(id))?.unwrap();
        transition::advance(tx, app, &mut row, Stage::Refused, EventKind::Refused, None).await
    })
    .unwrap();
}

async fn exists(server: &TestServer, id: ApplicationId) -> bool {
    store::read!(server.app.store, "test.exists", StoreError, |tx| { call!(tx, application::by_id(id)) })
        .unwrap()
        .is_some()
}

/// The phone of a holder, with the key that asks for passes.
async fn phone_of(server: &TestServer, browser: &Browser) -> Phone {
    let holder = holder_on(server, browser).await.unwrap();
    let session = device_of(server, browser).await.0;
    Phone { holder, session, browser: browser.clone(), key: device_key() }
}

#[tokio::test]
async fn the_page_and_the_file_say_everything_and_who_opened_it_by_unit_and_day_once_it_is_decided() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (mut browser, id) = apply(&server, &[("birth_day", "15")]).await;
    server.advance(Duration::from_secs(75));
    jobs::run_due(&server.app).await.unwrap();
    let mut reviewer = server.signed_in("Wuhan entry-exit office", &[Role::Reviewer]).await;
    server.post(&mut reviewer, &format!("/review/{id}/claim"), &[]).await;
    assert!(server.get(&mut reviewer, &format!("/review/{id}")).await.status.is_success());
    assert_eq!(
        export(&server, &mut browser).await["accesses"],
        serde_json::json!([]),
        "it would tell of a near match"
    );

    let version = row(&server, id).await.version.to_string();
    let fields = [("version", version.as_str()), ("decision", "approve"), ("message", "")];
    server.post(&mut reviewer, &format!("/review/{id}/decide"), &fields).await;
    let mut phone = phone_of(&server, &browser).await;
    phone.pass(&server).await;
    let data = export(&server, &mut browser).await;
    assert_eq!(data["documents"][0]["number"]["printed"], "X12345678", "{data}");
    assert_eq!(data["applications"][0]["residence"]["address"], "1 Donghu Road");
    assert_eq!(data["applications"][0]["consent"], crate::consent::VERSION);
    assert_eq!(data["declarations"][0]["contact"], false);
    assert_eq!(
        (&data["passes"][0]["kind"], &data["decisions"][0]["colour"]),
        (&"live".into(), &"green".into())
    );
    let access = &data["accesses"][0];
    assert_eq!((&access["unit"], &access["day"]), (&"Wuhan entry-exit office".into(), &"2026-11-23".into()));
    assert!(!data.to_string().contains("Test Person"), "no name of staff");

    let proof = &data["decisions"][0]["proof"];
    let bytes = |name: &str| -> Vec<u8> {
        let text = proof[name].as_str().unwrap();
        (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
    };
    let salt: [u8; 16] = bytes("salt").try_into().unwrap();
    let content = proof["content"].as_str().unwrap().as_bytes();
    let commitment = store::rows::log::commitment(crate::decision::LEAF_KIND, salt, content);
    assert_eq!(bytes("commitment"), commitment, "the holder can prove what was decided");

    let page = server.get(&mut browser, "/my-data").await.text();
    for said in ["1 Donghu Road", "Eriksson", "Wuhan entry-exit office", "None of these", "Green", "90"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let (mut other, _) = apply(&server, &[("number", "Q99999999")]).await;
    let strangers = export(&server, &mut other).await.to_string();
    assert!(!strangers.contains("X12345678") && !strangers.contains(&id.to_string()));
    server.stop().await;
}

#[tokio::test]
async fn before_a_decision_the_file_never_tells_what_the_match_found() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let mut applications = Vec::new();
    for otherwise in [("number", "X12345679"), ("number", "Q99999999"), ("birth_day", "15")] {
        applications.push(apply(&server, &[otherwise]).await);
    }
    for hours in [0, 1, 30] {
        server.advance(HOUR * hours);
        jobs::run_due(&server.app).await.unwrap();
        let mut files = Vec::new();
        for (browser, id) in &mut applications {
            let mut data = export(&server, browser).await;
            let reference = row(&server, *id).await.reference.to_string();
            data["applications"][0]["document"] = Value::Null; // what was typed differs
            let csrf = browser.csrf();
            let page = server.get(browser, "/my-data").await.text();
            let page = page.replace("X12345679", "#").replace("X1234 5679", "#").replace("Q99999999", "#");
            let typed = page.matches("1980-03-1").count();
            files.push((plain(&data.to_string(), &reference, &csrf), typed));
        }
        assert!(files.iter().all(|file| *file == files[0]), "after {hours} h: {files:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn deleting_withdraws_every_pass_erases_the_salts_and_leaves_nothing_that_says_who_it_was() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (browser, id) = apply(&server, &[]).await;
    let mut phone = phone_of(&server, &browser).await;
    let holder = phone.holder;
    let pass = phone.pass(&server).await;
    server.post(&mut phone.browser, "/my-code/health", &COUGH).await;
    let yellow = phone.pass(&server).await;
    let leaves: Vec<_> = store::read!(server.app.store, "test.leaves", StoreError, |tx| {
        call!(tx, held::decisions(holder))
    })
    .unwrap();
    assert_eq!(leaves.len(), 2);

    let page = server.get(&mut phone.browser, "/my-data/delete").await.text();
    assert!(page.contains("stop counting at once"), "{page}");
    let answer = server.post(&mut phone.browser, "/my-data/delete", &[]).await;
    assert_eq!(answer.location, "/my-data/deleted");
    assert_eq!(server.get(&mut phone.browser, "/my-data").await.status, StatusCode::FORBIDDEN, "no session");
    assert!(
        server.get(&mut phone.browser, "/my-data/deleted").await.text().contains("Your data are deleted")
    );

    let mut checker = Checker::new(&server).await;
    let now = server.app.now().seconds().unsigned_abs();
    for pass in [&pass, &yellow] {
        checker.fetch(&server, pass).await;
        let (text, mut buffer) = (phone.show(pass, now), Vec::new());
        let observed = Observed { threshold: Temperature(373), ..Observed::default() };
        let outcome = verify(&text, &mut buffer, &checker.trust, &checker.statuses, now, &observed);
        assert!(outcome.reasons().contains(&Reason::Withdrawn));
    }
    assert!(!exists(&server, id).await);
    let (documents, declarations, decisions, salts) =
        store::read!(server.app.store, "test.left", StoreError, |tx| {
            let mut salts = Vec::new();
            for decision in &leaves {
                salts.extend(call!(tx, held::leaf(decision.leaf))?.map(|leaf| leaf.salt));
            }
            Ok((
                call!(tx, held::documents(holder))?.len(),
                call!(tx, held::declarations(holder))?.len(),
                call!(tx, held::decisions(holder))?,
                salts,
            ))
        })
        .unwrap();
    assert_eq!(
        (documents, declarations, salts),
        (0, 0, vec![None, None]),
        "the leaves stay, their salts do not"
    );
    assert!(decisions.iter().all(|row| row.reasons.is_empty() && row.declaration.is_none()));

    // With the passes the last row goes.
    server.advance(Duration::from_hours(24 * 3));
    jobs::tidy(&server.app).await.unwrap();
    forget_old(&server.app).await.unwrap();
    let there = transact!(server.app.store, "test.row", StoreError, |tx| { call!(tx, holder::lock(holder)) });
    assert!(!there.unwrap());
    let (_, again) = apply(&server, &[]).await;
    assert_eq!(row(&server, again).await.stage, Stage::Issued, "the document is free");
    server.stop().await;
}

#[tokio::test]
async fn an_applicant_deletes_an_application_that_waits_and_the_limit_of_the_day_stays() {
    let server = TestServer::start().await;
    for _ in 0..5 {
        let (mut browser, id) = apply(&server, &[]).await;
        server.post(&mut browser, "/my-data/delete", &[]).await;
        assert!(!exists(&server, id).await);
    }
    let mut browser = Browser::speaking("en");
    fill(&server, &mut browser, &[]).await;
    let sent = server.post(&mut browser, "/apply/check", &[]).await;
    assert_eq!(sent.status, StatusCode::TOO_MANY_REQUESTS);
    server.stop().await;
}

#[tokio::test]
async fn applications_that_ended_or_were_left_are_forgotten_with_their_photos_when_their_time_is_over() {
    let server = TestServer::start().await;
    let (_, refused) = apply(&server, &[("kind", "taiwan_permit"), ("number", "12345678")]).await;
    let (_, waiting) = apply(&server, &[("number", "Q99999999")]).await;
    let (mut asked_phone, asked) = apply(&server, &[("kind", "taiwan_permit"), ("number", "87654321")]).await;
    refuse(&server, refused).await;
    ask(&server, asked, Asked::Photo).await;
    let photo = |id: ApplicationId| {
        let app = server.app.clone();
        async move {
            store::read!(app.store, "test.photos", StoreError, |tx| { call!(tx, application::photos(id)) })
                .unwrap()
                .len()
        }
    };
    transact!(server.app.store, "test.photo", StoreError, |tx| {
        call!(tx, application::keep_photo(server.app.new_id(), asked, b"jpeg", server.app.now()))
    })
    .unwrap();
    let start = server.app.now();
    let until = async |kept: Duration| {
        server.clock.set(start.plus(kept));
        forget_old(&server.app).await.unwrap();
    };
    until(PHOTO_KEPT).await;
    assert_eq!(photo(asked).await, 1);
    assert!(exists(&server, refused).await, "for {ENDED_KEPT:?}");
    until(PHOTO_KEPT + SECOND).await;
    assert_eq!(photo(asked).await, 0);
    assert!(!exists(&server, refused).await);
    until(LEFT_KEPT).await;
    assert!(exists(&server, waiting).await && exists(&server, asked).await);
    until(LEFT_KEPT + SECOND).await;
    assert!(!exists(&server, waiting).await && !exists(&server, asked).await);
    assert_eq!(server.get(&mut asked_phone, "/application").await.location, "/apply");
    assert!(start.plus(LEFT_KEPT).since(start) > PHONE_KEPT);
    server.stop().await;
}

#[tokio::test]
async fn of_health_only_the_newest_stays_and_a_code_that_nobody_uses_is_erased() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (browser, id) = apply(&server, &[]).await;
    let mut phone = phone_of(&server, &browser).await;
    phone.pass(&server).await;
    server.post(&mut phone.browser, "/my-code/health", &COUGH).await;
    phone.pass(&server).await;
    let (app, holder) = (&server.app, phone.holder);
    transact!(app.store, "test.notice", StoreError, |tx| {
        call!(tx, notice::tell(app.new_id(), holder, NoticeKind::SecondApplication, app.now()))?;
        let last = call!(tx, notice::unseen(holder))?[0].id;
        call!(tx, notice::seen(holder, last, app.now()))
    })
    .unwrap();
    let held = async || {
        store::read!(app.store, "test.held", StoreError, |tx| {
            let decisions = call!(tx, held::decisions(holder))?;
            let leaf = call!(tx, held::leaf(decisions.last().unwrap().leaf))?;
            Ok((
                call!(tx, held::declarations(holder))?.len(),
                decisions.len(),
                call!(tx, held::notices(holder))?.len(),
                leaf.is_some_and(|leaf| leaf.salt.is_some()),
            ))
        })
        .unwrap()
    };
    let start = server.app.now();
    let at = async |kept: Duration| {
        server.clock.set(start.plus(kept));
        jobs::tidy(app).await.unwrap();
        forget_old(app).await.unwrap();
    };
    at(DECLARATION_KEPT).await;
    assert_eq!(held().await, (2, 2, 1, true));
    at(DECLARATION_KEPT + SECOND).await;
    assert_eq!(held().await, (1, 2, 1, true), "the newest declaration stays");
    at(DECISION_KEPT.max(NOTICE_READ) + SECOND).await;
    assert_eq!(held().await, (1, 1, 0, true), "the newest decision stays, with its salt");
    let overtaken =
        store::read!(app.store, "test.code", StoreError, |tx| { call!(tx, decision::current(holder)) });
    assert_eq!(overtaken.unwrap().unwrap().colour, domain::declaration::Colour::Yellow);

    at(CODE_UNUSED).await;
    assert!(exists(&server, id).await, "used {CODE_UNUSED:?} ago");
    phone.pass(&server).await;
    at(CODE_UNUSED * 2).await;
    assert!(exists(&server, id).await, "it was used meanwhile");
    at(CODE_UNUSED * 2 + SECOND).await;
    assert!(!exists(&server, id).await);
    forget_old(app).await.unwrap();
    let there = transact!(app.store, "test.row", StoreError, |tx| { call!(tx, holder::lock(holder)) });
    assert!(!there.unwrap(), "nothing is left of the holder");
    server.stop().await;
}

/// Tables in which nothing is about an applicant or a holder: staff and machines; the register, which is public
/// security's; what is published.
const OF_NOBODY: [&str; 47] = [
    "_sqlx_migrations",
    "api_client",
    "filing",
    "filing_candidate",
    "filing_history",
    "idempotent_answer",
    "import_batch",
    "key_check",
    "sign_in_attempt",
    "staff",
    "staff_session",
    "status_list",
    "unit",
    "log_leaf", // the log is append-only: without its salt a leaf is about nobody
    "log_head",
    "log_tile_root",
    "partner",
    "partner_entry", // about nobody yet: shown whole to whoever opens its link, gone with the answer or in minutes
    "partner_key",
    "partner_nonce",
    "checkpoint",
    "checkpoint_flag",
    "inspector_device",
    "outbox_conflict", // of a device: what it holds of people goes with its own period
    "outbox_item",
    "report_feed",
    "scan_minute",
    "shift",
    "location",
    "location_batch",
    "location_code",
    "location_entrance",
    "location_flag",
    "location_manager",
    "location_tablet",
    "visit", // sealed: about nobody without both units' keys
    "visit_count",
    "visit_day_key",
    "visit_key",
    "visit_key_list",
    "visit_case", // the health authority's, by its own reference; who was there stands in visit_task
    "visit_donation", // given to a case by whoever had its code: no link to a holder
    "visit_opening",
    "evidence_stop",
    "decision_count",
    "audit_order", // about a unit; what it opens has ids of decisions and holders, which lead to nobody once they are deleted
    "audit_download",
];

/// Where the export shows what a table holds.
const SHOWN: [(&str, &str); 26] = [
    ("access_record", "/accesses/0/unit"),
    ("application", "/applications/1/reference"),
    ("application_event", "/applications/0/events/0"),
    ("contact", "/applications/0/contact"),
    ("contact_code", "/codes/0/contact"),
    ("decision", "/decisions/0/proof/salt"),
    ("declaration", "/declarations/0/made_at"),
    ("desk_visit", "/visits/0/unit"),
    ("device_session", "/phones/0/since"),
    ("guardian_consent", "/applications/0/guardian_consents/0/version"),
    ("health_change", "/declarations/1/made_at"),
    ("holder_document", "/documents/0/number/printed"),
    ("notice", "/notices/0/kind"),
    ("outbox", "/applications/0/messages/0/what"),
    ("partner_grant", "/apps/0/app"),
    ("pass", "/passes/0/kind"),
    ("photo", "/applications/1/photos/0/jpeg"),
    ("holder", "/decisions/0/proof/content"),
    ("trip", "/trips/0/declared_at"),
    ("temperature_report", "/reports/0/received_at"),
    ("report_event", "/reports/0/events/0"),
    ("evidence", "/evidence/0/observed_at"),
    ("visit_task", "/opened_visits/0/at"),
    ("evidence_proposal", "/proposals/0/proposed_at"),
    ("appeal", "/appeals/0/statement"),
    ("appeal_photo", "/appeals/0/photos/0/jpeg"),
];

/// What is held and not shown: keyed indexes and hashes of what is shown, and rows of numbers that lead to it.
const INDEXES: [&str; 9] = [
    "application_candidate",
    "application_leaf",
    "attempt",
    "colour_due",
    "contact_limit",
    "recovery",
    "rematch",
    "short_code",
    "told",
];

const TRIP: [(&str, &str); 9] = [
    ("place", "310000"),
    ("from_day", "20"),
    ("from_month", "11"),
    ("from_year", "2026"),
    ("to_day", "22"),
    ("to_month", "11"),
    ("to_year", "2026"),
    ("transport", "train"),
    ("truthful", "yes"),
];

/// Allows an application to ask how things stand; and comes to a desk with the slip and the document.
async fn allow_and_visit(server: &TestServer, browser: &mut Browser, reference: &str) {
    let partner = crate::partner::testing::TestPartner::register(&server.app, "鄂汇办").await;
    let known = serde_json::json!({"kind": "passport", "number": "X12345678", "issuing_state": "UTO"});
    let body = serde_json::json!({"document": known, "functions": ["query"], "language": "en"});
    let entry = partner.call(server, "entries", &body).await.json();
    let link = entry["url"].as_str().expect("a link");
    let path = link.strip_prefix(&server.app.settings.public_origin).unwrap();
    let allowed = server.post(browser, path, &[("answer", "allow")]).await;
    assert_eq!(allowed.location, "/my-data/apps", "{}", allowed.text());

    let mut officer = server.signed_in("Hankou service desk", &[Role::DeskOfficer]).await;
    let carried = [("reference", reference), ("number", "X12345678")];
    let born = [("birth_day", "15"), ("birth_month", "3"), ("birth_year", "2018")];
    let found = server.post(&mut officer, "/desk/find", &[&carried[..], &born].concat()).await;
    assert_eq!(found.location, "/desk", "{}", found.text());
}

/// What stays right after deletion, and why: docs/retention.md.
const STAYS: [&str; 9] = [
    "access_record",
    "attempt",
    "contact_limit",
    "decision",
    "device_session",
    "holder",
    "pass",
    "report_event", // the health authority's; they lead to nobody any more
    "temperature_report",
];

/// One child with everything that can be held about a person. A new table fails here until it is in one of the lists.
#[tokio::test]
async fn every_table_about_people_is_shown_or_an_index_and_goes() {
    let (server, mail, _) = crate::message::tests::recorded().await;
    let mut lena = document(Kind::Passport, "X12345678");
    lena.birth_date = "2018-03-14".parse().unwrap();
    file(&server, &lena).await;
    let mut browser = Browser::speaking("en");
    fill(&server, &mut browser, &[("birth_year", "2018"), ("birth_day", "15")]).await;
    server.post(&mut browser, "/apply/consent", &[("consent", "yes")]).await;
    assert_eq!(server.post(&mut browser, "/apply/check", &[]).await.location, "/apply/done");
    let id = application_of(&server, &browser).await.unwrap();
    matching::run(&server.app, id).await.unwrap();
    super::contact::confirm(&server, &mut browser, "lena@example.org", &mail).await;
    let mut reviewer = server.signed_in("Wuhan entry-exit office", &[Role::Reviewer]).await;
    super::messages::decide(&server, &mut reviewer, id, "approve").await;
    let mut phone = phone_of(&server, &browser).await;
    phone.pass(&server).await;
    server.post(&mut browser, "/my-code/health", &COUGH).await;
    server.post(&mut browser, "/my-code/print", &[]).await;
    server.post(&mut browser, "/my-code/trips", &TRIP).await;
    let reference = row(&server, id).await.reference.to_string();
    allow_and_visit(&server, &mut browser, &reference).await;
    let mut other = Browser::speaking("en");
    fill(&server, &mut other, &[("birth_year", "2018")]).await;
    server.post(&mut other, "/apply/consent", &[("consent", "yes")]).await;
    server.post(&mut other, "/apply/check", &[]).await;
    let others = application_of(&server, &other).await.unwrap();
    matching::run(&server.app, others).await.unwrap();
    server.post(&mut other, "/my-data/delete", &[]).await;

    // A change that waits, with a photo and a question for it.
    server.post(&mut browser, "/my-data/correct", &[("why", "mistake")]).await;
    let person = [("family", "Eriksson"), ("given", "Anna Maria"), ("birth_day", "16"), ("birth_month", "3")];
    let person = [&person[..], &[("birth_year", "2018"), ("sex", "X"), ("nationality", "XXA")]].concat();
    let expiry = [("expiry_day", "17"), ("expiry_month", "5"), ("expiry_year", "2031")];
    let typed = [&[("number", "X12345678"), ("issuing_state", "UTO")], &expiry[..]].concat();
    server.post(&mut browser, "/apply/document", &typed).await;
    let next = server.post(&mut browser, "/apply/person", &person).await;
    assert_eq!(next.location, "/apply/check", "{}", next.text());
    server.post(&mut browser, "/apply/consent", &[("consent", "yes")]).await;
    assert_eq!(server.post(&mut browser, "/apply/check", &[]).await.location, "/apply/done");
    let change = application_of(&server, &browser).await.unwrap();
    matching::run(&server.app, change).await.unwrap();
    ask(&server, change, Asked::Photo).await;
    assert_eq!(send_photo(&server, &mut browser, &one_pixel_png()).await.location, "/application");
    server.advance(Duration::from_hours(13 * 24));
    crate::message::ending::tell(&server.app).await.unwrap();
    phone.browser = browser.clone();
    phone.pass(&server).await;
    server.post(&mut browser, "/contact", &[("contact", "+44 7512 345678")]).await;
    server.post(&mut browser, "/my-code/short-code", &[]).await;

    crate::health::tests::confirmed(&server, phone.holder).await;
    crate::casework::tests::task_for(&server, phone.holder).await;
    crate::evidence::tests::proposed_about(&server, phone.holder).await;
    crate::appeal::tests::appealed(&server, &mut browser).await;

    let held = export(&server, &mut browser).await;
    let rows = server.rows().await;
    for (table, count) in &rows {
        let name = table.as_str();
        let pointer = SHOWN.iter().find(|(shown, _)| *shown == name).map(|(_, pointer)| *pointer);
        let lists = usize::from(OF_NOBODY.contains(&name)) + usize::from(INDEXES.contains(&name));
        assert_eq!(lists + usize::from(pointer.is_some()), 1, "{name}: shown, an index, or about nobody?");
        assert!(OF_NOBODY.contains(&name) || *count > 0, "{name}: the test has to fill it");
        if let Some(pointer) = pointer {
            let value = held.pointer(pointer).unwrap_or(&Value::Null);
            assert!(value.is_string() || value.is_object(), "{name}: {pointer} of {held:#}");
        }
    }
    let page = server.get(&mut browser, "/my-data").await.text();
    for said in ["lena@example.org", "+447512345678", "under-14/1", "Code is ready"] {
        assert!(page.contains(said), "{said}: {page}");
    }

    server.post(&mut browser, "/my-data/delete", &[]).await;
    let of_people = |rows: std::collections::BTreeMap<String, i64>| {
        let left =
            rows.into_iter().filter(|(table, count)| *count > 0 && !OF_NOBODY.contains(&table.as_str()));
        left.map(|(table, _)| table).collect::<Vec<String>>()
    };
    let left = of_people(server.rows().await);
    assert!(left.iter().all(|table| STAYS.contains(&table.as_str())), "{left:?}");
    server.advance(ACCESS_KEPT + SECOND);
    jobs::tidy(&server.app).await.unwrap();
    forget_old(&server.app).await.unwrap();
    assert_eq!(of_people(server.rows().await), [""; 0]);
    server.stop().await;
}

#[tokio::test]
async fn the_record_of_accesses_is_kept_for_three_years() {
    let server = TestServer::start().await;
    let app = &server.app;
    let (staff, unit): (StaffId, domain::id::kind::UnitId) = (app.new_id(), app.new_id());
    transact!(app.store, "test.access", StoreError, |tx| {
        let unit = call!(tx, staff::unit(unit, "Unit"))?;
        let entry = Access {
            id: app.new_id(),
            staff,
            unit,
            at: app.now(),
            action: "open".to_owned(),
            object_kind: "application".to_owned(),
            object: 7,
        };
        call!(tx, access::append(&entry))
    })
    .unwrap();
    let count = async || {
        store::read!(app.store, "test.count", StoreError, |tx| {
            call!(tx, held::accesses("application", 7, 9))
        })
        .unwrap()
        .len()
    };
    server.advance(ACCESS_KEPT);
    forget_old(app).await.unwrap();
    assert_eq!(count().await, 1);
    server.advance(SECOND);
    forget_old(app).await.unwrap();
    assert_eq!(count().await, 0);
    server.stop().await;
}

#[test]
fn the_table_in_the_docs_has_every_period() {
    let table = include_str!("../../../../../docs/retention.md");
    for (name, kept) in PERIODS {
        let days = kept.as_secs() / 86_400;
        let row = table.lines().find(|line| line.starts_with(&format!("| {name} |")));
        let row = row.unwrap_or_else(|| panic!("docs/retention.md has no row {name}"));
        assert!(row.contains(&format!("| {days} |")), "{row}");
    }
}
