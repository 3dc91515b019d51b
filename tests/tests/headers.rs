//! Every route, whoever asks for it with whatever: the security headers are there, and it is never our fault.
#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(clippy::print_stdout, reason = "the counts are what these tests show")]
#![allow(clippy::disallowed_types, reason = "garbage that nobody chose")]

use std::collections::BTreeMap;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use blackbox::{Browser, Engine, Place, Server};
use reqwest::{Client, Method, RequestBuilder, Response};

/// Paths that no route has.
const NOWHERE: [&str; 4] = ["/no-such-page", "/api/v1/no-such", "/assets/../../etc/passwd", "/%00"];
const CONTENT_TYPES: [&str; 7] = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/json",
    "application/x-www-form-urlencoded; charset=utf-16",
    "text/\u{7f}",
    "",
];

/// Method and path of every route, with something in the place of parameters.
fn routes() -> Vec<(Method, String)> {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/roles.csv");
    let table = std::fs::read_to_string(table).unwrap();
    let routes: Vec<_> = table
        .lines()
        .skip(1)
        .map(|line| {
            let mut columns = line.split(',');
            let method = columns.next().unwrap().parse().unwrap();
            let parameter = regex::Regex::new(r"\{[^}]*\}").unwrap();
            (method, parameter.replace_all(columns.next().unwrap(), "0d3c5a7e91b2f446").into_owned())
        })
        .collect();
    assert!(routes.len() > 20, "the table of routes has {} lines", routes.len());
    routes
}

/// Those who ask: nobody, a phone, every role of staff at once, a program.
struct Askers {
    phone: Browser,
    staff: Browser,
    nobody: Client,
    token: String,
}

impl Askers {
    async fn new(place: &Place, server: &Server) -> Self {
        let roles = "filing_officer,desk_officer,reviewer,inspector,health_officer,administrator,auditor";
        let account = place.staff("everything", "Everything", roles);
        let (phone, staff) = (server.browser(), server.browser());
        let start = phone.get("/apply").await;
        phone.submit(&start, "/apply", &[]).await;
        staff.sign_in(&account).await;
        let nobody = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { phone, staff, nobody, token: place.client("program", "Everything") }
    }

    fn requests(&self, method: &Method, address: &str) -> [RequestBuilder; 4] {
        let by = |client: &Client| client.request(method.clone(), address);
        let program = by(&self.nobody).bearer_auth(&self.token).header("idempotency-key", "x");
        [by(&self.nobody), by(&self.phone.client), by(&self.staff.client), program]
    }
}

fn check(answer: &Response, what: &str) {
    let header = |name: &str| answer.headers().get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
    assert!(!answer.status().is_server_error(), "{what}: {}", answer.status());
    assert!(header("content-security-policy").contains("default-src 'none'"), "{what}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(header("x-frame-options"), "DENY", "{what}");
    assert!(!header("cache-control").is_empty(), "{what}");
}

#[tokio::test]
async fn every_answer_carries_them() {
    let place = Place::new(Engine::Sqlite).await;
    let server = Server::start(&place).await;
    let askers = Askers::new(&place, &server).await;
    let mut asked = 0;
    for (method, path) in routes().into_iter().chain(NOWHERE.map(|path| (Method::GET, path.to_owned()))) {
        for other in [Method::GET, Method::HEAD, method.clone(), Method::PUT, Method::OPTIONS] {
            for request in askers.requests(&other, &format!("{}{path}", server.origin)) {
                // Signing out would make the rest of the requests somebody else's.
                if other != Method::POST || !path.ends_with("sign-out") {
                    check(&request.send().await.unwrap(), &format!("{other} {path}"));
                    asked += 1;
                }
            }
        }
    }
    println!("{asked} requests");
    server.stop();
}

#[tokio::test]
async fn garbage_is_never_our_fault() {
    let place = Place::new(Engine::Sqlite).await;
    let server = Server::start(&place).await;
    let askers = Askers::new(&place, &server).await;
    let csrf =
        [askers.phone.get("/apply/kind").await.csrf(), askers.staff.get("/staff/account").await.csrf()];
    let mut answers = BTreeMap::new();
    for (method, path) in routes() {
        if method != Method::POST {
            let query = format!("{}{path}?{}", server.origin, "a[]=%FF&".repeat(500));
            for request in askers.requests(&method, &query) {
                let answer = request.header("accept-language", "zh,".repeat(900)).send().await;
                check(&answer.unwrap(), &format!("{method} {path}"));
            }
            continue;
        }
        for body in bodies(&csrf) {
            let [nobody, phone, staff, program] =
                askers.requests(&method, &format!("{}{path}", server.origin));
            let request = if path.starts_with("/api/v1/filings") {
                program
            } else if path.contains("my-code") || path.starts_with("/appl") {
                phone.header("x-csrf-token", &csrf[0])
            } else if path.starts_with("/recover") || path.ends_with("sign-in") || path.ends_with("sign-out")
            {
                nobody
            } else {
                staff
            };
            let request = request.header("origin", &server.origin).header("content-type", body.0);
            // A body beyond the limit may be cut off by a server that does not read it to its end.
            match request.body(body.1).send().await {
                Ok(answer) => {
                    check(&answer, &format!("{method} {path} as {}", body.0));
                    *answers.entry(answer.status().as_u16()).or_insert(0_u32) += 1;
                }
                Err(error) => assert!(error.is_request() || error.is_body(), "{path}: {error}"),
            }
        }
    }
    println!("answers by status: {answers:?}");
    let ready = server.browser().get("/readyz").await;
    assert!(ready.status.is_success());
    server.stop();
    assert!(!blackbox::server_log(&place).contains("panicked"));
}

/// A content type and a body each: random bytes, huge ones, broken forms; some with a token that counts.
fn bodies(csrf: &[String; 2]) -> Vec<(&'static str, Vec<u8>)> {
    let random = |length: usize| {
        let mut bytes = vec![0; length];
        SystemRandom::new().fill(&mut bytes).unwrap();
        bytes
    };
    let mut bodies: Vec<(&'static str, Vec<u8>)> = CONTENT_TYPES
        .iter()
        .filter(|kind| kind.bytes().all(|b| b != 0x7f))
        .map(|kind| (*kind, random(300)))
        .collect();
    bodies.push((CONTENT_TYPES[0], vec![b'&'; 200_000]));
    bodies.push((CONTENT_TYPES[3], vec![b'['; 60_000]));
    for token in csrf {
        let fields = "&kind=%F0%28%8C%28&number=%00&roles=x&version=99999999999999999999&decision=approve&text=TX1:&code=\u{fe}";
        bodies.push((CONTENT_TYPES[0], format!("csrf={token}{fields}").into_bytes()));
        let part = |name: &str, text: &str| {
            format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let file = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"\u{0}\"\r\n\r\n";
        let start = part("csrf", token) + &part("text", &"TX1:".repeat(99)) + file;
        bodies.push((CONTENT_TYPES[1], [start.as_bytes(), &random(5000), b"\r\n--x--"].concat()));
    }
    bodies
}
