//! What must not be left in a committed file: a person's home folder, a private key, a registry's address,
//! the marks of a merge.

use std::sync::LazyLock;

use regex::Regex;

use crate::finding::Finding;
use crate::tree::Tree;

/// Pattern, what it is. Written so that this file does not match itself.
static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let of = |pattern: &str, what| (Regex::new(pattern).expect("a constant"), what);
    vec![
        of(
            r"/(?:home|Users)/[A-Za-z][\w.-]*/|(?:^|[\s\x22'=(:])/root/",
            "a home folder: use a path from the repository",
        ),
        of(r"-----BEGIN [A-Z ]*PRIVATE KEY-----", "a private key: make it when the test runs"),
        of(r"^(?:<{7}|>{7}|\|{7}) |^={7}$", "the mark of a merge: finish it"),
        of(
            r"(?i)(?:registry|index-url|index)\s*=\s*\x22?https?://",
            "the address of a registry: leave the default",
        ),
        of(r"(?i)\b(?:FIX{1}ME|X{3}|HA{1}CK)\b:", "an open end: mend it, or file an issue"),
    ]
});

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.files() {
        if path == "crates/tidy/src/rules/leftovers.rs" {
            continue;
        }
        for (line, words) in (1..).zip(text.lines()) {
            for (pattern, what) in PATTERNS.iter() {
                if pattern.is_match(words) {
                    findings.push(Finding::new("leftovers", path, line, *what));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> usize {
        check(&Tree::of(&[("a.md", line)])).len()
    }

    #[test]
    fn leftovers_are_found() {
        for bad in [
            "see /home/somebody/notes",
            "path = \"/root/x\"",
            "-----BEGIN EC PRIVATE KEY-----",
            "<<<<<<< main",
            "=======",
            "registry=https://example.org/",
            "// FIXME: later",
        ] {
            assert_eq!(found(bad), 1, "{bad}");
        }
    }

    #[test]
    fn ordinary_text_is_not() {
        for good in [
            "GET /home",
            "the root/leaf",
            "========",
            "-----BEGIN CERTIFICATE-----",
            "a < b",
            "/srv/tongxing",
        ] {
            assert_eq!(found(good), 0, "{good}");
        }
    }
}
