//! Entries and exits a second, acknowledged after they are durable, through the real route with all that it does: guard,
//! ticket, limits, sealing, the batching writer. Beside it, driven by the same requests in the same run: a bare axum
//! route, and one that makes one transaction of each request. Then ten times as many phones at once: what is shed, what
//! is lost, how soon it is over.

mod load;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use blackbox::{Engine, Place, Server, Visits, free_port, now, visit_id};
use serde_json::json;

use crate::database::{Database, served};
use crate::report::Figure;
use load::{Done, Request};

/// The least share of the rate of a bare route (design, section 13), and how many times the rate of one transaction a
/// request.
const FLOOR: f64 = 0.25;
const TIMES: f64 = 10.0;
/// What took Guangdong's code down for 85 minutes, in requests a second.
const GUANGDONG: f64 = 23_300.0;
/// Phones that register at the same time, each on a connection of its own; and in the burst.
const AT_ONCE: usize = 400;
const BURST: usize = 10 * AT_ONCE;
const LOCATIONS: usize = 64;
const PHONES: usize = 2_000;
/// Entries of each phone in a round: fewer than it may make in a day.
const EACH: usize = 40;
const ROUNDS: usize = 3;
/// One transaction a request is so slow that a part of the requests tells its rate.
const PART: usize = 20;
/// How soon after a burst everything is as before.
const RECOVERED: f64 = 5_000.0;
/// How long one answer may take when it is quick again.
const QUICK: Duration = Duration::from_millis(250);

/// The figures of one engine.
pub fn figures(engine: Engine) -> Result<Vec<Figure>> {
    tokio::runtime::Runtime::new()?.block_on(measure(engine))
}

async fn measure(engine: Engine) -> Result<Vec<Figure>> {
    let place = Place::new(engine).await;
    let port = free_port();
    Server::measured(&place, port).await.stop();
    let visits = Visits::set_up(&place, LOCATIONS, PHONES).await;
    let server = Server::measured(&place, port).await;
    let tickets = tickets(&visits, &server.origin).await;
    server.stop();
    let database = Arc::new(Database::of(engine).await?);
    let bare = served(Router::new().route("/api/v1/visits", post(bare))).await?;
    let each = served(Router::new().route("/api/v1/visits", post(each)).with_state(database)).await?;
    let (mut ours, mut others, mut written) = (Vec::new(), [Vec::new(), Vec::new()], 0);
    for _ in 0..ROUNDS {
        // A new one each time: no phone has registered as often as it may in a day.
        let server = Server::measured(&place, port).await;
        let requests = requests(&visits, &tickets);
        let done = load::drive(&server.origin, &requests, AT_ONCE).await?;
        ensure!(done.shed == 0 && done.failed == 0, "nothing is refused: {} and {}", done.shed, done.failed);
        written += requests.len();
        ours.push(done);
        server.stop();
        ensure!(counted(&visits).await? == written, "every entry is there once");
        others[0].push(load::drive(&bare, &requests, AT_ONCE).await?);
        others[1].push(load::drive(&each, &requests[..requests.len() / PART], AT_ONCE).await?);
    }
    let mut figures = shown(engine, &ours, &others);
    figures.extend(burst(engine, &place, port, &visits, &tickets, written).await?);
    Ok(figures)
}

async fn counted(visits: &Visits<'_>) -> Result<usize> {
    Ok(usize::try_from(visits.counted().await.0)?)
}

async fn tickets(visits: &Visits<'_>, origin: &str) -> Vec<String> {
    let client = reqwest::Client::new();
    let mut tickets = Vec::with_capacity(PHONES);
    for phone in 0..PHONES {
        tickets.push(visits.ticket(&client, origin, phone).await);
    }
    tickets
}

/// Every phone goes from location to location. All are drawn before: what a phone does itself is not counted.
fn requests(visits: &Visits<'_>, tickets: &[String]) -> Vec<Request> {
    let mut requests = Vec::with_capacity(EACH * tickets.len());
    for at in 0..EACH {
        for (phone, ticket) in tickets.iter().enumerate() {
            let code = &visits.codes[(phone + at) % LOCATIONS];
            let people = json!([{ "visit": visit_id(), "ticket": ticket }]);
            let body = json!({ "kind": "entry", "at": now(), "code": code, "people": people }).to_string();
            requests.push(load::request("/api/v1/visits", &visits.cookie(phone), &body));
        }
    }
    requests
}

const ANSWER: &str = r#"{"time":1795435200,"until":1795438800,"people":[{"visit":"AAECAwQFBgcICQoLDA0ODw","leave":"UQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#;

async fn bare(body: Bytes) -> ([(axum::http::HeaderName, &'static str); 1], &'static str) {
    std::hint::black_box(body);
    ([(CONTENT_TYPE, "application/json")], ANSWER)
}

async fn each(
    State(database): State<Arc<Database>>,
    body: Bytes,
) -> ([(axum::http::HeaderName, &'static str); 1], &'static str) {
    database.write(&body).await;
    ([(CONTENT_TYPE, "application/json")], ANSWER)
}

fn shown(engine: Engine, ours: &[Done], others: &[Vec<Done>; 2]) -> Vec<Figure> {
    let name = format!("entries acknowledged ({engine:?}, {AT_ONCE} phones at once)");
    let rate = |done: &[Done]| median(done.iter().map(|done| done.rate));
    let own = rate(ours);
    let (bare, each) = ("a bare axum route", "a route that makes one durable transaction of each request");
    let mut figures = vec![
        Figure::new(name.as_str(), (own, "1/s"), (bare, rate(&others[0])), Some(FLOOR)),
        Figure::new(name.as_str(), (own, "1/s"), (each, rate(&others[1])), Some(TIMES)),
        Figure::new(name, (own, "1/s"), ("what took Guangdong's code down", GUANGDONG), Some(1.0)),
    ];
    for (share, title) in [(50, "median"), (99, "99 of 100")] {
        let title = format!("{title} of their requests took ({engine:?})");
        let at = |done: &[Done]| median(done.iter().map(|done| done.milliseconds(share)));
        figures.push(Figure::new(title, (at(ours), "ms"), (bare, at(&others[0])), None));
    }
    figures
}

/// Ten times as many phones at once: each that is refused is told when to come again; what was acknowledged is there.
async fn burst(
    engine: Engine,
    place: &Place,
    port: u16,
    visits: &Visits<'_>,
    tickets: &[String],
    before: usize,
) -> Result<Vec<Figure>> {
    let server = Server::measured(place, port).await;
    let mut requests = requests(visits, tickets);
    let after = requests.split_off(requests.len() - PHONES);
    let done = load::drive(&server.origin, &requests, BURST).await?;
    ensure!(done.shed == done.told_when, "whoever is refused is told when to come again");
    let recovered = load::until_quick(&server.origin, &after).await.context("it never recovers")?;
    server.stop();
    let acknowledged = requests.len() - done.shed - done.failed + recovered.acknowledged;
    let there = counted(visits).await? - before;
    ensure!(done.failed > 0 || there == acknowledged, "{there} are there, {acknowledged} were acknowledged");
    ensure!(there >= acknowledged, "{there} are there, {acknowledged} were acknowledged");
    let share = |number: usize| -> Result<f64> {
        Ok(100.0 * f64::from(u32::try_from(number)?) / f64::from(u32::try_from(requests.len())?))
    };
    let name = |what: &str| format!("{what} ({engine:?}, {BURST} phones at once)");
    let all = ("all of them", 100.0);
    Ok(vec![
        Figure::new(name("refused with 503 and Retry-After"), (share(done.shed)?, "%"), all, None),
        Figure::new(name("without any answer"), (share(done.failed)?, "%"), all, None),
        Figure::at_most(name("as quick as before, after the burst"), (recovered.after, "ms"), RECOVERED),
    ])
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
