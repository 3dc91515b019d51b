//! One check: the verdict on a text, and what of it may be shown.

use std::time::Duration;

use credential::{
    BirthDay, DocumentKind, Format, MAX_TEXT, Observed, Outcome, PassKind, Reason, Scan, Scope, Seconds,
    StatusLists, TrustList, Verdict, verify,
};
use domain::Timestamp;

use crate::recognition::national::Unavailable;

/// How long what a scan was looked up for is kept: a short code, and the national platform's answer.
pub const SCAN_LASTS: Duration = Duration::from_mins(5);

/// How long after its scan a code is judged as of the scan: the time to compare a printed pass with the document, to
/// take a temperature, and to rest before a second one. Without it a live code would turn into a picture in the
/// inspector's hand. The time travels in the inspector's own form, which is tied to the scan (`plain::bond`).
pub const REPORT_LASTS: Duration = Duration::from_mins(30);

/// The items to compare with the document in hand: four of a pass, of a code of others as many as it has. They
/// leave this server only inside a verdict page.
#[derive(Clone, PartialEq, Eq)]
pub struct Items {
    /// The holder's initials.
    pub initials: String,
    /// Day and month of birth, 0 where unknown.
    pub birth: BirthDay,
    /// The kind of document, where the code says and it is one of ours.
    pub document: Option<DocumentKind>,
    /// The last four characters of its number, where the code says.
    pub last_four: Option<String>,
}

/// Identity does not belong in a log, so it has nothing to print.
impl std::fmt::Debug for Items {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Items(…)")
    }
}

/// Whose code it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// One of ours, or nothing that anybody knows.
    Ours,
    /// The national code: its signed form.
    NationalPass,
    /// The national code: its online form.
    National,
    /// A health credential from abroad.
    Foreign(Format),
    /// A short code of ours, and what came of looking it up.
    Short(LookUp),
}

/// What came of looking up a short code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookUp {
    /// It stands for a pass.
    Found,
    /// It is over, was replaced, or never was: nobody is told which.
    Unknown,
    /// It was judged before, and is no longer kept: only a new one can be.
    Over,
    /// The database gave no answer.
    Away,
}

impl Source {
    /// Its name in the record of accesses: `access-object-…`, and in the log.
    pub const fn record_kind(self) -> &'static str {
        match self {
            Self::Ours | Self::Foreign(Format::Tongxing) => "code_ours",
            Self::NationalPass => "code_national_pass",
            Self::National => "code_national",
            Self::Foreign(Format::Hcert) => "code_hcert",
            Self::Foreign(Format::Shc) => "code_shc",
            Self::Foreign(Format::Nzcp) => "code_nzcp",
            Self::Foreign(Format::VdsNc) => "code_vds_nc",
            Self::Short(_) => "code_short",
        }
    }

    fn of(outcome: &Outcome<'_>) -> Self {
        match (scope(outcome), outcome.format()) {
            (Scope::Full, _) | (Scope::Entry, None) => Self::Ours,
            (Scope::Entry, Some(Format::Tongxing)) => Self::NationalPass,
            (Scope::Entry, Some(format)) => Self::Foreign(format),
        }
    }
}

/// The pass of ours that a code was: what a report of a temperature says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScannedPass {
    /// Its id (claim 7).
    pub id: [u8; 8],
    /// Whether it is a printed one.
    pub printed: bool,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// Its reasons, in the order of the table of rules.
    pub reasons: Vec<Reason>,
    /// The items; only where the signature holds under a key that counts.
    pub items: Option<Items>,
    /// What the verdict is good for.
    pub scope: Scope,
    /// Whose code it is.
    pub source: Source,
    /// Why the national platform gave no answer, where it was to be asked.
    pub unavailable: Option<Unavailable>,
    /// The pass, where it is one of ours and its signature holds.
    pub pass: Option<ScannedPass>,
}

/// Judges a scanned or typed text as of `now`.
pub fn inspect(
    text: &str,
    observed: &Observed,
    trust: &TrustList,
    statuses: &StatusLists,
    now: Seconds,
) -> Finding {
    let mut buffer = Vec::new();
    let outcome = verify(text, &mut buffer, trust, statuses, now, observed);
    Finding {
        verdict: outcome.verdict(),
        reasons: outcome.reasons().to_vec(),
        items: items(&outcome),
        scope: scope(&outcome),
        source: Source::of(&outcome),
        unavailable: None,
        pass: scanned_pass(&outcome),
    }
}

/// A code whose signature does not hold names nobody.
fn scanned_pass(outcome: &Outcome<'_>) -> Option<ScannedPass> {
    if scope(outcome) != Scope::Full || outcome.identity().is_none() {
        return None;
    }
    let claims = outcome.scan().pass()?.claims();
    Some(ScannedPass { id: claims.id, printed: claims.kind() == PassKind::Printed })
}

/// What begins like a credential of others and is damaged is spoken of as theirs.
fn scope(outcome: &Outcome<'_>) -> Scope {
    let damaged = matches!(outcome.scan(), Scan::Damaged(..));
    outcome.scope().unwrap_or(if damaged { Scope::Entry } else { Scope::Full })
}

fn items(outcome: &Outcome<'_>) -> Option<Items> {
    if let Some(subject) = outcome.subject() {
        return Some(Items {
            initials: subject.initials.clone(),
            birth: subject.birth.unwrap_or(BirthDay { day: 0, month: 0 }),
            document: None,
            last_four: subject.last_four.clone(),
        });
    }
    outcome.identity().map(|identity| Items {
        initials: identity.initials.to_owned(),
        birth: identity.birth,
        document: Some(identity.document),
        last_four: Some(identity.last_four.to_owned()),
    })
}

/// No more of a text than it takes to see that it is too long: the page carries it on.
pub fn bounded(text: &str) -> String {
    text.trim().chars().take(MAX_TEXT + 1).collect()
}

/// The second as of which to judge: that of the scan, if `scanned` (seconds, as the form carries it) is at
/// most `lasts` ago, else now.
pub fn judged_within(scanned: &str, now: Timestamp, lasts: Duration) -> Seconds {
    let now = Seconds::try_from(now.seconds()).unwrap_or(0);
    match scanned.parse::<Seconds>() {
        Ok(at) if at <= now && now - at <= lasts.as_secs() => at,
        _ => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_judged_as_of_its_time_for_so_long_and_never_ahead() {
        let now = Timestamp::from_seconds(1_000_000);
        for (scanned, at) in [
            ("999990", 999_990),
            ("999700", 999_700),
            ("999699", 1_000_000),
            ("1000001", 1_000_000),
            ("", 1_000_000),
            ("-5", 1_000_000),
            ("soon", 1_000_000),
        ] {
            assert_eq!(judged_within(scanned, now, SCAN_LASTS), at, "{scanned}");
        }
    }

    #[test]
    fn a_text_without_end_is_cut_and_stays_unreadable() {
        let long = format!("TX1:{}", "A".repeat(3 * MAX_TEXT));
        let cut = bounded(&long);
        assert_eq!(cut.len(), MAX_TEXT + 1);
        let finding =
            inspect(&cut, &Observed::default(), &TrustList::empty(), &StatusLists::default(), 1_000_000);
        assert_eq!((finding.verdict, finding.reasons), (Verdict::Stop, vec![Reason::Unreadable]));
        assert_eq!(finding.items, None);
    }
}
