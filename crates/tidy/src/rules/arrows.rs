//! Which of our crates may use which: `documents, credential, rules ← domain ← store ← server ← cli`, and
//! `picture`, `paper` and `http-signature`, which read and write pictures, draw on paper and check
//! signed requests; they know nothing of ours, `← server, cli`. `visits` seals visits in the words of `domain`,
//! `domain ← visits ← server, cli`. `transparency` is the public log, which knows nothing of ours: `← store, server, cli`.

use crate::finding::Finding;
use crate::metadata::Metadata;

/// Our crates from the innermost out, with what each may use. A crate that is not here is a tool or a test
/// suite: it may use all, and none of these may use it.
const ALLOWED: [(&str, &[&str]); 12] = [
    ("documents", &[]),
    ("credential", &[]),
    ("rules", &[]),
    ("picture", &[]),
    ("paper", &[]),
    ("http-signature", &[]),
    ("transparency", &[]),
    ("domain", &["documents", "credential", "rules"]),
    ("visits", &["domain"]),
    ("store", &["documents", "credential", "rules", "domain", "transparency"]),
    (
        "server",
        &[
            "documents",
            "credential",
            "rules",
            "picture",
            "paper",
            "http-signature",
            "domain",
            "visits",
            "transparency",
            "store",
        ],
    ),
    (
        "cli",
        &[
            "documents",
            "credential",
            "rules",
            "picture",
            "paper",
            "http-signature",
            "domain",
            "visits",
            "transparency",
            "store",
            "server",
        ],
    ),
];

pub fn check(metadata: &Metadata) -> Vec<Finding> {
    let ours: Vec<&str> = metadata.members().map(|p| p.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in metadata.members() {
        // The binary's crate may be named after the binary.
        let name = if package.name == "tongxing" { "cli" } else { package.name.as_str() };
        let Some((_, allowed)) = ALLOWED.iter().find(|(n, _)| *n == name) else { continue };
        for wanted in &package.dependencies {
            let internal = ours.contains(&wanted.name.as_str());
            let own_tests = wanted.kind.as_deref() == Some("dev") && wanted.name == package.name;
            if internal && !own_tests && !allowed.contains(&wanted.name.as_str()) {
                let what = format!(
                    "{name} uses {}, against the arrows (documents, credential, rules <- domain <- store <- server \
                     <- cli): move what both need to the inner crate",
                    wanted.name
                );
                findings.push(Finding::new("arrows", &format!("crates/{name}/Cargo.toml"), 0, what));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inward_is_right() {
        let metadata =
            Metadata::of(&[("documents", &["serde"]), ("domain", &["documents"]), ("store", &["domain"])]);
        assert!(check(&metadata).is_empty());
    }

    #[test]
    fn outward_and_sideways_are_found() {
        let metadata =
            Metadata::of(&[("documents", &["domain"]), ("credential", &["documents"]), ("domain", &[])]);
        assert_eq!(check(&metadata).len(), 2);
        let picture = [("picture", &["documents"][..]), ("documents", &[]), ("store", &["picture"])];
        assert_eq!(
            check(&Metadata::of(&picture)).len(),
            2,
            "it knows nothing of ours, and only the outside knows it"
        );
    }

    #[test]
    fn nothing_inner_uses_a_tool() {
        assert_eq!(check(&Metadata::of(&[("tidy", &[]), ("store", &["tidy"])])).len(), 1);
    }
}
