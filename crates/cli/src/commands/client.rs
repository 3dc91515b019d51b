//! `tongxing client`: tokens for the programs of authorities that use the API.

use clap::{Args, Subcommand};
use server::http::route::Scope;
use server::staff;

use super::staff::with;
use crate::Finding;
use crate::assemble;
use crate::config::Place;
use crate::failure::Failure;
use crate::output::Output;

/// Add, list and disable machine clients of the API.
#[derive(Debug, Subcommand)]
pub enum Client {
    Add(Add),
    List(List),
    Disable(Disable),
}

/// Add a client of an authority. Prints its token: this once.
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    place: Place,
    /// The name of the program
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The unit that it works for; made if there is none of this name
    #[arg(long, value_name = "UNIT")]
    unit: String,
    /// What it may do: `filing` files passports and permit records, `health` reads reports of abnormal temperatures,
    /// `evidence` states facts about people, most of which a person of another unit confirms
    #[arg(long, value_name = "SCOPE", default_value = "filing", value_parser = scope)]
    scope: Scope,
}

fn scope(text: &str) -> Result<Scope, &'static str> {
    Scope::from_name(text).ok_or("expected filing, health or evidence")
}

/// List all clients.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    place: Place,
}

/// End a client's access from its next request on.
#[derive(Debug, Args)]
pub struct Disable {
    #[command(flatten)]
    place: Place,
    /// The name of the client
    #[arg(value_name = "NAME")]
    name: String,
}

impl Client {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let text = assemble::block_on(async {
            match self {
                Self::Add(Add { place, name, unit, scope }) => {
                    let token =
                        with(&place, async |tools| staff::client_add(tools, &name, &unit, scope).await);
                    Ok(format!("token  {}\nIt is kept nowhere and not shown again.\n", token.await?))
                }
                Self::List(List { place }) => {
                    with(&place, async |tools| {
                        let clients = staff::client_list(tools).await?;
                        let state = |disabled: bool| if disabled { "disabled" } else { "active" };
                        let line = |c: &store::rows::staff::ClientAccount| {
                            let state = state(c.disabled_at.is_some());
                            format!("{}\t{}\t{}\t{state}", c.name, c.unit, c.scope)
                        };
                        let mut text = clients.iter().map(line).collect::<Vec<_>>().join("\n");
                        text.push('\n');
                        Ok::<_, staff::StaffError>(text)
                    })
                    .await
                }
                Self::Disable(Disable { place, name }) => {
                    with(&place, async |tools| staff::client_disable(tools, &name).await).await?;
                    Ok("disabled\n".to_owned())
                }
            }
        })?;
        output.text(&text)?;
        Ok(Finding::Fine)
    }
}
