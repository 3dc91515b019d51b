//! A rule set as it stands in its file, or a piece of evidence.

use rules::set::{Item, RuleSet, Vocabulary};

/// Words of the format.
pub const WORDS: &[&str] = &[
    "\"format\": \"tongxing-rules/1\"",
    "\"subject\": \"entry\"",
    "\"if\": true",
    "\"on\": [\"test_result\"]",
    "{\"var\": \"now\"}",
    "{\"var\": \"data.now\"}",
    "{\"var\": \"evidence\"}",
    "{\"var\": \"item.at\"}",
    "{\"var\": \"current.kind\"}",
    "{\"reduce\": [{\"var\": \"evidence\"}, ",
    "{\"not-after\": [",
    "\"duration\": {\"hours\": 65535}",
    "\"way_back\": [\"time\", \"correction\"]",
    "\"until\": \"9999-12-31T23:59:59Z\"",
    "\"from\": \"-009999-01-02T00:00:00Z\"",
];

/// Reads it; what can be read names itself and decides on nothing, the same each time.
pub fn run(data: &[u8]) {
    const KNOWN: [&Vocabulary; 2] = [&domain::colour::VOCABULARY, &domain::entry::VOCABULARY];
    let Ok(text) = std::str::from_utf8(data) else { return };
    match RuleSet::read(text, &KNOWN) {
        Ok(set) => {
            assert!(set.in_force(set.from()) && !set.rules().is_empty());
            let decided = set.decide(&[], set.from());
            assert_eq!(decided, set.decide(&[], set.from()), "the same each time");
            if let Ok(decided) = decided {
                assert!(decided.next.is_none_or(|next| next > set.from()));
            }
        }
        Err(refused) => assert!(!refused.0.is_empty(), "says why"),
    }
    if let Ok(json) = serde_json::from_str(text) {
        for vocabulary in KNOWN {
            let _ = Item::read(&json, vocabulary);
        }
    }
}
