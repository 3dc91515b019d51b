//! Decisions over time: what lapses, what is written once, and what is not decided; and whole lives of many people (`life`).

mod life;
mod replay;

use std::time::Duration;

use domain::colour::{EvidenceSource, Fact, Fired};
use domain::declaration::Colour;
use domain::id::kind::{EvidenceId, HolderId, UnitId};
use store::rows::decision::DecisionRow;
use store::rows::evidence::{EvidenceRow, Origin, Stated};
use store::{StoreError, call, read, transact};

use super::{decide, leaf_content};
use crate::jobs;
use crate::pass::testing::{HEALTHY, coughing, declare, phone};
use crate::testing::{Browser, TestServer};

const DAY: Duration = Duration::from_hours(24);
const UNIT: UnitId = UnitId::from_i64(81);

async fn decisions(server: &TestServer, holder: HolderId) -> Vec<DecisionRow> {
    read!(server.app.store, "test.decisions", StoreError, |tx| { call!(tx, held::decisions(holder)) })
        .unwrap()
}

/// Adds a fact as if it had been confirmed, and lets the rules decide.
pub async fn add(server: &TestServer, holder: HolderId, fact: Fact) -> EvidenceId {
    let (app, id): (_, EvidenceId) = (&server.app, server.app.new_id());
    let stated = Stated {
        fact,
        reference: None,
        threshold: None,
        source: EvidenceSource::Office,
        at: app.now(),
        until: None,
    };
    let by = (domain::Id::from_i64(71), UNIT);
    let origin = Origin::Proposal(domain::Id::from_i64(id.as_i64()));
    let row = EvidenceRow { id, holder, origin, stated, added_at: app.now(), by, superseded: None };
    transact!(app.store, "test.evidence", StoreError, |tx| {
        call!(tx, evidence::add(&row))?;
        decide(tx, app, holder).await
    })
    .unwrap();
    id
}

#[tokio::test]
async fn what_was_declared_lapses_after_its_days_and_the_pass_ends_with_it() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &coughing()).await;
    let until = server.app.now().plus(14 * DAY);
    let first = decisions(&server, phone.holder).await.remove(0);
    assert_eq!(
        (first.colour, first.until, first.since),
        (Colour::Yellow, Some(until), Some(first.decided_at))
    );
    server.advance(Duration::from_hours(14 * 24 - 1));
    assert_eq!(jobs::run_due(&server.app).await.unwrap().lapsed, 0);
    let pass = phone.ask(&server).await.json();
    assert_eq!((&pass["colour"], &pass["expires"]), (&"yellow".into(), &until.seconds().into()));
    server.advance(Duration::from_hours(1));
    // The phone asks before the job comes: nobody is without a code in between.
    assert_eq!(phone.ask(&server).await.json()["colour"], "green");
    assert_eq!(jobs::run_due(&server.app).await.unwrap().lapsed, 0);
    let rows = decisions(&server, phone.holder).await;
    assert_eq!(rows.iter().map(|row| row.colour).collect::<Vec<_>>(), [Colour::Green, Colour::Yellow]);
    assert_eq!((&rows[0].reasons[..], rows[0].until), (&["nothing_against".to_owned()][..], None));
    server.stop().await;
}

#[tokio::test]
async fn a_decision_says_which_rule_held_on_what_and_whose_evidence_made_it() {
    let server = TestServer::start().await;
    let holder = phone(&server, &HEALTHY).await.holder;
    let case = add(&server, holder, Fact::CaseConfirmed).await;
    let rows = decisions(&server, holder).await;
    assert_eq!(
        (rows[0].colour, &rows[0].rule_set[..], rows[0].unit),
        (Colour::Red, "hubei-colours-3", Some(UNIT))
    );
    let fired = Fired { rule: "confirmed".to_owned(), evidence: Some(case), decides: true };
    assert!(rows[0].fired.contains(&fired) && rows[0].fired.len() == 2, "{:?}", rows[0].fired);
    assert!(leaf_content(&rows[0]).ends_with(&format!("\"decided_by\":\"{UNIT}\"}}")));
    assert!(leaf_content(&rows[1]).ends_with("\"decided_by\":\"rule\"}"));
    // Who declares anew is red because of the same evidence.
    let app = &server.app;
    transact!(app.store, "test.again", StoreError, |tx| {
        declare(tx, app, holder, &coughing()).await?;
        decide(tx, app, holder).await
    })
    .unwrap();
    let row = decisions(&server, holder).await.remove(0);
    assert_eq!((row.colour, row.unit), (Colour::Red, Some(UNIT)));
    server.stop().await;
}

#[tokio::test]
async fn rules_that_give_nothing_leave_the_former_colour_and_hold_up_nobody_else() {
    let server = TestServer::start().await;
    let (stuck, mut other) = (phone(&server, &HEALTHY).await, phone(&server, &coughing()).await);
    for _ in 0..257 {
        let holder = stuck.holder;
        add(&server, holder, Fact::Recovery).await;
    }
    let before = decisions(&server, stuck.holder).await;
    let due = server.app.now();
    transact!(server.app.store, "test.due", StoreError, |tx| {
        call!(tx, evidence::put_due(stuck.holder, Some(due)))
    })
    .unwrap();
    server.advance(14 * DAY);
    assert_eq!(jobs::run_due(&server.app).await.unwrap().lapsed, 1, "the other's");
    assert_eq!(other.ask(&server).await.json()["colour"], "green");
    assert!(decisions(&server, stuck.holder).await == before);
    assert!(before.len() < 258, "more evidence than rules take gives no decision");
    server.stop().await;
}

#[tokio::test]
async fn each_phone_reads_why_its_own_colour_is_what_it_is() {
    let server = TestServer::start().await;
    let (mut ill, mut other) = (phone(&server, &coughing()).await, phone(&server, &HEALTHY).await);
    let page = server.get(&mut ill.browser, "/my-code/why").await.text();
    for said in [
        "You declared a symptom",
        "then it becomes by itself: Green",
        "The published rules",
        "hubei-colours-3",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    add(&server, ill.holder, Fact::CaseConfirmed).await;
    let page = server.get(&mut ill.browser, "/my-code/why").await.text();
    assert!(
        page.contains("recorded as a confirmed case") && page.contains("Nothing that is known ends it"),
        "{page}"
    );
    let page = server.get(&mut other.browser, "/my-code/why").await.text();
    assert!(page.contains("It stays green") && !page.contains("confirmed case"), "{page}");
    assert_eq!(server.get(&mut Browser::default(), "/my-code/why").await.status.as_u16() / 100, 4);

    let rules = server.get(&mut Browser::default(), "/rules/hubei-colours-3.json").await;
    assert_eq!(Some(&rules.text()[..]), domain::colour::text("hubei-colours-3"));
    for none in ["/rules/hubei-colours-9.json", "/rules/hubei-colours-3", "/rules/..%2FCargo.json"] {
        assert_eq!(server.get(&mut Browser::default(), none).await.status.as_u16(), 404, "{none}");
    }
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_decided_about_somebody_who_was_deleted_meanwhile() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &coughing()).await;
    let (app, holder) = (&server.app, phone.holder);
    server.post(&mut phone.browser, "/my-data/delete", &[]).await;
    let before = decisions(&server, holder).await.len();
    for holder in [holder, HolderId::from_i64(9)] {
        let decided = transact!(app.store, "test.late", StoreError, |tx| { decide(tx, app, holder).await });
        assert!(decided.unwrap().is_none());
    }
    assert_eq!(decisions(&server, holder).await.len(), before);
    server.stop().await;
}
