//! `tongxing log verify`: a whole copy, a holder's proof, an older checkpoint, cosignatures.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use transparency::{
    CosignerKey, InclusionFile, LogError, LogKey, SignedCheckpoint, Source, TileNodes, check_copy,
    consistency, verify_consistency,
};

use super::{Whose, key_text, told};
use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;
use crate::public_log::source::{self, Saving};

/// Check that a log is whole, and that what was shown before is still in it.
///
/// With PLACE every byte of every file is read: the signature, all entries and all hashes have to agree. With --older,
/// --proof and --cosigned their checkpoints have to be continued by that of PLACE. A proof can be checked without PLACE
/// too.
#[derive(Debug, Args)]
pub struct Verify {
    /// A folder with a copy of the log, or the address of its prefix, such as <https://code.example.cn/log>
    #[arg(value_name = "PLACE", required_unless_present = "proof")]
    place: Option<String>,
    #[command(flatten)]
    whose: Whose,
    /// A file that a holder took away from "My data": leaf, salt and the way to a signed root
    #[arg(long, value_name = "FILE")]
    proof: Vec<PathBuf>,
    /// A checkpoint that was kept earlier: the log has to continue it
    #[arg(long, value_name = "FILE", requires = "place")]
    older: Vec<PathBuf>,
    /// The public key of a witness, or a file with it: the checkpoint of --cosigned, or that at PLACE, must carry its
    /// cosignature
    #[arg(long, value_name = "KEY", requires = "place")]
    witness: Vec<String>,
    /// What `tongxing log witness` printed: a checkpoint that the log continues, with a witness's cosignature
    #[arg(long, value_name = "FILE", requires = "place", requires = "witness")]
    cosigned: Vec<PathBuf>,
    /// Keep a copy of the files in this folder, which has none yet
    #[arg(long, value_name = "DIR", requires = "place")]
    save: Option<PathBuf>,
    /// A PEM file with the authority of the server's certificate [default: those of this machine]
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl Verify {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let key = self.whose.key()?;
        let log = match &self.place {
            Some(place) => {
                let source = source::open(place, self.ca.as_deref())?;
                let saving = self.save.as_deref().map(|folder| Saving::new(&*source, folder)).transpose()?;
                let read: &dyn Source = saving.as_ref().map_or(&*source, |saving| saving);
                let found = whole(output, read, &key)?;
                saving.map_or(Ok(()), Saving::finish)?;
                let Some(checkpoint) = found else { return Ok(Finding::Wrong) };
                Some((source, checkpoint))
            }
            None => None,
        };
        let log = log.as_ref().map(|(source, checkpoint)| (&**source, checkpoint));
        let mut fine = true;
        for path in &self.proof {
            fine &= proven(output, &text(path)?, &path.display().to_string(), &key, log)?;
        }
        if let Some(log) = log {
            for path in &self.older {
                fine &= continued(output, path, &key, log)?.is_some();
            }
            fine &= self.witnessed(output, &key, log)?;
        }
        Ok(if fine { Finding::Fine } else { Finding::Wrong })
    }

    /// Whether each witness cosigned the checkpoint of the log, or one that the log continues.
    fn witnessed(&self, output: &mut Output, key: &LogKey, log: Log<'_>) -> Result<bool, Failure> {
        let mut witnesses = Vec::with_capacity(self.witness.len());
        for witness in &self.witness {
            let key = CosignerKey::parse(&key_text(witness)?);
            witnesses.push(key.map_err(|error| Failure::new(format!("--witness: {error}")))?);
        }
        let (mut fine, mut notes) = (true, vec![log.1.clone()]);
        for path in &self.cosigned {
            let Some(note) = continued(output, path, key, log)? else {
                fine = false;
                continue;
            };
            if !witnesses.iter().any(|witness| witness.verify(&note).is_ok()) {
                output.line(format!("WRONG: {}: none of these witnesses cosigned it", path.display()))?;
                fine = false;
            }
            notes.push(note);
        }
        for witness in witnesses {
            let found = told(output, cosigned(&witness, &notes))?;
            fine &= found.is_some();
            if let Some((time, size)) = found {
                let name = witness.name();
                output.line(format!(
                    "{name} cosigned a checkpoint of {size} leaves at {time} seconds since 1970"
                ))?;
            }
        }
        Ok(fine)
    }
}

fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))
}

/// Checks the whole copy, and says what is in it.
fn whole(
    output: &mut Output,
    source: &dyn Source,
    key: &LogKey,
) -> Result<Option<SignedCheckpoint>, Failure> {
    let mut kinds = BTreeMap::<(String, Option<String>), u64>::new();
    let copied = check_copy(source, key, &mut |_, leaf| {
        *kinds.entry((leaf.kind.clone(), leaf.rule_set.clone())).or_default() += 1;
    });
    let Some(copied) = told(output, copied)? else { return Ok(None) };
    let (size, root) = copied.checkpoint.tree();
    output.line(format!("whole: {size} leaves of {} with root {root}", key.name()))?;
    for ((kind, rule_set), count) in kinds {
        output.line(format!("  {count} {kind} {}", rule_set.as_deref().unwrap_or("-")))?;
    }
    Ok(Some(copied.checkpoint))
}

type Log<'a> = (&'a dyn Source, &'a SignedCheckpoint);

/// Checks the file of a holder, and that the log continues the checkpoint in it.
fn proven(
    output: &mut Output,
    text: &str,
    path: &str,
    key: &LogKey,
    log: Option<Log<'_>>,
) -> Result<bool, Failure> {
    let checked = InclusionFile::parse(text).and_then(|file| {
        let checkpoint = file.verify(key)?;
        if let Some((source, newest)) = log {
            continues(source, &checkpoint, newest)?;
        }
        Ok((file, checkpoint.checkpoint().size))
    });
    let Some((file, size)) = told(output, checked)? else { return Ok(false) };
    let says = if file.content.is_some() { ", and commits to its content" } else { "" };
    output.line(format!("{path}: leaf {} of {size} is a {}{says}", file.index, file.kind))?;
    Ok(true)
}

/// Whether one of two checkpoints continues the other, by the tiles of the newest.
fn continues(source: &dyn Source, one: &SignedCheckpoint, newest: &SignedCheckpoint) -> Result<(), LogError> {
    let (old, new) = (one.tree().0, newest.tree().0);
    if old > new {
        return Err(LogError::Shrunk { old, new });
    }
    let path = consistency(&TileNodes::new(source, new), old, new)?;
    verify_consistency(one.tree(), newest.tree(), &path)
}

/// The checkpoint in this file, if it is this log's and the log continues it.
fn continued(
    output: &mut Output,
    path: &Path,
    key: &LogKey,
    (source, newest): Log<'_>,
) -> Result<Option<SignedCheckpoint>, Failure> {
    let older = SignedCheckpoint::open(&text(path)?, key);
    let older = told(output, older.and_then(|older| continues(source, &older, newest).map(|()| older)))?;
    if let Some(older) = &older {
        let size = older.checkpoint().size;
        output.line(format!("continues {}, a checkpoint of {size} leaves", path.display()))?;
    }
    Ok(older)
}

/// When this witness cosigned one of these, and of how many leaves that is. One is enough; a wrong one is always an error.
fn cosigned(witness: &CosignerKey, notes: &[SignedCheckpoint]) -> Result<(u64, u64), LogError> {
    let mut found = Err(LogError::Unsigned(witness.name().to_owned()));
    for note in notes {
        match witness.verify(note) {
            Err(LogError::Unsigned(_)) => {}
            time => found = Ok((time?, note.checkpoint().size)),
        }
    }
    found
}
