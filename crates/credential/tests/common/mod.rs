//! What the tests and the vector generator share: fixed keys, an invented holder, and a second table of rules.
//!
//! The keys sign test data only; they are public by being here.
#![allow(dead_code, reason = "each user takes a part")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "test support")]

pub mod foreign;
pub mod hcert;
pub mod oracle;

use credential::{
    BirthDay, Colour, DeviceKey, DocumentKind, Es256Key, Format, Issuer, PassClaims, Purpose, Seconds,
    Signer, StatusClaims, StatusList, StatusLists, StatusRef, StatusToken, TrustList, TrustedKey,
    sign_status,
};

pub const ISSUER_KEY: &str = "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b02010104208d2e19351a1a88519e38eed611810b9d3dc7355587e76f98b2ce9699b05f7825a14403420004905c86464e6def8684a6dae0f9c487e89510c1296167d796c1e9eae392098f7d927957c665f2aca8e998d7e6d5828b3a7b7681570b12e4876d6f05bd550472a0";
pub const OTHER_KEY: &str = "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420c52e6772755c7b73b96ae835fd00ed92ff160c4dc78a6d621c642ebce56b2758a144034200049608546b756f77f0573114e68f1baffef5a6198bf6fa1840e573969ec5e0f8fd531df87c6b22634374319dd33f71d1a9690660e9dd642142e78a791e0f343bb9";
pub const DEVICE_KEY: &str = "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b02010104207fb6e857538fda787de9028dfb287286a4a713a751b758ed3ebf851cb846a8f1a14403420004eab38b9c9082df51fc762030205fdbca34eb5dd4db8504275be19a3a66ff2c04f9d1e71949a6cca8b035c795eec5f48d4f3316f4c3b482c1d37e0a950b6208e2";
pub const OTHER_DEVICE_KEY: &str = "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b02010104204911e91cc4752df88b9dfe204e0c0dee526472b002993c420fa39e10df296f9fa1440342000488b153614caa2fa221edf1a5bf7bd963392b46214a52f8e374081226ba9b0cc9cde0fad9e4cc1c7cc63c44b259c71f4da3b3c4912cbaefaa452538ed21de207d";

/// 2026-11-23T08:00:00Z, when all tests take place.
pub const NOW: Seconds = 1_795_420_800;
pub const DAY: Seconds = 86_400;
pub const ISSUER: &str = "CN-HB";
pub const URI: &str = "https://code.example.gov.cn/s/20261124-0007";
/// The index of the passes that the test status list has withdrawn.
pub const WITHDRAWN: u32 = 1_048_575;
pub const GOOD: u32 = 700_001;

fn key(hex: &str) -> Es256Key {
    Es256Key::from_pkcs8(&hex::decode(hex).unwrap()).unwrap()
}

pub fn issuer_key() -> Es256Key {
    key(ISSUER_KEY)
}

/// A key that no list names.
pub fn other_key() -> Es256Key {
    key(OTHER_KEY)
}

pub fn device_key() -> Es256Key {
    key(DEVICE_KEY)
}

pub fn other_device_key() -> Es256Key {
    key(OTHER_DEVICE_KEY)
}

/// A green live pass of an invented person, in the middle of its day.
pub fn live_claims() -> PassClaims<'static> {
    PassClaims {
        issuer: ISSUER,
        expires: NOW + DAY / 2,
        issued: NOW - DAY / 2,
        id: *b"\x01\x23\x45\x67\x89\xab\xcd\xef",
        device: Some(DeviceKey::from(&device_key().public())),
        status: StatusRef { index: GOOD, uri: URI },
        colour: Colour::Green,
        initials: "AME",
        birth: BirthDay { day: 31, month: 8 },
        document: DocumentKind::Passport,
        last_four: "02C3",
    }
}

pub fn printed_claims() -> PassClaims<'static> {
    PassClaims { device: None, expires: NOW + 13 * DAY, ..live_claims() }
}

/// A list with the issuer's key, as `change` leaves it.
pub fn trust_with(change: impl FnOnce(&mut Issuer)) -> TrustList {
    let key = TrustedKey::ours(issuer_key().public(), NOW - 30 * DAY, NOW + 30 * DAY);
    let mut issuer = Issuer {
        name: Some(ISSUER.into()),
        format: Format::Tongxing,
        purposes: vec![Purpose::Pass, Purpose::Status],
        keys: vec![key],
    };
    change(&mut issuer);
    TrustList::new(3, NOW - DAY, vec![issuer])
}

pub fn trust() -> TrustList {
    trust_with(|_| ())
}

pub fn status_token(issued: Seconds, signer: &dyn Signer) -> Vec<u8> {
    let mut list = StatusList::new(1 << 20).unwrap();
    list.withdraw(WITHDRAWN).unwrap();
    sign_status(&StatusClaims::usual(URI, issued), &list, signer).unwrap()
}

/// Made once: compressing 2^20 entries takes its time in a debug build.
pub fn statuses() -> StatusLists {
    static LISTS: std::sync::OnceLock<StatusLists> = std::sync::OnceLock::new();
    LISTS.get_or_init(make_statuses).clone()
}

fn make_statuses() -> StatusLists {
    let token = StatusToken::parse(&status_token(NOW - 60, &issuer_key())).unwrap();
    let mut lists = StatusLists::default();
    lists.insert(token.verify(&trust(), NOW).unwrap());
    lists
}
