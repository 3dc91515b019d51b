//! Many checks: lines in, lines out, in order, on all cores, in bounded memory.
//!
//! One thread reads what standard input has ready (so a line typed or sent by a scanner is answered at
//! once), as many as there are cores check, and the calling thread writes in the order of reading: each
//! piece of work travels with the receiver of its answer. Both queues are bounded, so a slow reader of our
//! output slows down our reading instead of filling memory.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use credential::{Batch, BatchDefaults, Seconds};

use super::now;
use crate::failure::Failure;
use crate::output::Output;

/// How much is read at once, and so the usual size of one piece of work.
const READ: usize = 64 * 1024;
/// The longest line, in bytes: a code, a trust list and a status list of a million entries in Base64.
const MAX_LINE: usize = 1024 * 1024;
/// Pieces of work in flight for each core.
const AHEAD: usize = 4;
const TOO_LONG: &str = r#"{"error":"a line has at most 1048576 bytes"}"#;
const NOT_UTF8: &str = r#"{"error":"a line is not UTF-8"}"#;

/// Whole lines that are checked together.
struct Work {
    lines: Vec<Line>,
    answer: Sender<String>,
}

enum Line {
    Text(String),
    NotUtf8,
    TooLong,
}

/// Answers every line of standard input. `fixed` says that the time of `defaults` was given: otherwise each
/// piece of work is checked at the time when it is checked, or a run that lasts for days would pass what
/// has long expired.
pub fn run(defaults: BatchDefaults, fixed: bool, output: &mut Output) -> Result<(), Failure> {
    let (input, defaults) = (io::stdin(), Arc::new(defaults));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (to_workers, work) = sync_channel::<Work>(cores * AHEAD);
    let (to_writer, answers) = sync_channel::<Receiver<String>>(cores * AHEAD);
    let work = Arc::new(Mutex::new(work));
    for _ in 0..cores {
        let (work, defaults) = (Arc::clone(&work), Arc::clone(&defaults));
        thread::spawn(move || check(&work, &defaults, fixed));
    }
    // Threads are not waited for: when nobody reads our output any more, one may wait for input forever.
    let reader = thread::spawn(move || read(input, &to_workers, &to_writer));
    for answer in answers {
        let Ok(lines) = answer.recv() else {
            return Err(Failure::new("a check stopped without an answer; please report this"));
        };
        output.text(&lines)?;
        output.flush()?;
    }
    let read = reader.join().unwrap_or_else(|_| Err(io::Error::other("reading stopped")));
    read.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))
}

/// Reads until the end, or until nobody takes the answers.
fn read(
    input: impl Read,
    to_workers: &SyncSender<Work>,
    to_writer: &SyncSender<Receiver<String>>,
) -> io::Result<()> {
    let mut input = BufReader::with_capacity(READ, input);
    let mut splitter = Splitter::default();
    loop {
        let bytes = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let length = bytes.len();
        let lines = if length == 0 { splitter.end() } else { splitter.push(bytes) };
        input.consume(length);
        if !lines.is_empty() {
            let (answer, answered) = channel();
            // Order matters: the writer must know of the answer before a worker can give it.
            if to_writer.send(answered).is_err() || to_workers.send(Work { lines, answer }).is_err() {
                return Ok(());
            }
        }
        if length == 0 {
            return Ok(());
        }
    }
}

fn check(work: &Mutex<Receiver<Work>>, defaults: &BatchDefaults, fixed: bool) {
    let mut batch = Batch::new(defaults.clone());
    let mut at: Seconds = defaults.now;
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Work { lines, answer }) = next else { return };
        if !fixed && now() != at {
            at = now();
            batch = Batch::new(BatchDefaults { now: at, ..defaults.clone() });
        }
        let mut text = String::new();
        for line in lines {
            match line {
                Line::Text(line) => text.push_str(&batch.line(&line).to_string()),
                Line::NotUtf8 => text.push_str(NOT_UTF8),
                Line::TooLong => text.push_str(TOO_LONG),
            }
            text.push('\n');
        }
        // A writer that has gone away has its reason already.
        let _ = answer.send(text);
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
