//! Rust source as a flat list of tokens with their lines, without comments, and with test code marked.
//!
//! The rules read tokens, not lines, so that a word in a comment or a doc example is never a finding.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// One token.
#[derive(Debug)]
pub struct Lexeme {
    /// What it says. A string literal's own text, without its quotes.
    pub text: String,
    /// Whether it is a string literal.
    pub string: bool,
    /// Its line, from 1.
    pub line: usize,
    /// Whether it is compiled for tests only.
    pub test: bool,
}

/// The tokens of a file; nothing when it is not Rust (the compiler says so better).
pub fn lex(text: &str) -> Vec<Lexeme> {
    let mut lexemes = Vec::new();
    if let Ok(stream) = text.parse::<TokenStream>() {
        walk(stream, false, &mut lexemes);
    }
    lexemes
}

/// Every name that is reached directly under `root`: of `std::fs::File` and `std::{io, fs::{self}}` with root
/// `std`, that is `fs`, `io` and `fs`.
pub fn names_under<'a>(lexemes: &'a [Lexeme], root: &str) -> Vec<&'a Lexeme> {
    let mut found = Vec::new();
    for (i, window) in lexemes.windows(3).enumerate() {
        if window[0].string || window[0].text != root || window[1].text != "::" {
            continue;
        }
        if window[2].text != "{" {
            found.push(&window[2]);
            continue;
        }
        let mut depth = 0;
        let mut first = true;
        for lexeme in &lexemes[i + 2..] {
            match lexeme.text.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                "," => {}
                _ if depth == 1 && first => found.push(lexeme),
                _ => {}
            }
            if depth == 0 {
                break;
            }
            first = depth == 1 && matches!(lexeme.text.as_str(), "{" | ",");
        }
    }
    found
}

fn walk(stream: TokenStream, inside: bool, out: &mut Vec<Lexeme>) {
    let mut tokens = stream.into_iter().peekable();
    // Set by `#[cfg(test)]` until the item that it is on ends: at its braces or its semicolon.
    let mut marked_item = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(p) if p.as_char() == '#' => {
                if let Some(TokenTree::Punct(bang)) = tokens.peek()
                    && bang.as_char() == '!'
                {
                    tokens.next();
                }
                if let Some(TokenTree::Group(g)) = tokens.peek()
                    && g.delimiter() == Delimiter::Bracket
                {
                    marked_item |= is_test_attribute(&g.stream());
                    tokens.next();
                }
            }
            TokenTree::Group(g) => {
                let braces = g.delimiter() == Delimiter::Brace;
                let marked = inside || marked_item;
                if braces {
                    push(out, "{".to_owned(), false, g.span_open().start().line, marked);
                }
                walk(g.stream(), marked, out);
                if braces {
                    push(out, "}".to_owned(), false, g.span_close().start().line, marked);
                    marked_item = false;
                }
            }
            TokenTree::Punct(p) => {
                if p.as_char() == ';' {
                    marked_item = false;
                }
                let mut text = p.as_char().to_string();
                if p.as_char() == ':' && p.spacing() == Spacing::Joint && tokens.next().is_some() {
                    text.push(':');
                }
                push(out, text, false, p.span().start().line, inside || marked_item);
            }
            TokenTree::Ident(i) => {
                push(out, i.to_string(), false, i.span().start().line, inside || marked_item);
            }
            TokenTree::Literal(l) => {
                let text = l.to_string();
                let (string, text) = match (text.find('"'), text.rfind('"')) {
                    (Some(a), Some(b)) if a < b => (true, text[a + 1..b].to_owned()),
                    _ => (false, text),
                };
                push(out, text, string, l.span().start().line, inside || marked_item);
            }
        }
    }
}

fn push(out: &mut Vec<Lexeme>, text: String, string: bool, line: usize, is_test: bool) {
    out.push(Lexeme { text, string, line, test: is_test });
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]`, `#[cfg(any(test, feature = "testing"))]`, …
fn is_test_attribute(attribute: &TokenStream) -> bool {
    let text = attribute.to_string();
    let words = || text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    !text.starts_with("doc") && !words().any(|w| w == "not") && words().any(|w| w == "test" || w == "testing")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_docs_are_not_tokens() {
        let lexemes = lex("//! std::fs\n/// std::fs\nfn f() { /* std::fs */ }");
        assert!(names_under(&lexemes, "std").is_empty());
    }

    #[test]
    fn paths_are_found_with_their_line() {
        let lexemes = lex("fn f() {}\nuse std::fs::File;");
        assert_eq!(names_under(&lexemes, "std").iter().map(|l| l.line).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn grouped_imports_are_seen_through() {
        let lexemes = lex("use std::{io, fs::{self, File}, net}; std::env::var(x)");
        let names: Vec<_> = names_under(&lexemes, "std").iter().map(|l| l.text.as_str()).collect();
        assert_eq!(names, ["io", "fs", "net", "env"]);
    }

    #[test]
    fn test_code_is_marked_to_the_end_of_its_item() {
        let lexemes = lex("#[cfg(test)] mod t { fn a() {} }\nfn b() {}\n#[cfg(not(test))] fn c() {}");
        let test = |name: &str| lexemes.iter().find(|l| l.text == name).unwrap().test;
        assert!(test("a"));
        assert!(!test("b"));
        assert!(!test("c"));
    }

    #[test]
    fn strings_lose_their_quotes() {
        let lexemes = lex("const A: &str = r#\"x \"y\" z\"#;");
        assert!(lexemes.iter().any(|l| l.string && l.text == "x \"y\" z"));
    }
}
