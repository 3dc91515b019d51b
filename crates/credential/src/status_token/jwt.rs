//! The JWT form ("Status List Token in JWT Format"), for partners whose tools speak JSON.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{Claims, Signed, StatusClaims, StatusRefusal};
use crate::jws::{self, Jws};
use crate::key::{SignError, Signer};

const TYPE: &str = "statuslist+jwt";

/// Signs a list of `bits` an entry that has been packed.
pub(super) fn sign(
    claims: &StatusClaims<'_>,
    bits: u8,
    packed: &[u8],
    signer: &dyn Signer,
) -> Result<String, SignError> {
    let header = json!({"alg": "ES256", "kid": signer.key_id().to_string(), "typ": TYPE});
    let payload = json!({
        "sub": claims.uri,
        "iat": claims.issued,
        "exp": claims.expires,
        "ttl": claims.ttl,
        "status_list": {"bits": bits, "lst": URL_SAFE_NO_PAD.encode(packed)},
    });
    jws::sign(&header, payload.to_string().as_bytes(), signer)
}

pub(super) fn read(bytes: &[u8]) -> Result<(Signed, Claims), StatusRefusal> {
    let text = str::from_utf8(bytes).map_err(|_| StatusRefusal::Malformed)?;
    let token = Jws::read(text).map_err(|_| StatusRefusal::Malformed)?;
    let signed = read_signed(&token).ok_or(StatusRefusal::Malformed)?;
    let claims = jws::object(&token.payload).map_err(|_| StatusRefusal::Malformed)?;
    Ok((signed, read_claims(&claims).ok_or(StatusRefusal::Malformed)?))
}

/// A `kid` that is not base64url stands for its characters: the draft's own example is named `12`.
fn read_signed(token: &Jws<'_>) -> Option<Signed> {
    if token.header("alg")? != "ES256" || token.header("typ")? != TYPE {
        return None;
    }
    let kid = token.header("kid")?;
    Some(Signed {
        kid: URL_SAFE_NO_PAD.decode(kid).unwrap_or_else(|_| kid.as_bytes().to_vec()),
        message: token.message.as_bytes().to_vec(),
        signature: token.signature.as_slice().try_into().ok()?,
    })
}

fn read_claims(object: &Map<String, Value>) -> Option<Claims> {
    let mut claims = Claims::default();
    for (name, value) in object {
        match name.as_str() {
            "iss" => claims.issuer = Some(value.as_str()?.to_owned()),
            "sub" => claims.uri = Some(value.as_str()?.to_owned()),
            "exp" => claims.expires = Some(value.as_u64()?),
            "iat" => claims.issued = Some(value.as_u64()?),
            "ttl" => claims.ttl = Some(value.as_u64()?),
            "status_list" => claims.list = Some(read_list(value.as_object()?)?),
            // What is not known could be a restriction, as in the other form.
            _ => return None,
        }
    }
    Some(claims)
}

/// Bits an entry, and the zlib stream.
fn read_list(list: &Map<String, Value>) -> Option<(u64, Vec<u8>)> {
    let packed = URL_SAFE_NO_PAD.decode(list.get("lst")?.as_str()?).ok()?;
    (list.len() == 2).then_some((list.get("bits")?.as_u64()?, packed))
}
