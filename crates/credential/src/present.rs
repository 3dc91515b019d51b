//! What of a pass is shown: the identity items for the inspector, and the payload as JSON for programs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::claims::{BirthDay, DocumentKind, PassClaims};
use crate::foreign::Subject;

/// The four items that an inspector compares with the document in hand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Identity<'a> {
    /// The holder's initials.
    pub initials: &'a str,
    /// Day and month of birth.
    pub birth: BirthDay,
    /// The kind of document.
    pub document: DocumentKind,
    /// The last four characters of its number.
    pub last_four: &'a str,
}

/// Identity does not belong in a log, so it has nothing to print.
impl std::fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl<'a> Identity<'a> {
    pub(crate) fn of(claims: &PassClaims<'a>) -> Self {
        let &PassClaims { initials, birth, document, last_four, .. } = claims;
        Self { initials, birth, document, last_four }
    }

    /// The items as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "initials": self.initials,
            "birth_day": self.birth.day,
            "birth_month": self.birth.month,
            "document": self.document.as_str(),
            "last_four": self.last_four,
        })
    }
}

/// The items of a foreign credential as JSON, `null` for what it does not have.
pub(crate) fn subject(subject: &Subject) -> Value {
    json!({
        "initials": subject.initials,
        "birth_day": subject.birth.map(|birth| birth.day),
        "birth_month": subject.birth.map(|birth| birth.month),
        "last_four": subject.last_four,
    })
}

/// A pass's claims by their names, times in seconds as they stand in the pass.
pub(crate) fn payload(claims: &PassClaims<'_>) -> Value {
    let mut value = json!({
        "iss": claims.issuer,
        "exp": claims.expires,
        "iat": claims.issued,
        "cti": hex::encode(claims.id),
        "status": {"status_list": {"idx": claims.status.index, "uri": claims.status.uri}},
        "colour": claims.colour.as_str(),
        "initials": claims.initials,
        "birth_day": claims.birth.day,
        "birth_month": claims.birth.month,
        "document": claims.document.as_str(),
        "last_four": claims.last_four,
        "kind": claims.kind().as_str(),
    });
    if let Some(device) = &claims.device {
        value["cnf"] = json!({"x": URL_SAFE_NO_PAD.encode(device.x), "y_odd": device.y_odd});
    }
    value
}
