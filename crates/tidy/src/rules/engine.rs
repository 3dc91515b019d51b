//! Only `cli` (and tests) chooses the database engine.

use super::{crate_of, is_test_file};
use crate::finding::Finding;
use crate::source::lex;
use crate::tree::Tree;

const OPENERS: [&str; 4] = ["open_sqlite", "open_postgres", "SqlitePool", "PgPool"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.matching("crates/", ".rs") {
        if matches!(crate_of(path), Some("cli" | "store" | "bench" | "tidy")) || is_test_file(path) {
            continue;
        }
        for lexeme in lex(text).iter().filter(|l| !l.string && !l.test && OPENERS.contains(&l.text.as_str()))
        {
            let what = format!("{}: take a `Store`; only cli chooses the engine", lexeme.text);
            findings.push(Finding::new("engine", path, lexeme.line, what));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cli_and_tests_open_an_engine() {
        let text =
            "fn f() { Store::open_sqlite(p); }\n#[cfg(test)] mod t { fn f() { Store::open_sqlite(p); } }";
        let tree = Tree::of(&[("crates/server/src/a.rs", text), ("crates/cli/src/a.rs", text)]);
        let findings = check(&tree);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].path.as_str(), findings[0].line), ("crates/server/src/a.rs", 1));
    }
}
