//! The worked example of `docs/pass-format.md` is true.
#![allow(clippy::unwrap_used, reason = "a test")]

use credential::{Authenticity, Pass, TrustList, rfc3339, to_text};

fn block(document: &str, language: &str) -> String {
    let from = document.split_once(&format!("```{language}\n")).unwrap().1;
    from.split_once("\n```").unwrap().0.to_owned()
}

#[test]
fn the_worked_example_is_true() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/pass-format.md");
    let document = std::fs::read_to_string(path).unwrap();
    // Digits stand before two or more spaces; what follows is the explanation.
    let digits: String = block(&document, "hex")
        .lines()
        .map(|line| line.trim_start().split("  ").next().unwrap().replace(' ', ""))
        .collect();
    let bytes = hex::decode(digits).unwrap();
    assert_eq!(to_text(&bytes), block(&document, "text"));
    let pass = Pass::parse(&bytes).unwrap();
    let trust = TrustList::from_json(&block(&document, "json")).unwrap();
    assert!(Authenticity::of(&pass, &trust, 1_795_420_800).holds());
    let claims = pass.claims();
    assert_eq!((claims.expires, claims.issued), (1_796_544_000, 1_795_377_600));
    assert_eq!(rfc3339(1_795_420_800), "2026-11-23T08:00:00Z");
}
