//! Invented people, and how they apply.
#![allow(dead_code, reason = "each test takes a part")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, missing_docs, reason = "test support")]

use std::time::Duration;

use blackbox::{Browser, Page};
use regex::Regex;
use serde_json::{Value, json};

/// Somebody who does not exist, with a passport of Utopia.
#[derive(Clone, Copy)]
pub struct Person {
    pub number: &'static str,
    pub family: &'static str,
    pub given: &'static str,
    /// Day, month, year.
    pub birth: [&'static str; 3],
}

impl Person {
    pub fn birth_date(&self) -> String {
        let [day, month, year] = self.birth;
        format!("{year}-{month:0>2}-{day:0>2}")
    }

    pub fn csv(&self) -> String {
        let row = [self.number, self.family, self.given, &self.birth_date()].join(",");
        format!(
            "kind,issuing_state,nationality,expiry_date,number,family_name,given_names,birth_date\n\
             passport,UTO,UTO,2034-05-06,{row}\n"
        )
    }

    pub fn json(&self) -> Value {
        json!({
            "kind": "passport", "number": self.number, "issuing_state": "UTO", "nationality": "UTO",
            "family_name": self.family, "given_names": self.given, "birth_date": self.birth_date(),
            "expiry_date": "2034-05-06",
        })
    }
}

/// What must stand nowhere in the clear.
pub fn canaries(people: &[Person]) -> Vec<&'static str> {
    people.iter().flat_map(|person| [person.number, person.family, person.given]).collect()
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
    let document = browser.submit(&kind, "/apply/kind", &[("kind", "passport")]).await;
    let mut fields = vec![("number", person.number), ("issuing_state", "UTO")];
    fields.extend([("expiry_day", "6"), ("expiry_month", "5"), ("expiry_year", "2034")]);
    let page = browser.submit(&document, "/apply/document", &fields).await;
    let [day, month, year] = person.birth;
    let mut fields = vec![("family", person.family), ("given", person.given), ("nationality", "UTO")];
    fields.extend([("birth_day", day), ("birth_month", month), ("birth_year", year), ("sex", "F")]);
    let page = browser.submit(&page, "/apply/person", &fields).await;
    let division = page.offered("division").into_iter().next().expect("a division to choose");
    let fields = [("division", division.as_str()), ("county", "Test county"), ("address", "1 Test Road")];
    let page = browser.submit(&page, "/apply/residence", &fields).await;
    let truthful = page.offered("truthful").into_iter().next().expect("a box to tick");
    let fields = [("contact", "no"), ("diagnosed", "no"), ("truthful", truthful.as_str())];
    let last = browser.submit(&page, "/apply/health", &fields).await;
    assert_eq!(last.path, "/apply/check", "an answer was not taken ({})", last.status);
    last
}

/// How the application of this phone stands, by what its page offers: `issued`, `not-confirmed` or `other`.
pub async fn state_of(browser: &Browser) -> &'static str {
    let page = browser.get("/application").await;
    assert!(page.status.is_success(), "{}", page.status);
    if page.html.contains("href=\"/my-code\"") {
        "issued"
    } else if page.html.contains("could not confirm") {
        "not-confirmed"
    } else {
        "other"
    }
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
