//! Many checks: lines in, lines out, in order, on all cores, in bounded memory.
//!
//! One thread reads what standard input has ready (so a line typed or sent by a scanner is answered at
//! once), as many as there are cores check, and the calling thread writes in the order of reading: each
//! piece of work travels with the receiver of its answer. Both queues are bounded, so a slow reader of our
//! output slows down our reading instead of filling memory.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use credential::{Batch, BatchDefaults, Seconds};

use super::now;
use crate::failure::Failure;
use crate::lines::{Line, Lines, NOT_UTF8, TOO_LONG};
use crate::output::Output;

/// Pieces of work in flight for each core.
const AHEAD: usize = 4;

/// Whole lines that are checked together.
struct Work {
    lines: Vec<Line>,
    answer: Sender<String>,
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
    let mut input = Lines::new(input);
    while let Some(lines) = input.ready()? {
        if lines.is_empty() {
            continue;
        }
        let (answer, answered) = channel();
        // Order matters: the writer must know of the answer before a worker can give it.
        if to_writer.send(answered).is_err() || to_workers.send(Work { lines, answer }).is_err() {
            return Ok(());
        }
    }
    Ok(())
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
                Line::NotUtf8 => text.push_str(&refused(NOT_UTF8)),
                Line::TooLong => text.push_str(&refused(TOO_LONG)),
            }
            text.push('\n');
        }
        // A writer that has gone away has its reason already.
        let _ = answer.send(text);
    }
}

fn refused(why: &str) -> String {
    serde_json::json!({ "error": why }).to_string()
}
