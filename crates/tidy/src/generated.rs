//! Committed files that a command writes: the command's output and the file must be the same.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::config::Generated;
use crate::finding::Finding;

/// Runs every command and compares. Changes nothing.
pub fn check(table: &[Generated]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for entry in table {
        let wanted = produce(entry)?;
        let here = std::fs::read(&entry.output).unwrap_or_default();
        findings.extend(compare(entry, &here, &wanted));
    }
    Ok(findings)
}

/// Runs every command and writes its file.
pub fn write(table: &[Generated]) -> Result<()> {
    for entry in table {
        std::fs::write(&entry.output, produce(entry)?)
            .with_context(|| format!("writing {}", entry.output))?;
    }
    Ok(())
}

fn produce(entry: &Generated) -> Result<Vec<u8>> {
    let (program, arguments) = entry.command.split_first().context("an empty command in tidy.toml")?;
    let out =
        Command::new(program).args(arguments).output().with_context(|| format!("starting {program}"))?;
    ensure!(out.status.success(), "{}: {}", entry.command.join(" "), String::from_utf8_lossy(&out.stderr));
    Ok(out.stdout)
}

fn compare(entry: &Generated, here: &[u8], wanted: &[u8]) -> Option<Finding> {
    if here == wanted {
        return None;
    }
    let line = 1 + here
        .split(|b| *b == b'\n')
        .zip(wanted.split(|b| *b == b'\n'))
        .take_while(|(a, b)| a == b)
        .count();
    let what = format!("differs from `{}`: run `make generated` and commit it", entry.command.join(" "));
    Some(Finding::new("generated", &entry.output, line, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(word: &str) -> Generated {
        Generated { output: "Cargo.toml".to_owned(), command: vec!["echo".to_owned(), word.to_owned()] }
    }

    #[test]
    fn the_first_line_that_differs_is_named() {
        assert_eq!(compare(&entry("x"), b"a\nb\n", b"a\nb\n"), None);
        assert_eq!(compare(&entry("x"), b"a\nb\n", b"a\nc\n").unwrap().line, 2);
    }

    #[test]
    fn a_command_is_really_run() {
        assert_eq!(produce(&entry("hello")).unwrap(), b"hello\n");
        let missing = Generated { output: String::new(), command: vec!["/nonexistent".to_owned()] };
        assert!(produce(&missing).is_err());
    }
}
