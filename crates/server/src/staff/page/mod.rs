//! Pages of staff: signing in, the own account, administration, the record of accesses.

use domain::Role;

use crate::http::Page;

pub mod accesses;
pub mod account;
pub mod list;
pub mod new;
pub mod person;
pub mod sign_in;

/// A role as a form shows it.
pub struct RoleChoice {
    name: &'static str,
    label: String,
    hint: String,
    ticked: bool,
}

/// Every role, with those of `ticked` ticked.
fn role_choices(page: &Page, ticked: &[Role]) -> Vec<RoleChoice> {
    let choice = |role: Role| RoleChoice {
        name: role.as_str(),
        label: role_name(page, role),
        hint: page.t(format!("role-{}-hint", role.as_str().replace('_', "-"))),
        ticked: ticked.contains(&role),
    };
    Role::ALL.into_iter().map(choice).collect()
}

fn role_name(page: &Page, role: Role) -> String {
    page.t(format!("role-{}", role.as_str().replace('_', "-")))
}

/// What was ticked in a form; texts that are no role tick nothing.
fn ticked_roles(fields: &crate::http::Fields) -> Vec<Role> {
    fields.all("roles").filter_map(|name| name.parse().ok()).collect()
}
