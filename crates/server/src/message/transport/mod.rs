//! The seam to mail servers and gateways: what is handed over, and why it was not taken.

pub mod mail;
pub mod text;

use std::pin::Pin;
use std::time::Duration;

use store::rows::outbox::FailureClass;

use super::render::Rendered;

/// How long one message may take to be handed over.
pub const TIMEOUT: Duration = Duration::from_secs(15);

/// Handing a message over.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), FailureClass>> + Send + 'a>>;

/// Something that takes messages.
pub trait Transport: Send + Sync {
    /// Hands one message over. `Ok` means that the other side has taken the responsibility for it.
    fn send<'a>(&'a self, message: &'a Rendered) -> Sending<'a>;
}

/// Whether nothing else will get through either, so that the others need not be tried now.
pub const fn is_of_the_way(class: FailureClass) -> bool {
    matches!(class, FailureClass::Unreachable | FailureClass::Tls | FailureClass::Credentials)
}

/// Whether trying again could help.
pub const fn may_pass(class: FailureClass) -> bool {
    is_of_the_way(class) || matches!(class, FailureClass::Later)
}
