//! Lock files name no download address, so that any mirror can serve what their hashes fix.

use crate::finding::Finding;
use crate::tree::Tree;

/// How cargo names its own default; a mirror set up by configuration keeps this name.
const CARGO_DEFAULT: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.matching("", "Cargo.lock") {
        for (line, what) in (1..).zip(text.lines()) {
            if what.starts_with("source = ") && what != CARGO_DEFAULT {
                let what = "a crate that is not from the default registry: use a published one";
                findings.push(Finding::new("lockfiles", path, line, what));
            }
        }
    }
    for (path, text) in tree.matching("", "package-lock.json") {
        for (line, what) in (1..).zip(text.lines()) {
            if what.trim_start().starts_with("\"resolved\":") && what.contains("://") {
                let what = "an address of a registry: set omit-lockfile-registry-resolved=true in .npmrc and \
                            write the lock file again";
                findings.push(Finding::new("lockfiles", path, line, what));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sources_are_found() {
        let good = format!("[[package]]\n{CARGO_DEFAULT}\n");
        let bad = "source = \"git+https://example.org/a\"\n";
        assert!(check(&Tree::of(&[("Cargo.lock", &good)])).is_empty());
        assert_eq!(check(&Tree::of(&[("fuzz/Cargo.lock", bad)])).len(), 1);
    }

    #[test]
    fn addresses_in_package_locks_are_found() {
        let good = "{\n \"resolved\": \"packages/a\", \"link\": true\n}";
        let bad = "{\n   \"resolved\": \"https://example.org/a.tgz\"\n}";
        assert!(check(&Tree::of(&[("web/package-lock.json", good)])).is_empty());
        assert_eq!(check(&Tree::of(&[("web/package-lock.json", bad)]))[0].line, 2);
    }
}
