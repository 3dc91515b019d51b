//! Secrets are gone from memory once they are dropped: looked up where they stood, as the system shows it.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use common::{COURT, Made, day, day_key};
use domain::entropy::SeededEntropy;
use visits::{DayKey, HolderReference, OpenedShare};

/// What this process has in its memory at an address, whoever owns it.
fn memory(address: usize, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    File::open("/proc/self/mem").unwrap().read_exact_at(&mut bytes, address as u64).unwrap();
    bytes
}

/// Whether any eight bytes of the secret stand there, in either order of bytes.
fn holds(found: &[u8], secret: &[u8]) -> bool {
    let reversed: Vec<u8> = secret.iter().rev().copied().collect();
    let any = |secret: &[u8]| secret.windows(8).any(|part| found.windows(8).any(|there| there == part));
    any(secret) || any(&reversed)
}

/// The whole of a value's own memory, before and after it is dropped.
fn before_and_after<T>(value: T) -> (Vec<u8>, Vec<u8>) {
    let boxed = Box::new(value);
    let (address, length) = (&raw const *boxed as usize, size_of::<T>());
    let before = memory(address, length);
    drop(boxed);
    (before, memory(address, length))
}

#[test]
fn an_opened_share_is_wiped() {
    let [share, _] = Made::new(&SeededEntropy::new(1)).opened();
    let bytes = share.to_bytes();
    let (before, after) = before_and_after::<OpenedShare>(share);
    assert!(holds(&before, &bytes[bytes.len() - 32..]), "the test looks at the right place");
    assert!(!holds(&after, &bytes[bytes.len() - 32..]));
}

#[test]
fn a_day_key_is_wiped() {
    let key = day_key(COURT, day(), &SeededEntropy::new(2));
    let secret = key.secret();
    let (before, after) = before_and_after::<DayKey>(key);
    assert!(holds(&before, &*secret), "the test looks at the right place");
    assert!(!holds(&after, &*secret));
}

#[test]
fn a_holder_reference_is_wiped() {
    let text: Vec<u8> = (100..130).collect();
    let holder = HolderReference::new(&text).unwrap();
    let address = holder.as_bytes().as_ptr() as usize;
    assert!(holds(&memory(address, 30), &text), "the test looks at the right place");
    drop(holder);
    assert!(!holds(&memory(address, 30), &text));
}
