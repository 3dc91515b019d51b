//! Every crate that we build with has a licence that `deny.toml` allows.
//!
//! `cargo deny` says the same and more, where it is installed; this needs nothing installed.

use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::finding::Finding;
use crate::metadata::Metadata;
use crate::tree::Tree;

const LIST: &str = "deny.toml";

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

pub fn check(tree: &Tree, metadata: &Metadata) -> Vec<Finding> {
    let list = tree.get(LIST).map(toml::from_str::<Deny>);
    let Some(Ok(Deny { licenses })) = list else {
        return vec![Finding::new(
            "licences",
            LIST,
            0,
            "no list [licenses] allow = […] can be read: write it",
        )];
    };
    let refused = metadata.packages.iter().filter(|p| !is_allowed(p.license.as_deref(), &licenses.allow));
    refused
        .map(|p| {
            let licence = p.license.as_deref().unwrap_or("none stated");
            let what = format!(
                "{} {} is under \"{licence}\", which is not on the list: use another crate, or add the licence",
                p.name, p.version
            );
            Finding::new("licences", LIST, 0, what)
        })
        .collect()
}

fn is_allowed(licence: Option<&str>, allowed: &[String]) -> bool {
    // Old crates write MIT/Apache-2.0 for "or".
    let Some(Ok(expression)) = licence.map(|l| Expression::parse_mode(l, ParseMode::LAX)) else {
        return false;
    };
    expression.evaluate(|wanted| allowed.contains(&wanted.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_evaluated() {
        let allowed = ["MIT".to_owned(), "Apache-2.0 WITH LLVM-exception".to_owned()];
        for good in ["MIT", "MIT/Apache-2.0", "GPL-3.0-only OR MIT", "Apache-2.0 WITH LLVM-exception"] {
            assert!(is_allowed(Some(good), &allowed), "{good}");
        }
        for bad in [Some("Apache-2.0"), Some("MIT AND GPL-3.0-only"), Some("nonsense"), None] {
            assert!(!is_allowed(bad, &allowed), "{bad:?}");
        }
    }

    #[test]
    fn a_missing_list_is_found() {
        assert_eq!(check(&Tree::default(), &Metadata::default()).len(), 1);
    }
}
