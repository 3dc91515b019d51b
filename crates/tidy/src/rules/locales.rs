//! Every language has the same words: each key, with the same variables; no key is asked for that does not
//! exist, and none exists that nobody asks for.

mod ftl;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use self::ftl::Entry;
use crate::finding::Finding;
use crate::tree::Tree;

const FOLDER: &str = "locales/";
/// The language that the others are compared with.
const REFERENCE: &str = "en";

/// A call that looks a word up: `page.t("key")`, `words.t1("key", …)`, `words.with("key", …)`.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?:\.(?:t|t1|t2)|\bwords\.with|\bpage\.with)\(\s*&?"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)"\s*[,)]"#,
    )
    .expect("a constant")
});
/// A text that could be a key, or a key with holes: `"problem-{}-title"`.
static CANDIDATE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"["'`]([a-z$\{][\w\-{}$.]*)["'`]"#).expect("a constant"));

type Words = BTreeMap<String, Entry>;

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut languages: BTreeMap<&str, Words> = BTreeMap::new();
    for (path, text) in tree.matching(FOLDER, ".ftl") {
        let Some((language, _)) = path[FOLDER.len()..].split_once('/') else { continue };
        read(path, text, languages.entry(language).or_default(), &mut findings);
    }
    let Some(reference) = languages.get(REFERENCE) else { return findings };
    for (language, words) in languages.iter().filter(|(l, _)| **l != REFERENCE) {
        compare(language, reference, words, &mut findings);
    }
    let uses = Uses::of(tree);
    uses.unknown(reference, &mut findings);
    uses.unused(reference, &mut findings);
    findings
}

fn read(path: &str, text: &str, words: &mut Words, findings: &mut Vec<Finding>) {
    let (entries, errors) = ftl::parse(path, text);
    findings.extend(errors.into_iter().map(|(line, what)| Finding::new("locales", path, line, what)));
    for (key, entry) in entries {
        if let Some(first) = words.get(&key) {
            let what = format!("{key} stands in {} too: keep one", first.path);
            findings.push(Finding::new("locales", path, entry.line, what));
        } else {
            words.insert(key, entry);
        }
    }
}

fn compare(language: &str, reference: &Words, words: &Words, findings: &mut Vec<Finding>) {
    for (key, wanted) in reference {
        match words.get(key) {
            None => {
                let path = wanted.path.replacen(REFERENCE, language, 1);
                findings.push(Finding::new("locales", &path, 0, format!("{key} is missing: translate it")));
            }
            Some(here) if here.variables != wanted.variables => {
                let what = format!(
                    "{key} uses {:?}, in {REFERENCE} {:?}: use the same values",
                    here.variables, wanted.variables
                );
                findings.push(Finding::new("locales", &here.path, here.line, what));
            }
            Some(_) => {}
        }
    }
    for (key, here) in words.iter().filter(|(key, _)| !reference.contains_key(*key)) {
        let what = format!("{key} is not in {REFERENCE}: add it there, or delete it");
        findings.push(Finding::new("locales", &here.path, here.line, what));
    }
}

/// Where templates and code ask for words.
#[derive(Default)]
struct Uses<'a> {
    calls: Vec<(&'a str, usize, String)>,
    texts: BTreeSet<String>,
    shapes: Vec<Regex>,
}

impl<'a> Uses<'a> {
    fn of(tree: &'a Tree) -> Self {
        let mut uses = Self::default();
        let templates = tree.matching("crates/server/templates/", "");
        let code = tree.matching("crates/", ".rs").filter(|(path, _)| !path.starts_with("crates/tidy/"));
        for (path, text) in templates.chain(code).chain(tree.matching("web/", ".ts")) {
            for call in CALL.captures_iter(text) {
                let at = call.get(0).map_or(0, |m| m.start());
                uses.calls.push((path, 1 + text[..at].matches('\n').count(), call[1].to_owned()));
            }
            uses.texts.extend(CANDIDATE.captures_iter(text).map(|c| c[1].to_owned()));
        }
        uses.shapes = uses.texts.iter().filter_map(|text| shape(text)).collect();
        uses
    }

    fn unknown(&self, reference: &Words, findings: &mut Vec<Finding>) {
        for (path, line, key) in self.calls.iter().filter(|(_, _, key)| !reference.contains_key(key)) {
            let what =
                format!("the word {key} is in no file of {FOLDER}{REFERENCE}: add it in every language");
            findings.push(Finding::new("locales", path, *line, what));
        }
    }

    fn unused(&self, reference: &Words, findings: &mut Vec<Finding>) {
        let mentioned: BTreeSet<&String> = reference.values().flat_map(|entry| &entry.mentions).collect();
        for (key, entry) in reference {
            let base = key.split('.').next().unwrap_or(key);
            let used = self.texts.contains(base)
                || mentioned.contains(key)
                || self.shapes.iter().any(|shape| shape.is_match(base));
            if !used {
                findings.push(Finding::new(
                    "locales",
                    &entry.path,
                    entry.line,
                    format!("{key} is used nowhere: delete it"),
                ));
            }
        }
    }
}

/// A key with holes as a pattern; nothing for a text without holes, or with too little besides them to mean
/// a key. What fills a hole is a name as the database or a document has it (`hk_macao_permit`, `UTO`), in the
/// letters of a Fluent identifier.
fn shape(text: &str) -> Option<Regex> {
    static HOLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\$?\{[^}]*\}").expect("a constant"));
    let fixed = HOLE.replace_all(text, "");
    if fixed.len() == text.len()
        || fixed.chars().filter(|c| c.is_alphabetic()).count() < 3
        || !fixed.contains('-')
    {
        return None;
    }
    let parts: Vec<String> = HOLE.split(text).map(regex::escape).collect();
    Regex::new(&format!("^{}$", parts.join("[A-Za-z0-9_-]+"))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: (&str, &str) = (
        "crates/server/templates/a.html",
        "{{ page.t(\"hello\") }}{{ page.t(\"problem-{}-title\"|format(x)) }}",
    );

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![PAGE];
        all.extend_from_slice(files);
        check(&Tree::of(&all)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn equal_languages_are_right() {
        let en = "hello = Hello { $name }\nproblem-busy-title = Busy";
        let zh = "hello = 你好{ $name }\nproblem-busy-title = 忙";
        assert_eq!(found(&[("locales/en/a.ftl", en), ("locales/zh-Hans/a.ftl", zh)]), [""; 0]);
    }

    #[test]
    fn missing_further_and_differing_words_are_found() {
        let en = "hello = Hello { $name }\nproblem-busy-title = Busy";
        let zh = "hello = 你好{ $nom }\nother = 忙";
        let found = found(&[("locales/en/a.ftl", en), ("locales/zh-Hans/a.ftl", zh)]);
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn unknown_unused_doubled_and_broken_words_are_found() {
        assert!(
            found(&[("locales/en/a.ftl", "problem-x-title = A")])[0].contains("the word hello is in no file")
        );
        assert!(
            found(&[("locales/en/a.ftl", "hello = A\nold-word = B")])[0].contains("old-word is used nowhere")
        );
        let shaped = "hello = A\nproblem-hk_permit-title = B\nproblem-UTO-title = C\nproblem-UTO-text = D";
        let unused = found(&[("locales/en/a.ftl", shaped)]);
        assert!(unused.len() == 1 && unused[0].contains("problem-UTO-text is used nowhere"), "{unused:?}");
        let doubled = found(&[("locales/en/a.ftl", "hello = A"), ("locales/en/b.ftl", "hello = A")]);
        assert!(doubled[0].contains("too: keep one"));
        assert!(found(&[("locales/en/a.ftl", "hello = A\nbad { = B")])[0].starts_with("locales/en/a.ftl:2:"));
    }
}
