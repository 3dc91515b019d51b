//! `tongxing partner`: applications that people may allow to act for them (docs/partner-api.md).

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::partner::{Function, Functions};
use server::partner::registry;
use server::staff::By;

use super::staff::with;
use crate::Finding;
use crate::assemble;
use crate::config::Place;
use crate::failure::Failure;
use crate::output::Output;

/// Register partner applications, their public keys, and what they may ask people to allow.
#[derive(Debug, Subcommand)]
pub enum Partner {
    Add(Add),
    List(List),
    #[command(subcommand)]
    Key(Key),
    Suspend(Named),
    Resume(Named),
}

/// Register a partner application.
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    place: Place,
    /// The name that people are shown
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The https address that people are sent back to
    #[arg(long, value_name = "URL")]
    return_address: String,
    /// What it may use: apply, query, `make_code`, `declare_health`, `declare_trip`, correct, `verify_code`
    #[arg(long, value_name = "FUNCTIONS", value_delimiter = ',', required = true)]
    functions: Vec<Function>,
    /// A file with its public key, JWK or PEM
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// List all partners with their keys.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    place: Place,
}

/// Add and withdraw public keys.
#[derive(Debug, Subcommand)]
pub enum Key {
    Add(AddKey),
    Withdraw(WithdrawKey),
}

/// Add a public key: P-256 or Ed25519, JWK or PEM. Prints the keyid that its signatures name.
#[derive(Debug, Args)]
pub struct AddKey {
    #[command(flatten)]
    partner: Named,
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Withdraw a key, from the next request on.
#[derive(Debug, Args)]
pub struct WithdrawKey {
    #[command(flatten)]
    partner: Named,
    /// The key
    #[arg(value_name = "KEYID")]
    key_id: String,
}

/// Suspend a partner from its next request on, or let it go on.
#[derive(Debug, Args)]
pub struct Named {
    #[command(flatten)]
    place: Place,
    /// The name of the partner
    #[arg(value_name = "NAME")]
    name: String,
}

impl Partner {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let text = assemble::block_on(async {
            match self {
                Self::Add(add) => add.run().await,
                Self::List(List { place }) => list(&place).await,
                Self::Key(Key::Add(add)) => {
                    let key = read(&add.file)?;
                    add.partner.key(&key).await.map(|id| format!("keyid  {id}\n"))
                }
                Self::Key(Key::Withdraw(WithdrawKey { partner, key_id })) => {
                    partner.withdraw(&key_id).await.map(|()| "withdrawn\n".to_owned())
                }
                Self::Suspend(named) => named.suspend(true).await.map(|()| "suspended\n".to_owned()),
                Self::Resume(named) => named.suspend(false).await.map(|()| "active\n".to_owned()),
            }
        })?;
        output.text(&text)?;
        Ok(Finding::Fine)
    }
}

impl Add {
    async fn run(self) -> Result<String, Failure> {
        let Self { place, name, return_address, functions, key } = self;
        let key = key.as_ref().map(read).transpose()?;
        let functions: Functions = functions.into_iter().collect();
        with(&place, async |tools| {
            let by = By::COMMAND_LINE;
            let id = registry::add(tools, by, &name, &return_address, &functions).await?;
            Ok::<_, server::partner::PartnerError>(match &key {
                Some(key) => format!("keyid  {}\n", registry::add_key(tools, by, id, key).await?),
                None => "registered; it needs a key before it can do anything\n".to_owned(),
            })
        })
        .await
    }
}

impl Named {
    async fn key(&self, key: &str) -> Result<String, Failure> {
        with(&self.place, async |tools| {
            let id = registry::by_name(tools, &self.name).await?;
            registry::add_key(tools, By::COMMAND_LINE, id, key).await
        })
        .await
    }

    async fn withdraw(&self, key_id: &str) -> Result<(), Failure> {
        with(&self.place, async |tools| {
            let id = registry::by_name(tools, &self.name).await?;
            registry::withdraw_key(tools, By::COMMAND_LINE, id, key_id).await
        })
        .await
    }

    async fn suspend(&self, suspended: bool) -> Result<(), Failure> {
        with(&self.place, async |tools| {
            let id = registry::by_name(tools, &self.name).await?;
            registry::suspend(tools, By::COMMAND_LINE, id, suspended).await
        })
        .await
    }
}

async fn list(place: &Place) -> Result<String, Failure> {
    let all = with(place, async |tools| registry::list(tools).await).await?;
    let mut text = String::new();
    for registry::Registered { partner, keys } in all {
        let state = if partner.suspended_at.is_some() { "suspended" } else { "active" };
        let line = format!("{}\t{}\t{}\t{state}\n", partner.name, partner.functions, partner.return_address);
        text.push_str(&line);
        for key in keys {
            let state = if key.withdrawn_at.is_some() { "withdrawn" } else { "active" };
            text.extend(["\t", &key.key_id, "\t", &key.algorithm, "\t", state, "\n"]);
        }
    }
    Ok(text)
}

fn read(file: &PathBuf) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::new(format!("{}: {error}", file.display())))
}
