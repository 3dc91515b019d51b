//! Standard input by the line, for commands that answer each line: in bounded memory, and as soon as it is there.

use std::io::{self, BufRead, BufReader, Read};

/// How much is read at once.
const READ: usize = 64 * 1024;
/// The longest line, in bytes: a code, a trust list and a status list of a million entries in Base64.
const MAX_LINE: usize = 1024 * 1024;
/// What is wrong with a line that is too long.
pub const TOO_LONG: &str = "a line has at most 1048576 bytes";
/// What is wrong with a line that is not text.
pub const NOT_UTF8: &str = "a line is not UTF-8";

/// A line.
pub enum Line {
    /// Its text, without the line break.
    Text(String),
    /// It is not UTF-8.
    NotUtf8,
    /// It is longer than the longest line; nothing of it was kept.
    TooLong,
}

/// Reads lines, as many at once as are ready.
pub struct Lines<R> {
    input: BufReader<R>,
    splitter: Splitter,
    /// A terminal would wait for more after its end: it is not asked again.
    ended: bool,
}

impl<R: Read> Lines<R> {
    /// From the beginning of this input.
    pub fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(READ, input), splitter: Splitter::default(), ended: false }
    }

    /// The next lines, none of them if a line has only begun; `None` after the last one.
    pub fn ready(&mut self) -> io::Result<Option<Vec<Line>>> {
        if self.ended {
            return Ok(None);
        }
        let bytes = loop {
            match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                // The same bytes: a borrow cannot leave the loop.
                Ok(_) => break self.input.buffer(),
            }
        };
        let length = bytes.len();
        if length == 0 {
            self.ended = true;
            let last = self.splitter.end();
            return Ok(if last.is_empty() { None } else { Some(last) });
        }
        let lines = self.splitter.push(bytes);
        self.input.consume(length);
        Ok(Some(lines))
    }
}

/// Cuts a stream into lines. Empty lines are lines: each line in has a line out.
#[derive(Default)]
struct Splitter {
    /// The line that has begun, or nothing of it when it is too long already.
    begun: Vec<u8>,
    too_long: bool,
}

impl Splitter {
    fn push(&mut self, bytes: &[u8]) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| *byte == b'\n') {
            self.add(&rest[..at]);
            lines.push(self.take());
            rest = &rest[at + 1..];
        }
        self.add(rest);
        lines
    }

    /// The last line, if it has no line break.
    fn end(&mut self) -> Vec<Line> {
        if self.begun.is_empty() && !self.too_long { Vec::new() } else { vec![self.take()] }
    }

    fn add(&mut self, bytes: &[u8]) {
        if self.too_long || self.begun.len() + bytes.len() > MAX_LINE {
            self.too_long = true;
            self.begun = Vec::new();
        } else {
            self.begun.extend_from_slice(bytes);
        }
    }

    fn take(&mut self) -> Line {
        let bytes = std::mem::take(&mut self.begun);
        if std::mem::take(&mut self.too_long) {
            return Line::TooLong;
        }
        String::from_utf8(bytes).map_or(Line::NotUtf8, Line::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(lines: Vec<Line>) -> Vec<String> {
        let shape = |line| match line {
            Line::Text(text) => text,
            Line::NotUtf8 => "not UTF-8".to_owned(),
            Line::TooLong => "too long".to_owned(),
        };
        lines.into_iter().map(shape).collect()
    }

    #[test]
    fn lines_survive_being_cut_anywhere() {
        let whole = "one\n\nthree é\nfour".as_bytes();
        for cut in 0..=whole.len() {
            let mut splitter = Splitter::default();
            let mut lines = splitter.push(&whole[..cut]);
            lines.extend(splitter.push(&whole[cut..]));
            lines.extend(splitter.end());
            assert_eq!(shapes(lines), ["one", "", "three é", "four"], "cut at {cut}");
            assert!(splitter.end().is_empty());
        }
    }

    #[test]
    fn a_line_too_long_is_one_error_and_is_not_kept() {
        let mut splitter = Splitter::default();
        for _ in 0..3 {
            assert!(splitter.push(&vec![b'x'; MAX_LINE]).is_empty());
            assert!(splitter.begun.len() <= MAX_LINE);
        }
        assert_eq!(shapes(splitter.push(b"x\nnext\n\xFF\n")), ["too long", "next", "not UTF-8"]);
    }
}
