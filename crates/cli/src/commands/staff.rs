//! `tongxing staff`: accounts from the command line, for the first administrator and for emergencies.

use clap::{Args, Subcommand};
use domain::{Clock as _, IdSource, Role};
use server::staff::{self, By, NewAccount, StaffError, Tools, administer};

use crate::Finding;
use crate::assemble;
use crate::config::Place;
use crate::failure::Failure;
use crate::output::Output;
use crate::system::{OsEntropy, SystemClock};

/// Add, list, disable and reset staff accounts.
#[derive(Debug, Subcommand)]
pub enum Staff {
    Add(Box<Add>),
    List(List),
    Disable(Named),
    Enable(Named),
    ResetPassword(Named),
    ResetCodes(Named),
}

/// Add an account. Prints its password and the secret of its one-time codes: this once.
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    place: Place,
    /// What they type to sign in
    #[arg(long, value_name = "LOGIN")]
    login: String,
    /// Their name, as pages show it
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The unit (office) that they belong to; made if there is none of this name
    #[arg(long, value_name = "UNIT")]
    unit: String,
    /// What they may do: `filing_officer`, `desk_officer`, reviewer, inspector, `health_officer`, administrator, auditor; more
    /// than one are separated by commas
    #[arg(long, value_name = "ROLE", required = true, value_delimiter = ',')]
    role: Vec<Role>,
}

/// List all accounts.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    place: Place,
}

/// One account, by its login.
#[derive(Debug, Args)]
pub struct Named {
    #[command(flatten)]
    place: Place,
    /// The login of the account
    #[arg(value_name = "LOGIN")]
    login: String,
}

impl Staff {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let text = assemble::block_on(async {
            match self {
                Self::Add(add) => add.run().await,
                Self::List(List { place }) => with(&place, async |tools| list(tools).await).await,
                Self::Disable(named) => {
                    named
                        .with(async |tools, id| {
                            administer::disable(tools, By::COMMAND_LINE, id).await?;
                            Ok("disabled; open sessions have ended\n".to_owned())
                        })
                        .await
                }
                Self::Enable(named) => {
                    named
                        .with(async |tools, id| {
                            administer::enable(tools, By::COMMAND_LINE, id).await?;
                            Ok("enabled\n".to_owned())
                        })
                        .await
                }
                Self::ResetPassword(named) => {
                    named
                        .with(async |tools, id| {
                            let password = administer::reset_password(tools, By::COMMAND_LINE, id).await?;
                            Ok(format!("password  {password}\n"))
                        })
                        .await
                }
                Self::ResetCodes(named) => {
                    named
                        .with(async |tools, id| {
                            let codes = administer::reset_codes(tools, By::COMMAND_LINE, id).await?;
                            Ok(format!("secret    {}\nset up    {}\n", codes.text, codes.uri))
                        })
                        .await
                }
            }
        })?;
        output.text(&text)?;
        Ok(Finding::Fine)
    }
}

impl Add {
    async fn run(self) -> Result<String, Failure> {
        let Self { place, login, name, unit, role } = self;
        let new = NewAccount { login, name, unit, roles: role, password: None };
        with(&place, async |tools| {
            let added = staff::add(tools, By::COMMAND_LINE, new.clone()).await?;
            Ok::<_, StaffError>(format!(
                "login     {}\npassword  {}\nsecret    {}\nset up    {}\n\
                 Hand these over now, in person: they are kept nowhere and not shown again.\n",
                added.login, added.password, added.codes.text, added.codes.uri
            ))
        })
        .await
    }
}

impl Named {
    async fn with(
        &self,
        work: impl AsyncFn(Tools<'_>, domain::id::kind::StaffId) -> Result<String, StaffError>,
    ) -> Result<String, Failure> {
        with(&self.place, async |tools| {
            let account = administer::by_login(tools, &self.login).await?;
            work(tools, account.id).await
        })
        .await
    }
}

async fn list(tools: Tools<'_>) -> Result<String, StaffError> {
    let (accounts, _) = administer::list(tools).await?;
    let line = |account: &store::rows::staff::Account| {
        let roles: Vec<&str> = account.roles.iter().map(|role| role.as_str()).collect();
        let state = if account.disabled_at.is_some() { "disabled" } else { "active" };
        format!("{}\t{}\t{}\t{}\t{state}\n", account.login, account.name, account.unit, roles.join(","))
    };
    Ok(accounts.iter().map(line).collect())
}

/// Opens the installation's database and works on it with the real time and randomness.
pub(super) async fn with<T, E: std::fmt::Display>(
    place: &Place,
    work: impl AsyncFnOnce(Tools<'_>) -> Result<T, E>,
) -> Result<T, Failure> {
    let store = assemble::open(place).await?;
    let ids = IdSource::default();
    let tools = Tools { store: &store, now: SystemClock.now(), entropy: &OsEntropy, ids: &ids };
    let result = work(tools).await;
    store.close().await;
    result.map_err(|error| Failure::new(error.to_string()))
}
