//! Orders through the real router: nobody opens anything alone, and nothing that is opened names anybody.

use std::time::Duration;

use ::transparency::{OpenedHead, OpenedLeaf, Tile, read_bundle, read_opened};
use axum::http::StatusCode;
use domain::Role;
use domain::colour::{EvidenceSource, Fact};
use domain::id::kind::{AuditOrderId, EvidenceProposalId, UnitId};
use store::rows::audit_order::OrderRow;
use store::rows::evidence::{NewProposal, ProposalStage, Stated};
use store::{StoreError, call, read, transact};

use super::order::{KEPT, LASTS};
use crate::evidence::bulk;
use crate::http::session::new_token;
use crate::jobs;
use crate::pass::testing::{HEALTHY, Phone, phone};
use crate::testing::{Answer, Browser, TestServer};
use crate::transparency::sequence;

const DAY: Duration = Duration::from_hours(24);
/// The unit of `decision::tests::add`.
const WUHAN: UnitId = UnitId::from_i64(81);

struct Desk {
    server: TestServer,
    /// A person whose colour the unit's evidence made, on the first day.
    anna: Phone,
    auditor: Browser,
}

impl Desk {
    /// A unit with a decision, a stop, and a person who was deleted; the day after.
    async fn open() -> Self {
        let server = TestServer::start().await;
        transact!(server.app.store, "test.unit", StoreError, |tx| { call!(tx, staff::unit(WUHAN, "Wuhan")) })
            .unwrap();
        let (anna, mut bob) = (phone(&server, &HEALTHY).await, phone(&server, &HEALTHY).await);
        for person in [&anna, &bob] {
            crate::decision::tests::add(&server, person.holder, Fact::CaseConfirmed).await;
        }
        stopped(&server, &anna).await;
        server.post(&mut bob.browser, "/my-data/delete", &[]).await;
        sequenced(&server).await;
        server.advance(DAY);
        let auditor = server.signed_in("Audit", &[Role::Auditor]).await;
        Self { server, anna, auditor }
    }

    async fn ask(&mut self, otherwise: &[(&str, &str)]) -> Answer {
        let unit = WUHAN.to_string();
        let mut fields = vec![
            ("unit", unit.as_str()),
            ("from", "2026-11-23"),
            ("until", "2026-11-23"),
            ("reason", "A complaint about the unit."),
            ("reference", "2026-8"),
        ];
        for (name, value) in otherwise {
            for field in fields.iter_mut().filter(|field| field.0 == *name) {
                field.1 = value;
            }
        }
        self.server.post(&mut self.auditor, "/audit/orders", &fields).await
    }

    /// Asks, and gives where the order stands.
    async fn asked(&mut self) -> String {
        let answer = self.ask(&[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        answer.location
    }

    async fn file(&mut self, order: &str) -> Answer {
        self.server.post(&mut self.auditor, &format!("{order}/file"), &[]).await
    }

    async fn decide(&self, browser: &mut Browser, order: &str, decision: &str) -> StatusCode {
        let path = format!("/staff/audit-orders/{}", id(order));
        self.server.post(browser, &path, &[("decision", decision)]).await.status
    }

    async fn grant(&self, order: &str) {
        let mut hubei = self.server.signed_in("Hubei", &[Role::Administrator]).await;
        assert_eq!(self.decide(&mut hubei, order, "grant").await, StatusCode::SEE_OTHER);
    }

    async fn row(&self, order: &str) -> OrderRow {
        let id: AuditOrderId = id(order).parse().unwrap();
        read!(self.server.app.store, "test.order", StoreError, |tx| { call!(tx, audit_order::one(id)) })
            .unwrap()
            .unwrap()
    }

    /// What stands in the file, each line checked against the log.
    async fn opened(&mut self, order: &str) -> (OpenedHead, Vec<OpenedLeaf>) {
        let answer = self.file(order).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.headers["content-type"], "application/x-ndjson");
        assert_eq!(answer.headers["cache-control"], "no-store");
        let (head, leaves) = read_opened(&answer.text()).unwrap();
        let note = self.server.get(&mut Browser::default(), "/log/checkpoint").await.text();
        let bundle = Tile { level: None, index: 0, width: note.lines().nth(1).unwrap().parse().unwrap() };
        let bytes = self.server.get(&mut Browser::default(), &format!("/log/{}", bundle.path())).await.bytes;
        let entries = read_bundle(bundle, &bytes).unwrap();
        for leaf in &leaves {
            let entry = leaf.verify().unwrap().to_bytes().unwrap();
            assert_eq!(entries[usize::try_from(leaf.index).unwrap()], entry);
        }
        (head, leaves)
    }
}

fn id(order: &str) -> &str {
    order.strip_prefix("/audit/orders/").unwrap()
}

async fn sequenced(server: &TestServer) {
    while sequence::step(&server.app.store, &server.app.transparency).await.unwrap().is_some() {}
}

/// So many changes that the unit is stopped.
async fn stopped(server: &TestServer, person: &Phone) {
    let app = &server.app;
    let stated = Stated {
        fact: Fact::CaseContact,
        reference: None,
        threshold: None,
        source: EvidenceSource::Office,
        at: app.now(),
        until: None,
    };
    let admitted = transact!(app.store, "test.stop", StoreError, |tx| {
        for _ in 0..bulk::AN_HOUR {
            let id: EvidenceProposalId = app.new_id();
            let new = NewProposal {
                id,
                holder: person.holder,
                taken_back: None,
                stated: stated.clone(),
                note: "Eriksson sat beside them.".to_owned(),
                stage: ProposalStage::Waiting,
                at: app.now(),
                by: (domain::Id::from_i64(71), WUHAN),
            };
            call!(tx, evidence_proposal::add(&new))?;
            let other = (domain::Id::from_i64(72), UnitId::from_i64(82));
            call!(tx, evidence_proposal::decide(id, other, ProposalStage::Confirmed, app.now()))?;
        }
        bulk::admit(tx, app, WUHAN).await
    });
    assert!(matches!(admitted.unwrap(), bulk::Admitted::StoppedNow { .. }));
}

#[tokio::test]
async fn an_order_needs_another_unit_and_another_person() {
    let mut desk = Desk::open().await;
    // An auditor who is an administrator too grants nothing that they asked for.
    desk.auditor = desk.server.signed_in("Audit", &[Role::Auditor, Role::Administrator]).await;
    let order = desk.asked().await;
    assert_eq!(desk.file(&order).await.status, StatusCode::CONFLICT, "nobody has granted it");
    let mut own_unit = desk.server.signed_in("Wuhan", &[Role::Administrator]).await;
    let page = desk.server.get(&mut own_unit, "/staff/audit-orders").await.text();
    assert!(page.contains("about your own unit") && !page.contains("name=\"decision\""), "{page}");
    assert!(page.contains("A complaint about the unit.") && page.contains("2026-8"), "{page}");
    assert_eq!(desk.decide(&mut own_unit, &order, "grant").await, StatusCode::CONFLICT);
    let mut auditor = desk.auditor.clone();
    assert_eq!(desk.decide(&mut auditor, &order, "grant").await, StatusCode::CONFLICT);
    assert!(desk.row(&order).await.decided.is_none());

    let mut hubei = desk.server.signed_in("Hubei", &[Role::Administrator]).await;
    assert!(desk.server.get(&mut hubei, "/staff/audit-orders").await.text().contains("name=\"decision\""));
    assert_eq!(desk.decide(&mut hubei, &order, "perhaps").await, StatusCode::NOT_FOUND);
    assert_eq!(desk.decide(&mut hubei, &order, "refuse").await, StatusCode::SEE_OTHER);
    assert_eq!(desk.decide(&mut hubei, &order, "grant").await, StatusCode::CONFLICT, "once");
    assert_eq!(desk.file(&order).await.status, StatusCode::CONFLICT, "refused");
    assert_eq!(desk.server.rows().await["audit_download"], 0);
    desk.server.stop().await;
}

#[tokio::test]
async fn a_granted_order_opens_what_the_unit_left_to_who_asked_and_every_step_is_recorded() {
    let mut desk = Desk::open().await;
    let order = desk.asked().await;
    desk.grant(&order).await;
    let mut other = desk.server.signed_in("Audit", &[Role::Auditor]).await;
    let page = desk.server.get(&mut other, &order).await.text();
    assert!(page.contains("Granted") && !page.contains("/file\""), "{page}");
    let blind = desk.server.post(&mut other, &format!("{order}/file"), &[]).await;
    assert_eq!(blind.status, StatusCode::NOT_FOUND, "it is another auditor's");

    let (head, leaves) = desk.opened(&order).await;
    assert_eq!((head.order.as_str(), head.unit), (id(&order), WUHAN.to_string()));
    assert_eq!((head.from.as_str(), head.until.as_str()), ("2026-11-23", "2026-11-23"));
    let kinds: Vec<&str> = leaves.iter().map(|leaf| leaf.kind.as_str()).collect();
    assert_eq!(kinds, ["decision", "evidence_stop"], "what was declared is no unit's, and Bob is deleted");
    assert_eq!(head.without_salt, 2, "Bob's two decisions");
    assert!(
        leaves[0].content.contains(&desk.anna.holder.to_string()) && leaves[0].content.contains("\"red\"")
    );
    assert!(leaves[1].content.contains("\"step\":\"hour\""), "{}", leaves[1].content);

    desk.opened(&order).await;
    let page = desk.server.get(&mut desk.auditor, &order).await.text();
    assert_eq!(page.matches("entries: 2").count(), 2, "{page}");
    let record = format!("/audit/accesses?kind=audit-order&object={}", id(&order));
    let record = desk.server.get(&mut desk.auditor, &record).await.text();
    for (action, times) in [("Asked for something", 1), ("Approved", 1), ("Was handed the file", 2)] {
        assert_eq!(record.matches(&format!(">{action}<")).count(), times, "{action}: {record}");
    }
    sequenced(&desk.server).await;
    let size = desk.server.get(&mut Browser::default(), "/log/checkpoint").await.text();
    let bundle = format!("/log/tile/entries/000.p/{}", size.lines().nth(1).unwrap());
    let entries = desk.server.get(&mut Browser::default(), &bundle).await.text();
    assert_eq!(entries.matches("\naudit_order\n").count(), 4, "asked, granted, handed out twice");
    desk.server.stop().await;
}

#[tokio::test]
async fn an_order_ends_and_is_forgotten_after_two_years() {
    let mut desk = Desk::open().await;
    let order = desk.asked().await;
    desk.grant(&order).await;
    let asked = desk.row(&order).await.asked;
    let mut spans = [LASTS.checked_sub(Duration::from_secs(1)).unwrap(), Duration::from_secs(1)].into_iter();
    for status in [StatusCode::OK, StatusCode::CONFLICT] {
        desk.server.advance(spans.next().unwrap());
        let (app, (token, hash)) = (&desk.server.app, new_token(&*desk.server.app.entropy));
        transact!(app.store, "test.again", StoreError, |tx| {
            call!(tx, session::begin_staff(&hash, asked.by, app.now()))
        })
        .unwrap();
        desk.auditor.cookies.insert("tongxing-staff".to_owned(), token);
        assert_eq!(desk.file(&order).await.status, status);
    }
    assert!(desk.server.get(&mut desk.auditor, &order).await.text().contains("Ended"));
    desk.server.advance(KEPT.checked_sub(LASTS).unwrap());
    jobs::tidy(&desk.server.app).await.unwrap();
    assert_eq!(desk.server.rows().await["audit_order"], 1);
    desk.server.advance(Duration::from_secs(1));
    jobs::tidy(&desk.server.app).await.unwrap();
    let rows = desk.server.rows().await;
    assert_eq!((rows["audit_order"], rows["audit_download"]), (0, 0));
    desk.server.stop().await;
}

#[tokio::test]
async fn every_mistake_of_a_form_is_said_and_nothing_is_asked() {
    let mut desk = Desk::open().await;
    for (field, value, says) in [
        ("unit", "", "Choose a unit"),
        ("unit", "7000000000000001", "Choose a unit"),
        ("from", "yesterday", "Give a day"),
        ("until", "", "Give a day"),
        ("until", "2026-11-22", "before the first"),
        ("from", "2026-10-23", "at most 31 days"),
        ("until", "2026-11-24", "not over yet"),
        ("reason", " \r\n", "Say why"),
        ("reference", " ", "in writing"),
    ] {
        let answer = desk.ask(&[(field, value)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
        assert!(answer.text().contains(says), "{field} {value}: {}", answer.text());
    }
    let long = "字".repeat(101);
    assert_eq!(desk.ask(&[("reference", &long)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(desk.server.rows().await["audit_order"], 0);
    assert_eq!(desk.ask(&[("from", "2026-10-24")]).await.status, StatusCode::SEE_OTHER, "31 days");
    desk.server.stop().await;
}

/// A person with a name, a document, evidence and a stop's note: nothing of it is on a page or in a file of an auditor.
#[tokio::test]
async fn no_page_or_file_of_an_auditor_names_a_person() {
    let mut desk = Desk::open().await;
    let stops = bulk::list(&desk.server.app).await.unwrap();
    let mut hubei = desk.server.signed_in("Hubei", &[Role::Administrator]).await;
    let lift = format!("/staff/evidence-stops/{}", stops[0].id);
    let lifted = desk.server.post(&mut hubei, &lift, &[("note", "Eriksson was asked.")]).await;
    assert_eq!(lifted.status, StatusCode::SEE_OTHER);
    let order = desk.asked().await;
    desk.grant(&order).await;
    let document = read!(desk.server.app.store, "test.document", StoreError, |tx| {
        call!(tx, holder::document(desk.anna.holder))
    });
    let number = document.unwrap().unwrap().number.canonical().to_owned();
    let mut shown = vec![desk.file(&order).await.text()];
    for path in ["/audit", "/audit/orders", &order, "/audit/accesses", "/figures", "/figures.json"] {
        let answer = desk.server.get(&mut desk.auditor, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        shown.push(answer.text());
    }
    assert!(shown[1].contains("Wuhan") && shown[1].contains("colours were made worse"), "{}", shown[1]);
    for text in shown {
        for canary in ["Eriksson", "ERIKSSON", "Anna Maria", &number, "1974-08-12"] {
            assert!(!text.contains(canary), "{canary}: {text}");
        }
    }
    desk.server.stop().await;
}
