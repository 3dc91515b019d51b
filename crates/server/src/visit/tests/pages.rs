//! The pages of holders: a poster's, the confirmation, and what an entry rule says.

use std::time::Duration;

use axum::http::StatusCode;
use domain::Timestamp;
use domain::declaration::HealthAnswers;
use domain::location::Poster;
use store::rows::location::LocationRow;
use visits::Kind;

use super::super::testing::{Seen, Units, add, counts, location, location_row, rows};
use crate::pass::testing::{HEALTHY, Phone, coughing, phone};
use crate::testing::{Answer, Browser, TestServer};

/// The values of the fields with this name, in order.
fn values(html: &str, name: &str) -> Vec<String> {
    let mark = format!("name=\"{name}\" value=\"");
    let after = html.split(&mark).skip(1);
    after.filter_map(|rest| rest.split('"').next()).map(ToOwned::to_owned).collect()
}

fn form<'a>(page: &'a [(&'static str, String)], kind: &'a str) -> Vec<(&'a str, &'a str)> {
    let fields = page.iter().map(|(name, value)| (*name, value.as_str()));
    fields.chain([("kind", kind)]).collect()
}

/// What the page's form sends for everybody on it.
fn fields(html: &str) -> Vec<(&'static str, String)> {
    ["made", "who"]
        .into_iter()
        .flat_map(|name| values(html, name).into_iter().map(move |v| (name, v)))
        .collect()
}

async fn press(server: &TestServer, browser: &mut Browser, path: &str, kind: &str) -> Answer {
    let page = server.get(browser, path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    server.post(browser, path, &form(&fields(&page.text()), kind)).await
}

#[tokio::test]
async fn one_tap_enters_another_leaves_and_a_form_that_is_sent_again_is_one_entry() {
    let server = TestServer::start().await;
    let app = &server.app;
    let units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let path = format!("/v/{code}");
    let mut anna = phone(&server, &HEALTHY).await;
    let page = server.get(&mut anna.browser, &path).await;
    assert!(page.text().contains("River Market") && page.text().contains("江城市场"), "{}", page.text());
    assert!(rows(app, market).await.is_empty(), "looking registers nothing");
    let sent = fields(&page.text());
    for minutes in [0, 5] {
        server.advance(Duration::from_mins(minutes));
        let entered = server.post(&mut anna.browser, &path, &form(&sent, "entry")).await;
        assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
        assert!(entered.text().contains("data-kind=\"entry\""), "{}", entered.text());
        assert_eq!(counts(app, market).await, (1, 0));
    }
    server.advance(Duration::from_mins(6));
    let old = server.post(&mut anna.browser, &path, &form(&sent, "entry")).await;
    assert_eq!((old.status, counts(app, market).await), (StatusCode::SEE_OTHER, (1, 0)));
    let left = press(&server, &mut anna.browser, &path, "exit").await;
    assert!(left.text().contains("data-kind=\"exit\""), "{}", left.text());
    assert_eq!(counts(app, market).await, (1, 1));
    let seen: Vec<Kind> = units.open(app, &[market]).await.into_iter().map(|seen| seen.kind).collect();
    assert_eq!(seen, [Kind::Entry, Kind::Exit]);
    server.stop().await;
}

#[tokio::test]
async fn the_confirmation_leaves_by_itself_also_where_nobody_enters_any_more() {
    let server = TestServer::start().await;
    let app = &server.app;
    let units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let path = format!("/v/{code}");
    let mut anna = phone(&server, &HEALTHY).await;
    let entered = press(&server, &mut anna.browser, &path, "entry").await;
    let leave = values(&entered.text(), "leave");
    assert_eq!(leave.len(), 1, "{}", entered.text());
    server.advance(Duration::from_hours(3));
    server.break_table("location_code").await;
    let left = server.post(&mut anna.browser, &path, &[("leave", &leave[0])]).await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.text());
    let holder = anna.holder;
    let seen: Vec<Seen> = units.open(app, &[market]).await;
    assert!(seen.iter().all(|seen| seen.holder == holder) && seen.len() == 2, "{seen:?}");
    let mut berta = phone(&server, &HEALTHY).await;
    let stolen = server.post(&mut berta.browser, &path, &[("leave", &leave[0])]).await;
    assert_eq!((stolen.status, rows(app, market).await.len()), (StatusCode::SEE_OTHER, 2));
    server.stop().await;
}

#[tokio::test]
async fn whoever_has_no_code_is_told_what_to_do_and_nothing_is_registered() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let path = format!("/v/{code}");
    let mut nobody = Browser::speaking("en");
    let page = server.get(&mut nobody, &path).await;
    assert_eq!(page.status, StatusCode::OK);
    for way in ["Show your code to the staff", "href=\"/recover\"", "href=\"/apply\""] {
        assert!(page.text().contains(way), "{way}: {}", page.text());
    }
    let mut anna = phone(&server, &HEALTHY).await;
    let of_anna = fields(&server.get(&mut anna.browser, &path).await.text());
    assert_eq!(server.post(&mut nobody, &path, &form(&of_anna, "entry")).await.status, StatusCode::FORBIDDEN);
    let mut berta = phone(&server, &HEALTHY).await;
    let stolen = server.post(&mut berta.browser, &path, &form(&of_anna, "entry")).await;
    let empty = server.post(&mut anna.browser, &path, &form(&of_anna[..1], "entry")).await;
    for (answer, note) in [(stolen, "old"), (empty, "nobody")] {
        let to = answer.headers["location"].to_str().unwrap().to_owned();
        assert_eq!((answer.status, to), (StatusCode::SEE_OTHER, format!("{path}?note={note}")));
    }
    assert!(rows(app, market).await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn an_old_poster_is_marked_and_an_ended_one_or_no_code_says_what_to_do() {
    let server = TestServer::start().await;
    let app = &server.app;
    let mut browser = Browser::speaking("en");
    let ends = |at: Timestamp| {
        move |row: &mut store::rows::location::CodeRow| {
            row.poster = Poster { ends: Some(at), ..row.poster };
        }
    };
    let (_, old) = add(app, location_row(app), ends(app.now().plus(Duration::from_hours(24)))).await;
    let (_, ended) = add(app, location_row(app), ends(app.now())).await;
    let page = server.get(&mut browser, &format!("/v/{old}")).await;
    assert!(page.text().contains("This poster is an old one"), "{}", page.text());
    for (code, status, said) in [
        (ended.to_string(), StatusCode::GONE, "There is a new poster: scan that one."),
        ("nothing".to_owned(), StatusCode::NOT_FOUND, "If you scanned it, tell the staff"),
    ] {
        let page = server.get(&mut browser, &format!("/v/{code}")).await;
        assert_eq!(page.status, status);
        assert!(page.text().contains(said) && page.text().contains("href=\"/my-code\""), "{}", page.text());
    }
    server.stop().await;
}

/// Somebody whose colour these answers make, at a location with an entry rule.
async fn at_the_rule(server: &TestServer, answers: &HealthAnswers) -> (Phone, LocationRow, String) {
    let mut row = location_row(&server.app);
    row.details.entry_rule = true;
    let (_, code) = add(&server.app, row.clone(), |_| ()).await;
    (phone(server, answers).await, row, format!("/v/{code}"))
}

#[tokio::test]
async fn an_entry_rule_lets_green_in_and_says_to_others_what_to_do() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (mut green, market, path) = at_the_rule(&server, &HEALTHY).await;
    let entered = press(&server, &mut green.browser, &path, "entry").await;
    assert_eq!(
        (entered.status, counts(app, market.id).await),
        (StatusCode::OK, (1, 0)),
        "{}",
        entered.text()
    );
    let (mut yellow, market, path) = at_the_rule(&server, &coughing()).await;
    let refused = press(&server, &mut yellow.browser, &path, "entry").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("<details>") && !refused.text().contains("<details open"));
    let (seen, why) =
        refused.text().split_once("<summary>").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let reason = crate::words::Words(crate::words::Language::En).t("reason-declared_symptoms");
    let shown = |html: &str| html.contains(&reason);
    assert_eq!((shown(&seen), shown(&why)), (false, true), "the reason is for whoever unfolds it: {seen}");
    assert!(rows(app, market.id).await.is_empty(), "nothing was registered");
    let left = press(&server, &mut yellow.browser, &path, "exit").await;
    assert_eq!(left.status, StatusCode::OK, "whoever is inside may leave");
    server.stop().await;
}
