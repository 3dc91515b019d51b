//! JSON Web Signatures in their compact form (RFC 7515 section 3.1): three parts of base64url with dots between.
//!
//! Used for SMART Health Cards and for whatever of ours is signed as JSON. [`Jws`] only takes a text apart: each
//! format says itself which header it wants and by whose key. Nothing in a header ever chooses the key or what
//! is done with it: `jwk`, `x5c` and the like are not looked at, and `crit` refuses the object.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::json;
use crate::key::{SignError, Signer};

/// Not a JWS in compact form, or not the JSON object that it should carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotJws;

/// A signed object, in its parts; nothing is checked but the shape.
pub(crate) struct Jws<'a> {
    pub(crate) header: Map<String, Value>,
    pub(crate) payload: Vec<u8>,
    /// What the signature covers: the first two parts as they stand.
    pub(crate) message: &'a str,
    pub(crate) signature: Vec<u8>,
}

impl<'a> Jws<'a> {
    /// Takes a text apart. Base64url has no padding and no bits left over, so there is one text for each object.
    pub(crate) fn read(text: &'a str) -> Result<Self, NotJws> {
        let (message, signature) = text.rsplit_once('.').ok_or(NotJws)?;
        let (header, payload) = message.split_once('.').ok_or(NotJws)?;
        let header = object(&part(header)?)?;
        if header.contains_key("crit") {
            return Err(NotJws);
        }
        Ok(Self { header, payload: part(payload)?, message, signature: part(signature)? })
    }

    /// A member of the header, if it is there and a text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }
}

/// The bytes of one part, or of a member that is written as one.
pub(crate) fn part(text: &str) -> Result<Vec<u8>, NotJws> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotJws)
}

/// Reads one JSON object that fills the bytes: no byte order mark before it, no white space around it, no member
/// twice.
pub(crate) fn object(bytes: &[u8]) -> Result<Map<String, Value>, NotJws> {
    if bytes.first() != Some(&b'{') || bytes.last() != Some(&b'}') {
        return Err(NotJws);
    }
    match json::strict(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(NotJws),
    }
}

/// Signs `payload` under `header`, and puts the object together.
pub(crate) fn sign(header: &Value, payload: &[u8], signer: &dyn Signer) -> Result<String, SignError> {
    let mut text = URL_SAFE_NO_PAD.encode(header.to_string());
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut text);
    let signature = signer.sign(text.as_bytes())?;
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut text);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(header: &str, payload: &str, signature: &str) -> String {
        [header, payload, signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
    }

    #[test]
    fn a_text_is_taken_apart() {
        let text = text(r#"{"alg":"ES256","n":1}"#, "content", "sig");
        let jws = Jws::read(&text).ok().unwrap();
        assert_eq!((jws.header("alg"), jws.header("n"), jws.header("kid")), (Some("ES256"), None, None));
        assert_eq!((&jws.payload[..], &jws.signature[..]), (&b"content"[..], &b"sig"[..]));
        assert_eq!(format!("{}.c2ln", jws.message), text);
    }

    #[test]
    fn anything_else_is_refused() {
        let good = text("{}", "a", "b");
        assert!(Jws::read(&good).is_ok());
        let crit = text(r#"{"alg":"ES256","crit":["exp"]}"#, "a", "b");
        let twice = text(r#"{"alg":"ES256","alg":"none"}"#, "a", "b");
        let four = format!("{good}.YQ");
        let (padded, left_over) = ("e30.YQ==.Yg".to_owned(), "e30.YR.Yg".to_owned());
        let (space, two) = (format!("{good} "), "e30.YQ".to_owned());
        for around in [" {}", "{} ", "\u{feff}{}", "[{}]", "\"{}\"", ""] {
            assert_eq!(object(around.as_bytes()), Err(NotJws), "{around}");
        }
        for bad in [crit, twice, four, padded, left_over, space, two, String::new(), "..".into()] {
            assert!(Jws::read(&bad).is_err(), "{bad}");
        }
    }
}
