//! Who is asking: a member of staff, a phone, a machine client, or a partner.
//!
//! A session is a random token in a cookie (or, for machine clients, in `Authorization: Bearer`); the
//! database holds only its SHA-256, so that a copied database signs nobody in. The guard puts one of these
//! actors into the request; handlers take it as an extractor and cannot run without.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::kind::{
    ApiClientId, ApplicationId, DeskVisitId, DeviceSessionId, HolderId, InspectorDeviceId, PartnerId,
    StaffId, UnitId,
};
use domain::partner::Functions;
use domain::{Entropy, Role};

use super::{Failure, Kind};
use crate::staff::By;

/// A staff session ends this long after signing in, whatever happens (assurance.md, Security).
pub const STAFF_ABSOLUTE: Duration = Duration::from_hours(12);
/// A staff session ends after this long without a request.
pub const STAFF_IDLE: Duration = Duration::from_mins(30);
/// A visit at a service desk ends after this long without a request: the computer is shared.
pub const VISIT_IDLE: Duration = Duration::from_mins(10);
/// How stale the time of the last request may be: spares a write for each request.
pub const SEEN_GRAIN: Duration = Duration::from_mins(1);

/// A signed-in member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Whose session.
    pub id: StaffId,
    /// The name that pages show.
    pub name: String,
    /// The unit they belong to.
    pub unit: UnitId,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Hash of the session's token, to end it.
    pub session: [u8; 32],
}

/// An entry of the staff navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NavLink {
    /// Where it leads.
    pub path: &'static str,
    /// Locale key of its words.
    pub key: &'static str,
}

const NAVIGATION: [(Role, NavLink); 23] = [
    (Role::FilingOfficer, NavLink { path: "/filing", key: "nav-filing" }),
    (Role::DeskOfficer, NavLink { path: "/desk", key: "nav-desk" }),
    (Role::Reviewer, NavLink { path: "/review", key: "nav-review" }),
    (Role::Reviewer, NavLink { path: "/review/locations", key: "nav-review-locations" }),
    (Role::Inspector, NavLink { path: "/inspect", key: "nav-inspect" }),
    (Role::Inspector, NavLink { path: "/check", key: "nav-check" }),
    (Role::LocationManager, NavLink { path: "/locations", key: "nav-locations" }),
    (Role::HealthOfficer, NavLink { path: "/reports", key: "nav-reports" }),
    (Role::HealthOfficer, NavLink { path: "/cases", key: "nav-cases" }),
    (Role::HealthOfficer, NavLink { path: "/evidence", key: "nav-evidence" }),
    (Role::HealthOfficer, NavLink { path: "/appeals", key: "nav-appeals" }),
    (Role::Administrator, NavLink { path: "/staff", key: "nav-staff" }),
    (Role::Administrator, NavLink { path: "/staff/units", key: "nav-units" }),
    (Role::Administrator, NavLink { path: "/staff/checkpoints", key: "nav-checkpoints" }),
    (Role::Administrator, NavLink { path: "/locations/flags", key: "nav-location-flags" }),
    (Role::Administrator, NavLink { path: "/staff/devices", key: "nav-devices" }),
    (Role::Administrator, NavLink { path: "/staff/partners", key: "nav-partners" }),
    (Role::Administrator, NavLink { path: "/staff/messages", key: "nav-messages" }),
    (Role::Administrator, NavLink { path: "/staff/visit-keys", key: "nav-visit-keys" }),
    (Role::Administrator, NavLink { path: "/staff/evidence-stops", key: "nav-evidence-stops" }),
    (Role::Administrator, NavLink { path: "/staff/audit-orders", key: "nav-audit-orders" }),
    (Role::Auditor, NavLink { path: "/audit", key: "nav-audit" }),
    (Role::Auditor, NavLink { path: "/audit/accesses", key: "nav-accesses" }),
];

impl Staff {
    /// Whether they have any of these roles; any member of staff will do where none is named.
    pub fn may(&self, roles: &[Role]) -> bool {
        roles.is_empty() || roles.iter().any(|role| self.roles.contains(role))
    }

    /// The pages that their roles open.
    pub fn links(&self) -> Vec<NavLink> {
        links_of(&self.roles)
    }
}

/// The pages that these roles open; the first is where signing in leads to.
pub fn links_of(roles: &[Role]) -> Vec<NavLink> {
    NAVIGATION.iter().filter(|(role, _)| roles.contains(role)).map(|(_, link)| *link).collect()
}

/// A visit at a service desk: there a member of staff does for a person what they would do on a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtDesk {
    /// Which visit.
    pub visit: DeskVisitId,
    /// Who sits at the desk.
    pub by: By,
}

/// A phone with a device session: a draft, an application or a holder's code. At a service desk, the person who
/// stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// The session of the person whom the phone shows: its owner's, or a companion's.
    pub id: DeviceSessionId,
    /// The phone's own session, which the cookie opens; the same as `id` where the owner is shown.
    pub phone: DeviceSessionId,
    /// The application that this phone made, if any.
    pub application: Option<ApplicationId>,
    /// The holder whose code this phone may show, once there is one.
    pub holder: Option<HolderId>,
    /// The visit at a desk in which this session is used, where it is no phone that asks.
    pub desk: Option<AtDesk>,
}

impl Device {
    /// Whether the phone shows somebody whom its owner takes care of.
    pub fn is_companion(&self) -> bool {
        self.id != self.phone
    }
}

/// A machine client of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Which client.
    pub id: ApiClientId,
    /// The unit that it writes for.
    pub unit: UnitId,
}

/// A partner that has signed its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Which partner.
    pub id: PartnerId,
    /// The unit under which it stands in the record of accesses.
    pub unit: UnitId,
    /// What it may be allowed.
    pub functions: Functions,
}

/// An inspector's device that has signed its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectorDevice {
    /// Which device.
    pub id: InspectorDeviceId,
    /// Its public key: the uncompressed point (SEC 1) on P-256.
    pub public_key: Vec<u8>,
    /// When it was last heard of.
    pub seen_at: Option<domain::Timestamp>,
}

macro_rules! actor {
    ($($actor:ty => $missing:ident;)*) => {$(
        impl<S: Sync> FromRequestParts<S> for $actor {
            type Rejection = Failure;

            async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
                parts.extensions.get::<Self>().cloned().ok_or(Failure::of(Kind::$missing))
            }
        }
    )*};
}
actor! {
    Staff => SIGN_IN;
    Device => NO_SESSION;
    Client => SIGN_IN;
    Partner => SIGNATURE;
    InspectorDevice => SIGNATURE;
}

/// A new token: 256 random bits as text for the cookie, and the hash that the database keeps.
pub fn new_token(entropy: &dyn Entropy) -> (String, [u8; 32]) {
    let token = URL_SAFE_NO_PAD.encode(entropy.bytes::<32>());
    let hash = token_hash(&token);
    (token, hash)
}

/// What the database keeps of a token.
pub fn token_hash(token: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}
