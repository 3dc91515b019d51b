//! From one phone to another, and off the phone: what goes along, and what stays good.

use super::*;

/// The application of a companion, sent and found in the register; gives it with the recovery code.
async fn apply_for(server: &TestServer, browser: &mut Browser, tag: &PersonTag) -> (ApplicationId, String) {
    post(server, browser, tag, "/apply/consent", &[("consent", "yes")]).await;
    fill(server, browser, tag).await;
    assert_eq!(post(server, browser, tag, "/apply/check", &[]).await.location, "/apply/done");
    let device = shown(server, browser).await;
    let code = code_on(server, device.id).await;
    (device.application.unwrap(), code)
}

async fn code_on(server: &TestServer, id: DeviceSessionId) -> String {
    crate::application::draft::state(&server.app, id).await.unwrap().recovery_code.unwrap()
}

#[tokio::test]
async fn a_companion_moves_to_a_phone_of_their_own_and_comes_back() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    let browser = &mut guardian.browser;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let (lena, device) = add(&server, browser, "Lena", "under_14").await;
    let (id, code) = apply_for(&server, browser, &lena).await;
    let holder = give_code(&server, device.id).await;
    transact!(server.app.store, "test.holder", crate::application::ApplicationError, |tx| {
        let mut row = call!(tx, application::by_id(id))?.unwrap();
        row.holder = Some(holder);
        crate::application::transition::save(tx, &mut row).await
    })
    .unwrap();
    let child = Phone {
        holder,
        session: device.id,
        browser: browser.clone(),
        key: crate::pass::testing::device_key(),
    };
    let on_guardians = pass_in(&ask_for_pass(&server, &child, &lena).await);
    let owners = guardian.pass(&server).await;
    server.advance(Duration::from_secs(1));

    let mut own = Browser::speaking("en");
    assert_eq!(server.post(&mut own, "/recover", &[("code", &code)]).await.location, "/application");
    let now_on = shown(&server, &own).await;
    assert_eq!((now_on.holder, now_on.is_companion()), (Some(holder), false));
    assert_eq!(ask_for_pass(&server, &child, &lena).await.status, StatusCode::CONFLICT, "the code has gone");
    let mut checker = Checker::new(&server).await;
    checker.fetch(&server, &on_guardians).await;
    checker.fetch(&server, &owners).await;
    let shown_at = server.app.now().seconds().unsigned_abs();
    assert_eq!(reasons(&checker, &child, &on_guardians, shown_at), [credential::Reason::Withdrawn]);
    assert_eq!(reasons(&checker, &guardian, &owners, shown_at), [], "nobody else's is touched");
    let browser = &mut guardian.browser;
    let list = server.get(browser, "/my-code/people").await.text();
    assert!(list.contains("Opened on another phone"), "{list}");
    assert!(
        server.get(browser, "/application").await.text().contains("Opened on another phone"),
        "Lena is shown"
    );

    // Back again: her place on the guardian's phone is still there.
    let code = code_on(&server, now_on.id).await;
    let back = server.post(browser, "/recover", &[("person", lena.as_str()), ("code", &code)]).await;
    assert_eq!(back.location, "/application", "{}", back.text());
    assert_eq!(shown(&server, browser).await.holder, Some(holder));
    server.stop().await;
}

fn reasons(checker: &Checker, phone: &Phone, pass: &[u8], now: u64) -> Vec<credential::Reason> {
    use credential::{Observed, Temperature, verify};
    let observed = Observed { threshold: Temperature(373), ..Observed::default() };
    verify(&phone.show(pass, now), &mut Vec::new(), &checker.trust, &checker.statuses, now, &observed)
        .reasons()
        .to_vec()
}

#[tokio::test]
async fn the_guardians_recovery_code_brings_the_companions_along_if_there_is_room() {
    let server = TestServer::start().await;
    let mut old = Browser::speaking("en");
    server.post(&mut old, "/apply", &[]).await;
    let guardian = shown(&server, &old).await;
    let (_, code) = apply_for(&server, &mut old, &PersonTag::OWNER).await;
    let (opa, on_old) = add_with_code(&server, &mut old, "Opa").await;
    let pass = pass_in(&ask_for_pass(&server, &on_old, &opa).await);
    server.advance(Duration::from_secs(1));

    // A phone that has as many people as it may takes the guardian alone.
    let mut full = phone(&server, &HEALTHY).await;
    for number in 0..server.app.settings.companions {
        add(&server, &mut full.browser, &format!("{number}"), "other").await;
    }
    let tag = PersonTag::companion(shown(&server, &full.browser).await.id);
    let there =
        server.post(&mut full.browser, "/recover", &[("person", tag.as_str()), ("code", &code)]).await;
    assert_eq!(there.location, "/application", "a companion's place takes the guardian's own application");
    assert_eq!(people(&server, guardian.id).await.len(), 2, "and nobody else's");
    let code = code_on(&server, shown(&server, &full.browser).await.id).await;
    let back = server.post(&mut old, "/recover", &[("person", opa.as_str()), ("code", &code)]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "Opa's place is taken");
    switch(&server, &mut old, &PersonTag::OWNER).await;
    assert_eq!(
        server.post(&mut old, "/recover", &[("person", ""), ("code", &code)]).await.location,
        "/application"
    );

    let mut new = Browser::speaking("en");
    let code = code_on(&server, guardian.id).await;
    assert_eq!(server.post(&mut new, "/recover", &[("code", &code)]).await.location, "/application");
    let list = server.get(&mut new, "/my-code/people").await.text();
    assert!(list.contains("Opa"), "{list}");
    assert_eq!(people(&server, guardian.id).await.len(), 1, "the lost phone has nobody");
    assert!(!server.get(&mut old, "/my-code/people").await.text().contains("Opa"));
    let mut checker = Checker::new(&server).await;
    checker.fetch(&server, &pass).await;
    let now = server.app.now().seconds().unsigned_abs();
    assert_eq!(reasons(&checker, &on_old, &pass, now), [credential::Reason::Withdrawn]);
    assert_eq!(ask_for_pass(&server, &on_old, &opa).await.status, StatusCode::CONFLICT);
    let moved = Phone { browser: new.clone(), key: crate::pass::testing::device_key(), ..on_old };
    let fresh = pass_in(&ask_for_pass(&server, &moved, &opa).await);
    checker.fetch(&server, &fresh).await;
    assert_eq!(reasons(&checker, &moved, &fresh, now), []);
    server.stop().await;
}

#[tokio::test]
async fn removing_one_leaves_the_others_and_an_owner_who_leaves_takes_all_off() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    guardian.browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let owners = guardian.pass(&server).await;
    let (lena, child) = add_with_code(&server, &mut guardian.browser, "Lena").await;
    let (opa, old) = add_with_code(&server, &mut guardian.browser, "Opa").await;
    let lenas = pass_in(&ask_for_pass(&server, &child, &lena).await);
    let opas = pass_in(&ask_for_pass(&server, &old, &opa).await);
    server.advance(Duration::from_secs(1));
    let browser = &mut guardian.browser;
    let to = [("to", lena.as_str()), ("next", "leave")];
    assert_eq!(post(&server, browser, &opa, "/my-code/people/show", &to).await.location, "/my-code/leave");
    let asked = server.get(browser, "/my-code/leave").await.text();
    assert!(asked.contains("Remove Lena from this phone?") && !asked.contains("Opa"), "{asked}");
    let removed = post(&server, browser, &lena, "/my-code/leave", &[]).await;
    assert_eq!(removed.location, "/my-code/people");
    assert!(browser.cookies.contains_key("tongxing-device"), "the phone keeps its session");
    assert_eq!(shown(&server, browser).await.id, guardian.session, "the owner is shown");
    let mut checker = Checker::new(&server).await;
    for pass in [&owners, &lenas, &opas] {
        checker.fetch(&server, pass).await;
    }
    let now = server.app.now().seconds().unsigned_abs();
    assert_eq!(reasons(&checker, &child, &lenas, now), [credential::Reason::Withdrawn]);
    assert_eq!(reasons(&checker, &old, &opas, now), []);
    assert_eq!(reasons(&checker, &guardian, &owners, now), []);

    let browser = &mut guardian.browser;
    let asked = server.get(browser, "/my-code/leave").await.text();
    assert!(
        asked.contains("These people are removed from this phone too") && asked.contains("Opa"),
        "{asked}"
    );
    let left = post(&server, browser, &PersonTag::OWNER, "/my-code/leave", &[]).await;
    assert_eq!(left.location, "/my-code/left");
    assert!(people(&server, guardian.session).await.is_empty(), "the phone keeps nobody");
    for pass in [&owners, &opas] {
        checker.fetch(&server, pass).await;
    }
    assert_eq!(reasons(&checker, &old, &opas, now), [credential::Reason::Withdrawn]);
    assert_eq!(reasons(&checker, &guardian, &owners, now), [credential::Reason::Withdrawn]);
    server.stop().await;
}

#[tokio::test]
async fn who_comes_along_is_told_so_in_the_history() {
    let server = TestServer::start().await;
    let mut old = Browser::speaking("en");
    server.post(&mut old, "/apply", &[]).await;
    let guardian = shown(&server, &old).await;
    let (lena, _) = add(&server, &mut old, "Lena", "under_14").await;
    let (childs, _) = apply_for(&server, &mut old, &lena).await;
    switch(&server, &mut old, &PersonTag::OWNER).await;
    let (_, code) = {
        let fields = [
            ("number", "XC7654321"),
            ("issuing_state", "UTO"),
            ("expiry_day", "1"),
            ("expiry_month", "1"),
            ("expiry_year", "2032"),
        ];
        fill(&server, &mut old, &PersonTag::OWNER).await;
        server.post(&mut old, "/apply/document", &fields).await;
        server.post(&mut old, "/apply/consent", &[("consent", "yes")]).await;
        assert_eq!(server.post(&mut old, "/apply/check", &[]).await.location, "/apply/done");
        (guardian, code_on(&server, guardian.id).await)
    };
    let mut new = Browser::speaking("en");
    server.post(&mut new, "/recover", &[("code", &code)]).await;
    let events =
        read!(server.app.store, "test.events", StoreError, |tx| { call!(tx, application::events(childs)) });
    assert_eq!(events.unwrap().iter().filter(|event| event.kind == EventKind::Recovered).count(), 1);
    server.stop().await;
}

async fn exists(server: &TestServer, id: ApplicationId) -> bool {
    read!(server.app.store, "test.exists", StoreError, |tx| { call!(tx, application::by_id(id)) })
        .unwrap()
        .is_some()
}

/// A guardian deletes a child's data on their own phone, or their own: never both at once.
#[tokio::test]
async fn deleting_the_data_of_one_leaves_those_of_the_others() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    guardian.browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let browser = &mut guardian.browser;
    let (mia, _) = add(&server, browser, "Mia", "under_14").await;
    let (mias, _) = apply_for(&server, browser, &mia).await;
    let asked = server.get(browser, "/my-data/delete").await.text();
    assert!(!asked.contains("Companions on this phone"), "it is about Mia alone: {asked}");
    let deleted = post(&server, browser, &mia, "/my-data/delete", &[]).await;
    assert_eq!(deleted.location, "/my-code/people");
    assert!(!exists(&server, mias).await && people(&server, guardian.session).await.len() == 1);
    let own = guardian.pass(&server).await;

    let browser = &mut guardian.browser;
    let (lena, _) = add(&server, browser, "Lena", "under_14").await;
    let (lenas, code) = apply_for(&server, browser, &lena).await;
    switch(&server, browser, &PersonTag::OWNER).await;
    let asked = server.get(browser, "/my-data/delete").await.text();
    assert!(asked.contains("Lena") && asked.contains("press their name first"), "{asked}");
    let deleted = post(&server, browser, &PersonTag::OWNER, "/my-data/delete", &[]).await;
    assert_eq!(deleted.location, "/my-data/deleted");
    let mut checker = Checker::new(&server).await;
    checker.fetch(&server, &own).await;
    let now = server.app.now().seconds().unsigned_abs();
    assert_eq!(reasons(&checker, &guardian, &own, now), [credential::Reason::Withdrawn]);
    assert!(exists(&server, lenas).await, "hers is not the guardian's to delete along");
    let mut new = Browser::speaking("en");
    assert_eq!(server.post(&mut new, "/recover", &[("code", &code)]).await.location, "/application");
    server.stop().await;
}

/// A child who turns 14 decides from then on: the phone says so, and no longer calls them under 14.
#[tokio::test]
async fn a_child_who_has_turned_fourteen_is_called_so() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    let browser = &mut guardian.browser;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let (lena, _) = add(&server, browser, "Lena", "under_14").await;
    apply_for(&server, browser, &lena).await;
    let list = server.get(browser, "/my-code/people").await.text();
    assert!(list.contains("A child under 14") && !list.contains("decides about their own data"), "{list}");
    server.advance(Duration::from_hours(24 * 365 * 5 + 24 * 120));
    let list = server.get(browser, "/my-code/people").await.text();
    assert!(list.contains("14 or older") && !list.contains("A child under 14"), "{list}");
    assert!(
        list.contains("Lena is 14 or older by now") || list.contains("decides about their own data"),
        "{list}"
    );
    server.stop().await;
}

/// A place that holds nothing any more says what somebody is called: it goes with the phones that hold nothing.
#[tokio::test]
async fn the_name_of_somebody_who_moved_away_is_forgotten_in_time() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    let browser = &mut guardian.browser;
    let (lena, _) = add(&server, browser, "Lena", "under_14").await;
    let (_, code) = apply_for(&server, browser, &lena).await;
    server.post(&mut Browser::speaking("en"), "/recover", &[("code", &code)]).await;
    server.advance(crate::holder::erase::PHONE_KEPT);
    crate::holder::erase::forget_old(&server.app).await.unwrap();
    assert_eq!(people(&server, guardian.session).await.len(), 2, "she may come back");
    server.advance(Duration::from_secs(1));
    crate::holder::erase::forget_old(&server.app).await.unwrap();
    assert_eq!(people(&server, guardian.session).await.len(), 1);
    server.stop().await;
}
