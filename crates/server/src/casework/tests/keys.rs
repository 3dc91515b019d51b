//! Lists of day keys: handed in, confirmed by the unit's own fingerprint, withdrawn, and warned of in time.

use std::time::Duration;

use domain::Role;
use domain::entropy::SeededEntropy;
use store::{StoreError, call, read};
use visits::{Day, DayKey, PublicList};

use super::desk::upload;
use crate::testing::{Answer, Browser, TestServer};

const DAY: Duration = Duration::from_hours(24);

fn list(server: &TestServer, unit: &str, days: u32, seed: u64) -> PublicList {
    let (entropy, today) = (SeededEntropy::new(seed), Day::of(server.app.now()));
    let key = |ahead| {
        DayKey::generate(unit.parse().unwrap(), today.plus(ahead).unwrap(), &entropy).public().clone()
    };
    PublicList::new(unit.parse().unwrap(), (0..days).map(key).collect()).unwrap()
}

struct Keys {
    server: TestServer,
    administrator: Browser,
    officers: [Browser; 2],
}

impl Keys {
    async fn open() -> Self {
        let server = TestServer::start().await;
        let administrator = server.signed_in("Operations", &[Role::Administrator]).await;
        let officers = [
            server.signed_in("A", &[Role::HealthOfficer]).await,
            server.signed_in("B", &[Role::HealthOfficer]).await,
        ];
        Self { server, administrator, officers }
    }

    async fn add(&mut self, half: &str, text: &str) -> Answer {
        upload(&self.server, &mut self.administrator, "/staff/visit-keys", &[("half", half)], text).await
    }

    async fn confirm(&mut self, officer: usize, fingerprint: &str) -> Answer {
        let page = self.server.get(&mut self.officers[officer], "/cases/keys").await.text();
        let id =
            page.split("name=\"list\" value=\"").nth(1).map(|rest| rest[..16].to_owned()).unwrap_or_default();
        let fields = [("list", &id[..]), ("fingerprint", fingerprint)];
        self.server.post(&mut self.officers[officer], "/cases/keys", &fields).await
    }

    async fn in_force(&self) -> Vec<(i64, String)> {
        let day = self.server.app.now().day();
        let rows = read!(self.server.app.store, "test.in_force", StoreError, |tx| {
            call!(tx, visit_keys::in_force(day))
        });
        rows.unwrap().into_iter().map(|row| (row.half, row.unit)).collect()
    }
}

#[tokio::test]
async fn a_list_counts_once_its_own_unit_has_compared_the_fingerprint() {
    let mut keys = Keys::open().await;
    let (a, b) = (list(&keys.server, "A", 31, 1), list(&keys.server, "B", 10, 2));
    assert_eq!(keys.add("1", &a.to_json()).await.location, "/staff/visit-keys");
    assert_eq!(keys.add("2", &b.to_json()).await.location, "/staff/visit-keys");
    assert_eq!(keys.in_force().await, []);
    let page = keys.server.get(&mut keys.officers[0], "/cases/keys").await.text();
    assert!(!page.contains(&a.fingerprint()), "it is not there to be copied");
    let wrong = keys.confirm(0, &b.fingerprint()).await;
    assert!(wrong.text().contains("somebody exchanged a key"), "{}", wrong.text());
    let typed = a.fingerprint().to_uppercase().replace(' ', "");
    assert_eq!(keys.confirm(0, &typed).await.location, "/cases/keys");
    assert_eq!(keys.confirm(1, &b.fingerprint()).await.location, "/cases/keys");
    assert_eq!(keys.in_force().await, [(1, "A".to_owned()), (2, "B".to_owned())]);
    keys.server.advance(2 * DAY);
    let page = keys.server.signed_in("Operations", &[Role::Administrator]).await;
    let text = keys.server.get(&mut page.clone(), "/staff/visit-keys").await.text();
    assert!(!text.contains("Ask the unit for its next list"), "eight days are left: {text}");
    keys.server.advance(2 * DAY);
    let mut page = keys.server.signed_in("Operations", &[Role::Administrator]).await;
    let text = keys.server.get(&mut page, "/staff/visit-keys").await.text();
    assert_eq!(text.matches("Ask the unit for its next list").count(), 1, "{text}");
    keys.server.stop().await;
}

#[tokio::test]
async fn bad_files_and_conflicts_are_told_and_nothing_counts() {
    let mut keys = Keys::open().await;
    let a = list(&keys.server, "A", 31, 1);
    for (half, text, said) in [
        ("1", "{}".to_owned(), "The file cannot be used"),
        ("1", "\u{0}".to_owned(), "The file cannot be used"),
        ("3", a.to_json(), "Choose which half"),
        ("1", list(&keys.server, "Nowhere", 3, 1).to_json(), "There is no unit named"),
        ("1", a.to_json().replacen("\"kid\": \"", "\"kid\": \"A", 1), "The file cannot be used"),
    ] {
        let answer = keys.add(half, &text).await;
        assert!(
            answer.status == axum::http::StatusCode::UNPROCESSABLE_ENTITY && answer.text().contains(said),
            "{said}: {}",
            answer.text()
        );
    }
    keys.add("1", &a.to_json()).await;
    assert!(keys.add("1", &a.to_json()).await.text().contains("there already"));
    keys.confirm(0, &a.fingerprint()).await;
    let other = list(&keys.server, "A", 5, 9);
    assert!(keys.add("2", &other.to_json()).await.text().contains("holds the other half"));
    keys.server.advance(40 * DAY);
    keys.administrator = keys.server.signed_in("Operations", &[Role::Administrator]).await;
    assert!(keys.add("1", &a.to_json()).await.text().contains("All days of this list are over"));
    keys.server.stop().await;
}

#[tokio::test]
async fn the_list_confirmed_last_counts_and_a_withdrawn_one_no_more() {
    let mut keys = Keys::open().await;
    for seed in [1, 2] {
        let a = list(&keys.server, "A", 31, seed);
        keys.add("1", &a.to_json()).await;
        assert_eq!(keys.confirm(0, &a.fingerprint()).await.location, "/cases/keys");
        keys.server.advance(Duration::from_mins(1));
    }
    let day = keys.server.app.now().day();
    let key = || async {
        read!(keys.server.app.store, "test.key", StoreError, |tx| { call!(tx, visit_keys::in_force(day)) })
            .unwrap()
    };
    let newest = list(&keys.server, "A", 31, 2).keys()[0].point().to_vec();
    assert_eq!(key().await[0].public_key, newest);
    let page = keys.server.get(&mut keys.administrator, "/staff/visit-keys").await.text();
    let id = page.split("name=\"list\" value=\"").nth(1).unwrap()[..16].to_owned();
    keys.server.post(&mut keys.administrator, "/staff/visit-keys/withdraw", &[("list", &id)]).await;
    assert_eq!(key().await, [], "the older one does not come back by itself");
    let again =
        keys.server.post(&mut keys.administrator, "/staff/visit-keys/withdraw", &[("list", &id)]).await;
    assert!(again.text().contains("confirmed or withdrawn already"));
    keys.server.stop().await;
}
