//! Ten thousand applications through the whole state machine on a simulated clock: sent over a day, matched, looked at
//! by a few reviewers who cannot keep up, corrected by some applicants. When 20 hours of an application's own time
//! have run it is decided, asked back, or escalated: none is forgotten.

use domain::Role;
use domain::application::{DUE, ESCALATE};
use domain::id::kind::{StaffId, UnitId};
use domain::residence::Residence;
use store::testing::people::person;

use super::*;
use crate::application::answers::typed_from;
use crate::application::draft::{self, Draft};
use crate::application::submit;
use crate::http::Fields;
use crate::http::session::{Staff, new_token};
use crate::review::claims;
use crate::review::decide::{Choice, Refusal, decide};
use crate::words::Language;

const HOURS: u64 = 24;

/// What becomes of the person of a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Filed as typed.
    Exact,
    /// Filed with another day of birth.
    Near,
    /// Filed three hours after applying.
    FiledLater,
    /// Never filed.
    Absent,
    /// A permit, for which nothing need be filed.
    Permit,
}

fn sort(number: u64) -> Sort {
    match number % 10 {
        0..=4 => Sort::Exact,
        5 | 6 => Sort::Near,
        7 => Sort::FiledLater,
        8 => Sort::Absent,
        _ => Sort::Permit,
    }
}

fn details(number: u64) -> DocumentDetails {
    let mut details = person(number);
    if sort(number) == Sort::Permit {
        details.number = Number::parse(Kind::TaiwanPermit, &format!("{number:08}")).unwrap();
        details.issuing_state = "CHN".parse().unwrap();
        details.nationality = "CHN".parse().unwrap();
    }
    details
}

fn typed(number: u64) -> Fields {
    let residence = Residence {
        division: "420100".parse().unwrap(),
        county: String::new(),
        address: "1 Donghu Road".to_owned(),
        phone: None,
    };
    let mut typed = typed_from(&details(number), &residence);
    for (name, text) in [("symptoms", "none"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")] {
        typed.set(name, text.to_owned());
    }
    typed
}

/// What is filed of somebody whose day of birth was written down wrong.
fn with_other_day(number: u64) -> DocumentDetails {
    let mut details = details(number);
    let day = details.birth_date.day().unwrap_or(1) % 28 + 1;
    details.birth_date =
        documents::PartialDate::new(details.birth_date.year(), details.birth_date.month(), Some(day))
            .unwrap();
    details
}

async fn send(server: &TestServer, number: u64) -> ApplicationId {
    let app = &server.app;
    match sort(number) {
        Sort::Exact => file(server, &details(number)).await,
        Sort::Near => file(server, &with_other_day(number)).await,
        _ => {}
    }
    let device: DeviceSessionId = app.new_id();
    let (_, hash) = new_token(&*app.entropy);
    transact!(app.store, "test.phone", StoreError, |tx| {
        call!(tx, session::begin_device(device, &hash, app.now()))
    })
    .unwrap();
    let draft = Draft { typed: typed(number), ..Draft::default() };
    draft::save(app, device, &draft).await.unwrap();
    let id = submit::submit(app, device, None, Language::En).await.unwrap();
    matching::run(app, id).await.unwrap();
    id
}

/// Applicants who were asked to correct their details do so, every second one: their own time runs on then.
async fn correct_some(server: &TestServer, ids: &[ApplicationId]) -> usize {
    let app = &server.app;
    let (mut asked_of, mut corrected) = (0, 0);
    for (number, id) in (0..).zip(ids) {
        let asked = row(server, *id).await;
        if asked.stage != Stage::NeedsInformation {
            continue;
        }
        asked_of += 1;
        if asked_of % 2 == 0 {
            continue;
        }
        let draft = Draft { typed: typed(number), corrects: Some(*id), ..Draft::default() };
        draft::save(app, asked.device, &draft).await.unwrap();
        assert_eq!(submit::submit(app, asked.device, None, Language::En).await.unwrap(), *id);
        matching::run(app, *id).await.unwrap();
        corrected += 1;
    }
    corrected
}

/// A reviewer works for a while: decides, refuses, asks back; gives how many were done.
async fn review(server: &TestServer, staff: &Staff, most: usize) -> usize {
    let app = &server.app;
    for done in 0..most {
        let Some(id) = claims::claim_next(app, staff, None).await.unwrap() else { return done };
        let version = row(server, id).await.version;
        // Of every five one is refused and one asked, in every hour another.
        let turn = usize::try_from(app.now().seconds() / 3600).unwrap() + done;
        let choice = match turn % 5 {
            0 => Choice::Refuse(Refusal::DetailsDiffer),
            1 => Choice::Ask(Asked::Details),
            _ => Choice::Approve,
        };
        decide(app, staff, id, version, choice, "See the document.").await.unwrap();
    }
    most
}

/// The time of the application's own that has run: its clock stands while we wait for others.
fn time_run(row: &ApplicationRow, now: domain::Timestamp) -> Duration {
    let left = row.clock.due_at.map_or(row.clock.left.unwrap_or(DUE), |due| due.since(now));
    DUE.saturating_sub(left)
}

async fn assert_none_is_forgotten(server: &TestServer, ids: &[ApplicationId], when: &str) -> [usize; 4] {
    let (now, mut counts) = (server.app.now(), [0; 4]);
    for id in ids {
        let row = row(server, *id).await;
        let run = time_run(&row, now);
        let place = match row.stage {
            stage if stage.is_final() => 0,
            Stage::NeedsInformation | Stage::Waiting => 1,
            _ if row.escalated_at.is_some() => 2,
            _ => 3,
        };
        counts[place] += 1;
        assert!(place != 3 || run < ESCALATE, "{when}: {id} in {:?} after {run:?}", row.stage);
        assert_ne!(row.stage, Stage::Submitted, "{when}: matched at once");
        assert!(row.overdue_at.is_some() || place != 2 || run < DUE, "{when}: late, and nobody said so");
    }
    counts
}

async fn run(people: u64) {
    let server = TestServer::start().await;
    let app = &server.app;
    let (staff, unit): (StaffId, UnitId) = (app.new_id(), app.new_id());
    let reviewer = Staff {
        id: staff,
        name: "Test Person".to_owned(),
        unit,
        roles: vec![Role::Reviewer],
        session: [0; 32],
    };
    let a_hour = people / HOURS;
    let mut ids = Vec::new();
    for hour in 0..HOURS {
        let last = if hour + 1 == HOURS { people } else { (hour + 1) * a_hour };
        for number in hour * a_hour..last {
            ids.push(send(&server, number).await);
        }
        if hour >= 3 {
            for number in (hour - 3) * a_hour..(hour - 2) * a_hour {
                if sort(number) == Sort::FiledLater {
                    file(&server, &details(number)).await;
                }
            }
        }
        server.advance(HOUR);
        jobs::run_due(app).await.unwrap();
        // Half of what comes needs a person on some days: these few cannot keep up.
        review(&server, &reviewer, usize::try_from(a_hour / 10).unwrap()).await;
    }
    let early = assert_none_is_forgotten(&server, &ids, "at the end of the day").await;
    assert!(early[0] > 0 && early[1] > 0 && early[2] + early[3] > 0, "{early:?}");
    for hour in 0..21 {
        server.advance(HOUR);
        jobs::run_due(app).await.unwrap();
        if hour == 0 {
            assert!(correct_some(&server, &ids).await > 0, "somebody was asked");
        }
        if hour % 7 == 6 {
            assert_none_is_forgotten(&server, &ids, "while nobody works").await;
        }
    }
    let [decided, asked, escalated, open] = assert_none_is_forgotten(&server, &ids, "after 20 hours").await;
    println!(
        "{people} applications: {decided} decided, {asked} wait for applicant or filing, {escalated} escalated"
    );
    assert_eq!((decided + asked + escalated, open), (ids.len(), 0));
    for (number, id) in ids.iter().enumerate() {
        let row = row(&server, *id).await;
        match sort(number as u64) {
            Sort::Exact => {
                assert_eq!(row.stage, Stage::Issued);
                assert_eq!(row.decided_at, Some(row.submitted_at), "in seconds, not hours");
            }
            Sort::Absent => assert_eq!(row.stage, Stage::Waiting),
            Sort::FiledLater if number as u64 + 4 * a_hour < people => assert_eq!(row.stage, Stage::Issued),
            _ => {}
        }
    }
    // The reviewers come back: everything that needs a person is decided or asked back.
    while review(&server, &reviewer, 100).await == 100 {}
    let last = assert_none_is_forgotten(&server, &ids, "at last").await;
    assert_eq!(last[2..], [0, 0]);
    assert_eq!(jobs::run_due(app).await.unwrap().failed, 0);
    server.stop().await;
}

#[tokio::test]
async fn three_hundred_applications_are_all_decided_asked_back_or_escalated_by_twenty_hours() {
    run(300).await;
}

/// `make test-ten-thousand`
#[tokio::test]
#[ignore = "takes minutes: make test-ten-thousand"]
async fn ten_thousand_applications_are_all_decided_asked_back_or_escalated_by_twenty_hours() {
    run(10_000).await;
}
