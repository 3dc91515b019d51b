//! The table of rules a second time, written as plainly as the design states it and sharing no code with the
//! crate: facts in words, one line a row.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sig {
    Good,
    Wrong,
    UnknownKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Valid,
    Expired,
    NotYet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Good,
    Withdrawn,
    Unknown,
}

/// The proof of the device and its age in seconds (negative: ahead of the clock).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    None,
    Right(i64),
    Wrong(i64),
}

#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is one fact of the table")]
pub struct Facts {
    pub signature: Sig,
    pub key_bad: bool,
    pub issuer_bad: bool,
    pub when: When,
    pub status: Status,
    pub live: bool,
    pub proof: Proof,
    pub colour: &'static str,
    pub celsius_tenths: Option<u16>,
    pub document_matches: bool,
}

/// Verdict and reasons of one of our own passes.
pub fn expected(f: &Facts) -> (&'static str, Vec<&'static str>) {
    let age = match f.proof {
        Proof::None => None,
        Proof::Right(age) | Proof::Wrong(age) => Some(age),
    };
    let table: [(bool, &str, &str); 17] = [
        (f.signature == Sig::Wrong, "STOP", "signature"),
        (f.signature == Sig::UnknownKey, "STOP", "unknown_key"),
        (f.key_bad, "STOP", "key_invalid"),
        (f.issuer_bad, "STOP", "issuer"),
        (f.when == When::Expired, "STOP", "expired"),
        (f.when == When::NotYet, "STOP", "not_yet_valid"),
        (f.status == Status::Withdrawn, "STOP", "withdrawn"),
        (matches!(f.proof, Proof::Wrong(_)), "STOP", "live_proof"),
        (f.colour == "red", "STOP", "red"),
        (f.celsius_tenths >= Some(373), "STOP", "temperature"),
        (f.status == Status::Unknown, "CHECK", "status_unknown"),
        (f.live && f.proof == Proof::None || age > Some(60), "CHECK", "picture"),
        (age.is_some_and(|age| age < -15), "CHECK", "clock"),
        (f.colour == "yellow", "CHECK", "yellow"),
        (f.colour == "none", "CHECK", "no_colour"),
        (!f.live && !f.document_matches, "CHECK", "match_document"),
        (false, "CHECK", "short_code"),
    ];
    worst(&table)
}

#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is one fact of the table")]
pub struct ForeignFacts {
    pub content_bad: bool,
    pub signature: Sig,
    pub key_bad: bool,
    /// The key's issuer may not issue this, or its key not this kind of certificate.
    pub issuer_bad: bool,
    pub when: When,
    pub celsius_tenths: Option<u16>,
    pub rules: bool,
    /// Vaccinated, recovered, or tested and not found ill.
    pub fine: bool,
}

/// Verdict and reasons of a credential of somebody else.
pub fn expected_foreign(f: &ForeignFacts) -> (&'static str, Vec<&'static str>) {
    worst(&[
        (f.content_bad, "STOP", "unreadable"),
        (f.signature == Sig::Wrong, "STOP", "signature"),
        (f.signature == Sig::UnknownKey, "STOP", "unknown_key"),
        (f.key_bad, "STOP", "key_invalid"),
        (f.issuer_bad, "STOP", "issuer"),
        (f.when == When::Expired, "STOP", "expired"),
        (f.when == When::NotYet, "STOP", "not_yet_valid"),
        (f.celsius_tenths >= Some(373), "STOP", "temperature"),
        (!f.content_bad && !f.rules, "CHECK", "no_rules"),
        (!f.content_bad && f.rules && !f.fine, "CHECK", "not_accepted"),
    ])
}

fn worst(table: &[(bool, &'static str, &'static str)]) -> (&'static str, Vec<&'static str>) {
    let rows: Vec<_> = table.iter().filter(|row| row.0).collect();
    let worst = if rows.iter().any(|row| row.1 == "STOP") {
        "STOP"
    } else if rows.is_empty() {
        "PASS"
    } else {
        "CHECK"
    };
    (worst, rows.iter().map(|row| row.2).collect())
}
