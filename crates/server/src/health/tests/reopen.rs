//! A report that is done is opened again, with a reason.

use axum::http::StatusCode;

use super::{Desk, Kind, MINUTE, XSS, export};
use crate::http::route::Scope;
use crate::jobs;
use crate::pass::testing::{HEALTHY, phone};
use crate::staff::{Tools, client_add};

#[tokio::test]
async fn what_is_done_is_opened_again_with_a_reason_by_any_officer_and_may_then_be_confirmed() {
    let desk = Desk::open().await;
    let holder = phone(&desk.server, &HEALTHY).await;
    let id = desk.report(Some(holder.holder)).await;
    let (mut wang, mut li) = (desk.wang.clone(), desk.li.clone());
    desk.act(&mut wang, id, "take", &[]).await;
    let early = desk.act(&mut wang, id, "reopen", &[("note", "Not done yet.")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "nothing to open again");
    desk.act(&mut wang, id, "outcome", &[("outcome", "closed"), ("note", "")]).await;
    let before = desk.row(id).await;
    assert!(desk.page(&mut li, &format!("/reports/{id}")).await.contains("Open it again"));
    let silent = desk.act(&mut li, id, "reopen", &[("note", "  ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text().contains("Say why the report is to be opened again"));
    let stale = [("version", "0"), ("note", XSS)];
    let stale = desk.server.post(&mut li, &format!("/reports/{id}/reopen"), &stale).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(!stale.text().contains("<script>alert"), "what was typed is shown as text");
    let version = before.version.to_string();
    let fields = [("version", version.as_str()), ("note", "The clinic called: it was the wrong person.")];
    for _ in 0..2 {
        let done = desk.server.post(&mut li, &format!("/reports/{id}/reopen"), &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "twice is once");
    }
    let row = desk.row(id).await;
    assert_eq!(
        (row.done, row.acknowledged_at, row.version),
        (None, before.acknowledged_at, before.version + 1)
    );
    let page = desk.page(&mut li, &format!("/reports/{id}")).await;
    assert!(page.contains("it was the wrong person") && page.contains("Anna Maria"), "it is theirs");
    assert_eq!(desk.act(&mut wang, id, "take", &[]).await.status, StatusCode::CONFLICT, "and nobody else's");
    assert_eq!(desk.act(&mut li, id, "confirm", &[]).await.status, StatusCode::SEE_OTHER);
    desk.act(&mut li, id, "outcome", &[("outcome", "case"), ("note", "")]).await;
    let (closed, again) = (Kind::Closed, Kind::Reopened);
    let all = [Kind::Received, Kind::Taken, closed, again, Kind::Confirmed, Kind::Case];
    assert_eq!(desk.events(id).await, all);
    desk.server.stop().await;
}

#[tokio::test]
async fn the_authoritys_own_system_hears_that_it_is_open_again_and_it_is_not_late() {
    let desk = Desk::open().await;
    let token = client_add(Tools::of(&desk.server.app), "cdc", "Health", Scope::Health).await.unwrap();
    let id = desk.report(None).await;
    let mut wang = desk.wang.clone();
    desk.act(&mut wang, id, "take", &[]).await;
    desk.act(&mut wang, id, "outcome", &[("outcome", "closed"), ("note", "")]).await;
    jobs::run_due(&desk.server.app).await.unwrap();
    let done = export(&desk.server, &token, "").await;
    desk.act(&mut wang, id, "reopen", &[("note", "Wrong outcome.")]).await;
    desk.server.advance(60 * MINUTE);
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().reports, 0, "nobody is called for it");
    let again = export(&desk.server, &token, done["next"].as_str().unwrap()).await;
    assert_eq!(again["reports"][0]["id"], id.to_string(), "{again}");
    assert_eq!(again["reports"][0]["stage"], "acknowledged");
    assert!(again["reports"][0]["outcome"].is_null());
    desk.server.stop().await;
}
