//! A mail server of the tests' own: SMTP (RFC 5321) over TCP or TLS, which keeps what it is given.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// Not at all; name and password are wanted.
    None,
    /// After STARTTLS.
    Start,
    /// From the first byte.
    Implicit,
}

/// The name and password that it takes.
pub const LOGIN: (&str, &str) = ("tongxing", "a password for a test");

/// A mail as it was handed over.
#[derive(Debug, Clone)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// Headers and body, soft line breaks of quoted-printable undone.
    pub data: String,
}

/// The server. It refuses recipients whose address begins with `refused`, and has no SMTPUTF8, as many have not.
pub struct MailServer {
    /// Its port.
    pub port: u16,
    taken: Arc<Mutex<Vec<Mail>>>,
    away: Arc<AtomicBool>,
    serving: JoinHandle<()>,
    /// The authority of its certificate, in PEM.
    pub authority: String,
}

impl MailServer {
    /// Starts one on a free port.
    pub async fn start(tls: MailTls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (acceptor, authority) = certified();
        let taken: Arc<Mutex<Vec<Mail>>> = Arc::default();
        let (away, kept) = (Arc::new(AtomicBool::new(false)), taken.clone());
        let gone = away.clone();
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if !gone.load(Ordering::SeqCst) {
                    tokio::spawn(serve(stream, tls, acceptor.clone(), kept.clone()));
                }
            }
        });
        Self { port, taken, away, serving, authority }
    }

    /// What was handed over since the last time.
    pub fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut self.taken.lock().unwrap())
    }

    /// How much is here.
    pub fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }

    /// From now on it breaks every connection off at once; or it answers again. It keeps its port, which nobody else
    /// may be given meanwhile.
    pub fn away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn certified() -> (TlsAcceptor, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf =
        CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chain: Vec<CertificateDer<'static>> = vec![leaf.der().clone()];
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(chain, key).unwrap();
    (TlsAcceptor::from(Arc::new(config)), authority.pem())
}

async fn serve(stream: TcpStream, tls: MailTls, acceptor: TlsAcceptor, taken: Arc<Mutex<Vec<Mail>>>) {
    let mut plain = BufStream::new(stream);
    if tls == MailTls::Implicit {
        if let Ok(secure) = acceptor.accept(plain.into_inner()).await {
            let mut secure = BufStream::new(secure);
            say(&mut secure, "220 mail.test").await;
            talk(&mut secure, tls, true, &taken).await;
        }
        return;
    }
    say(&mut plain, "220 mail.test").await;
    if talk(&mut plain, tls, false, &taken).await
        && let Ok(secure) = acceptor.accept(plain.into_inner()).await
    {
        talk(&mut BufStream::new(secure), tls, true, &taken).await;
    }
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>, line: &str) {
    let _ = stream.write_all(format!("{line}\r\n").as_bytes()).await;
    let _ = stream.flush().await;
}

/// Talks until the other side leaves; `true` if it asked for TLS.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
    tls: MailTls,
    secure: bool,
    taken: &Mutex<Vec<Mail>>,
) -> bool {
    let (mut to, mut signed_in) = (String::new(), false);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return false;
        }
        let upper = line.trim_end().to_uppercase();
        if upper.starts_with("EHLO") {
            say(stream, "250-mail.test").await;
            if tls == MailTls::Start && !secure {
                say(stream, "250-STARTTLS").await;
            }
            say(stream, "250-8BITMIME").await;
            say(stream, "250 AUTH PLAIN").await;
        } else if upper == "STARTTLS" {
            say(stream, "220 go on").await;
            return true;
        } else if let Some(given) = line.trim_end().strip_prefix("AUTH PLAIN ") {
            let expected = STANDARD.encode(format!("\0{}\0{}", LOGIN.0, LOGIN.1));
            signed_in = given == expected;
            say(stream, if signed_in { "235 welcome" } else { "535 no" }).await;
        } else if upper.starts_with("MAIL FROM") {
            say(stream, if signed_in { "250 ok" } else { "530 sign in first" }).await;
        } else if upper.starts_with("RCPT TO") {
            to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let refused = to.starts_with("refused");
            say(stream, if refused { "550 there is nobody of that name" } else { "250 ok" }).await;
        } else if upper == "DATA" {
            say(stream, "354 go on").await;
            let data = read_data(stream).await;
            taken.lock().unwrap().push(Mail { to: to.clone(), data });
            say(stream, "250 kept").await;
        } else if upper == "QUIT" {
            say(stream, "221 bye").await;
            return false;
        } else {
            say(stream, "250 ok").await;
        }
    }
}

async fn read_data<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>) -> String {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 || line == ".\r\n" {
            return data.replace("=\r\n", "").replace("=3D", "=");
        }
        data.push_str(&line);
    }
}
