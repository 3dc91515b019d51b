//! Posters: files, replaced ones, entrances.

use std::time::Duration;

use domain::location::Standing;
use store::rows::location::CodeRow;

use super::*;

async fn codes(server: &TestServer, path: &str) -> Vec<CodeRow> {
    let id = row(server, path).await.id;
    let read =
        read!(server.app.store, "test.codes", StoreError, |tx| { call!(tx, location_code::of_location(id)) });
    read.unwrap()
}

/// The names in an archive, as its directory has them (APPNOTE 6.3.10, section 4.3.12).
fn files(archive: &Answer) -> Vec<String> {
    let bytes = &archive.bytes;
    let entries = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02"));
    let name = |at: usize| {
        let length = usize::from(u16::from_le_bytes([bytes[at + 28], bytes[at + 29]]));
        String::from_utf8(bytes[at + 46..at + 46 + length].to_vec()).unwrap()
    };
    entries.map(name).collect()
}

#[tokio::test]
async fn posters_are_files_of_approved_locations_with_their_link() {
    let server = TestServer::start().await;
    let mut browser = manager(&server).await;
    let waiting = register(&server, &mut browser, &MARKET).await;
    let none = server.get(&mut browser, &format!("{waiting}/posters/whole-a4.pdf")).await;
    assert_eq!(none.status, StatusCode::CONFLICT, "not before it is approved");
    assert!(
        server.get(&mut browser, &format!("{waiting}/posters")).await.text().contains("nothing to print")
    );

    let path = approved(&server, &mut browser).await;
    server.post(&mut browser, &format!("{path}/entrances"), &[("entrance", "东门 East gate")]).await;
    for (file, kind, begins) in [
        ("whole-a4.pdf", "application/pdf", "%PDF"),
        ("whole-a6.pdf", "application/pdf", "%PDF"),
        ("all-a4.pdf", "application/pdf", "%PDF"),
        ("whole-svg", "image/svg+xml", "<svg"),
        ("all-a4.zip", "application/zip", "PK"),
    ] {
        let answer = server.get(&mut browser, &format!("{path}/posters/{file}")).await;
        assert!(answer.status.is_success(), "{file}: {}", answer.text());
        assert_eq!(answer.headers["content-type"], kind);
        assert!(answer.bytes.starts_with(begins.as_bytes()) || answer.text().contains(begins), "{file}");
        let saved = answer.headers["content-disposition"].to_str().unwrap().to_owned();
        assert!(saved.contains("tongxing-posters-2026-11-23-"), "{saved}");
    }
    for file in ["whole-a5.pdf", "whole", "nowhere-a4.pdf", "0000000000000001-svg", "all-pdf"] {
        let answer = server.get(&mut browser, &format!("{path}/posters/{file}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{file}");
    }
    let code = codes(&server, &path).await.into_iter().find(|code| code.entrance.is_none()).unwrap();
    let svg = server.get(&mut browser, &format!("{path}/posters/whole-svg")).await.text();
    assert!(svg.contains(&format!("/v/{}", code.code.grouped())), "the link is there to type");
    assert!(server.get(&mut browser, "/locations/posters").await.text().contains("1-a4.pdf"));
    let all = server.get(&mut browser, "/locations/posters/1-svg.zip").await;
    let names = files(&all);
    assert_eq!(
        names,
        ["0001 江城市场.svg", "0002 江城市场.svg"],
        "the whole location's and the entrance's; nothing of what waits"
    );
    assert_eq!(server.get(&mut browser, "/locations/posters/2-a4.pdf").await.status, StatusCode::NOT_FOUND);
    server.stop().await;
}

#[tokio::test]
async fn what_the_font_lacks_is_named_and_printed_as_a_picture() {
    let server = TestServer::start().await;
    let mut browser = manager(&server).await;
    let arabic = with(&[("name_other", "متحف")]);
    let named = server.post(&mut browser, "/locations/new", &arabic).await;
    assert_eq!(named.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(named.text().contains("U+0645") && named.text().contains("svg_only"), "{}", named.text());
    let known: Vec<_> = arabic.iter().copied().chain([("svg_only", "yes")]).collect();
    let path = register(&server, &mut browser, &known).await;
    let mut reviewer = server.signed_in("Review", &[Role::Reviewer]).await;
    decide(&server, &mut reviewer, &path, &[("decision", "approve")]).await;
    let page = server.get(&mut browser, &format!("{path}/posters")).await.text();
    assert!(page.contains("U+0645") && !page.contains("whole-a4.pdf") && page.contains("whole-svg"));
    let pdf = server.get(&mut browser, &format!("{path}/posters/whole-a4.pdf")).await;
    assert_eq!(pdf.status, StatusCode::CONFLICT);
    assert!(server.get(&mut browser, &format!("{path}/posters/whole-svg")).await.text().contains("متحف"));
    assert!(server.get(&mut browser, "/locations/posters").await.text().contains("U+0645"));
    let zip = server.get(&mut browser, "/locations/posters/1-a4.zip").await;
    assert_eq!(files(&zip), ["0001 江城市场.svg"]);
    server.stop().await;
}

#[tokio::test]
async fn a_replaced_poster_opens_to_its_date_and_a_copied_one_stops_at_once() {
    let server = TestServer::start().await;
    let mut browser = manager(&server).await;
    let path = approved(&server, &mut browser).await;
    let rotate = format!("{path}/posters/rotate");
    let wrong =
        server.post(&mut browser, &rotate, &[("spot", "whole"), ("version", "1"), ("grace", "91")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("from 0 to 90"), "{}", wrong.text());
    let later = [("spot", "whole"), ("version", "1"), ("grace", "2"), ("how", "later")];
    for _ in 0..2 {
        let answer = server.post(&mut browser, &rotate, &later).await;
        assert_eq!(answer.location, format!("{path}/posters"), "{}", answer.text());
    }
    let all = codes(&server, &path).await;
    assert_eq!(all.len(), 2, "sent twice, made once");
    let now = server.app.now();
    let until = now.plus(Duration::from_hours(48));
    assert_eq!(all[0].poster.standing(now), Standing::Current);
    assert_eq!(all[1].poster.standing(now), Standing::Old { until });
    assert_ne!(all[0].code, all[1].code);
    assert!(
        server
            .get(&mut browser, &format!("{path}/posters"))
            .await
            .text()
            .contains("Version 1 still opens until")
    );

    // From a page that is old by now: the copied poster ends, and the newest one stays.
    let stale = [("spot", "whole"), ("version", "1"), ("grace", "2"), ("how", "now")];
    server.post(&mut browser, &rotate, &stale).await;
    let (all, now) = (codes(&server, &path).await, server.app.now());
    let standings: Vec<Standing> = all.iter().map(|code| code.poster.standing(now)).collect();
    assert_eq!(standings, [Standing::Current, Standing::Ended]);

    server.advance(Duration::from_mins(20));
    let at_once = [("spot", "whole"), ("version", "2"), ("grace", "2"), ("how", "now")];
    server.post(&mut browser, &rotate, &at_once).await;
    let (all, now) = (codes(&server, &path).await, server.app.now());
    let standings: Vec<Standing> = all.iter().map(|code| code.poster.standing(now)).collect();
    assert_eq!(standings, [Standing::Current, Standing::Ended, Standing::Ended], "all that hang anywhere");
    server.stop().await;
}

#[tokio::test]
async fn an_entrance_has_a_poster_of_its_own_until_it_is_closed() {
    let server = TestServer::start().await;
    let mut browser = manager(&server).await;
    let path = approved(&server, &mut browser).await;
    let empty = server.post(&mut browser, &format!("{path}/entrances"), &[("entrance", " ")]).await;
    assert!(empty.text().contains("Enter the name of the entrance"), "{}", empty.text());
    server.post(&mut browser, &format!("{path}/entrances"), &[("entrance", "东门")]).await;
    let entrance =
        codes(&server, &path).await.into_iter().find_map(|code| code.entrance).unwrap().to_string();
    let now = [("spot", entrance.as_str()), ("version", "1"), ("how", "now")];
    server.post(&mut browser, &format!("{path}/posters/rotate"), &now).await;
    let of_whole = codes(&server, &path).await.into_iter().find(|code| code.entrance.is_none()).unwrap();
    assert_eq!(of_whole.poster.ends, None, "the other poster stays as it is");
    let close = [("entrance", entrance.as_str())];
    assert_eq!(server.post(&mut browser, &format!("{path}/entrances/close"), &close).await.location, path);
    let at = server.app.now();
    let ended = codes(&server, &path).await;
    assert!(
        ended
            .iter()
            .filter(|code| code.entrance.is_some())
            .all(|code| code.poster.standing(at) == Standing::Ended)
    );
    assert!(!server.get(&mut browser, &path).await.text().contains("东门"));
    server.stop().await;
}
