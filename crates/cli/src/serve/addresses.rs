//! The names and addresses under which this machine can be reached.

use std::collections::BTreeSet;
use std::net::IpAddr;

/// Everything that a certificate for this machine is made out to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// `localhost`, the host name, and the host name in `.local` (multicast DNS, RFC 6762).
    pub names: BTreeSet<String>,
    /// Loopback and the addresses of every interface.
    pub ips: BTreeSet<IpAddr>,
}

impl Addresses {
    /// What the machine has now. That the interfaces cannot be read leaves the loopback addresses.
    pub fn of_this_machine() -> Self {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
        let ips = interfaces.iter().map(if_addrs::Interface::ip);
        Self::new(&gethostname::gethostname().to_string_lossy(), ips)
    }

    fn new(host: &str, ips: impl Iterator<Item = IpAddr>) -> Self {
        let mut names = BTreeSet::from(["localhost".to_owned()]);
        let host = host.to_ascii_lowercase();
        if is_host_name(&host) {
            let first = host.split('.').next().unwrap_or(&host);
            names.insert(format!("{first}.local"));
            names.insert(host);
        }
        let loopback = [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])];
        Self { names, ips: ips.filter(|ip| !needs_zone(*ip)).chain(loopback).collect() }
    }

    /// The address at which a phone in the same network is most likely to reach this machine.
    pub fn lan(&self) -> Option<IpAddr> {
        let others = || self.ips.iter().copied().filter(|ip| !ip.is_loopback());
        others().find(IpAddr::is_ipv4).or_else(|| others().next())
    }
}

/// A link-local IPv6 address means nothing without its interface, and no URL can carry that.
fn needs_zone(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local())
}

/// RFC 1123 section 2.1: letters, digits and hyphens in labels of 1 to 63 characters.
fn is_host_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let label = |l: &str| {
        (1..=63).contains(&l.len()) && l.chars().all(fits) && !l.starts_with('-') && !l.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label) && text.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn names_and_addresses_that_a_certificate_can_carry() {
        let found = Addresses::new(
            "Desk-7.office",
            [ip("fe80::1"), ip("2001:db8::7"), ip("192.168.1.20")].into_iter(),
        );
        let names: Vec<_> = found.names.iter().map(String::as_str).collect();
        assert_eq!(names, ["desk-7.local", "desk-7.office", "localhost"]);
        assert!(!found.ips.contains(&ip("fe80::1")));
        assert_eq!(found.ips.len(), 4);
        assert_eq!(found.lan(), Some(ip("192.168.1.20")));
    }

    #[test]
    fn a_host_name_that_is_none_is_left_out() {
        for host in ["", "my host", "10.0.0.1", "-a", "a..b", "名字"] {
            let found = Addresses::new(host, std::iter::empty());
            assert_eq!((found.names.len(), found.lan()), (1, None), "{host}");
        }
    }

    #[test]
    fn this_machine_has_a_loopback_address() {
        assert!(Addresses::of_this_machine().ips.contains(&ip("127.0.0.1")));
    }
}
