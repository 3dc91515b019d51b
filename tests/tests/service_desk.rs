//! People without a phone: applied for, printed and served again at a service desk; then over to a phone.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use blackbox::{Browser, Engine, Page, Place, Server};
use common::canary::{nothing_personal_is_left, strangers_learn_nothing};
use common::codes::{assert_passes, live_code};
use common::{NOT_CONFIRMED, Person, READY, answer_from, heading, import, reference, until};
use regex::Regex;

const FILED: Person = Person::new("XD5120937", "KRZYSZTOFOROWA", "EUPHEMIANA", ["2", "6", "1948"]);
const NOT_FILED: Person = Person::new("XD8834021", "VANDERSCHOOTEN", "LEOPOLDINUS", ["21", "12", "1951"]);

on_both_engines!(service_desk);

async fn service_desk(engine: Engine) {
    let place = Place::new(engine).await;
    let account = place.staff("desk", "Hankou service desk", "desk_officer");
    import(&place, &[FILED]);
    let server = Server::start(&place).await;
    let desk = server.browser();
    desk.sign_in(&account).await;

    // Not on file: the officer too reads no more than that it could not be confirmed.
    let waiting = apply_at(&desk, &NOT_FILED).await;
    until(|| async { desk.get("/desk/application").await.html.contains(NOT_CONFIRMED) }).await;
    let slip = desk.get("/desk/slip").await;
    assert!(slip.html.contains("need not apply again"), "what to do next stands on the slip");
    next(&desk).await;

    // On file: issued, printed; and nothing of the person before is left.
    let reference = apply_at(&desk, &FILED).await;
    until(|| async { desk.get("/desk/application").await.html.contains(READY) }).await;
    let code = recovery_code(&desk.get("/desk/slip").await);
    let first = print(&desk).await;
    next(&desk).await;
    let after = desk.get("/desk/my-data").await;
    assert_eq!(after.path, "/desk/ended");

    // Back with slip and document only; a new print voids the former.
    assert_eq!(find(&desk, &waiting, &FILED).await.status.as_u16(), 422, "another's slip");
    assert_eq!(find(&desk, &reference, &FILED).await.path, "/desk");
    assert_ne!(print(&desk).await, first);
    let data = desk.get("/desk/my-data").await.html;
    for words in ["Printed at a service desk", "Opened at a service desk", "Hankou service desk"] {
        assert!(data.contains(words), "{words}");
    }
    next(&desk).await;

    // The wish can change: with the slip's code everything goes over to a phone.
    let phone = server.browser();
    let page = phone.get("/recover").await;
    let opened = phone.submit(&page, "/recover", &[("code", &code)]).await;
    assert_eq!((opened.status.as_u16(), opened.path.as_str()), (200, "/application"));
    assert_eq!(heading(&phone).await, READY);
    assert_passes(&place, &server, &live_code(&server, &phone).await).await;

    strangers_learn_nothing(&server, &[FILED, NOT_FILED]).await;
    server.stop();
    nothing_personal_is_left(&place, &[FILED, NOT_FILED]).await;
}

/// Takes the consent of the person, types their answers, and gives the reference number.
async fn apply_at(desk: &Browser, person: &Person) -> String {
    let page = desk.get("/desk/new").await;
    let kind = desk.submit(&page, "/desk/new", &[("consent", "yes")]).await;
    let last = answer_from(desk, &kind, "/desk", person).await;
    let done = desk.submit(&last, "/desk/apply/check", &[]).await;
    assert_eq!(done.path, "/desk/apply/done", "{}", done.status);
    reference(&done).expect("a reference number")
}

async fn next(desk: &Browser) {
    let page = desk.get("/desk/application").await;
    let start = desk.submit(&page, "/desk/next", &[]).await;
    assert_eq!(start.path, "/desk", "{}", start.status);
}

async fn find(desk: &Browser, reference: &str, person: &Person) -> Page {
    let [day, month, year] = person.birth;
    let page = desk.get("/desk/find").await;
    let mut fields = vec![("reference", reference), ("number", person.number)];
    fields.extend([("birth_day", day), ("birth_month", month), ("birth_year", year)]);
    desk.submit(&page, "/desk/find", &fields).await
}

/// Prints a pass, and gives its picture.
async fn print(desk: &Browser) -> String {
    let page = desk.get("/desk/my-code/print").await;
    let printed = desk.submit(&page, "/desk/my-code/print", &[]).await;
    let svg = printed.html.split("<svg").nth(1).and_then(|rest| rest.split("</svg>").next());
    svg.expect("a printed pass").to_owned()
}

fn recovery_code(page: &Page) -> String {
    let code = Regex::new(r"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){6}\b").unwrap();
    code.find(&page.html).expect("a recovery code").as_str().to_owned()
}
