//! One module a rule. Each takes the tree or the metadata and gives findings; each has good and bad examples.

mod arrows;
mod engine;
mod leftovers;
mod length;
mod licences;
mod locales;
mod lockfiles;
mod migrations;
mod module_docs;
mod purity;
mod sql;
mod status_code;
mod templates;

use crate::config::Config;
use crate::finding::Finding;
use crate::metadata::Metadata;
use crate::tree::Tree;

/// The crates that do no I/O, read no clock and own no randomness.
const PURE: [&str; 7] = ["documents", "credential", "rules", "paper", "domain", "visits", "transparency"];

/// Every rule's findings.
pub fn check(tree: &Tree, metadata: &Metadata, config: &Config) -> Vec<Finding> {
    [
        arrows::check(metadata),
        purity::check(tree, metadata),
        sql::check(tree),
        engine::check(tree),
        status_code::check(tree),
        module_docs::check(tree),
        locales::check(tree),
        templates::check(tree, &config.names),
        migrations::check(tree),
        length::check(tree),
        licences::check(tree, metadata),
        lockfiles::check(tree),
        leftovers::check(tree),
    ]
    .concat()
}

/// The crate whose folder a path lies in.
fn crate_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.split('/').next()
}

/// Whether a Rust file holds tests only.
fn is_test_file(path: &str) -> bool {
    path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.contains("/benches/")
        || path.contains("/examples/")
}
