//! A queue that is longer than its page, and the cursor of the export.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::{Desk, MINUTE, export};
use crate::health::claims::SHOWN;
use crate::health::export::feed;
use crate::http::route::Scope;
use crate::staff::{Tools, client_add};
use crate::testing::Browser;

fn rows(page: &str) -> usize {
    page.matches("id=\"report-").count()
}

#[tokio::test]
async fn a_new_report_is_known_and_found_however_many_are_open_and_files_stand_last() {
    let desk = Desk::open().await;
    let mut wang = desk.wang.clone();
    let from_file = desk.filed(None, true).await;
    desk.server.advance(20 * MINUTE);
    for _ in 0..SHOWN {
        desk.report(None).await;
    }
    let before = desk.page(&mut wang, "/reports").await;
    let shown = usize::try_from(SHOWN).unwrap();
    assert_eq!(rows(&before), shown);
    assert!(!before.contains(&format!("report-{from_file}")), "it is due longest, and pushes nobody out");
    desk.server.advance(MINUTE);
    let newest = desk.report(None).await;
    let after = desk.page(&mut wang, "/reports").await;
    assert!(!before.contains(&format!("data-newest=\"{newest}\"")));
    assert!(after.contains(&format!("data-newest=\"{newest}\"")), "the page knows of it");
    assert!(after.contains("Not done: 102") && after.contains("1 to 100 of 102"), "{after}");
    assert!(after.contains("href=\"/reports?page=2\"") && !after.contains("page=0"));
    let second = desk.page(&mut wang, "/reports?page=2").await;
    let place = |id| second.find(&format!("id=\"report-{id}\"")).expect("it is on the second page");
    assert_eq!(rows(&second), 2);
    assert!(place(newest) < place(from_file) && second.contains("Late, from a file"));
    assert!(
        second.contains(&format!("data-newest=\"{newest}\"")) && second.contains("href=\"/reports?page=1\"")
    );
    for odd in ["3", "9223372036854775807"] {
        assert_eq!(rows(&desk.page(&mut wang, &format!("/reports?page={odd}")).await), 2, "the last one");
    }
    for odd in ["0", "-1", "x", ""] {
        assert_eq!(
            rows(&desk.page(&mut wang, &format!("/reports?page={odd}")).await),
            shown,
            "the first one"
        );
    }
    desk.server.stop().await;
}

#[tokio::test]
async fn a_cursor_beyond_the_newest_is_none_of_ours() {
    let desk = Desk::open().await;
    let server = &desk.server;
    let token = client_add(Tools::of(&server.app), "cdc", "Health", Scope::Health).await.unwrap();
    let asked = async |after: &str| {
        let path = format!("/api/v1/reports?after={after}");
        let request = Request::builder().uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        server.send(&mut Browser::default(), request, Body::empty()).await.status
    };
    assert_eq!(asked("0").await, StatusCode::OK, "nothing was ever given");
    assert_eq!(asked("1").await, StatusCode::UNPROCESSABLE_ENTITY);
    desk.report(None).await;
    feed(&server.app).await.unwrap();
    let answer = export(server, &token, "").await;
    let newest: i64 = answer["next"].as_str().unwrap().parse().unwrap();
    assert_eq!(asked(&newest.to_string()).await, StatusCode::OK, "the newest itself waits for more");
    for wrong in [newest + 1, i64::MAX] {
        assert_eq!(asked(&wrong.to_string()).await, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    desk.server.stop().await;
}
