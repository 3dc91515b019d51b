//! Which of the people of a phone a request is about.
//!
//! A phone may show several people, one at a time. The decision that matters: every form and every script names the
//! person whose page it stands on, as a part of its CSRF token, so that no page needs to remember to. A form of one
//! person that arrives while the phone shows another changes nothing and says so; a script, whose page goes on
//! showing its own person, is served for that one.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::kind::{DeskVisitId, DeviceSessionId};

/// The name of a person of a phone in tokens and forms; empty for the phone's owner. No secret and no permission: it
/// counts only beside the phone's cookie, and names nobody on another phone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonTag(String);

impl PersonTag {
    /// The phone's owner.
    pub const OWNER: Self = Self(String::new());

    /// A companion with this session.
    pub fn companion(id: DeviceSessionId) -> Self {
        Self::hashed(&format!("tongxing person v1 {id}"))
    }

    /// The person of this visit at a service desk: two who come one after the other are two people.
    pub fn visitor(id: DeskVisitId) -> Self {
        Self::hashed(&format!("tongxing visitor v1 {id}"))
    }

    fn hashed(text: &str) -> Self {
        let hash = digest(&SHA256, text.as_bytes());
        Self(URL_SAFE_NO_PAD.encode(&hash.as_ref()[..9]))
    }

    /// As a form or token gave it.
    pub fn given(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text for forms and tokens.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whose page this is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whose {
    /// The person.
    pub tag: PersonTag,
    /// What a companion is called on this phone; `None` for the phone's owner.
    pub name: Option<String>,
    /// Whether the phone has companions: then every page says whose it is.
    pub shared: bool,
}
