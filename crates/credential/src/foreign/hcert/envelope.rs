//! `COSE_Sign1` (RFC 9052 section 4.2) around a CWT (RFC 8392) around the certificate.
//!
//! The tags 61 (CWT) and 18 (`COSE_Sign1`) may be there. Key id and algorithm are taken from the protected header or,
//! where they are not in it, from the other: nothing hangs on that, since the trust list's key decides the
//! algorithm and has to have made the signature. A header that asks to be understood (`crit`) is refused.

use super::super::Fault;
use super::super::lenient::{Bad, Key, Lenient};
use super::schema;
use crate::Seconds;
use crate::cose;
use crate::verifying::Algorithm;

/// The labels of RFC 9052 section 3.1, and of the claims.
const CRIT: i64 = 2;
const TAG_CWT: u64 = 61;
const TAG_SIGN1: u64 = 18;
const ISS: i64 = 1;
const EXP: i64 = 4;
const NBF: i64 = 5;
const IAT: i64 = 6;
const HCERT: i64 = -260;
const VERSION_1: i64 = 1;

/// A signed certificate in its parts, borrowed.
pub(super) struct Signed<'a> {
    protected: &'a [u8],
    payload: &'a [u8],
    pub(super) kid: &'a [u8],
    pub(super) algorithm: Algorithm,
    pub(super) signature: &'a [u8],
    pub(super) issuer: Option<&'a str>,
    pub(super) not_before: Seconds,
    pub(super) expires: Seconds,
    /// The certificate's CBOR, well-formed within the bounds of [`Lenient`].
    pub(super) certificate: &'a [u8],
    /// What it says, if it is by the schema.
    pub(super) read: Option<schema::Read>,
}

impl Signed<'_> {
    /// What the signature covers.
    pub(super) fn message(&self) -> Vec<u8> {
        cose::message(self.protected, self.payload)
    }
}

#[derive(Default, Clone, Copy)]
struct Header<'a> {
    kid: Option<&'a [u8]>,
    algorithm: Option<i64>,
    empty: bool,
}

impl<'a> Header<'a> {
    fn read(reader: &mut Lenient<'a>) -> Result<Self, Bad> {
        let mut header = Self { empty: true, ..Self::default() };
        reader.map(|reader, key| {
            header.empty = false;
            match key {
                Key::Number(cose::ALG) => header.algorithm = Some(reader.int()?),
                Key::Number(cose::KID) => header.kid = Some(reader.bytes()?),
                Key::Number(CRIT) => return Err(Bad),
                _ => reader.pass()?,
            }
            Ok(())
        })?;
        Ok(header)
    }

    /// RFC 9052 section 3: no bytes at all are an empty header.
    fn protected(bytes: &'a [u8]) -> Result<Self, Bad> {
        if bytes.is_empty() {
            return Ok(Self { empty: true, ..Self::default() });
        }
        let mut reader = Lenient::new(bytes);
        let header = Self::read(&mut reader)?;
        reader.end()?;
        Ok(header)
    }
}

struct Claims<'a> {
    issuer: Option<&'a str>,
    not_before: Seconds,
    expires: Seconds,
    certificate: (Option<schema::Read>, &'a [u8]),
}

pub(super) fn read(cose: &[u8]) -> Result<Signed<'_>, Fault> {
    let Parts { protected, unprotected, payload, signature } = parts(cose).map_err(|Bad| Fault::Envelope)?;
    let header = Header::protected(protected).map_err(|Bad| Fault::Envelope)?;
    let algorithm = match header.algorithm.or(unprotected.algorithm) {
        Some(-7) => Algorithm::Es256,
        Some(-35) => Algorithm::Es384,
        Some(-37) => Algorithm::Ps256,
        _ => return Err(Fault::Algorithm),
    };
    let claims = claims(payload).map_err(|Bad| Fault::Envelope)?;
    Ok(Signed {
        // RFC 9052 section 4.4: a header without content is signed as no bytes, however it was written.
        protected: if header.empty { &[] } else { protected },
        payload,
        kid: header.kid.or(unprotected.kid).unwrap_or_default(),
        algorithm,
        signature,
        issuer: claims.issuer,
        not_before: claims.not_before,
        expires: claims.expires,
        certificate: claims.certificate.1,
        read: claims.certificate.0,
    })
}

/// The four parts of a `COSE_Sign1`.
struct Parts<'a> {
    protected: &'a [u8],
    unprotected: Header<'a>,
    payload: &'a [u8],
    signature: &'a [u8],
}

fn parts(cose: &[u8]) -> Result<Parts<'_>, Bad> {
    let mut reader = Lenient::new(cose);
    let tags = (reader.tag()?, reader.tag()?);
    if !matches!(tags, (None | Some(TAG_SIGN1 | TAG_CWT), None) | (Some(TAG_CWT), Some(TAG_SIGN1))) {
        return Err(Bad);
    }
    reader.expect_array(4)?;
    let protected = reader.bytes()?;
    let unprotected = Header::read(&mut reader)?;
    let payload = reader.bytes()?;
    let signature = reader.bytes()?;
    reader.end()?;
    Ok(Parts { protected, unprotected, payload, signature })
}

/// `iat`, `exp` and the certificate have to be there; other claims are not ours to judge.
fn claims(payload: &[u8]) -> Result<Claims<'_>, Bad> {
    let (mut issuer, mut expires, mut iat, mut from, mut certificate) = (None, None, None, 0, None);
    let mut reader = Lenient::new(payload);
    reader.map(|reader, key| {
        match key {
            Key::Number(ISS) => issuer = Some(reader.text()?),
            // The certificate counts through this second (volume 3: "after which"), so a part is cut off.
            Key::Number(EXP) => expires = Some(reader.date(f64::floor)?),
            Key::Number(NBF) => from = reader.date(f64::ceil)?,
            Key::Number(IAT) => iat = Some(reader.date(f64::ceil)?),
            Key::Number(HCERT) => reader.map(|reader, key| {
                if key == Key::Number(VERSION_1) {
                    certificate = Some(reader.attempt(schema::read)?);
                    return Ok(());
                }
                reader.pass()
            })?,
            _ => reader.pass()?,
        }
        Ok(())
    })?;
    reader.end()?;
    Ok(Claims {
        issuer,
        not_before: iat.ok_or(Bad)?.max(from),
        expires: expires.ok_or(Bad)?,
        certificate: certificate.ok_or(Bad)?,
    })
}
