//! One outcome in words: the verdict first, so that it is what a glance sees.

use std::fmt::Write as _;

use credential::{BirthDay, DocumentKind, Outcome, Reason, Scope, rfc3339};

/// The lines of an outcome: verdict, reasons and, if the signature holds, the identity items and the validity.
pub fn text(outcome: &Outcome<'_>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", outcome.verdict().as_str());
    for reason in outcome.reasons() {
        let _ = writeln!(text, "{:<15} {}", reason.as_str(), words(*reason));
    }
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<15} {value}");
    };
    if let Some(identity) = outcome.identity() {
        line("initials", identity.initials);
        line("birth", &birth(identity.birth));
        line("document", document(identity.document));
        line("number", &format!("…{}", identity.last_four));
    } else if let Some(subject) = outcome.subject() {
        line("initials", &subject.initials);
        line("birth", &birth(subject.birth.unwrap_or(BirthDay { day: 0, month: 0 })));
        if let Some(last_four) = &subject.last_four {
            line("number", &format!("…{last_four}"));
        }
    } else {
        return text;
    }
    if let Some(expires) = outcome.expires() {
        line("expires", &rfc3339(expires));
    }
    if outcome.scope() == Some(Scope::Entry) {
        line("counts for", "entering the province, this once: apply for the local code");
    }
    text
}

/// `MM-DD` as in ISO 8601 without the year; `??` for what the document does not say.
fn birth(birth: BirthDay) -> String {
    let two = |number: u8| if number == 0 { "??".to_owned() } else { format!("{number:02}") };
    format!("--{}-{}", two(birth.month), two(birth.day))
}

fn document(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Passport => "passport",
        DocumentKind::HkMacaoPermit => "Hong Kong / Macao permit",
        DocumentKind::TaiwanPermit => "Taiwan permit",
    }
}

fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::Unreadable => "not a code that is known here, or a damaged one",
        Reason::Signature => "the signature is wrong: the code was altered or made up",
        Reason::UnknownKey => "signed with a key that the trust list does not name",
        Reason::KeyInvalid => "the key is not yet or no longer valid, or withdrawn",
        Reason::Issuer => "the key's owner may not issue this",
        Reason::Expired => "the pass has ended",
        Reason::NotYetValid => "the pass has not begun",
        Reason::Withdrawn => "the pass has been withdrawn",
        Reason::LiveProof => "made on another phone, or for another pass",
        Reason::Red => "the code is red",
        Reason::Temperature => "the temperature is at or above the threshold",
        Reason::StatusUnknown => "no usable status list: it may have been withdrawn",
        Reason::Picture => "no fresh proof from the phone: it may be a photograph",
        Reason::Clock => "the phone's proof is from the future: a clock is wrong",
        Reason::Yellow => "the code is yellow",
        Reason::NoColour => "no colour has been decided",
        Reason::MatchDocument => "compare with the document in hand (--document-matches)",
        Reason::ShortCode => "a short code: only the service itself can look it up",
        Reason::NoRules => "somebody else's credential, and no rules for accepting it",
        Reason::NotAccepted => "somebody else's credential, which the rules for entry do not accept",
        Reason::NationalUnavailable => "a national code, and no answer from the national platform",
    }
}
