//! The batching writer: what many requests write goes into one transaction, and each is answered after its commit.
//!
//! The decision that matters: there is no thread that waits. Whoever finds nobody writing begins a task, which takes what
//! has gathered, writes it, and goes on until nothing is left. A request that goes away does not take the others' work
//! with it. When too much waits, the next is refused at once: nothing of it was taken.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// Gathers what requests of one kind write. `I` is what one request writes, `O` what it is told.
pub struct Batches<I, O> {
    shared: Arc<Mutex<Queue<I, O>>>,
    limits: Limits,
}

/// How much is gathered.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most rows that wait.
    pub waiting: usize,
    /// About how many rows one transaction has.
    pub together: usize,
}

struct Queue<I, O> {
    waiting: VecDeque<Waiting<I, O>>,
    rows: usize,
    writing: bool,
}

struct Waiting<I, O> {
    input: I,
    rows: usize,
    answer: oneshot::Sender<O>,
}

/// Why nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotWritten {
    /// Too much waits already.
    #[error("too much is waiting to be written")]
    Full,
    /// The writer ended before it answered.
    #[error("the writer was interrupted")]
    Interrupted,
}

impl<I: Send + 'static, O: Send + 'static> Batches<I, O> {
    /// Nothing waits yet.
    pub fn new(limits: Limits) -> Self {
        let queue = Queue { waiting: VecDeque::new(), rows: 0, writing: false };
        Self { shared: Arc::new(Mutex::new(queue)), limits }
    }

    /// Writes `input`, which has so many rows, together with what others write, by `write`: it answers for each input,
    /// in their order. Returns after that.
    pub async fn append<W, F>(&self, input: I, rows: usize, write: W) -> Result<O, NotWritten>
    where
        W: Fn(Vec<I>) -> F + Send + 'static,
        F: Future<Output = Vec<O>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let begin = {
            let mut queue = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
            if queue.rows + rows > self.limits.waiting {
                return Err(NotWritten::Full);
            }
            queue.rows += rows;
            queue.waiting.push_back(Waiting { input, rows, answer });
            !std::mem::replace(&mut queue.writing, true)
        };
        if begin {
            let writer = Writer { shared: Arc::clone(&self.shared), together: self.limits.together };
            tokio::spawn(writer.run(write));
        }
        answered.await.map_err(|_| NotWritten::Interrupted)
    }
}

struct Writer<I, O> {
    shared: Arc<Mutex<Queue<I, O>>>,
    together: usize,
}

impl<I, O> Writer<I, O> {
    async fn run<W, F>(self, write: W)
    where
        W: Fn(Vec<I>) -> F,
        F: Future<Output = Vec<O>>,
    {
        while let Some(gathered) = self.gathered() {
            let (inputs, answers): (Vec<I>, Vec<_>) =
                gathered.into_iter().map(|waiting| (waiting.input, waiting.answer)).unzip();
            for (answer, output) in answers.into_iter().zip(write(inputs).await) {
                // Whoever has gone away asks again.
                let _gone = answer.send(output);
            }
        }
    }

    fn gathered(&self) -> Option<Vec<Waiting<I, O>>> {
        let mut queue = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut gathered, mut rows) = (Vec::new(), 0);
        while rows < self.together {
            let Some(next) = queue.waiting.pop_front() else { break };
            rows += next.rows;
            gathered.push(next);
        }
        queue.rows -= rows;
        queue.writing = !gathered.is_empty();
        queue.writing.then_some(gathered)
    }
}

/// A writer that ends before its work is done (it panicked, or the program stops) leaves nobody waiting.
impl<I, O> Drop for Writer<I, O> {
    fn drop(&mut self) {
        let mut queue = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.writing {
            *queue = Queue { waiting: VecDeque::new(), rows: 0, writing: false };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { waiting: 100, together: 10 };

    #[tokio::test]
    async fn everybody_is_answered_for_what_they_wrote_and_many_are_written_together() {
        let batches = Arc::new(Batches::new(LIMITS));
        let largest = Arc::new(Mutex::new(0));
        let one = |input: u32| {
            let (batches, largest) = (Arc::clone(&batches), Arc::clone(&largest));
            tokio::spawn(async move {
                let write = move |inputs: Vec<u32>| {
                    let mut most = largest.lock().unwrap();
                    *most = inputs.len().max(*most);
                    async move {
                        tokio::task::yield_now().await;
                        inputs.into_iter().map(|input| input * 2).collect()
                    }
                };
                batches.append(input, 1, write).await
            })
        };
        let asked: Vec<_> = (0..50).map(one).collect();
        for (input, asked) in (0..).zip(asked) {
            assert_eq!(asked.await.unwrap(), Ok(input * 2));
        }
        let most = *largest.lock().unwrap();
        assert!((2..=10).contains(&most), "{most} at most were written together");
    }

    #[tokio::test]
    async fn what_is_too_much_is_refused_at_once_and_a_writer_that_panics_blocks_nobody() {
        let batches = Batches::new(LIMITS);
        let panics = |inputs: Vec<u32>| async {
            assert!(inputs.is_empty(), "as this test wants");
            inputs
        };
        assert_eq!(batches.append(1, 101, panics).await, Err::<u32, _>(NotWritten::Full));
        assert_eq!(batches.append(1, 1, panics).await, Err(NotWritten::Interrupted));
        let echo = |inputs: Vec<u32>| async { inputs };
        assert_eq!(batches.append(7, 1, echo).await, Ok(7));
    }
}
