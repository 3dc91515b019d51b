//! The verdict on a typed short code: that on the pass behind it, and never more than CHECK.

use credential::{Observed, Reason, Scan, Scope, Seconds, StatusLists, Verdict, to_text};
use domain::Timestamp;
use store::rows::short_code::ShortPass;
use unicode_normalization::UnicodeNormalization as _;

use super::inspect::{self as checkpoint, Finding, LookUp, SCAN_LASTS, Source};
use crate::App;
use crate::pass::short;

/// The longest text that can be a short code, with what people put between its characters.
const LONGEST: usize = 64;

/// The characters of a short code, if the text is one; typed in full-width forms too.
pub fn read(text: &str) -> Option<[u8; 8]> {
    if text.len() > LONGEST {
        return None;
    }
    match Scan::read(&text.nfkc().collect::<String>(), &mut Vec::new()) {
        Scan::ShortCode(code) => Some(code),
        _ => None,
    }
}

/// Looks a short code up and judges the pass behind it as of `at`; `again` if this very code has been judged before:
/// it then need not have outlived the taking of a temperature. It is not kept longer than that: then it is over, and is
/// to be scanned again.
pub async fn inspect(app: &App, code: &[u8; 8], observed: &Observed, at: Seconds, again: bool) -> Finding {
    let asked = if again { at_second(at) } else { app.now() };
    match short::find(app, code, asked).await {
        Ok(Some(pass)) => of_pass(app, &pass, *observed, at),
        Ok(None) if again && app.now().since(asked) > SCAN_LASTS => {
            judged(app, "", *observed, at, LookUp::Over)
        }
        Ok(None) => judged(app, "", *observed, at, LookUp::Unknown),
        Err(error) => {
            tracing::warn!(%error, "a short code could not be looked up");
            judged(app, &String::from_utf8_lossy(code), *observed, at, LookUp::Away)
        }
    }
}

fn at_second(at: Seconds) -> Timestamp {
    Timestamp::from_seconds(i64::try_from(at).unwrap_or(i64::MAX))
}

/// What the pass would get if it were scanned, without what only a scan can show: whether it is a picture, or paper.
/// Whether it is withdrawn the database has just said.
fn of_pass(app: &App, pass: &ShortPass, observed: Observed, at: Seconds) -> Finding {
    let mut finding = judged(app, &to_text(&pass.signed), observed, at, LookUp::Found);
    let by_scan = [Reason::Picture, Reason::MatchDocument, Reason::StatusUnknown];
    finding.reasons.retain(|reason| !by_scan.contains(reason));
    finding.reasons.push(Reason::ShortCode);
    if pass.withdrawn {
        finding.reasons.push(Reason::Withdrawn);
    }
    finding.reasons.sort_unstable();
    finding.verdict = finding.reasons.iter().map(|reason| reason.verdict()).max().unwrap_or(Verdict::Check);
    finding
}

fn judged(app: &App, text: &str, observed: Observed, at: Seconds, came: LookUp) -> Finding {
    let signing = app.signers.signing();
    let found = checkpoint::inspect(text, &observed, signing.trust(), &StatusLists::default(), at);
    Finding { source: Source::Short(came), scope: Scope::Full, ..found }
}
