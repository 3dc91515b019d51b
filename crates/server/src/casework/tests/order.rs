//! P5: no single officer, no other role, and no call in any order gets both shares or a record. P6: public security gets
//! nothing of it at all.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use domain::Role;
use visits::{Half, Kind, lines};

use super::desk::{Desk, MARKET, UNITS, upload};
use crate::http::route::{Access, Verb};
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::Browser;

const HOUR: Duration = Duration::from_hours(1);

/// What somebody has been handed.
#[derive(Default, Debug, PartialEq, Eq)]
struct Got {
    wrapped: BTreeSet<u8>,
    opened: BTreeSet<u8>,
    records: usize,
}

impl Got {
    fn read(&mut self, text: &str) {
        let number = |half| if half == Half::First { 1 } else { 2 };
        for line in text.lines() {
            if let Ok(share) = lines::read_share(line) {
                self.wrapped.insert(number(share.header().half));
            } else if let Ok(share) = lines::read_opened(line) {
                self.opened.insert(number(share.header().half));
            } else if lines::read_record(line).is_ok() {
                self.records += 1;
            }
        }
    }
}

/// A stand-in for chance that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Everything that can be asked about an opening, by one browser, once.
async fn ask(
    desk: &Desk,
    browser: &mut Browser,
    opening: &str,
    what: usize,
    file: &str,
    got: &mut Got,
) -> StatusCode {
    let server = &desk.server;
    let answer = match what {
        0 => server.get(browser, &format!("{opening}/shares")).await,
        1 => server.get(browser, &format!("{opening}/opened")).await,
        2 => server.get(browser, &format!("{opening}/records")).await,
        3 => server.post(browser, &format!("{opening}/decide"), &[("decision", "approve")]).await,
        4 => upload(server, browser, &format!("{opening}/opened"), &[], file).await,
        5 => upload(server, browser, &format!("{opening}/visits"), &[], file).await,
        _ => server.get(browser, opening).await,
    };
    got.read(&answer.text());
    answer.status
}

async fn prepared() -> (Desk, String) {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry)]).await;
    let case = desk.case().await;
    let opening = desk.ask(&case, at).await;
    (desk, opening)
}

#[tokio::test]
async fn before_approval_nobody_gets_anything_whatever_they_call_in_whatever_order() {
    let (desk, opening) = prepared().await;
    for seed in 0..6 {
        let mut dice = Dice(seed);
        for officer in 0..3 {
            let (mut got, mut browser) = (Got::default(), desk.officers[officer].clone());
            for _ in 0..25 {
                let what = dice.below(7);
                // Whoever is of another unit than the case may approve: below.
                if what != 3 || officer == 0 {
                    ask(&desk, &mut browser, &opening, what, "", &mut got).await;
                }
            }
            assert_eq!(got, Got::default(), "{seed} {officer}");
        }
    }
    desk.server.stop().await;
}

#[tokio::test]
async fn after_approval_each_unit_alone_gets_its_own_half_and_no_record() {
    for seed in 0..6 {
        let (mut desk, opening) = prepared().await;
        desk.approve(1, &opening).await;
        for officer in 0..3 {
            let (mut dice, mut got, mut browser) =
                (Dice(seed), Got::default(), desk.officers[officer].clone());
            let shares = desk.get(officer, &format!("{opening}/shares")).await.text();
            got.read(&shares);
            let file = if officer < 2 { desk.open_shares(officer, &shares) } else { String::new() };
            for _ in 0..30 {
                let what = dice.below(7);
                // Only one unit hands in: with both, it is open, as it should be.
                let hands_in = what == 4 && officer != usize::try_from(seed % 2).unwrap();
                if !hands_in {
                    ask(&desk, &mut browser, &opening, what, &file, &mut got).await;
                }
            }
            let own = if officer < 2 {
                BTreeSet::from([u8::try_from(officer + 1).unwrap()])
            } else {
                BTreeSet::new()
            };
            assert_eq!(got.wrapped, own, "{seed} {officer} {got:?}");
            // Once the first unit has handed in, the second gets what that one opened.
            let first_is_in = officer == 1 && seed % 2 == 0;
            let opened = if first_is_in { BTreeSet::from([1]) } else { BTreeSet::new() };
            assert!(got.opened.is_subset(&opened), "{seed} {officer} {got:?}");
            assert!(first_is_in || got.records == 0, "{seed} {officer} {got:?}");
        }
        desk.server.stop().await;
    }
}

#[tokio::test]
async fn whoever_opened_the_first_half_is_refused_the_second_even_in_the_other_unit() {
    let (mut desk, opening) = prepared().await;
    desk.approve(1, &opening).await;
    desk.open_first(0, &opening).await;
    // The administrator moves them to the other unit.
    let hash = crate::http::session::token_hash(&desk.officers[0].cookies["tongxing-staff"]);
    let staff = crate::http::actors::staff(&desk.server.app, &hash).await.unwrap().unwrap();
    store::transact!(desk.server.app.store, "test.move", store::StoreError, |tx| {
        let unit_id = store::call!(tx, visit_keys::unit(UNITS[1]))?.unwrap();
        let change = store::rows::staff::AccountChange {
            name: "Moved".to_owned(),
            unit_id,
            roles: vec![Role::HealthOfficer],
        };
        store::call!(tx, staff::change(staff.id, &change))
    })
    .unwrap();
    for path in ["shares", "opened", "records"] {
        let answer = desk.get(0, &format!("{opening}/{path}")).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{path}");
        assert!(answer.text().contains("Somebody else opens the second"), "{}", answer.text());
    }
    desk.server.stop().await;
}

#[tokio::test]
async fn nobody_of_the_unit_that_asked_decides_and_it_is_decided_once() {
    let (mut desk, opening) = prepared().await;
    let mut colleague = desk.server.signed_in(UNITS[0], &[Role::HealthOfficer]).await;
    for browser in [&mut desk.officers[0].clone(), &mut colleague] {
        let path = format!("{opening}/decide");
        let refused = desk.server.post(browser, &path, &[("decision", "approve")]).await;
        assert!(refused.text().contains("Nobody of the unit that asked"), "{}", refused.text());
    }
    assert_eq!(desk.post(2, &format!("{opening}/decide"), &[("decision", "refuse")]).await.location, opening);
    assert!(desk.approve(1, &opening).await.text().contains("decided on it already"));
    let refused = desk.get(0, &format!("{opening}/shares")).await;
    assert!(refused.text().contains("Nothing is handed out"), "{}", refused.text());
    desk.server.stop().await;
}

/// Every route of this folder with the ids of this opening in it.
fn routes(opening: &str, case: &str) -> Vec<(Verb, String, Access)> {
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let filled =
        |path: &str| path.replace("{id}", &id(if path.contains("openings") { opening } else { case }));
    crate::casework::endpoints()
        .iter()
        .map(|one| (one.route.verb, filled(one.route.path), one.route.access))
        .collect()
}

#[tokio::test]
async fn public_security_and_every_other_role_get_nothing_on_every_route() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry)]).await;
    let case = desk.case().await;
    let opening = desk.ask(&case, at).await;
    desk.approve(1, &opening).await;
    desk.open_first(0, &opening).await;
    let others: Vec<Vec<Role>> = Role::ALL
        .into_iter()
        .filter(|role| !matches!(role, Role::HealthOfficer | Role::Administrator))
        .map(|role| vec![role])
        // Whoever files passports reads no visit, whatever else their account may do.
        .chain([vec![Role::FilingOfficer, Role::HealthOfficer]])
        .collect();
    for roles in others {
        // Of the unit whose turn it is: it is the role that keeps them out.
        let mut browser = desk.server.signed_in(UNITS[1], &roles).await;
        for (verb, path, access) in routes(&opening, &case) {
            if access == Access::Device {
                continue; // a phone's page, about nobody's visit
            }
            let method = if verb == Verb::Get { Method::GET } else { Method::POST };
            let answer = match verb {
                Verb::Get => desk.server.get(&mut browser, &path).await,
                Verb::Post => {
                    upload(&desk.server, &mut browser, &path, &[("decision", "approve")], "x").await
                }
            };
            let status = answer.status;
            assert!(
                status == StatusCode::FORBIDDEN || status == StatusCode::NOT_FOUND,
                "{roles:?} {method} {path}: {status}"
            );
            let mut got = Got::default();
            got.read(&answer.text());
            assert_eq!(got, Got::default(), "{roles:?} {path}");
        }
    }
    let mut administrator = desk.server.signed_in(UNITS[1], &[Role::Administrator]).await;
    for path in ["shares", "opened", "records"] {
        let answer = desk.server.get(&mut administrator, &format!("{opening}/{path}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "the operator: {path}");
    }
    let mut nobody = Browser::default();
    let answer = desk.server.get(&mut nobody, &format!("{opening}/records")).await;
    assert_ne!(answer.status, StatusCode::OK);
    desk.server.stop().await;
}

#[tokio::test]
async fn what_is_another_units_is_not_seen_and_a_task_is_one_officers() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry)]).await;
    let case = desk.case().await;
    let opening = desk.ask(&case, at).await;
    desk.approve(1, &opening).await;
    desk.open_first(0, &opening).await;
    for path in [case.clone(), format!("{case}/ask")] {
        assert_eq!(desk.get(2, &path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["close", "code"] {
        assert_eq!(
            desk.post(2, &format!("{case}/{path}"), &[]).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    for path in ["shares", "opened", "records"] {
        assert_eq!(desk.get(2, &format!("{opening}/{path}")).await.status, StatusCode::CONFLICT, "{path}");
    }
    for path in ["opened", "visits"] {
        let refused = desk.hand_in(2, &format!("{opening}/{path}"), "{}").await;
        assert!(refused.text().contains("belong to two other units"), "{path}: {}", refused.text());
    }
    let visits = desk.open_second(1, &opening).await;
    desk.hand_in(1, &format!("{opening}/visits"), &visits).await;
    let tasks = desk.get(0, "/cases/tasks").await.text();
    let task =
        tasks.split("action=\"").map(|rest| rest.split('"').next().unwrap()).find(|p| p.ends_with("/take"));
    let task = task.unwrap().trim_end_matches("/take").to_owned();
    for list in ["/cases", "/cases/tasks", "/cases/keys"] {
        let page = desk.get(2, list).await.text();
        assert!(!page.contains("Report 2026-117") && !page.contains(&task), "{list}");
    }
    assert_eq!(desk.get(2, &task).await.status, StatusCode::NOT_FOUND);
    for path in ["take", "release", "outcome"] {
        let fields = [("outcome", "reached")];
        assert_eq!(
            desk.post(2, &format!("{task}/{path}"), &fields).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    // A colleague of the same unit, while it is taken.
    desk.post(0, &format!("{task}/take"), &[]).await;
    let mut colleague = desk.server.signed_in(UNITS[0], &[Role::HealthOfficer]).await;
    assert!(!desk.server.get(&mut colleague, &task).await.text().contains("Eriksson"));
    for (path, fields) in [("take", &[][..]), ("outcome", &[("outcome", "reached")][..])] {
        let refused = desk.server.post(&mut colleague, &format!("{task}/{path}"), fields).await;
        assert!(refused.text().contains("Somebody else works on it"), "{path}: {}", refused.text());
    }
    desk.server.post(&mut colleague, &format!("{task}/release"), &[]).await;
    assert!(desk.get(0, &task).await.text().contains("Eriksson"), "it is still the first one's");
    desk.server.stop().await;
}
