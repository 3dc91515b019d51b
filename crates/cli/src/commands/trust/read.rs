//! Commands that only look: what is trusted, what is published, and what somebody else's list holds.

use std::path::PathBuf;

use clap::Args;
use credential::{Seconds, TrustList, parse_time, rfc3339};
use serde_json::json;

use super::{Folder, now, show};
use crate::Finding;
use crate::commands::verify::input;
use crate::failure::Failure;
use crate::output::{Output, note};
use crate::root;
use crate::trust_store::Published;

/// List whose keys count here, with what was withdrawn and why.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    folder: Folder,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Print the signed list, for checkers and partners.
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    folder: Folder,
    /// Print what was signed as JSON, without the signature
    #[arg(long)]
    json: bool,
}

/// Print the root's public key, and its fingerprint on standard error.
#[derive(Debug, Args)]
pub struct Root {
    #[command(flatten)]
    folder: Folder,
}

/// Check a signed list and print what it holds. Exit status 1 when it is refused.
#[derive(Debug, Args)]
pub struct Verify {
    /// The signed list
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The root's public key: a JWK or a JWK set
    #[arg(long, value_name = "FILE")]
    root: PathBuf,
    /// The highest version that has been seen: an older one is refused
    #[arg(long, value_name = "N", default_value_t = 0)]
    min_version: u64,
    /// The time of the check, in RFC 3339 or whole seconds since 1970 [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<Seconds>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl List {
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let store = self.folder.store()?;
        let own = self.folder.own()?;
        let list = store.list(&own, now());
        if self.json {
            let json = json!({"issuers": list.to_json()["issuers"], "version": store.version(),
                "withdrawn": store.withdrawals()});
            output.line(serde_json::to_string_pretty(&json).expect("plain data"))?;
            return Ok(Finding::Fine);
        }
        let published = Published::read(&self.folder.path)?;
        if published.is_some_and(|published| !published.says(&own)) {
            note("note: not published yet: sign the list with `tongxing trust sign`");
        }
        output.line(format_args!("version {}", store.version()))?;
        output.text(&show::issuers(&list, now()))?;
        output.text(&show::withdrawals(store.withdrawals()))?;
        Ok(Finding::Fine)
    }
}

impl Export {
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let published = Published::read(&self.folder.path)?.ok_or_else(|| {
            Failure::new(format!("nothing was published yet from {}", self.folder.path.display()))
                .advice("make the root key and the first list with `tongxing trust init`")
        })?;
        if now() >= published.end() {
            note("note: the list has expired, checkers refuse it: sign it anew with `tongxing trust sign`");
        }
        if self.json {
            output.line(serde_json::to_string_pretty(&published.list.to_json()).expect("plain data"))?;
        } else {
            output.line(&published.text)?;
        }
        Ok(Finding::Fine)
    }
}

impl Root {
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let roots = root::read_public(&self.folder.path.join(root::PUBLIC_FILE))?;
        output.text(&root::public_text(&roots))?;
        for root in &roots {
            note(&format!("fingerprint of {}: {}", root.key_id(), root::fingerprint(root)));
        }
        Ok(Finding::Fine)
    }
}

impl Verify {
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let now = self.at.unwrap_or_else(now);
        let text = input::text(&self.file)?;
        match input::signed(&text, &root::read_public(&self.root)?, self.min_version, now) {
            Ok(list) => self.show(&list, now, output),
            Err(error) => {
                if self.json {
                    output.line(json!({"refused": error.to_string()}))?;
                } else {
                    output.line(format_args!("refused: {error}"))?;
                }
                Ok(Finding::Wrong)
            }
        }
    }

    fn show(&self, list: &TrustList, now: Seconds, output: &mut Output) -> Result<Finding, Failure> {
        if self.json {
            output.line(serde_json::to_string_pretty(&list.to_json()).expect("plain data"))?;
        } else {
            let end = list.expires().map_or_else(|| "ever".to_owned(), rfc3339);
            let (version, issued) = (list.version(), rfc3339(list.issued()));
            output.line(format_args!("version {version}, issued {issued}, good until {end}"))?;
            output.text(&show::issuers(list, now))?;
        }
        Ok(Finding::Fine)
    }
}
