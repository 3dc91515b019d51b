//! The devices that inspectors use: naming one, its enrolment code, withdrawing it.

use domain::id::kind::InspectorDeviceId;
use store::rows::checkpoint::{InspectorDeviceRow, NewInspectorDevice};
use store::{call, read, transact};

use super::{AdminError, By, Tools, same};
use crate::access;
use crate::checkpoint::enrolment::{EnrolmentCode, LIFE};

/// Every device, those in use first.
pub async fn list(tools: Tools<'_>) -> Result<Vec<InspectorDeviceRow>, AdminError> {
    read!(tools.store, "device.list", AdminError, |tx| { Ok(call!(tx, checkpoint::devices())?) })
}

/// One device.
pub async fn one(tools: Tools<'_>, id: InspectorDeviceId) -> Result<InspectorDeviceRow, AdminError> {
    read!(tools.store, "device.one", AdminError, |tx| {
        call!(tx, checkpoint::device(id))?.ok_or(AdminError::Unknown)
    })
}

/// Names a device. Gives the code with which it is enrolled: kept nowhere, to be shown once.
pub async fn add(
    tools: Tools<'_>,
    by: By,
    typed: &str,
) -> Result<(InspectorDeviceId, EnrolmentCode), AdminError> {
    let name = super::name(typed)?;
    let (id, code): (InspectorDeviceId, _) = (tools.id(), EnrolmentCode::draw(tools.entropy));
    let code_until = tools.now.plus(LIFE);
    let (kept, by_staff) = (name.as_str().to_owned(), by.staff);
    let new = NewInspectorDevice { id, name: kept, code_hash: code.hash(), code_until, by: by_staff };
    let added = transact!(tools.store, "device.add", AdminError, |tx| {
        if call!(tx, checkpoint::devices())?.iter().any(|one| same(&one.name, &name)) {
            return Err(AdminError::NameTaken);
        }
        call!(tx, checkpoint::add_device(&new, tools.now))?;
        Ok(access::record_by(tx, tools, by, "add", "inspector-device", id).await?)
    });
    match added {
        Err(AdminError::Store(error)) if error.is_unique() => Err(AdminError::NameTaken),
        Err(error) => Err(error),
        Ok(()) => Ok((id, code)),
    }
}

/// Another code for a device that has not been enrolled; the one before counts no more.
pub async fn new_code(tools: Tools<'_>, by: By, id: InspectorDeviceId) -> Result<EnrolmentCode, AdminError> {
    let code = EnrolmentCode::draw(tools.entropy);
    let (hash, until) = (code.hash(), tools.now.plus(LIFE));
    transact!(tools.store, "device.new_code", AdminError, |tx| {
        if !call!(tx, checkpoint::new_code(id, &hash, until))? {
            return Err(AdminError::Unknown);
        }
        Ok(access::record_by(tx, tools, by, "change", "inspector-device", id).await?)
    })?;
    Ok(code)
}

/// Withdraws a device: it is refused from its next request on.
pub async fn withdraw(tools: Tools<'_>, by: By, id: InspectorDeviceId) -> Result<(), AdminError> {
    transact!(tools.store, "device.withdraw", AdminError, |tx| {
        if !call!(tx, checkpoint::withdraw(id, by.staff, tools.now))? {
            return Err(AdminError::Unknown);
        }
        Ok(access::record_by(tx, tools, by, "withdraw", "inspector-device", id).await?)
    })
}
