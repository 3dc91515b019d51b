//! Two invented units with day keys, a location with a poster, and both units opening what was sealed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::kind::{HolderId, LocationId, StaffId, UnitId, VisitKeyListId};
use domain::location::{LocationCode, LocationKind, Poster, Slot, Stay};
use domain::{Id, Timestamp};
use serde_json::{Value, json};
use store::rows::location::{CodeRow, LocationDetails, LocationRow, LocationState};
use store::rows::visit::{VisitKeyListRow, VisitRow};
use store::{StoreError, call, read, transact};
use visits::{DataKeyId, Day, DayKey, Kind, Place, SealedRecord, Shares, VisitId, WrappedShare};

use crate::App;
use crate::http::csrf;
use crate::testing::{Answer, Browser, TestServer};

/// The usual stay at locations here.
pub const STAY: Duration = Duration::from_hours(1);
/// The names of the units, in the order of their halves.
pub const UNITS: [&str; 2] = ["省疾控中心", "Supervision office"];
const MANAGER: StaffId = StaffId::from_i64(41);
const OFFICERS: [StaffId; 2] = [StaffId::from_i64(42), StaffId::from_i64(43)];

/// The two units, each with keys for a few days.
pub struct Units {
    halves: [Half; 2],
}

struct Half {
    list: VisitKeyListId,
    keys: Vec<DayKey>,
}

/// What one sealed visit says, opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Where.
    pub location: LocationId,
    /// When.
    pub slot: Slot,
    /// Whether they came or went.
    pub kind: Kind,
    /// Who.
    pub holder: HolderId,
}

impl Units {
    /// Both have handed in lists for so many days from today on, and have confirmed them.
    pub async fn confirmed(app: &App, days: u32) -> Self {
        let units = Self::handed_in(app, days).await;
        for half in 0..2 {
            units.confirm(app, half).await;
        }
        units
    }

    /// Both have handed in lists, and nobody has confirmed them.
    pub async fn handed_in(app: &App, days: u32) -> Self {
        let mut halves = Vec::new();
        for (half, name) in (1..).zip(UNITS) {
            halves.push(Half::of(app, half, name, days).await);
        }
        Self { halves: halves.try_into().unwrap_or_else(|_| unreachable!("two")) }
    }

    /// An officer of the unit has compared the fingerprint of its list.
    pub async fn confirm(&self, app: &App, half: usize) {
        let (list, by, now) = (self.halves[half].list, OFFICERS[half], app.now());
        let done = transact!(app.store, "test.confirm", StoreError, |tx| {
            call!(tx, visit_keys::confirm(list, by, now))
        });
        assert!(done.expect("a confirmation"), "it was not confirmed before");
        app.visit.keys.forget();
    }

    /// Everything that is sealed at these locations within a day, opened by both units.
    pub async fn open(&self, app: &App, locations: &[LocationId]) -> Vec<Seen> {
        let mut seen = Vec::new();
        for location in locations {
            for row in rows(app, *location).await {
                seen.push(self.opened(app, row).await);
            }
        }
        seen
    }

    async fn opened(&self, app: &App, row: VisitRow) -> Seen {
        let keys = read!(app.store, "test.key", StoreError, |tx| {
            call!(tx, visit_opening::keys(&[&row.key[..]]))
        });
        let key = keys.expect("a read").pop().expect("the key of a visit is there");
        let mut shares = Shares::default();
        for (half, share) in self.halves.iter().zip(&key.shares) {
            let share = WrappedShare::parse(share).expect("a wrapped share");
            let day = share.header().day();
            let of_day = half.keys.iter().find(|key| key.public().day() == day).expect("a key of the day");
            shares.add(share.open(of_day).expect("it opens")).expect("a share");
        }
        let joined = shares.key(DataKeyId(row.key)).expect("both shares");
        let slot = visits::Slot::new(u32::try_from(row.slot.number()).expect("a slot")).expect("a slot");
        let location = visits::Location(row.location.as_i64());
        let place = Place { location, slot, visit: VisitId(row.id) };
        let visit = joined.open(&place, &SealedRecord::parse(&row.record).expect("a record"));
        let visit = visit.expect("the record opens");
        let holder = visit.holder.as_bytes().try_into().expect("eight bytes");
        let holder = Id::from_i64(i64::from_be_bytes(holder));
        Seen { location: row.location, slot: row.slot, kind: visit.kind, holder }
    }
}

impl Half {
    async fn of(app: &App, half: i64, name: &str, days: u32) -> Self {
        let first = Day::of(app.now());
        let day = |at| first.plus(at).expect("a day");
        let key = |at| DayKey::generate(name.parse().expect("a name"), day(at), &*app.entropy);
        let keys: Vec<DayKey> = (0..days).map(key).collect();
        let point = |key: &DayKey| (i64::from(key.public().day().number()), key.public().point().to_vec());
        let points: Vec<(i64, Vec<u8>)> = keys.iter().map(point).collect();
        let (list, unit): (VisitKeyListId, UnitId) = (app.new_id(), app.new_id());
        let now = app.now();
        transact!(app.store, "test.list", StoreError, |tx| {
            let row = VisitKeyListRow {
                id: list,
                half,
                unit: call!(tx, staff::unit(unit, name))?,
                fingerprint: "0000 0000".to_owned(),
                added_at: now,
                added_by: MANAGER,
                confirmed_at: None,
                confirmed_by: None,
                withdrawn_at: None,
            };
            call!(tx, visit_keys::add(&row, &points))
        })
        .expect("a list can be handed in");
        Self { list, keys }
    }
}

/// The sealed visits of a location, of the day before and after now.
pub async fn rows(app: &App, location: LocationId) -> Vec<VisitRow> {
    let [first, last] = around(app.now());
    read!(app.store, "test.window", StoreError, |tx| { call!(tx, visit::window(location, first, last)) })
        .expect("a window")
}

/// How many came to a location and went, in the day before and after now.
pub async fn counts(app: &App, location: LocationId) -> (i64, i64) {
    let [first, last] = around(app.now());
    let counts =
        read!(app.store, "test.counts", StoreError, |tx| { call!(tx, visit::counts(location, first, last)) });
    counts
        .expect("counts")
        .iter()
        .fold((0, 0), |(entries, exits), count| (entries + count.entries, exits + count.exits))
}

fn around(now: Timestamp) -> [Slot; 2] {
    let day = Duration::from_hours(24);
    [Slot::of(now.minus(day)), Slot::of(now.plus(day))]
}

/// A location that is approved.
pub fn location_row(app: &App) -> LocationRow {
    LocationRow {
        id: app.new_id(),
        details: LocationDetails {
            name: "江城市场".to_owned(),
            name_other: Some("River Market".to_owned()),
            kind: LocationKind::Market,
            division: "420106".to_owned(),
            address: "1 River Road".to_owned(),
            capacity: Some(300),
            stay: Stay::from_minutes(60).expect("a stay"),
            entry_rule: false,
        },
        checkpoint: None,
        state: LocationState::Approved,
        reason: None,
        made_at: app.now(),
        made_by: MANAGER,
        decided_at: None,
        decided_by: None,
        version: 0,
    }
}

/// A location with its first poster.
pub async fn location(app: &App) -> (LocationId, LocationCode) {
    add(app, location_row(app), |_| ()).await
}

/// This location with a code, which `change` may make another.
pub async fn add(app: &App, row: LocationRow, change: impl Fn(&mut CodeRow)) -> (LocationId, LocationCode) {
    let mut code = CodeRow {
        code: LocationCode::draw(&*app.entropy),
        location: row.id,
        entrance: None,
        tablet: false,
        poster: Poster::first(app.now()),
        made_by: MANAGER,
    };
    change(&mut code);
    transact!(app.store, "test.location", StoreError, |tx| {
        call!(tx, location::add(&row))?;
        call!(tx, location::add_code(&code))
    })
    .expect("a location can be made");
    (row.id, code.code)
}

/// The tickets of the people of a phone, its owner first.
pub async fn tickets(server: &TestServer, browser: &mut Browser) -> Vec<String> {
    let answer = server.get(browser, "/api/v1/visits/tickets").await;
    let people = answer.json()["people"].as_array().cloned().unwrap_or_else(|| panic!("{}", answer.text()));
    people.iter().map(|one| one["ticket"].as_str().expect("a ticket").to_owned()).collect()
}

/// A number for a visit, as a phone draws it.
pub fn visit_id(app: &App) -> String {
    URL_SAFE_NO_PAD.encode(app.entropy.bytes::<16>())
}

/// What a phone sends whose people enter now.
pub fn entry(app: &App, code: &str, tickets: &[String]) -> Value {
    let person = |ticket: &String| json!({ "visit": visit_id(app), "ticket": ticket });
    let people: Vec<Value> = tickets.iter().map(person).collect();
    json!({ "kind": "entry", "at": app.now().seconds(), "code": code, "people": people })
}

/// What a phone sends whose people leave now with the tokens of an answer.
pub fn exit(app: &App, entered: &Value) -> Value {
    let person = |one: &Value| json!({ "visit": visit_id(app), "leave": one["leave"] });
    let people: Vec<Value> = entered["people"].as_array().into_iter().flatten().map(person).collect();
    json!({ "kind": "exit", "at": app.now().seconds(), "people": people })
}

/// Sends visits, without the token of forms: the ticket is it.
pub async fn send(server: &TestServer, browser: &mut Browser, body: &Value) -> Answer {
    let request = axum::http::Request::builder().method("POST").uri("/api/v1/visits");
    let request = request.header("content-type", "application/json").header(csrf::HEADER, "");
    server.send(browser, request, axum::body::Body::from(body.to_string())).await
}
