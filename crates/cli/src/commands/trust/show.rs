//! Trust lists for people.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{KeyState, Purpose, Seconds, TrustList, TrustedKey, rfc3339};

use crate::trust_store::{Withdrawal, Withdrawn};

/// A line for each issuer, and one for each key.
pub fn issuers(list: &TrustList, now: Seconds) -> String {
    let mut text = String::new();
    for issuer in list.issuers() {
        let purposes: Vec<&str> = issuer.purposes.iter().copied().map(purpose).collect();
        let name = issuer.name.as_deref().unwrap_or("anybody");
        let _ = writeln!(text, "{name}  {}  {}", issuer.format.as_str(), purposes.join(", "));
        for key in &issuer.keys {
            let (kid, from, to) = (name_of(key), rfc3339(key.not_before), rfc3339(key.not_after));
            let _ = writeln!(text, "  {kid}  {:<9}  {from} to {to}", state(key, now));
        }
    }
    if list.issuers().is_empty() {
        text.push_str("nobody is trusted\n");
    }
    text
}

/// A line for each withdrawal.
pub fn withdrawals(withdrawals: &[Withdrawal]) -> String {
    let mut text = String::new();
    for Withdrawal { what, reason, at } in withdrawals {
        let what = match what {
            Withdrawn::Key(thumbprint) => format!("key {thumbprint}"),
            Withdrawn::Issuer(name) => format!("issuer {name}"),
        };
        let _ = writeln!(text, "withdrawn {at}: {what}: {reason}");
    }
    text
}

/// The kid as text where it is one of letters (NZ COVID Pass), else in base64url.
fn name_of(key: &TrustedKey) -> String {
    let text = std::str::from_utf8(&key.kid).ok();
    let plain = |text: &&str| text.starts_with("key") && text.bytes().all(|byte| byte.is_ascii_graphic());
    text.filter(plain).map_or_else(|| URL_SAFE_NO_PAD.encode(&key.kid), str::to_owned)
}

fn state(key: &TrustedKey, now: Seconds) -> &'static str {
    match key.state {
        KeyState::Withdrawn => "withdrawn",
        KeyState::Active if now < key.not_before => "not yet",
        KeyState::Active if now > key.not_after => "ended",
        KeyState::Active => "active",
    }
}

fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Pass => "pass",
        Purpose::Status => "status",
        Purpose::Rules => "rules",
    }
}
