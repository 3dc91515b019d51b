//! E-mail by SMTP (RFC 5321), with the crate `lettre`.
//!
//! One connection a message: a mail server that went away is never met as a half-dead connection. What the server
//! answers is reduced to a class before it leaves this file: it may name the recipient.

use std::time::{Duration, SystemTime};

use domain::Timestamp;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use store::rows::outbox::FailureClass;

use super::{Sending, TIMEOUT, Transport};
use crate::message::render::Rendered;

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a server on this machine.
    None,
    /// Plain at first, then TLS or nothing (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Implicit,
}

/// Where the mail server is and who we are there.
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// The authorities, in PEM, under which its certificate counts; the machine's own where none are named.
    pub roots: Option<Vec<u8>>,
    /// Name and password, if it wants them.
    pub login: Option<(String, String)>,
    /// From whom mails come: `Tongxing <no-reply@code.example>`.
    pub from: String,
}

/// Why the mail server cannot be used as configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailConfigError {
    /// Not an address of the form `Name <name@host>`.
    #[error("the sender is not an address such as Tongxing <no-reply@code.example>")]
    From,
    /// The authorities cannot be read.
    #[error("the authorities are not certificates in PEM")]
    Roots,
    /// TLS cannot be set up for this host.
    #[error("TLS cannot be set up")]
    Tls,
}

/// Sends e-mail.
pub struct SmtpMail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    clock: std::sync::Arc<dyn domain::Clock>,
}

/// `Auto-Submitted` (RFC 3834): no holiday replies, please.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl SmtpMail {
    /// Sends through this server. Nothing is connected to yet.
    pub fn new(
        server: MailServer,
        clock: std::sync::Arc<dyn domain::Clock>,
    ) -> Result<Self, MailConfigError> {
        let from: Mailbox = server.from.parse().map_err(|_| MailConfigError::From)?;
        let tls = match server.security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(parameters(&server)?),
            Security::Implicit => Tls::Wrapper(parameters(&server)?),
        };
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host)
            .port(server.port)
            .tls(tls)
            .hello_name(hello)
            .timeout(Some(TIMEOUT));
        if let Some((user, password)) = server.login {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self { transport: builder.build(), from, clock })
    }

    fn message(&self, message: &Rendered) -> Option<Message> {
        let domain = self.from.email.domain();
        let part = |kind, text: &str| SinglePart::builder().header(kind).body(text.to_owned());
        let both = MultiPart::alternative()
            .singlepart(part(ContentType::TEXT_PLAIN, &message.text))
            .singlepart(part(ContentType::TEXT_HTML, &message.html));
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, message.to.as_str().parse().ok()?))
            .subject(message.subject.clone())
            .message_id(Some(format!("<{}@{domain}>", message.id)))
            .date(system_time(self.clock.now()))
            .header(AutoSubmitted)
            .multipart(both)
            .ok()
    }
}

fn parameters(server: &MailServer) -> Result<TlsParameters, MailConfigError> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(pem) = &server.roots {
        let roots = Certificate::from_pem(pem).map_err(|_| MailConfigError::Roots)?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(roots);
    }
    builder.build_rustls().map_err(|_| MailConfigError::Tls)
}

fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(at.seconds().unsigned_abs())
}

impl Transport for SmtpMail {
    fn send<'a>(&'a self, message: &'a Rendered) -> Sending<'a> {
        Box::pin(async move {
            let mail = self.message(message).ok_or(FailureClass::Unwritable)?;
            match tokio::time::timeout(TIMEOUT, self.transport.send(mail)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(class(&error, message.to.as_str().is_ascii())),
                Err(_) => Err(FailureClass::Unreachable),
            }
        })
    }
}

/// The class of what went wrong. 454, 530, 534 and 535 are about who we are (RFC 4954, section 6). An address in another
/// script that the server does not take (it has no SMTPUTF8) is the one recipient's trouble: the others go on.
fn class(error: &Error, is_ascii: bool) -> FailureClass {
    let code = error.status().map(u16::from);
    match code {
        Some(454 | 530 | 534 | 535) => FailureClass::Credentials,
        _ if error.is_permanent() => FailureClass::Refused,
        _ if error.is_transient() => FailureClass::Later,
        _ if error.is_client() && !is_ascii => FailureClass::Refused,
        // What the client itself cannot go on with: no TLS offered, no way to sign in that both know.
        _ if error.is_tls() || error.is_client() => FailureClass::Tls,
        _ => FailureClass::Unreachable,
    }
}
