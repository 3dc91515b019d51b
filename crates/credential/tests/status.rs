//! Status lists: the draft's examples, limits, bombs, and whose list answers for whom.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::{GOOD, ISSUER, NOW, URI, WITHDRAWN, issuer_key, other_key, status_token, trust, trust_with};
use credential::{
    Format, Issuer, MAX_ENTRIES, Purpose, STATUS_LIFE, Signer, StatusAnswer, StatusClaims, StatusError,
    StatusList, StatusLists, StatusRef, StatusRefusal, StatusToken, TrustList, TrustedKey, sign_status,
};
use proptest::prelude::*;

fn answer(token: &[u8], trust: &TrustList, now: u64, index: u32) -> Result<StatusAnswer, StatusRefusal> {
    let list = StatusToken::parse(token)?.verify(trust, now)?;
    Ok(list.answer(ISSUER, &StatusRef { index, uri: URI }, now))
}

#[test]
fn the_first_example_of_the_draft() {
    // Section "Status List": these sixteen statuses are the bytes b9 a3.
    let statuses = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];
    let mut list = StatusList::new(16).unwrap();
    for index in (0..16).filter(|&i| statuses[i as usize] == 1) {
        list.withdraw(index).unwrap();
    }
    assert_eq!(list.as_bytes(), [0xb9, 0xa3]);
    let stream = hex::decode("78dadbb918000217015d").unwrap();
    assert_eq!(StatusList::decompress(1, &stream).unwrap(), list);
    assert_eq!(StatusList::decompress(1, &list.compress()).unwrap(), list);
}

#[test]
fn an_index_outside_is_refused() {
    let mut list = StatusList::new(16).unwrap();
    assert_eq!(list.get(15), Ok(0));
    assert_eq!(list.get(16), Err(StatusError::OutOfRange));
    assert_eq!(list.withdraw(16), Err(StatusError::OutOfRange));
    assert_eq!(list.get(u32::MAX), Err(StatusError::OutOfRange));
    assert_eq!(StatusList::new(0), Err(StatusError::Size));
    assert_eq!(StatusList::new(MAX_ENTRIES + 1), Err(StatusError::Size));
    assert_eq!(StatusList::new(MAX_ENTRIES).unwrap().entries(), MAX_ENTRIES);
    assert_eq!(StatusList::from_bytes(3, vec![0]), Err(StatusError::Size));
}

#[test]
fn bombs_stop_at_the_declared_size() {
    use std::io::Write;
    for size in [MAX_ENTRIES as usize / 8 + 1, 64 << 20] {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        zlib.write_all(&vec![0; size]).unwrap();
        assert_eq!(StatusList::decompress(1, &zlib.finish().unwrap()), Err(StatusError::Size), "{size}");
    }
    let mut longer = StatusList::new(8).unwrap().compress();
    longer.push(0);
    assert_eq!(StatusList::decompress(1, &longer), Err(StatusError::Compression));
    let whole = StatusList::new(MAX_ENTRIES).unwrap().compress();
    assert_eq!(StatusList::decompress(1, &whole[..whole.len() - 1]), Err(StatusError::Compression));
}

#[test]
fn a_signed_list_answers() {
    let token = status_token(NOW, &issuer_key());
    assert_eq!(answer(&token, &trust(), NOW, GOOD), Ok(StatusAnswer::Good));
    assert_eq!(answer(&token, &trust(), NOW, WITHDRAWN), Ok(StatusAnswer::Withdrawn));
    assert_eq!(answer(&token, &trust(), NOW, MAX_ENTRIES), Ok(StatusAnswer::Unknown));
    let list = StatusToken::parse(&token).unwrap().verify(&trust(), NOW).unwrap();
    assert_eq!((list.refresh_at(), list.expires()), (NOW + 300, NOW + 86_400));
    let elsewhere = StatusRef { index: GOOD, uri: "https://code.example.gov.cn/s/other" };
    assert_eq!(list.answer(ISSUER, &elsewhere, NOW), StatusAnswer::Unknown);
    assert_eq!(list.answer("CN-GD", &StatusRef { index: GOOD, uri: URI }, NOW), StatusAnswer::Unknown);
}

#[test]
fn only_a_trusted_key_in_its_time_counts() {
    let token = status_token(NOW, &issuer_key());
    let refused = Err(StatusRefusal::Untrusted);
    assert_eq!(answer(&token, &TrustList::empty(), NOW, GOOD), refused);
    assert_eq!(answer(&status_token(NOW, &other_key()), &trust(), NOW, GOOD), refused);
    assert_eq!(answer(&token, &trust_with(|i| i.purposes = vec![Purpose::Pass]), NOW, GOOD), refused);
    assert_eq!(answer(&token, &trust_with(|i| i.keys[0].not_after = NOW - 1), NOW, GOOD), refused);
    for (now, wanted) in [
        (NOW + STATUS_LIFE - 1, Ok(StatusAnswer::Good)),
        (NOW + STATUS_LIFE, Err(StatusRefusal::Time)),
        (NOW - 300, Ok(StatusAnswer::Good)),
        (NOW - 301, Err(StatusRefusal::Time)),
    ] {
        assert_eq!(answer(&token, &trust(), now, GOOD), wanted, "{now}");
    }
    let list = StatusToken::parse(&token).unwrap().verify(&trust(), NOW).unwrap();
    let kept = list.answer(ISSUER, &StatusRef { index: GOOD, uri: URI }, NOW + STATUS_LIFE);
    assert_eq!(kept, StatusAnswer::Unknown, "a list kept too long answers nothing");
}

#[test]
fn a_list_never_counts_longer_than_a_day() {
    let claims = StatusClaims { expires: NOW + 365 * STATUS_LIFE, ..StatusClaims::usual(URI, NOW) };
    let token = sign_status(&claims, &StatusList::new(MAX_ENTRIES).unwrap(), &issuer_key()).unwrap();
    assert_eq!(answer(&token, &trust(), NOW + STATUS_LIFE, GOOD), Err(StatusRefusal::Time));
}

#[test]
fn the_newest_list_of_an_address_counts_and_a_withdrawal_among_equals() {
    let list = |issued, withdrawn: &[u32]| {
        let mut list = StatusList::new(MAX_ENTRIES).unwrap();
        for index in withdrawn {
            list.withdraw(*index).unwrap();
        }
        let token = sign_status(&StatusClaims::usual(URI, issued), &list, &issuer_key()).unwrap();
        StatusToken::parse(&token).unwrap().verify(&trust(), NOW).unwrap()
    };
    let (old, new) = (|| list(NOW - 60, &[7]), || list(NOW, &[8]));
    let (same, middle) = (|| list(NOW, &[9]), || list(NOW - 30, &[10]));
    for order in [[old(), new(), same(), middle()], [same(), middle(), new(), old()]] {
        let mut lists = StatusLists::default();
        for list in order {
            lists.insert(list);
        }
        let withdrawn: Vec<u32> = (6..12)
            .filter(|&index| {
                lists.answer(ISSUER, &StatusRef { index, uri: URI }, NOW) == StatusAnswer::Withdrawn
            })
            .collect();
        assert_eq!(withdrawn, [8, 9]);
        assert_eq!(lists.answer(ISSUER, &StatusRef { index: 6, uri: URI }, NOW), StatusAnswer::Good);
        assert_eq!(lists.answer("OTHER", &StatusRef { index: 8, uri: URI }, NOW), StatusAnswer::Unknown);
    }
}

#[test]
fn the_list_of_another_issuer_under_our_address_takes_no_place() {
    let both = {
        let issuer = |name: &str, key: &dyn Signer| Issuer {
            name: Some(name.into()),
            format: Format::Tongxing,
            purposes: vec![Purpose::Status],
            keys: vec![TrustedKey::ours(key.public(), NOW - 60, NOW + 60)],
        };
        TrustList::new(1, NOW, vec![issuer(ISSUER, &issuer_key()), issuer("OTHER", &other_key())])
    };
    let list = |token: Vec<u8>| StatusToken::parse(&token).unwrap().verify(&both, NOW).unwrap();
    let mut lists = StatusLists::default();
    lists.insert(list(status_token(NOW - 30, &issuer_key())));
    lists.insert(list(status_token(NOW, &other_key())));
    let ours = StatusRef { index: WITHDRAWN, uri: URI };
    assert_eq!(lists.answer(ISSUER, &ours, NOW), StatusAnswer::Withdrawn);
}

#[test]
fn every_flipped_bit_of_a_token_is_refused() {
    let list = StatusList::new(8_192).unwrap();
    let token = sign_status(&StatusClaims::usual(URI, NOW), &list, &issuer_key()).unwrap();
    assert_eq!(answer(&token, &trust(), NOW, 5), Ok(StatusAnswer::Good));
    for bit in 0..token.len() * 8 {
        let mut flipped = token.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(answer(&flipped, &trust(), NOW, 5).is_err(), "bit {bit}");
    }
}

#[test]
fn one_percent_of_a_full_list_stays_small() {
    let mut list = StatusList::new(MAX_ENTRIES).unwrap();
    let mut state = 0x9e37_79b9_u32;
    for _ in 0..MAX_ENTRIES / 100 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        list.withdraw(state >> 12).unwrap();
    }
    assert!(list.compress().len() < 15_000, "{} bytes", list.compress().len());
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(StatusToken::parse(&bytes).is_err());
        for bits in 0..=9 {
            let _ = StatusList::decompress(bits, &bytes);
        }
    }
}

/// The suite's folder, or `None` after saying so.
#[allow(clippy::print_stdout, reason = "a suite that is not there must be seen to be missing")]
fn suite() -> Option<std::path::PathBuf> {
    #[allow(clippy::disallowed_methods, reason = "where the suites stand is a matter of the test machine")]
    let folder = std::env::var_os("TONGXING_SUITES");
    if folder.is_none() {
        println!("TONGXING_SUITES is not set: the status list suite was not run");
    }
    Some(std::path::Path::new(&folder?).join("token-status-list"))
}

/// The first block of hex digits in an example file.
fn hex_of(text: &str) -> Vec<u8> {
    let digits = |line: &&str| !line.is_empty() && line.bytes().all(|b| b.is_ascii_hexdigit());
    let lines = text.lines().map(str::trim);
    let block: String = lines.skip_while(|line| !digits(line)).take_while(digits).collect();
    hex::decode(block).unwrap()
}

/// `{"bits", "lst"}` of an example in CBOR; the examples write `bits` first.
fn list_of(cbor: &[u8]) -> StatusList {
    let mut decoder = minicbor::Decoder::new(cbor);
    assert_eq!(decoder.map().unwrap(), Some(2));
    assert_eq!(decoder.str().unwrap(), "bits");
    let bits = decoder.u8().unwrap();
    assert_eq!(decoder.str().unwrap(), "lst");
    StatusList::decompress(bits, decoder.bytes().unwrap()).unwrap()
}

#[test]
fn the_suite_s_short_lists() {
    let Some(folder) = suite() else { return };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(list_of(&hex_of(&read("status_list_encoding_cbor.md"))).as_bytes(), [0xb9, 0xa3]);
    let two = list_of(&hex_of(&read("status_list_encoding2_cbor.md")));
    assert_eq!((two.bits(), two.as_bytes()), (2, &[0xc9, 0x44, 0xf9][..]));
    let values: Vec<_> = (0..12).map(|i| two.get(i).unwrap()).collect();
    assert_eq!(values, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
    let token = hex_of(&read("status_list_cwt.md"));
    let token = StatusToken::parse(&token).unwrap();
    assert_eq!(token.list().as_bytes(), [0xb9, 0xa3]);
}

#[test]
fn the_suite_s_lists_of_2_to_the_20() {
    let Some(folder) = suite() else { return };
    let draft = std::fs::read_to_string(folder.join("draft-ietf-oauth-status-list.md")).unwrap();
    let vectors = &draft[draft.find("# Test vectors").or_else(|| draft.find("# Test Vectors")).unwrap()..];
    let mut seen = 0;
    let mut wanted: Vec<(u32, u8)> = Vec::new();
    for line in vectors.lines() {
        if let Some((index, value)) = line.trim().strip_prefix("status[").and_then(|l| l.split_once(']')) {
            let value = value.trim().trim_start_matches('=').trim().trim_matches('"');
            let value = value.trim_start_matches("0b");
            wanted.push((index.parse().unwrap(), u8::from_str_radix(value, 2).unwrap()));
        } else if let Some(name) = line.trim().strip_prefix("{::include ").and_then(|l| l.strip_suffix('}')) {
            let file = folder.join(name.trim_start_matches("./").rsplit('/').next().unwrap());
            if name.contains("cbor") && file.exists() {
                check(&list_of(&hex_of(&std::fs::read_to_string(file).unwrap())), &wanted);
                seen += 1;
            }
        } else if line.starts_with("## ") {
            wanted.clear();
        }
    }
    assert_eq!(seen, 4, "lists of 1, 2, 4 and 8 bits");
}

fn check(list: &StatusList, wanted: &[(u32, u8)]) {
    assert!(!wanted.is_empty());
    assert_eq!(list.entries(), MAX_ENTRIES);
    for (index, value) in wanted {
        assert_eq!(list.get(*index), Ok(*value), "{} bits, index {index}", list.bits());
    }
    let set = (0..list.entries()).filter(|&i| list.get(i).unwrap() != 0).count();
    assert_eq!(set, wanted.iter().filter(|(_, value)| *value != 0).count(), "and nothing else is set");
}
