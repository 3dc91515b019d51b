//! Reads a Fluent file into what the rule compares: keys, their variables, and the messages they mention.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast;
use fluent_syntax::parser;

/// One message, term or attribute.
#[derive(Debug, Default)]
pub struct Entry {
    /// The file that it stands in.
    pub path: String,
    /// Its line, from 1.
    pub line: usize,
    /// The variables that it wants.
    pub variables: BTreeSet<String>,
    /// The messages and terms that it puts in.
    pub mentions: BTreeSet<String>,
}

/// The entries of a file, and its errors with their lines. A repeated key is an error.
pub fn parse(path: &str, text: &str) -> (BTreeMap<String, Entry>, Vec<(usize, String)>) {
    let (resource, problems) = match parser::parse(text) {
        Ok(resource) => (resource, Vec::new()),
        Err((resource, problems)) => (resource, problems),
    };
    let line_at =
        |at: usize| 1 + text.char_indices().take_while(|(i, _)| *i < at).filter(|(_, c)| *c == '\n').count();
    let mut errors: Vec<(usize, String)> =
        problems.iter().map(|p| (line_at(p.pos.start), format!("not Fluent: {}: mend it", p.kind))).collect();
    let mut entries = BTreeMap::new();
    let mut add = |key: String, pattern: Option<&ast::Pattern<&str>>| {
        let name = key.split('.').next().unwrap_or_default().to_owned();
        let starts = |l: &str| l.strip_prefix(&name).is_some_and(|r| r.trim_start().starts_with('='));
        let line = text.lines().position(starts).map_or(0, |i| i + 1);
        let mut entry = Entry { path: path.to_owned(), line, ..Entry::default() };
        if let Some(pattern) = pattern {
            entry.pattern(pattern);
        }
        if entries.insert(key.clone(), entry).is_some() {
            errors.push((line, format!("{key} stands here twice: keep one")));
        }
    };
    for entry in &resource.body {
        let (id, value, attributes) = match entry {
            ast::Entry::Message(m) => (m.id.name.to_owned(), m.value.as_ref(), &m.attributes),
            ast::Entry::Term(t) => (format!("-{}", t.id.name), Some(&t.value), &t.attributes),
            _ => continue,
        };
        for attribute in attributes {
            add(format!("{id}.{}", attribute.id.name), Some(&attribute.value));
        }
        add(id, value);
    }
    (entries, errors)
}

impl Entry {
    fn pattern(&mut self, pattern: &ast::Pattern<&str>) {
        for element in &pattern.elements {
            if let ast::PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &ast::Expression<&str>) {
        match expression {
            ast::Expression::Inline(inline) => self.inline(inline),
            ast::Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &ast::InlineExpression<&str>) {
        use ast::InlineExpression as Inline;
        match inline {
            Inline::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            Inline::MessageReference { id, .. } => {
                self.mentions.insert(id.name.to_owned());
            }
            Inline::TermReference { id, arguments, .. } => {
                self.mentions.insert(format!("-{}", id.name));
                self.arguments(arguments.as_ref());
            }
            Inline::FunctionReference { arguments, .. } => self.arguments(Some(arguments)),
            Inline::Placeable { expression } => self.expression(expression),
            Inline::StringLiteral { .. } | Inline::NumberLiteral { .. } => {}
        }
    }

    fn arguments(&mut self, arguments: Option<&ast::CallArguments<&str>>) {
        let Some(arguments) = arguments else { return };
        arguments.positional.iter().for_each(|a| self.inline(a));
        arguments.named.iter().for_each(|a| self.inline(&a.value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_inside_selections_and_functions() {
        let text = "-brand = T\na = { $n ->\n    [one] { DATETIME($day) }\n   *[other] { -brand } { b }\n }\n    .title = { $t }";
        let (entries, errors) = parse("a.ftl", text);
        assert!(errors.is_empty(), "{errors:?}");
        let of = |key: &str| entries[key].variables.iter().cloned().collect::<Vec<_>>();
        assert_eq!(of("a"), ["day", "n"]);
        assert_eq!(of("a.title"), ["t"]);
        assert_eq!(entries["a"].mentions.len(), 2);
        assert_eq!(entries["a"].line, 2);
    }
}
