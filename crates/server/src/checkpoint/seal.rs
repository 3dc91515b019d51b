//! Opening what devices seal: HPKE (RFC 9180), DHKEM(P-256), HKDF-SHA256, AES-256-GCM.

use aws_lc_rs::digest::{SHA256, digest};
use domain::checkpoint::ClientId;
use domain::id::kind::InspectorDeviceId;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable as _, Kem, OpModeR, Serializable as _, single_shot_open};

type Private = <DhP256HkdfSha256 as Kem>::PrivateKey;
type Encapped = <DhP256HkdfSha256 as Kem>::EncappedKey;

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

/// What is bound to an item beside its content.
pub fn associated(device: InspectorDeviceId, item: ClientId) -> [u8; 24] {
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&device.as_i64().to_be_bytes());
    bytes[8..].copy_from_slice(&item.0);
    bytes
}

impl SealKey {
    /// The key pair of this secret.
    pub fn derive(secret: &[u8]) -> Self {
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
