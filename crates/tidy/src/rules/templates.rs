//! Templates hold no words of their own: what a person reads comes from `locales/`.

use std::sync::LazyLock;

use regex::Regex;

use crate::finding::Finding;
use crate::tree::Tree;

/// Template code, HTML comments, scripts and styles: blanked, keeping the line breaks.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>")
        .expect("a constant")
});
static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?s)<(?:"[^"]*"|'[^']*'|[^>"'])*>"#).expect("a constant"));
/// Attributes that a person reads or hears.
static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?s)\s(?:title|alt|placeholder|aria-label|aria-description|content)="([^"]*)""#)
        .expect("a constant")
});
static ENTITY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"&#?\w+;").expect("a constant"));

pub fn check(tree: &Tree, names: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.matching("crates/server/templates/", ".html") {
        let html = blank(&CODE, text);
        for tag in TAG.find_iter(&html) {
            // `content` of `<meta>` other than a description is for machines.
            let machine = tag.as_str().starts_with("<meta") && !tag.as_str().contains("\"description\"");
            for spoken in SPOKEN.captures_iter(tag.as_str()).filter(|_| !machine) {
                find(path, &html, tag.start(), &spoken[1], names, &mut findings);
            }
        }
        let words = blank(&TAG, &html);
        let mut at = 0;
        for line in words.split_inclusive('\n') {
            find(path, &words, at, line, names, &mut findings);
            at += line.len();
        }
    }
    findings
}

fn find(path: &str, text: &str, at: usize, words: &str, names: &[String], findings: &mut Vec<Finding>) {
    let mut rest = ENTITY.replace_all(words, " ").into_owned();
    for name in names {
        rest = rest.replace(name.as_str(), " ");
    }
    if rest.chars().any(char::is_alphabetic) {
        let line = 1 + text[..at].matches('\n').count();
        let what = format!("\"{}\" is not translated: move it to locales/, or list the name", words.trim());
        findings.push(Finding::new("templates", path, line, what));
    }
}

/// Each match as blanks, so that every line keeps its number.
fn blank(pattern: &Regex, text: &str) -> String {
    pattern
        .replace_all(text, |found: &regex::Captures| {
            found[0].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect::<String>()
        })
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str) -> Vec<usize> {
        let tree = Tree::of(&[("crates/server/templates/a.html", html)]);
        check(&tree, &["中文".to_owned()]).iter().map(|f| f.line).collect()
    }

    #[test]
    fn words_are_found_with_their_line() {
        assert_eq!(found("<p>\n  Hello</p>"), [2]);
        assert_eq!(found("<img alt=\"A code\">"), [1]);
        assert_eq!(found("{% if a > b %}你好{% endif %}"), [1]);
    }

    #[test]
    fn code_marks_and_names_are_not() {
        for good in [
            "<p>{{ page.t(\"hello\") }} · &nbsp;– 027</p>",
            "{# A comment #}<!-- another --><button lang=\"zh\" class=\"a\">中文</button>",
            "<meta name=\"viewport\" content=\"width=device-width\">",
            "<a{% if a > b %} class=\"x\"{% endif %} href=\"/\">{{ b }}</a>",
            "<script>\nlet a = 1;\n</script>",
        ] {
            assert_eq!(found(good), [0; 0], "{good}");
        }
    }
}
