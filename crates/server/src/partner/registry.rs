//! Who may use the partner API: registered by administrators, from pages or from the command line. All of it is
//! recorded.
//!
//! The decision that matters: a partner makes its own keys and sends the public half. A private one is refused and
//! said to be one, and nothing of ours could sign for a partner.

use domain::id::kind::{PartnerId, PartnerKeyId, UnitId};
use domain::partner::Functions;
use http_signature::Key;
use store::rows::partner::{PartnerKeyRow, PartnerRow};
use store::{Tx, call, read, transact};

use super::PartnerError;
use crate::access;
use crate::staff::{By, Tools};

const LONGEST_NAME: usize = 100;
const LONGEST_ADDRESS: usize = 500;

/// A partner with its keys.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The partner.
    pub partner: PartnerRow,
    /// Its keys, the oldest first.
    pub keys: Vec<PartnerKeyRow>,
}

impl Registered {
    /// How many of its keys count.
    pub fn keys_in_use(&self) -> usize {
        self.keys.iter().filter(|key| key.withdrawn_at.is_none()).count()
    }
}

/// Registers a partner. It can do nothing before it has a key.
pub async fn add(
    tools: Tools<'_>,
    by: By,
    name: &str,
    return_address: &str,
    functions: &Functions,
) -> Result<PartnerId, PartnerError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(PartnerError::BadName);
    }
    let (return_address, functions) = checked(return_address, functions)?;
    let (id, unit): (PartnerId, UnitId) = (tools.id(), tools.id());
    let mut row =
        PartnerRow { id, name, unit, return_address, functions, suspended_at: None, created_at: tools.now };
    let added = transact!(tools.store, "partner.add", PartnerError, |tx| {
        row.unit = call!(tx, staff::unit(unit, &row.name))?;
        if row.unit != unit {
            // An office has this name: what the partner did would stand under that office.
            return Err(PartnerError::NameTaken);
        }
        call!(tx, partner::insert(&row))?;
        Ok(access::record_by(tx, tools, by, "add", "partner", id).await?)
    });
    match added {
        Err(PartnerError::Store(error)) if error.is_unique() => Err(PartnerError::NameTaken),
        Err(error) => Err(error),
        Ok(()) => Ok(id),
    }
}

fn checked(return_address: &str, functions: &Functions) -> Result<(String, Functions), PartnerError> {
    if functions.is_empty() {
        return Err(PartnerError::NoFunction);
    }
    let address = return_address.trim();
    if is_address(address) {
        Ok((address.to_owned(), functions.clone()))
    } else {
        Err(PartnerError::BadAddress)
    }
}

/// An https address; http only on this very machine, for trying things out.
fn is_address(text: &str) -> bool {
    let plain = text.len() <= LONGEST_ADDRESS
        && text.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\`{}|^".contains(&b));
    let Some(uri) = plain.then(|| text.parse::<axum::http::Uri>().ok()).flatten() else { return false };
    let host = uri.host().unwrap_or_default();
    let scheme = match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => matches!(host, "127.0.0.1" | "localhost" | "[::1]"),
        _ => false,
    };
    scheme && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
}

/// Every partner with its keys, by name.
pub async fn list(tools: Tools<'_>) -> Result<Vec<Registered>, PartnerError> {
    read!(tools.store, "partner.list", PartnerError, |tx| {
        let mut all = Vec::new();
        for partner in call!(tx, partner::list())? {
            let keys = call!(tx, partner::keys(partner.id))?;
            all.push(Registered { partner, keys });
        }
        Ok(all)
    })
}

/// One partner with its keys.
pub async fn one(tools: Tools<'_>, id: PartnerId) -> Result<Registered, PartnerError> {
    read!(tools.store, "partner.one", PartnerError, |tx| {
        let partner = found(tx, id).await?;
        Ok(Registered { keys: call!(tx, partner::keys(id))?, partner })
    })
}

/// The partner of this name: the command line names them so.
pub async fn by_name(tools: Tools<'_>, name: &str) -> Result<PartnerId, PartnerError> {
    let all = list(tools).await?;
    let named = all.iter().find(|one| one.partner.name == name.trim());
    named.map(|one| one.partner.id).ok_or(PartnerError::Unknown)
}

/// Changes where people are sent back to, and what the partner may be allowed.
pub async fn change(
    tools: Tools<'_>,
    by: By,
    id: PartnerId,
    return_address: &str,
    functions: &Functions,
) -> Result<(), PartnerError> {
    let (return_address, functions) = checked(return_address, functions)?;
    transact!(tools.store, "partner.change", PartnerError, |tx| {
        let before = found(tx, id).await?;
        let row =
            PartnerRow { return_address: return_address.clone(), functions: functions.clone(), ..before };
        call!(tx, partner::change(&row))?;
        Ok(access::record_by(tx, tools, by, "change", "partner", id).await?)
    })
}

/// Adds a public key, a JWK or PEM. Gives the `keyid` that its signatures name.
pub async fn add_key(tools: Tools<'_>, by: By, id: PartnerId, text: &str) -> Result<String, PartnerError> {
    let key = Key::read(text)?;
    let row_id: PartnerKeyId = tools.id();
    let row = PartnerKeyRow {
        id: row_id,
        partner: id,
        key_id: key.thumbprint(),
        algorithm: key.algorithm().as_str().to_owned(),
        public: key.bytes().to_vec(),
        added_at: tools.now,
        withdrawn_at: None,
    };
    let added = transact!(tools.store, "partner.add_key", PartnerError, |tx| {
        found(tx, id).await?;
        call!(tx, partner::add_key(&row))?;
        Ok(access::record_by(tx, tools, by, "add", "partner_key", row_id).await?)
    });
    match added {
        Err(PartnerError::Store(error)) if error.is_unique() => Err(PartnerError::KeyTaken),
        Err(error) => Err(error),
        Ok(()) => Ok(row.key_id),
    }
}

/// Withdraws a key, from the next request on.
pub async fn withdraw_key(tools: Tools<'_>, by: By, id: PartnerId, key_id: &str) -> Result<(), PartnerError> {
    transact!(tools.store, "partner.withdraw_key", PartnerError, |tx| {
        if !call!(tx, partner::withdraw_key(id, key_id, tools.now))? {
            return Err(PartnerError::Unknown);
        }
        Ok(access::record_by(tx, tools, by, "withdraw", "partner_key", id).await?)
    })
}

/// Suspends a partner from its next request on, or lets it go on.
pub async fn suspend(tools: Tools<'_>, by: By, id: PartnerId, suspended: bool) -> Result<(), PartnerError> {
    transact!(tools.store, "partner.suspend", PartnerError, |tx| {
        found(tx, id).await?;
        call!(tx, partner::suspend(id, suspended.then_some(tools.now)))?;
        let action = if suspended { "disable" } else { "enable" };
        Ok(access::record_by(tx, tools, by, action, "partner", id).await?)
    })
}

async fn found(tx: &mut Tx, id: PartnerId) -> Result<PartnerRow, PartnerError> {
    call!(tx, partner::one(id))?.ok_or(PartnerError::Unknown)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn people_are_sent_back_to_https_addresses_only() {
        for good in
            ["https://app.example/back?from=code", "http://127.0.0.1:9000/back", "https://app.example"]
        {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "app.example",
            "http://app.example/",
            "javascript:alert(1)",
            "https://user@app.example/",
            "https://app.example/\"><b>",
            "//app.example",
            "/back",
            "https://",
            "https://app.example/a b",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
