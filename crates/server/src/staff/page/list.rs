//! The list of staff.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::{Role, Timestamp};
use store::rows::staff::Account;
use visits::Day;

use super::role_name;
use crate::App;
use crate::http::Failure;
use crate::http::page::{self, Page};
use crate::staff::{Tools, administer};
use crate::visit::keys::{self, Missing, RunOut};

/// What the page shows.
#[derive(Template)]
#[template(path = "staff/list.html")]
pub struct ListPage {
    page: Page,
    accounts: Vec<Account>,
    /// When nobody registers visits any more, if that is soon.
    run_out: Option<RunOut>,
}

impl ListPage {
    fn roles(&self, account: &Account) -> Vec<String> {
        account.roles.iter().map(|role| role_name(&self.page, *role)).collect()
    }

    /// From when on nobody registers visits, and whose keys are missing.
    fn run_out_day(&self, run_out: &RunOut) -> String {
        self.page.words.date(Timestamp::of_day(i64::from(run_out.day.number())))
    }

    /// Three people, one disabled; keys of visits that last, and that do not.
    pub fn samples(page: &Page) -> Vec<Self> {
        let account = super::person::sample_account;
        let accounts = vec![
            account("li.si", "Li Si", &[Role::FilingOfficer], false),
            account("wang.wu", "Wang Wu", &[Role::Reviewer, Role::Inspector, Role::Auditor], false),
            account("zhao.liu", "Zhao Liu", &[Role::Administrator], true),
        ];
        let day = Day::of(Timestamp::from_seconds(1_795_435_200));
        let out = |in_days| Some(RunOut { day, in_days, missing: Missing::Second });
        let one = |run_out| Self { page: page.clone(), accounts: accounts.clone(), run_out };
        vec![one(None), one(out(6)), one(out(0))]
    }
}

/// `GET /staff`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let (accounts, _) = administer::list(Tools::of(&app)).await?;
    let run_out = keys::run_out(&app).await?;
    page::show(&ListPage { page, accounts, run_out })
}
