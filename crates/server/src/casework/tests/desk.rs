//! Two units with day keys, an officer of each, a third unit's officer, a location, and visits sealed for it.

use std::num::NonZeroU16;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, header};
use domain::entropy::SeededEntropy;
use domain::id::kind::{HolderId, LocationId, StaffId, UnitId, VisitKeyListId};
use domain::location::{LocationKind, Slot, Stay};
use domain::{Entropy, Role, Timestamp};
use store::rows::location::{LocationDetails, LocationRow, LocationState};
use store::rows::visit::{VisitKeyListRow, VisitKeyRow, VisitRow};
use store::{StoreError, call, read, transact};
use visits::{
    DataKey, Day, DayKey, HolderReference, JoinedKey, Kind, Location, LocationGroup, Minute, OpenedShare,
    Place, Shares, Visit, VisitId, WrappedShare, lines,
};

use crate::testing::{Answer, Browser, TestServer};

pub const UNITS: [&str; 2] = ["Health Commission, Wuhan", "省疾控中心"];
pub const MARKET: LocationId = LocationId::from_i64(31);
pub const LIBRARY: LocationId = LocationId::from_i64(32);
const GROUPS: NonZeroU16 = NonZeroU16::new(4).unwrap();

/// A server with the two units at work.
pub struct Desk {
    pub server: TestServer,
    /// An officer of the first unit, of the second, and of a third that holds no keys.
    pub officers: [Browser; 3],
    pub keys: [Vec<DayKey>; 2],
    entropy: SeededEntropy,
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
        let desk = Self { server, officers, keys, entropy };
        desk.confirm_lists().await;
        transact!(desk.server.app.store, "test.locations", StoreError, |tx| {
            call!(tx, location::add(&location(MARKET, "江城市场", "1 River Road")))?;
            call!(tx, location::add(&location(LIBRARY, "江城市场", "90 Lake Road")))
        })
        .unwrap();
        desk
    }

    async fn confirm_lists(&self) {
        let app = &self.server.app;
        for (half, (unit, keys)) in (1..).zip(UNITS.iter().zip(&self.keys)) {
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

    /// The key of a unit for the day of this moment.
    pub fn day_key(&self, unit: usize, at: Timestamp) -> &DayKey {
        self.keys[unit].iter().find(|key| key.public().day() == Day::of(at)).expect("a key for the day")
    }

    /// Seals and writes visits of one minute: where, who, and whether they came.
    pub async fn visit(&self, at: Timestamp, visits: &[(LocationId, HolderId, Kind)]) -> Vec<VisitRow> {
        let units = [0, 1].map(|unit| self.day_key(unit, at).public());
        let (minute, mut rows, mut made) = (Minute::of(at), Vec::new(), Vec::new());
        for (location, holder, kind) in visits {
            let place = Location(location.as_i64());
            let group = LocationGroup::of(place, GROUPS);
            if !made.iter().any(|(key, _): &(DataKey, _)| key.context().group == group) {
                made.push(DataKey::new(minute, group, units, &self.entropy).unwrap());
            }
            let (key, _) = made.iter().find(|(key, _)| key.context().group == group).unwrap();
            let id = (&self.entropy as &dyn Entropy).bytes();
            let place = Place { location: place, slot: visits::Slot::of(at), visit: VisitId(id) };
            let holder = HolderReference::new(&holder.as_i64().to_be_bytes()).unwrap();
            let record = key.seal(&place, &Visit { kind: *kind, holder }, &self.entropy);
            let (slot, key) = (Slot::of(at), key.context().id.0);
            rows.push(VisitRow { location: *location, slot, id, key, record: record.as_bytes().to_vec() });
        }
        let keys: Vec<VisitKeyRow> = made.iter().map(|(key, shares)| row_of(key, shares)).collect();
        let (written, keys) = (&rows, &keys);
        transact!(self.server.app.store, "test.visits", StoreError, |tx| {
            for key in keys {
                call!(tx, visit::add_key(key))?;
            }
            call!(tx, visit::insert(written))
        })
        .unwrap();
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

fn row_of(key: &DataKey, shares: &[WrappedShare; 2]) -> VisitKeyRow {
    let context = key.context();
    VisitKeyRow {
        id: context.id.0,
        minute: i64::from(context.minute.number()),
        group: i64::from(context.group.0),
        shares: [shares[0].to_bytes(), shares[1].to_bytes()],
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
