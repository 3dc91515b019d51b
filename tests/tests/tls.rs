//! TLS from files and from the machine's own authority: whoever trusts it gets `__Host-` cookies, nobody else in.
#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(clippy::disallowed_methods, reason = "the certificate of the test is made on the spot")]

use std::sync::Arc;

use blackbox::{Engine, Place, Server};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Somebody who trusts these authorities.
struct Caller {
    tls: TlsConnector,
}

impl Caller {
    fn trusting(roots: &[&CertificateDer<'static>]) -> Self {
        let mut store = RootCertStore::empty();
        for root in roots {
            store.add((*root).clone()).unwrap();
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.unwrap().with_root_certificates(store).with_no_client_auth();
        Self { tls: TlsConnector::from(Arc::new(config)) }
    }

    /// Sends a request, and gives head and body of the answer.
    async fn ask(&self, server: &Server, start: &str, headers: &str) -> std::io::Result<(String, Vec<u8>)> {
        let stream = TcpStream::connect(("127.0.0.1", server.port())).await?;
        let mut stream = self.tls.connect(ServerName::try_from("127.0.0.1").unwrap(), stream).await?;
        let host = server.origin.trim_start_matches("https://");
        let request = format!("{start} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
        Ok((String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec()))
    }
}

/// An application begun over this connection has its cookie for this host and https alone.
async fn a_phone_is_recognised(server: &Server, caller: &Caller) {
    let headers = format!("origin: {}\r\ncontent-length: 0\r\n", server.origin);
    let headers = format!("{headers}content-type: application/x-www-form-urlencoded\r\n");
    let (head, _) = caller.ask(server, "POST /apply", &headers).await.unwrap();
    assert!(head.starts_with("HTTP/1.1 303"), "{head}");
    assert!(head.contains("strict-transport-security: "), "{head}");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: __Host-tongxing-device="));
    let cookie = cookie.expect("a device cookie");
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.split("; ").any(|given| given == attribute), "{attribute} is missing");
    }
    assert!(!cookie.contains("Domain="));
    let token = cookie.split(';').next().unwrap();
    let back = format!("cookie: __Host-tongxing-device={token}\r\n");
    let (head, _) = caller.ask(server, "GET /apply/kind", &back).await.unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let plain = format!("cookie: tongxing-device={token}\r\n");
    let (head, _) = caller.ask(server, "GET /apply/kind", &plain).await.unwrap();
    assert!(!head.starts_with("HTTP/1.1 200"), "without the prefix it is nobody's: {head}");
}

async fn a_stranger_refuses(server: &Server) {
    assert!(Caller::trusting(&[]).ask(server, "GET /", "").await.is_err(), "nobody trusts it unasked");
}

#[tokio::test]
async fn from_files() {
    let place = Place::new(Engine::Sqlite).await;
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let cert = place.write("cert.pem", made.cert.pem());
    let key = place.write("key.pem", made.signing_key.serialize_pem());
    let files = ["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let server = Server::over_tls(&place, &files).await;
    a_phone_is_recognised(&server, &Caller::trusting(&[made.cert.der()])).await;
    a_stranger_refuses(&server).await;
    server.stop();
}

/// The authority is made on first use, told to who installs it, and still the same after another start.
#[tokio::test]
async fn from_the_local_authority() {
    let place = Place::new(Engine::Sqlite).await;
    let first = Server::over_tls(&place, &["--tls-local"]).await;
    let kept = std::fs::read(place.folder().join("local-authority.pem")).unwrap();
    let authority = CertificateDer::from_pem_slice(&kept).unwrap();
    let caller = Caller::trusting(&[&authority]);
    let (head, body) = caller.ask(&first, "GET /local-authority.crt", "").await.unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body, authority.as_ref(), "what phones are given to install");
    first.stop();
    let server = Server::over_tls(&place, &["--tls-local"]).await;
    a_phone_is_recognised(&server, &caller).await;
    a_stranger_refuses(&server).await;
    server.stop();
}
