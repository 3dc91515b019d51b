//! The signed form of the national code: our format by the issuer `CN`, for entry only.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::{DAY, GOOD, NOW, WITHDRAWN, issuer_key, other_key, printed_claims, statuses};
use credential::{
    Acceptance, Colour, Es256Key, Format, Issuer, NATIONAL_ISSUER, Observed, PassClaims, Purpose, Reason,
    Scope, Signer, StatusClaims, StatusList, StatusLists, StatusRef, StatusToken, TrustList, TrustedKey,
    Verdict, sign_status, to_text, verify,
};

const URI: &str = "https://national.example/status/1";

/// The nation's key is not one of ours.
fn national_key() -> Es256Key {
    other_key()
}

fn issuer(name: &str, key: &Es256Key) -> Issuer {
    Issuer {
        name: Some(name.to_owned()),
        format: Format::Tongxing,
        purposes: vec![Purpose::Pass, Purpose::Status],
        keys: vec![TrustedKey::ours(key.public(), NOW - 30 * DAY, NOW + 30 * DAY)],
    }
}

/// The province's issuer and the nation's.
fn trust() -> TrustList {
    let both = vec![issuer(common::ISSUER, &issuer_key()), issuer(NATIONAL_ISSUER, &national_key())];
    TrustList::new(4, NOW - DAY, both)
}

fn national_statuses() -> StatusLists {
    let mut list = StatusList::new(1 << 20).unwrap();
    list.withdraw(WITHDRAWN).unwrap();
    let token = sign_status(&StatusClaims::usual(URI, NOW - 60), &list, &national_key()).unwrap();
    let mut lists = StatusLists::default();
    lists.insert(StatusToken::parse(&token).unwrap().verify(&trust(), NOW).unwrap());
    lists
}

fn claims(colour: Colour) -> PassClaims<'static> {
    let status = StatusRef { index: GOOD, uri: URI };
    PassClaims { issuer: NATIONAL_ISSUER, status, colour, ..printed_claims() }
}

fn compared() -> Observed {
    Observed { document_matches: true, ..Observed::default() }
}

fn judged(claims: &PassClaims<'_>, observed: Observed) -> (Verdict, Vec<Reason>, Scope, bool) {
    let text = to_text(&claims.issue(&national_key()).unwrap());
    let mut buffer = Vec::new();
    let outcome = verify(&text, &mut buffer, &trust(), &national_statuses(), NOW, &observed);
    let (verdict, reasons) = (outcome.verdict(), outcome.reasons().to_vec());
    let scope = outcome.scope().unwrap();
    assert_eq!(outcome.to_json()["scope"], scope.as_str());
    (verdict, reasons, scope, outcome.identity().is_some())
}

#[test]
fn each_national_colour_has_its_row_and_all_are_for_entry_only() {
    for (colour, verdict, reasons) in [
        (Colour::Green, Verdict::Pass, vec![]),
        (Colour::Yellow, Verdict::Check, vec![Reason::Yellow]),
        (Colour::None, Verdict::Check, vec![Reason::NoColour]),
        (Colour::Red, Verdict::Stop, vec![Reason::Red]),
    ] {
        assert_eq!(judged(&claims(colour), compared()), (verdict, reasons, Scope::Entry, true));
    }
}

#[test]
fn the_usual_rows_hold_for_it() {
    let expired = PassClaims { expires: NOW, ..claims(Colour::Green) };
    assert_eq!(judged(&expired, compared()).1, [Reason::Expired]);
    let withdrawn = PassClaims { status: StatusRef { index: WITHDRAWN, uri: URI }, ..claims(Colour::Green) };
    assert_eq!(judged(&withdrawn, compared()).1, [Reason::Withdrawn]);
    let ours = PassClaims { status: printed_claims().status, ..claims(Colour::Green) };
    assert_eq!(judged(&ours, compared()).1, [Reason::StatusUnknown]);
    assert_eq!(judged(&claims(Colour::Green), Observed::default()).1, [Reason::MatchDocument]);
}

#[test]
fn without_rules_of_acceptance_it_is_looked_at_by_hand() {
    let observed = Observed { acceptance: Acceptance::NotLoaded, ..compared() };
    let found = judged(&claims(Colour::Green), observed);
    assert_eq!((found.0, found.1), (Verdict::Check, vec![Reason::NoRules]));
}

#[test]
fn nobody_else_speaks_for_the_nation_and_the_nation_for_nobody_else() {
    let mut buffer = Vec::new();
    let mut stopped = |claims: PassClaims<'_>, key: &Es256Key, trust: &TrustList, reason: Reason| {
        let text = to_text(&claims.issue(key).unwrap());
        let found = verify(&text, &mut buffer, trust, &statuses(), NOW, &compared());
        assert_eq!(found.verdict(), Verdict::Stop);
        assert!(found.reasons().contains(&reason), "{:?}", found.reasons());
        assert!(found.identity().is_none());
    };
    stopped(claims(Colour::Green), &issuer_key(), &trust(), Reason::Issuer);
    stopped(printed_claims(), &national_key(), &trust(), Reason::Issuer);
    stopped(claims(Colour::Green), &national_key(), &common::trust(), Reason::UnknownKey);
    stopped(claims(Colour::Green), &national_key(), &TrustList::empty(), Reason::UnknownKey);
}

#[test]
fn our_own_passes_keep_their_full_scope() {
    let text = to_text(&printed_claims().issue(&issuer_key()).unwrap());
    let mut buffer = Vec::new();
    let found = verify(&text, &mut buffer, &trust(), &statuses(), NOW, &compared());
    assert_eq!((found.verdict(), found.scope()), (Verdict::Pass, Some(Scope::Full)));
}
