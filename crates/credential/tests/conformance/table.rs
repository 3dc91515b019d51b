//! What came of one suite: for each of its checks, how many cases came out as the suite expects.

use std::path::{Path, PathBuf};

/// The cases of one check.
#[derive(Default)]
struct Row {
    check: String,
    cases: usize,
    as_expected: usize,
    known: Vec<String>,
    wrong: Vec<String>,
}

/// The table of one suite.
pub struct Table {
    suite: String,
    rows: Vec<Row>,
}

impl Table {
    pub fn new(suite: &str) -> Self {
        Self { suite: suite.to_owned(), rows: Vec::new() }
    }

    fn row(&mut self, check: &str) -> &mut Row {
        let index = self.rows.iter().position(|row| row.check == check).unwrap_or_else(|| {
            self.rows.push(Row { check: check.to_owned(), ..Row::default() });
            self.rows.len() - 1
        });
        &mut self.rows[index]
    }

    /// One case of a check: `found` has to equal `expected`, unless the suite says itself (`known`) that the case is
    /// wrong.
    pub fn case<T: PartialEq + std::fmt::Debug>(
        &mut self,
        check: &str,
        case: &str,
        expected: &T,
        found: &T,
        known: Option<&str>,
    ) {
        let row = self.row(check);
        row.cases += 1;
        let difference = || format!("{case}: expected {expected:?}, found {found:?}");
        match known {
            _ if expected == found => row.as_expected += 1,
            Some(reason) => row.known.push(format!("{} (known issue: {reason})", difference())),
            None => row.wrong.push(difference()),
        }
    }

    /// Whether every case came out as expected or is a known issue, and there was at least one.
    pub fn sound(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|row| row.wrong.is_empty() && row.cases > 0)
    }

    pub fn print(&self) {
        println!("\n{}", self.suite);
        println!(
            "  {:<18} {:>5} {:>12} {:>13} {:>6}",
            "check", "cases", "as expected", "known issues", "wrong"
        );
        for row in &self.rows {
            let (known, wrong) = (row.known.len(), row.wrong.len());
            println!("  {:<18} {:>5} {:>12} {known:>13} {wrong:>6}", row.check, row.cases, row.as_expected);
        }
        for row in &self.rows {
            for line in row
                .known
                .iter()
                .map(|line| ("known", line))
                .chain(row.wrong.iter().map(|line| ("WRONG", line)))
            {
                println!("  {} {} {}", line.0, row.check, line.1);
            }
        }
        if self.rows.is_empty() {
            println!("  WRONG: nothing was found to run");
        }
    }
}

/// Every file below `folder` whose name ends in `.json`, in order.
pub fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
