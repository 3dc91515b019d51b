//! The live code: a pass, the time, and the device's signature over both, made anew every 30 s.
//!
//! The browser makes it with WebCrypto; [`live_message`] says what is signed, and the server and tests use
//! the same function. A photograph of it goes stale within a minute; a copy of the pass alone is a picture.

use crate::Seconds;
use crate::cbor::{Reader, Writer};
use crate::claims::LAST_SECOND;
use crate::pass::{Malformed, Pass, to_text};

/// For how long after its time a proof is fresh, in seconds.
pub const LIVE_FRESH: Seconds = 60;
/// How far ahead of the checker's clock a proof may be, in seconds.
pub const LIVE_AHEAD: Seconds = 15;

const CONTEXT: &str = "tongxing live v1";

/// What the device signs (ES256): deterministic CBOR of `["tongxing live v1", pass, time]`.
pub fn live_message(pass: &[u8], time: Seconds) -> Vec<u8> {
    let mut writer = Writer::with_capacity(pass.len() + 32);
    writer.array(3).text(CONTEXT).bytes(pass).uint(time);
    writer.finish()
}

/// The bytes of a live code: deterministic CBOR of `[pass, time, signature]`.
pub fn encode_live(pass: &[u8], time: Seconds, signature: &[u8; 64]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(pass.len() + 80);
    writer.array(3).bytes(pass).uint(time).bytes(signature);
    writer.finish()
}

/// The text of a live code.
pub fn live_text(pass: &[u8], time: Seconds, signature: &[u8; 64]) -> String {
    to_text(&encode_live(pass, time, signature))
}

/// A parsed live code, borrowed from its bytes.
#[derive(Clone, Copy)]
pub struct LiveCode<'a> {
    pass: Pass<'a>,
    time: Seconds,
    signature: &'a [u8; 64],
}

impl std::fmt::Debug for LiveCode<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LiveCode({:?}, {})", self.pass, self.time)
    }
}

impl<'a> LiveCode<'a> {
    /// Reads a live code in its one encoding. Whether the pass in it is bound to a device is not asked here.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        reader.expect_array(3)?;
        let pass = reader.bytes()?;
        let time = reader.uint()?;
        let signature = reader.fixed()?;
        reader.end()?;
        if time > LAST_SECOND {
            return Err(Malformed);
        }
        Ok(Self { pass: Pass::parse(pass)?, time, signature })
    }

    /// The pass inside.
    pub fn pass(&self) -> &Pass<'a> {
        &self.pass
    }

    /// The time that the device signed.
    pub fn time(&self) -> Seconds {
        self.time
    }

    /// Checks the device's signature. A pass without a device key has no proof that could be right.
    pub fn proof(&self) -> LiveProof {
        let right =
            self.pass.claims().device.is_some_and(|device| {
                device.verify(&live_message(self.pass.bytes(), self.time), self.signature)
            });
        if right { LiveProof::Right(self.time) } else { LiveProof::Wrong(self.time) }
    }
}

/// What came of the device's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveProof {
    /// The code carries none.
    Absent,
    /// Made by another key, for another pass, or altered; with the time it claims.
    Wrong(Seconds),
    /// Made by the key in the pass, for this pass, at this time.
    Right(Seconds),
}
