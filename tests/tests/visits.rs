//! Entries and exits, while the server is killed again and again: whatever was acknowledged is there once, and both units
//! together open it.
#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(clippy::print_stdout, reason = "the counts are what these tests show")]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use blackbox::{Dice, Engine, Place, Seen, Server, Visits, now, server_log, visit_id};
use serde_json::{Value, json};

on_both_engines!(killed_again_and_again, a_day_links_nobody_to_a_place);

soak_on_both_engines!(killed, LONG);

/// How many register, and how often the server is killed meanwhile. A phone enters each location once and leaves it.
#[derive(Clone, Copy)]
struct Size {
    phones: usize,
    locations: usize,
    kills: usize,
    /// Phones that register at the same time.
    together: usize,
}

const SHORT: Size = Size { phones: 45, locations: 40, kills: 30, together: 45 };
const LONG: Size = Size { phones: 1_050, locations: 48, kills: 500, together: 100 };

/// A phone in somebody's hand.
struct Phone {
    number: usize,
    client: reqwest::Client,
    origin: String,
    cookie: String,
    ticket: String,
    codes: Vec<String>,
    progress: Arc<AtomicUsize>,
    /// Each acknowledged visit.
    acknowledged: Vec<(String, Seen)>,
    cut_off: usize,
}

impl Phone {
    /// Enters each location and leaves it, in an order of its own; now and then it sends what was answered before again.
    async fn goes_round(mut self) -> Self {
        let mut dice = Dice::new(u64::try_from(self.number).unwrap());
        let first = dice.below(self.codes.len());
        let mut former: Vec<Value> = Vec::new();
        for at in 0..self.codes.len() {
            let location = (first + at) % self.codes.len();
            let visit = json!({ "visit": visit_id(), "ticket": self.ticket });
            let entry =
                json!({ "kind": "entry", "at": now(), "code": self.codes[location], "people": [visit] });
            let entered = self.sends(&entry, location).await;
            let visit = json!({ "visit": visit_id(), "leave": entered["people"][0]["leave"] });
            let exit = json!({ "kind": "exit", "at": now(), "people": [visit] });
            self.sends(&exit, location).await;
            former.extend([entry, exit]);
            let again = former[dice.below(former.len())].clone();
            self.sends_until_answered(&again).await;
        }
        self
    }

    async fn sends(&mut self, body: &Value, location: usize) -> Value {
        let answer = self.sends_until_answered(body).await;
        let kind = body["kind"].as_str().unwrap().to_owned();
        let visit = body["people"][0]["visit"].as_str().unwrap();
        assert_eq!(answer["people"][0]["visit"], visit);
        self.acknowledged.push((visit.to_owned(), Seen { location, kind, phone: self.number }));
        self.progress.fetch_add(1, Ordering::Relaxed);
        answer
    }

    /// Sends it unchanged until it is acknowledged.
    async fn sends_until_answered(&mut self, body: &Value) -> Value {
        loop {
            let request = self.client.post(format!("{}/api/v1/visits", self.origin));
            let request = request.header("cookie", &self.cookie).json(body);
            match request.send().await {
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    let answer: Option<Value> = answer.json().await.ok();
                    match (status, answer) {
                        (200, Some(answer)) => return answer,
                        // The connection ended in the midst of the answer.
                        (200, None) => self.cut_off += 1,
                        (status, answer) => assert_eq!(status, 503, "{answer:?}"),
                    }
                }
                Err(error) => self.cut_off += usize::from(!error.is_connect()),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn killed_again_and_again(engine: Engine) {
    killed(engine, SHORT).await;
}

async fn killed(engine: Engine, size: Size) {
    let place = Place::new(engine).await;
    Server::start(&place).await.stop();
    let visits = Visits::set_up(&place, size.locations, size.phones).await;
    let server = Server::start(&place).await;
    let phones = phones(&visits, &server, size).await;
    let progress = Arc::clone(&phones[0].progress);
    let round = tokio::spawn(go_round(phones, size.together));
    let wanted = 2 * size.phones * size.locations;
    let server = killing(&place, server, &progress, wanted, size.kills).await;
    let phones = round.await.unwrap();
    server.stop();
    compared(engine, &visits, &phones, size).await;
    nothing_is_logged(&place, &visits);
}

/// A phone in the hand of each, with its ticket.
async fn phones(visits: &Visits<'_>, server: &Server, size: Size) -> Vec<Phone> {
    let progress = Arc::new(AtomicUsize::new(0));
    let mut phones = Vec::new();
    for number in 0..size.phones {
        let client = reqwest::Client::new();
        phones.push(Phone {
            number,
            ticket: visits.ticket(&client, &server.origin, number).await,
            client,
            origin: server.origin.clone(),
            cookie: visits.cookie(number),
            codes: visits.codes.clone(),
            progress: Arc::clone(&progress),
            acknowledged: Vec::new(),
            cut_off: 0,
        });
    }
    phones
}

/// All go round, so many at once.
async fn go_round(phones: Vec<Phone>, together: usize) -> Vec<Phone> {
    let (turns, mut tasks) = (Arc::new(tokio::sync::Semaphore::new(together)), tokio::task::JoinSet::new());
    for phone in phones {
        let turns = Arc::clone(&turns);
        tasks.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            phone.goes_round().await
        });
    }
    tasks.join_all().await
}

/// P1 from outside: 500 people come and go 10,000 times. What changed in the database is sealed, counted by place, or a
/// wrapped key; nothing of it, and no line of the log, says who.
async fn a_day_links_nobody_to_a_place(engine: Engine) {
    const DAY: Size = Size { phones: 500, locations: 10, kills: 0, together: 50 };
    let place = Place::new(engine).await;
    Server::start(&place).await.stop();
    let visits = Visits::set_up(&place, DAY.locations, DAY.phones).await;
    let server = Server::start(&place).await;
    let phones = phones(&visits, &server, DAY).await;
    let before = visits.rows().await;
    let phones = go_round(phones, DAY.together).await;
    server.stop();
    let after = visits.rows().await;
    let changed: Vec<&str> =
        after.keys().filter(|table| before[*table] != after[*table]).map(String::as_str).collect();
    assert_eq!(changed, ["visit", "visit_count", "visit_key"]);
    assert_eq!(after["visit"].len(), 2 * DAY.phones * DAY.locations);
    for row in changed.iter().flat_map(|table| &after[*table]) {
        let columns: Vec<&str> = row.split([',', '(', ')']).collect();
        for phone in 0..DAY.phones {
            let [number, bytes, coded] = Visits::holder(phone);
            assert!(
                !columns.contains(&number.as_str())
                    && !row.contains(&bytes)
                    && !row.contains(&coded.to_lowercase())
            );
        }
    }
    // What was acknowledged is what is there: the day did happen.
    let opened = visits.opened().await;
    let acknowledged = phones.iter().flat_map(|phone| &phone.acknowledged);
    assert!(
        acknowledged.clone().count() == 10_000
            && acknowledged.clone().all(|(visit, sent)| opened[visit] == [sent.clone()])
    );
    nothing_is_logged(&place, &visits);
    let log = server_log(&place);
    for (visit, _) in acknowledged.step_by(97) {
        assert!(!log.contains(visit), "a visit is in the log");
    }
}

/// Kills the server so often while phones register, and starts it again.
async fn killing(
    place: &Place,
    mut server: Server,
    progress: &AtomicUsize,
    wanted: usize,
    kills: usize,
) -> Server {
    let mut dice = Dice::new(7);
    for kill in 0..kills {
        let share = wanted / kills;
        let at = kill * share + dice.below(share);
        while progress.load(Ordering::Relaxed) < at {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let port = server.port();
        server.kill();
        server = Server::at(place, port).await;
    }
    server
}

/// Each acknowledged visit is there once and says what was sent; what is there beside them was sent and not answered,
/// which nobody's patience here allows.
async fn compared(engine: Engine, visits: &Visits<'_>, phones: &[Phone], size: Size) {
    let opened = visits.opened().await;
    let (mut lost, mut twice, mut acknowledged) = (0, 0, 0);
    for (visit, sent) in phones.iter().flat_map(|phone| &phone.acknowledged) {
        let there = opened.get(visit).map(Vec::as_slice).unwrap_or_default();
        lost += usize::from(there.first() != Some(sent));
        twice += there.len().saturating_sub(1);
        acknowledged += 1;
    }
    let cut_off: usize = phones.iter().map(|phone| phone.cut_off).sum();
    let rows: usize = opened.values().map(Vec::len).sum();
    println!(
        "{engine:?}: {} kills, {cut_off} requests cut off, {acknowledged} entries and exits acknowledged, {rows} there and \
         opened by both units, {lost} lost, {twice} twice",
        size.kills
    );
    assert!(cut_off > 0, "the server was killed in the midst of it");
    assert_eq!((lost, twice, acknowledged, rows), (0, 0, 2 * size.phones * size.locations, acknowledged));
    let each = i64::try_from(acknowledged / 2).unwrap();
    assert_eq!(visits.counted().await, (each, each), "counted once, as managers see it");
}

/// The log has neither who, nor where, nor from which address: of a request it has the pattern of its route.
fn nothing_is_logged(place: &Place, visits: &Visits<'_>) {
    let log = server_log(place);
    assert!(log.contains("\"route\":\"/api/v1/visits\""), "each request has a line");
    for code in &visits.codes {
        assert!(!log.contains(code), "a code is in the log");
    }
    let about = log.lines().filter(|line| line.contains("\"/api/v1/visits"));
    for line in about {
        assert!(!line.contains("127.0.0.1"), "an address is in the log: {line}");
    }
}
