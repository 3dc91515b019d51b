//! The rules of the review desk (issue 2, point 5), each driven through the real router.

use std::time::Duration;

use axum::http::StatusCode;
use documents::{Kind, Number, PersonName};
use domain::application::Stage;
use domain::declaration::HealthAnswers;
use domain::id::kind::{ApplicationId, DeviceSessionId, FilingId, PhotoId};
use domain::matching::DocumentDetails;
use domain::residence::Residence;
use domain::{Reference, Role};
use store::rows::application::{ApplicationRow, Asked, Finding};
use store::rows::register::{Actor, Origin, Prepared, Source};
use store::{StoreError, call, read, transact};

use crate::http::session::new_token;
use crate::testing::{Browser, TestServer};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const XSS: &str = "O'<script>alert(1)</script>";

fn details(number: &str, family: &str) -> DocumentDetails {
    DocumentDetails {
        number: Number::parse(Kind::Passport, number).unwrap(),
        issuing_state: "UTO".parse().unwrap(),
        name: PersonName::new(family, "Anna").unwrap(),
        birth_date: "1980-03-14".parse().unwrap(),
        nationality: "UTO".parse().unwrap(),
        sex: None,
        expiry: None,
    }
}

struct Desk {
    server: TestServer,
    wang: Browser,
    li: Browser,
}

impl Desk {
    async fn open() -> Self {
        let server = TestServer::start().await;
        let wang = server.signed_in("Wuhan", &[Role::Reviewer]).await;
        let li = server.signed_in("Wuhan", &[Role::Reviewer]).await;
        Self { server, wang, li }
    }

    /// An application of a new phone that a reviewer is to decide, near to a filing of another number.
    async fn applied(&self, number: &str, family: &str) -> ApplicationId {
        let app = &self.server.app;
        let (id, device, filing): (ApplicationId, DeviceSessionId, FilingId) =
            (app.new_id(), app.new_id(), app.new_id());
        let (_, token) = new_token(&*app.entropy);
        let residence = Residence {
            division: "420100".parse().unwrap(),
            county: String::new(),
            address: "1 Example Road".to_owned(),
            phone: None,
        };
        let now = app.now();
        let reference = Reference::draw(&*app.entropy);
        let typed = details(number, family);
        let mut row = ApplicationRow::new(id, reference, device, typed, residence, "en", now);
        let filed =
            Prepared::new(app.store.sealer(), filing, &details(&format!("{}9", &number[..8]), family));
        let actor = Actor { unit: app.new_id(), staff: None, client: None };
        let origin = Origin { source: Source::Typed, batch: None, actor, at: now };
        (row.stage, row.finding) = (Stage::Review, Finding::Near);
        (row.filing, row.filing_version) = (Some(filing), Some(1));
        let declaration = app.new_id();
        transact!(app.store, "test.apply", StoreError, |tx| {
            call!(tx, register::file(&filed, &origin))?;
            call!(tx, session::begin_device(device, &token, now))?;
            call!(tx, application::insert(&row))?;
            call!(tx, device::sent(device, id, now))?;
            let mut saved = row.clone();
            assert!(call!(tx, application::save(&mut saved))?);
            call!(
                tx,
                application::declare(
                    declaration,
                    id,
                    None,
                    &HealthAnswers { symptoms: Vec::new(), contact: false, diagnosed: false },
                    now
                )
            )
        })
        .unwrap();
        id
    }

    async fn row(&self, id: ApplicationId) -> ApplicationRow {
        read!(self.server.app.store, "test.row", StoreError, |tx| { call!(tx, application::by_id(id)) })
            .unwrap()
            .unwrap()
    }

    async fn version(&self, id: ApplicationId) -> String {
        self.row(id).await.version.to_string()
    }

    async fn opened(&self, kind: &str, id: i64) -> usize {
        let entries = read!(self.server.app.store, "test.accesses", StoreError, |tx| {
            call!(tx, access::by_object(kind, id, None, 100))
        });
        entries.unwrap().len()
    }

    async fn decide(&self, who: &mut Browser, id: ApplicationId, choice: &str, message: &str) -> StatusCode {
        let version = self.version(id).await;
        let fields = [("version", version.as_str()), ("decision", choice), ("message", message)];
        self.server.post(who, &format!("/review/{id}/decide"), &fields).await.status
    }
}

#[tokio::test]
async fn two_reviewers_never_work_on_the_same_application() {
    let mut desk = Desk::open().await;
    let id = desk.applied("X12345678", "Eriksson").await;
    let (claim, show) = (format!("/review/{id}/claim"), format!("/review/{id}"));
    assert_eq!(desk.server.get(&mut desk.wang, &show).await.status, StatusCode::FORBIDDEN, "not claimed");
    assert_eq!(desk.server.post(&mut desk.wang, &claim, &[]).await.location, show);
    assert_eq!(desk.server.get(&mut desk.wang, &show).await.status, StatusCode::OK);
    let refused = desk.server.post(&mut desk.li, &claim, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("Somebody else is working on this"), "{}", refused.text());
    assert_eq!(desk.server.get(&mut desk.li, &show).await.status, StatusCode::FORBIDDEN);
    let mut li = desk.li.clone();
    assert_eq!(desk.decide(&mut li, id, "approve", "").await, StatusCode::CONFLICT);
    assert_eq!(desk.row(id).await.stage, Stage::Review);
    desk.server.post(&mut desk.wang, &format!("/review/{id}/release"), &[]).await;
    assert_eq!(desk.server.post(&mut desk.li, &claim, &[]).await.location, show, "given back, so free");
    desk.server.stop().await;
}

#[tokio::test]
async fn what_one_reviewer_has_claimed_no_other_opens_renews_gives_back_or_decides() {
    let mut desk = Desk::open().await;
    let id = desk.applied("X12345678", "Eriksson").await;
    let path = |rest: &str| format!("/review/{id}{rest}");
    desk.server.post(&mut desk.wang, &path("/claim"), &[]).await;
    let (photo, now): (PhotoId, _) = (desk.server.app.new_id(), desk.server.app.now());
    transact!(desk.server.app.store, "test.photo", StoreError, |tx| {
        call!(tx, application::keep_photo(photo, id, b"\xFF\xD8\xFFpicture", now))
    })
    .unwrap();
    let before = desk.row(id).await;
    for own in [path(""), path(&format!("/photo/{photo}"))] {
        let answer = desk.server.get(&mut desk.li, &own).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{own}");
        assert!(!answer.text().contains("Eriksson"), "{own}");
    }
    desk.server.advance(MINUTE);
    for (own, fields) in
        [("/renew", vec![]), ("/release", vec![]), ("/decide", vec![("decision", "approve")])]
    {
        desk.server.post(&mut desk.li, &path(own), &fields).await;
        let row = desk.row(id).await;
        let claim = (row.claimed_by, row.claimed_until);
        assert_eq!(claim, (before.claimed_by, before.claimed_until), "{own} of somebody else's claim");
        assert_eq!(row.stage, Stage::Review, "{own}");
    }
    let mut li = desk.li.clone();
    assert_eq!(desk.decide(&mut li, id, "approve", "").await, StatusCode::CONFLICT);
    assert_eq!(desk.server.get(&mut desk.wang, &path("")).await.status, StatusCode::OK);
    desk.server.stop().await;
}

#[tokio::test]
async fn reviewers_who_race_for_the_next_one_all_get_another() {
    let desk = Desk::open().await;
    for n in 0..4 {
        desk.applied(&format!("X1234{n}678"), "Eriksson").await;
    }
    let mut browsers = [&desk.wang, &desk.li, &desk.wang, &desk.li, &desk.wang].map(Clone::clone);
    let [first, second, third, fourth, fifth] = browsers.each_mut();
    let next = |who| desk.server.post(who, "/review/next", &[]);
    let answers = tokio::join!(next(first), next(second), next(third), next(fourth), next(fifth));
    let mut went =
        [answers.0, answers.1, answers.2, answers.3, answers.4].map(|answer| answer.location).to_vec();
    went.sort();
    went.dedup();
    assert_eq!(went.len(), 5, "four applications and one that found none: {went:?}");
    assert_eq!(went.iter().filter(|to| to.starts_with("/review?none=1")).count(), 1, "{went:?}");
    desk.server.stop().await;
}

#[tokio::test]
async fn a_claim_ends_after_fifteen_minutes_unless_it_is_renewed() {
    let mut desk = Desk::open().await;
    let id = desk.applied("X12345678", "Eriksson").await;
    let (claim, renew, show) =
        (format!("/review/{id}/claim"), format!("/review/{id}/renew"), format!("/review/{id}"));
    desk.server.post(&mut desk.wang, &claim, &[]).await;
    desk.server.advance(14 * MINUTE);
    assert_eq!(desk.server.post(&mut desk.wang, &renew, &[]).await.location, show);
    desk.server.advance(14 * MINUTE);
    assert_eq!(desk.server.post(&mut desk.li, &claim, &[]).await.status, StatusCode::CONFLICT);
    desk.server.advance(MINUTE);
    let mut wang = desk.wang.clone();
    assert_eq!(desk.decide(&mut wang, id, "approve", "").await, StatusCode::CONFLICT, "15 minutes are over");
    let lapsed = desk.server.post(&mut desk.wang, &renew, &[]).await;
    assert!(lapsed.text().contains("Your time for this application ran out"), "{}", lapsed.text());
    assert_eq!(desk.server.post(&mut desk.li, &claim, &[]).await.location, show);
    assert_eq!(desk.row(id).await.stage, Stage::Review);
    desk.server.stop().await;
}

#[tokio::test]
async fn a_decision_on_an_old_view_is_refused_and_its_words_are_kept() {
    let mut desk = Desk::open().await;
    let id = desk.applied("X12345678", "Eriksson").await;
    desk.server.post(&mut desk.wang, &format!("/review/{id}/claim"), &[]).await;
    let old = desk.version(id).await;
    let mut row = desk.row(id).await;
    transact!(desk.server.app.store, "test.change", StoreError, |tx| {
        let mut row = row.clone();
        call!(tx, application::save(&mut row))
    })
    .unwrap();
    row.version += 1;
    let fields =
        [("version", old.as_str()), ("decision", "refuse-no-answer"), ("message", "Sorry & goodbye")];
    let answer = desk.server.post(&mut desk.wang, &format!("/review/{id}/decide"), &fields).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text().contains("has changed") && answer.text().contains("goodbye"), "{}", answer.text());
    assert_eq!((desk.row(id).await.stage, desk.row(id).await.version), (Stage::Review, row.version));
    desk.server.stop().await;
}

#[tokio::test]
async fn refused_words_reach_the_application_and_photos_go() {
    let mut desk = Desk::open().await;
    let id = desk.applied("X12345678", "Eriksson").await;
    desk.server.post(&mut desk.wang, &format!("/review/{id}/claim"), &[]).await;
    let photo: PhotoId = desk.server.app.new_id();
    let now = desk.server.app.now();
    transact!(desk.server.app.store, "test.photo", StoreError, |tx| {
        call!(tx, application::keep_photo(photo, id, b"\xFF\xD8\xFFpicture", now))
    })
    .unwrap();
    let path = format!("/review/{id}/photo/{photo}");
    let picture = desk.server.get(&mut desk.wang, &path).await;
    assert_eq!((picture.status, &picture.bytes[..]), (StatusCode::OK, &b"\xFF\xD8\xFFpicture"[..]));
    assert_eq!(picture.headers["content-type"], "image/jpeg");
    assert_eq!(picture.headers["cache-control"], "no-store");
    assert_eq!(desk.server.get(&mut desk.li, &path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.opened("photo", photo.as_i64()).await, 1);

    let mut wang = desk.wang.clone();
    let invalid = StatusCode::UNPROCESSABLE_ENTITY;
    assert_eq!(desk.decide(&mut wang, id, "refuse-document-invalid", " ").await, invalid, "words are due");
    assert_eq!(desk.decide(&mut wang, id, "refuse-because", "No").await, invalid, "a closed list");
    assert_eq!(desk.decide(&mut wang, id, "ask-photo", &"字".repeat(1001)).await, invalid);
    let words = "The photo shows another number.\r\nSee the office.";
    assert_eq!(desk.decide(&mut wang, id, "refuse-document-invalid", words).await, StatusCode::SEE_OTHER);
    let row = desk.row(id).await;
    assert_eq!(row.stage, Stage::Refused);
    assert_eq!(row.refused_for.as_deref(), Some("document-invalid"));
    assert_eq!(row.message.as_deref(), Some("The photo shows another number.\nSee the office."));
    assert_eq!((row.claimed_by, row.decided_at), (None, Some(desk.server.app.now())));
    let photos =
        read!(desk.server.app.store, "test.photos", StoreError, |tx| { call!(tx, review::photos(id)) });
    assert_eq!(photos.unwrap(), []);
    assert_eq!(
        desk.decide(&mut wang, id, "approve", "").await,
        StatusCode::CONFLICT,
        "nothing follows an end"
    );
    desk.server.stop().await;
}

#[tokio::test]
async fn asking_stops_the_clock_and_approving_issues_for_the_filed_document() {
    let desk = Desk::open().await;
    let (asked, approved) =
        (desk.applied("X12345678", "Eriksson").await, desk.applied("Y12345678", "Okonkwo").await);
    desk.server.advance(4 * HOUR);
    // A reviewer's session would idle out meanwhile.
    let mut wang = desk.server.signed_in("Wuhan", &[Role::Reviewer]).await;
    for id in [asked, approved] {
        desk.server.post(&mut wang, &format!("/review/{id}/claim"), &[]).await;
    }
    assert_eq!(desk.decide(&mut wang, asked, "ask-visit", "Come to window 3").await, StatusCode::SEE_OTHER);
    let row = desk.row(asked).await;
    assert_eq!((row.stage, row.asked), (Stage::NeedsInformation, Some(Asked::Visit)));
    assert_eq!((row.clock.due_at, row.clock.left), (None, Some(20 * HOUR)));
    assert_eq!(desk.decide(&mut wang, approved, "approve", "").await, StatusCode::SEE_OTHER);
    let row = desk.row(approved).await;
    assert_eq!((row.stage, row.claimed_by), (Stage::Issued, None));
    let holder = row.holder.expect("a holder");
    let held =
        read!(desk.server.app.store, "test.held", StoreError, |tx| { call!(tx, holder::document(holder)) });
    assert_eq!(held.unwrap().unwrap().number.canonical(), "Y12345679", "what is on file, not what was typed");
    desk.server.stop().await;
}

#[tokio::test]
async fn both_sides_are_marked_and_escaped_and_the_opening_is_recorded() {
    let mut desk = Desk::open().await;
    assert!(PersonName::new(XSS, "Anna").is_err(), "a name cannot even hold markup");
    let id = desk.applied("X12345678", "O'Brien").await;
    desk.server.post(&mut desk.wang, &format!("/review/{id}/claim"), &[]).await;
    assert_eq!(desk.opened("application", id.as_i64()).await, 0);
    let page = desk.server.get(&mut desk.wang, &format!("/review/{id}")).await.text();
    assert_eq!(desk.opened("application", id.as_i64()).await, 1);
    assert!(page.contains("X1234567<mark>8</mark>") && page.contains("X1234567<mark>9</mark>"), "{page}");
    assert!(page.contains("O&#39;Brien") && !page.contains("O'Brien"), "{page}");
    let version = desk.version(id).await;
    let fields = [("version", version.as_str()), ("decision", "ask-everything"), ("message", XSS)];
    let again = desk.server.post(&mut desk.wang, &format!("/review/{id}/decide"), &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!again.text().contains("<script>alert") && again.text().contains("&#60;script&#62;alert(1)"));
    let fields = [("version", version.as_str()), ("language", "zh-Hans"), ("message", "typed so far")];
    let switched = desk.server.post(&mut desk.wang, &format!("/review/{id}/decide"), &fields).await;
    assert!(switched.text().contains("typed so far") && switched.text().contains("作出决定"));
    desk.server.stop().await;
}

#[tokio::test]
async fn the_queue_is_by_due_time_with_what_is_late_on_top_and_no_names() {
    let mut desk = Desk::open().await;
    let first = desk.applied("X12345678", "Eriksson").await;
    desk.server.advance(5 * HOUR);
    let second = desk.applied("Y12345678", "Okonkwo").await;
    desk.server.advance(19 * HOUR);
    let mut wang = desk.server.signed_in("Wuhan", &[Role::Reviewer]).await;
    let page = desk.server.get(&mut wang, "/review").await.text();
    let at = |id: ApplicationId| page.find(&id.to_string()).expect("it is in the queue");
    assert!(at(first) < at(second));
    assert!(page.contains("class=\"overdue\"") && page.contains("5 h 0 min left"), "{page}");
    for name in ["Eriksson", "Okonkwo", "X12345678"] {
        assert!(!page.contains(name), "{name} stands behind a claim");
    }
    let next = desk.server.post(&mut wang, "/review/next", &[]).await.location;
    assert_eq!(next, format!("/review/{first}"), "the most urgent first");
    let none = desk.server.post(&mut wang, "/review/next", &[("finding", "further")]).await.location;
    assert_eq!(none, "/review?none=1&finding=further");
    let mut inspector = desk.server.signed_in("Gate", &[Role::Inspector]).await;
    assert_eq!(desk.server.get(&mut inspector, "/review").await.status, StatusCode::FORBIDDEN);
    assert_eq!(desk.server.get(&mut desk.li, &format!("/review/{first}")).await.location, "/staff/sign-in");
    desk.server.stop().await;
}
