//! Files of many locations.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Method, Request, header};

use super::*;

const HEADER: &str = "name,name_other,kind,division,address,capacity,stay,entry_rule,entrances,svg_only\n";

async fn send(server: &TestServer, browser: &mut Browser, file: &str) -> Answer {
    let part = |name: &str, more: &str, text: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{text}\r\n")
    };
    let file = part("file", "; filename=\"shops.csv\"", file);
    let body =
        [part("csrf", "", &browser.csrf()), part("encoding", "", "utf-8"), file, "--b--\r\n".to_owned()];
    let request = Request::builder()
        .method(Method::POST)
        .uri("/locations/batch")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    server.send(browser, request, Body::from(body.concat())).await
}

#[tokio::test]
async fn a_file_registers_its_good_rows_once_and_names_the_bad_ones() {
    let server = TestServer::start().await;
    let (mut browser, mut other) = (manager(&server).await, manager(&server).await);
    let file = format!(
        "{HEADER}江城市场,River Market,market,420100,沿江路1号,300,60,yes,东门|西门,\n\
         Shop,,shop,420100,x,,,,,\n湖北书店,,shop,420500,夷陵路2号,,,,,\n"
    );
    let sent = send(&server, &mut browser, &file).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let page = server.get(&mut browser, &sent.location).await.text();
    assert!(page.contains("no Chinese character"), "{page}");
    let report = server.get(&mut browser, &format!("{}/report.csv", sent.location)).await.text();
    assert!(report.contains("3,name,\"The name in Chinese"), "{report}");
    assert!(!report.contains("Shop"), "nothing of what stood there");
    let list = server.get(&mut browser, "/locations").await.text();
    assert!(list.contains("江城市场") && list.contains("湖北书店"));
    assert_eq!(server.rows().await["location_entrance"], 2);
    assert_eq!(server.rows().await["location_code"], 4, "a poster each");

    let rows = server.rows().await["location"];
    let again = send(&server, &mut browser, &file.replace("300", "301")).await;
    let page = server.get(&mut browser, &again.location).await.text();
    assert!(page.contains("with other details"), "{page}");
    assert_eq!(server.rows().await["location"], rows, "nothing twice");
    for path in [sent.location.clone(), format!("{}/report.csv", sent.location)] {
        assert_eq!(server.get(&mut other, &path).await.status, StatusCode::NOT_FOUND);
    }
    assert!(!server.get(&mut other, "/locations/batch").await.text().contains(&sent.location));
    assert!(server.get(&mut browser, "/locations/batch").await.text().contains(&sent.location));
    assert!(server.get(&mut browser, "/locations/batch/columns.csv").await.text().contains("svg_only"));
    let empty = send(&server, &mut browser, "").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    server.stop().await;
}

#[tokio::test]
async fn the_example_of_the_template_is_taken() {
    let server = TestServer::start().await;
    let mut browser = manager(&server).await;
    let template = server.get(&mut browser, "/locations/batch/columns.csv").await.text();
    let sent = send(&server, &mut browser, &template).await;
    let page = server.get(&mut browser, &sent.location).await.text();
    assert!(page.contains("Every row was taken"), "{page}");
    server.stop().await;
}

#[tokio::test]
async fn ten_thousand_rows_are_registered_and_sent_again_make_nothing() {
    let server = TestServer::start().await;
    let mut browser = manager(&server).await;
    let mut file = HEADER.to_owned();
    for number in 0..10_000 {
        let bad = if number % 1000 == 7 { "nowhere" } else { "420100" };
        writeln!(file, "店{number},Shop {number},shop,{bad},沿江路{number}号,,,,,").unwrap();
    }
    for there in [0, 9_990] {
        let sent = send(&server, &mut browser, &file).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let text = server.get(&mut browser, &sent.location).await.text();
        assert!(text.contains("<dd>10000</dd>") && text.contains("<dd>10</dd>"), "{text}");
        assert!(text.contains(&format!("<dd>{there}</dd>")), "{there}: {text}");
        assert_eq!(server.rows().await["location"], 9_990);
    }
    let long = send(&server, &mut browser, &format!("{file}店x,,shop,420100,x,,,,,\n")).await;
    assert!(long.text().contains("more than 10000 rows"), "{}", long.text());
    server.stop().await;
}
