//! Giving from the diary: with a code, once, in time, to one case.

use std::time::Duration;

use axum::http::StatusCode;

use super::desk::{Desk, MARKET};
use crate::pass::testing::{HEALTHY, phone};

#[tokio::test]
async fn a_diary_is_given_with_a_code_once_and_asked_for_with_one_click() {
    let mut desk = Desk::open().await;
    let mut anna = phone(&desk.server, &HEALTHY).await;
    let case = desk.case().await;
    let page = desk.post(0, &format!("{case}/code"), &[]).await.text();
    let code = page
        .split("translate=\"no\">")
        .map(|rest| &rest[..11])
        .find(|text| text.as_bytes()[5] == b'-')
        .unwrap()
        .to_owned();
    let entered = desk.server.app.now().minus(Duration::from_hours(6)).seconds();
    let entry = serde_json::json!({ "location": MARKET.to_string(), "place": "江城市场", "entered": entered, "note": "鱼" });
    let entry = entry.to_string();
    let wrong =
        desk.server.post(&mut anna.browser, "/donate", &[("code", "22222-22223"), ("entry", &entry)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nothing = desk.server.post(&mut anna.browser, "/donate", &[("code", &code)]).await;
    assert!(nothing.text().contains("Tick a place, or write one") && nothing.text().contains(&code));
    let typed = code.to_lowercase().replace('-', " ");
    let fields = [("code", &typed[..]), ("entry", &entry), ("remembered", "A noodle shop\r\n\r\nThe park")];
    let given = desk.server.post(&mut anna.browser, "/donate", &fields).await;
    assert!(given.text().contains("It was given"), "{}", given.text());
    let again = desk.server.post(&mut anna.browser, "/donate", &fields).await;
    assert!(again.text().contains("This code does not count"), "once");

    let page = desk.get(0, &case).await.text();
    for said in ["江城市场", "A noodle shop", "The park", "鱼"] {
        assert!(page.contains(said), "{said}");
    }
    assert_eq!(page.matches("Ask for visits there").count(), 1, "where the service knows the place");
    let hidden = |name: &str| {
        let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let fields = ["location", "from", "until", "reason"].map(|name| (name, hidden(name)));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let asked = desk.post(0, &format!("{case}/ask"), &fields).await;
    assert!(asked.location.starts_with("/cases/openings/"), "{}", asked.text());
    desk.server.stop().await;
}

#[tokio::test]
async fn a_code_is_over_after_an_hour() {
    let mut desk = Desk::open().await;
    let mut anna = phone(&desk.server, &HEALTHY).await;
    let case = desk.case().await;
    let page = desk.post(0, &format!("{case}/code"), &[]).await.text();
    let code = page
        .split("translate=\"no\">")
        .map(|rest| &rest[..11])
        .find(|text| text.as_bytes()[5] == b'-')
        .unwrap()
        .to_owned();
    assert_eq!(
        desk.post(1, &format!("{case}/code"), &[]).await.status,
        StatusCode::NOT_FOUND,
        "another unit's case"
    );
    desk.server.advance(Duration::from_mins(61));
    let late =
        desk.server.post(&mut anna.browser, "/donate", &[("code", &code), ("remembered", "The park")]).await;
    assert!(late.text().contains("This code does not count") && late.text().contains("The park"));
    desk.server.stop().await;
}
