//! The table: one line a suite, and below it whatever did not simply come out as expected.

/// How one case came out.
pub enum Finding {
    /// As the suite expects.
    Same,
    /// Otherwise, for a reason that is written down.
    Explained(String),
    /// Not run, for a reason that is written down.
    Skipped(String),
    /// Otherwise.
    Different {
        /// What the suite expects.
        wanted: String,
        /// What came out.
        found: String,
    },
}

/// One suite, or one part of it with a line of its own.
pub struct Suite {
    name: String,
    cases: Vec<(String, Finding)>,
}

impl Suite {
    /// A suite without cases.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), cases: Vec::new() }
    }

    /// Adds a case.
    pub fn add(&mut self, case: impl Into<String>, finding: Finding) {
        self.cases.push((case.into(), finding));
    }

    /// Adds a case that has to be equal.
    pub fn equal<T: PartialEq + std::fmt::Debug>(&mut self, case: impl Into<String>, found: &T, wanted: &T) {
        let finding = if found == wanted {
            Finding::Same
        } else {
            Finding::Different { wanted: format!("{wanted:?}"), found: format!("{found:?}") }
        };
        self.add(case, finding);
    }

    /// Whether there is a case, and none differs without a reason.
    pub fn holds(&self) -> bool {
        !self.cases.is_empty() && self.count(|finding| matches!(finding, Finding::Different { .. })) == 0
    }

    fn count(&self, which: impl Fn(&Finding) -> bool) -> usize {
        self.cases.iter().filter(|(_, finding)| which(finding)).count()
    }
}

/// Prints the table.
#[allow(clippy::print_stdout, reason = "what this program is for")]
pub fn print(suites: &[Suite]) {
    println!(
        "{:44} {:>6} {:>12} {:>10} {:>8} {:>10}",
        "", "cases", "as expected", "explained", "skipped", "DIFFERENT"
    );
    for suite in suites {
        println!(
            "{:44} {:>6} {:>12} {:>10} {:>8} {:>10}",
            suite.name,
            suite.cases.len(),
            suite.count(|finding| matches!(finding, Finding::Same)),
            suite.count(|finding| matches!(finding, Finding::Explained(_))),
            suite.count(|finding| matches!(finding, Finding::Skipped(_))),
            suite.count(|finding| matches!(finding, Finding::Different { .. })),
        );
    }
    for suite in suites {
        for (case, finding) in &suite.cases {
            match finding {
                Finding::Same => (),
                Finding::Explained(why) => println!("explained · {} · {case}: {why}", suite.name),
                Finding::Skipped(why) => println!("skipped · {} · {case}: {why}", suite.name),
                Finding::Different { wanted, found } => {
                    println!("DIFFERENT · {} · {case}: expected {wanted}, found {found}", suite.name);
                }
            }
        }
    }
}
