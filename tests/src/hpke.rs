//! HPKE (RFC 9180) in base mode, as devices seal to the server, and the server to units: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
//!
//! Written from the RFC over the primitives alone, so that the server's library is not checked against itself.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;

/// `"KEM"` and the number of DHKEM(P-256, HKDF-SHA256).
const KEM: &[u8] = b"KEM\x00\x10";
/// `"HPKE"` and the numbers of the KEM, of HKDF-SHA256 and of AES-256-GCM.
const SUITE: &[u8] = b"HPKE\x00\x10\x00\x01\x00\x02";

/// Seals `plain` to the public key `to` (an uncompressed point): the encapsulated key, and what is sealed.
pub fn seal(to: &[u8], info: &[u8], associated: &[u8], plain: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
    let enc = ours.compute_public_key().unwrap().as_ref().to_vec();
    let theirs = UnparsedPublicKey::new(&ECDH_P256, to);
    let agreed = agree_ephemeral(ours, theirs, "no agreement", |secret| Ok(secret.to_vec())).unwrap();
    let prk = extract(KEM, &[], "eae_prk", &agreed);
    let shared = expand(KEM, &prk, "shared_secret", &[&enc, to].concat(), 32);
    let context =
        [vec![0], extract(SUITE, &[], "psk_id_hash", &[]), extract(SUITE, &[], "info_hash", info)].concat();
    let secret = extract(SUITE, &shared, "secret", &[]);
    let key = UnboundKey::new(&AES_256_GCM, &expand(SUITE, &secret, "key", &context, 32)).unwrap();
    let nonce =
        Nonce::try_assume_unique_for_key(&expand(SUITE, &secret, "base_nonce", &context, 12)).unwrap();
    let mut sealed = plain.to_vec();
    LessSafeKey::new(key).seal_in_place_append_tag(nonce, Aad::from(associated), &mut sealed).unwrap();
    (enc, sealed)
}

/// `LabeledExtract`.
fn extract(suite: &[u8], salt: &[u8], label: &str, material: &[u8]) -> Vec<u8> {
    hmac_of(salt, &[b"HPKE-v1", suite, label.as_bytes(), material].concat())
}

/// `LabeledExpand`, of one block: nothing here is longer than 32 bytes.
fn expand(suite: &[u8], prk: &[u8], label: &str, info: &[u8], length: u8) -> Vec<u8> {
    let labelled = [&[0, length], b"HPKE-v1".as_slice(), suite, label.as_bytes(), info, &[1]].concat();
    let mut block = hmac_of(prk, &labelled);
    block.truncate(usize::from(length));
    block
}

fn hmac_of(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().to_vec()
}
