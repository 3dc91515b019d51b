//! The list of staff.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::Role;
use store::rows::staff::Account;

use super::role_name;
use crate::App;
use crate::http::Failure;
use crate::http::page::{self, Page};
use crate::staff::{Tools, administer};

/// What the page shows.
#[derive(Template)]
#[template(path = "staff/list.html")]
pub struct ListPage {
    page: Page,
    accounts: Vec<Account>,
}

impl ListPage {
    fn roles(&self, account: &Account) -> Vec<String> {
        account.roles.iter().map(|role| role_name(&self.page, *role)).collect()
    }

    /// Three people, one disabled.
    pub fn samples(page: &Page) -> Vec<Self> {
        let account = super::person::sample_account;
        let accounts = vec![
            account("li.si", "Li Si", &[Role::FilingOfficer], false),
            account("wang.wu", "Wang Wu", &[Role::Reviewer, Role::Inspector, Role::Auditor], false),
            account("zhao.liu", "Zhao Liu", &[Role::Administrator], true),
        ];
        vec![Self { page: page.clone(), accounts }]
    }
}

/// `GET /staff`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let (accounts, _) = administer::list(Tools::of(&app)).await?;
    page::show(&ListPage { page, accounts })
}
