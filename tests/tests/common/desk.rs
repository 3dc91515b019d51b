//! What clerks and reviewers do at their pages.

use blackbox::{Browser, Page};
use regex::Regex;

use super::{Person, reference};

/// Files a document on the clerk's pages: typed, looked at, filed.
pub async fn file(clerk: &Browser, person: &Person) -> Page {
    let birth = person.birth_date();
    let mut fields = vec![("kind", person.kind), ("number", person.number), ("birth_date", &birth)];
    fields.extend([("family_name", person.family), ("given_names", person.given)]);
    fields.extend([("issuing_state", "UTO"), ("nationality", "UTO"), ("expiry_date", "2034-05-06")]);
    fields.push(("action", "check"));
    let page = clerk.get("/filing/new").await;
    let check = clerk.submit(&page, "/filing/new", &fields).await;
    assert!(check.html.contains("value=\"file\""), "{} does not lead to filing", check.status);
    let filed = clerk.submit(&check, "/filing/new", &[("action", "file")]).await;
    assert!(filed.status.is_success() && filed.path != "/filing/new", "{} {}", filed.status, filed.path);
    filed
}

/// Claims the application of this phone, and gives the case as its reviewer sees it.
pub async fn claim(reviewer: &Browser, applicant: &Browser) -> Page {
    let reference = reference(&applicant.get("/application").await).expect("a reference");
    let queue = reviewer.get("/review").await;
    let row = queue.html.split("<tr").find(|row| row.contains(&reference)).expect("a row in the queue");
    let action = Regex::new("action=\"(/review/[0-9a-f]+/claim)\"").unwrap();
    let action = action.captures(row).expect("it is free to claim")[1].to_owned();
    let case = reviewer.submit(&queue, &action, &[]).await;
    assert!(case.html.contains(&reference), "{} is not the case", case.path);
    case
}

/// Decides a case.
pub async fn decide(reviewer: &Browser, case: &Page, decision: &str, message: &str) {
    let action = format!("{}/decide", case.path);
    let decided = reviewer.submit(case, &action, &[("decision", decision), ("message", message)]).await;
    assert_eq!((decided.status.as_u16(), decided.path.as_str()), (200, "/review"), "{decision}");
}
