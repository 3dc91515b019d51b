//! `tongxing log monitor`: follows a log, counts what is in it, and alarms when it forks or stands still.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde::{Deserialize, Serialize};
use transparency::{Frontier, Leaf, LogError, LogKey, Source, follow};

use super::{Which, now};
use crate::Finding;
use crate::failure::Failure;
use crate::output::{Output, note};
use crate::private;
use crate::public_log::hold::hold;

/// Follow a log: read each leaf once, count them by kind and rule set, and alarm.
///
/// An alarm ends it with exit status 1: a fork (what was shown before is not continued), a log that is shorter than it
/// was, a leaf or checkpoint that is none, and a log that stands still: no new leaf and no answer for --stall seconds,
/// or a leaf that came more than --late seconds after its time.
#[derive(Debug, Args)]
pub struct Monitor {
    #[command(flatten)]
    which: Which,
    /// The file in which it keeps where it is, to go on from there [default: it begins at the first leaf]
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// How often to look, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
    /// After so many seconds without a new leaf the log stands still
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
    stall: i64,
    /// A leaf is late that was not there so many seconds after its time (the log promises 5)
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    late: i64,
    /// Look once, and end
    #[arg(long)]
    once: bool,
}

/// Where it is, as its file says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    format: String,
    log: String,
    /// The edge of the tree, in Base64.
    frontier: String,
    /// When the log was last seen to have grown, in seconds since 1970.
    grown: i64,
    /// When it was last looked at.
    looked: i64,
    /// How many leaves of each kind and rule set.
    counts: BTreeMap<String, u64>,
}

const FORMAT: &str = "tongxing-log-monitor-1";

impl Monitor {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let (log, source) = (self.which.whose.key()?, self.which.source()?);
        // Two that go on from one file would write over each other's state.
        let _held = self.state.as_deref().map(hold).transpose()?;
        let mut state = match self.state.as_deref().filter(|path| path.exists()) {
            Some(path) => read(path, &log)?,
            None => State::new(&log, now()),
        };
        loop {
            let alarm = match self.look(&mut state, &log, &*source, output)? {
                Looked::Same | Looked::Away(_) if now().saturating_sub(state.grown) > self.stall => {
                    Some(format!("stall: no new leaf for {} seconds", now().saturating_sub(state.grown)))
                }
                Looked::Grown | Looked::Same => None,
                Looked::Away(why) if self.once => return Err(Failure::new(why)),
                Looked::Away(why) => {
                    note(&format!("not seen: {why}"));
                    None
                }
                Looked::Alarm(why) => Some(why),
            };
            output.flush()?;
            if let Some(alarm) = alarm {
                output.line(format!("ALARM: {alarm}"))?;
                return Ok(Finding::Wrong);
            }
            if self.once {
                return Ok(Finding::Fine);
            }
            thread::sleep(Duration::from_secs(self.every));
        }
    }

    fn look(
        &self,
        state: &mut State,
        log: &LogKey,
        source: &dyn Source,
        output: &mut Output,
    ) -> Result<Looked, Failure> {
        let known = state.frontier()?;
        let (before, at) = (state.looked, now());
        let (mut counts, mut late) = (state.counts.clone(), None);
        let followed = follow(source, log, &known, &mut |index, leaf| {
            *counts.entry(named(leaf)).or_default() += 1;
            // Whoever looked once the leaf was due, and did not see it, knows that it was kept back.
            let missing = before.saturating_sub(leaf.time);
            if known.size() > 0 && missing > self.late && late.is_none() {
                late = Some(format!("stall: leaf {index} was not there {missing} seconds after its time"));
            }
        });
        let copied = match followed {
            Ok(copied) => copied,
            Err(LogError::Source(error)) => return Ok(Looked::Away(error.to_string())),
            Err(error) => return Ok(Looked::Alarm(error.to_string())),
        };
        let grown = copied.frontier.size() > known.size();
        state.counts = counts;
        state.looked = at;
        state.frontier = STANDARD.encode(copied.frontier.to_bytes());
        if grown {
            state.grown = at;
            state.show(copied.frontier.size(), output)?;
        }
        if let Some(path) = &self.state {
            private::replace(path, &(serde_json::to_string_pretty(state).expect("plain data") + "\n"))?;
        }
        Ok(match late {
            Some(why) => Looked::Alarm(why),
            None if grown => Looked::Grown,
            None => Looked::Same,
        })
    }
}

/// What one look found.
enum Looked {
    Grown,
    Same,
    Away(String),
    Alarm(String),
}

impl State {
    fn new(log: &LogKey, now: i64) -> Self {
        Self {
            format: FORMAT.to_owned(),
            log: log.to_string(),
            frontier: STANDARD.encode(Frontier::default().to_bytes()),
            grown: now,
            looked: now,
            counts: BTreeMap::new(),
        }
    }

    fn frontier(&self) -> Result<Frontier, Failure> {
        let bytes = STANDARD.decode(&self.frontier).unwrap_or_default();
        Frontier::from_bytes(&bytes).map_err(|error| Failure::new(format!("the file of --state: {error}")))
    }

    fn show(&self, size: u64, output: &mut Output) -> Result<(), Failure> {
        let counts: Vec<String> =
            self.counts.iter().map(|(name, count)| format!("{name}: {count}")).collect();
        output.line(format!("{size} leaves; {}", counts.join(", ")))
    }
}

/// `decision by hubei-2020-04-08`, `key`.
fn named(leaf: &Leaf) -> String {
    match &leaf.rule_set {
        Some(rule_set) => format!("{} by {rule_set}", leaf.kind),
        None => leaf.kind.clone(),
    }
}

fn read(path: &Path, log: &LogKey) -> Result<State, Failure> {
    let shown = path.display();
    let state: State = serde_json::from_str(&private::read(path)?)
        .map_err(|_| Failure::new(format!("{shown} is not a file of format {FORMAT:?}")))?;
    if state.format != FORMAT || state.log != log.to_string() {
        return Err(Failure::new(format!("{shown} is of another log, or of another format"))
            .advice("name another file: one for each log"));
    }
    state.frontier()?;
    Ok(state)
}
