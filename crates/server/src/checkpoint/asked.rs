//! What devices ask for, as JSON (docs/checkpoint-protocol.md): read from strangers' bytes, before anything is known of
//! the sender but, for some, a signature.

use domain::id::kind::{CheckpointId, InspectorDeviceId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::content::Name;
use super::envelope::Item;

/// The code, and the key that the device has made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeviceEnrolment)]
pub struct Enrolment {
    /// The enrolment code.
    #[schema(example = "7K3M92QD")]
    pub code: String,
    /// The 65 bytes of the uncompressed point on P-256, base64url.
    pub public_key: String,
}

/// Which shift.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ShiftRequest)]
pub struct Begin {
    /// 16 random bytes, base64url.
    #[schema(value_type = String)]
    pub shift: Name,
    /// The device.
    #[schema(value_type = String)]
    pub device: InspectorDeviceId,
    /// The checkpoint.
    #[schema(value_type = String)]
    pub checkpoint: CheckpointId,
    /// When, in seconds since 1970.
    pub at: i64,
    /// By the device's key, 64 bytes, base64url.
    pub signature: String,
}

/// Items, and how the device stands.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Outbox)]
pub struct Outbox {
    /// How many items the device still has, these too.
    pub waiting: u32,
    /// The number of its application.
    pub app: u32,
    /// At most 100.
    pub items: Vec<Item>,
}

/// What was typed or scanned.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RemoteCheck)]
pub struct Check {
    /// The shift that goes on.
    #[schema(value_type = String)]
    pub shift: Name,
    /// A short code, or the online form of a national code.
    pub text: String,
}
