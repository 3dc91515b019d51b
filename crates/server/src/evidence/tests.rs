//! Evidence by hand, through the real router: two units, and nobody alone.

use std::time::Duration;

use axum::http::{StatusCode, header};
use domain::Role;
use domain::colour::{Colour, Fact};
use domain::id::kind::{EvidenceProposalId, HolderId};
use store::rows::decision::DecisionRow;
use store::{StoreError, call, read, transact};

use super::bulk::AN_HOUR;
use crate::pass::testing::{HEALTHY, Phone, phone};
use crate::testing::{Answer, Browser, TestServer};

mod api;
mod import;

const DAY: Duration = Duration::from_hours(24);

/// Two units with officers; the second of the first unit too.
pub(crate) struct Desk {
    pub server: TestServer,
    pub wang: Browser,
    pub zhao: Browser,
    pub li: Browser,
}

/// Where an answer leads; nowhere where it is a page.
pub(crate) fn led(answer: &Answer) -> String {
    answer.headers.get(header::LOCATION).map_or("", |path| path.to_str().unwrap()).to_owned()
}

/// Finds a holder by their document, as an officer does.
async fn find(server: &TestServer, officer: &mut Browser, holder: HolderId) {
    let document =
        read!(server.app.store, "test.document", StoreError, |tx| { call!(tx, holder::document(holder)) });
    let number = document.unwrap().unwrap().number;
    let fields = [("kind", "passport"), ("number", number.canonical()), ("issuing_state", "UTO")];
    let found = server.post(officer, "/evidence/find", &fields).await;
    assert_eq!(led(&found), format!("/evidence/people/{holder}"), "{}", found.text());
}

/// A fact as it is typed.
fn typed<'a>(kind: &'a str, at: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", kind),
        ("result", ""),
        ("method", ""),
        ("at", at),
        ("until", ""),
        ("reference", "2026-117"),
        ("note", ""),
    ]
}

impl Desk {
    pub async fn open() -> Self {
        let server = TestServer::start().await;
        let health = [Role::HealthOfficer];
        let wang = server.signed_in("Wuhan", &health).await;
        let zhao = server.signed_in("Wuhan", &health).await;
        let li = server.signed_in("Hubei", &health).await;
        Self { server, wang, zhao, li }
    }

    /// An hour ago, as it is typed.
    fn earlier(&self) -> String {
        crate::casework::when::typed(self.server.app.now().minus(Duration::from_hours(1)))
    }

    pub async fn add(&mut self, holder: HolderId, kind: &str) -> Answer {
        let at = self.earlier();
        find(&self.server, &mut self.wang, holder).await;
        self.server.post(&mut self.wang, &format!("/evidence/people/{holder}"), &typed(kind, &at)).await
    }

    /// Proposes, and gives where the proposal stands.
    pub async fn propose(&mut self, holder: HolderId, kind: &str) -> String {
        let answer = self.add(holder, kind).await;
        let path = led(&answer);
        assert!(path.starts_with("/evidence/") && !path.contains("people"), "{path}: {}", answer.text());
        path
    }

    pub async fn decide(&mut self, who: &str, path: &str, decision: &str) -> StatusCode {
        let browser = match who {
            "wang" => &mut self.wang,
            "zhao" => &mut self.zhao,
            _ => &mut self.li,
        };
        self.server.post(browser, &format!("{path}/decide"), &[("decision", decision)]).await.status
    }

    pub async fn colour(&self, holder: HolderId) -> DecisionRow {
        let row = read!(self.server.app.store, "test.colour", StoreError, |tx| {
            call!(tx, decision::current(holder))
        });
        row.unwrap().unwrap()
    }
}

/// Somebody proposes a fact about a holder.
pub async fn proposed_about(server: &TestServer, holder: HolderId) {
    let mut officer = server.signed_in("Wuhan", &[Role::HealthOfficer]).await;
    let at = crate::casework::when::typed(server.app.now().minus(Duration::from_hours(1)));
    find(server, &mut officer, holder).await;
    let path = format!("/evidence/people/{holder}");
    let answer = server.post(&mut officer, &path, &typed("case_contact", &at)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

#[tokio::test]
async fn what_makes_a_colour_worse_counts_once_another_unit_has_confirmed_it() {
    let mut desk = Desk::open().await;
    let mut anna = phone(&desk.server, &HEALTHY).await;
    let path = desk.propose(anna.holder, "case_contact").await;
    let page = desk.server.get(&mut desk.zhao, &path).await.text();
    assert!(page.contains("Nothing of it counts until") && !page.contains("name=\"decision\""), "{page}");
    for own in ["wang", "zhao"] {
        assert_eq!(desk.decide(own, &path, "confirm").await, StatusCode::CONFLICT, "{own}");
    }
    assert_eq!(anna.ask(&desk.server).await.json()["colour"], "green");

    let board = desk.server.get(&mut desk.li, "/evidence").await.text();
    assert!(board.contains(&path) && board.contains("Close contact"), "{board}");
    let page = desk.server.get(&mut desk.li, &path).await.text();
    assert!(page.contains("ERIKSSON") || page.contains("Eriksson"), "{page}");
    assert!(page.contains("2026-117") && page.contains("name=\"decision\""), "{page}");
    assert_eq!(desk.decide("li", &path, "confirm").await, StatusCode::SEE_OTHER);
    assert_eq!(desk.decide("li", &path, "refuse").await, StatusCode::CONFLICT, "once");
    let row = desk.colour(anna.holder).await;
    assert_eq!((row.colour, &row.reasons[..]), (Colour::Yellow, &["close_contact".to_owned()][..]));
    assert_eq!(anna.ask(&desk.server).await.json()["colour"], "yellow");
    let file: serde_json::Value = desk.server.get(&mut anna.browser, "/my-data/export").await.json();
    assert_eq!(file["evidence"][0]["kind"], "case_contact");
    assert_eq!(file["evidence"][0]["unit"], "Wuhan");
    let text = file.to_string();
    assert!(text.contains("2026-117") && !text.contains("Wang") && !text.contains("Li "), "{text}");
    desk.server.stop().await;
}

#[tokio::test]
async fn what_makes_no_colour_worse_counts_at_once_and_what_is_refused_or_recalled_never_does() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let contact = desk.propose(anna.holder, "case_contact").await;
    assert_eq!(desk.decide("li", &contact, "confirm").await, StatusCode::SEE_OTHER);
    desk.server.advance(Duration::from_mins(10));
    let ended = desk.add(anna.holder, "isolation_end").await;
    assert!(led(&ended).ends_with("?added=true"), "{}", ended.text());
    assert_eq!(desk.colour(anna.holder).await.colour, Colour::Green);

    // Nobody adds what speaks against passing alone, also where something worse covers it; nor the same twice.
    let red = phone(&desk.server, &HEALTHY).await;
    crate::decision::tests::add(&desk.server, red.holder, Fact::CaseConfirmed).await;
    desk.propose(red.holder, "case_contact").await;
    assert_eq!(
        desk.add(anna.holder, "isolation_end").await.status,
        StatusCode::CONFLICT,
        "it counts already"
    );

    let refused = desk.propose(anna.holder, "case_confirmed").await;
    assert_eq!(desk.add(anna.holder, "case_confirmed").await.status, StatusCode::CONFLICT, "the same waits");
    assert_eq!(desk.decide("li", &refused, "refuse").await, StatusCode::SEE_OTHER);
    let recalled = desk.propose(anna.holder, "case_suspected").await;
    let recall = format!("{recalled}/recall");
    assert_eq!(desk.server.post(&mut desk.li, &recall, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.server.post(&mut desk.zhao, &recall, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.decide("li", &recalled, "confirm").await, StatusCode::CONFLICT);
    assert_eq!(desk.colour(anna.holder).await.colour, Colour::Green);
    assert_eq!(
        desk.server.get(&mut desk.li, &recalled).await.status,
        StatusCode::NOT_FOUND,
        "of another unit"
    );
    desk.server.stop().await;
}

/// Filling a person's list alone keeps nobody from stating a case.
#[tokio::test]
async fn what_counts_at_once_leaves_room_for_what_waits() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    find(&desk.server, &mut desk.wang, anna.holder).await;
    let person = format!("/evidence/people/{}", anna.holder);
    let mut last = StatusCode::SEE_OTHER;
    for minutes in 0..51 {
        let at = crate::casework::when::typed(desk.server.app.now().minus(Duration::from_mins(60 + minutes)));
        let mut test = typed("test_result", &at);
        (test[1].1, test[2].1) = ("inconclusive", "antibody");
        last = desk.server.post(&mut desk.wang, &person, &test).await.status;
    }
    assert_eq!(last, StatusCode::CONFLICT);
    desk.propose(anna.holder, "case_confirmed").await;
    desk.server.stop().await;
}

/// A recovery ends a case. It also begins 28 days of observation: somebody who would be green sooner is not given them by one
/// officer alone.
#[tokio::test]
async fn what_makes_a_colour_worse_only_later_waits_too() {
    let mut desk = Desk::open().await;
    let (ill, feverish) = (phone(&desk.server, &HEALTHY).await, phone(&desk.server, &HEALTHY).await);
    let fever = Fact::TemperatureReport {
        tenths: 384,
        site: domain::report::Site::Ear,
        division: Some("420100".parse().unwrap()),
    };
    crate::decision::tests::add(&desk.server, ill.holder, Fact::CaseConfirmed).await;
    crate::decision::tests::add(&desk.server, feverish.holder, fever).await;
    for person in [&ill, &feverish] {
        assert_eq!(desk.colour(person.holder).await.colour, Colour::Red);
    }
    desk.server.advance(Duration::from_mins(70));
    let (li, wang) = (
        desk.server.signed_in("Hubei", &[Role::HealthOfficer]),
        desk.server.signed_in("Wuhan", &[Role::HealthOfficer]),
    );
    (desk.li, desk.wang) = (li.await, wang.await);
    assert!(
        led(&desk.add(ill.holder, "recovery").await).ends_with("?added=true"),
        "a case has no end of its own"
    );
    let waits = desk.propose(feverish.holder, "recovery").await;
    assert_eq!(desk.colour(feverish.holder).await.reasons, ["fever_wuhan"]);
    assert_eq!(desk.decide("li", &waits, "confirm").await, StatusCode::SEE_OTHER);
    assert!(desk.colour(feverish.holder).await.reasons.contains(&"recovering".to_owned()));
    desk.server.stop().await;
}

#[tokio::test]
async fn what_was_wrong_is_taken_back_by_its_unit_and_stays_on_record() {
    let mut desk = Desk::open().await;
    let mut anna = phone(&desk.server, &HEALTHY).await;
    let case = desk.propose(anna.holder, "case_confirmed").await;
    assert_eq!(desk.decide("li", &case, "confirm").await, StatusCode::SEE_OTHER);
    let evidence = read!(desk.server.app.store, "test.evidence", StoreError, |tx| {
        call!(tx, evidence::of_holder(anna.holder))
    });
    let back = format!("/evidence/people/{}/back/{}", anna.holder, evidence.unwrap()[0].id);
    let why = [("note", "The sample was another person's.")];
    for officer in [&mut desk.zhao, &mut desk.li] {
        let blind = desk.server.post(officer, &back, &why).await;
        assert_eq!(blind.status, StatusCode::NOT_FOUND, "whoever was not shown who it is");
        find(&desk.server, officer, anna.holder).await;
    }
    assert_eq!(
        desk.server.post(&mut desk.li, &back, &why).await.status,
        StatusCode::CONFLICT,
        "another unit's"
    );
    assert_eq!(
        desk.server.post(&mut desk.zhao, &back, &[("note", " ")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let done = desk.server.post(&mut desk.zhao, &back, &why).await;
    assert!(led(&done).ends_with("?added=true"), "it makes the colour better");
    assert_eq!(desk.colour(anna.holder).await.colour, Colour::Green);
    assert_eq!(desk.server.post(&mut desk.zhao, &back, &why).await.status, StatusCode::CONFLICT);
    let data = desk.server.get(&mut anna.browser, "/my-data").await.text();
    assert!(data.contains("Confirmed case") && data.contains("Taken back"), "{data}");
    let kept = read!(desk.server.app.store, "test.kept", StoreError, |tx| {
        call!(tx, evidence_proposal::of_holder(anna.holder))
    });
    assert_eq!(kept.unwrap()[0].note, "The sample was another person's.", "why stays on record");

    // To take back what protects somebody needs the other unit.
    let at = desk.earlier();
    let mut negative = typed("test_result", &at);
    negative[1].1 = "negative";
    negative[2].1 = "nucleic_acid";
    let person = format!("/evidence/people/{}", anna.holder);
    assert!(led(&desk.server.post(&mut desk.wang, &person, &negative).await).ends_with("?added=true"));
    let evidence = read!(desk.server.app.store, "test.evidence", StoreError, |tx| {
        call!(tx, evidence::of_holder(anna.holder))
    });
    let back = format!("{person}/back/{}", evidence.unwrap()[0].id);
    let waits = led(&desk.server.post(&mut desk.wang, &back, &why).await);
    assert!(!waits.contains("people"), "{waits}");
    assert_eq!(desk.decide("li", &waits, "confirm").await, StatusCode::SEE_OTHER);
    let left = read!(desk.server.app.store, "test.evidence", StoreError, |tx| {
        call!(tx, evidence::of_holder(anna.holder))
    });
    assert!(left.unwrap().iter().all(|row| row.superseded.is_some()));
    desk.server.stop().await;
}

#[tokio::test]
async fn every_mistake_is_said_and_a_person_is_found_by_their_document() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let person = format!("/evidence/people/{}", anna.holder);
    find(&desk.server, &mut desk.wang, anna.holder).await;
    let tomorrow = crate::casework::when::typed(desk.server.app.now().plus(DAY));
    let at = desk.earlier();
    for (field, value, says) in [
        ("kind", "red", "Say what it is"),
        ("kind", "declaration", "Say what it is"),
        ("kind", "temperature_report", "Say what it is"),
        ("kind", "test_result", "Choose the result"),
        ("result", "positive", "Not a test"),
        ("at", "yesterday", "Say when it was so"),
        ("at", &tomorrow, "still to come"),
        ("until", "2019-01-01T00:00", "has to be a date and time after"),
        ("reference", "", "Say where it stands"),
    ] {
        let mut fields = typed("case_contact", &at);
        for one in &mut fields {
            if one.0 == field {
                one.1 = value;
            }
        }
        let answer = desk.server.post(&mut desk.wang, &person, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
        assert!(answer.text().contains(says), "{field} {value}");
    }
    assert_eq!(desk.server.rows().await["evidence_proposal"], 0);
    let nobody = EvidenceProposalId::from_i64(9);
    assert_eq!(
        desk.server.get(&mut desk.wang, &format!("/evidence/{nobody}")).await.status,
        StatusCode::NOT_FOUND
    );
    let stranger = format!("/evidence/people/{}", HolderId::from_i64(9));
    assert_eq!(desk.server.get(&mut desk.wang, &stranger).await.status, StatusCode::NOT_FOUND);
    // An address is no permission, and what an officer was shown is over with the day.
    assert_eq!(desk.server.get(&mut desk.wang, &person).await.status, StatusCode::OK);
    assert_eq!(desk.server.get(&mut desk.zhao, &person).await.status, StatusCode::NOT_FOUND);

    let number = format!("X{:08}", anna.holder.as_i64() % 100_000_000);
    let find = |number: &str| {
        [("kind", "passport"), ("number", number), ("issuing_state", "UTO")].map(|(a, b)| (a, b.to_owned()))
    };
    for (number, found) in [(number.as_str(), true), ("X99999999", false)] {
        let fields = find(number);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = desk.server.post(&mut desk.li, "/evidence/find", &fields).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, found, "{}", answer.text());
        if found {
            assert_eq!(led(&answer), person);
        }
    }
    desk.server.stop().await;
}

/// Henan, June 2022: 1,317 people made red by one office.
#[tokio::test]
async fn of_1317_people_an_office_makes_twenty_red_and_is_stopped() {
    let mut desk = Desk::open().await;
    let mut people: Vec<Phone> = Vec::new();
    for _ in 0..AN_HOUR + 5 {
        people.push(phone(&desk.server, &HEALTHY).await);
    }
    let mut refused = 0;
    for attempt in 0..1317 {
        let holder = people[attempt % people.len()].holder;
        let answer =
            desk.add(holder, if attempt < people.len() { "case_confirmed" } else { "case_suspected" }).await;
        let path = led(&answer);
        if answer.status != StatusCode::SEE_OTHER
            || desk.decide("li", &path, "confirm").await != StatusCode::SEE_OTHER
        {
            refused += 1;
        }
        if refused > 30 {
            break;
        }
    }
    assert_eq!(refused, 31);
    let mut red = 0;
    for person in &people {
        red += usize::from(desk.colour(person.holder).await.colour == Colour::Red);
    }
    assert_eq!(red, AN_HOUR);

    // What makes colours better goes on, and another unit too.
    assert!(led(&desk.add(people[0].holder, "isolation_end").await).ends_with("?added=true"));
    let mut own = desk.server.signed_in("Wuhan", &[Role::Administrator]).await;
    let mut other = desk.server.signed_in("Hubei", &[Role::Administrator]).await;
    let stops = desk.server.get(&mut own, "/staff/evidence-stops").await.text();
    assert!(stops.contains("It is your own unit") && !stops.contains("Let the unit go on"), "{stops}");
    let stop =
        read!(desk.server.app.store, "test.stops", StoreError, |tx| { call!(tx, evidence_stop::stops(9)) });
    let stop = stop.unwrap();
    assert_eq!((stop.len(), stop[0].changes), (1, i64::try_from(AN_HOUR).unwrap()));
    let lift = format!("/staff/evidence-stops/{}", stop[0].id);
    let found = [("note", "A mistake in a list. It was corrected.")];
    assert_eq!(desk.server.post(&mut own, &lift, &found).await.status, StatusCode::CONFLICT);
    assert_eq!(
        desk.server.post(&mut other, &lift, &[("note", "")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(desk.server.post(&mut desk.li, &lift, &found).await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.server.post(&mut other, &lift, &found).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.server.post(&mut other, &lift, &found).await.status, StatusCode::CONFLICT);
    let waiting = desk.propose(people[AN_HOUR + 1].holder, "case_asymptomatic").await;
    assert_eq!(desk.decide("li", &waiting, "confirm").await, StatusCode::SEE_OTHER);
    let leaves = transact!(desk.server.app.store, "test.leaves", StoreError, |tx| {
        call!(tx, log_tree::give(0, 1000))
    });
    let stops = leaves.unwrap().iter().filter(|(_, leaf)| leaf.kind == super::bulk::LEAF_KIND).count();
    assert_eq!(stops, 2, "stopped and lifted");
    desk.server.stop().await;
}
