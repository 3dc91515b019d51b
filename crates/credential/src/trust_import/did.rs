//! `did.json`: how the issuer of NZ COVID Passes publishes its keys (W3C DID Core, did:web).
//!
//! Only keys under `assertionMethod` sign passes; the others of the same document are for other ends.

use serde_json::Value;

use super::{Entry, EntryRefusal, Import, ImportError, jwk};
use crate::trust::Format;
use crate::trusted_key::TrustedKey;

pub(super) fn entries(import: &Import<'_>, value: &Value) -> Result<Vec<Entry>, ImportError> {
    if import.format != Format::Nzcp {
        let (holds, asked) = (Format::Nzcp, import.format);
        return Err(ImportError::Format { form: "did.json", holds, asked });
    }
    let did = value.get("id").and_then(Value::as_str).filter(|id| id.starts_with("did:"));
    let did = did.ok_or(ImportError::Form)?;
    if import.issuer.is_some_and(|issuer| issuer != did) {
        return Err(ImportError::OtherIssuer(did.chars().take(200).collect()));
    }
    let methods = value.get("verificationMethod").and_then(Value::as_array).ok_or(ImportError::Form)?;
    let assertions = match value.get("assertionMethod") {
        Some(Value::Array(assertions)) => assertions.as_slice(),
        Some(one @ Value::String(_)) => std::slice::from_ref(one),
        _ => &[],
    };
    let asserted: Vec<&str> =
        assertions.iter().filter_map(Value::as_str).filter_map(|id| fragment(did, id)).collect();
    let document = Document { import, did, asserted };
    let embedded = assertions.iter().filter(|assertion| assertion.is_object());
    let listed = methods.iter().map(|method| document.entry(method, false));
    Ok(listed.chain(embedded.map(|method| document.entry(method, true))).collect())
}

struct Document<'a> {
    import: &'a Import<'a>,
    did: &'a str,
    /// What follows the `#` of the methods that sign.
    asserted: Vec<&'a str>,
}

impl Document<'_> {
    fn entry(&self, method: &Value, embedded: bool) -> Entry {
        let id = method.get("id").and_then(Value::as_str);
        Entry {
            entry: format!("method {:.80}", id.unwrap_or("without id")),
            answer: self.key(method, id, embedded).map(|key| (self.did.to_owned(), key)),
        }
    }

    fn key(&self, method: &Value, id: Option<&str>, embedded: bool) -> Result<TrustedKey, EntryRefusal> {
        let name =
            fragment(self.did, id.ok_or(EntryRefusal::Member("id"))?).ok_or(EntryRefusal::Controller)?;
        if method.get("controller").is_some_and(|controller| controller != self.did) {
            return Err(EntryRefusal::Controller);
        }
        if !embedded && !self.asserted.contains(&name) {
            return Err(EntryRefusal::NotAsserted);
        }
        let jwk = method.get("publicKeyJwk").ok_or(EntryRefusal::Member("publicKeyJwk"))?;
        jwk::refuse_private(jwk)?;
        let key = TrustedKey::from_jwk(Format::Nzcp, jwk)?;
        self.import.within(TrustedKey { kid: name.as_bytes().to_vec(), ..key })
    }
}

/// The name of a key within its DID: `key-1` of `did:web:example.org#key-1`, or of `#key-1`.
fn fragment<'a>(did: &str, id: &'a str) -> Option<&'a str> {
    id.strip_prefix(did).unwrap_or(id).strip_prefix('#').filter(|name| !name.is_empty())
}
