//! A partner application from end to end, with the sample client that the documentation gives: entry, consent, code,
//! check, trip, correction, taking it back; on both engines.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use blackbox::{Browser, Engine, Place, Server};
use common::canary::{nothing_personal_is_left, strangers_learn_nothing};
use common::{COUNTY, PHONE, Person, READY, STREET, import, stands, until};
use serde_json::{Value, json};

const FILED: Person = Person::new("XJ5528107", "FITZWILLOUGHBY", "PERPETUANNA", ["8", "4", "1979"]);

on_both_engines!(partner);

/// The application: the sample client, run as anybody would run it.
struct Application<'a> {
    server: &'a Server,
    key: PathBuf,
    device: PathBuf,
}

impl Application<'_> {
    fn call(&self, function: &str, body: &Value) -> (u64, Value) {
        let (key, body) = (self.key.to_str().unwrap(), body.to_string());
        answered(&["call", key, &self.server.origin, function, &body])
    }

    fn pass(&self, grant: &str) -> (u64, Value) {
        let (key, device) = (self.key.to_str().unwrap(), self.device.to_str().unwrap());
        answered(&["pass", key, &self.server.origin, grant, device])
    }

    fn show(&self, pass: &str) -> String {
        sample(&["show", self.device.to_str().unwrap(), pass])
    }
}

fn answered(arguments: &[&str]) -> (u64, Value) {
    let answer: Value = serde_json::from_str(&sample(arguments)).unwrap();
    (answer["status"].as_u64().unwrap(), answer["body"].clone())
}

fn sample(arguments: &[&str]) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/samples/partner.mjs");
    let run = Command::new("node").arg(file).args(arguments).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap().trim().to_owned()
}

async fn partner(engine: Engine) {
    let place = Place::new(engine).await;
    import(&place, &[FILED]);
    let key = place.folder().join("partner-key.json");
    let public = place.write("partner-public.json", sample(&["keys", key.to_str().unwrap()]));
    let all = "apply,query,make_code,declare_health,declare_trip,correct,verify_code";
    let back = "https://app.example/back";
    let added = place.run(&[
        "partner",
        "add",
        "--name",
        "Example Pay",
        "--return-address",
        back,
        "--functions",
        all,
        "--key",
        public.to_str().unwrap(),
    ]);
    assert!(added.starts_with("keyid  "), "{added}");
    let server = Server::start(&place).await;
    let application =
        Application { server: &server, device: place.folder().join("device-key.json"), key: key.clone() };

    let grant = entry(&application);
    let holder = server.browser();
    allow(&application, &holder, &grant).await;
    stands(&holder, READY).await;
    until(|| async { application.call("query", &json!({"grant": grant.0})).1["state"] == "issued" }).await;
    functions(&application, &holder, &grant.0).await;
    taken_back(&application, &holder, &grant.0).await;

    place.run(&["partner", "suspend", "Example Pay"]);
    let (status, refused) = application.call("verify", &json!({"text": "x"}));
    assert_eq!((status, &refused["detail"]), (403, &json!("this partner is suspended")));
    strangers_learn_nothing(&server, &[FILED]).await;
    server.stop();
    std::fs::remove_file(key).unwrap();
    nothing_personal_is_left(&place, &[FILED]).await;
}

/// Asks to enter; gives the grant and the path of the link.
fn entry(application: &Application<'_>) -> (String, String) {
    let body = json!({
        "document": FILED.json(), "phone": PHONE, "language": "en",
        "functions": ["query", "make_code", "declare_health", "declare_trip", "correct"], "days": 30,
    });
    let mut body = body;
    body["document"]["sex"] = json!("F");
    let (status, entered) = application.call("entries", &body);
    assert_eq!(status, 200, "{entered}");
    let url = entered["url"].as_str().unwrap();
    let path = url.strip_prefix(&application.server.origin).unwrap().to_owned();
    (entered["grant"].as_str().unwrap().to_owned(), path)
}

/// The person opens the link, sees what it is about, allows it, and goes on where an answer lacks.
async fn allow(application: &Application<'_>, holder: &Browser, (grant, path): &(String, String)) {
    let (status, _) = application.call("query", &json!({"grant": grant}));
    assert_eq!(status, 403, "nobody has been asked yet");
    let page = holder.get(path).await;
    for shown in ["Example Pay", FILED.family, FILED.given, "1979-04-08"] {
        assert!(page.html.contains(shown), "{shown}");
    }
    let page = holder.submit(&page, path, &[("answer", "allow")]).await;
    assert_eq!(page.path, "/apply/residence", "the rest was passed on");
    let division = page.offered("division").into_iter().next().expect("a division to choose");
    let fields = [("division", division.as_str()), ("county", COUNTY), ("address", STREET), ("phone", PHONE)];
    let page = holder.submit(&page, "/apply/residence", &fields).await;
    let fields = [("symptoms", "none"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")];
    let page = holder.submit(&page, "/apply/health", &fields).await;
    let done = holder.submit(&page, "/apply/check", &[]).await;
    assert!(done.html.contains("href=\"https://app.example/back\""), "the way back");
    let used_up = holder.get(path).await;
    assert_eq!(used_up.status.as_u16(), 410, "the link counts once");
}

async fn functions(application: &Application<'_>, holder: &Browser, grant: &str) {
    let (status, pass) = application.pass(grant);
    assert_eq!((status, &pass["colour"]), (200, &json!("green")), "{pass}");
    let text = application.show(pass["pass"].as_str().unwrap());
    let (_, verdict) = application.call("verify", &json!({"text": text, "temperature": "36.6"}));
    assert_eq!(
        (&verdict["verdict"], &verdict["items"]["last_four"]),
        (&json!("pass"), &json!("8107")),
        "{verdict}"
    );

    let trip =
        json!({"grant": grant, "place": "310000", "from": today(), "to": today(), "transport": "train"});
    assert_eq!(application.call("trips", &trip).0, 200);
    assert!(holder.get("/my-code/trips").await.html.contains("Example Pay"));

    let health = json!({"grant": grant, "symptoms": ["cough"], "contact": false, "diagnosed": false, "truthful": true});
    assert_eq!(application.call("health", &health).0, 200);
    assert_eq!(application.call("health", &health).0, 429, "once a day");
    let (_, pass) = application.pass(grant);
    assert_eq!(pass["colour"], "yellow");

    let empty = json!({"grant": grant, "why": "mistake", "document": {}});
    let (status, refused) = application.call("corrections", &empty);
    assert_eq!(status, 422, "nothing changes, so nothing is voided: {refused}");
    let correction =
        json!({"grant": grant, "why": "mistake", "document": {"given_names": "PERPETUANNA QUIRRELDA"}});
    let (status, sent) = application.call("corrections", &correction);
    assert_eq!((status, &sent["state"]), (200, &json!("submitted")), "{sent}");
    let (_, state) = application.call("query", &json!({"grant": grant}));
    assert_eq!(state["has_code"], true, "the code works until it is decided: {state}");
}

async fn taken_back(application: &Application<'_>, holder: &Browser, grant: &str) {
    let (_, pass) = application.pass(grant);
    let data = holder.get("/my-data").await;
    assert!(data.html.contains("Was given the code"), "each use is seen");
    let page = holder.get("/my-data/apps").await;
    let page = holder.submit(&page, "/my-data/apps", &[("grant", grant)]).await;
    assert!(page.html.contains("Ended"), "{}", page.path);
    for function in ["query", "corrections", "health"] {
        let body = match function {
            "query" => json!({"grant": grant}),
            "corrections" => json!({"grant": grant, "why": "mistake", "document": {}}),
            _ => {
                json!({"grant": grant, "symptoms": [], "contact": false, "diagnosed": false, "truthful": true})
            }
        };
        let (status, refused) = application.call(function, &body);
        assert_eq!((status, &refused["type"]), (403, &json!("/problems/no-grant")), "{function}");
    }
    let text = application.show(pass["pass"].as_str().unwrap());
    let (_, verdict) = application.call("verify", &json!({"text": text}));
    assert!(verdict["reasons"].as_array().unwrap().contains(&json!("withdrawn")), "{verdict}");
}

/// The day in Shanghai.
fn today() -> String {
    let days = (blackbox::now() + 8 * 3600) / 86_400;
    // Howard Hinnant's civil_from_days.
    let z = i64::try_from(days).unwrap() + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}
