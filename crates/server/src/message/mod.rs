//! Messages to people by e-mail and text message: words, outbox, transports.
//!
//! Use cases write a message with [`enqueue`] in the transaction of what it tells of; [`deliver`] sends it afterwards,
//! with patience. Used by `application`, `decision`, `review` and `contact`. The decisions that matter: **no request
//! ever waits for a mail server**; what stands in the outbox are sealed facts, and words are made of them when the
//! message is sent; no message holds anything about health or the number of a document.

pub mod deliver;
pub mod ending;
mod enqueue;
pub mod page;
pub mod render;
#[cfg(test)]
pub(crate) mod tests;
pub mod transport;

use std::sync::Arc;
use std::time::Duration;

use domain::contact::Channel;

pub use enqueue::{enqueue, enqueue_code, enqueue_escalation, enqueue_for_holder, enqueue_to};
pub use page::endpoints;
use transport::Transport;

use crate::App;

/// How long a message that is no one-time code is worth sending.
pub const WORTH: Duration = Duration::from_hours(48);

/// The ways by which messages leave this installation.
#[derive(Default, Clone)]
pub struct Messages {
    /// E-mail, if a mail server is configured.
    pub mail: Option<Arc<dyn Transport>>,
    /// Text messages, if a gateway is configured.
    pub text: Option<Arc<dyn Transport>>,
}

impl Messages {
    /// What sends messages of this channel.
    pub fn transport(&self, channel: Channel) -> Option<&Arc<dyn Transport>> {
        match channel {
            Channel::Mail => self.mail.as_ref(),
            Channel::Text => self.text.as_ref(),
        }
    }
}

/// Whether people can be reached by this channel: it is configured, or the demonstration shows what would be sent.
pub fn offers(app: &App, channel: Channel) -> bool {
    app.messages.transport(channel).is_some() || app.settings.demonstration
}

/// Whether people can be reached at all.
pub fn offers_any(app: &App) -> bool {
    Channel::ALL.into_iter().any(|channel| offers(app, channel))
}
