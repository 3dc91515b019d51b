//! A poster that is scanned from many networks at once: a picture of it goes round.
//!
//! The decision that matters: it changes nothing about anyone who scanned it, and is told to the location's managers and
//! to administrators alone. The networks are in this process's memory, for ten minutes, under a key of the day.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use domain::Timestamp;
use domain::location::LocationCode;
use store::rows::location::LocationFlagKind;

use crate::App;
use crate::http::limits::network_of;
use crate::location::flags::{self, hour};
use crate::location::places::Place;

/// From so many networks within [`WINDOW`] nobody scans the poster on a wall.
pub const MANY: usize = 20;
/// More are not counted: this process has other things to remember.
const MOST: usize = 5_000;
/// How long a network is remembered.
pub const WINDOW: Duration = Duration::from_mins(10);

/// From where posters were scanned.
#[derive(Default)]
pub struct Networks(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    key: Option<(i64, Key)>,
    posters: HashMap<LocationCode, Poster>,
}

#[derive(Default)]
struct Poster {
    /// Each network under the key of the day, and when it was last seen.
    seen: HashMap<[u8; 8], Timestamp>,
    /// The hour since 1970 in which this was noticed last, and from how many networks.
    noticed: Option<(i64, usize)>,
}

/// From where somebody scanned is nobody's to print.
impl std::fmt::Debug for Networks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Networks(…)")
    }
}

impl Networks {
    /// Remembers a scan; gives from how many networks it was, if they are many, and in one hour each time that they are
    /// twice as many.
    fn meet(&self, app: &App, code: LocationCode, address: IpAddr) -> Option<usize> {
        let now = app.now();
        let mut memory = self.lock();
        let network = memory.under_key(app, now, network_of(address));
        let poster = memory.posters.entry(code).or_default();
        let before = poster.noticed.filter(|(of, _)| *of == hour(now)).map_or(0, |(_, networks)| networks);
        let wanted = (2 * before).max(MANY);
        if wanted > MOST {
            return None;
        }
        poster.seen.insert(network, now);
        if poster.seen.len() < wanted {
            return None;
        }
        poster.forget(now);
        let many = poster.seen.len();
        if many < wanted {
            return None;
        }
        poster.noticed = Some((hour(now), many));
        Some(many)
    }

    /// Forgets what was long ago.
    pub fn tidy(&self, now: Timestamp) {
        self.lock().posters.retain(|_, poster| {
            poster.forget(now);
            !poster.seen.is_empty() || poster.noticed.is_some_and(|(of, _)| of == hour(now))
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn under_key(&mut self, app: &App, now: Timestamp, network: IpAddr) -> [u8; 8] {
        if self.key.as_ref().is_none_or(|(day, _)| *day != now.day()) {
            self.key = Some((now.day(), Key::new(HMAC_SHA256, &app.entropy.bytes::<32>())));
            self.posters.clear();
        }
        let bytes = match network {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
            IpAddr::V6(v6) => v6.octets(),
        };
        let mut keyed = [0; 8];
        if let Some((_, key)) = &self.key {
            keyed.copy_from_slice(&sign(key, &bytes).as_ref()[..8]);
        }
        keyed
    }
}

impl Poster {
    fn forget(&mut self, now: Timestamp) {
        self.seen.retain(|_, at| now.since(*at) < WINDOW);
    }
}

/// Somebody scanned the poster of this place. Nobody waits for what comes of it.
pub fn scanned(app: &App, place: &Place, address: IpAddr) {
    let Some(many) = app.visit.networks.meet(app, place.code, address) else { return };
    let (app, of) = (app.clone(), (place.location, hour(app.now())));
    let number = i64::try_from(many).unwrap_or(i64::MAX);
    tokio::spawn(async move {
        if let Err(error) = flags::raise(&app, of, LocationFlagKind::Networks, number).await {
            tracing::error!(%error, "a flag could not be kept");
        }
    });
}
