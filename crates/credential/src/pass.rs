//! The pass as bytes and as text: issuing and parsing. Who signed it is [`crate::Authenticity`]'s matter.

use crate::base45;
use crate::cbor::{NotCbor, Reader, Writer};
use crate::claims::{ClaimError, PassClaims};
use crate::cose::{ALG, ES256, KID, Sign1, sign1};
use crate::key::{KeyId, PublicKey, SignError, Signer};

/// What our codes begin with.
pub const PREFIX: &str = "TX1:";

/// The bytes are not a pass or live code in its one encoding. It says no more: nobody can repair a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code in its one encoding")]
pub struct Malformed;

impl From<NotCbor> for Malformed {
    fn from(_: NotCbor) -> Self {
        Self
    }
}

/// Why a pass was not issued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// A claim outside its limits.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// The signer failed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl PassClaims<'_> {
    /// Signs these claims: the bytes of a pass.
    pub fn issue(&self, signer: &dyn Signer) -> Result<Vec<u8>, IssueError> {
        self.check()?;
        let mut protected = Writer::with_capacity(16);
        protected.map(2).int(ALG).int(ES256).int(KID).bytes(&signer.key_id().0);
        Ok(sign1(&protected.finish(), &self.encode(), signer)?)
    }
}

/// A parsed pass, borrowed from its bytes. **Nothing in it is true before its signature has been checked.**
#[derive(Clone, Copy)]
pub struct Pass<'a> {
    bytes: &'a [u8],
    signed: Sign1<'a>,
    kid: KeyId,
    claims: PassClaims<'a>,
}

impl std::fmt::Debug for Pass<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pass({:?}, {:?})", self.kid, self.claims)
    }
}

impl<'a> Pass<'a> {
    /// Reads a pass in its one encoding.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let signed = Sign1::read(bytes)?;
        if signed.unprotected_kid.is_some() {
            return Err(Malformed);
        }
        let mut header = Reader::new(signed.protected);
        header.expect_map(2)?;
        header.expect_int(ALG)?;
        header.expect_int(ES256)?;
        header.expect_int(KID)?;
        let kid = KeyId(*header.fixed()?);
        header.end()?;
        Ok(Self { bytes, signed, kid, claims: PassClaims::decode(signed.payload)? })
    }

    /// The whole pass, as signed.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The short name of the key that it says signed it.
    pub fn key_id(&self) -> KeyId {
        self.kid
    }

    /// What it says.
    pub fn claims(&self) -> &PassClaims<'a> {
        &self.claims
    }

    /// Whether `key` signed it.
    pub fn signed_by(&self, key: &PublicKey) -> bool {
        key.verify(&self.signed.message(), self.signed.signature)
    }
}

/// The text of a pass or live code, for a QR code in alphanumeric mode.
pub fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(PREFIX.len() + bytes.len() * 3 / 2 + 2);
    text.push_str(PREFIX);
    base45::encode_into(bytes, &mut text);
    text
}
