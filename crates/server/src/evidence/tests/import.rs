//! Facts about many people from a file.

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::id::kind::UnitId;
use store::rows::evidence::StopReason;

use super::*;

const HEADER: &str = "document_kind,number,issuing_state,kind,result,method,at,until,reference,note\n";

async fn send(server: &TestServer, browser: &mut Browser, file: &str) -> Answer {
    let part = |name: &str, more: &str, text: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{text}\r\n")
    };
    let file = part("file", "; filename=\"tests.csv\"", file);
    let body =
        [part("csrf", "", &browser.csrf()), part("encoding", "", "utf-8"), file, "--b--\r\n".to_owned()];
    let request =
        Request::post("/evidence/import").header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    server.send(browser, request, Body::from(body.concat())).await
}

/// The number of the document of an invented holder.
pub fn number(phone: &Phone) -> String {
    format!("X{:08}", phone.holder.as_i64() % 100_000_000)
}

fn row(number: &str, fact: &str, at: &str) -> String {
    format!("passport,{number},UTO,{fact},{at},,2026-117,\n")
}

/// The report that the page carries.
fn report(page: &str) -> String {
    let (_, rest) = page.split_once("href=\"data:text/csv;charset=utf-8;base64,").expect("a report");
    let bytes = STANDARD.decode(rest.split_once('"').unwrap().0).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A unit is stopped, as after too many changes.
pub async fn stop(server: &TestServer, unit: &str) {
    let (id, fresh, now): (_, UnitId, _) = (server.app.new_id(), server.app.new_id(), server.app.now());
    let stopped = transact!(server.app.store, "test.stop", StoreError, |tx| {
        let unit = call!(tx, staff::unit(fresh, unit))?;
        call!(tx, evidence_stop::stop(id, unit, (StopReason::Hour, 20), now))
    });
    assert!(stopped.unwrap());
}

#[tokio::test]
async fn a_bad_row_costs_one_row_and_the_same_file_states_nothing_twice() {
    let mut desk = Desk::open().await;
    let (anna, ben) = (phone(&desk.server, &HEALTHY).await, phone(&desk.server, &HEALTHY).await);
    let at = desk.earlier();
    let file = [
        HEADER.to_owned(),
        row(&number(&anna), "case_contact,,", &at),
        row(&number(&ben), "test_result,negative,nucleic_acid", &at),
        "passport,X1?,UTO,red,positive,,tomorrow,,,\n".to_owned(),
        row("X99999999", "case_contact,,", &at),
        "passport,X1\n".to_owned(),
        row(&number(&anna), "case_contact,,", &at),
    ]
    .concat();
    let sent = send(&desk.server, &mut desk.wang, &file).await;
    let page = sent.text();
    assert_eq!(sent.status, StatusCode::OK, "{page}");
    let became = report(&page);
    for line in [
        "2,,\"Waits for another unit\"",
        "3,,\"Counts\"",
        "4,number,\"Character 3 of",
        "4,kind,\"Write one of: case_confirmed, ",
        "4,at,\"Write when it was so, like 2026-11-23 20:00.\"",
        "4,reference,",
        "5,number,\"This document leads to no code.",
        "6,,",
        "7,,\"The same waits already\"",
    ] {
        assert!(became.contains(line), "{line}: {became}");
    }
    for told in ["X1?", "tomorrow", &number(&anna), "Eriksson", "ERIKSSON"] {
        assert!(!page.contains(told) && !became.contains(told), "{told}: {page}");
    }
    assert_eq!(desk.server.rows().await["evidence_proposal"], 2);
    assert_eq!(desk.colour(anna.holder).await.colour, Colour::Green);

    let again = send(&desk.server, &mut desk.zhao, &file).await.text();
    assert_eq!(desk.server.rows().await["evidence_proposal"], 2, "nothing twice");
    let again = report(&again);
    assert!(again.contains("2,,\"The same waits already\""), "{again}");
    assert!(again.contains("3,,\"The same counts already\""), "{again}");

    // Every search and every opening stands in the record, as with the page.
    let accesses = read!(desk.server.app.store, "test.accesses", StoreError, |tx| {
        call!(tx, access::by_object("holder", anna.holder.as_i64(), None, 99))
    });
    let searches = accesses.unwrap().iter().filter(|entry| entry.action == "search").count();
    assert_eq!(searches, 4, "two rows, each time");

    let proposal = page.split("href=\"/evidence/").find_map(|rest| {
        let id = rest.split('"').next()?;
        id.parse::<EvidenceProposalId>().is_ok().then(|| format!("/evidence/{id}"))
    });
    let proposal = proposal.expect("what waits is linked");
    assert_eq!(desk.decide("zhao", &proposal, "confirm").await, StatusCode::CONFLICT, "their own unit");
    assert_eq!(desk.decide("li", &proposal, "confirm").await, StatusCode::SEE_OTHER);
    assert_eq!(desk.colour(anna.holder).await.colour, Colour::Yellow);
    desk.server.stop().await;
}

#[tokio::test]
async fn a_unit_that_is_stopped_is_told_so_and_what_makes_colours_no_worse_counts() {
    let mut desk = Desk::open().await;
    let (anna, ben) = (phone(&desk.server, &HEALTHY).await, phone(&desk.server, &HEALTHY).await);
    stop(&desk.server, "Wuhan").await;
    let form = desk.server.get(&mut desk.wang, "/evidence/import").await.text();
    assert!(form.contains("Your unit is stopped"), "{form}");
    let at = desk.earlier();
    let (contact, test) = (
        row(&number(&anna), "case_contact,,", &at),
        row(&number(&ben), "test_result,negative,nucleic_acid", &at),
    );
    let sent = send(&desk.server, &mut desk.wang, &format!("{HEADER}{contact}{test}")).await.text();
    let became = report(&sent);
    assert!(became.contains("2,,\"Your unit is stopped"), "{became}");
    assert!(became.contains("3,,\"Counts\""), "{became}");
    assert_eq!(desk.server.rows().await["evidence_proposal"], 1);
    desk.server.stop().await;
}

#[tokio::test]
async fn what_is_no_file_of_ours_is_said_before_anything_is_stated() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let one = row(&number(&anna), "case_contact,,", &desk.earlier());
    for (file, says) in [
        (String::new(), "Choose a file"),
        ("number,kind\n".to_owned(), "document_kind, at, reference"),
        (HEADER.replace("result", "kind"), "stands in the first row twice"),
        (format!("{HEADER}{}", one.repeat(1_001)), "more than 1000 rows"),
    ] {
        let answer = send(&desk.server, &mut desk.wang, &file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        assert!(answer.text().contains(says), "{says}: {}", answer.text());
    }
    assert_eq!(desk.server.rows().await["evidence_proposal"], 0);
    let columns = desk.server.get(&mut desk.wang, "/evidence/import/columns.csv").await.text();
    let sent = send(&desk.server, &mut desk.wang, &columns).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text());
    desk.server.stop().await;
}
