//! Pure crates do no I/O, read no clock and own no randomness: not by `std`, not by another crate.

use super::{PURE, crate_of, is_test_file};
use crate::finding::Finding;
use crate::metadata::Metadata;
use crate::source::{Lexeme, lex, names_under};
use crate::tree::Tree;

const MEND: &str = "a pure crate takes this as an argument; do it in store, server or cli";
const STD: [&str; 5] = ["fs", "net", "process", "env", "thread"];
const CLOCKS: [&str; 2] = ["SystemTime", "Instant"];
const RANDOM: [&str; 4] = ["SystemRandom", "OsRng", "ThreadRng", "thread_rng"];
/// Crates that do I/O or draw random numbers.
const CRATES: [&str; 14] = [
    "tokio",
    "async-std",
    "smol",
    "sqlx",
    "rusqlite",
    "axum",
    "hyper",
    "tower",
    "tower-http",
    "reqwest",
    "rand",
    "getrandom",
    "fastrand",
    "tracing-subscriber",
];

pub fn check(tree: &Tree, metadata: &Metadata) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in metadata.members().filter(|p| PURE.contains(&p.name.as_str())) {
        for wanted in package.dependencies.iter().filter(|d| d.kind.is_none()) {
            if CRATES.contains(&wanted.name.as_str()) {
                let path = format!("crates/{}/Cargo.toml", package.name);
                findings.push(Finding::new("purity", &path, 0, format!("{}: {MEND}", wanted.name)));
            }
        }
    }
    for (path, text) in tree.matching("crates/", ".rs") {
        if !crate_of(path).is_some_and(|c| PURE.contains(&c)) || is_test_file(path) {
            continue;
        }
        let lexemes = lex(text);
        for lexeme in impure(&lexemes) {
            findings.push(Finding::new("purity", path, lexeme.line, format!("{}: {MEND}", lexeme.text)));
        }
    }
    findings
}

fn impure(lexemes: &[Lexeme]) -> Vec<&Lexeme> {
    let modules = names_under(lexemes, "std").into_iter().filter(|l| STD.contains(&l.text.as_str()));
    let names = lexemes.iter().filter(|l| !l.string);
    let names = names.filter(|l| CLOCKS.contains(&l.text.as_str()) || RANDOM.contains(&l.text.as_str()));
    let clock_calls = lexemes.windows(2).filter(|w| w[0].text == "::" && w[1].text == "now").map(|w| &w[1]);
    let streams = names_under(lexemes, "io").into_iter();
    let streams = streams.filter(|l| ["stdin", "stdout", "stderr"].contains(&l.text.as_str()));
    modules.chain(names).chain(clock_calls).chain(streams).filter(|l| !l.test).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        check(&Tree::of(&[("crates/domain/src/a.rs", text)]), &Metadata::default()).len()
    }

    #[test]
    fn io_clock_and_randomness_are_found() {
        assert_eq!(found("use std::{fmt, fs};"), 1);
        assert_eq!(found("fn f() { Timestamp::now(); }"), 1);
        assert_eq!(found("fn f() { std::time::SystemTime::now(); }"), 2);
        assert_eq!(found("use aws_lc_rs::rand::SystemRandom;"), 1);
        assert_eq!(found("fn f() { std::io::stdin(); }"), 1);
    }

    #[test]
    fn tests_words_and_other_crates_may() {
        assert_eq!(found("// std::fs\nfn now(now: Timestamp) {} #[cfg(test)] mod t { use std::fs; }"), 0);
        let tree = Tree::of(&[
            ("crates/cli/src/a.rs", "use std::fs;"),
            ("crates/domain/tests/a.rs", "use std::fs;"),
        ]);
        assert!(check(&tree, &Metadata::default()).is_empty());
    }

    #[test]
    fn a_crate_that_does_io_is_found() {
        assert_eq!(check(&Tree::default(), &Metadata::of(&[("domain", &["tokio", "serde"])])).len(), 1);
    }
}
