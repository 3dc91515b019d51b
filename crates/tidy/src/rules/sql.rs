//! SQL stands in `store` only. Read from string literals, tests included: a test that wants a row asks `store`.

use std::sync::LazyLock;

use regex::Regex;

use super::crate_of;
use crate::finding::Finding;
use crate::source::lex;
use crate::tree::Tree;

/// Statements in capitals or in small letters; a sentence ("Select a file from …") begins with one capital.
static STATEMENT: LazyLock<Regex> = LazyLock::new(|| {
    let small = r"select\s.*\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|create\s+(unique\s+)?(table|index)\s|alter\s+table\s|drop\s+(table|index)\s|pragma\s+\w|with\s+\w+\s+as\s*\(";
    // `\s` and `\w` keep their case: only the words are raised.
    let capital = Regex::new(r"\\?[a-z]").expect("a constant").replace_all(small, |c: &regex::Captures| {
        if c[0].starts_with('\\') { c[0].to_owned() } else { c[0].to_uppercase() }
    });
    Regex::new(&format!(r"(?s)^\s*({small}|{capital}|SELECT\s+[\w(*])")).expect("a constant")
});

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.matching("", ".rs") {
        if matches!(crate_of(path), Some("store" | "tidy")) {
            continue;
        }
        for lexeme in lex(text).iter().filter(|l| l.string && STATEMENT.is_match(&l.text)) {
            let what = "a statement outside crates/store: make it a constant there, listed in STATEMENTS";
            findings.push(Finding::new("sql", path, lexeme.line, what));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        check(&Tree::of(&[("crates/server/src/a.rs", &format!("const A: &str = \"{text}\";"))])).len()
    }

    #[test]
    fn statements_are_found() {
        for bad in [
            "SELECT 1",
            "select a from b ",
            "\n  INSERT INTO a (b) VALUES (?)",
            "UPDATE a SET b = 1",
            "delete from a where b",
            "PRAGMA journal_mode",
            "CREATE UNIQUE INDEX a ON b",
        ] {
            assert_eq!(found(bad), 1, "{bad}");
        }
    }

    #[test]
    fn sentences_are_not() {
        for good in
            ["Select a file from your phone", "update your details", "selected", "with a name", "SELECTED"]
        {
            assert_eq!(found(good), 0, "{good}");
        }
    }

    #[test]
    fn store_may() {
        assert!(check(&Tree::of(&[("crates/store/src/a.rs", "const A: &str = \"SELECT 1\";")])).is_empty());
    }
}
