//! How much one address may ask for: GCRA (crate `governor`) by network, /24 for IPv4 and /48 for IPv6,
//! because one person commands a whole network of IPv6 addresses. Limits by document and session belong to
//! the use cases that know them.

use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use domain::Clock;
use domain::id::kind::{InspectorDeviceId, PartnerId, StaffId};
use governor::clock::{Clock as _, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::{Failure, Kind};
use crate::Settings;

/// Our clock, as `governor` wants it.
#[derive(Clone)]
struct GovernorClock(Arc<dyn Clock>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Instant(Nanos);

impl std::ops::Add<Nanos> for Instant {
    type Output = Self;
    fn add(self, span: Nanos) -> Self {
        Self(self.0 + span)
    }
}

impl Reference for Instant {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.as_u64().saturating_sub(earlier.0.as_u64()).into()
    }
    fn saturating_sub(&self, span: Nanos) -> Self {
        Self(self.0.as_u64().saturating_sub(span.as_u64()).into())
    }
}

impl governor::clock::Clock for GovernorClock {
    type Instant = Instant;
    fn now(&self) -> Instant {
        let micros = u64::try_from(self.0.now().micros()).unwrap_or(0);
        Instant(Nanos::from(micros.saturating_mul(1_000)))
    }
}

type LimiterOf<K> = RateLimiter<K, DashMapStateStore<K>, GovernorClock, NoOpMiddleware<Instant>>;
type Limiter = LimiterOf<IpAddr>;

/// The limits by network.
pub struct Limits {
    writes: Limiter,
    sign_ins: Limiter,
    applications: Limiter,
    joins: Limiter,
    codes: Limiter,
    short_codes: Limiter,
    short_codes_of_staff: LimiterOf<StaffId>,
    partners: LimiterOf<PartnerId>,
    inspector_devices: LimiterOf<InspectorDeviceId>,
    clock: GovernorClock,
}

/// Rates of the limits by network.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Forms and API writes a minute. An office or a hotel shares one address: generous.
    pub writes_per_minute: NonZeroU32,
    /// Attempts to sign in, or to recover a code, a minute.
    pub sign_ins_per_minute: NonZeroU32,
    /// Applications an hour: each is also a question about a document, so guessing must not pay.
    pub applications_per_hour: NonZeroU32,
    /// Accounts that people make for themselves an hour: each is a password to hash, and a name that is taken.
    pub joins_per_hour: NonZeroU32,
    /// What one partner may ask for a minute, from all its addresses.
    pub partner_per_minute: NonZeroU32,
    /// What one inspector's device may ask for a minute: a full outbox goes out in batches, and no faster than that.
    pub inspector_device_per_minute: NonZeroU32,
    /// One-time codes by e-mail or text message an hour, to whatever contacts: each costs, and reaches somebody.
    pub codes_per_hour: NonZeroU32,
    /// Short codes that checkers look up a minute: a checkpoint whose cameras all fail, and no guessing.
    pub short_codes_per_minute: NonZeroU32,
    /// The same for one member of staff: nobody checks more people with a thermometer in the other hand.
    pub short_codes_of_staff_per_minute: NonZeroU32,
}

impl Default for Rates {
    fn default() -> Self {
        let rate = |n| NonZeroU32::new(n).expect("not zero");
        Self {
            writes_per_minute: rate(600),
            sign_ins_per_minute: rate(20),
            applications_per_hour: rate(300),
            joins_per_hour: rate(20),
            codes_per_hour: rate(60),
            short_codes_per_minute: rate(120),
            short_codes_of_staff_per_minute: rate(20),
            partner_per_minute: rate(6_000),
            inspector_device_per_minute: rate(300),
        }
    }
}

impl Limits {
    /// Limits at these rates, by this clock.
    pub fn new(rates: Rates, clock: Arc<dyn Clock>) -> Self {
        let clock = GovernorClock(clock);
        let limiter = |quota| RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
        let of_staff = Quota::per_minute(rates.short_codes_of_staff_per_minute);
        let of_partner = Quota::per_minute(rates.partner_per_minute);
        Self {
            writes: limiter(Quota::per_minute(rates.writes_per_minute)),
            sign_ins: limiter(Quota::per_minute(rates.sign_ins_per_minute)),
            applications: limiter(Quota::per_hour(rates.applications_per_hour)),
            joins: limiter(Quota::per_hour(rates.joins_per_hour)),
            codes: limiter(Quota::per_hour(rates.codes_per_hour)),
            short_codes: limiter(Quota::per_minute(rates.short_codes_per_minute)),
            short_codes_of_staff: RateLimiter::new(of_staff, DashMapStateStore::default(), clock.clone()),
            partners: RateLimiter::new(of_partner, DashMapStateStore::default(), clock.clone()),
            inspector_devices: RateLimiter::new(
                Quota::per_minute(rates.inspector_device_per_minute),
                DashMapStateStore::default(),
                clock.clone(),
            ),
            clock: clock.clone(),
        }
    }

    /// Counts one write from `address`.
    pub fn write(&self, address: IpAddr) -> Result<(), Failure> {
        self.take(&self.writes, address)
    }

    /// Counts one attempt to get in from `address`: guessing must be slow from everywhere.
    pub fn sign_in(&self, address: IpAddr) -> Result<(), Failure> {
        self.take(&self.sign_ins, address)
    }

    /// Counts one application from `address`.
    pub fn application(&self, address: IpAddr) -> Result<(), Failure> {
        self.take(&self.applications, address)
    }

    /// Counts one account that somebody at `address` asks for.
    pub fn join(&self, address: IpAddr) -> Result<(), Failure> {
        self.take(&self.joins, address)
    }

    fn take(&self, limiter: &Limiter, address: IpAddr) -> Result<(), Failure> {
        self.take_of(limiter, &network_of(address))
    }

    fn take_of<K: Hash + Eq + Clone>(&self, limiter: &LimiterOf<K>, key: &K) -> Result<(), Failure> {
        limiter.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            Failure::of(Kind::TOO_MANY).retry_after(wait.as_secs() + 1)
        })
    }

    /// Counts one one-time code that `address` asks for.
    pub fn code(&self, address: IpAddr) -> Result<(), Failure> {
        self.take(&self.codes, address)
    }

    /// Counts one short code, or online form of a national code, that `staff` looks up from `address`, whether or not it
    /// leads to anything: what is counted must not tell.
    pub fn short_code(&self, address: IpAddr, staff: StaffId) -> Result<(), Failure> {
        self.take_of(&self.short_codes_of_staff, &staff)?;
        self.take(&self.short_codes, address)
    }

    /// Counts one signed request of a partner, whatever its address.
    pub fn partner(&self, partner: PartnerId) -> Result<(), Failure> {
        self.take_of(&self.partners, &partner)
    }

    /// Counts one signed request of an inspector's device, whatever its address.
    pub fn inspector_device(&self, device: InspectorDeviceId) -> Result<(), Failure> {
        self.take_of(&self.inspector_devices, &device)
    }

    /// Forgets networks that have been quiet.
    pub fn tidy(&self) {
        self.writes.retain_recent();
        self.sign_ins.retain_recent();
        self.applications.retain_recent();
        self.joins.retain_recent();
        self.codes.retain_recent();
        self.short_codes.retain_recent();
        self.short_codes_of_staff.retain_recent();
        self.partners.retain_recent();
        self.inspector_devices.retain_recent();
    }

    /// How often [`Self::tidy`] is worth calling.
    pub const TIDY_EVERY: Duration = Duration::from_mins(1);
}

/// The network that shares a limit with `address`.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & 0xFFFF_FF00)),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80))),
    }
}

/// Who is asking: the peer, or what a trusted proxy says of it (the last address it did not add itself).
pub fn client_address(settings: &Settings, headers: &HeaderMap, peer: SocketAddr) -> IpAddr {
    let trusted = |ip: &IpAddr| settings.trusted_proxies.contains(ip);
    if !trusted(&peer.ip()) {
        return peer.ip();
    }
    let lines = headers.get_all("x-forwarded-for").iter();
    let named: Vec<IpAddr> = lines
        .flat_map(|line| line.to_str().unwrap_or("?").split(','))
        .map(|part| forwarded(part.trim()).unwrap_or(NOBODY))
        .collect();
    named.into_iter().rev().find(|ip| !trusted(ip)).unwrap_or(peer.ip())
}

/// Who asks where a proxy's word cannot be read: no network of anybody, and not this machine.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// An address as proxies write it: bare, in brackets, or with a port.
fn forwarded(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
}

#[cfg(test)]
mod tests {
    use domain::{Timestamp, time::MockClock};

    use super::*;

    #[test]
    fn a_network_shares_its_limit_and_gets_it_back_with_time() {
        let clock = Arc::new(MockClock::at(Timestamp::from_seconds(1_795_000_000)));
        let rates = Rates { sign_ins_per_minute: NonZeroU32::new(2).unwrap(), ..Rates::default() };
        let limits = Limits::new(rates, clock.clone());
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(limits.sign_in(ip("192.0.2.1")).is_ok());
        assert!(limits.sign_in(ip("192.0.2.200")).is_ok());
        let refused = limits.sign_in(ip("192.0.2.3")).unwrap_err();
        assert_eq!(refused.kind, Kind::TOO_MANY);
        assert!(refused.retry_after.is_some_and(|s| s <= 31));
        assert!(limits.sign_in(ip("198.51.100.1")).is_ok());
        clock.advance(Duration::from_secs(31));
        assert!(limits.sign_in(ip("192.0.2.3")).is_ok());
    }

    #[test]
    fn short_codes_are_counted_by_member_of_staff_and_by_network() {
        let clock = Arc::new(MockClock::at(Timestamp::from_seconds(1_795_000_000)));
        let (two, three) = (NonZeroU32::new(2).unwrap(), NonZeroU32::new(3).unwrap());
        let rates =
            Rates { short_codes_of_staff_per_minute: two, short_codes_per_minute: three, ..Rates::default() };
        let limits = Limits::new(rates, clock.clone());
        let [gate, elsewhere] = ["192.0.2.1", "198.51.100.1"].map(|ip| ip.parse().unwrap());
        let staff = StaffId::from_i64;
        assert!((0..2).all(|_| limits.short_code(gate, staff(1)).is_ok()));
        assert!(limits.short_code(elsewhere, staff(1)).is_err(), "not by going elsewhere");
        assert!(limits.short_code(gate, staff(2)).is_ok());
        assert!(limits.short_code(gate, staff(2)).is_err(), "the network's");
        assert!(limits.short_code(elsewhere, staff(3)).is_ok());
        clock.advance(Duration::from_secs(30));
        assert!(limits.short_code(gate, staff(1)).is_ok());
    }

    #[test]
    fn applications_of_a_network_are_counted_by_the_hour() {
        let clock = Arc::new(MockClock::at(Timestamp::from_seconds(1_795_000_000)));
        let rates = Rates { applications_per_hour: NonZeroU32::new(1).unwrap(), ..Rates::default() };
        let limits = Limits::new(rates, clock.clone());
        let address = "2001:db8:1::1".parse().unwrap();
        assert!(limits.application(address).is_ok());
        assert!(limits.application("2001:db8:1:ffff::2".parse().unwrap()).is_err(), "the same /48");
        clock.advance(Duration::from_hours(1));
        assert!(limits.application(address).is_ok());
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let settings = |proxies: &[&str]| Settings {
            trusted_proxies: proxies.iter().map(|p| p.parse().unwrap()).collect(),
            ..Settings::for_tests()
        };
        let headers: HeaderMap =
            [("x-forwarded-for".parse().unwrap(), "203.0.113.9, 198.51.100.7".parse().unwrap())]
                .into_iter()
                .collect();
        let peer = "192.0.2.1:5000".parse().unwrap();
        assert_eq!(client_address(&settings(&[]), &headers, peer).to_string(), "192.0.2.1");
        assert_eq!(client_address(&settings(&["192.0.2.1"]), &headers, peer).to_string(), "198.51.100.7");
        // Whose word cannot be read is nobody's: least of all somebody on this machine.
        for (said, meant) in [
            ("198.51.100.7:1234", "198.51.100.7"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("unknown", "0.0.0.0"),
            ("127.0.0.1, garbage", "0.0.0.0"),
        ] {
            let headers = [("x-forwarded-for".parse().unwrap(), said.parse().unwrap())].into_iter().collect();
            assert_eq!(
                client_address(&settings(&["192.0.2.1"]), &headers, peer).to_string(),
                meant,
                "{said}"
            );
        }
    }
}
