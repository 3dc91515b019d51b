//! The CWT form ("Status List Token in CWT Format"): what our passes' checkers fetch, smaller by a quarter.

use super::{Claims, Signed, StatusClaims, StatusRefusal};
use crate::cbor::{NotCbor, Reader, Writer};
use crate::cose::{ALG, ES256, KID, Sign1, is_text, sign1};
use crate::key::{SignError, Signer};

/// The tag of `COSE_Sign1`.
pub(super) const FIRST_BYTE: u8 = 0xd2;

const TYPE: i64 = 16;
/// The `CoAP` Content-Format that stands for it is not assigned yet: only the text is accepted.
const MEDIA_TYPE: &str = "application/statuslist+cwt";
const CLAIM_TTL: i64 = 65_534;
const CLAIM_LIST: i64 = 65_533;

impl From<NotCbor> for StatusRefusal {
    fn from(_: NotCbor) -> Self {
        Self::Malformed
    }
}

/// Signs a list of `bits` an entry that has been packed.
pub(super) fn sign(
    claims: &StatusClaims<'_>,
    bits: u8,
    packed: &[u8],
    signer: &dyn Signer,
) -> Result<Vec<u8>, SignError> {
    let mut protected = Writer::with_capacity(48);
    protected.map(3).int(ALG).int(ES256).int(KID).bytes(&signer.key_id().0).int(TYPE).text(MEDIA_TYPE);
    let mut payload = Writer::with_capacity(packed.len() + claims.uri.len() + 64);
    payload.map(5).int(2).text(claims.uri).int(4).uint(claims.expires).int(6).uint(claims.issued);
    payload.int(CLAIM_LIST).map(2).text("lst").bytes(packed).text("bits").uint(bits.into());
    payload.int(CLAIM_TTL).uint(claims.ttl);
    sign1(&protected.finish(), &payload.finish(), signer)
}

pub(super) fn read(bytes: &[u8]) -> Result<(Signed, Claims), NotCbor> {
    let token = Sign1::read(bytes)?;
    let kid = read_header(token.protected)?.or(token.unprotected_kid).ok_or(NotCbor)?;
    let signed = Signed { kid: kid.to_vec(), message: token.message(), signature: *token.signature };
    Ok((signed, read_claims(token.payload)?))
}

/// The protected header: `alg`, `typ`, and `kid` if it stands here.
fn read_header(bytes: &[u8]) -> Result<Option<&[u8]>, NotCbor> {
    let mut r = Reader::new(bytes);
    let (mut alg, mut typ, mut kid) = (false, false, None);
    for _ in 0..r.map()? {
        match r.int()? {
            ALG if !alg => {
                r.expect_int(ES256)?;
                alg = true;
            }
            KID if kid.is_none() => kid = Some(r.bytes()?),
            TYPE if !typ && is_text(&r)? => {
                r.expect_text(MEDIA_TYPE)?;
                typ = true;
            }
            // Anything else, `crit` included, would have to be understood.
            _ => return Err(NotCbor),
        }
    }
    r.end()?;
    if alg && typ { Ok(kid) } else { Err(NotCbor) }
}

fn read_claims(bytes: &[u8]) -> Result<Claims, NotCbor> {
    let mut r = Reader::new(bytes);
    let mut claims = Claims::default();
    for _ in 0..r.map()? {
        let first = match r.int()? {
            1 => claims.issuer.replace(r.text()?.to_owned()).is_none(),
            2 => claims.uri.replace(r.text()?.to_owned()).is_none(),
            4 => claims.expires.replace(r.uint()?).is_none(),
            6 => claims.issued.replace(r.uint()?).is_none(),
            CLAIM_TTL => claims.ttl.replace(r.uint()?).is_none(),
            CLAIM_LIST => claims.list.replace(read_list(&mut r)?).is_none(),
            _ => false,
        };
        if !first {
            return Err(NotCbor);
        }
    }
    r.end()?;
    Ok(claims)
}

/// `{"bits": uint, "lst": bytes}` in either order (section "Status List in CBOR Format").
fn read_list(r: &mut Reader<'_>) -> Result<(u64, Vec<u8>), NotCbor> {
    let (mut bits, mut packed) = (None, None);
    for _ in 0..r.map()? {
        let first = match r.text()? {
            "bits" => bits.replace(r.uint()?).is_none(),
            "lst" => packed.replace(r.bytes()?.to_vec()).is_none(),
            _ => false,
        };
        if !first {
            return Err(NotCbor);
        }
    }
    Ok((bits.ok_or(NotCbor)?, packed.ok_or(NotCbor)?))
}
