//! The files of the repository: everything that git tracks or would add, as text.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Path from the root → content. Files that are not UTF-8 are left out.
#[derive(Debug, Default)]
pub struct Tree(BTreeMap<String, String>);

/// The folder that holds the repository.
pub fn root() -> Result<PathBuf> {
    let out = git(&["rev-parse", "--show-toplevel"])?;
    Ok(PathBuf::from(out.trim_end()))
}

fn git(arguments: &[&str]) -> Result<String> {
    let out = Command::new("git").args(arguments).output().context("starting git")?;
    ensure!(out.status.success(), "git {}: {}", arguments.join(" "), String::from_utf8_lossy(&out.stderr));
    Ok(String::from_utf8(out.stdout)?)
}

impl Tree {
    /// Reads the repository we stand in.
    pub fn read() -> Result<Self> {
        let names = git(&["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
        let mut files = BTreeMap::new();
        for name in names.split('\0').filter(|n| !n.is_empty()) {
            // A file deleted but not yet staged is still listed; a picture is no text: neither is read.
            if let Ok(text) = std::fs::read_to_string(name) {
                files.insert(name.to_owned(), text);
            }
        }
        Ok(Self(files))
    }

    /// A tree of these files, for tests.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(p, t)| ((*p).to_owned(), (*t).to_owned())).collect())
    }

    /// Every path with its content.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Paths that begin and end so.
    pub fn matching<'a>(&'a self, start: &'a str, end: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files().filter(move |(path, _)| path.starts_with(start) && path.ends_with(end))
    }

    /// The content of one file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }
}
