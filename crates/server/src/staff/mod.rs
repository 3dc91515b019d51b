//! Staff: accounts with roles and a unit, signing in with password and one-time code, machine clients.
//!
//! The decision that matters: whatever is wrong with a sign-in, the answer is the same words after the same
//! work, and unknown logins are counted and locked like known ones; nobody learns here which accounts exist.
//! Use cases take [`Tools`] instead of a request, so that the command line calls them too.

use domain::id::kind::{StaffId, UnitId};
use domain::{Entropy, Id, IdSource, Role, Timestamp};
use store::Store;

use crate::App;
use crate::http::route::{Access, Endpoint, Object, Route};
use crate::http::session::Client;

pub mod account;
pub mod administer;
pub mod client;
pub mod error;
pub mod one_time;
pub mod page;
pub mod password;
pub mod sign_in;
#[cfg(test)]
mod tests;

pub use administer::{Added, NewAccount, add};
pub use client::{add as client_add, disable as client_disable, list as client_list};
pub use error::StaffError;

/// What the use cases of this folder work with.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// The database.
    pub store: &'a Store,
    /// The time at which the use case runs.
    pub now: Timestamp,
    /// Passwords, secrets, salts and tokens come from here.
    pub entropy: &'a dyn Entropy,
    /// Makes row ids.
    pub ids: &'a IdSource,
}

impl<'a> Tools<'a> {
    /// Those of a running server.
    pub fn of(app: &'a App) -> Self {
        Self { store: &app.store, now: app.now(), entropy: &*app.entropy, ids: &app.ids }
    }

    pub(crate) fn id<T>(&self) -> Id<T> {
        self.ids.next(self.now, self.entropy)
    }
}

/// Who does something to an account: stands in the record of accesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// The member of staff.
    pub staff: StaffId,
    /// Their unit.
    pub unit: UnitId,
}

impl By {
    /// Whoever may run commands on the server: recorded with ids that no row has.
    pub const COMMAND_LINE: Self = Self { staff: Id::from_i64(0), unit: Id::from_i64(0) };

    /// The application of a partner, which stands in the record under the unit of the partner's name.
    pub const fn partner(unit: UnitId) -> Self {
        Self { staff: Id::from_i64(1), unit }
    }

    /// A machine client, under its own id: ids of all kinds of rows are drawn from one source, so that no member of staff has
    /// it, and what it did leads to its name.
    pub const fn client(client: &Client) -> Self {
        Self { staff: Id::from_i64(client.id.as_i64()), unit: client.unit }
    }
}

impl From<&crate::http::session::Staff> for By {
    fn from(staff: &crate::http::session::Staff) -> Self {
        Self { staff: staff.id, unit: staff.unit }
    }
}

const ADMINISTRATORS: Access = Access::Staff(&[Role::Administrator]);
const SIGNED_IN: Access = Access::Staff(&[]);

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let own = |route: Route| route.objects(&[Object::OwnAccount]);
    let any = |route: Route| route.objects(&[Object::Any]);
    vec![
        Endpoint::new(Route::get("/staff/sign-in", Access::Everyone), page::sign_in::show),
        Endpoint::new(Route::post("/staff/sign-in", Access::Everyone), page::sign_in::submit),
        Endpoint::new(own(Route::post("/staff/sign-out", SIGNED_IN)), page::sign_in::sign_out),
        Endpoint::new(own(Route::get("/staff/account", SIGNED_IN)), page::account::show),
        Endpoint::new(own(Route::post("/staff/account", SIGNED_IN)), page::account::change_password),
        Endpoint::new(
            own(Route::post("/staff/account/sign-out", SIGNED_IN)),
            page::account::sign_out_everywhere,
        ),
        Endpoint::new(any(Route::get("/staff", ADMINISTRATORS)), page::list::show),
        Endpoint::new(any(Route::get("/staff/new", ADMINISTRATORS)), page::new::show),
        Endpoint::new(any(Route::post("/staff/new", ADMINISTRATORS)), page::new::submit),
        Endpoint::new(any(Route::get("/staff/{id}", ADMINISTRATORS)), page::person::show),
        Endpoint::new(any(Route::post("/staff/{id}", ADMINISTRATORS)), page::person::change),
        Endpoint::new(any(Route::post("/staff/{id}/disable", ADMINISTRATORS)), page::person::disable),
        Endpoint::new(any(Route::post("/staff/{id}/enable", ADMINISTRATORS)), page::person::enable),
        Endpoint::new(any(Route::post("/staff/{id}/password", ADMINISTRATORS)), page::person::reset_password),
        Endpoint::new(any(Route::post("/staff/{id}/codes", ADMINISTRATORS)), page::person::reset_codes),
        Endpoint::new(
            any(Route::get("/audit/accesses", Access::Staff(&[Role::Auditor]))),
            page::accesses::show,
        ),
    ]
}
