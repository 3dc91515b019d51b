//! From the question to the people, and everything that stands in the way.

use std::time::Duration;

use axum::http::StatusCode;
use visits::Kind;

use super::desk::{Desk, LIBRARY, MARKET, UNITS};
use crate::pass::testing::{HEALTHY, phone};
use store::{StoreError, call, transact};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn both_units_together_open_exactly_the_visits_of_the_window_and_each_person_is_one_task() {
    let mut desk = Desk::open().await;
    let (anna, ben, cara) = (
        phone(&desk.server, &HEALTHY).await,
        phone(&desk.server, &HEALTHY).await,
        phone(&desk.server, &HEALTHY).await,
    );
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry), (LIBRARY, cara.holder, Kind::Entry)]).await;
    desk.visit(
        at.plus(Duration::from_mins(20)),
        &[(MARKET, anna.holder, Kind::Exit), (MARKET, ben.holder, Kind::Entry)],
    )
    .await;
    // Outside of the window: before and after it.
    desk.visit(at.minus(HOUR), &[(MARKET, cara.holder, Kind::Entry)]).await;
    desk.visit(at.plus(HOUR), &[(MARKET, cara.holder, Kind::Exit)]).await;

    let opening = desk.opened(at).await;
    let page = desk.get(0, &opening).await.text();
    assert!(page.contains("3 of 3 visits"), "{page}");
    let tasks = desk.get(0, "/cases/tasks").await.text();
    assert_eq!(tasks.matches("/take\"").count(), 2, "Anna and Ben, each once: {tasks}");
    assert!(!tasks.contains("Eriksson"), "the list names nobody");

    let path = tasks
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap())
        .find(|p| p.starts_with("/cases/tasks/"));
    let path = path.unwrap().to_owned();
    let before = desk.get(0, &path).await.text();
    assert!(before.contains("Take it to see") && !before.contains("Eriksson"), "{before}");
    desk.post(0, &format!("{path}/take"), &[]).await;
    let mine = desk.get(0, &path).await.text();
    assert!(mine.contains("Eriksson") && mine.contains("Came: "), "{mine}");
    let wrong = desk.post(0, &format!("{path}/outcome"), &[("note", "Called.")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("Called."), "what was typed stays");
    let done = desk.post(0, &format!("{path}/outcome"), &[("outcome", "reached"), ("note", "Called.")]).await;
    assert_eq!(done.location, "/cases/tasks", "{}", done.text());
    assert!(desk.get(0, &path).await.text().contains("This is done"));
    assert_eq!(desk.get(1, &path).await.status, StatusCode::NOT_FOUND, "another unit's people");
    assert_eq!(desk.get(1, "/cases/tasks").await.text().matches("/take\"").count(), 0);
    desk.server.stop().await;
}

#[tokio::test]
async fn what_is_opened_first_is_forgotten_once_the_visits_are_open() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry)]).await;
    let opening = desk.opened(at).await;
    for path in ["shares", "opened", "records"] {
        let answer = desk.get(1, &format!("{opening}/{path}")).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{path}");
    }
    let id = opening.rsplit('/').next().unwrap().parse().unwrap();
    let first = transact!(desk.server.app.store, "test.first", StoreError, |tx| {
        call!(tx, visit_opening::first(id))
    });
    assert!(first.unwrap().is_none());
    desk.server.stop().await;
}

#[tokio::test]
async fn shares_that_the_other_unit_leaves_lie_are_forgotten_and_may_be_opened_again() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry)]).await;
    let case = desk.case().await;
    let opening = desk.ask(&case, at).await;
    desk.approve(1, &opening).await;
    desk.open_first(1, &opening).await;
    assert!(desk.get(0, &opening).await.text().contains("Open the visits"), "either unit may begin");
    desk.server.advance(Duration::from_hours(73));
    crate::holder::erase::forget_old(&desk.server.app).await.unwrap();
    // A session of staff has ended meanwhile.
    desk.officers[0] = desk.server.signed_in(UNITS[0], &[domain::Role::HealthOfficer]).await;
    assert!(desk.get(0, &opening).await.text().contains("Open and hand over"));
    desk.server.stop().await;
}

#[tokio::test]
async fn a_window_without_visits_is_done_when_it_is_approved() {
    let mut desk = Desk::open().await;
    let case = desk.case().await;
    let opening = desk.ask(&case, desk.server.app.now().minus(5 * HOUR)).await;
    desk.approve(1, &opening).await;
    assert!(desk.get(0, &opening).await.text().contains("0 of 0 visits"));
    desk.server.stop().await;
}

#[tokio::test]
async fn what_is_handed_in_is_of_this_opening_or_is_not_taken() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry)]).await;
    desk.visit(at.minus(3 * HOUR), &[(MARKET, anna.holder, Kind::Entry)]).await;
    let case = desk.case().await;
    let (one, other) = (desk.ask(&case, at).await, desk.ask(&case, at.minus(3 * HOUR)).await);
    for opening in [&one, &other] {
        desk.approve(1, opening).await;
    }
    let shares = desk.get(0, &format!("{one}/shares")).await.text();
    let opened = desk.open_shares(0, &shares);
    let refused = desk.hand_in(0, &format!("{other}/opened"), &opened).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("belong to another opening"), "{}", refused.text());
    for nothing in ["", "{}\n", "no line of it\n"] {
        let refused = desk.hand_in(0, &format!("{one}/opened"), nothing).await;
        assert!(refused.text().contains("no line that could be used"), "{nothing}");
    }
    desk.open_first(0, &one).await;
    desk.open_first(0, &other).await;
    let (visits, elsewhere) = (desk.open_second(1, &one).await, desk.open_second(1, &other).await);
    for wrong in [elsewhere.clone(), format!("{visits}{visits}"), format!("{visits}{elsewhere}")] {
        let refused = desk.hand_in(1, &format!("{one}/visits"), &wrong).await;
        assert!(refused.text().contains("or stand in the file twice"), "{}", refused.text());
    }
    assert_eq!(desk.hand_in(1, &format!("{one}/visits"), &visits).await.location, one);
    let again = desk.hand_in(1, &format!("{one}/visits"), &visits).await;
    assert!(again.text().contains("opened already"), "{}", again.text());
    desk.server.stop().await;
}

#[tokio::test]
async fn asking_is_checked_and_nothing_typed_is_lost() {
    let mut desk = Desk::open().await;
    let case = desk.case().await;
    let ask = format!("{case}/ask");
    let found = desk.get(0, &format!("{ask}?q=%E6%B1%9F%E5%9F%8E")).await.text();
    assert!(found.contains("1 River Road") && found.contains("90 Lake Road"), "two alike: {found}");
    assert!(desk.get(0, &format!("{ask}?q=river")).await.text().contains("1 River Road"));
    assert!(desk.get(0, &format!("{ask}?q=%25")).await.text().contains("No place was found"));
    let market = MARKET.to_string();
    let fields = [
        ("q", "江城"),
        ("location", &market[..]),
        ("from", "2026-11-23T08:00"),
        ("until", "2026-11-26T08:00"),
        ("reason", "Bought fish."),
    ];
    let answer = desk.post(0, &ask, &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = answer.text();
    for kept in ["Ask twice", "Bought fish.", "2026-11-23T08:00", "checked", "1 River Road"] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    let empty = desk.post(0, &ask, &[]).await;
    for missing in ["Find the place and choose it", "Give a date and a time", "Write why"] {
        assert!(empty.text().contains(missing), "{missing}");
    }
    assert_eq!(desk.get(1, &case).await.status, StatusCode::NOT_FOUND, "another unit's case");
    assert_eq!(desk.post(1, &ask, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let closed = desk.post(0, &format!("{case}/close"), &[]).await;
    assert_eq!(closed.location, "/cases");
    let fields = [
        ("location", &market[..]),
        ("from", "2026-11-23T08:00"),
        ("until", "2026-11-23T09:00"),
        ("reason", "x"),
    ];
    assert!(desk.post(0, &ask, &fields).await.text().contains("The case is closed"));
    desk.server.stop().await;
}

#[tokio::test]
async fn a_window_in_which_a_unit_changes_is_asked_for_in_two() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry)]).await;
    // From then on the halves are the other way round.
    desk.keys.swap(0, 1);
    desk.confirm_lists([UNITS[1], UNITS[0]]).await;
    desk.visit(at.plus(Duration::from_mins(10)), &[(MARKET, anna.holder, Kind::Exit)]).await;
    let case = desk.case().await;
    let typed = crate::casework::when::typed;
    let (from, until, market) = (typed(at.minus(HOUR)), typed(at.plus(HOUR)), MARKET.to_string());
    let fields = [("location", &market[..]), ("from", &from), ("until", &until), ("reason", "Was there.")];
    let answer = desk.post(0, &format!("{case}/ask"), &fields).await;
    assert!(answer.text().contains("the keys go over from one unit to another"), "{}", answer.text());
    desk.server.stop().await;
}

#[tokio::test]
async fn a_place_is_found_by_the_code_of_its_poster() {
    use domain::location::{LocationCode, Poster};
    let mut desk = Desk::open().await;
    let code = LocationCode::draw(&*desk.server.app.entropy);
    let now = desk.server.app.now();
    let row = store::rows::location::CodeRow {
        code,
        location: LIBRARY,
        entrance: None,
        tablet: false,
        poster: Poster { version: 1, made: now, ends: None },
        made_by: domain::id::kind::StaffId::from_i64(1),
    };
    transact!(desk.server.app.store, "test.code", StoreError, |tx| { call!(tx, location::add_code(&row)) })
        .unwrap();
    let case = desk.case().await;
    let found = desk.get(0, &format!("{case}/ask?q={}", code.grouped())).await.text();
    assert!(found.contains("90 Lake Road") && !found.contains("1 River Road"), "{found}");
    desk.server.stop().await;
}
