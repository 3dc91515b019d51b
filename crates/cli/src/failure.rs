//! Why a command could not be carried out, in words for the person who typed it.

use std::fmt;
use std::io;
use std::path::Path;

/// What happened and what to do about it. It never carries personal data, keys or passwords.
#[derive(Debug)]
pub struct Failure {
    what: String,
    advice: Option<String>,
    closed_pipe: bool,
}

impl Failure {
    /// Something happened about which the message itself says what to do.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), advice: None, closed_pipe: false }
    }

    /// Adds what to do.
    #[must_use]
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// A file or folder that could not be used. `doing` is what was tried: "read", "make".
    pub fn file(doing: &str, path: &Path, error: &io::Error) -> Self {
        let path = path.display();
        let failure = Self::new(format!("cannot {doing} {path}: {error}"));
        match error.kind() {
            io::ErrorKind::NotFound => failure.advice("check the path; it is relative to the current folder"),
            io::ErrorKind::PermissionDenied => {
                failure.advice(format!("give the user that runs this the right to {doing} it"))
            }
            _ => failure,
        }
    }

    /// Whether whoever was reading our output has stopped: no failure of ours, and not worth a message.
    pub fn is_closed_pipe(&self) -> bool {
        self.closed_pipe
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.advice.iter().try_for_each(|advice| write!(f, "\n  {advice}"))
    }
}

/// From writing to standard output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let closed_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        Self { closed_pipe, ..Self::new(format!("cannot write the output: {error}")) }
    }
}
