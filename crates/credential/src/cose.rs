//! The one COSE shape we use: a tagged `COSE_Sign1` with ES256 (RFC 9052 section 4.2, RFC 9053 section 2.1).

use minicbor::data::Type;

use crate::cbor::{NotCbor, Reader, Writer};
use crate::key::{SignError, Signer};

/// COSE header label and value, RFC 9052 section 3.1 and RFC 9053 section 2.1.
pub(crate) const ALG: i64 = 1;
pub(crate) const ES256: i64 = -7;
pub(crate) const KID: i64 = 4;

const SIGN1: u64 = 18;

/// A signed object, in its parts; nothing is checked but the shape.
#[derive(Clone, Copy)]
pub(crate) struct Sign1<'a> {
    pub(crate) protected: &'a [u8],
    /// The key id where it stands outside the signature; our own objects have it inside.
    pub(crate) unprotected_kid: Option<&'a [u8]>,
    pub(crate) payload: &'a [u8],
    pub(crate) signature: &'a [u8; 64],
}

impl<'a> Sign1<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, NotCbor> {
        let mut reader = Reader::new(bytes);
        if reader.tag()? != SIGN1 {
            return Err(NotCbor);
        }
        reader.expect_array(4)?;
        let protected = reader.bytes()?;
        let unprotected_kid = match reader.map()? {
            0 => None,
            1 => {
                reader.expect_int(KID)?;
                Some(reader.bytes()?)
            }
            _ => return Err(NotCbor),
        };
        let payload = reader.bytes()?;
        let signature = reader.fixed()?;
        reader.end()?;
        Ok(Self { protected, unprotected_kid, payload, signature })
    }

    /// What the signature covers.
    pub(crate) fn message(&self) -> Vec<u8> {
        message(self.protected, self.payload)
    }
}

/// `Sig_structure` of RFC 9052 section 4.4, without external data.
pub(crate) fn message(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(24 + protected.len() + payload.len());
    writer.array(4).text("Signature1").bytes(protected).bytes(&[]).bytes(payload);
    writer.finish()
}

/// Signs `payload` under the protected header, and puts the object together.
pub(crate) fn sign1(protected: &[u8], payload: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    let signature = signer.sign(&message(protected, payload))?;
    let mut writer = Writer::with_capacity(80 + protected.len() + payload.len());
    writer.tag(SIGN1).array(4).bytes(protected).map(0).bytes(payload).bytes(&signature);
    Ok(writer.finish())
}

/// Whether the next item is a text: for headers that may hold a text or a number.
pub(crate) fn is_text(reader: &Reader<'_>) -> Result<bool, NotCbor> {
    Ok(reader.next()? == Type::String)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::PublicKey;

    /// RFC 8392 appendix A.2.3 (the key) and A.3 (the signed CWT).
    #[test]
    fn the_signed_example_of_rfc_8392_verifies() {
        let token = hex::decode(concat!(
            "d28443a10126a104524173796d6d657472696345434453413235365850a70175636f61703a2f2f61732e6578616d706c65",
            "2e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9",
            "f0061a5610d9f007420b7158405427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08c8d4d4",
            "f96131680c429a01f85951ecee743a52b9b63632c57209120e1c9e30",
        ))
        .unwrap();
        let point = hex::decode(concat!(
            "04143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f",
            "60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9",
        ))
        .unwrap();
        let key = PublicKey::from_point(&point).unwrap();
        let signed = Sign1::read(&token).unwrap();
        assert_eq!(signed.unprotected_kid, Some(&b"AsymmetricECDSA256"[..]));
        assert!(key.verify(&signed.message(), signed.signature));
        assert!(crate::Pass::parse(&token).is_err(), "a CWT, but not a pass");
    }
}
