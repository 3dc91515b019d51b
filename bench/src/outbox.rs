//! Reports of devices a second, acknowledged after they are durable, through the real route with all that it does: two
//! signatures, opening, the batching writer. Beside it, driven by the same requests in the same run: a bare axum route, one
//! that does the same arithmetic and nothing else, and one that makes one transaction of each request.

mod beside;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use blackbox::{Browser, Engine, InspectorDevice, Place, Server, add_checkpoint, free_port};
use reqwest::{Client, Request};
use serde_json::Value;

use crate::report::Figure;
use crate::stopwatch::time;
use beside::Beside;

/// The least share of the rate of a bare route that does the same arithmetic (design, section 13).
const FLOOR: f64 = 0.25;
/// Devices that send at the same time.
const DEVICES: usize = 32;
/// Requests of one device in a round: fewer than its limit allows at once.
const REQUESTS: usize = 150;
/// Items of a device that sends what has gathered while it was out of reach.
const BATCH: usize = 20;
const ROUNDS: usize = 3;

/// What one way of taking reports did in a round.
struct Done {
    /// Items a second.
    rate: f64,
    /// How long each request took.
    latencies: Vec<Duration>,
}

/// The figures of one engine.
pub fn figures(engine: Engine) -> Result<Vec<Figure>> {
    tokio::runtime::Runtime::new()?.block_on(measure(engine))
}

async fn measure(engine: Engine) -> Result<Vec<Figure>> {
    let place = Place::new(engine).await;
    let port = free_port();
    let devices = enrolled(&place, port).await;
    let beside = Beside::new(&devices, engine).await?;
    let routes = beside.serve().await?;
    let mut figures = Vec::new();
    for items in [1, BATCH] {
        let (mut ours, mut others) = (Vec::new(), [Vec::new(), Vec::new(), Vec::new()]);
        for _ in 0..ROUNDS {
            // A new one each time: no device has used up what it may send in a minute.
            let server = Server::measured(&place, port).await;
            ours.push(round(&devices, items).await?);
            server.stop();
            for (origin, done) in routes.all().into_iter().zip(&mut others) {
                let (kid, point) = beside.seal_key();
                let facing: Vec<_> = devices.iter().map(|device| device.facing(origin, kid, point)).collect();
                done.push(round(&facing, items).await?);
            }
        }
        figures.extend(shown(engine, items, &ours, &others, beside.seconds(items)));
    }
    Ok(figures)
}

/// Devices, enrolled and with shifts, on a server that is stopped again.
async fn enrolled(place: &Place, port: u16) -> Vec<InspectorDevice> {
    let accounts = [("administrator", "Service"), ("inspector", "Checkpoint unit")];
    let accounts = accounts.map(|(role, unit)| place.staff(role, unit, role));
    let server = Server::measured(place, port).await;
    let [administrator, inspector]: [Browser; 2] = [server.browser(), server.browser()];
    administrator.sign_in(&accounts[0]).await;
    inspector.sign_in(&accounts[1]).await;
    add_checkpoint(&administrator, "Gate 3").await;
    let mut devices = Vec::new();
    for at in 0..DEVICES {
        let name = format!("Phone {at}");
        devices.push(InspectorDevice::enrolled(&administrator, &inspector, &server.origin, &name).await);
    }
    server.stop();
    devices
}

/// All devices send new reports at once, so many in each request. What a device does before it sends is not counted.
async fn round(devices: &[InspectorDevice], items: usize) -> Result<Done> {
    let requests = REQUESTS.div_ceil(items);
    let client = Client::new();
    let (taken, mut senders) = (Arc::new(AtomicUsize::new(0)), tokio::task::JoinSet::new());
    let prepared: Vec<Vec<Request>> =
        devices.iter().map(|device| (0..requests).map(|_| request(device, items)).collect()).collect();
    let (whole, latencies) = timed(async {
        for requests in prepared {
            senders.spawn(sender(client.clone(), requests, Arc::clone(&taken)));
        }
        let mut latencies = Vec::new();
        while let Some(sent) = senders.join_next().await {
            latencies.extend(sent??);
        }
        anyhow::Ok(latencies)
    })
    .await;
    let (latencies, wanted) = (latencies?, devices.len() * requests * items);
    ensure!(taken.load(Ordering::Relaxed) == wanted, "every item is acknowledged");
    Ok(Done { rate: f64::from(u32::try_from(wanted)?) / whole.as_secs_f64(), latencies })
}

fn request(device: &InspectorDevice, items: usize) -> Request {
    let items: Vec<Value> = (0..items).map(|_| device.item(&device.report("02C3", 381))).collect();
    device.outbox(&items.iter().collect::<Vec<_>>())
}

/// Sends one request after the other.
async fn sender(client: Client, requests: Vec<Request>, taken: Arc<AtomicUsize>) -> Result<Vec<Duration>> {
    let mut latencies = Vec::with_capacity(requests.len());
    for request in requests {
        let (latency, answer) = timed(async { client.execute(request).await?.text().await }).await;
        let answer = answer?;
        taken.fetch_add(answer.matches("\"stored\"").count(), Ordering::Relaxed);
        latencies.push(latency);
    }
    Ok(latencies)
}

async fn timed<T>(work: impl Future<Output = T>) -> (Duration, T) {
    let begun = tokio::time::Instant::now();
    let done = work.await;
    (begun.elapsed(), done)
}

fn shown(engine: Engine, items: usize, ours: &[Done], others: &[Vec<Done>; 3], crypto: f64) -> Vec<Figure> {
    let how = if items == 1 { "one a request".to_owned() } else { format!("{items} a request") };
    let name = format!("reports acknowledged ({engine:?}, {how})");
    let rate = median(ours.iter().map(|done| done.rate));
    let labels = [
        "a bare axum route that reads the same requests",
        "a bare axum route that checks both signatures, opens and reads the item",
        "a route that makes one durable transaction of each request, without signatures and opening",
    ];
    let mut figures = Vec::new();
    for ((label, floor), others) in labels.into_iter().zip([None, Some(FLOOR), None]).zip(others) {
        let other = median(others.iter().map(|done| done.rate));
        figures.push(Figure::new(name.as_str(), (rate, "1/s"), (label, other), floor));
    }
    let mut all: Vec<Duration> = ours.iter().flat_map(|done| done.latencies.iter().copied()).collect();
    all.sort_unstable();
    let mut bare: Vec<Duration> = others[1].iter().flat_map(|done| done.latencies.iter().copied()).collect();
    bare.sort_unstable();
    for (share, title) in [(50, "median"), (99, "99 of 100")] {
        let at = |all: &[Duration]| all[(all.len() * share / 100).min(all.len() - 1)].as_secs_f64() * 1e3;
        let title = format!("{title} of their requests took, {DEVICES} at once ({engine:?}, {how})");
        figures.push(Figure::new(title, (at(&all), "ms"), (labels[1], at(&bare)), None));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let cores = f64::from(u32::try_from(cores).unwrap_or(1));
    let share =
        format!("share of {cores} cores that signatures and opening take at that rate ({engine:?}, {how})");
    figures.push(Figure::new(share, (rate * crypto / cores * 100.0, "%"), ("all of them", 100.0), None));
    figures
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
