//! An account for whoever runs a place: made by themselves, for locations alone.
//!
//! The decision that matters: **its sign-in name begins with `place.`**, whatever was chosen. Whether a name is taken must
//! be said here to anybody; so nobody learns by it which names members of staff have.

use domain::Role;

use crate::App;
use crate::staff::administer::{self, Added, NewAccount};
use crate::staff::sign_in::canonical_login;
use crate::staff::{StaffError, Tools};

/// What every sign-in name that is made here begins with.
pub const PREFIX: &str = "place.";
/// The unit of all of them. A name is data, in both languages of the pages that show it.
pub const UNIT: &str = "场所管理 Location managers";

/// The sign-in name that comes of what was typed.
pub fn login(typed: &str) -> String {
    let login = canonical_login(typed);
    if login.starts_with(PREFIX) { login } else { format!("{PREFIX}{login}") }
}

/// Makes the account.
pub async fn join(app: &App, typed: &str, name: &str, password: &str) -> Result<Added, StaffError> {
    // What is behind the prefix has the length that any name has at least.
    if canonical_login(typed).trim_start_matches(PREFIX).len() < 3 {
        return Err(StaffError::BadLogin);
    }
    let new = NewAccount {
        login: login(typed),
        name: name.to_owned(),
        unit: UNIT.to_owned(),
        roles: vec![Role::LocationManager],
        password: Some(password.to_owned()),
    };
    administer::join(Tools::of(app), new).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_member_of_staff_can_be_asked_for() {
        for typed in ["reviewer", "PLACE.reviewer", " Reviewer "] {
            assert_eq!(login(typed), "place.reviewer");
        }
    }
}
