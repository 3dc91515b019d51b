//! One holder, several phones, and paper: recovery, a further application, the printed pass, a batch of checks.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::path::PathBuf;

use blackbox::{Browser, Engine, Page, Place, Server};
use common::canary::{nothing_personal_is_left, strangers_learn_nothing};
use common::codes::{
    Code, assert_passes, assert_withdrawn, fetch_lists, lists, live_code, picture_of, verify,
};
use common::paper::Paper;
use common::{MOVED, NOT_CONFIRMED, Person, READY, apply, desk, heading, import, stands};
use regex::Regex;
use serde_json::{Value, json};

const HOLDER: Person = Person::new("XF2048613", "WOJCIECHOWITZ", "BARNABIASZ", ["17", "10", "1963"]);

on_both_engines!(phones);

async fn phones(engine: Engine) {
    let place = Place::new(engine).await;
    let account = place.staff("reviewer", "Review", "reviewer");
    import(&place, &[HOLDER]);
    let server = Server::start(&place).await;
    let first = server.browser();
    apply(&first, &HOLDER).await;
    stands(&first, READY).await;
    let on_first = live_code(&server, &first).await;
    assert_passes(&place, &server, &on_first).await;

    let second = server.browser();
    recover(&first, &second).await;
    assert_eq!((heading(&first).await.as_str(), heading(&second).await.as_str()), (MOVED, READY));
    assert_withdrawn(&place, &server, &on_first).await;
    let on_second = live_code(&server, &second).await;
    assert_passes(&place, &server, &on_second).await;

    printed(&place, &server, &second, &on_second).await;

    // Somebody else applies with the same document: nothing changes until a reviewer approves.
    let third = server.browser();
    apply(&third, &HOLDER).await;
    stands(&third, NOT_CONFIRMED).await;
    assert_passes(&place, &server, &live_code(&server, &second).await).await;
    assert!(second.get("/my-code").await.html.contains("action=\"/my-code/notices\""), "the holder is told");
    let on_second = live_code(&server, &second).await;
    let reviewer = server.browser();
    reviewer.sign_in(&account).await;
    let case = desk::claim(&reviewer, &third).await;
    desk::decide(&reviewer, &case, "approve", "").await;
    assert_eq!(heading(&third).await, READY);
    assert_withdrawn(&place, &server, &on_second).await;
    assert_passes(&place, &server, &live_code(&server, &third).await).await;
    assert_eq!(heading(&second).await, MOVED);

    strangers_learn_nothing(&server, &[HOLDER]).await;
    server.stop();
    nothing_personal_is_left(&place, &[HOLDER]).await;
}

fn recovery_code(page: &Page) -> String {
    let code = Regex::new(r"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){6}\b").unwrap();
    code.find(&page.html).expect("a recovery code").as_str().to_owned()
}

/// Opens what `from` holds on `to`, with the code noted from the former's page; a second use opens nothing.
async fn recover(from: &Browser, to: &Browser) {
    let code = recovery_code(&from.get("/application").await);
    let page = to.get("/recover").await;
    let wrong = to.submit(&page, "/recover", &[("code", &code[5..])]).await;
    assert_eq!(wrong.status.as_u16(), 422);
    let opened = to.submit(&wrong, "/recover", &[("code", &code.to_lowercase())]).await;
    assert_eq!((opened.status.as_u16(), opened.path.as_str()), (200, "/application"));
    let again = from.submit(&page, "/recover", &[("code", &code)]).await;
    assert_eq!(again.status.as_u16(), 422, "it is used up");
}

/// Paper counts beside its document only, and a new print voids the former.
async fn printed(place: &Place, server: &Server, holder: &Browser, live: &Code) {
    let page = holder.get("/my-code/print").await;
    assert!(!page.html.contains("<svg class=\"qr\""), "looking issues nothing");
    let paper = holder.submit(&page, "/my-code/print", &[]).await;
    let file = place.write("printed.png", picture_of(&paper));
    let image = ["--image", file.to_str().unwrap()];
    place.write("status.cwt", b"");
    let unlisted = verify(place, &image, live.time);
    let uri = unlisted["payload"]["status"]["status_list"]["uri"].as_str().unwrap().to_owned();
    let fetch = async || {
        let list = holder.client.get(&uri).send().await.unwrap().bytes().await.unwrap();
        place.write("status.cwt", list);
    };
    fetch().await;
    let alone = verify(place, &image, live.time);
    assert_eq!((&alone["verdict"], &alone["reasons"]), (&json!("CHECK"), &json!(["match_document"])));
    assert_eq!(alone["identity"]["last_four"], "8613");
    let beside = verify(place, &[&image[..], &["--document-matches"]].concat(), live.time);
    assert_eq!((&beside["verdict"], &beside["reasons"]), (&json!("PASS"), &json!([])));
    let file = on_paper(place, server, holder, live.time).await;
    // Brings the status list of the live code.
    a_batch(place, server, live).await;

    holder.submit(&paper, "/my-code/print", &[]).await;
    fetch().await;
    for image in [image, ["--image", file.to_str().unwrap()]] {
        assert_eq!(verify(place, &image, live.time)["reasons"], json!(["withdrawn", "match_document"]));
    }
    short_code(place, server, holder).await;
}

/// The pass as a file in both sizes, drawn as a printer draws it: the code is large enough and reads back, the words
/// can be copied, and neither looking nor saving makes another pass. Gives the picture of the small one.
async fn on_paper(place: &Place, server: &Server, holder: &Browser, time: u64) -> PathBuf {
    let mut pictures = Vec::new();
    for (size, points, least) in [("a6", "297.6", 35.0), ("a4", "595.2", 70.0)] {
        let paper = Paper::fetch(place, holder, &server.origin, size).await;
        assert!(paper.side >= least && paper.side < 1.4 * least, "{size}: {} mm", paper.side);
        for words in
            ["须核对证件", "Check with the document", "护照", "Passport", "8613", "BW", "027-87122256"]
        {
            assert!(paper.text.contains(words), "{size}: {words} in {}", paper.text);
        }
        for line in ["Title:", "Tongxing health pass", "Tagged:          yes", points] {
            assert!(paper.info.contains(line), "{size}: {line} in {}", paper.info);
        }
        assert!(paper.holds(b"/Lang(en)") && paper.holds(b"pdfuaid"));
        let image = ["--image", paper.picture.to_str().unwrap()];
        let alone = verify(place, &image, time);
        assert_eq!((&alone["verdict"], &alone["reasons"]), (&json!("CHECK"), &json!(["match_document"])));
        let beside = verify(place, &[&image[..], &["--document-matches"]].concat(), time);
        assert_eq!(beside["verdict"], json!("PASS"), "{size}");
        pictures.push(paper.picture);
    }
    let stranger = server.browser();
    assert_eq!(stranger.get("/my-code/print/a6.pdf").await.status.as_u16(), 403);
    assert_eq!(holder.get("/my-code/print/a5.pdf").await.status.as_u16(), 404);
    pictures.swap_remove(0)
}

/// A camera that fails: without script the holder reads a short code off a plain page, the inspector types it.
async fn short_code(place: &Place, server: &Server, holder: &Browser) {
    let gate = server.browser();
    gate.sign_in(&place.staff("gate", "Gate 3", "inspector")).await;
    let page = holder.get("/my-code/short-code").await;
    let page = holder.submit(&page, "/my-code/short-code", &[]).await;
    let shown = Regex::new(r"[2-9A-HJKMNP-Z]{4} [2-9A-HJKMNP-Z]{4}").unwrap();
    let code = shown.find(&page.html).expect("a short code").as_str().to_lowercase();
    let form = gate.get("/check").await;
    let check = gate.submit(&form, "/check", &[("text", &code)]).await;
    assert!(check.html.contains("verdict is-check") && check.html.contains("8613"), "{}", check.html);
    let wrong = gate.submit(&form, "/check", &[("text", "2222 2222")]).await;
    assert!(wrong.html.contains("verdict is-stop") && !wrong.html.contains("class=\"identity\""));
}

/// Many checks in one run: a line that is no request gets its error, and the run goes on.
async fn a_batch(place: &Place, server: &Server, live: &Code) {
    fetch_lists(place, server, live).await;
    let lists = lists(place);
    let lines = [
        json!({ "text": live.text, "at": live.time }).to_string(),
        "no JSON".to_owned(),
        json!({ "text": live.text, "at": live.time + 61 }).to_string(),
        json!({ "text": live.text, "at": live.time, "temperature": 38.1 }).to_string(),
        json!({ "text": live.text, "at": live.time, "trust": [] }).to_string(),
        json!({ "text": "TX1:ABC" }).to_string(),
    ];
    let arguments: Vec<&str> =
        ["verify", "--jsonl"].into_iter().chain(lists.iter().map(String::as_str)).collect();
    let output = place.feed(&arguments, &(lines.join("\n") + "\n"));
    assert!(output.status.success(), "{}", output.status);
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let verdicts: Vec<&str> = answers.iter().map(|a| a["verdict"].as_str().unwrap_or("error")).collect();
    assert_eq!(verdicts, ["PASS", "error", "CHECK", "STOP", "STOP", "STOP"]);
    assert!(answers[1]["error"].is_string());
    assert_eq!(answers[3]["reasons"], json!(["temperature"]));
    assert_eq!(answers[4]["signature"], "unknown_key");
}
