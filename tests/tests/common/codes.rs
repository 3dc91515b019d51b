//! Showing codes, and checking them with the command and what is published.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use blackbox::{Browser, Page, Phone, Place, Server};
use image::{GrayImage, Luma};
use serde_json::{Value, json};

/// A live code and the server's time when it was made.
pub struct Code {
    pub text: String,
    pub time: u64,
}

/// A code that a phone with a new key shows.
pub async fn live_code(server: &Server, holder: &Browser) -> Code {
    let page = holder.get("/my-code").await;
    assert!(page.status.is_success(), "{}", page.status);
    let phone = Phone::new();
    let (status, answer) = phone.ask(holder, &page, &server.origin).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["colour"], "green");
    let pass = URL_SAFE_NO_PAD.decode(answer["pass"].as_str().unwrap()).unwrap();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds since 1970")]
    let time = answer["server_time"].as_f64().unwrap() as u64;
    Code { text: phone.show(&pass, time), time }
}

/// Fetches the trust list, and the status list that the pass names, as a checker from outside does.
pub async fn fetch_lists(place: &Place, server: &Server, code: &Code) {
    let browser = server.browser();
    for name in ["trust.jws", "root.json"] {
        place.write(name, browser.get(&format!("/.well-known/tongxing-{name}")).await.html);
    }
    place.write("status.cwt", b"");
    let uri = verdict(place, code)["payload"]["status"]["status_list"]["uri"].clone();
    let list = browser.client.get(uri.as_str().unwrap()).send().await.unwrap();
    assert!(list.status().is_success());
    place.write("status.cwt", list.bytes().await.unwrap());
}

/// What the command says of a code at its own time, with the lists that were fetched.
pub fn verdict(place: &Place, code: &Code) -> Value {
    verify(place, &[&code.text], code.time)
}

/// What `tongxing verify` says, with these arguments.
pub fn verify(place: &Place, arguments: &[&str], at: u64) -> Value {
    let lists = lists(place);
    let mut all = vec!["verify"];
    all.extend(lists.iter().map(String::as_str));
    let at = at.to_string();
    all.extend(["--at", &at, "--json"]);
    all.extend(arguments);
    let output = place.output(&all);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The options that name the files of trust list, root and status list.
pub fn lists(place: &Place) -> [String; 6] {
    let file = |name| place.folder().join(name).to_str().unwrap().to_owned();
    let option = |name: &str, file| [name.to_owned(), file];
    let [trust, root, status] = ["trust.jws", "root.json", "status.cwt"].map(file);
    let options = [option("--trust", trust), option("--root", root), option("--status", status)];
    options.concat().try_into().expect("three pairs")
}

/// With fresh lists, the code passes.
pub async fn assert_passes(place: &Place, server: &Server, code: &Code) {
    fetch_lists(place, server, code).await;
    let said = verdict(place, code);
    assert_eq!((&said["verdict"], &said["reasons"]), (&json!("PASS"), &json!([])));
}

/// With fresh lists, the code is stopped because it was withdrawn.
pub async fn assert_withdrawn(place: &Place, server: &Server, code: &Code) {
    fetch_lists(place, server, code).await;
    let said = verdict(place, code);
    assert_eq!((&said["verdict"], &said["reasons"]), (&json!("STOP"), &json!(["withdrawn"])));
}

/// The QR code that stands on a page as SVG, as a picture that a camera would take of it.
pub fn picture_of(page: &Page) -> Vec<u8> {
    const SCALE: u32 = 8;
    let svg = page.html.split("<svg class=\"qr\"").nth(1).expect("a QR code on the page");
    let side: u32 = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let path = svg.split("d=\"").nth(2).expect("the dark modules").split('"').next().unwrap();
    let mut image = GrayImage::from_pixel(side * SCALE, side * SCALE, Luma([255]));
    for run in path.split('z').filter(|run| !run.is_empty()) {
        let numbers: Vec<u32> =
            run.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
        let [x, y, length, 1, _] = numbers[..] else { panic!("{run}") };
        for (across, down) in (0..length * SCALE).flat_map(|a| (0..SCALE).map(move |d| (a, d))) {
            image.put_pixel(x * SCALE + across, y * SCALE + down, Luma([0]));
        }
    }
    png(&image.into())
}

/// A picture of something, as a phone would send one.
pub fn photo() -> Vec<u8> {
    let shade = |at: u32| u8::try_from(at % 251).expect("below 256");
    let paint = |x, y| image::Rgb([shade(x * 3 + y), shade(x + y * 7), shade(x * y)]);
    png(&image::RgbImage::from_fn(320, 200, paint).into())
}

fn png(image: &image::DynamicImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
