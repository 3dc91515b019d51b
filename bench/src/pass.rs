//! Issuing and verifying a pass, beside the bare signature (design section 13).

use std::hint::black_box;

#[allow(clippy::disallowed_types, reason = "the bare signature needs the library's own source")]
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use credential::{
    BirthDay, Colour, DeviceKey, DocumentKind, Es256Key, Format, Issuer, Observed, PassClaims, Purpose,
    Signer, StatusClaims, StatusList, StatusLists, StatusRef, StatusToken, TrustList, TrustedKey,
    live_message, live_text, sign_status, to_text, verify,
};

use crate::report::Figure;
use crate::stopwatch::{rates, time};

const NOW: u64 = 1_795_435_200;
const ISSUER: &str = "CN-HB";
const URI: &str = "https://code.example/s/7";
const ROUNDS: usize = 15;
const CALLS: u32 = 2_000;

struct Keys {
    issuer: Es256Key,
    bare: EcdsaKeyPair,
    device: Es256Key,
}

impl Keys {
    /// A signature that `point` checks: the issuer's or the phone's.
    fn signed_for(&self, point: &[u8], message: &[u8]) -> Vec<u8> {
        let issuers = self.bare.public_key().as_ref() == point;
        let signer = if issuers { &self.issuer } else { &self.device };
        signer.sign(message).expect("signing works").to_vec()
    }
}

#[allow(clippy::disallowed_types, reason = "a benchmark's keys live for one run")]
fn keys(random: &SystemRandom) -> Keys {
    let new =
        || EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, random).expect("a key can be made");
    let (issuer, device) = (new(), new());
    Keys {
        issuer: Es256Key::from_pkcs8(issuer.as_ref()).expect("a key that was just made"),
        bare: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, issuer.as_ref()).expect("as above"),
        device: Es256Key::from_pkcs8(device.as_ref()).expect("a key that was just made"),
    }
}

fn claims(device: Option<DeviceKey>) -> PassClaims<'static> {
    PassClaims {
        issuer: ISSUER,
        expires: NOW + 43_200,
        issued: NOW - 43_200,
        id: *b"benchmrk",
        device,
        status: StatusRef { index: 700_001, uri: URI },
        colour: Colour::Green,
        initials: "AME",
        birth: BirthDay { day: 12, month: 8 },
        document: DocumentKind::Passport,
        last_four: "02C3",
    }
}

fn trust(issuer: &Es256Key) -> TrustList {
    let issuer = Issuer {
        name: Some(ISSUER.to_owned()),
        format: Format::Tongxing,
        purposes: vec![Purpose::Pass, Purpose::Status],
        keys: vec![TrustedKey::ours(issuer.public(), NOW - 100_000, NOW + 100_000)],
    };
    TrustList::new(1, NOW, vec![issuer])
}

fn statuses(issuer: &Es256Key, trust: &TrustList) -> StatusLists {
    let list = StatusList::new(1 << 20).expect("2^20 entries are allowed");
    let token = sign_status(&StatusClaims::usual(URI, NOW), &list, issuer).expect("signing works");
    let mut lists = StatusLists::default();
    lists.insert(StatusToken::parse(&token).expect("our own").verify(trust, NOW).expect("our own"));
    lists
}

/// Every figure about passes and their status list.
#[allow(clippy::disallowed_types, reason = "the bare signature needs the library's own source")]
pub fn figures() -> Vec<Figure> {
    let random = SystemRandom::new();
    let keys = keys(&random);
    let trust = trust(&keys.issuer);
    let lists = statuses(&keys.issuer, &trust);
    let mut figures = vec![issue(&keys, &random), printed(&keys, &trust, &lists)];
    figures.extend(live(&keys, &trust, &lists));
    figures.extend(status_list(&keys));
    figures
}

#[allow(clippy::disallowed_types, reason = "the bare signature needs the library's own source")]
fn issue(keys: &Keys, random: &SystemRandom) -> Figure {
    let claims = claims(Some(DeviceKey::from(&keys.device.public())));
    let message = claims.issue(&keys.issuer).expect("issuing works");
    let (ours, bare) = rates(
        ROUNDS,
        CALLS,
        || drop(black_box(to_text(&claims.issue(&keys.issuer).expect("issuing works")))),
        || {
            black_box(keys.bare.sign(random, &message).expect("signing works"));
        },
    );
    Figure::new(
        "issue one live pass (sign, encode, text)",
        (ours, "1/s"),
        ("bare ES256 signature, aws-lc-rs", bare),
        Some(0.75),
    )
}

fn printed(keys: &Keys, trust: &TrustList, lists: &StatusLists) -> Figure {
    let text = to_text(&claims(None).issue(&keys.issuer).expect("issuing works"));
    let observed = Observed { document_matches: true, ..Observed::default() };
    let (ours, bare) =
        verifying(keys, trust, lists, &text, observed, &[bare_key(keys.bare.public_key().as_ref().to_vec())]);
    Figure::new(
        "verify one printed pass (text to verdict)",
        (ours, "1/s"),
        ("bare ES256 check, aws-lc-rs", bare),
        Some(0.95),
    )
}

/// A live code has two signatures: the issuer's and the phone's. The phone's key is new with every code and stands in
/// the pass as a compressed point, so the bare check of the second has to begin from that (decision 0008).
fn live(keys: &Keys, trust: &TrustList, lists: &StatusLists) -> [Figure; 2] {
    let pass =
        claims(Some(DeviceKey::from(&keys.device.public()))).issue(&keys.issuer).expect("issuing works");
    let proof = keys.device.sign(&live_message(&pass, NOW)).expect("signing works");
    let text = live_text(&pass, NOW, &proof);
    let device = DeviceKey::from(&keys.device.public()).compressed().to_vec();
    let issuer = keys.bare.public_key().as_ref().to_vec();
    let bare = [issuer.clone(), device].map(bare_key);
    let (ours, needed) = verifying(keys, trust, lists, &text, Observed::default(), &bare);
    let (again, uncompressed) =
        verifying(keys, trust, lists, &text, Observed::default(), &[issuer.clone(), issuer].map(bare_key));
    [
        Figure::new(
            "verify one live code (text to verdict)",
            (ours, "1/s"),
            ("two bare ES256 checks, the phone's key as the pass has it, aws-lc-rs", needed),
            Some(0.95),
        ),
        Figure::new(
            "the same, beside two checks with uncompressed keys",
            (again, "1/s"),
            ("two bare ES256 checks, aws-lc-rs", uncompressed),
            None,
        ),
    ]
}

fn bare_key(point: Vec<u8>) -> UnparsedPublicKey<Vec<u8>> {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
}

fn verifying(
    keys: &Keys,
    trust: &TrustList,
    lists: &StatusLists,
    text: &str,
    observed: Observed,
    bare: &[UnparsedPublicKey<Vec<u8>>],
) -> (f64, f64) {
    let message = text.as_bytes();
    let checks: Vec<_> = bare.iter().map(|key| (key, keys.signed_for(key.as_ref(), message))).collect();
    let mut buffer = Vec::new();
    let outcome = verify(text, &mut buffer, trust, lists, NOW, &observed);
    assert!(outcome.reasons().is_empty(), "the benchmark's pass must PASS: {:?}", outcome.reasons());
    rates(
        ROUNDS,
        CALLS,
        || {
            let mut buffer = Vec::new();
            black_box(verify(black_box(text), &mut buffer, trust, lists, NOW, &observed).verdict());
        },
        || {
            for (key, signature) in &checks {
                key.verify(black_box(message), signature).expect("our own signature");
            }
        },
    )
}

fn status_list(keys: &Keys) -> Vec<Figure> {
    let mut list = StatusList::new(1 << 20).expect("2^20 entries are allowed");
    withdraw(&mut list, 10_486);
    let mut taken: Vec<f64> = (0..5)
        .map(|_| {
            time(|| sign_status(&StatusClaims::usual(URI, NOW), &list, &keys.issuer).expect("signing works"))
                .0
        })
        .map(|taken| taken.as_secs_f64() * 1e3)
        .collect();
    taken.sort_by(f64::total_cmp);
    let size = size(&list);
    vec![
        Figure::at_most("build and sign a status list of 2^20, 1 % withdrawn", (taken[2], "ms"), 100.0),
        Figure::at_most("its size", (size, "B"), 15_000.0),
        Figure::at_most(
            "all lists of 60 million passes, 1 % withdrawn, with decoys",
            (all_lists(), "kB"),
            1_500.0,
        ),
    ]
}

/// Withdraws so many indexes at random (SplitMix64): evenly spread ones would pack to a tenth of the size.
fn withdraw(list: &mut StatusList, count: u32) {
    let mut state = 0_u64;
    for _ in 0..count {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let index = u32::try_from(mixed >> 44).expect("20 bits");
        list.withdraw(index).expect("within the list");
    }
}

#[allow(clippy::cast_precision_loss, reason = "some thousand bytes")]
fn size(list: &StatusList) -> f64 {
    list.compress().len() as f64
}

/// Kilobytes that a phone downloads to check any of 60 million passes without a network (docs/pass-format.md,
/// section 6): lists are left half full, and 512 decoys stand beside the withdrawn.
fn all_lists() -> f64 {
    let mut list = StatusList::new(1 << 20).expect("2^20 entries are allowed");
    let lists = 60_000_000_u32.div_ceil(1 << 19);
    withdraw(&mut list, (1 << 19) / 100 + 512);
    f64::from(lists) * size(&list) / 1e3
}
