//! The mail server and the gateway for text messages: their options, their files, and what sends with them.
//!
//! The decision that matters: nothing leaves this machine unprotected. Plain SMTP and plain HTTP are for a server on a
//! loopback address, and a demonstration sends nothing at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use credential::Es256Key;
use rustls::RootCertStore;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use server::message::Messages;
use server::message::transport::Transport;
use server::message::transport::mail::{MailServer, Security, SmtpMail};
use server::message::transport::text::{Gateway, HttpText};
use server::recognition::national::Transport as Http;
use server::recognition::national::signature::is_word;
use zeroize::{Zeroize as _, Zeroizing};

use crate::failure::Failure;
use crate::national::read_roots;
use crate::private;
use crate::system::{OsEntropy, SystemClock};

/// How messages leave, as given.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct MessageOptions {
    /// The mail server: smtps://HOST (TLS at once), smtp://HOST (STARTTLS), smtp-plain://127.0.0.1 (this machine
    /// only); a port may follow. Without it no e-mail is offered (docs/messages.md)
    #[arg(long, value_name = "URL", env = "TONGXING_MAIL_SERVER", value_parser = mail_url, requires = "mail_from")]
    pub mail_server: Option<MailUrl>,
    /// From whom e-mail comes, such as: Tongxing <no-reply@code.example>
    #[arg(long, value_name = "ADDRESS", env = "TONGXING_MAIL_FROM", requires = "mail_server")]
    pub mail_from: Option<String>,
    /// The private file with the user and the password of the mail server
    #[arg(long, value_name = "FILE", env = "TONGXING_MAIL_LOGIN", requires = "mail_server")]
    pub mail_login: Option<PathBuf>,
    /// The authorities (PEM) under which the mail server's certificate counts [default: those of this machine]
    #[arg(long, value_name = "FILE", env = "TONGXING_MAIL_CA", requires = "mail_server")]
    pub mail_ca: Option<PathBuf>,
    /// Where text messages are posted to: https://HOST/PATH, or http:// on a loopback host. Without it no text
    /// messages are offered
    #[arg(long, value_name = "URL", env = "TONGXING_TEXT_GATEWAY", value_parser = gateway_url, requires_all = ["text_key", "text_sender"])]
    pub text_gateway: Option<String>,
    /// The name or number that text messages come from
    #[arg(long, value_name = "NAME", env = "TONGXING_TEXT_SENDER", requires = "text_gateway")]
    pub text_sender: Option<String>,
    /// The private file with our key at the gateway, which signs the requests
    #[arg(long, value_name = "FILE", env = "TONGXING_TEXT_KEY", requires = "text_gateway")]
    pub text_key: Option<PathBuf>,
    /// The authorities (PEM) under which the gateway's certificate counts; no others do
    #[arg(long, value_name = "FILE", env = "TONGXING_TEXT_CA", requires = "text_gateway")]
    pub text_ca: Option<PathBuf>,
}

/// A mail server's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailUrl {
    host: String,
    port: u16,
    security: Security,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LoginFile {
    user: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    key_id: String,
    pkcs8: String,
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        self.pkcs8.zeroize();
    }
}

impl MessageOptions {
    /// Checks the options together. A demonstration's people are invented: their addresses may be somebody's.
    pub fn check(&self, demo: bool) -> Result<(), Failure> {
        let configured = self.mail_server.is_some() || self.text_gateway.is_some();
        if demo && configured {
            return Err(Failure::new("--mail-server, --text-gateway: a demonstration sends nothing")
                .advice("leave them out, or leave out --demo"));
        }
        match &self.text_gateway {
            Some(url) if url.starts_with("https:") && self.text_ca.is_none() => {
                Err(Failure::new(format!("--text-gateway {url}: --text-ca is missing"))
                    .advice("give the certificates of the authorities that the gateway's comes from"))
            }
            _ => Ok(()),
        }
    }

    /// What sends with these options. Files are read now; nothing is connected to.
    pub fn messages(&self) -> Result<Messages, Failure> {
        Ok(Messages { mail: self.mail()?, text: self.text()? })
    }

    fn mail(&self) -> Result<Option<Arc<dyn Transport>>, Failure> {
        let (Some(url), Some(from)) = (&self.mail_server, &self.mail_from) else { return Ok(None) };
        let login = self
            .mail_login
            .as_deref()
            .map(|path| secret::<LoginFile>(path, "expected {\"user\": …, \"password\": …}"));
        let roots = self
            .mail_ca
            .as_deref()
            .map(|path| fs::read(path).map_err(|error| Failure::file("read", path, &error)));
        let server = MailServer {
            host: url.host.clone(),
            port: url.port,
            security: url.security,
            roots: roots.transpose()?,
            login: login.transpose()?.map(|file| (file.user, file.password)),
            from: from.clone(),
        };
        let mail = SmtpMail::new(server, Arc::new(SystemClock)).map_err(|error| {
            Failure::new(format!("e-mail cannot be sent: {error}"))
                .advice("check --mail-server, --mail-from and --mail-ca")
        })?;
        Ok(Some(Arc::new(mail)))
    }

    fn text(&self) -> Result<Option<Arc<dyn Transport>>, Failure> {
        let (Some(url), Some(path)) = (&self.text_gateway, self.text_key.as_deref()) else { return Ok(None) };
        let file: KeyFile = secret(path, "expected {\"key_id\": …, \"pkcs8\": base64}")?;
        let broken = |what: &str| Failure::new(format!("{}: {what}", path.display()));
        if !is_word(&file.key_id) {
            return Err(broken("a key's name must be 1 to 64 letters, digits and the characters - . _ : /"));
        }
        let der =
            STANDARD.decode(&file.pkcs8).map(Zeroizing::new).map_err(|_| broken("pkcs8 is not base64"))?;
        let key = Es256Key::from_pkcs8(&der).map_err(|_| broken("pkcs8 is not a private key on P-256"))?;
        let roots = self
            .text_ca
            .as_deref()
            .map_or_else(|| Ok(RootCertStore::empty()), |path| read_roots(path, "--text-ca"))?;
        let http = Http::new(roots)
            .map_err(|error| Failure::new(format!("TLS to the gateway cannot be used: {error}")))?;
        let gateway = Gateway {
            url: url.clone(),
            sender: self.text_sender.clone().unwrap_or_default(),
            key_id: file.key_id.clone(),
            key: Arc::new(key),
        };
        Ok(Some(Arc::new(HttpText::new(gateway, http, Arc::new(SystemClock), Arc::new(OsEntropy)))))
    }
}

fn secret<T: DeserializeOwned>(path: &Path, expected: &str) -> Result<T, Failure> {
    let text = private::read(path)?;
    serde_json::from_str(&text)
        .map_err(|_| Failure::new(format!("{} cannot be used", path.display())).advice(expected))
}

fn is_loopback(host: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]"].contains(&host)
}

fn mail_url(text: &str) -> Result<MailUrl, &'static str> {
    const EXPECTED: &str = "expected smtps://HOST, smtp://HOST, or smtp-plain:// with localhost, 127.0.0.1 or [::1]; \
                            :PORT may follow";
    let (scheme, rest) = text.split_once("://").ok_or(EXPECTED)?;
    let (security, port) = match scheme {
        "smtps" => (Security::Implicit, 465),
        "smtp" => (Security::StartTls, 587),
        "smtp-plain" => (Security::None, 25),
        _ => return Err(EXPECTED),
    };
    let authority: axum::http::uri::Authority = rest.parse().map_err(|_| EXPECTED)?;
    let host = authority.host();
    let named = authority.as_str() == rest && !rest.contains('@') && !host.is_empty();
    if !named || (security == Security::None && !is_loopback(host)) {
        return Err(EXPECTED);
    }
    let host = host.trim_matches(['[', ']']).to_owned();
    Ok(MailUrl { host, port: authority.port_u16().unwrap_or(port), security })
}

fn gateway_url(text: &str) -> Result<String, &'static str> {
    const EXPECTED: &str = "expected https://HOST/PATH; http:// only for localhost, 127.0.0.1 and [::1]";
    let uri: axum::http::Uri = text.parse().map_err(|_| EXPECTED)?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or(EXPECTED)?;
    let fits = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_loopback(authority.host()),
        _ => false,
    };
    if fits && uri.query().is_none() { Ok(text.to_owned()) } else { Err(EXPECTED) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_named_with_its_protection() {
        let read = |text: &str| mail_url(text).map(|url| (url.host, url.port, url.security));
        assert_eq!(read("smtps://mail.example"), Ok(("mail.example".to_owned(), 465, Security::Implicit)));
        assert_eq!(
            read("smtp://mail.example:2525"),
            Ok(("mail.example".to_owned(), 2525, Security::StartTls))
        );
        assert_eq!(read("smtp-plain://[::1]:1025"), Ok(("::1".to_owned(), 1025, Security::None)));
        for wrong in [
            "mail.example",
            "https://mail.example",
            "smtp-plain://mail.example",
            "smtp://user:secret@mail.example",
            "smtp://mail.example/path",
            "smtp://",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_gateway_is_named_with_its_path_and_without_secrets() {
        for good in ["https://texts.example/v1/messages", "http://127.0.0.1:9/send"] {
            assert_eq!(gateway_url(good), Ok(good.to_owned()));
        }
        for wrong in [
            "http://texts.example/send",
            "https://me:secret@texts.example/send",
            "https://texts.example/send?key=secret",
            "texts.example",
        ] {
            assert!(gateway_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn files_are_private_and_what_is_wrong_is_said_without_their_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            private::create(&path, text).unwrap();
            path
        };
        let mail = MessageOptions {
            mail_server: Some(mail_url("smtp-plain://127.0.0.1").unwrap()),
            mail_from: Some("Tongxing <no-reply@code.example>".to_owned()),
            mail_login: Some(file("login", r#"{"user":"me","password":"geheim"}"#)),
            ..MessageOptions::default()
        };
        let made = mail.messages().unwrap();
        assert!(made.mail.is_some() && made.text.is_none());
        let refused = |options: &MessageOptions| options.messages().err().unwrap().to_string();
        let from = MessageOptions { mail_from: Some("Tongxing".to_owned()), ..mail.clone() };
        assert!(refused(&from).contains("--mail-from"));
        let login =
            MessageOptions { mail_login: Some(file("bad", r#"{"password":"geheim"}"#)), ..mail.clone() };
        assert!(refused(&login).contains("\"user\"") && !refused(&login).contains("geheim"));
        let key = MessageOptions {
            text_gateway: Some("http://127.0.0.1:9/send".to_owned()),
            text_key: Some(file("key", r#"{"key_id":"hb","pkcs8":"geheim"}"#)),
            ..MessageOptions::default()
        };
        assert!(refused(&key).contains("pkcs8") && !refused(&key).contains("geheim"));
        assert!(mail.check(true).err().unwrap().to_string().contains("demonstration"));
        assert!(mail.check(false).is_ok());
    }
}
