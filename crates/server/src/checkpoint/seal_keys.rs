//! The keys to which devices seal what they send.
//!
//! The decision that matters: the keys are derived from the data keys of the store, so that there is nothing more to
//! keep, to back up or to lose; a new data key makes a new one, and the former ones still open.

use store::Sealer;

use super::seal::SealKey;
use crate::App;

const LABEL: &str = "tongxing outbox seal v1";

/// The key pairs of this store, the one to seal to first.
fn keys(sealer: &Sealer) -> Vec<SealKey> {
    sealer.derived(LABEL).iter().map(|secret| SealKey::derive(&**secret)).collect()
}

/// The same, derived once by each server.
pub fn kept(app: &App) -> &[SealKey] {
    app.checkpoint.seal_keys.get_or_init(|| keys(app.store.sealer()))
}

/// Sealing, as devices do it.
#[cfg(any(test, feature = "testing"))]
pub mod testing {
    use std::convert::Infallible;

    use domain::Entropy;
    use hpke::aead::AesGcm256;
    use hpke::kdf::HkdfSha256;
    use hpke::kem::DhP256HkdfSha256;
    use hpke::rand_core::{TryCryptoRng, TryRng};
    use hpke::{Deserializable as _, Kem, OpModeS, Serializable as _, single_shot_seal_with_rng};

    use super::{Sealer, keys};
    use crate::checkpoint::seal::INFO;

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
