//! The verdict on whatever was scanned, with all that this server can find out.

use std::collections::HashMap;
use std::sync::PoisonError;

use aws_lc_rs::digest::{SHA256, digest};
use credential::{Acceptance, Observed, Reason, Scope, Seconds, Verdict};
use domain::Timestamp;

use super::national::{Answer, Unavailable};
use super::statuses;
use crate::App;
use crate::checkpoint::inputs::inputs;
use crate::checkpoint::inspect::{self as checkpoint, Finding, SCAN_LASTS, Source};
use crate::checkpoint::short;

/// Answers on scans that are still being worked on, by the hash of their text. In memory only, and not longer than
/// a scan lasts: taking a temperature does not ask the platform again.
pub type Recent = HashMap<[u8; 32], (Timestamp, Answer)>;
/// Far more than inspectors of one server work on at a time.
const MOST_RECENT: usize = 4_096;

/// Judges a scanned or typed text as of `at`; `again` if this very scan has been judged before.
pub async fn inspect(app: &App, text: &str, observed: &Observed, at: Seconds, again: bool) -> Finding {
    if app.recognition.is_national_code(text) {
        return online(app, text, observed, again).await;
    }
    if let Some(code) = short::read(text) {
        return short::inspect(app, &code, observed, at, again).await;
    }
    // The lists of now: taking a temperature and reporting it may take longer than a list from before the scan lasts.
    let now = Seconds::try_from(app.now().seconds()).unwrap_or(at);
    let (signing, mut known) = inputs(app, text, now).await;
    let trust = signing.trust();
    statuses::add_national(app, text, trust, &mut known, now).await;
    checkpoint::inspect(text, observed, trust, &known.counting_at(now), at)
}

async fn online(app: &App, text: &str, observed: &Observed, again: bool) -> Finding {
    let key = digest(&SHA256, text.trim().as_bytes()).as_ref().try_into().expect("SHA-256 has 32 bytes");
    let known = if again { recall(app, &key) } else { None };
    let answer = match known {
        Some(answer) => Ok(answer),
        None => ask(app, text).await,
    };
    if let Ok(answer) = &answer {
        remember(app, key, answer.clone());
    }
    judge(answer, *observed)
}

async fn ask(app: &App, text: &str) -> Result<Answer, Unavailable> {
    let platform = app.recognition.platform.as_ref().ok_or(Unavailable::Off)?;
    platform.verify(text.trim()).await
}

/// The rows of the verdict's table that an answer, or none, makes.
fn judge(answer: Result<Answer, Unavailable>, observed: Observed) -> Finding {
    let mut reasons: Vec<Reason> = match &answer {
        Ok(answer) => answer.standing.reason().into_iter().collect(),
        Err(_) => vec![Reason::NationalUnavailable],
    };
    if observed.temperature.is_some_and(|reading| reading >= observed.threshold) {
        reasons.push(Reason::Temperature);
    }
    if observed.acceptance == Acceptance::NotLoaded {
        reasons.push(Reason::NoRules);
    }
    reasons.sort_unstable();
    let verdict = reasons.iter().map(|reason| reason.verdict()).max().unwrap_or(Verdict::Pass);
    let unavailable = answer.as_ref().err().copied();
    let items = answer.ok().and_then(|answer| answer.items);
    Finding {
        verdict,
        reasons,
        items,
        scope: Scope::Entry,
        source: Source::National,
        unavailable,
        pass: None,
    }
}

fn recall(app: &App, key: &[u8; 32]) -> Option<Answer> {
    let recent = app.recognition.recent.lock().unwrap_or_else(PoisonError::into_inner);
    let (at, answer) = recent.get(key)?;
    (app.now().since(*at) <= SCAN_LASTS).then(|| answer.clone())
}

/// Keeps the time of the first asking, so that an answer is forgotten when its scan is.
fn remember(app: &App, key: [u8; 32], answer: Answer) {
    let now = app.now();
    let mut recent = app.recognition.recent.lock().unwrap_or_else(PoisonError::into_inner);
    recent.retain(|_, (at, _)| now.since(*at) <= SCAN_LASTS);
    if recent.len() < MOST_RECENT {
        let kept = recent.entry(key).or_insert_with(|| (now, answer.clone()));
        kept.1 = answer;
    }
}

#[cfg(test)]
mod tests {
    use credential::{THRESHOLD, Temperature};

    use super::super::national::{NationalColour, Standing};
    use super::*;

    fn found(standing: Result<Standing, Unavailable>, observed: Observed) -> (Verdict, Vec<Reason>) {
        let finding = judge(standing.map(|standing| Answer { standing, items: None }), observed);
        assert_eq!(finding.scope, Scope::Entry);
        (finding.verdict, finding.reasons)
    }

    #[test]
    fn only_a_green_answer_passes() {
        let plain = Observed::default();
        for (standing, verdict, reasons) in [
            (Standing::Colour(NationalColour::Green), Verdict::Pass, vec![]),
            (Standing::Colour(NationalColour::Yellow), Verdict::Check, vec![Reason::Yellow]),
            (Standing::Colour(NationalColour::None), Verdict::Check, vec![Reason::NoColour]),
            (Standing::Colour(NationalColour::Red), Verdict::Stop, vec![Reason::Red]),
            (Standing::Expired, Verdict::Stop, vec![Reason::Expired]),
            (Standing::Withdrawn, Verdict::Stop, vec![Reason::Withdrawn]),
            (Standing::Unknown, Verdict::Stop, vec![Reason::Unreadable]),
        ] {
            assert_eq!(found(Ok(standing), plain), (verdict, reasons), "{standing:?}");
        }
    }

    #[test]
    fn no_answer_is_check_whatever_the_cause() {
        use Unavailable::{Late, Malformed, Off, OwnKey, Refused, Resting, Signature, Unreachable};
        for cause in [Off, Resting, Late, Unreachable, Refused, Malformed, Signature, OwnKey] {
            let found = found(Err(cause), Observed::default());
            assert_eq!(found, (Verdict::Check, vec![Reason::NationalUnavailable]));
        }
    }

    #[test]
    fn temperature_and_missing_rules_make_it_worse_in_the_order_of_the_table() {
        let green = Ok(Standing::Colour(NationalColour::Green));
        let hot = Observed { temperature: Some(THRESHOLD), ..Observed::default() };
        assert_eq!(found(green, hot), (Verdict::Stop, vec![Reason::Temperature]));
        let cool = Observed { temperature: Some(Temperature(366)), ..Observed::default() };
        assert_eq!(found(green, cool).0, Verdict::Pass);
        let bare = Observed { acceptance: Acceptance::NotLoaded, ..hot };
        let yellow = Ok(Standing::Colour(NationalColour::Yellow));
        assert_eq!(found(yellow, bare).1, [Reason::Temperature, Reason::Yellow, Reason::NoRules]);
    }
}
