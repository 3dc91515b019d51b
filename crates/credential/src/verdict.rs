//! The verdict on one scan: the table of rules, as one pure function.
//!
//! The most severe row wins, and every row that holds gives its reason, in the order of [`Reason`]. Rows are
//! independent of each other: an expired pass under an unknown key gets both reasons, read from what the
//! code says of itself. That is safe because a verdict only ever gets worse by it, and because nothing of
//! a code is *shown* unless its signature holds ([`crate::Outcome::claims`]).

use serde_json::Value;

use crate::Seconds;
use crate::authenticity::{Authenticity, SignatureState};
use crate::claims::{Colour, PassKind};
use crate::foreign::Acceptance;
use crate::live::{LIVE_AHEAD, LIVE_FRESH, LiveProof};
use crate::scan::Scan;
use crate::status_token::StatusAnswer;
use crate::trust::TrustList;

/// What the inspector does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Lets the person pass.
    Pass,
    /// Looks again: something is missing or to be compared.
    Check,
    /// Stops the person.
    Stop,
}

impl Verdict {
    /// The word that stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Check => "CHECK",
            Self::Stop => "STOP",
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal => $verdict:ident),+ $(,)?) => {
        /// Why a verdict is not PASS; the order is the order in which reasons are given.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $($(#[$doc])* $name),+ }

        impl Reason {
            /// Every reason, in order.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word that stands in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// How severe it is.
            pub const fn verdict(self) -> Verdict {
                match self { $(Self::$name => Verdict::$verdict),+ }
            }
        }
    };
}

reasons! {
    /// Not a code we know, or damaged.
    Unreadable = "unreadable" => Stop,
    /// The signature is wrong.
    Signature = "signature" => Stop,
    /// Signed with a key that is not on the trust list.
    UnknownKey = "unknown_key" => Stop,
    /// The key is not yet or no longer valid, or withdrawn.
    KeyInvalid = "key_invalid" => Stop,
    /// The key's issuer may not sign this.
    Issuer = "issuer" => Stop,
    /// The pass has ended.
    Expired = "expired" => Stop,
    /// The pass has not begun.
    NotYetValid = "not_yet_valid" => Stop,
    /// The pass has been withdrawn.
    Withdrawn = "withdrawn" => Stop,
    /// The live proof was made by another key, or for another pass.
    LiveProof = "live_proof" => Stop,
    /// The code is red.
    Red = "red" => Stop,
    /// The temperature is at or above the threshold.
    Temperature = "temperature" => Stop,
    /// Whether it has been withdrawn cannot be told.
    StatusUnknown = "status_unknown" => Check,
    /// A live pass without a proof, or with an old one: it may be a photograph.
    Picture = "picture" => Check,
    /// The proof is from the future: a clock is wrong.
    Clock = "clock" => Check,
    /// The code is yellow.
    Yellow = "yellow" => Check,
    /// No colour has been decided.
    NoColour = "no_colour" => Check,
    /// A printed pass counts only beside the document.
    MatchDocument = "match_document" => Check,
    /// A short code is for a camera that fails.
    ShortCode = "short_code" => Check,
    /// A foreign credential, and no rules for accepting it.
    NoRules = "no_rules" => Check,
    /// A foreign credential that the acceptance rules do not accept.
    NotAccepted = "not_accepted" => Check,
    /// A national code of the online form, about which the national platform has said nothing that counts.
    NationalUnavailable = "national_unavailable" => Check,
}

/// A body temperature in tenths of a degree Celsius.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Temperature(pub u16);

/// The threshold where configuration says nothing else: 37.3 °C.
pub const THRESHOLD: Temperature = Temperature(373);

impl Temperature {
    /// From degrees Celsius, cut off to tenths (37.29 is below 37.3). `None` outside 0 to 100.
    pub fn from_celsius(degrees: f64) -> Option<Self> {
        if !(0.0..=100.0).contains(&degrees) {
            return None;
        }
        // A decimal number such as 36.7 has no exact binary form; a millionth is far below what is measured.
        let tenths = (degrees * 10.0 + 1e-6).floor();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000, and whole")]
        Some(Self(tenths as u16))
    }
}

/// What the inspector saw besides the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observed {
    /// The document in hand was compared with the pass and agrees. `false` is also "not compared".
    pub document_matches: bool,
    /// The reading, if one was taken.
    pub temperature: Option<Temperature>,
    /// From which reading on a person is stopped.
    pub threshold: Temperature,
    /// The acceptance rules for foreign credentials.
    pub acceptance: Acceptance,
}

impl Default for Observed {
    fn default() -> Self {
        Self {
            document_matches: false,
            temperature: None,
            threshold: THRESHOLD,
            acceptance: Acceptance::Fixed,
        }
    }
}

/// A verdict with all its reasons, in order; PASS has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The most severe of the reasons' verdicts.
    pub verdict: Verdict,
    /// Every reason.
    pub reasons: Vec<Reason>,
}

impl Judgement {
    /// The reasons as their words.
    pub fn reasons_json(&self) -> Value {
        self.reasons.iter().map(|reason| reason.as_str()).collect()
    }
}

/// The verdict on a scan. Pure: same inputs, same answer, here and in the browser.
///
/// `status` and `live` are the answers of [`crate::StatusLists::answer`] and [`Scan::proof`]; for a scan
/// without a pass they do not matter.
pub fn verdict(
    scan: &Scan<'_>,
    trust: &TrustList,
    status: StatusAnswer,
    now: Seconds,
    live: LiveProof,
    observed: &Observed,
) -> Judgement {
    let authenticity = Authenticity::of_scan(scan, trust, now);
    judge(scan, authenticity, status, now, live, observed)
}

/// [`verdict()`] where the signature has been checked already.
pub fn judge(
    scan: &Scan<'_>,
    authenticity: Authenticity,
    status: StatusAnswer,
    now: Seconds,
    live: LiveProof,
    observed: &Observed,
) -> Judgement {
    let mut reasons = Vec::new();
    let mut row = |holds: bool, reason: Reason| {
        if holds {
            reasons.push(reason);
        }
    };
    let foreign = scan.foreign();
    let fault = foreign.is_some_and(|foreign| foreign.fault().is_some());
    row(fault || matches!(scan, Scan::Unreadable | Scan::Damaged(..)), Reason::Unreadable);
    row(authenticity.signature == SignatureState::Invalid, Reason::Signature);
    row(authenticity.signature == SignatureState::UnknownKey, Reason::UnknownKey);
    row(authenticity.key_invalid, Reason::KeyInvalid);
    row(authenticity.issuer_untrusted, Reason::Issuer);
    let claims = scan.pass().map(crate::Pass::claims);
    if let Some(foreign) = foreign {
        row(foreign.ended(now) == Some(true), Reason::Expired);
        row(foreign.not_before().is_some_and(|from| now < from), Reason::NotYetValid);
    }
    if let Some(claims) = claims {
        row(now >= claims.expires, Reason::Expired);
        row(now < claims.issued, Reason::NotYetValid);
        row(status == StatusAnswer::Withdrawn, Reason::Withdrawn);
        row(matches!(live, LiveProof::Wrong(_)), Reason::LiveProof);
        row(claims.colour == Colour::Red, Reason::Red);
    }
    row(observed.temperature.is_some_and(|reading| reading >= observed.threshold), Reason::Temperature);
    if let Some(claims) = claims {
        let (past, ahead) = distance(live, now);
        let unproven = claims.kind() == PassKind::Live && live == LiveProof::Absent;
        row(status == StatusAnswer::Unknown, Reason::StatusUnknown);
        row(unproven || past > LIVE_FRESH, Reason::Picture);
        row(ahead > LIVE_AHEAD, Reason::Clock);
        row(claims.colour == Colour::Yellow, Reason::Yellow);
        row(claims.colour == Colour::None, Reason::NoColour);
        row(claims.kind() == PassKind::Printed && !observed.document_matches, Reason::MatchDocument);
    }
    row(matches!(scan, Scan::ShortCode(_)), Reason::ShortCode);
    // The national code is recognised, not ours: without rules of acceptance nothing of others counts.
    row(scan.is_national() && observed.acceptance == Acceptance::NotLoaded, Reason::NoRules);
    if let Some(foreign) = foreign.filter(|_| !fault) {
        let accepted = observed.acceptance.accepts(foreign.statements());
        row(accepted.is_none(), Reason::NoRules);
        row(accepted == Some(false), Reason::NotAccepted);
    }
    let verdict = reasons.iter().map(|reason| reason.verdict()).max().unwrap_or(Verdict::Pass);
    Judgement { verdict, reasons }
}

/// How many seconds the proof lies in the past and in the future.
fn distance(live: LiveProof, now: Seconds) -> (Seconds, Seconds) {
    match live {
        LiveProof::Absent => (0, 0),
        LiveProof::Wrong(time) | LiveProof::Right(time) => {
            (now.saturating_sub(time), time.saturating_sub(now))
        }
    }
}
