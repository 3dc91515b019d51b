//! From scanned text to everything that a checker wants to know: the one entry that programs use.

use serde_json::{Value, json};

use crate::Seconds;
use crate::authenticity::{Authenticity, SignatureState};
use crate::claims::PassClaims;
use crate::foreign::{Foreign, Subject};
use crate::present::{Identity, payload, subject};
use crate::scan::Scan;
use crate::status_token::{StatusAnswer, StatusLists};
use crate::time::rfc3339;
use crate::trust::{Format, TrustList};
use crate::verdict::{Judgement, Observed, Reason, Verdict, judge};

/// The issuer of the national code, which is recognised like a foreign credential though its form is ours.
pub const NATIONAL_ISSUER: &str = "CN";

/// What a credential counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything in the province: our own pass.
    Full,
    /// Entering the province, once: the national code and foreign credentials.
    Entry,
}

impl Scope {
    /// The word that stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Entry => "entry",
        }
    }
}

/// Everything that came of one check; borrows the scanned bytes.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    scan: Scan<'a>,
    authenticity: Authenticity,
    judgement: Judgement,
    now: Seconds,
}

/// Reads and checks a scanned or typed text. `buffer` holds the decoded bytes and may be used again.
pub fn verify<'a>(
    text: &str,
    buffer: &'a mut Vec<u8>,
    trust: &TrustList,
    statuses: &StatusLists,
    now: Seconds,
    observed: &Observed,
) -> Outcome<'a> {
    let scan = Scan::read(text, buffer);
    let authenticity = Authenticity::of_scan(&scan, trust, now);
    let status = scan.pass().map_or(StatusAnswer::Unknown, |pass| {
        let claims = pass.claims();
        statuses.answer(claims.issuer, &claims.status, now)
    });
    let judgement = judge(&scan, authenticity, status, now, scan.proof(), observed);
    Outcome { scan, authenticity, judgement, now }
}

impl<'a> Outcome<'a> {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.judgement.verdict
    }

    /// Its reasons, in order.
    pub fn reasons(&self) -> &[Reason] {
        &self.judgement.reasons
    }

    /// The format of the text, where it could be told.
    pub fn format(&self) -> Option<Format> {
        self.scan.format()
    }

    /// What came of the signature.
    pub fn signature(&self) -> SignatureState {
        self.authenticity.signature
    }

    /// What was scanned, unverified parts included.
    pub fn scan(&self) -> &Scan<'a> {
        &self.scan
    }

    /// What the pass says, only if its signature holds under a valid key of an issuer who may.
    pub fn claims(&self) -> Option<&PassClaims<'a>> {
        self.scan.pass().filter(|_| self.authenticity.holds()).map(crate::Pass::claims)
    }

    /// The identity items, under the same condition as [`Self::claims`].
    pub fn identity(&self) -> Option<Identity<'a>> {
        self.claims().map(Identity::of)
    }

    /// When the pass says that it begins.
    pub fn not_before(&self) -> Option<Seconds> {
        match &self.scan {
            Scan::Foreign(foreign) => foreign.not_before(),
            scan => scan.pass().map(|pass| pass.claims().issued),
        }
    }

    /// When the pass says that it ends.
    pub fn expires(&self) -> Option<Seconds> {
        match &self.scan {
            Scan::Foreign(foreign) => foreign.expires(),
            scan => scan.pass().map(|pass| pass.claims().expires),
        }
    }

    /// Whether it has ended; `None` where nothing says.
    pub fn expired(&self) -> Option<bool> {
        match &self.scan {
            Scan::Foreign(foreign) => foreign.ended(self.now),
            scan => scan.pass().map(|pass| self.now >= pass.claims().expires),
        }
    }

    /// For what it counts, if it counts: `None` for what is not a credential.
    pub fn scope(&self) -> Option<Scope> {
        match &self.scan {
            Scan::Foreign(_) => Some(Scope::Entry),
            scan => scan.pass().map(|pass| match pass.claims().issuer {
                NATIONAL_ISSUER => Scope::Entry,
                _ => Scope::Full,
            }),
        }
    }

    /// Who a foreign credential is about, under the same condition as [`Self::claims`].
    pub fn subject(&self) -> Option<&Subject> {
        self.scan.foreign().filter(|f| f.fault().is_none() && self.authenticity.holds()).map(Foreign::subject)
    }

    /// What the pass says as JSON, checked or not: `signature` tells which.
    pub fn payload(&self) -> Option<Value> {
        match &self.scan {
            Scan::Foreign(foreign) => Some(foreign.payload()),
            scan => scan.pass().map(|pass| payload(pass.claims())),
        }
    }

    /// Everything as JSON; times in RFC 3339, `null` for what there is not.
    pub fn to_json(&self) -> Value {
        json!({
            "verdict": self.verdict().as_str(),
            "reasons": self.judgement.reasons_json(),
            "format": self.format().map(Format::as_str),
            "signature": self.signature().as_str(),
            "not_before": self.not_before().map(rfc3339),
            "expires": self.expires().map(rfc3339),
            "expired": self.expired(),
            "scope": self.scope().map(Scope::as_str),
            "identity": self.identity().map_or_else(|| self.subject().map(subject), |own| Some(own.to_json())),
            "payload": self.payload(),
        })
    }
}
