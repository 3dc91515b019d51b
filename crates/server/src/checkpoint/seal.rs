//! The keys to which devices seal what they send: HPKE (RFC 9180), DHKEM(P-256), HKDF-SHA256, AES-256-GCM.
//!
//! The decision that matters: the keys are derived from the data keys of the store, so that there is nothing more to
//! keep, to back up or to lose; a new data key makes a new one, and the former ones still open.

use aws_lc_rs::digest::{SHA256, digest};
use domain::checkpoint::ClientId;
use domain::id::kind::InspectorDeviceId;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable as _, Kem, OpModeR, Serializable as _, single_shot_open};
use store::Sealer;

use crate::App;

type Private = <DhP256HkdfSha256 as Kem>::PrivateKey;
type Encapped = <DhP256HkdfSha256 as Kem>::EncappedKey;

const LABEL: &str = "tongxing outbox seal v1";
/// The `info` of every item.
pub const INFO: &[u8] = b"tongxing outbox v1";

/// One key pair.
pub struct SealKey {
    /// Its short name: the first 8 bytes of SHA-256 of the public key.
    pub kid: [u8; 8],
    /// Its public half: the uncompressed point.
    pub public: Vec<u8>,
    private: Private,
}

/// The key pairs of this store, the one to seal to first.
fn keys(sealer: &Sealer) -> Vec<SealKey> {
    sealer.derived(LABEL).iter().map(|secret| SealKey::derive(&**secret)).collect()
}

/// The same, derived once by each server.
pub fn kept(app: &App) -> &[SealKey] {
    app.checkpoint.seal_keys.get_or_init(|| keys(app.store.sealer()))
}

/// What is bound to an item beside its content.
pub fn associated(device: InspectorDeviceId, item: ClientId) -> [u8; 24] {
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&device.as_i64().to_be_bytes());
    bytes[8..].copy_from_slice(&item.0);
    bytes
}

impl SealKey {
    fn derive(secret: &[u8]) -> Self {
        let (private, public) = DhP256HkdfSha256::derive_keypair(secret);
        let public = public.to_bytes().to_vec();
        let mut kid = [0; 8];
        kid.copy_from_slice(&digest(&SHA256, &public).as_ref()[..8]);
        Self { kid, public, private }
    }

    /// What was sealed to this key; `None` if it was not, or was changed, or belongs to another item.
    pub fn open(&self, enc: &[u8], sealed: &[u8], associated: &[u8]) -> Option<Vec<u8>> {
        let enc = Encapped::from_bytes(enc).ok()?;
        single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &OpModeR::Base,
            &self.private,
            &enc,
            INFO,
            sealed,
            associated,
        )
        .ok()
    }
}

/// Sealing, as devices do it.
#[cfg(any(test, feature = "testing"))]
pub mod testing {
    use std::convert::Infallible;

    use domain::Entropy;
    use hpke::rand_core::{TryCryptoRng, TryRng};
    use hpke::{OpModeS, single_shot_seal_with_rng};

    use super::{AesGcm256, DhP256HkdfSha256, HkdfSha256, INFO, Kem, Sealer, keys};
    use hpke::{Deserializable as _, Serializable as _};

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

    /// Seals to the current key: its name, the encapsulated key, and what is sealed.
    pub fn seal(sealer: &Sealer, plain: &[u8], associated: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let key = keys(sealer).remove(0);
        let public = <DhP256HkdfSha256 as Kem>::PublicKey::from_bytes(&key.public).expect("a point");
        let mut random = Random(sealer.entropy());
        let (enc, hidden) = single_shot_seal_with_rng::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &OpModeS::Base,
            &public,
            INFO,
            plain,
            associated,
            &mut random,
        )
        .expect("sealed");
        (key.kid.to_vec(), enc.to_bytes().to_vec(), hidden)
    }
}
