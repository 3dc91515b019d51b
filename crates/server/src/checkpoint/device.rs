//! Enrolling a device: a code that an administrator hands over, once, for one key.

use domain::id::kind::{InspectorDeviceId, StaffId};
use store::{StoreError, call, transact};

use crate::App;
use crate::checkpoint::enrolment::EnrolmentCode;
use crate::http::{Kind, Problem};

/// Why a device was not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// Unknown, used, or over: nobody is told which.
    #[error("this enrolment code does not count")]
    Code,
    /// Not a point on P-256.
    #[error("public_key: expected the 65 bytes of an uncompressed point on P-256, in base64url")]
    Key,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for EnrolError {
    fn kind(&self) -> Kind {
        match self {
            Self::Code => Kind::ENROLMENT_CODE,
            Self::Key => Kind::INVALID,
            Self::Store(error) => error.kind(),
        }
    }

    fn detail(&self) -> Option<String> {
        matches!(self, Self::Key).then(|| self.to_string())
    }
}

/// What the database keeps of an enrolment code, however it was typed; `None` if it cannot be one.
pub fn code_hash(code: &str) -> Option<[u8; 32]> {
    EnrolmentCode::read(code).map(|code| code.hash())
}

/// Enrols the device of this code with its public key. Sent again, it is answered as before.
pub async fn enrol(
    app: &App,
    by: StaffId,
    code: &str,
    public_key: &[u8],
) -> Result<(InspectorDeviceId, String), EnrolError> {
    let hash = code_hash(code).ok_or(EnrolError::Code)?;
    let sound = credential::PublicKey::from_point(public_key).is_ok();
    let key: &[u8; 65] = public_key.try_into().ok().filter(|_| sound).ok_or(EnrolError::Key)?;
    let now = app.now();
    let enrolled = transact!(app.store, "checkpoint.enrol", EnrolError, |tx| {
        Ok(call!(tx, checkpoint::enrol(&hash, key, by, now))?)
    });
    match enrolled {
        // The key is another device's.
        Err(EnrolError::Store(error)) if error.is_unique() => Err(EnrolError::Code),
        enrolled => enrolled?.ok_or(EnrolError::Code),
    }
}
