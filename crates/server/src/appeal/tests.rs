//! Appeals through the real router: the county answers, then the city; never whoever had a part in it.

use std::time::Duration;

use axum::http::StatusCode;
use domain::Role;
use domain::colour::Colour;
use domain::id::kind::HolderId;
use store::rows::appeal::{AppealRow, AppealStage};
use store::{StoreError, call, read};

use super::{CITY_WITHIN, PHOTOS};
use crate::application::tests::one_pixel_png;
use crate::evidence::tests::{Desk, led};
use crate::holder::erase;
use crate::pass::testing::{HEALTHY, Phone, coughing, phone};
use crate::testing::{Browser, TestServer};

const HOUR: Duration = Duration::from_hours(1);

/// Appeals against the colour that a phone shows, with a photo; gives where the appeal stands.
pub async fn appealed(server: &TestServer, browser: &mut Browser) -> String {
    let filed = server.post(browser, "/my-code/appeal", &[("statement", "I was never there.")]).await;
    let path = led(&filed);
    assert!(path.starts_with("/my-code/appeals/"), "{}", filed.text());
    let sent = server.post_photo(browser, &format!("{path}/photo"), &one_pixel_png()).await;
    assert_eq!(led(&sent), path, "{}", sent.text());
    path
}

/// An officer of a county answers that the colour stands.
pub async fn answered(server: &TestServer, path: &str) {
    let mut officer = server.signed_in("Hongshan", &[Role::HealthOfficer]).await;
    assert_eq!(answer(server, &mut officer, path, &[("outcome", "stands")]).await, StatusCode::SEE_OTHER);
}

/// A desk, and somebody whom two of its units made red.
async fn red() -> (Desk, Phone) {
    let mut desk = Desk::open().await;
    let mut anna = phone(&desk.server, &HEALTHY).await;
    let proposal = desk.propose(anna.holder, "case_confirmed").await;
    assert_eq!(desk.decide("li", &proposal, "confirm").await, StatusCode::SEE_OTHER);
    assert_eq!(anna.ask(&desk.server).await.json()["colour"], "red");
    (desk, anna)
}

async fn of(server: &TestServer, holder: HolderId) -> Vec<AppealRow> {
    read!(server.app.store, "test.appeals", StoreError, |tx| { call!(tx, appeal::of_holder(holder)) })
        .unwrap()
}

async fn evidence_of(server: &TestServer, holder: HolderId) -> String {
    let rows =
        read!(server.app.store, "test.evidence", StoreError, |tx| { call!(tx, evidence::of_holder(holder)) });
    rows.unwrap()[0].id.to_string()
}

/// Where officers see what a holder sees at `path`.
fn desk_path(path: &str) -> String {
    path.replace("/my-code", "")
}

async fn answer(
    server: &TestServer,
    officer: &mut Browser,
    path: &str,
    fields: &[(&str, &str)],
) -> StatusCode {
    let fields = [fields, &[("why", "The hospital says so.")]].concat();
    server.post(officer, &desk_path(path), &fields).await.status
}

#[tokio::test]
async fn what_an_office_got_wrong_is_taken_back_by_another_and_the_decision_is_revoked() {
    let (mut desk, mut anna) = red().await;
    let red_decision = desk.colour(anna.holder).await;
    let why = desk.server.get(&mut anna.browser, "/my-code/why").await.text();
    assert!(why.contains("href=\"/my-code/appeal\""), "{why}");
    let path = appealed(&desk.server, &mut anna.browser).await;
    let evidence = evidence_of(&desk.server, anna.holder).await;
    let wrong = [("outcome", "corrected"), ("wrong", evidence.as_str())];

    // Who stated it, another of their unit, and who confirmed it.
    for who in [&mut desk.wang, &mut desk.zhao, &mut desk.li] {
        let page = desk.server.get(who, &desk_path(&path)).await.text();
        assert!(page.contains("Somebody who had no part") && !page.contains("name=\"outcome\""), "{page}");
        assert_eq!(answer(&desk.server, who, &path, &wrong).await, StatusCode::CONFLICT);
    }
    let mut chen = desk.server.signed_in("Hubei", &[Role::HealthOfficer]).await;
    let list = desk.server.get(&mut chen, "/appeals").await.text();
    assert!(list.contains(&desk_path(&path)) && !list.contains("riksson"), "{list}");
    let page = desk.server.get(&mut chen, &desk_path(&path)).await.text();
    assert!(page.contains("I was never there.") && page.contains("name=\"outcome\""), "{page}");
    let photo = page.split("src=\"").find(|part| part.starts_with("/appeals/")).unwrap();
    let photo = desk.server.get(&mut chen, photo.split('"').next().unwrap()).await;
    assert!(photo.bytes.starts_with(&[0xFF, 0xD8, 0xFF]), "JPEG, drawn anew");
    for (fields, status) in [
        (&[("outcome", "corrected")][..], StatusCode::UNPROCESSABLE_ENTITY),
        (&[("outcome", "corrected"), ("wrong", "0c5e79355f000f25")], StatusCode::CONFLICT),
        (&[("outcome", "changed")], StatusCode::CONFLICT),
        (&[("outcome", "withdrawn")], StatusCode::UNPROCESSABLE_ENTITY),
        (&wrong, StatusCode::SEE_OTHER),
        (&wrong, StatusCode::CONFLICT),
    ] {
        assert_eq!(answer(&desk.server, &mut chen, &path, fields).await, status, "{fields:?}");
    }

    assert_eq!(anna.ask(&desk.server).await.json()["colour"], "green");
    let held = desk.server.get(&mut anna.browser, "/my-data/export").await.json();
    let decisions = held["decisions"].as_array().unwrap();
    let revoked: Vec<&str> = decisions
        .iter()
        .filter(|one| one.get("revoked_at").is_some())
        .map(|one| one["colour"].as_str().unwrap())
        .collect();
    assert_eq!(revoked, ["red"], "it is marked, and is what it was: {decisions:?}");
    assert_eq!(held["appeals"][0]["stage"], "corrected");
    assert_eq!(held["appeals"][0]["answer"], "The hospital says so.");
    assert!(held["accesses"].to_string().contains("\"appeal\""), "who opened it is on record");
    let page = desk.server.get(&mut anna.browser, &path).await.text();
    assert!(page.contains("The hospital says so.") && page.contains("Hubei"), "{page}");
    let code = desk.server.get(&mut anna.browser, "/my-code").await.text();
    assert!(code.contains("Your appeal was answered"), "{code}");
    assert_ne!(desk.colour(anna.holder).await.id, red_decision.id);
    let leaves = desk.server.rows().await["log_leaf"];
    // Green, red, the answer, green again.
    assert_eq!(leaves, 4);
    desk.server.stop().await;
}

#[tokio::test]
async fn the_county_answers_first_then_a_citys_office_and_then_nobody() {
    let (desk, mut anna) = red().await;
    let path = appealed(&desk.server, &mut anna.browser).await;
    let stands = [("outcome", "stands")];
    let again = desk.server.post(&mut anna.browser, &format!("{path}/city"), &[("statement", "No!")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "not before the county has answered");
    let mut chen = desk.server.signed_in("Hongshan", &[Role::HealthOfficer]).await;
    assert_eq!(answer(&desk.server, &mut chen, &path, &stands).await, StatusCode::SEE_OTHER);
    assert_eq!(anna.ask(&desk.server).await.json()["colour"], "red");
    let page = desk.server.get(&mut anna.browser, "/my-code/appeal").await;
    assert_eq!(led(&page), path, "one appeal against one decision");

    let city = format!("{path}/city");
    let asked = desk.server.post(&mut anna.browser, &city, &[("statement", "Look at the stamp.")]).await;
    let asked = led(&asked);
    let twice = desk.server.post(&mut anna.browser, &city, &[("statement", "Look at the stamp.")]).await;
    assert_eq!(led(&twice), asked, "pressed twice");
    let page = desk.server.get(&mut anna.browser, &asked).await.text();
    assert!(page.contains("A city’s office") && page.contains("sent at"), "the photo goes with it: {page}");
    let mut city = desk.server.signed_in("Wuhan health commission", &[Role::HealthOfficer]).await;
    for who in [&mut chen, &mut city] {
        assert_eq!(answer(&desk.server, who, &asked, &stands).await, StatusCode::CONFLICT, "none of a city");
    }
    let mut root = desk.server.signed_in("Office", &[Role::Administrator]).await;
    let units = desk.server.get(&mut root, "/staff/units").await.text();
    assert!(units.contains("No unit is a city’s"), "{units}");
    let unit = units.split("Wuhan health commission").nth(1).unwrap();
    let unit = unit.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
    let made = desk.server.post(&mut root, unit, &[("level", "city")]).await;
    assert_eq!(led(&made), "/staff/units");
    let page = desk.server.get(&mut city, &desk_path(&asked)).await.text();
    assert!(
        page.contains("What the county’s office answered") && page.contains("The hospital says so."),
        "{page}"
    );
    assert_eq!(answer(&desk.server, &mut city, &asked, &stands).await, StatusCode::SEE_OTHER);
    let page = desk.server.get(&mut anna.browser, &asked).await.text();
    assert!(page.contains("the last answer") && !page.contains("Ask the city"), "{page}");
    let third = desk.server.post(&mut anna.browser, &format!("{asked}/city"), &[("statement", "No!")]).await;
    assert_eq!(third.status, StatusCode::CONFLICT);
    desk.server.stop().await;
}

#[tokio::test]
async fn what_is_new_makes_the_colour_better_first_and_then_it_is_said() {
    let (mut desk, mut anna) = red().await;
    let path = appealed(&desk.server, &mut anna.browser).await;
    let mut chen = desk.server.signed_in("Hongshan", &[Role::HealthOfficer]).await;
    let changed = [("outcome", "changed")];
    desk.server.get(&mut chen, &desk_path(&path)).await;
    assert_eq!(
        answer(&desk.server, &mut chen, &path, &changed).await,
        StatusCode::CONFLICT,
        "it is still red"
    );
    // From the appeal the officer reaches all evidence.
    let person = desk.server.get(&mut chen, &format!("/evidence/people/{}", anna.holder)).await;
    assert_eq!(person.status, StatusCode::OK);
    let evidence = evidence_of(&desk.server, anna.holder).await;
    let back = format!("/evidence/people/{}/back/{evidence}", anna.holder);
    assert!(
        led(&desk.server.post(&mut desk.wang, &back, &[("note", "Another person.")]).await)
            .ends_with("added=true")
    );
    assert_ne!(desk.colour(anna.holder).await.colour, Colour::Red);
    assert_eq!(answer(&desk.server, &mut chen, &path, &changed).await, StatusCode::SEE_OTHER);
    assert_eq!(of(&desk.server, anna.holder).await[0].stage, AppealStage::Changed);
    assert!(desk.server.get(&mut anna.browser, &path).await.text().contains("has become better"));
    desk.server.stop().await;
}

#[tokio::test]
async fn one_appeal_at_a_time_some_photos_and_none_where_it_is_green() {
    let server = TestServer::start().await;
    let mut green = phone(&server, &HEALTHY).await;
    assert_eq!(server.get(&mut green.browser, "/my-code/appeal").await.status, StatusCode::CONFLICT);
    let filed = server.post(&mut green.browser, "/my-code/appeal", &[("statement", "Hello")]).await;
    assert_eq!(filed.status, StatusCode::CONFLICT);

    let mut ill = phone(&server, &coughing()).await;
    assert_eq!(server.get(&mut ill.browser, "/my-code/appeal").await.status, StatusCode::OK);
    for (statement, status) in [("", 422), (" \u{200B} ", 422), (&*"x".repeat(2001), 422)] {
        let filed = server.post(&mut ill.browser, "/my-code/appeal", &[("statement", statement)]).await;
        assert_eq!(filed.status.as_u16(), status);
    }
    let path = appealed(&server, &mut ill.browser).await;
    assert_eq!(appealed(&server, &mut ill.browser).await, path, "the same");
    let photo = format!("{path}/photo");
    let refused = server.post_photo(&mut ill.browser, &photo, b"GIF89a not a picture").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for number in 3..=PHOTOS + 1 {
        let sent = server.post_photo(&mut ill.browser, &photo, &one_pixel_png()).await;
        assert_eq!(sent.status == StatusCode::CONFLICT, number > PHOTOS, "{number}");
    }
    server.post(&mut ill.browser, &format!("{path}/withdraw"), &[]).await;
    assert_eq!(of(&server, ill.holder).await[0].stage, AppealStage::Withdrawn);
    let late = server.post_photo(&mut ill.browser, &photo, &one_pixel_png()).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_ne!(appealed(&server, &mut ill.browser).await, path, "withdrawn, and filed anew");
    server.stop().await;
}

#[tokio::test]
async fn nobody_reaches_the_appeal_of_somebody_else() {
    let server = TestServer::start().await;
    let mut ill = phone(&server, &coughing()).await;
    let mut other = phone(&server, &coughing()).await;
    let path = appealed(&server, &mut ill.browser).await;
    assert_eq!(server.get(&mut other.browser, &path).await.status, StatusCode::NOT_FOUND);
    for (step, fields) in [("city", &[("statement", "No!")][..]), ("withdraw", &[])] {
        let answer = server.post(&mut other.browser, &format!("{path}/{step}"), fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{step}");
    }
    let photo = server.post_photo(&mut other.browser, &format!("{path}/photo"), &one_pixel_png()).await;
    assert_eq!(photo.status, StatusCode::NOT_FOUND);
    assert_eq!(of(&server, ill.holder).await[0].stage, AppealStage::Waiting);
    let own = appealed(&server, &mut other.browser).await;
    assert_ne!(own, path, "their own");
    let filing = server.signed_in("Wuhan", &[Role::HealthOfficer, Role::FilingOfficer]).await;
    let refused = server.get(&mut filing.clone(), "/appeals").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "who files passports answers no appeal");
    server.stop().await;
}

#[tokio::test]
async fn who_waits_too_long_is_told_so_and_what_is_over_is_forgotten() {
    let (desk, mut anna) = red().await;
    let path = appealed(&desk.server, &mut anna.browser).await;
    desk.server.advance(25 * HOUR);
    assert!(desk.server.get(&mut anna.browser, &path).await.text().contains("We are late"));
    let mut chen = desk.server.signed_in("Hongshan", &[Role::HealthOfficer]).await;
    assert!(desk.server.get(&mut chen, "/appeals").await.text().contains("late"));
    assert_eq!(answer(&desk.server, &mut chen, &path, &[("outcome", "stands")]).await, StatusCode::SEE_OTHER);
    desk.server.advance(CITY_WITHIN + HOUR);
    let late = desk.server.post(&mut anna.browser, &format!("{path}/city"), &[("statement", "No!")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "ten days are over");
    anna.pass(&desk.server).await;
    desk.server.advance(erase::APPEAL_KEPT);
    erase::forget_old(&desk.server.app).await.unwrap();
    let rows = desk.server.rows().await;
    assert_eq!((rows["appeal"], rows["appeal_photo"]), (0, 0));
    desk.server.stop().await;
}
