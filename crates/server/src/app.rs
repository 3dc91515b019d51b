//! What every handler is given: settings, clock, randomness, words and limits.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use credential::Temperature;
use domain::contact::Contact;
use domain::{Clock, Entropy, IdSource, Timestamp};
use store::Store;

use crate::checkpoint::abuse::Watch;
use crate::checkpoint::plain::Counted;
use crate::checkpoint::settings::DeviceSettings;
use crate::demonstration;
use crate::health::live::Live;
use crate::http::limits::Limits;
use crate::location::places::Places;
use crate::message::Messages;
use crate::pass::Issuer;
use crate::recognition::Recognition;
use crate::visit::VisitSettings;

/// How soon a report is to be acknowledged unless the installation says otherwise.
pub const REPORT_DUE: Duration = Duration::from_mins(15);

/// Settings of one installation, read and validated by `cli`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach the service, without a trailing slash: `https://code.example`.
    pub public_origin: String,
    /// The telephone number that help texts name.
    pub hotline: String,
    /// From which body temperature on a person is stopped: 37.3 °C in most places.
    pub temperature_threshold: Temperature,
    /// What devices at checkpoints go by.
    pub devices: DeviceSettings,
    /// How soon a health officer is to acknowledge a report of an abnormal temperature.
    pub report_due: Duration,
    /// Whom an e-mail tells that nobody did, if anybody.
    pub report_escalation: Option<Contact>,
    /// How soon an appeal is to be answered.
    pub appeal_due: Duration,
    /// How many companions a phone may have beside its owner.
    pub companions: u8,
    /// How visits are sealed, and how long they are kept.
    pub visits: VisitSettings,
    /// Proxies in front whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// True when the demonstration's people and sign-ins are loaded: every page says so.
    pub demonstration: bool,
}

impl Settings {
    /// Plain settings for tests.
    #[cfg(any(test, feature = "testing"))]
    pub fn for_tests() -> Self {
        Self {
            public_origin: "http://127.0.0.1:8080".to_owned(),
            hotline: "027-87122256".to_owned(),
            temperature_threshold: credential::THRESHOLD,
            devices: DeviceSettings::default(),
            report_due: REPORT_DUE,
            appeal_due: crate::appeal::DUE,
            report_escalation: None,
            companions: 5,
            visits: VisitSettings::default(),
            trusted_proxies: Vec::new(),
            demonstration: false,
        }
    }

    /// Whether cookies may carry `Secure` and the `__Host-` prefix: browsers refuse both on plain HTTP.
    pub fn is_https(&self) -> bool {
        self.public_origin.starts_with("https://")
    }
}

/// The parts that one server shares between all requests.
pub struct Parts {
    /// Settings of this installation.
    pub settings: Settings,
    /// The database.
    pub store: Store,
    /// The only way to learn the time.
    pub clock: Arc<dyn Clock>,
    /// The only source of randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Makes row ids.
    pub ids: IdSource,
    /// Signs passes and status lists, and publishes whose signature counts.
    pub signers: Issuer,
    /// Recognises the codes that travellers bring.
    pub recognition: Recognition,
    /// Sends messages, as far as it is configured.
    pub messages: Messages,
    /// Who watches the queue of reports.
    pub live: Live,
    /// How much one address may ask for.
    pub limits: Limits,
    /// What devices at checkpoints go by, and what they send.
    pub checkpoint: crate::checkpoint::Parts,
    /// What is remembered of scans, to notice what is no checking.
    pub watch: Watch,
    /// Which checks on the page without script have been counted.
    pub counted: Counted,
    /// What the codes of posters lead to.
    pub places: Places,
    /// Visits on their way to the database, and what is counted of them.
    pub visit: crate::visit::Parts,
    /// The key of the public log.
    pub transparency: crate::transparency::Parts,
    /// What the demonstration shows, if there is one.
    pub shown_demonstration: demonstration::Shown,
}

/// A shared handle on [`Parts`], cloned into every handler.
#[derive(Clone)]
pub struct App {
    parts: Arc<Parts>,
    /// The moment at which the demonstration makes its past.
    as_of: Option<Timestamp>,
}

impl App {
    /// Wraps the parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts), as_of: None }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.as_of.unwrap_or_else(|| self.clock.now())
    }

    /// The same service at this moment: for the demonstration, whose people did something before the visitor came.
    #[must_use]
    pub(crate) fn as_of(&self, then: Timestamp) -> Self {
        Self { as_of: Some(then), ..self.clone() }
    }

    /// A new row id.
    pub fn new_id<T>(&self) -> domain::Id<T> {
        self.ids.next(self.now(), &*self.entropy)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}
