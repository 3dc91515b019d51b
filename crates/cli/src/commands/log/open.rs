//! `tongxing log open`: a file of leaves that were opened for an auditor on an order.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use transparency::{
    LogError, LogKey, OpenedLeaf, SignedCheckpoint, Source, TileNodes, inclusion, read_opened,
    verify_inclusion,
};

use super::{key_text, told};
use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;
use crate::public_log::source;

/// Check a file of opened leaves: that salt and content of each line make its commitment.
///
/// With --log and --key also that each leaf stands in that log, at the place that its line names.
#[derive(Debug, Args)]
pub struct Open {
    /// The file that an auditor was handed out on an order
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A folder with a copy of the log, or the address of its prefix, such as <https://code.example.cn/log>
    #[arg(long, value_name = "PLACE", requires = "key")]
    log: Option<String>,
    /// The log's public key, NAME+ID+KEY as `tongxing log key` prints it, or a file with it
    #[arg(long, value_name = "KEY", requires = "log")]
    key: Option<String>,
    /// A PEM file with the authority of the server's certificate [default: those of this machine]
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl Open {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let text = std::fs::read_to_string(&self.file);
        let text = text.map_err(|error| Failure::file("read", &self.file, &error))?;
        let Some((head, leaves)) = told(output, read_opened(&text))? else { return Ok(Finding::Wrong) };
        let log = self.log()?;
        let log = match &log {
            Some((source, key)) => {
                let Some(log) = told(output, Tree::of(&**source, key))? else { return Ok(Finding::Wrong) };
                Some(log)
            }
            None => None,
        };
        let (mut kinds, mut fine) = (BTreeMap::<&str, u64>::new(), true);
        for leaf in &leaves {
            if told(output, checked(leaf, log.as_ref()))?.is_some() {
                *kinds.entry(&leaf.kind).or_default() += 1;
            } else {
                output.line(format!("  at leaf {}", leaf.index))?;
                fine = false;
            }
        }
        let (unit, without) = (&head.unit, head.without_salt);
        output.line(format!("{} leaves of unit {unit}, {} to {}", leaves.len(), head.from, head.until))?;
        for (kind, count) in kinds {
            output.line(format!("  {count} {kind} commit to their content"))?;
        }
        output.line(format!("  {without} of all units have no salt any more: nobody can open them"))?;
        Ok(if fine { Finding::Fine } else { Finding::Wrong })
    }

    fn log(&self) -> Result<Option<Place>, Failure> {
        let Some((place, key)) = self.log.as_ref().zip(self.key.as_ref()) else { return Ok(None) };
        let key = LogKey::parse(&key_text(key)?).map_err(|error| Failure::new(format!("--key: {error}")))?;
        Ok(Some((source::open(place, self.ca.as_deref())?, key)))
    }
}

/// Where a log is, and whose it is.
type Place = (Box<dyn Source>, LogKey);

/// The tree that a log's checkpoint signs.
struct Tree<'a> {
    nodes: TileNodes<&'a dyn Source>,
    checkpoint: SignedCheckpoint,
}

impl<'a> Tree<'a> {
    fn of(source: &'a dyn Source, key: &LogKey) -> Result<Self, LogError> {
        let checkpoint = SignedCheckpoint::open_bytes(&source.read("checkpoint")?, key)?;
        Ok(Self { nodes: TileNodes::new(source, checkpoint.tree().0), checkpoint })
    }
}

fn checked(line: &OpenedLeaf, log: Option<&Tree<'_>>) -> Result<(), LogError> {
    let leaf = line.verify()?;
    let Some(log) = log else { return Ok(()) };
    let (size, root) = log.checkpoint.tree();
    let path = inclusion(&log.nodes, line.index, size)?;
    verify_inclusion(leaf.hash()?, line.index, size, &path, root)
}
