//! Machine clients of the API: added, listed and disabled from the command line.

use domain::id::kind::{ApiClientId, UnitId};
use store::rows::staff::{ClientAccount, NewClient};
use store::{call, transact};

use super::administer::checked_name;
use super::{By, StaffError, Tools};
use crate::access;
use crate::http::route::Scope;
use crate::http::session::new_token;

/// Adds a client of the unit named `unit` (made if there is none). Gives its token, to be shown once: the
/// client sends it as `Authorization: Bearer`.
pub async fn add(tools: Tools<'_>, name: &str, unit: &str, scope: Scope) -> Result<String, StaffError> {
    let (name, unit) = (checked_name(name)?, checked_name(unit)?);
    let (token, token_hash) = new_token(tools.entropy);
    let (id, unit_id): (ApiClientId, UnitId) = (tools.id(), tools.id());
    let mut row =
        NewClient { id, name: name.to_owned(), unit_id, scope: scope.as_str().to_owned(), token_hash };
    let added = transact!(tools.store, "client.add", StaffError, |tx| {
        row.unit_id = call!(tx, staff::unit(unit_id, unit))?;
        call!(tx, client::insert(&row, tools.now))?;
        access::record_by(tx, tools, By::COMMAND_LINE, "add", "api_client", id).await?;
        Ok(())
    });
    match added {
        Err(StaffError::Store(error)) if error.is_unique() => Err(StaffError::ClientTaken),
        Err(error) => Err(error),
        Ok(()) => Ok(token),
    }
}

/// Every client, by name.
pub async fn list(tools: Tools<'_>) -> Result<Vec<ClientAccount>, StaffError> {
    store::read!(tools.store, "client.list", StaffError, |tx| { Ok(call!(tx, client::list())?) })
}

/// Ends a client's access from its next request on.
pub async fn disable(tools: Tools<'_>, name: &str) -> Result<(), StaffError> {
    transact!(tools.store, "client.disable", StaffError, |tx| {
        let clients = call!(tx, client::list())?;
        let client = clients.iter().find(|client| client.name == name).ok_or(StaffError::Unknown)?;
        call!(tx, client::disable(name, tools.now))?;
        access::record_by(tx, tools, By::COMMAND_LINE, "disable", "api_client", client.id).await?;
        Ok(())
    })
}
