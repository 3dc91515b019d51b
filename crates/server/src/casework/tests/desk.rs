//! Two units with day keys, an officer of each, a third unit's officer, a location, and visits sealed for it.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, header};
use domain::entropy::SeededEntropy;
use domain::id::kind::{HolderId, LocationId, StaffId, UnitId, VisitKeyListId};
use domain::location::{LocationKind, Slot, Stay};
use domain::{Role, Timestamp};
use store::rows::location::{LocationDetails, LocationRow, LocationState};
use store::rows::visit::{VisitKeyListRow, VisitKeyRow, VisitRow};
use store::{StoreError, call, read, transact};
use visits::{Day, DayKey, JoinedKey, Kind, OpenedShare, Shares, VisitId, WrappedShare, lines};

use crate::testing::{Answer, Browser, TestServer};
use crate::visit::seal::Unsealed;
use crate::visit::writer;

pub const UNITS: [&str; 2] = ["Health Commission, Wuhan", "省疾控中心"];
pub const MARKET: LocationId = LocationId::from_i64(31);
pub const LIBRARY: LocationId = LocationId::from_i64(32);

/// A server with the two units at work.
pub struct Desk {
    pub server: TestServer,
    /// An officer of the first unit, of the second, and of a third that holds no keys.
    pub officers: [Browser; 3],
    pub keys: [Vec<DayKey>; 2],
}

pub fn location(id: LocationId, name: &str, address: &str) -> LocationRow {
    LocationRow {
        id,
        details: LocationDetails {
            name: name.to_owned(),
            name_other: Some("River Market".to_owned()),
            kind: LocationKind::Market,
            division: "420106".to_owned(),
            address: address.to_owned(),
            capacity: None,
            stay: Stay::from_minutes(60).unwrap(),
            entry_rule: false,
        },
        checkpoint: None,
        state: LocationState::Approved,
        reason: None,
        made_at: crate::testing::START,
        made_by: StaffId::from_i64(1),
        decided_at: None,
        decided_by: None,
        version: 0,
    }
}

impl Desk {
    pub async fn open() -> Self {
        let server = TestServer::start().await;
        let health = [Role::HealthOfficer];
        let officers = [
            server.signed_in(UNITS[0], &health).await,
            server.signed_in(UNITS[1], &health).await,
            server.signed_in("Third unit", &health).await,
        ];
        let entropy = SeededEntropy::new(11);
        let today = Day::of(server.app.now());
        let days = || (0..25).filter_map(|back| today.minus(22).plus(back));
        let keys = UNITS.map(|unit| {
            days().map(|day| DayKey::generate(unit.parse().unwrap(), day, &entropy)).collect::<Vec<_>>()
        });
        let desk = Self { server, officers, keys };
        desk.confirm_lists(UNITS).await;
        transact!(desk.server.app.store, "test.locations", StoreError, |tx| {
            call!(tx, location::add(&location(MARKET, "江城市场", "1 River Road")))?;
            call!(tx, location::add(&location(LIBRARY, "江城市场", "90 Lake Road")))
        })
        .unwrap();
        desk
    }

    /// Lists of both halves count from now on: the first of these units has the first half, with the first of the keys.
    pub async fn confirm_lists(&self, units: [&str; 2]) {
        let app = &self.server.app;
        app.visit.keys.forget();
        for (half, (unit, keys)) in (1..).zip(units.iter().zip(&self.keys)) {
            let id: VisitKeyListId = app.new_id();
            let points: Vec<(i64, Vec<u8>)> = keys
                .iter()
                .map(|key| (i64::from(key.public().day().number()), key.public().point().to_vec()))
                .collect();
            transact!(app.store, "test.list", StoreError, |tx| {
                let unit: Option<UnitId> = call!(tx, visit_keys::unit(unit))?;
                let row = VisitKeyListRow {
                    id,
                    half,
                    unit: unit.unwrap(),
                    fingerprint: "0000".to_owned(),
                    added_at: app.now(),
                    added_by: StaffId::from_i64(1),
                    confirmed_at: None,
                    confirmed_by: None,
                    withdrawn_at: None,
                };
                call!(tx, visit_keys::add(&row, &points))?;
                assert!(call!(tx, visit_keys::confirm(id, StaffId::from_i64(2), app.now()))?);
                Ok(())
            })
            .unwrap();
        }
    }

    /// Writes visits of one minute, as the service does: where, who, and whether they came. Gives their rows, in this order.
    pub async fn visit(&self, at: Timestamp, visits: &[(LocationId, HolderId, Kind)]) -> Vec<VisitRow> {
        let (app, slot) = (&self.server.app, Slot::of(at));
        let one = |(location, holder, kind): &(LocationId, HolderId, Kind)| Unsealed {
            location: *location,
            slot,
            visit: VisitId(app.entropy.bytes()),
            kind: *kind,
            holder: *holder,
            counted: true,
        };
        let unsealed: Vec<Unsealed> = visits.iter().map(one).collect();
        writer::append(&app.as_of(at), unsealed.clone()).await.unwrap();
        let mut rows = Vec::new();
        for one in &unsealed {
            let there = read!(app.store, "test.visits", StoreError, |tx| {
                call!(tx, visit::window(one.location, slot, slot))
            });
            rows.extend(there.unwrap().into_iter().find(|row| row.id == one.visit.0));
        }
        assert_eq!(rows.len(), visits.len());
        rows
    }

    pub async fn get(&mut self, officer: usize, path: &str) -> Answer {
        self.server.get(&mut self.officers[officer], path).await
    }

    pub async fn post(&mut self, officer: usize, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.server.post(&mut self.officers[officer], path, fields).await
    }

    pub async fn hand_in(&mut self, officer: usize, path: &str, file: &str) -> Answer {
        upload(&self.server, &mut self.officers[officer], path, &[], file).await
    }

    /// A case of the first unit's; its path.
    pub async fn case(&mut self) -> String {
        let answer = self.post(0, "/cases", &[("reference", "Report 2026-117")]).await;
        assert!(answer.location.starts_with("/cases/"), "{}", answer.text());
        answer.location
    }

    /// Asks for a window at the market around `at`, for an hour; the opening's path.
    pub async fn ask(&mut self, case: &str, at: Timestamp) -> String {
        let until = at.plus(Duration::from_mins(30)).min(self.server.app.now());
        let typed = super::super::when::typed;
        let (from, until) = (typed(at.minus(Duration::from_mins(30))), typed(until));
        let market = MARKET.to_string();
        let fields =
            [("location", &market[..]), ("from", &from), ("until", &until), ("reason", "Was there.")];
        let answer = self.post(0, &format!("{case}/ask"), &fields).await;
        assert!(answer.location.starts_with("/cases/openings/"), "{}", answer.text());
        answer.location
    }

    pub async fn approve(&mut self, officer: usize, opening: &str) -> Answer {
        self.post(officer, &format!("{opening}/decide"), &[("decision", "approve")]).await
    }

    /// What a unit makes of the file of its shares.
    pub fn open_shares(&self, unit: usize, text: &str) -> String {
        let open = |line: &str| {
            let share = lines::read_share(line).unwrap();
            let key = self.keys[unit].iter().find(|key| key.public().day() == share.header().day()).unwrap();
            lines::opened_line(&share.open(key).unwrap()) + "\n"
        };
        text.lines().map(open).collect()
    }

    /// Fetches a unit's shares, opens them, and hands them in where they are the first ones.
    pub async fn open_first(&mut self, officer: usize, opening: &str) -> String {
        let shares = self.get(officer, &format!("{opening}/shares")).await;
        assert_eq!(shares.headers["content-type"], "application/x-ndjson", "{}", shares.text());
        let opened = self.open_shares(officer, &shares.text());
        let answer = self.hand_in(officer, &format!("{opening}/opened"), &opened).await;
        assert_eq!(answer.location, opening, "{}", answer.text());
        opened
    }

    /// What the second unit makes of all that it is handed.
    pub async fn open_second(&mut self, officer: usize, opening: &str) -> String {
        let shares = self.get(officer, &format!("{opening}/shares")).await.text();
        let ours = self.open_shares(officer, &shares);
        let theirs = self.get(officer, &format!("{opening}/opened")).await.text();
        let records = self.get(officer, &format!("{opening}/records")).await.text();
        open_records(&[&ours, &theirs], &records)
    }

    /// All the way, and who was there.
    pub async fn opened(&mut self, at: Timestamp) -> String {
        let case = self.case().await;
        let opening = self.ask(&case, at).await;
        assert_eq!(self.approve(1, &opening).await.location, opening);
        self.open_first(0, &opening).await;
        let visits = self.open_second(1, &opening).await;
        let answer = self.hand_in(1, &format!("{opening}/visits"), &visits).await;
        assert_eq!(answer.location, opening, "{}", answer.text());
        opening
    }

    /// What one key opens of the window's shares, with nothing else.
    pub fn alone(&self, unit: usize, share: &WrappedShare) -> OpenedShare {
        let key = self.keys[unit].iter().find(|key| key.public().day() == share.header().day()).unwrap();
        share.open(key).unwrap()
    }

    pub async fn all_keys(&self, rows: &[VisitRow]) -> Vec<VisitKeyRow> {
        let ids: Vec<&[u8]> = rows.iter().map(|row| &row.key[..]).collect();
        let ids = &ids;
        read!(self.server.app.store, "test.keys", StoreError, |tx| { call!(tx, visit_opening::keys(ids)) })
            .unwrap()
    }
}

/// The lines of what records hold, with both units' opened shares.
pub fn open_records(opened: &[&str], records: &str) -> String {
    let mut shares = Shares::default();
    for line in opened.iter().flat_map(|text| text.lines()) {
        shares.add(lines::read_opened(line).unwrap()).unwrap();
    }
    let open = |line: &str| {
        let (key, place, record) = lines::read_record(line).unwrap();
        let visit = shares.key(key).unwrap().open(&place, &record).unwrap();
        lines::visit_line(&place, &visit) + "\n"
    };
    records.lines().map(open).collect()
}

/// Whether two opened shares make a key.
pub fn joins(one: &OpenedShare, other: &OpenedShare) -> bool {
    JoinedKey::join(one, other).is_ok()
}

/// A form with a file in it, the token first.
pub async fn upload(
    server: &TestServer,
    browser: &mut Browser,
    path: &str,
    fields: &[(&str, &str)],
    file: &str,
) -> Answer {
    let csrf = browser.csrf();
    let part = |head: &str, content: &str| {
        format!("--b\r\ncontent-disposition: form-data; {head}\r\n\r\n{content}\r\n")
    };
    let all = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied());
    let parts = all.map(|(name, value)| part(&format!("name=\"{name}\""), value));
    let body: String =
        parts.chain([part("name=\"file\"; filename=\"f\"", file), "--b--\r\n".to_owned()]).collect();
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    server.send(browser, request, Body::from(body)).await
}
