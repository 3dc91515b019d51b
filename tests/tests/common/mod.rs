//! Invented people, and how they apply.
#![allow(dead_code, reason = "each test takes a part")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, missing_docs, reason = "test support")]

use std::time::Duration;

use blackbox::{Browser, Page, Place};
use regex::Regex;
use serde_json::{Value, json};

pub mod canary;
pub mod codes;
pub mod desk;
pub mod gate;
pub mod paper;

/// Runs every flow on both engines.
#[macro_export]
macro_rules! on_both_engines {
    ($($flow:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $flow() {
                super::$flow(blackbox::Engine::Sqlite).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $flow() {
                super::$flow(blackbox::Engine::Postgres).await;
            })*
        }
    };
}

/// `make soak`: a flow on both engines in its long form.
#[macro_export]
macro_rules! soak_on_both_engines {
    ($flow:ident, $size:ident) => {
        mod soak {
            #[tokio::test]
            #[ignore = "make soak"]
            async fn sqlite() {
                super::$flow(blackbox::Engine::Sqlite, super::$size).await;
            }
            #[tokio::test]
            #[ignore = "make soak"]
            async fn postgres() {
                super::$flow(blackbox::Engine::Postgres, super::$size).await;
            }
        }
    };
}

/// The columns of [`Person::row`].
pub const COLUMNS: &str =
    "kind,issuing_state,nationality,expiry_date,number,family_name,given_names,birth_date\n";

/// Somebody who does not exist, with a passport of Utopia or a permit.
#[derive(Clone, Copy)]
pub struct Person {
    pub kind: &'static str,
    pub number: &'static str,
    pub family: &'static str,
    pub given: &'static str,
    /// Day, month, year.
    pub birth: [&'static str; 3],
}

/// Where all of them say that they stay, and their telephone.
pub const STREET: &str = "77 Quokkaventure Lane";
pub const COUNTY: &str = "Wombatshire";
pub const PHONE: &str = "+8613907137264";

impl Person {
    pub const fn new(
        number: &'static str,
        family: &'static str,
        given: &'static str,
        birth: [&'static str; 3],
    ) -> Self {
        Self { kind: "passport", number, family, given, birth }
    }

    fn is_passport(&self) -> bool {
        self.kind == "passport"
    }

    pub fn birth_date(&self) -> String {
        let [day, month, year] = self.birth;
        format!("{year}-{month:0>2}-{day:0>2}")
    }

    pub fn row(&self) -> String {
        let state = if self.is_passport() { "UTO" } else { "" };
        let start = [self.kind, state, state, "2034-05-06", self.number].join(",");
        format!("{start},{},{},{}\n", self.family, self.given, self.birth_date())
    }

    pub fn json(&self) -> Value {
        let state = if self.is_passport() { "UTO" } else { "" };
        json!({
            "kind": self.kind, "number": self.number, "issuing_state": state, "nationality": state,
            "family_name": self.family, "given_names": self.given, "birth_date": self.birth_date(),
            "expiry_date": "2034-05-06",
        })
    }
}

/// Puts people on file from the command line.
pub fn import(place: &Place, people: &[Person]) -> String {
    let rows: String = people.iter().map(Person::row).collect();
    let file = place.write("filings.csv", format!("{COLUMNS}{rows}"));
    place.run(&["filing", "import", "--unit", "Entry and exit", file.to_str().unwrap()])
}

/// Goes through the whole application, form by form, and gives the page after submitting.
pub async fn apply(browser: &Browser, person: &Person) -> Page {
    let last = answer(browser, person).await;
    browser.submit(&last, "/apply/check", &[]).await
}

/// Answers everything, up to the page that shows the answers.
pub async fn answer(browser: &Browser, person: &Person) -> Page {
    let start = browser.get("/apply").await;
    let kind = browser.submit(&start, "/apply", &[]).await;
    answer_from(browser, &kind, "", person).await
}

/// Answers everything from the first question on; `place` is what stands before the paths: nothing on a phone, `/desk`
/// at a service desk.
pub async fn answer_from(browser: &Browser, kind: &Page, place: &str, person: &Person) -> Page {
    let path = |step: &str| format!("{place}/apply/{step}");
    let page = browser.submit(kind, &path("kind"), &[("kind", person.kind)]).await;
    let mut fields = vec![("number", person.number), ("expiry_day", "6"), ("expiry_month", "5")];
    fields.push(("expiry_year", "2034"));
    if person.is_passport() {
        fields.push(("issuing_state", "UTO"));
    }
    let page = browser.submit(&page, &path("document"), &fields).await;
    let [day, month, year] = person.birth;
    let mut fields = vec![("family", person.family), ("given", person.given), ("sex", "F")];
    fields.extend([("birth_day", day), ("birth_month", month), ("birth_year", year)]);
    fields.push(("nationality", if person.is_passport() { "UTO" } else { "CHN" }));
    let page = browser.submit(&page, &path("person"), &fields).await;
    let division = page.offered("division").into_iter().next().expect("a division to choose");
    let fields = [("division", division.as_str()), ("county", COUNTY), ("address", STREET), ("phone", PHONE)];
    let page = browser.submit(&page, &path("residence"), &fields).await;
    let symptoms = page.offered("symptoms").pop().expect("symptoms to tick");
    assert_eq!(symptoms, "none", "the last box says that there are none");
    let truthful = page.offered("truthful").into_iter().next().expect("a box to tick");
    let fields = [("symptoms", "none"), ("contact", "no"), ("diagnosed", "no"), ("truthful", &truthful)];
    let last = browser.submit(&page, &path("health"), &fields).await;
    assert_eq!(last.path, path("check"), "an answer was not taken ({})", last.status);
    last
}

/// How the application of this phone stands, by the heading that its holder reads.
pub async fn heading(browser: &Browser) -> String {
    let page = browser.get("/application").await;
    assert!(page.status.is_success(), "{}", page.status);
    let heading = page.html.split("<h1>").nth(1).and_then(|rest| rest.split('<').next());
    heading.expect("a heading").to_owned()
}

pub const READY: &str = "Your code is ready";
pub const NOT_CONFIRMED: &str = "We could not confirm these details yet";
pub const CHECKING: &str = "We are checking your application";
pub const MOVED: &str = "Opened on another phone";

/// Waits until the application of this phone stands so.
pub async fn stands(browser: &Browser, wanted: &str) {
    until(|| async { heading(browser).await == wanted }).await;
}

/// The reference numbers on a page.
pub fn reference(page: &Page) -> Option<String> {
    let pattern = Regex::new(r"HB-[2-9A-Z]{4}-[2-9A-Z]{4}").unwrap();
    pattern.find(&page.html).map(|found| found.as_str().to_owned())
}

/// Waits until it is so; fails after 20 s.
pub async fn until<F: Future<Output = bool>>(mut holds: impl FnMut() -> F) {
    for _ in 0..80 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("it did not come about within 20 s");
}
