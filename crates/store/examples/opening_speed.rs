//! How long the visits of one location and window take to be read with their data keys, among more and more visits:
//! `opening_speed sqlite|postgres [visits] [--json]`. PostgreSQL is the one that `TONGXING_TEST_POSTGRES` names.
//!
//! Fourteen days, a thousand locations in 16 groups, as many visits in each slot. What is opened is one location and four
//! hours; how many visits that are grows with the table, so that what is measured is each opened visit too.
#![allow(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints and takes real time"
)]

use std::collections::HashSet;
use std::time::Instant;

use domain::Entropy;
use domain::entropy::SeededEntropy;
use domain::id::kind::LocationId;
use domain::location::Slot;
use store::rows::visit::{VisitKeyRow, VisitRow};
use store::testing::{postgres, sqlite};
use store::{Store, StoreError, call, read, transact};

const LOCATIONS: u64 = 1_000;
const GROUPS: i64 = 16;
const FIRST: i64 = 5_980_000;
const SLOTS: i64 = 14 * 288;
const WINDOW: i64 = 4 * 12;
const BATCH: usize = 5_000;
const OPENINGS: i64 = 21;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StoreError> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--json").collect();
    let json = std::env::args().any(|a| a == "--json");
    let engine = arguments.first().map_or("sqlite", String::as_str);
    let visits: u64 = arguments.get(1).and_then(|a| a.parse().ok()).unwrap_or(10_000_000);
    let fresh = if engine == "postgres" { postgres().await } else { sqlite().await };
    let print = |name: &str, value: f64, unit: &str| {
        if json {
            println!(r#"{{"name":"store {engine} {name}","value":{value:.3},"unit":"{unit}"}}"#);
        } else {
            println!("{engine:9} {name:40} {value:12.2} {unit}");
        }
    };
    let entropy = SeededEntropy::new(3);
    keys(&fresh.store, &entropy).await?;
    let mut there = 0;
    for size in [visits / 100, visits / 10, visits] {
        let begun = Instant::now();
        fill(&fresh.store, &entropy, there, size).await?;
        print(
            &format!("filled to {size}"),
            (size - there) as f64 / begun.elapsed().as_secs_f64(),
            "visits/s",
        );
        there = size;
        let (median, worst, opened) = open(&fresh.store).await?;
        print(&format!("opening among {size}, median"), median, "ms");
        print(&format!("opening among {size}, worst"), worst, "ms");
        print(&format!("opening among {size}, visits"), opened, "visits");
    }
    fresh.remove().await;
    Ok(())
}

fn key_id(slot: i64, group: i64) -> [u8; 16] {
    let mut id = [0x5A; 16];
    id[..8].copy_from_slice(&slot.to_be_bytes());
    id[8..].copy_from_slice(&group.to_be_bytes());
    id
}

/// One data key a slot and group, where the server makes five.
async fn keys(store: &Store, entropy: &dyn Entropy) -> Result<(), StoreError> {
    for day in 0..14 {
        let mut rows = Vec::new();
        for slot in FIRST + day * 288..FIRST + (day + 1) * 288 {
            for group in 0..GROUPS {
                let share = || entropy.bytes::<200>().to_vec();
                rows.push(VisitKeyRow {
                    id: key_id(slot, group),
                    minute: slot * 5,
                    group,
                    shares: [share(), share()],
                });
            }
        }
        let rows = &rows;
        transact!(store, "bench.keys", StoreError, |tx| {
            for row in rows {
                call!(tx, visit::add_key(row))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Visits arrive slot by slot, as they do in service.
async fn fill(store: &Store, entropy: &dyn Entropy, from: u64, until: u64) -> Result<(), StoreError> {
    let (mut rows, all) = (Vec::with_capacity(BATCH), until - from);
    for number in 0..all {
        let slot = FIRST + i64::try_from(number * u64::try_from(SLOTS).unwrap_or(1) / all).unwrap_or(0);
        let location = entropy.below(LOCATIONS);
        let group = i64::try_from(location).unwrap_or(0) % GROUPS;
        let location = LocationId::from_i64(i64::try_from(location).unwrap_or(0));
        let record = entropy.bytes::<61>().to_vec();
        rows.push(VisitRow {
            location,
            slot: Slot::from_number(slot),
            id: entropy.bytes(),
            key: key_id(slot, group),
            record,
        });
        if rows.len() == BATCH || number + 1 == all {
            let written = &rows;
            transact!(store, "bench.visits", StoreError, |tx| { call!(tx, visit::insert(written)) })?;
            rows.clear();
        }
    }
    Ok(())
}

/// Median and worst of openings spread over the days, in milliseconds; and how many visits one gives.
async fn open(store: &Store) -> Result<(f64, f64, f64), StoreError> {
    let (mut times, mut visits) = (Vec::new(), 0);
    for number in 0..OPENINGS {
        let location = LocationId::from_i64(number * 47 % 1_000);
        let first = FIRST + number * (SLOTS - WINDOW) / OPENINGS;
        let begun = Instant::now();
        let opened = read!(store, "bench.open", StoreError, |tx| {
            let window = (Slot::from_number(first), Slot::from_number(first + WINDOW - 1));
            let rows = call!(tx, visit::window(location, window.0, window.1))?;
            let ids: HashSet<[u8; 16]> = rows.iter().map(|row| row.key).collect();
            let ids: Vec<&[u8]> = ids.iter().map(|id| &id[..]).collect();
            let keys = call!(tx, visit_opening::keys(&ids))?;
            assert_eq!(keys.len(), ids.len());
            Ok(rows.len())
        })?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        visits += opened;
    }
    times.sort_by(f64::total_cmp);
    let worst = times.last().copied().unwrap_or_default();
    Ok((times[times.len() / 2], worst, visits as f64 / OPENINGS as f64))
}
