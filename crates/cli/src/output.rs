//! The only place that writes to standard output and standard error.
//!
//! What a command was asked for goes to standard output; notes and failures go to standard error, so that a
//! pipe carries answers only.

use std::io::{self, BufWriter, Stdout, Write};

use crate::failure::Failure;

/// Standard output, buffered: a batch writes millions of lines.
pub struct Output(BufWriter<Stdout>);

impl Output {
    /// The output of this process.
    pub fn standard() -> Self {
        Self(BufWriter::new(io::stdout()))
    }

    /// One line of the answer, or several.
    pub fn line(&mut self, text: impl std::fmt::Display) -> Result<(), Failure> {
        Ok(writeln!(self.0, "{text}")?)
    }

    /// Text that brings its own line breaks.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.0.write_all(text.as_bytes())?)
    }

    /// Hands everything to the reader.
    pub fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.0.flush()?)
    }
}

/// A line beside the answer: advice, progress, failures. That nobody reads it is no reason to stop.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
