//! What the generator of the vectors and the test that runs them share.

use aws_lc_rs::digest::SHA256;
use credential::{Seconds, StatusLists, StatusToken, TrustList};
use serde_json::Value;

/// What counts of this token; nothing, if it is refused.
pub fn statuses(token: Option<&StatusToken>, trust: &TrustList, now: Seconds) -> StatusLists {
    let mut lists = StatusLists::default();
    if let Some(list) = token.and_then(|token| token.verify(trust, now).ok()) {
        lists.insert(list);
    }
    lists
}

/// The beginning of the SHA-256 of a whole outcome, members in order, without white space: 8 hexadecimal digits stand
/// for every word of it, the payload included.
pub fn digest(outcome: &Value) -> String {
    let hash = aws_lc_rs::digest::digest(&SHA256, canonical(outcome).as_bytes());
    hex::encode(&hash.as_ref()[..4])
}

fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members: Vec<_> = members
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        // As ECMAScript writes it: 1, not 1.0 (RFC 8785 section 3.2.2.3).
        Value::Number(number) if number.is_f64() => {
            ryu_js::Buffer::new().format(number.as_f64().unwrap_or_default()).to_owned()
        }
        scalar => scalar.to_string(),
    }
}
