//! Holders correct their details or link a renewed document: through the match or a reviewer, and never as a way to
//! take or to find out about another person's document.

use credential::Pass;
use domain::Role;

use super::*;

const RENEWED: &str = "N11112222";

/// A holder of the passport X12345678, with the key of their phone.
async fn holder(server: &TestServer) -> Phone {
    file(server, &passport()).await;
    let (browser, _) = apply(server, &[]).await;
    let (session, holder) = (device_of(server, &browser).await.0, holder_on(server, &browser).await.unwrap());
    server.advance(Duration::from_secs(1)); // what is linked later counts
    Phone { holder, session, browser, key: device_key() }
}

/// Types fields of one page over what stands, and sends. Gives the change.
async fn change(
    server: &TestServer,
    phone: &mut Phone,
    why: &str,
    typed: &[(&str, &[(&str, &str)])],
) -> ApplicationId {
    let started = server.post(&mut phone.browser, "/my-data/correct", &[("why", why)]).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
    for (step, fields) in typed {
        let answer = server.post(&mut phone.browser, &format!("/apply/{step}"), fields).await;
        assert_eq!(answer.location, "/apply/check", "{}", answer.text());
    }
    let page = server.get(&mut phone.browser, "/apply/check").await.text();
    assert!(!page.contains("/apply/health"), "health has its own page: {page}");
    let sent = server.post(&mut phone.browser, "/apply/check", &[]).await;
    assert_eq!(sent.location, "/apply/done", "{}", sent.text());
    let id = application_of(server, &phone.browser).await.unwrap();
    matching::run(&server.app, id).await.unwrap();
    id
}

/// The person page with another family name or day of birth.
fn person<'a>(family: &'a str, given: &'a str, day: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("family", family),
        ("given", given),
        ("birth_day", day),
        ("birth_month", "3"),
        ("birth_year", "1980"),
        ("sex", "F"),
        ("nationality", "UTO"),
    ]
}

fn number(number: &str) -> Vec<(&str, &str)> {
    vec![
        ("number", number),
        ("issuing_state", "UTO"),
        ("expiry_day", "17"),
        ("expiry_month", "5"),
        ("expiry_year", "2036"),
    ]
}

async fn leads_to(server: &TestServer, number: &str) -> Option<HolderId> {
    let details = document(Kind::Passport, number);
    store::read!(server.app.store, "test.leads", StoreError, |tx| { call!(tx, holder::holder_of(&details)) })
        .unwrap()
}

#[tokio::test]
async fn a_renewed_passport_that_is_filed_is_linked_at_once_and_both_numbers_find_the_holder() {
    let server = TestServer::start().await;
    let mut phone = holder(&server).await;
    let former = phone.pass(&server).await;
    file(&server, &document(Kind::Passport, RENEWED)).await;
    let id = change(&server, &mut phone, "renewed", &[("document", &number(RENEWED))]).await;
    let changed = row(&server, id).await;
    assert_eq!((changed.stage, changed.holder), (Stage::Issued, Some(phone.holder)));
    assert_eq!(leads_to(&server, RENEWED).await, Some(phone.holder));
    assert_eq!(leads_to(&server, "X12345678").await, Some(phone.holder), "the former one still does");
    let new = phone.pass(&server).await;
    assert_eq!(Pass::parse(&new).unwrap().claims().last_four, "2222");
    let mut checker = Checker::new(&server).await;
    checker.fetch(&server, &former).await;
    assert!(reasons(&server, &checker, &phone, &former).contains(&Reason::Withdrawn));
    checker.fetch(&server, &new).await;
    assert_eq!(reasons(&server, &checker, &phone, &new), []);
    let page = server.get(&mut phone.browser, "/application").await.text();
    assert!(page.contains("Your details are corrected"), "{page}");
    let data = server.get(&mut phone.browser, "/my-data/export").await.json();
    assert_eq!(data["documents"].as_array().unwrap().len(), 2);
    assert_eq!(data["applications"].as_array().unwrap().len(), 2, "the history is kept");
    assert_eq!(data["decisions"].as_array().unwrap().len(), 1, "no colour is decided by it");
    server.stop().await;
}

#[tokio::test]
async fn a_mistake_waits_for_a_match_or_a_reviewer_and_the_code_works_meanwhile() {
    let server = TestServer::start().await;
    let mut phone = holder(&server).await;
    let former = phone.pass(&server).await;
    // The filing says the 14th: a reviewer has to look.
    let id =
        change(&server, &mut phone, "mistake", &[("person", &person("Eriksson", "Anna Maria", "15"))]).await;
    assert_eq!(
        (row(&server, id).await.stage, row(&server, id).await.finding),
        (Stage::Review, Finding::Near)
    );
    assert_eq!(phone.pass(&server).await, former, "the code goes on");
    server.advance(Duration::from_secs(75));
    jobs::run_due(&server.app).await.unwrap();
    let page = server.get(&mut phone.browser, "/application").await.text();
    assert!(page.contains("could not confirm") && page.contains("goes on working"), "{page}");
    assert_eq!(
        server.get(&mut phone.browser, "/my-data/correct").await.location,
        "/application",
        "one at a time"
    );

    let mut reviewer = server.signed_in("Wuhan", &[Role::Reviewer]).await;
    server.post(&mut reviewer, &format!("/review/{id}/claim"), &[]).await;
    let case = server.get(&mut reviewer, &format!("/review/{id}")).await.text();
    assert!(case.contains("A holder corrects a mistake") && case.contains("1980-03-14"), "{case}");
    let version = row(&server, id).await.version.to_string();
    let fields = [("version", version.as_str()), ("decision", "approve"), ("message", "")];
    let decided = server.post(&mut reviewer, &format!("/review/{id}/decide"), &fields).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text());
    assert_eq!(row(&server, id).await.holder, Some(phone.holder));
    assert_ne!(phone.pass(&server).await, former);
    server.stop().await;
}

#[tokio::test]
async fn a_mistyped_number_is_given_back_and_a_filed_one_is_linked_at_once() {
    let server = TestServer::start().await;
    let mut phone = holder(&server).await;
    file(&server, &document(Kind::Passport, "X12345679")).await;
    change(&server, &mut phone, "mistake", &[("document", &number("X12345679"))]).await;
    assert_eq!(leads_to(&server, "X12345679").await, Some(phone.holder));
    assert_eq!(leads_to(&server, "X12345678").await, None, "the wrong number is nobody's");
    server.stop().await;
}

#[tokio::test]
async fn another_persons_filed_document_is_never_linked_without_a_reviewer() {
    let server = TestServer::start().await;
    let mut phone = holder(&server).await;
    let mut victim = document(Kind::Passport, "V99998888");
    victim.name = PersonName::new("HADDAD", "OMAR").unwrap();
    file(&server, &victim).await;
    let typed = person("Haddad", "Omar", "14");
    let pages: [(&str, &[_]); 2] = [("document", &number("V99998888")), ("person", &typed)];
    let id = change(&server, &mut phone, "renewed", &pages).await;
    assert_eq!(row(&server, id).await.stage, Stage::Review, "number and name at once are another person");
    assert_eq!(leads_to(&server, "V99998888").await, None);
    server.stop().await;
}

#[tokio::test]
async fn a_document_that_leads_to_another_holder_is_not_given_away_even_by_a_reviewer_and_its_holder_is_told()
{
    let server = TestServer::start().await;
    let mut phone = holder(&server).await;
    let other = document(Kind::Passport, RENEWED);
    file(&server, &other).await;
    let (others_phone, _) = apply(&server, &[("number", RENEWED)]).await;
    let victim = holder_on(&server, &others_phone).await.unwrap();
    let id = change(&server, &mut phone, "renewed", &[("document", &number(RENEWED))]).await;
    assert_eq!(
        (row(&server, id).await.stage, row(&server, id).await.finding),
        (Stage::Review, Finding::Further)
    );
    let told =
        store::read!(server.app.store, "test.told", StoreError, |tx| { call!(tx, notice::unseen(victim)) });
    assert_eq!(told.unwrap().len(), 1);
    server.advance(Duration::from_secs(75));
    jobs::run_due(&server.app).await.unwrap();
    let mut reviewer = server.signed_in("Wuhan", &[Role::Reviewer]).await;
    server.post(&mut reviewer, &format!("/review/{id}/claim"), &[]).await;
    server.get(&mut reviewer, &format!("/review/{id}")).await;
    let version = row(&server, id).await.version.to_string();
    let fields = [("version", version.as_str()), ("decision", "approve"), ("message", "")];
    let decided = server.post(&mut reviewer, &format!("/review/{id}/decide"), &fields).await;
    assert_eq!(decided.status, StatusCode::CONFLICT, "{}", decided.text());
    assert_eq!(leads_to(&server, RENEWED).await, Some(victim));
    assert_eq!(row(&server, id).await.stage, Stage::Review);
    server.stop().await;
}

#[tokio::test]
async fn what_the_match_found_of_a_change_looks_the_same_in_words_and_time() {
    let server = TestServer::start().await;
    let mut phones = Vec::new();
    for (own, wanted) in [("X12345678", "Q99999999"), ("Y12345678", "Y12345679"), ("Z12345678", "N22223333")]
    {
        file(&server, &document(Kind::Passport, own)).await;
        let (browser, _) = apply(&server, &[("number", own)]).await;
        let (session, holder) =
            (device_of(&server, &browser).await.0, holder_on(&server, &browser).await.unwrap());
        phones.push((Phone { holder, session, browser, key: device_key() }, wanted));
    }
    // Of the second something near is filed (its own former number), of the third it leads to another holder.
    file(&server, &document(Kind::Passport, "N22223333")).await;
    apply(&server, &[("number", "N22223333")]).await;
    let mut changes = Vec::new();
    for (phone, wanted) in &mut phones {
        changes.push(change(&server, phone, "renewed", &[("document", &number(wanted))]).await);
    }
    for seconds in [0, 6, 30 * 3600] {
        server.advance(Duration::from_secs(seconds));
        jobs::run_due(&server.app).await.unwrap();
        let mut pages = Vec::new();
        for ((phone, _), id) in phones.iter_mut().zip(&changes) {
            let reference = row(&server, *id).await.reference.to_string();
            let page = server.get(&mut phone.browser, "/application").await.text();
            pages.push(without_code(&plain(&page, &reference, &phone.browser.csrf())));
        }
        assert!(pages.iter().all(|page| *page == pages[0]), "after {seconds} s");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_change_can_be_withdrawn_counts_as_an_attempt_and_needs_the_holders_phone() {
    let server = TestServer::start().await;
    let mut phone = holder(&server).await;
    let id = change(&server, &mut phone, "renewed", &[("document", &number("Q99999999"))]).await;
    server.post(&mut phone.browser, "/application/withdraw", &[]).await;
    assert_eq!(row(&server, id).await.stage, Stage::Withdrawn);
    phone.pass(&server).await;
    for _ in 0..4 {
        change(&server, &mut phone, "renewed", &[("document", &number("Q99999999"))]).await;
        server.post(&mut phone.browser, "/application/withdraw", &[]).await;
    }
    server.post(&mut phone.browser, "/my-data/correct", &[("why", "renewed")]).await;
    server.post(&mut phone.browser, "/apply/document", &number("Q99999999")).await;
    let sent = server.post(&mut phone.browser, "/apply/check", &[]).await;
    assert_eq!(sent.status, StatusCode::TOO_MANY_REQUESTS, "five a day, as in applying");
    let mut stranger = Browser::speaking("en");
    fill(&server, &mut stranger, &[("number", "Q11111111")]).await;
    let refused = server.post(&mut stranger, "/my-data/correct", &[("why", "mistake")]).await;
    assert_eq!(refused.location, "/application", "nothing to correct without a code");
    server.stop().await;
}

/// The code, and everything that was asked about it, is where its owner is: a phone that was lost shows nothing.
#[tokio::test]
async fn a_change_under_way_moves_with_the_code_and_the_lost_phone_shows_nothing_of_it() {
    let server = TestServer::start().await;
    let mut lost = holder(&server).await;
    let code = recovery_code(&server.get(&mut lost.browser, "/application").await.text());
    let typed = person("Eriksson", "Anna Maria", "15");
    let id = change(&server, &mut lost, "mistake", &[("person", &typed)]).await;
    ask(&server, id, Asked::Photo).await;
    let mut new = Browser::speaking("en");
    assert_eq!(server.post(&mut new, "/recover", &[("code", &code)]).await.location, "/application");
    for path in ["/application", "/my-data", "/my-data/export", "/application/withdraw"] {
        let text = server.get(&mut lost.browser, path).await.text().to_uppercase();
        assert!(!text.contains("ERIKSSON") && !text.contains("X12345678"), "{path}: {text}");
    }
    server.post(&mut lost.browser, "/application/withdraw", &[]).await;
    assert_eq!(row(&server, id).await.stage, Stage::NeedsInformation, "nor does it change anything");
    assert_eq!(application_of(&server, &new).await, Some(id));
    let page = server.get(&mut new, "/application").await.text();
    assert!(page.contains("goes on working"), "what was asked is asked on the new phone: {page}");
    assert_eq!(send_photo(&server, &mut new, &one_pixel_png()).await.location, "/application");
    assert_eq!(holder_on(&server, &new).await, Some(lost.holder));
    server.post(&mut new, "/application/withdraw", &[]).await;
    assert_eq!(row(&server, id).await.stage, Stage::Withdrawn);
    server.stop().await;
}

/// Both numbers are the same person's: whoever applies with either is a further applicant, and whoever has the
/// recovery code opens the one code.
#[tokio::test]
async fn after_a_renewal_both_numbers_are_guarded_and_the_recovery_code_opens_the_one_code() {
    let server = TestServer::start().await;
    let mut phone = holder(&server).await;
    file(&server, &document(Kind::Passport, RENEWED)).await;
    change(&server, &mut phone, "renewed", &[("document", &number(RENEWED))]).await;
    for number in ["X12345678", RENEWED] {
        let (_, further) = apply(&server, &[("number", number)]).await;
        let further = row(&server, further).await;
        assert_eq!((further.stage, further.finding), (Stage::Review, Finding::Further), "{number}");
    }
    let told = store::read!(server.app.store, "test.told", StoreError, |tx| {
        call!(tx, notice::unseen(phone.holder))
    });
    assert_eq!(told.unwrap().len(), 2, "the holder is told of each");
    let code = recovery_code(&server.get(&mut phone.browser, "/application").await.text());
    let mut new = Browser::speaking("en");
    server.post(&mut new, "/recover", &[("code", &code)]).await;
    assert_eq!(holder_on(&server, &new).await, Some(phone.holder));
    let data = server.get(&mut new, "/my-data/export").await.json();
    let numbers: Vec<&str> = data["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| document["number"]["printed"].as_str().unwrap())
        .collect();
    assert_eq!(numbers, [RENEWED, "X12345678"]);
    server.stop().await;
}
