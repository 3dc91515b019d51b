//! The inspector's page through the real router.

mod bounds;
mod configuration;
mod import;
pub(crate) mod outbox;
mod short;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::Role;

use crate::pass::testing::{HEALTHY, coughing, phone};

use crate::testing::{Answer, Browser, TestServer};

const BOUNDARY: &str = "----tongxing-test";

/// Sends the form of `/check` as browsers do; the photo is a file field.
pub async fn check(
    server: &TestServer,
    browser: &mut Browser,
    fields: &[(&str, &str)],
    photo: &[u8],
) -> Answer {
    let mut body = Vec::new();
    let token = browser.csrf();
    for (name, text) in [("csrf", token.as_str())].iter().chain(fields) {
        let part =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(photo);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let request = Request::builder()
        .method(Method::POST)
        .uri("/check")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    server.send(browser, request, Body::from(body)).await
}

/// The text of a hidden field.
pub fn hidden(answer: &Answer, name: &str) -> String {
    let html = answer.text();
    let field = format!("name=\"{name}\" value=\"");
    let rest = html.split_once(&field).unwrap_or_else(|| panic!("no {name} in {html}")).1;
    let text = rest.split('"').next().unwrap_or_default();
    text.replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
}

/// What ties a verdict's forms to its scan, as its page carries it.
pub fn tied(answer: &Answer) -> Vec<(&'static str, String)> {
    ["check", "text", "scanned", "bond"].map(|name| (name, hidden(answer, name))).into()
}

/// Sends a form of a verdict's page with what was typed.
pub async fn more(
    server: &TestServer,
    browser: &mut Browser,
    page: &Answer,
    typed: &[(&str, &str)],
) -> Answer {
    let tied = tied(page);
    let mut fields: Vec<(&str, &str)> = tied.iter().map(|(name, text)| (*name, text.as_str())).collect();
    fields.extend(typed);
    check(server, browser, &fields, b"").await
}

async fn inspector(server: &TestServer) -> Browser {
    let mut browser = server.signed_in("Gate 7", &[Role::Inspector]).await;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    browser
}

#[tokio::test]
async fn only_inspectors_check() {
    let server = TestServer::start().await;
    for role in Role::ALL {
        let mut browser = server.signed_in("Unit", &[role]).await;
        let allowed = role == Role::Inspector;
        let expected = if allowed { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(server.get(&mut browser, "/check").await.status, expected, "{role}");
        assert_eq!(check(&server, &mut browser, &[("text", "x")], b"").await.status, expected, "{role}");
    }
    let nobody = server.get(&mut Browser::default(), "/check").await;
    assert_eq!(nobody.location, "/staff/sign-in");
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_code_stops_and_shows_no_identity() {
    let server = TestServer::start().await;
    let mut browser = inspector(&server).await;
    for text in ["TX1:", "TX1:NOT BASE45 \u{1F600}", "hello", "<script>alert(1)</script>", "HC1:6BF"] {
        let answer = check(&server, &mut browser, &[("text", text)], b"").await;
        let html = answer.text();
        assert_eq!(answer.status, StatusCode::OK, "{text}");
        assert!(html.contains("verdict is-stop"), "{text}");
        let words = if text.starts_with("HC1:") {
            "not a code that counts"
        } else {
            "not a health code of this service"
        };
        assert!(html.contains(words), "{text}");
        assert!(!html.contains("class=\"identity\"") && !html.contains("<script>alert"), "{text}");
    }
    let short = check(&server, &mut browser, &[("text", "7k3m-92qd")], b"").await.text();
    assert!(short.contains("verdict is-stop") && short.contains("There is no such short code"));
    assert!(!short.contains("class=\"identity\""));
    server.stop().await;
}

#[tokio::test]
async fn a_temperature_is_judged_said_back_and_corrected_in_words() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &coughing()).await;
    let pass = phone.pass(&server).await;
    let code = phone.show(&pass, now(&server));
    let mut browser = inspector(&server).await;
    let fields = |temperature| [("text", code.as_str()), ("temperature", temperature)];
    let normal = check(&server, &mut browser, &fields("37,2"), b"").await.text();
    assert!(normal.contains("verdict is-check") && normal.contains("37.2 °C: below 37.3 °C"), "{normal}");
    let high = check(&server, &mut browser, &fields("37.3"), b"").await.text();
    assert!(high.contains("verdict is-stop") && high.contains("37.3 °C is at or above 37.3 °C"));
    let wrong = check(&server, &mut browser, &fields("37.25"), b"").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = wrong.text();
    // The verdict stays, without the reading; what was typed stays in its field.
    assert!(html.contains("verdict is-check") && html.contains("value=\"37.25\""));
    assert!(html.contains("id=\"temperature-error\""));
    assert!(check(&server, &mut browser, &fields("50"), b"").await.text().contains("from 34.0 to 43.0"));
    server.stop().await;
}

#[tokio::test]
async fn a_form_without_a_code_says_what_to_do() {
    let server = TestServer::start().await;
    let mut browser = inspector(&server).await;
    let empty = check(&server, &mut browser, &[("text", " ")], b"").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("id=\"text-error\""));
    let no_picture = check(&server, &mut browser, &[("text", "")], b"%PDF-1.4").await;
    assert_eq!(no_picture.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(no_picture.text().contains("neither a JPEG nor a PNG"));
    let large = vec![0; super::PHOTO_LIMIT + 1];
    let too_large = check(&server, &mut browser, &[("text", "")], &large).await;
    assert_eq!(too_large.status, StatusCode::PAYLOAD_TOO_LARGE);
    let html = too_large.text();
    assert!(html.contains("id=\"photo-error\"") && html.contains("The photo is larger than 5 MB"), "{html}");
    assert!(html.contains("data-check"), "the form is there to go on with");
    server.stop().await;
}

#[tokio::test]
async fn the_language_switch_keeps_the_verdict_and_what_was_typed() {
    let server = TestServer::start().await;
    let mut browser = inspector(&server).await;
    let scan = check(&server, &mut browser, &[("text", "7K3M92QD")], b"").await;
    let switch = [("language", "zh-Hans"), ("temperature", "36.8")];
    let verdict = more(&server, &mut browser, &scan, &switch).await;
    let html = verdict.text();
    assert!(html.contains("verdict is-stop") && html.contains("暂不通行") && html.contains("value=\"36.8\""));
    let typed =
        check(&server, &mut browser, &[("language", "zh-Hant"), ("text", "TX1:HALF")], b"").await.text();
    assert!(
        !typed.contains("class=\"verdict")
            && typed.contains("value=\"TX1:HALF\"")
            && typed.contains("核驗健康碼")
    );
    server.stop().await;
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let server = TestServer::start().await;
    let mut browser = inspector(&server).await;
    let forged = server.post(&mut browser, "/check", &[("text", "x"), ("csrf", "guess")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    server.stop().await;
}

fn now(server: &TestServer) -> u64 {
    server.app.now().seconds().unsigned_abs()
}

#[tokio::test]
async fn a_live_code_passes_and_stays_passed_while_the_temperature_is_taken() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let pass = phone.pass(&server).await;
    let (code, scanned) = (phone.show(&pass, now(&server)), now(&server).to_string());
    let (minutes, judged) = (Duration::from_mins, [("temperature", "36.6")]);
    let mut browser = inspector(&server).await;
    let scan = check(&server, &mut browser, &[("text", &code)], b"").await;
    let html = scan.text();
    assert!(html.contains("verdict is-pass") && html.contains("class=\"identity\""), "{html}");
    assert!(html.contains("12 August") && html.contains("Passport"));
    assert!(html.contains(&format!("name=\"scanned\" value=\"{scanned}\"")));
    for pause in [2, 18, 10] {
        server.advance(minutes(pause));
        assert!(
            more(&server, &mut browser, &scan, &judged).await.text().contains("verdict is-pass"),
            "{pause}"
        );
    }
    // The same text scanned anew is an old picture by now.
    let picture = check(&server, &mut browser, &[("text", &code)], b"").await.text();
    assert!(picture.contains("verdict is-check") && picture.contains("This is a picture"));
    // Nor does a time that the form claims make it a scan of then.
    let claimed = [("text", code.as_str()), ("scanned", &scanned), ("temperature", "36.6")];
    assert!(check(&server, &mut browser, &claimed, b"").await.text().contains("This is a picture"));
    server.advance(Duration::from_secs(1));
    assert!(more(&server, &mut browser, &scan, &judged).await.text().contains("This is a picture"));
    server.stop().await;
}

#[tokio::test]
async fn a_forged_code_shows_nothing_of_anybody() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let mut pass = phone.pass(&server).await;
    *pass.last_mut().unwrap() ^= 1;
    let mut browser = inspector(&server).await;
    let html = check(&server, &mut browser, &[("text", &credential::to_text(&pass))], b"").await.text();
    assert!(html.contains("verdict is-stop") && html.contains("forged or was changed"), "{html}");
    assert!(!html.contains("class=\"identity\"") && !html.contains("12 August"));
    server.stop().await;
}

#[tokio::test]
async fn a_printed_pass_needs_the_document_and_a_withdrawn_one_stops() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    server.post(&mut phone.browser, "/my-code/print", &[]).await;
    let printed = crate::pass::issue::printed_now(&server.app, phone.holder).await.unwrap().unwrap();
    let text = credential::to_text(&printed.signed);
    let text = text.as_str();
    let mut browser = inspector(&server).await;
    let html = check(&server, &mut browser, &[("text", text)], b"").await.text();
    assert!(html.contains("verdict is-check") && html.contains("name=\"document_matches\" value=\"yes\""));
    let fields = [("text", text), ("document_matches", "yes")];
    assert!(check(&server, &mut browser, &fields, b"").await.text().contains("verdict is-pass"));
    server.post(&mut phone.browser, "/my-code/print", &[]).await;
    server.advance(Duration::from_secs(2));
    let old = check(&server, &mut browser, &fields, b"").await.text();
    assert!(old.contains("verdict is-stop") && old.contains("withdrawn"), "{old}");
    server.stop().await;
}

#[tokio::test]
async fn a_photo_of_the_code_is_read() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let pass = phone.pass(&server).await;
    let photo = picture_of(&phone.show(&pass, now(&server)));
    let mut browser = inspector(&server).await;
    let html = check(&server, &mut browser, &[("text", "")], &photo).await.text();
    assert!(html.contains("verdict is-pass"), "{html}");
    let poster = picture_of("https://shop.example");
    assert!(check(&server, &mut browser, &[], &poster).await.text().contains("verdict is-stop"));
    server.stop().await;
}

/// A PNG of the text as a QR code, four pixels a module.
fn picture_of(text: &str) -> Vec<u8> {
    let code = fast_qr::QRBuilder::new(text).ecl(fast_qr::ECL::M).build().unwrap();
    let side = u32::try_from(code.size + 8).unwrap() * 4;
    let image = image::GrayImage::from_fn(side, side, |x, y| {
        let at = |pixel: u32| usize::try_from(pixel / 4).unwrap().checked_sub(4).filter(|&m| m < code.size);
        let dark = at(x).zip(at(y)).is_some_and(|(x, y)| code[y][x].value());
        image::Luma([if dark { 0 } else { 255 }])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    image.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}
