//! What the review desk decides stands on what counts when it decides: a code that was issued, a filing that was
//! corrected or withdrawn meanwhile.

use domain::Role;
use domain::id::kind::FilingId;
use store::rows::register::{Changed, Revision};

use super::*;

const NEAR: [(&str, &str); 1] = [("birth_day", "15")];

/// A reviewer who has opened an application, with the version that the page showed.
async fn opened(server: &TestServer, id: ApplicationId) -> (Browser, i64) {
    let mut reviewer = server.signed_in("Wuhan", &[Role::Reviewer]).await;
    let claimed = server.post(&mut reviewer, &format!("/review/{id}/claim"), &[]).await;
    assert_eq!(claimed.location, format!("/review/{id}"));
    assert!(server.get(&mut reviewer, &claimed.location).await.status.is_success());
    (reviewer, row(server, id).await.version)
}

async fn approve(server: &TestServer, who: &mut Browser, id: ApplicationId, version: i64) -> StatusCode {
    let version = version.to_string();
    let fields = [("version", version.as_str()), ("decision", "approve"), ("message", "")];
    server.post(who, &format!("/review/{id}/decide"), &fields).await.status
}

async fn told(server: &TestServer, holder: HolderId) -> Vec<NoticeKind> {
    let told =
        store::read!(server.app.store, "test.told", StoreError, |tx| { call!(tx, notice::unseen(holder)) });
    told.unwrap().iter().map(|notice| notice.kind).collect()
}

fn revision(server: &TestServer, expected_version: i64) -> Revision {
    let app = &server.app;
    let actor = Actor { unit: app.new_id(), staff: None, client: None };
    Revision {
        id: app.new_id(),
        expected_version,
        actor,
        at: app.now(),
        reason: "stolen passport".to_owned(),
    }
}

async fn withdraw_filing(server: &TestServer, filing: FilingId) {
    let revision = revision(server, 1);
    let changed = transact!(server.app.store, "test.withdraw", StoreError, |tx| {
        call!(tx, revision::withdraw(filing, &revision))
    });
    assert_eq!(changed.unwrap(), Changed::Now(2));
}

#[tokio::test]
async fn a_code_issued_meanwhile_makes_a_near_match_a_further_application_and_its_holder_is_told() {
    for near in [NEAR, [("number", "X12345679")]] {
        let server = TestServer::start().await;
        file(&server, &passport()).await;
        let (_, at) = apply(&server, &near).await;
        assert_eq!(row(&server, at).await.finding, Finding::Near);
        server.advance(Duration::from_secs(75));
        jobs::run_due(&server.app).await.unwrap();
        let (mut reviewer, shown) = opened(&server, at).await;
        let (holders_phone, th) = apply(&server, &[]).await;
        assert_eq!(row(&server, th).await.stage, Stage::Issued);
        let holder = holder_on(&server, &holders_phone).await;

        let decided = approve(&server, &mut reviewer, at, shown).await;
        assert_eq!(decided, StatusCode::CONFLICT, "the page was opened before the code was issued");
        assert_eq!(holder_on(&server, &holders_phone).await, holder, "nobody loses a code");
        let further = row(&server, at).await;
        assert_eq!((further.stage, further.finding), (Stage::Review, Finding::Further));
        assert_eq!(told(&server, holder.unwrap()).await, [NoticeKind::SecondApplication]);
        let page = server.get(&mut reviewer, &format!("/review/{at}")).await.text();
        assert!(page.contains("The document has a code already"), "{page}");
        jobs::run_due(&server.app).await.unwrap();
        assert_eq!(told(&server, holder.unwrap()).await.len(), 1, "told once");

        let decided = approve(&server, &mut reviewer, at, further.version).await;
        assert_eq!(decided, StatusCode::SEE_OTHER, "the reviewer knows now");
        assert_eq!(row(&server, at).await.holder, holder, "one person, one holder");
        assert_eq!(holder_on(&server, &holders_phone).await, None);
        server.stop().await;
    }
}

#[tokio::test]
async fn a_code_issued_meanwhile_is_told_by_the_job_before_anybody_opens_the_case() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (mut applicant, at) = apply(&server, &NEAR).await;
    server.advance(Duration::from_secs(75));
    jobs::run_due(&server.app).await.unwrap();
    let before = server.get(&mut applicant, "/application").await.text();
    let (phone, _) = apply(&server, &[]).await;
    assert_eq!(jobs::run_due(&server.app).await.unwrap().matched, 1);
    assert_eq!(row(&server, at).await.finding, Finding::Further);
    let holder = holder_on(&server, &phone).await.unwrap();
    assert_eq!(told(&server, holder).await, [NoticeKind::SecondApplication]);
    let after = server.get(&mut applicant, "/application").await.text();
    assert_eq!(after, before, "whoever applied is told nothing of it");
    server.stop().await;
}

#[tokio::test]
async fn a_withdrawn_filing_counts_no_more_whether_the_job_or_the_reviewer_is_first() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (_, by_reviewer) = apply(&server, &NEAR).await;
    let (_, by_job) = apply(&server, &[("birth_day", "16")]).await;
    let filing = row(&server, by_reviewer).await.filing.unwrap();
    let (mut reviewer, shown) = opened(&server, by_reviewer).await;
    withdraw_filing(&server, filing).await;
    let path = format!("/review/{by_reviewer}");
    let page = server.get(&mut reviewer, &path).await.text();
    assert!(!page.contains(">On file<"), "{page}");
    assert_eq!(approve(&server, &mut reviewer, by_reviewer, shown).await, StatusCode::CONFLICT);
    let looked_at = row(&server, by_reviewer).await;
    assert_eq!((looked_at.stage, looked_at.finding), (Stage::Review, Finding::Absent));
    assert_eq!((looked_at.filing, looked_at.filing_version), (None, None));

    let before = row(&server, by_job).await;
    assert_eq!(before.finding, Finding::Near);
    server.advance(Duration::from_secs(1));
    assert!(jobs::run_due(&server.app).await.unwrap().matched >= 1, "the withdrawal marked it");
    let after = row(&server, by_job).await;
    assert_eq!(after.finding, Finding::Absent);
    assert!(after.version > before.version, "a page that shows the filing is old");
    server.stop().await;
}

#[tokio::test]
async fn a_corrected_filing_is_compared_again_before_anybody_approves() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (_, id) = apply(&server, &NEAR).await;
    let (mut reviewer, shown) = opened(&server, id).await;
    let filing = row(&server, id).await.filing.unwrap();
    let corrected = DocumentDetails { expiry: Some("2030-01-31".parse().unwrap()), ..passport() };
    let prepared = Prepared::new(server.app.store.sealer(), filing, &corrected);
    let change = revision(&server, 1);
    let changed = transact!(server.app.store, "test.correct", StoreError, |tx| {
        call!(tx, revision::correct(&prepared, &change))
    });
    assert_eq!(changed.unwrap(), Changed::Now(2));
    assert_eq!(approve(&server, &mut reviewer, id, shown).await, StatusCode::CONFLICT);
    let fresh = row(&server, id).await;
    assert_eq!((fresh.stage, fresh.finding, fresh.filing_version), (Stage::Review, Finding::Near, Some(2)));
    let page = server.get(&mut reviewer, &format!("/review/{id}")).await.text();
    let plain = page.replace("<mark>", "").replace("</mark>", "");
    assert!(plain.contains("2030-01-31"), "{page}");
    assert_eq!(approve(&server, &mut reviewer, id, fresh.version).await, StatusCode::SEE_OTHER);
    assert_eq!(row(&server, id).await.stage, Stage::Issued);
    server.stop().await;
}

#[tokio::test]
async fn what_was_withdrawn_while_we_waited_for_a_photo_is_seen_when_it_has_come() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    let (mut applicant, id) = apply(&server, &NEAR).await;
    ask(&server, id, Asked::Photo).await;
    withdraw_filing(&server, row(&server, id).await.filing.unwrap()).await;
    server.advance(Duration::from_secs(1));
    jobs::run_due(&server.app).await.unwrap();
    assert_eq!(send_photo(&server, &mut applicant, &one_pixel_png()).await.location, "/application");
    jobs::run_due(&server.app).await.unwrap();
    let row = row(&server, id).await;
    assert_eq!((row.stage, row.finding), (Stage::Review, Finding::Absent));
    server.stop().await;
}

/// What an older program let happen: another person's application was opened over the one in review.
#[tokio::test]
async fn approving_opens_no_code_on_a_phone_that_holds_something_else_by_now() {
    let server = TestServer::start().await;
    file(&server, &passport()).await;
    file(&server, &document(Kind::Passport, "Y87654321")).await;
    let (_, a) = apply(&server, &[]).await;
    let (phone, b) = apply(&server, &[("number", "Y87654321"), ("birth_day", "15")]).await;
    let (device, holder) = (device_of(&server, &phone).await.0, row(&server, a).await.holder);
    let now = server.app.now();
    transact!(server.app.store, "test.mix", StoreError, |tx| {
        call!(tx, device::move_to(a, holder, device, now)).map(|_| ())
    })
    .unwrap();
    let (mut reviewer, shown) = opened(&server, b).await;
    assert_eq!(approve(&server, &mut reviewer, b, shown).await, StatusCode::SEE_OTHER);
    assert_ne!(row(&server, b).await.holder, holder);
    assert_eq!(device_of(&server, &phone).await.1, Some(a));
    assert_eq!(holder_on(&server, &phone).await, holder, "what the phone shows is one person's");
    server.stop().await;
}
