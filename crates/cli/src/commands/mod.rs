//! The command tree: one file a command.

mod authority;
mod client;
mod filing;
pub mod keys;
pub mod log;
mod mrz;
mod national_demo;
mod partner;
mod rules;
mod serve;
mod staff;
mod trust;
mod verify;

use clap::{Parser, Subcommand};

use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;

/// The health-code service Tongxing: runs it, checks its passes, and keeps its keys.
///
/// Exit status: 0 fine; 1 what was checked is wrong; 2 the command could not be carried out.
#[derive(Debug, Parser)]
#[command(name = "tongxing", version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(Box<serve::Serve>),
    // No alias of `serve`: its help would say "tongxing serve".
    /// The same as `serve`
    Run(Box<serve::Serve>),
    Verify(verify::Verify),
    Mrz(mrz::Mrz),
    #[command(subcommand)]
    Keys(keys::Keys),
    #[command(subcommand)]
    Trust(trust::Trust),
    #[command(subcommand)]
    Authority(authority::Authority),
    #[command(subcommand)]
    Staff(staff::Staff),
    #[command(subcommand)]
    Client(client::Client),
    #[command(subcommand)]
    Partner(partner::Partner),
    #[command(subcommand)]
    Filing(filing::Filing),
    #[command(subcommand)]
    Rules(rules::Rules),
    #[command(subcommand)]
    Log(log::Log),
    NationalDemo(national_demo::NationalDemo),
}

impl Cli {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        match self.command {
            Command::Serve(serve) | Command::Run(serve) => serve.run(output),
            Command::Verify(verify) => verify.run(output),
            Command::Mrz(mrz) => mrz.run(output),
            Command::Keys(keys) => keys.run(output),
            Command::Trust(trust) => trust.run(output),
            Command::Authority(authority) => authority.run(output),
            Command::Staff(staff) => staff.run(output),
            Command::Client(client) => client.run(output),
            Command::Partner(partner) => partner.run(output),
            Command::Filing(filing) => filing.run(output),
            Command::Rules(rules) => rules.run(output),
            Command::Log(log) => log.run(output),
            Command::NationalDemo(demo) => demo.run(output),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_tree_is_sound() {
        super::Cli::command().debug_assert();
    }
}
