//! What inspectors' devices send, while the server is killed again and again: whatever was acknowledged is there once,
//! however often and in whatever order it was sent (checks R1 and R4).
#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(clippy::print_stdout, reason = "the counts are what these tests show")]

mod common;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use blackbox::{Dice, Engine, InspectorDevice, Place, Server};
use common::gate::{Authority, Gate};
use serde_json::{Value, json};

on_both_engines!(killed_again_and_again);

soak_on_both_engines!(killed, LONG);

/// How much is sent, and how often the server is killed meanwhile.
#[derive(Clone, Copy)]
struct Size {
    devices: usize,
    batches: usize,
    items: usize,
    kills: usize,
}

const SHORT: Size = Size { devices: 5, batches: 1_000, items: 3, kills: 30 };
const LONG: Size = Size { devices: 25, batches: 50_000, items: 2, kills: 500 };
/// How often each batch is sent.
const TIMES: usize = 5;

/// The four characters by which the report number `at` is found again.
fn mark(at: usize) -> String {
    let digit = |place: u32| char::from_digit(u32::try_from(at / 36_usize.pow(place) % 36).unwrap(), 36);
    (0..4).rev().filter_map(digit).map(|digit| digit.to_ascii_uppercase()).collect()
}

fn tenths(at: usize) -> u16 {
    373 + u16::try_from(at % 50).unwrap()
}

/// What a device knows: its batches, and how many requests the kills cut off.
struct Sent {
    batches: Vec<Batch>,
    cut_off: usize,
}

struct Batch {
    first: usize,
    items: Vec<Value>,
    acknowledged: usize,
    /// Stored before the kill, and answered after it only.
    unanswered: bool,
}

/// How far all devices are.
struct Progress {
    requests: AtomicUsize,
    wanted: usize,
}

async fn killed_again_and_again(engine: Engine) {
    killed(engine, SHORT).await;
}

async fn killed(engine: Engine, size: Size) {
    let place = Place::new(engine).await;
    let authority = Authority::of(&place);
    // More devices are enrolled than one network may enrol in a minute: each says that it has its own.
    let server = Server::with(&place, &["--trusted-proxy", "127.0.0.1"]).await;
    let gate = Gate::at(&place, &server).await;
    let progress = Progress { requests: AtomicUsize::new(0), wanted: size.batches * TIMES };
    let (progress, mut tasks) = (Arc::new(progress), Vec::new());
    for at in 0..size.devices {
        let device = gate.device(&server, &format!("Phone {at}")).await;
        let batches = batches(&device, at, size);
        tasks.push(tokio::spawn(sending(device, batches, Arc::clone(&progress))));
    }
    let server = killing(&place, server, &progress, size.kills).await;
    let mut sent = Vec::new();
    for task in tasks {
        sent.push(task.await.unwrap());
    }
    let wanted = size.batches * size.items;
    let reports = authority.reports_when(&server, wanted).await;
    let (lost, twice) = compared(&sent, &reports);
    let cut_off: usize = sent.iter().map(|sent| sent.cut_off).sum();
    let unanswered = sent.iter().flat_map(|sent| &sent.batches).filter(|batch| batch.unanswered).count();
    println!(
        "{engine:?}: {} kills, {cut_off} requests cut off, {unanswered} of them stored, {wanted} items acknowledged, {} batches sent {TIMES} times, \
         {} reports, {lost} lost, {twice} twice, 0 half done",
        size.kills,
        size.batches,
        reports.len()
    );
    assert!(cut_off > 0, "the server was killed in the midst of it");
    assert_eq!((lost, twice, reports.len()), (0, 0, wanted));
    server.stop();
}

/// The batches of the device number `of`.
fn batches(device: &InspectorDevice, of: usize, size: Size) -> Vec<Batch> {
    let each = size.batches / size.devices;
    let batch = |at: usize| {
        let first = (of * each + at) * size.items;
        let item = |at| device.item(&device.report(&mark(at), tenths(at)));
        Batch {
            first,
            items: (first..first + size.items).map(item).collect(),
            acknowledged: 0,
            unanswered: false,
        }
    };
    (0..each).map(batch).collect()
}

/// Sends each batch as often as wanted, in random order, each time until it is acknowledged.
async fn sending(device: InspectorDevice, mut batches: Vec<Batch>, progress: Arc<Progress>) -> Sent {
    let mut dice = Dice::new(u64::try_from(batches[0].first).unwrap());
    let mut order: Vec<usize> = (0..batches.len() * TIMES).map(|at| at % batches.len()).collect();
    dice.shuffle(&mut order);
    let mut cut_off = 0;
    for at in order {
        let batch = &mut batches[at];
        loop {
            let mut items: Vec<&Value> = batch.items.iter().collect();
            dice.shuffle(&mut items);
            match device.send(&items).await {
                Ok((200, answer)) => {
                    answered(batch, &answer);
                    break;
                }
                Ok((status, answer)) => assert!(matches!(status, 429 | 503), "{status}: {answer}"),
                Err(error) => cut_off += usize::from(!error.is_connect()),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        progress.requests.fetch_add(1, Ordering::Relaxed);
    }
    Sent { batches, cut_off }
}

/// A request is taken whole or not at all, and what was acknowledged is known from then on.
fn answered(batch: &mut Batch, answer: &Value) {
    let outcomes: Vec<&Value> =
        answer["items"].as_array().unwrap().iter().map(|item| &item["outcome"]).collect();
    assert_eq!(outcomes.len(), batch.items.len());
    let (stored, known) = (json!("stored"), json!("known"));
    let all = |wanted: &Value| outcomes.iter().all(|outcome| *outcome == wanted);
    assert!(all(&stored) || all(&known), "half done: {answer}");
    assert!(all(&known) || batch.acknowledged == 0, "acknowledged, and gone: {answer}");
    batch.unanswered |= all(&known) && batch.acknowledged == 0;
    batch.acknowledged += 1;
}

/// Kills the server so often while the devices send, and starts it again.
async fn killing(place: &Place, mut server: Server, progress: &Progress, kills: usize) -> Server {
    let mut dice = Dice::new(7);
    for kill in 0..kills {
        let share = progress.wanted / kills;
        let at = kill * share + dice.below(share);
        while progress.requests.load(Ordering::Relaxed) < at {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let port = server.port();
        server.kill();
        server = Server::at(place, port).await;
    }
    server
}

/// How many reports of acknowledged items are missing or other than they were sent, and how many are there more than
/// once.
fn compared(sent: &[Sent], reports: &[Value]) -> (usize, usize) {
    let mut found: HashMap<&str, Vec<&Value>> = HashMap::new();
    for report in reports {
        found.entry(report["subject"]["last_four"].as_str().unwrap()).or_default().push(report);
    }
    let (mut lost, mut twice) = (0, 0);
    for batch in sent.iter().flat_map(|sent| &sent.batches) {
        assert_eq!(batch.acknowledged, TIMES);
        for at in batch.first..batch.first + batch.items.len() {
            let there = found.get(mark(at).as_str()).map(Vec::as_slice).unwrap_or_default();
            let right = |report: &&Value| {
                report["readings"][0]["tenths"] == json!(tenths(at)) && report["stage"] == json!("open")
            };
            lost += usize::from(!there.first().is_some_and(right));
            twice += there.len().saturating_sub(1);
        }
    }
    (lost, twice)
}
