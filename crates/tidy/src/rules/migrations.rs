//! Migrations have the same numbers and names for both engines, from 1 without a gap.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::tree::Tree;

const FOLDER: &str = "crates/store/migrations/";
const ENGINES: [&str; 2] = ["sqlite", "postgres"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let of = |engine: &str| -> BTreeSet<String> {
        let folder = format!("{FOLDER}{engine}/");
        tree.matching(&folder, ".sql").map(|(path, _)| path[folder.len()..].to_owned()).collect()
    };
    let [sqlite, postgres] = ENGINES.map(of);
    let mut findings = Vec::new();
    let mut missing = |names: Vec<&String>, engine: &str| {
        for name in names {
            let what =
                format!("{engine} has no migration {name}: both engines have the same numbers and names");
            findings.push(Finding::new("migrations", &format!("{FOLDER}{engine}/{name}"), 0, what));
        }
    };
    missing(sqlite.difference(&postgres).collect(), "postgres");
    missing(postgres.difference(&sqlite).collect(), "sqlite");
    for (engine, names) in ENGINES.iter().zip([&sqlite, &postgres]) {
        for (index, name) in names.iter().enumerate() {
            let wanted = format!("{:04}_", index + 1);
            if !name.starts_with(&wanted) {
                let what = format!("expected number {wanted}…: numbers rise from 0001 without gap or repeat");
                findings.push(Finding::new("migrations", &format!("{FOLDER}{engine}/{name}"), 0, what));
                break;
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sqlite: &[&str], postgres: &[&str]) -> usize {
        let path = |engine: &'static str| move |name: &&str| format!("{FOLDER}{engine}/{name}.sql");
        let paths: Vec<String> =
            sqlite.iter().map(path("sqlite")).chain(postgres.iter().map(path("postgres"))).collect();
        check(&Tree::of(&paths.iter().map(|p| (p.as_str(), "")).collect::<Vec<_>>())).len()
    }

    #[test]
    fn equal_and_contiguous_is_right() {
        assert_eq!(found(&["0001_a", "0002_b"], &["0001_a", "0002_b"]), 0);
    }

    #[test]
    fn gaps_repeats_and_differences_are_found() {
        assert_eq!(found(&["0001_a", "0003_b"], &["0001_a", "0003_b"]), 2);
        assert_eq!(found(&["0001_a", "0001_b"], &["0001_a", "0001_b"]), 2);
        assert_eq!(found(&["0001_a", "0002_b"], &["0001_a"]), 1);
        assert_eq!(found(&["0001_a"], &["0001_b"]), 2);
    }
}
