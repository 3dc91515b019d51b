//! The one cipher suite of shares: HPKE (RFC 9180) in base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and
//! AES-256-GCM, for which a browser needs nothing but WebCrypto.

use std::convert::Infallible;

use domain::Entropy;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _};
use hpke::{single_shot_open, single_shot_seal_with_rng};
use zeroize::Zeroizing;

/// A public key. Never the point at infinity, always on the curve.
pub(crate) type Public = <DhP256HkdfSha256 as Kem>::PublicKey;
/// A private key; the library wipes it when it is dropped.
pub(crate) type Private = <DhP256HkdfSha256 as Kem>::PrivateKey;
type Encapsulated = <DhP256HkdfSha256 as Kem>::EncappedKey;

/// The length of a public key and of an encapsulated key: the uncompressed point (SEC 1 section 2.3.3).
pub(crate) const POINT: usize = 65;
/// The length of a private key: the scalar, big-endian.
pub(crate) const SCALAR: usize = 32;
/// How much longer what is sealed is than what it holds.
pub(crate) const TAG: usize = 16;

/// A new pair, as RFC 9180 section 7.1.3 derives one from 32 random bytes.
pub(crate) fn generate(entropy: &dyn Entropy) -> (Private, Public) {
    let mut material = Zeroizing::new([0; SCALAR]);
    entropy.fill(&mut *material);
    DhP256HkdfSha256::derive_keypair(&*material)
}

/// The public key of these bytes; `None` if they are no uncompressed point of the curve.
pub(crate) fn public(bytes: &[u8]) -> Option<Public> {
    Public::from_bytes(bytes).ok()
}

/// The bytes of a public key.
pub(crate) fn point(key: &Public) -> [u8; POINT] {
    key.to_bytes().into()
}

/// The private key of these bytes, and its public half; `None` if they are no number from 1 below the group's order.
pub(crate) fn pair(bytes: &[u8]) -> Option<(Private, Public)> {
    let private = Private::from_bytes(bytes).ok()?;
    let public = DhP256HkdfSha256::sk_to_pk(&private);
    Some((private, public))
}

/// The bytes of a private key.
pub(crate) fn scalar(key: &Private) -> Zeroizing<[u8; SCALAR]> {
    let mut bytes = Zeroizing::new([0; SCALAR]);
    key.write_exact(&mut *bytes);
    bytes
}

/// Seals to a public key: the encapsulated key, and what is sealed.
pub(crate) fn seal(
    to: &Public,
    info: &[u8],
    associated: &[u8],
    plain: &[u8],
    entropy: &dyn Entropy,
) -> ([u8; POINT], Vec<u8>) {
    let (encapsulated, sealed) = single_shot_seal_with_rng::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeS::Base,
        to,
        info,
        plain,
        associated,
        &mut Random(entropy),
    )
    .expect("sealing a short text to a point of the curve cannot fail");
    (encapsulated.to_bytes().into(), sealed)
}

/// Opens what was sealed to this key with the same `info` and associated data; `None` for anything else.
pub(crate) fn open(
    key: &Private,
    encapsulated: &[u8],
    info: &[u8],
    associated: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let encapsulated = Encapsulated::from_bytes(encapsulated).ok()?;
    single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeR::Base,
        key,
        &encapsulated,
        info,
        sealed,
        associated,
    )
    .ok()
    .map(Zeroizing::new)
}

/// Our source of randomness, in the library's words.
struct Random<'a>(&'a dyn Entropy);

impl TryRng for Random<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Random<'_> {}

#[cfg(test)]
mod tests;
