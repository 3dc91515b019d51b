//! The domain decides, HTTP translates: only `http` and the endpoint files know status codes.

use super::is_test_file;
use crate::finding::Finding;
use crate::source::lex;
use crate::tree::Tree;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.matching("crates/", ".rs") {
        if may_know(path) || is_test_file(path) {
            continue;
        }
        for lexeme in lex(text).iter().filter(|l| !l.string && !l.test && l.text == "StatusCode") {
            let what =
                "a use case returns its own error; give the status code in http/, an api/ or a page/ file";
            findings.push(Finding::new("status-code", path, lexeme.line, what));
        }
    }
    findings
}

fn may_know(path: &str) -> bool {
    let endpoint = ["/api/", "/page/", "/pages/", "/api.rs", "/page.rs", "/pages.rs"];
    path.starts_with("crates/server/src/http/") || endpoint.iter().any(|part| path.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_may_and_use_cases_may_not() {
        let text = "fn f() -> StatusCode {}";
        let good = [
            "crates/server/src/http/a.rs",
            "crates/server/src/pass/api/a.rs",
            "crates/server/src/pass/page/b.rs",
        ];
        for path in good {
            assert!(check(&Tree::of(&[(path, text)])).is_empty(), "{path}");
        }
        assert_eq!(check(&Tree::of(&[("crates/server/src/pass/issue.rs", text)])).len(), 1);
        assert_eq!(check(&Tree::of(&[("crates/store/src/a.rs", text)])).len(), 1);
    }
}
