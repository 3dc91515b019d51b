//! What does not match by itself: a reviewer approves, refuses, or asks for a photo; permits with and without a
//! register.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use blackbox::{Engine, Place, Server};
use common::canary::{nothing_personal_is_left, strangers_learn_nothing};
use common::codes::{assert_passes, live_code, photo};
use common::{CHECKING, NOT_CONFIRMED, Person, READY, apply, desk, heading, import, stands};

const FILED: Person = Person::new("XB5182736", "KRZEMINOVA", "LUDOSLAVA", ["9", "8", "1974"]);
/// One character of the number is another.
const NEAR: Person = Person { number: "XB5182737", ..FILED };
const OTHER: Person = Person::new("XD9930571", "PAPAZOGLAKIS", "EVANTHIA", ["1", "12", "1955"]);
const OTHER_NEAR: Person = Person { birth: ["1", "12", "1956"], ..OTHER };
const HONG_KONG: Person = Person {
    kind: "hk_macao_permit",
    ..Person::new("H73619284", "CHEUNGSTEIN", "WAIKEUNG", ["3", "4", "1988"])
};
const TAIWAN: Person = Person {
    kind: "taiwan_permit",
    ..Person::new("83716294", "HSIUNGBERG", "MEIFANGLI", ["5", "6", "1990"])
};

on_both_engines!(review);

async fn review(engine: Engine) {
    let place = Place::new(engine).await;
    let account = place.staff("reviewer", "Review", "reviewer");
    import(&place, &[FILED, OTHER, TAIWAN]);
    let server = Server::start(&place).await;
    let reviewer = server.browser();
    reviewer.sign_in(&account).await;

    // A permit on the register is issued like a filed passport.
    let permit = server.browser();
    apply(&permit, &TAIWAN).await;
    stands(&permit, READY).await;
    assert_passes(&place, &server, &live_code(&server, &permit).await).await;

    // Near: the applicant is told no more than one who is not on file; the reviewer sees both sides.
    let near = server.browser();
    apply(&near, &NEAR).await;
    stands(&near, NOT_CONFIRMED).await;
    let case = desk::claim(&reviewer, &near).await;
    assert!(case.html.contains("<table class=\"compare\">") && case.html.contains("<mark>"));
    desk::decide(&reviewer, &case, "approve", "").await;
    assert_eq!(heading(&near).await, READY);
    assert_passes(&place, &server, &live_code(&server, &near).await).await;

    // Refused, with the reason and the reviewer's words.
    let refused = server.browser();
    apply(&refused, &OTHER_NEAR).await;
    stands(&refused, NOT_CONFIRMED).await;
    let case = desk::claim(&reviewer, &refused).await;
    desk::decide(&reviewer, &case, "refuse-details-differ", "Look at the year of birth again.").await;
    let page = refused.get("/application").await;
    assert!(page.html.contains("Your application was not approved"));
    assert!(page.html.contains("Look at the year of birth again."));
    assert_eq!(refused.get("/my-code").await.path, "/application", "there is no code");

    ask_for_a_photo(&place, &server, &reviewer).await;

    let people = [FILED, NEAR, OTHER, OTHER_NEAR, HONG_KONG, TAIWAN];
    strangers_learn_nothing(&server, &people).await;
    server.stop();
    nothing_personal_is_left(&place, &people).await;
}

/// A permit that no register knows: the reviewer asks for a photo of it, sees it, and approves.
async fn ask_for_a_photo(place: &Place, server: &Server, reviewer: &blackbox::Browser) {
    let applicant = server.browser();
    apply(&applicant, &HONG_KONG).await;
    stands(&applicant, CHECKING).await;
    let case = desk::claim(reviewer, &applicant).await;
    desk::decide(reviewer, &case, "ask-photo", "Please send the side with your picture.").await;
    let page = applicant.get("/application").await;
    assert!(
        page.html.contains("We need something from you") && page.html.contains("the side with your picture")
    );

    let bad = ("photo", "permit.png", b"<svg onload=alert(1)>".to_vec());
    let told = applicant.upload(&page, "/application/photo", &[], bad).await;
    assert_eq!(told.status.as_u16(), 422, "what is no picture is refused in words");
    let good = ("photo", "CHEUNGSTEIN.png", photo());
    let sent = applicant.upload(&told, "/application/photo", &[], good).await;
    assert_eq!((sent.status.as_u16(), sent.path.as_str()), (200, "/application"));

    let case = desk::claim(reviewer, &applicant).await;
    let source = case.html.split("<img src=\"").nth(1).expect("the photo").split('"').next().unwrap();
    let shown = reviewer.client.get(format!("{}{source}", server.origin)).send().await.unwrap();
    assert_eq!(shown.headers()["content-type"], "image/jpeg");
    let picture = image::load_from_memory(&shown.bytes().await.unwrap()).unwrap();
    assert_eq!((picture.width(), picture.height()), (320, 200));
    assert_eq!(applicant.get(source).await.path, "/staff/sign-in", "reviewers only");
    desk::decide(reviewer, &case, "approve", "").await;
    assert_eq!(heading(&applicant).await, READY);
    assert_passes(place, server, &live_code(server, &applicant).await).await;
    let gone = reviewer.get(source).await;
    assert!(gone.status.is_client_error(), "the photo went with the decision: {}", gone.status);
}
