//! A source file over 600 lines wants a reason in `tidy.toml`.

use crate::finding::Finding;
use crate::tree::Tree;

const LIMIT: usize = 600;
const KINDS: [&str; 6] = [".rs", ".ts", ".css", ".html", ".sql", ".sh"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.files()
        .filter(|(path, _)| KINDS.iter().any(|end| path.ends_with(end)))
        .filter_map(|(path, text)| {
            let lines = text.lines().count();
            let what =
                || format!("{lines} lines (> {LIMIT}): split it, or give a reason in crates/tidy/tidy.toml");
            (lines > LIMIT).then(|| Finding::new("length", path, lines, what()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_hundred_lines_and_no_more() {
        let (good, bad) = ("\n".repeat(600), "\n".repeat(601));
        let tree = Tree::of(&[("a.rs", &good), ("b.rs", &bad), ("c.json", &bad)]);
        assert_eq!(check(&tree).iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["b.rs"]);
    }
}
