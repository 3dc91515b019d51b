//! Signing keys whose signatures come out the same each time (RFC 6979), so that what is committed can be made again.
//!
//! `p256` and `p384` (`RustCrypto`) sign so; `aws-lc-rs`, which the product signs with, draws its nonces. Test data
//! only: these keys are public by being in the repository.

use credential::{KeyId, PublicKey, SignError, Signer};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

/// A P-256 key that signs the same message the same way.
pub struct Fixed {
    key: SigningKey,
    public: PublicKey,
}

impl Fixed {
    /// From PKCS#8 in hexadecimal, as the tests keep their keys: the scalar is at bytes 36 to 67.
    pub fn from_pkcs8(hex: &str) -> Self {
        Self::from_scalar(&hex::decode(hex).unwrap()[36..68])
    }

    pub fn from_scalar(scalar: &[u8]) -> Self {
        let key = SigningKey::from_slice(scalar).unwrap();
        let point = key.verifying_key().to_sec1_point(false);
        let public = PublicKey::from_point(point.as_bytes()).unwrap();
        Self { key, public }
    }
}

impl Signer for Fixed {
    fn key_id(&self) -> KeyId {
        self.public.key_id()
    }

    fn public(&self) -> PublicKey {
        self.public.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let signature: Signature = self.key.sign(message);
        Ok(signature.to_bytes().into())
    }
}
