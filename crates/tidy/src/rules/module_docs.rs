//! Every source file says first what it is for.

use super::is_test_file;
use crate::finding::Finding;
use crate::tree::Tree;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let sources =
        tree.matching("crates/", ".rs").filter(|(path, _)| path.contains("/src/") && !is_test_file(path));
    sources
        .filter(|(_, text)| !documented(text))
        .map(|(path, _)| {
            let what =
                "no module doc: begin the file with `//!`: what it is for, who uses it, what was decided";
            Finding::new("module-docs", path, 1, what)
        })
        .collect()
}

/// Whether the first line that is not blank is a module doc with words in it.
fn documented(text: &str) -> bool {
    let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    first.strip_prefix("//!").is_some_and(|words| words.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doc_with_words_is_wanted() {
        assert!(documented("\n//! Why.\nuse a;"));
        for bad in ["use a;", "//!\n", "// Why.", ""] {
            assert!(!documented(bad), "{bad}");
        }
        assert!(check(&Tree::of(&[("crates/a/src/b/tests.rs", "use a;")])).is_empty());
        assert_eq!(check(&Tree::of(&[("crates/a/src/b.rs", "use a;")])).len(), 1);
    }
}
